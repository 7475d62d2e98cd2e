//! Closed and open networks from outside: who is let in, who is heard, what ends.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::{self, Puppet, draft};
use staffroom_tests::wait::eventually;

use super::hostile::scene;
use super::network::{actor_uri, find, none_with, one_with, text};

const HOME: &str = "/api/v1/timelines/home";

/// A closed server with amy on it, which allows `friend.localhost` and nobody else.
async fn closed() -> (ServerProcess, Api, Puppet) {
    let [ours, theirs] = free_ports();
    let puppet = Puppet::start(theirs).await;
    let server = ServerProcess::start_with(ours, &[theirs], &[("FEDERATION__MODE", "closed")]).await;
    let amy = server.member("amy");
    server.admin(&["domain", "allow", "friend.localhost"], "");
    (server, amy, puppet)
}

/// Waits until the running server has read that `host` is (not) listened to.
async fn heard(server: &ServerProcess, actor: &puppet::Actor, yes: bool) {
    let inbox = format!("{}/inbox", server.url());
    eventually("the rule is in force", || async {
        let status = actor.deliver(&inbox, &actor.activity("View", &json!("http://localhost/nothing"))).await;
        if (status == 202) == yes { Ok(()) } else { Err(status) }
    })
    .await;
}

#[tokio::test]
async fn sec_76_a_closed_network_speaks_with_its_friends_alone() {
    let (server, amy, puppet) = closed().await;
    let (friend, stranger) = (puppet.named("friend").actor("fay"), puppet.named("stranger").actor("sam"));
    let below = puppet.named("below.friend").actor("bob");
    heard(&server, &friend, true).await;
    let me = actor_uri(&amy).await;
    let inbox = format!("{}/inbox", server.url());

    // in: nothing of strangers is taken, and nobody of theirs is asked
    for actor in [&stranger, &below] {
        for activity in [
            actor.activity("Follow", &json!(me)),
            actor.activity("Create", &actor.note("@amy hello", &[&me])),
            actor.activity("Follow", &json!("https://www.w3.org/ns/activitystreams#Public")),
        ] {
            assert_eq!(actor.deliver(&inbox, &activity).await, 403, "{activity}");
        }
        let asked = puppet.fetched();
        assert!(!asked.iter().any(|one| one.starts_with(&actor.puppet.host())), "{asked:?}");
    }
    assert_eq!(server.database().count("accounts WHERE domain LIKE '%stranger%' OR domain LIKE 'below%'").await, 0);
    assert_eq!(friend.deliver(&inbox, &friend.activity("Follow", &json!(me))).await, 202);
    eventually("the friend's follow is answered", || async {
        if friend.puppet.received_of("Accept").is_empty() { Err(puppet.received()) } else { Ok(()) }
    })
    .await;

    // out: what friends boost of strangers is not fetched, strangers are not found and not written to
    let note = stranger.note("by a stranger", &[]);
    friend.deliver(&inbox, &friend.activity("Announce", &note["id"])).await;
    for query in [stranger.uri.as_str(), text(&note["id"]), &format!("@sam@{}", stranger.puppet.host())] {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let path = format!("/api/v2/search?resolve=true&q={query}");
        let found = amy.send(Method::GET, &path, &Value::Null).await.json;
        assert!(found["accounts"].as_array().is_none_or(Vec::is_empty), "{found}");
        assert!(found["statuses"].as_array().is_none_or(Vec::is_empty), "{found}");
    }
    let status = json!({ "status": format!("@sam@{} and all", stranger.puppet.host()) });
    let written = amy.post("/api/v1/statuses", &status).await;
    eventually("the friend has it", || async {
        if friend.puppet.received_of("Create").is_empty() { Err(puppet.received()) } else { Ok(()) }
    })
    .await;
    assert!(stranger.puppet.received().iter().all(|one| one.host != stranger.puppet.host()));

    // nor is anything read without a token
    let nobody = server.api(None);
    let (status, account) = (text(&written["id"]), text(&written["account"]["id"]));
    for path in [
        format!("/api/v1/statuses/{status}"),
        format!("/api/v1/statuses/{status}/context"),
        format!("/api/v1/accounts/{account}"),
        format!("/api/v1/accounts/{account}/statuses"),
        "/api/v1/accounts/lookup?acct=amy".to_owned(),
        "/api/v1/timelines/public".to_owned(),
        "/api/v2/search?q=amy".to_owned(),
    ] {
        assert_eq!(nobody.send(Method::GET, &path, &Value::Null).await.status, 401, "{path}");
        assert_eq!(amy.send(Method::GET, &path, &Value::Null).await.status, 200, "{path}");
    }
    assert_eq!(nobody.send(Method::GET, "/api/v2/instance", &Value::Null).await.status, 200);
    assert!(server.admin_refuses(&["peer", "add", "not a url", "--tags", "x"]).contains("url"));

    // and nothing is shown: not even what is public, to strangers or to nobody in particular
    let uri = text(&written["uri"]).to_owned();
    for url in [&uri, &me, &format!("{me}/outbox"), &format!("{me}/followers"), &format!("{uri}/replies")] {
        let (status, body) = puppet::send(draft("GET", url, b"")).await;
        assert!((401..=404).contains(&status) && !body.contains("and all"), "{url} unsigned: {status} {body}");
        let (status, body) = stranger.fetch(url).await;
        assert!((401..=404).contains(&status) && body.is_null(), "{url} by a stranger: {status} {body}");
        assert_eq!(friend.fetch(url).await.0, 200, "{url} by a friend");
    }
    // what a server needs to introduce itself is open
    for path in ["/actor", "/.well-known/nodeinfo", "/nodeinfo/2.1"] {
        let (status, _) = puppet::send(draft("GET", &format!("{}{path}", server.url()), b"")).await;
        assert_eq!(status, 200, "{path}");
    }
}

#[tokio::test]
async fn sec_76_a_suspended_domain_is_out_in_both_directions() {
    let scene = scene().await;
    let evil = scene.puppet.named("social.evil");
    let mallory = evil.actor("mallory");
    scene.follows(&mallory).await;
    let me = actor_uri(&scene.amy).await;
    scene.deliver(&mallory, &mallory.activity("Follow", &json!(me))).await;
    scene.deliver(&mallory, &mallory.activity("Create", &mallory.note("before", &[&me]))).await;
    let note = one_with(&scene.amy, HOME, "before").await;
    let counts = async || {
        let me = scene.amy.get("/api/v1/accounts/verify_credentials").await;
        (me["followers_count"].as_i64().unwrap(), me["following_count"].as_i64().unwrap())
    };
    assert_eq!(counts().await, (1, 2));
    let list = scene.amy.post("/api/v1/lists", &json!({ "title": "heard" })).await;
    let members = format!("/api/v1/lists/{}/accounts", text(&list["id"]));
    let eve = find(&scene.amy, &format!("@eve@{}", scene.eve.puppet.host())).await;
    scene.amy.post(&members, &json!({ "account_ids": [note["account"]["id"], eve["id"]] })).await;

    scene.server.admin(&["domain", "block", "EVIL.localhost.", "--comment", "spam"], "");
    heard(&scene.server, &mallory, false).await;
    assert_eq!(counts().await, (0, 1), "follows ended in both directions");
    let left = scene.amy.get(&members).await;
    assert_eq!((left.as_array().unwrap().len(), &left[0]["id"]), (1, &eve["id"]), "and what hung on them");
    assert!(scene.server.admin(&["domain", "list"], "").contains("evil.localhost\t2 follows ended"));
    let told = scene.amy.get("/api/v1/notifications?types[]=severed_relationships").await;
    let event = &told[0]["event"];
    let expected = json!({
        "id": event["id"], "type": "domain_block", "purged": false, "target_name": "evil.localhost",
        "followers_count": 1, "following_count": 1, "created_at": event["created_at"],
    });
    assert_eq!(event, &expected, "{told}");
    assert_eq!(told[0]["account"]["username"], "amy", "nobody caused it: it comes from oneself");
    // the lists are amy's alone (CVE-2026-22246)
    let lists = format!("/api/v1/staffroom/severed_relationships/{}", text(&event["id"]));
    let handle = json!([format!("mallory@{}", evil.host())]);
    assert_eq!(scene.amy.get(&lists).await, json!({ "followers": handle, "following": handle }));
    let nosy = scene.server.member("nosy");
    assert_eq!(nosy.send(Method::GET, &lists, &Value::Null).await.status, 404);
    assert_eq!(nosy.get("/api/v1/notifications").await, json!([]));
    none_with(&scene.amy, HOME, "before").await;
    let path = format!("/api/v1/statuses/{}", text(&note["id"]));
    assert_eq!(scene.amy.send(Method::GET, &path, &Value::Null).await.status, 404);
    let status = mallory.deliver(&scene.inbox, &mallory.activity("Create", &mallory.note("after", &[&me]))).await;
    assert_eq!(status, 403);

    // nor by a detour: a boost, a name, an address, a document
    let words = mallory.note("by a detour", &[]);
    scene.deliver(&scene.eve, &scene.eve.activity("Announce", &words["id"])).await;
    scene.deliver(&scene.eve, &scene.eve.activity("Announce", &note["uri"])).await;
    let before = evil.fetched().len();
    let query: String = url::form_urlencoded::byte_serialize(text(&words["id"]).as_bytes()).collect();
    scene.amy.send(Method::GET, &format!("/api/v2/search?resolve=true&q={query}"), &Value::Null).await;
    assert_eq!(evil.fetched().len(), before);
    assert!(scene.amy.statuses_with(HOME, "detour").await.is_empty());
    let status = json!({ "status": format!("@mallory@{} hello", evil.host()) });
    let written = scene.amy.post("/api/v1/statuses", &status).await;
    let (status, _) = mallory.fetch(text(&written["uri"])).await;
    assert_eq!(status, 403);
    assert!(evil.received().iter().all(|one| one.host != evil.host() || one.activity["type"] != "Create"));

    // others are heard as before, and the domain again when the rule goes
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &scene.eve.note("eve is here", &[]))).await;
    one_with(&scene.amy, HOME, "eve is here").await;
    scene.server.admin(&["domain", "remove", "evil.localhost"], "");
    heard(&scene.server, &mallory, true).await;
}

#[tokio::test]
async fn limits_silence_people_and_drop_pictures() {
    let scene = scene().await;
    let loud = scene.puppet.named("loud").actor("lou");
    let me = actor_uri(&scene.amy).await;
    scene.server.admin(&["domain", "limit", "loud.localhost", "--reject-media", "--reject-reports"], "");
    let listed = scene.server.admin(&["domain", "list"], "");
    assert_eq!(listed.trim(), "loud.localhost\tsilence\treject_media\treject_reports");
    let mut note = loud.note("look", &[&me]);
    note["attachment"] = json!([{ "type": "Image", "mediaType": "image/png", "url": loud.puppet.url("/a.png") }]);
    // a second later the rule is known
    eventually("the rule is in force", || async {
        scene.deliver(&loud, &loud.activity("Create", &loud.note("wait", &[&me]))).await;
        let silenced = scene.server.database().count("accounts WHERE silenced_at IS NOT NULL").await;
        if silenced == 1 {
            Ok(())
        } else {
            scene.deliver(&loud, &loud.activity("Update", &loud.document())).await;
            Err(())
        }
    })
    .await;
    scene.deliver(&loud, &loud.activity("Create", &note)).await;
    let stored = scene.server.database();
    assert_eq!(stored.count(&format!("statuses WHERE uri = '{}'", text(&note["id"]))).await, 1);
    assert_eq!(stored.count("media_attachments").await, 0);
    let public = scene.amy.statuses_with("/api/v1/timelines/public", "look").await;
    assert!(public.is_empty(), "{public:?}");
    for bad in ["localhost", "10.0.0.1", "https://evil.example"] {
        assert!(scene.server.admin_refuses(&["domain", "block", bad]).contains("domain"));
    }
    for command in ["block", "limit", "allow", "remove"] {
        let said = scene.server.admin_refuses(&["domain", command, "evil.example:8443"]);
        assert!(said.contains("must not have a port") && said.contains("evil.example"), "{command}: {said}");
    }
    assert!(!scene.server.admin(&["domain", "list"], "").contains("evil.example"));
}
