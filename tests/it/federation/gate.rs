//! The gate from outside: what is wrong with a request is answered with 4xx and leaves no trace; the forms of Mastodon,
//! GoToSocial and Fedify are accepted when libraries other than ours sign.

use std::time::Duration;

use http::{HeaderValue, Request};
use serde_json::json;
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::{self, COVERED, FOREIGN_KEY, Puppet, draft, draft_at, sign};

use super::network::actor_uri;
use super::scene::scene;

const HOUR: Duration = Duration::from_secs(60 * 60);

fn with(mut request: Request<Vec<u8>>, name: &'static str, value: &str) -> Request<Vec<u8>> {
    request.headers_mut().append(name, HeaderValue::from_str(value).unwrap());
    request
}

#[tokio::test]
async fn sec_01_an_unsigned_activity_is_answered_401_and_nobody_is_asked() {
    let scene = scene().await;
    let before = scene.eve.puppet.fetched();
    for inbox in [scene.inbox.clone(), format!("{}/inbox", scene.amy)] {
        let request = draft("POST", &inbox, scene.create().to_string().as_bytes());
        let (status, body) = puppet::send(request).await;
        assert_eq!(status, 401, "{inbox}: {body}");
    }
    assert_eq!(scene.traces().await, [0; 5]);
    assert_eq!(scene.eve.puppet.fetched(), before);
    // the same, signed, is taken
    scene.accepts("signed", scene.signed(), 1).await;
}

#[tokio::test]
async fn sec_02_every_refused_request_is_answered_4xx_and_leaves_nothing() {
    let scene = scene().await;
    let eve = &scene.eve;

    scene.refuses("unsigned", scene.request()).await;

    let mut altered = scene.signed();
    let body = String::from_utf8(altered.body().clone()).unwrap().replace("for amy", "for amy!");
    *altered.body_mut() = body.into_bytes();
    scene.refuses("altered body", altered).await;

    for name in ["host", "date", "digest", "content-type", "signature"] {
        let signed = scene.signed();
        let value = signed.headers()[name].to_str().unwrap().to_owned();
        scene.refuses(&format!("doubled {name}"), with(signed, name, &value)).await;
    }
    let old = httpdate::fmt_http_date(std::time::UNIX_EPOCH);
    scene.refuses("a second date", with(scene.signed(), "date", &old)).await;

    for missing in ["(request-target)", "host", "date", "digest"] {
        let mut request = scene.request();
        eve.sign(&mut request, &COVERED.iter().copied().filter(|name| *name != missing).collect::<Vec<_>>());
        scene.refuses(&format!("{missing} not covered"), request).await;
    }

    for host in ["evil.test", "localhost", "localhost:1"] {
        let mut request = scene.request();
        request.headers_mut().insert("host", HeaderValue::from_static(host));
        eve.sign(&mut request, &COVERED);
        scene.refuses(&format!("signed for {host}"), request).await;
    }

    let body = scene.create().to_string();
    for (what, ago, ahead) in
        [("13 hours old", HOUR * 13, Duration::ZERO), ("10 minutes ahead", Duration::ZERO, HOUR / 6)]
    {
        let mut request = draft_at("POST", &scene.inbox, body.as_bytes(), ago, ahead);
        eve.sign(&mut request, &COVERED);
        scene.refuses(what, request).await;
    }
    for date in ["yesterday", "2026-01-05T09:00:00Z"] {
        let mut request = scene.request();
        request.headers_mut().insert("date", HeaderValue::from_static(date));
        eve.sign(&mut request, &COVERED);
        scene.refuses(&format!("date {date}"), request).await;
    }
    let mut undated = scene.request();
    undated.headers_mut().remove("date");
    eve.sign(&mut undated, &["(request-target)", "host", "digest"]);
    scene.refuses("no date", undated).await;

    let mut undigested = scene.request();
    undigested.headers_mut().remove("digest");
    eve.sign(&mut undigested, &["(request-target)", "host", "date"]);
    scene.refuses("no digest", undigested).await;
    for digest in ["SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "MD5=1B2M2Y8AsgTpgAmY7PhCfg==", ""] {
        let mut request = scene.request();
        request.headers_mut().insert("digest", HeaderValue::from_static(digest));
        eve.sign(&mut request, &COVERED);
        scene.refuses(&format!("digest “{digest}”"), request).await;
    }

    for (from, to) in [("rsa-sha256", "rsa-sha1"), ("rsa-sha256", "hmac-sha256"), ("signature=\"", "signature=\"AAAA")]
    {
        let mut request = scene.signed();
        let value = request.headers()["signature"].to_str().unwrap().replace(from, to);
        request.headers_mut().insert("signature", HeaderValue::from_str(&value).unwrap());
        scene.refuses(&format!("{to} in the signature"), request).await;
    }

    let elsewhere = format!("{}/users/amy/inbox", scene.server.url());
    let mut moved = scene.signed();
    *moved.uri_mut() = elsewhere.parse().unwrap();
    scene.refuses("signed for another path", moved).await;
}

#[tokio::test]
async fn sec_10_a_key_that_is_not_the_actors_is_refused() {
    let scene = scene().await;
    let eve = &scene.eve;

    let mut forged = scene.request();
    sign(&mut forged, &FOREIGN_KEY, &eve.key_id, &COVERED);
    scene.refuses("made by a foreign key", forged).await;

    // mallory lives on the same host, and signs for eve
    let mallory = eve.puppet.actor("mallory");
    let mut request = scene.request();
    mallory.sign(&mut request, &COVERED);
    scene.refuses("key of somebody else there", request).await;

    // a key that says it is eve's, in a document that eve's own does not name
    let claimed = eve.puppet.url("/keys/claimed");
    let key = FOREIGN_KEY.verifying_key().to_pem();
    eve.puppet.publish(&json!({ "id": claimed, "owner": eve.uri, "publicKeyPem": key }));
    let mut request = scene.request();
    sign(&mut request, &FOREIGN_KEY, &claimed, &COVERED);
    scene.refuses("key that only claims its owner", request).await;

    let nowhere = eve.puppet.url("/users/nobody#main-key");
    let mut request = scene.request();
    sign(&mut request, &FOREIGN_KEY, &nowhere, &COVERED);
    scene.refuses("key that is nowhere", request).await;

    let mut request = scene.request();
    sign(&mut request, &FOREIGN_KEY, "http://elsewhere.test/users/eve#main-key", &COVERED);
    scene.refuses("key on a foreign host", request).await;

    let mut foreign = scene.create();
    foreign["id"] = json!("http://elsewhere.test/activities/1");
    let mut request = draft("POST", &scene.inbox, foreign.to_string().as_bytes());
    eve.sign(&mut request, &COVERED);
    scene.refuses("activity id of a foreign host", request).await;
}

#[tokio::test]
async fn what_is_no_activity_or_too_much_is_refused() {
    let scene = scene().await;
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    let mut deep_activity = scene.create();
    deep_activity["deep"] = serde_json::from_str(&"[1]".replace('1', "[2]")).unwrap();
    let deep_activity = deep_activity.to_string().replace("[[2]]", &deep);
    let big = format!("{{\"x\":\"{}\"}}", "a".repeat(3 * 1024 * 1024));
    for (what, body) in [
        ("empty", ""),
        ("no JSON", "activity"),
        ("a list", "[]"),
        ("without an actor", r#"{"id":"http://localhost/1","type":"Create"}"#),
        ("too deep", deep_activity.as_str()),
        ("too big", big.as_str()),
    ] {
        let mut request = draft("POST", &scene.inbox, body.as_bytes());
        scene.eve.sign(&mut request, &COVERED);
        scene.refuses(what, request).await;
    }
    for (body, said) in [
        ("{\"id\": oops", "expected value at line 1 column 8"),
        (r#"{"id":"http://localhost/1","type":"Create"}"#, "actor is missing"),
        (r#"{"id":"http://localhost/1","type":["Create"],"actor":"http://localhost/2"}"#, "type is not one word"),
    ] {
        let mut request = draft("POST", &scene.inbox, body.as_bytes());
        scene.eve.sign(&mut request, &COVERED);
        let (status, answer) = puppet::send(request).await;
        assert_eq!(status, 400, "{body}");
        assert!(answer.contains(said) && !answer.contains("oops"), "{answer}");
    }
    let mut form = scene.request();
    form.headers_mut().insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
    scene.eve.sign(&mut form, &COVERED);
    scene.refuses("a form", form).await;
    assert!(scene.eve.puppet.fetched().is_empty(), "nobody was asked: {:?}", scene.eve.puppet.fetched());
}

#[tokio::test]
async fn the_forms_of_mastodon_gotosocial_and_fedify_are_accepted_once_each() {
    let scene = scene().await;
    let eve = &scene.eve;
    scene.accepts("Mastodon's", scene.signed(), 1).await;

    let mut request = scene.request();
    eve.sign(&mut request, &["host", "date", "digest", "content-type", "(request-target)"]);
    scene.accepts("Mastodon's, target last", request, 2).await;

    // GoToSocial's key lies at an address of its own, which answers with the part of the actor that a key needs
    let gary = eve.puppet.actor("gary");
    let key_id = format!("{}/main-key", gary.uri);
    let mut document = gary.document();
    document["publicKey"]["id"] = json!(key_id);
    eve.puppet.publish(&document);
    let part = json!({
        "@context": document["@context"], "id": gary.uri, "type": "Person", "preferredUsername": "gary",
        "publicKey": document["publicKey"],
    });
    eve.puppet.publish_at(&key_id, &part);
    let note = gary.activity("Create", &gary.note("from gary", &[&scene.amy]));
    let mut request = draft("POST", &scene.inbox, note.to_string().as_bytes());
    puppet::sign_like_gotosocial(&gary, &mut request, &key_id);
    assert!(request.headers()["signature"].to_str().unwrap().contains(r#"algorithm="hs2019""#));
    scene.accepts("GoToSocial's", request, 3).await;

    // Fedify covers accept and content-type as well, and signs the instance's own inboxes alike
    let inbox = format!("{}/users/amy/inbox", scene.server.url());
    let mut request = draft("POST", &inbox, scene.create().to_string().as_bytes());
    request.headers_mut().insert("accept", HeaderValue::from_static("application/activity+json"));
    let covered = ["(request-target)", "accept", "content-type", "host", "date", "digest"];
    eve.sign(&mut request, &covered);
    scene.accepts("Fedify's", request.clone(), 4).await;

    let (again, _) = puppet::send(request).await;
    assert_eq!(again, 202, "a repetition is not an error");
    scene.accepts("the next", scene.signed(), 5).await;
}

#[tokio::test]
async fn a_host_that_is_not_listed_is_not_even_asked() {
    let [ours, theirs] = free_ports();
    let puppet = Puppet::start(theirs).await;
    let server = ServerProcess::start(ours, &[]).await;
    let amy = actor_uri(&server.member("amy")).await;
    let eve = puppet.actor("eve");
    let status =
        eve.deliver(&format!("{}/inbox", server.url()), &eve.activity("Create", &eve.note("hi", &[&amy]))).await;
    assert!((400..500).contains(&status), "{status}");
    assert!(puppet.fetched().is_empty());
    assert_eq!(server.database().count("inbox_items").await, 0);
}
