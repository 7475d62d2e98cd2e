//! Attacks on who may speak for what: documents that are not where they say, redirects, ids on foreign ground, names
//! and inboxes that are somebody else's.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::process::ServerProcess;
use staffroom_tests::puppet::{self, ACTIVITY_JSON, COVERED, FOREIGN_KEY, PUBLIC, draft, sign};
use staffroom_tests::wait::eventually;

use super::hostile::{Scene, scene};
use super::network::{actor_uri, none_with, one_with, text};

const HOME: &str = "/api/v1/timelines/home";

impl Scene {
    /// What amy finds when she pastes `url`.
    async fn found(&self, url: &str) -> (u16, Value) {
        let query: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
        let answer = self.amy.send(Method::GET, &format!("/api/v2/search?resolve=true&q={query}"), &Value::Null).await;
        (answer.status, answer.json)
    }

    async fn finds_nothing(&self, url: &str, what: &str) {
        let (_, found) = self.found(url).await;
        let count = |name: &str| found[name].as_array().map_or(0, Vec::len);
        assert_eq!(count("statuses") + count("accounts"), 0, "{what}: {url} gave {found}");
    }
}

#[tokio::test]
async fn sec_22_a_document_counts_only_at_its_own_address() {
    let scene = scene().await;
    let elsewhere = scene.puppet.named("elsewhere");
    let mallory = elsewhere.actor("mallory");
    let true_note = mallory.note("mallory's own", &[]);
    let note = |id: String, by: &str| {
        json!({ "@context": "https://www.w3.org/ns/activitystreams", "id": id, "type": "Note", "attributedTo": by,
                "content": "put there", "to": [PUBLIC], "published": staffroom_tests::puppet::now() })
    };
    // on eve's server, says it is mallory's
    let url = scene.puppet.url("/claims/1");
    scene.puppet.publish_at(&url, &note(text(&true_note["id"]).to_owned(), &mallory.uri));
    scene.finds_nothing(&url, "id on another host").await;
    // on eve's server, says it has no id, an id with a fragment, or is on another port of the host
    let port_elsewhere = "http://localhost:1/notes/1";
    for (path, id) in [
        ("/claims/2", json!(null)),
        ("/claims/3", json!(scene.puppet.url("/claims/3#part"))),
        ("/claims/4", json!(port_elsewhere)),
        ("/claims/5", json!(format!("http://127.0.0.1:{}/claims/5", scene.puppet.port()))),
        ("/claims/6", json!(format!("http://eve:secret@{}/claims/6", scene.puppet.host()))),
        ("/claims/7", json!(scene.puppet.url("/claims/elsewhere"))),
        ("/claims/8", json!(format!("{}/users/amy/statuses/1", scene.server.url()))),
    ] {
        let mut document = note(String::new(), &scene.eve.uri);
        document["id"] = id;
        scene.puppet.publish_at(&scene.puppet.url(path), &document);
        scene.finds_nothing(&scene.puppet.url(path), path).await;
    }
    // two that point at each other cost two requests, not twenty
    let (a, b) = (scene.puppet.url("/pair/a"), scene.puppet.url("/pair/b"));
    scene.puppet.publish_at(&a, &note(b.clone(), &scene.eve.uri));
    scene.puppet.publish_at(&b, &note(a.clone(), &scene.eve.uri));
    scene.finds_nothing(&a, "a pair").await;
    let asked = scene.puppet.fetched().into_iter().filter(|one| one.contains("/pair/")).count();
    assert_eq!(asked, 2);
    assert_eq!(scene.server.database().count("statuses").await, 0);

    // the twins: the true one, and a page that knows its own server's id for itself
    let (_, found) = scene.found(text(&true_note["id"])).await;
    assert_eq!(found["statuses"][0]["account"]["acct"], format!("mallory@{}", elsewhere.host()));
    let written = scene.eve.note("eve's own", &[]);
    let page = scene.puppet.url("/@eve/1");
    scene.puppet.publish_at(&page, &written);
    let (_, found) = scene.found(&page).await;
    assert_eq!(found["statuses"][0]["uri"], written["id"]);
}

#[tokio::test]
async fn sec_28_redirects_are_followed_once_and_prove_nothing() {
    let scene = scene().await;
    let elsewhere = scene.puppet.named("elsewhere");
    let mallory = elsewhere.actor("mallory");
    let note = mallory.note("mallory's own", &[]);
    let to = |path: &str, target: &str| {
        let url = scene.puppet.url(path);
        scene.puppet.answers(&url, 302, &[("location", target)], b"");
        url
    };
    let with_password = text(&note["id"]).replacen("http://", "http://amy:secret@", 1);
    let ours = format!("{}/users/amy", scene.server.url());
    for (what, url) in [
        ("to us", to("/r/1", &ours)),
        ("with a password", to("/r/2", &with_password)),
        ("in a circle", to("/r/3", &scene.puppet.url("/r/3"))),
        ("over two", to("/r/4", &scene.puppet.url("/r/5"))),
    ] {
        to("/r/5", text(&note["id"]));
        scene.finds_nothing(&url, what).await;
    }
    // what says at the end of a redirect that it belongs to the start is not believed
    let mut claims = note.clone();
    claims["id"] = json!(scene.puppet.url("/r/6"));
    claims["attributedTo"] = json!(scene.eve.uri);
    elsewhere.publish_at(&elsewhere.url("/claims"), &claims);
    to("/r/6", &elsewhere.url("/claims"));
    scene.finds_nothing(&scene.puppet.url("/r/6"), "claims its start").await;

    // the twin: found where it says it is
    let (_, found) = scene.found(&to("/r/7", text(&note["id"]))).await;
    assert_eq!(found["statuses"][0]["uri"], note["id"]);

    // a delivery is not sent on, whatever the inbox answers
    let status = json!({ "status": format!("@eve@{} hello", scene.puppet.host()) });
    for code in [301, 302, 307, 308] {
        let target = elsewhere.url("/inbox");
        for inbox in ["/inbox", "/users/eve/inbox"] {
            scene.puppet.answers(&scene.puppet.url(inbox), code, &[("location", &target)], b"");
        }
        scene.amy.post("/api/v1/statuses", &status).await;
    }
    eventually("the inbox is asked", || async {
        let asked = scene.puppet.fetched().iter().filter(|one| one.ends_with("/inbox")).count();
        if asked > 0 { Ok(()) } else { Err(asked) }
    })
    .await;
    assert!(elsewhere.received().iter().all(|one| one.host != elsewhere.host()), "sent on");
}

#[tokio::test]
async fn sec_24_names_are_harmless_and_hosts_are_kept() {
    let scene = scene().await;
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &scene.eve.note("by eve", &[]))).await;
    let account = async || one_with(&scene.amy, HOME, "by eve").await["account"].clone();
    let mut document = scene.eve.document();
    document["name"] = json!(format!("\u{202e}Head\u{2066} of\u{200b} IT {}", "x".repeat(10_000)));
    scene.deliver(&scene.eve, &scene.eve.activity("Update", &document)).await;
    let seen = account().await;
    let name = text(&seen["display_name"]).to_owned();
    assert!(name.starts_with("Head of IT") && name.chars().count() <= 500, "{name}");
    assert!(!name.contains(['\u{202e}', '\u{2066}', '\u{200b}']), "{name:?}");
    assert_eq!(seen["acct"], format!("eve@{}", scene.puppet.host()));

    // names that are none change nothing
    for name in [
        "\u{202e}nimda",
        "ad\u{200b}min",
        " admin",
        "admin ",
        "a\u{301}\u{301}",
        "ａｄｍｉｎ",
        "amy@localhost",
        "a/b",
        "",
        &"x".repeat(10_000),
        "admin\n",
    ] {
        document["preferredUsername"] = json!(name);
        scene.deliver(&scene.eve, &scene.eve.activity("Update", &document)).await;
        assert_eq!(account().await["acct"], format!("eve@{}", scene.puppet.host()), "{name:?}");
    }
    // one that looks important is still from where it is
    document["preferredUsername"] = json!("admin");
    scene.deliver(&scene.eve, &scene.eve.activity("Update", &document)).await;
    let seen = account().await;
    assert_eq!((&seen["username"], &seen["acct"]), (&json!("admin"), &json!(format!("admin@{}", scene.puppet.host()))));
}

#[tokio::test]
async fn sec_25_nobody_has_our_mail_sent_to_others() {
    let scene = scene().await;
    let elsewhere = scene.puppet.named("victim");
    let foreign = [elsewhere.url("/inbox"), format!("{}/inbox", scene.server.url()), "http://127.0.0.1:1/inbox".into()];
    for target in &foreign {
        let mut document = scene.eve.document();
        document["inbox"] = json!(target);
        document["endpoints"]["sharedInbox"] = json!(target);
        scene.puppet.publish(&document);
        scene.deliver(&scene.eve, &scene.eve.activity("Update", &document)).await;
        document["inbox"] = scene.eve.document()["inbox"].clone();
        scene.deliver(&scene.eve, &scene.eve.activity("Update", &document)).await;
        let wrong = format!("accounts WHERE inbox = '{target}' OR shared_inbox = '{target}'");
        let ours = if target.starts_with(scene.server.url()) { " AND domain IS NOT NULL" } else { "" };
        assert_eq!(scene.server.database().count(&format!("{wrong}{ours}")).await, 0, "{target}");
    }
    let status = json!({ "status": format!("@eve@{} hello", scene.puppet.host()) });
    scene.amy.post("/api/v1/statuses", &status).await;
    eventually("eve is told", || async {
        if scene.puppet.received_of("Create").is_empty() { Err(scene.puppet.received()) } else { Ok(()) }
    })
    .await;
    assert!(elsewhere.received_of("Create").is_empty());
}

#[tokio::test]
async fn sec_41_switches_for_tests_are_refused_in_production() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    let production = [
        ("DATA_DIR", data.as_str()),
        ("METRICS__LISTEN", ""),
        ("SERVER__LISTEN", "127.0.0.1:0"),
        ("SERVER__PUBLIC_URL", "https://oak.example"),
    ];
    for switch in [
        ("FEDERATION__INSECURE_LOOPBACK_HOSTS", "localhost:3001"),
        ("FEDERATION__INSECURE_LOOPBACK_HOSTS", "*.localhost:3001"),
        ("FEDERATION__INSECURE_LOOPBACK_HOSTS", "10.0.0.1:80"),
        ("FEDERATION__INSECURE_LOOPBACK_HOSTS", "oak.example:80"),
        ("SERVER__PUBLIC_URL", "http://oak.example"),
        ("METRICS__LISTEN", "0.0.0.0:9398"),
    ] {
        let settings: Vec<_> = production.into_iter().filter(|(name, _)| *name != switch.0).chain([switch]).collect();
        let (did_well, complaint) = ServerProcess::serve_once(&settings);
        assert!(!did_well && !complaint.is_empty(), "{switch:?}: {complaint}");
    }
    // bound to loopback by one of the two alone is not bound to loopback
    let listening = [("FEDERATION__INSECURE_LOOPBACK_HOSTS", "localhost:3001"), ("SERVER__LISTEN", "0.0.0.0:0")];
    let settings: Vec<_> = production
        .into_iter()
        .filter(|(name, _)| !name.starts_with("SERVER"))
        .chain(listening)
        .chain([("SERVER__PUBLIC_URL", "http://localhost:8080")])
        .collect();
    assert!(!ServerProcess::serve_once(&settings).0);
}

#[tokio::test]
async fn sec_130_nobody_elsewhere_is_one_of_us() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let before = scene.amy.get("/api/v1/accounts/verify_credentials").await;
    // a document of amy at eve's, her key with eve's words, her actor changed, a note under her id
    let mut document = scene.eve.document();
    document["id"] = json!(me);
    document["name"] = json!("not amy");
    let url = scene.puppet.url("/users/amy");
    scene.puppet.publish_at(&url, &document);
    scene.finds_nothing(&url, "an actor of ours elsewhere").await;
    scene.deliver(&scene.eve, &scene.eve.activity("Update", &document)).await;
    let mut note = scene.eve.note("not amy's words", &[]);
    note["id"] = json!(format!("{me}/statuses/9"));
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    note["attributedTo"] = json!(me);
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    scene.deliver(&scene.eve, &scene.eve.activity("Delete", &json!(me))).await;
    // an actor on eve's server that claims a handle of ours
    let mut claims = scene.eve.document();
    claims["id"] = json!(scene.puppet.url("/users/faker"));
    claims["preferredUsername"] = json!("amy");
    claims["webfinger"] = json!(format!("amy@{}", scene.server.host()));
    claims["inbox"] = json!(scene.puppet.url("/users/faker/inbox"));
    scene.puppet.publish(&claims);
    let (_, found) = scene.found(text(&claims["id"])).await;
    assert_ne!(found["accounts"][0]["acct"], "amy", "{found}");

    let after = scene.amy.get("/api/v1/accounts/verify_credentials").await;
    assert_eq!(after["display_name"], before["display_name"]);
    assert_eq!(after["statuses_count"], 0);
    none_with(&scene.amy, HOME, "not amy's words").await;
    assert_eq!(scene.server.database().count("accounts WHERE domain IS NULL AND username = 'amy'").await, 1);
    assert_eq!(scene.server.database().count("accounts WHERE deleted_at IS NOT NULL").await, 0);
}

#[tokio::test]
async fn sec_49_what_could_not_be_had_is_not_asked_for_again() {
    let scene = scene().await;
    let circle = scene.puppet.url("/circle");
    scene.puppet.answers(&circle, 302, &[("location", &circle)], b"");
    let page = scene.puppet.url("/page");
    scene.puppet.answers(&page, 200, &[("content-type", "text/html")], b"<p>hello");
    let fine = scene.puppet.url("/fine");
    scene.puppet.answers(&fine, 200, &[("content-type", ACTIVITY_JSON)], b"{\"id\":\"x\"}");
    for url in [&circle, &page, &fine] {
        for _ in 0..5 {
            scene.finds_nothing(url, "nothing there").await;
        }
    }
    tokio::time::timeout(Duration::from_secs(30), scene.settled()).await.unwrap();
    let asked = |path: &str| scene.puppet.fetched().iter().filter(|one| one.ends_with(path)).count();
    assert_eq!((asked("/circle"), asked("/page"), asked("/fine")), (2, 1, 1));
}

#[tokio::test]
async fn rel_20_who_was_gone_does_not_come_back_under_another_key() {
    let scene = scene().await;
    let eve = scene.eve.clone();
    let me = actor_uri(&scene.amy).await;
    scene.deliver(&eve, &eve.activity("Create", &eve.note("before", &[&me]))).await;
    one_with(&scene.amy, HOME, "before").await;
    scene.puppet.answers(&eve.uri, 410, &[], b"");
    scene.deliver(&eve, &eve.activity("Delete", &json!(eve.uri))).await;
    none_with(&scene.amy, HOME, "before").await;

    // somebody has the name now
    let mut document = eve.document();
    document["publicKey"]["publicKeyPem"] = json!(FOREIGN_KEY.verifying_key().to_pem());
    let body = document.to_string();
    scene.puppet.answers(&eve.uri, 200, &[("content-type", ACTIVITY_JSON)], body.as_bytes());
    for activity in [
        eve.activity("Create", &eve.note("after", &[&me])),
        eve.activity("Follow", &json!(me)),
        eve.activity("Update", &document),
    ] {
        let mut request = draft("POST", &scene.inbox, activity.to_string().as_bytes());
        sign(&mut request, &FOREIGN_KEY, &eve.key_id, &COVERED);
        let (status, body) = puppet::send(request).await;
        assert!(status == 202 || (400..504).contains(&status), "{status} {body}");
        scene.settled().await;
    }
    let stored = async |what: &str| scene.server.database().count(what).await;
    assert_eq!(stored("statuses WHERE deleted_at IS NULL").await, 0);
    assert_eq!(stored("follows").await, 0, "nobody follows who is gone, and who is gone follows nobody");
    assert_eq!(stored("notifications").await, 0);
}
