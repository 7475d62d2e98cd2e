//! Where things arrived, as authors and administrators are told, over HTTP and on the command line.

use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::ServerProcess;
use staffroom_tests::puppet::Puppet;
use staffroom_tests::wait::eventually;

use super::network::{actor_uri, server_and_puppet, text};

/// A server, amy on it, and a puppet with eve, who follows amy.
async fn followed() -> (ServerProcess, Api, Puppet) {
    let (server, amy, puppet) = server_and_puppet().await;
    let eve = puppet.actor("eve");
    let follow = eve.activity("Follow", &json!(actor_uri(&amy).await));
    assert_eq!(eve.deliver(&format!("{}/inbox", server.url()), &follow).await, 202);
    eventually("the follow is answered", || async {
        let answers = puppet.received_of("Accept").len();
        if answers == 1 { Ok(()) } else { Err(answers) }
    })
    .await;
    (server, amy, puppet)
}

async fn publish(amy: &Api, words: &str) -> String {
    text(&amy.post("/api/v1/statuses", &json!({ "status": words })).await["id"]).to_owned()
}

/// Waits until the delivery of a status is what `is` wants, and returns it.
async fn delivery(amy: &Api, id: &str, is: impl Fn(&Value) -> bool) -> Value {
    let path = format!("/api/v1/staffroom/statuses/{id}/delivery");
    eventually("its delivery is as wanted", || async {
        let found = amy.get(&path).await;
        if is(&found) { Ok(found) } else { Err(found) }
    })
    .await
}

#[tokio::test]
async fn an_author_is_told_where_a_status_arrived_and_nobody_else_is() {
    let (server, amy, puppet) = followed().await;
    let arrived = publish(&amy, "Hello").await;
    let found = delivery(&amy, &arrived, |found| found["acknowledged"] == 1).await;
    assert_eq!((&found["pending"], &found["refused"]), (&json!(0), &json!(0)));

    puppet.answers(&puppet.url("/inbox"), 422, &[], b"we do not like it");
    let refused = publish(&amy, "Hello again").await;
    let found = delivery(&amy, &refused, |found| found["refused"] == 1).await;
    let wanted = json!([{ "host": puppet.host(), "status": 422, "reason": "we do not like it" }]);
    assert_eq!(found["refused_hosts"], wanted);

    let bob = server.member("bob");
    let path = format!("/api/v1/staffroom/statuses/{refused}/delivery");
    assert_eq!(bob.send(reqwest::Method::GET, &path, &Value::Null).await.status, 404);
    assert!(server.admin(&["delivery", "refused"], "").contains("we do not like it"));
}

#[tokio::test]
async fn administrators_see_pause_and_resume_hosts() {
    let (server, amy, puppet) = followed().await;
    server.admin(&["account", "set-role", "amy", "admin"], "");
    let scopes = "admin:read admin:write";
    let printed = server.admin(&["token", "create", "--account", "amy", "--scopes", scopes], "");
    let admin = server.api(Some(printed.lines().last().unwrap().trim().to_owned()));
    let hosts = "/api/v1/staffroom/admin/delivery/hosts";
    let one = format!("{hosts}/{}", puppet.host());
    let nothing = json!({ "interactive": 0, "ordinary": 0, "bulk": 0 });
    eventually("the host is well, and all is known to have arrived", || async {
        let found = admin.get(hosts).await;
        let is_well = found[0]["host"] == json!(puppet.host()) && found[0]["state"] == "ok";
        if is_well && found[0]["waiting"] == nothing { Ok(()) } else { Err(found) }
    })
    .await;
    assert_eq!(admin.get(&format!("{hosts}?state=down")).await, json!([]));
    assert_eq!(admin.send(reqwest::Method::GET, &format!("{hosts}?state=odd"), &Value::Null).await.status, 422);

    assert_eq!(admin.post(&format!("{one}/pause"), &json!({})).await["state"], "paused");
    let id = publish(&amy, "Later").await;
    let waiting = delivery(&amy, &id, |found| found["pending"] == 1).await;
    assert_eq!(waiting["pending_hosts"][0]["state"], "paused");
    assert_eq!(admin.get(&one).await["waiting"], json!({ "interactive": 0, "ordinary": 1, "bulk": 0 }));
    assert!(server.admin(&["delivery", "hosts"], "").contains("paused\t0 1 0"));
    assert!(puppet.received_of("Create").is_empty());
    server.admin(&["delivery", "resume", &puppet.host()], "");
    delivery(&amy, &id, |found| found["acknowledged"] == 1).await;
    assert_eq!(puppet.received_of("Create").len(), 1);
    assert!(server.admin_refuses(&["delivery", "pause", "nobody.test"]).contains("not found"));
    for list in ["inbox/dead", "key_changes"] {
        let path = format!("/api/v1/staffroom/admin/{list}");
        assert_eq!(admin.get(&path).await, json!([]));
        assert_eq!(amy.send(reqwest::Method::GET, &path, &Value::Null).await.status, 403, "without the scope");
    }
    assert!(server.metric(r#"staffroom_delivery_oldest_seconds{lane="ordinary"}"#).await.is_some());
}
