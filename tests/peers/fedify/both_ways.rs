//! What Fedify's people and ours do to each other, each thing in both directions.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::peer::{self, FedifyPeer};
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::wait::eventually;

use super::{amy_and_the_peer, handle, text};

/// Amy's id of the peer's account, which she follows.
pub(super) async fn follow_the_peer(amy: &Api, peer: &FedifyPeer) -> String {
    let q = peer.handle().replace('@', "%40");
    let found = amy.get(&format!("/api/v2/search?type=accounts&resolve=true&q={q}")).await;
    let id = text(&found["accounts"][0]["id"]).to_owned();
    amy.post(&format!("/api/v1/accounts/{id}/follow"), &json!({})).await;
    relation(amy, &id, "following", true).await;
    id
}

/// Waits until `what` between amy and the account `id` is `wanted`.
pub(super) async fn relation(amy: &Api, id: &str, what: &str, wanted: bool) {
    eventually(&format!("{what} is {wanted}"), || async {
        let relation = amy.get(&format!("/api/v1/accounts/relationships?id[]={id}")).await[0].clone();
        if relation[what] == wanted { Ok(()) } else { Err(relation) }
    })
    .await;
}

pub(super) async fn me(amy: &Api) -> String {
    text(&amy.get("/api/v1/accounts/verify_credentials").await["uri"]).to_owned()
}

pub(super) async fn one_at_home(amy: &Api, words: &str) -> Value {
    eventually(&format!("“{words}” at home"), || async {
        let found = amy.statuses_with("/api/v1/timelines/home", words).await;
        if let [one] = found.as_slice() { Ok(one.clone()) } else { Err(found.len()) }
    })
    .await
}

#[tokio::test]
async fn both_dialects_are_taken_and_answered_in_kind() {
    let folder = peer::folder();
    for (first, spoken) in [("rfc9421", "rfc9421"), ("draft-cavage-http-signatures-12", "draft-cavage")] {
        let [ours, theirs] = free_ports();
        let peer = FedifyPeer::start_with(&folder, theirs, first).await;
        let server = ServerProcess::start(ours, &[theirs]).await;
        let amy = server.member("amy");
        // theirs is taken …
        peer.follow(&handle(&server, "amy")).await;
        // … and ours, in the same dialect
        let status = amy.post("/api/v1/statuses", &json!({ "status": "Signed words" })).await;
        peer.receives("Create", &me(&amy).await, text(&status["uri"])).await;
        let knocks = peer.knocks().await;
        assert_eq!(knocks.last().map(String::as_str), Some(spoken), "{first}: {knocks:?}");
    }
}

#[tokio::test]
async fn direct_statuses_stay_between_two() {
    let (server, amy, peer) = amy_and_the_peer().await;
    let ben = server.member("ben");
    let note = json!({ "content": "<p>Between us</p>", "mention": handle(&server, "amy"), "direct": true });
    let note = peer.act("post", note).await;
    let status = eventually("the peer's words", || async {
        let told = amy.get("/api/v1/notifications").await;
        let status = told[0]["status"].clone();
        if text(&status["content"]).contains("Between us") { Ok(status) } else { Err(told) }
    })
    .await;
    assert_eq!((&status["visibility"], &status["uri"]), (&json!("direct"), &note["id"]));
    let path = format!("/api/v1/statuses/{}", text(&status["id"]));
    assert_eq!(ben.send(Method::GET, &path, &Value::Null).await.status, 404);

    let answer = json!({
        "status": format!("{} Only for you", peer.handle()), "in_reply_to_id": status["id"], "visibility": "direct",
    });
    let answer = amy.post("/api/v1/statuses", &answer).await;
    let created = peer.receives("Create", &me(&amy).await, text(&answer["uri"])).await;
    assert!(!created.to_string().contains("Public") && !created.to_string().contains("followers\""), "{created}");

    // theirs edited and deleted
    peer.act("edit", json!({ "id": note["id"], "content": "<p>Between us two</p>" })).await;
    eventually("the edit", || async {
        let seen = amy.get(&path).await;
        if text(&seen["content"]).contains("us two") { Ok(()) } else { Err(seen) }
    })
    .await;
    peer.act("delete", json!({ "id": note["id"] })).await;
    eventually("the deletion", || async {
        let status = amy.send(Method::GET, &path, &Value::Null).await.status;
        if status == 404 { Ok(()) } else { Err(status) }
    })
    .await;
}

#[tokio::test]
async fn boosts_of_the_peer_arrive_and_can_be_taken_back() {
    let (_server, amy, peer) = amy_and_the_peer().await;
    follow_the_peer(&amy, &peer).await;
    let (me, note) = (me(&amy).await, peer.act("post", json!({ "content": "<p>Worth passing on</p>" })).await);
    let path = format!("/api/v1/statuses/{}", text(&one_at_home(&amy, "Worth passing on").await["id"]));
    amy.post(&format!("{path}/reblog"), &json!({})).await;
    let boost = peer.receives("Announce", &me, text(&note["id"])).await;
    amy.post(&format!("{path}/unreblog"), &json!({})).await;
    peer.receives_where("Undo", &me, |undo| undo["object"] == boost["id"]).await;
    amy.post(&format!("{path}/favourite"), &json!({})).await;
    let like = peer.receives("Like", &me, text(&note["id"])).await;
    amy.post(&format!("{path}/unfavourite"), &json!({})).await;
    peer.receives_where("Undo", &me, |undo| undo["object"] == like["id"]).await;
}

#[tokio::test]
async fn blocks_end_follows_in_both_directions() {
    let (server, amy, peer) = amy_and_the_peer().await;
    let me = me(&amy).await;
    let id = follow_the_peer(&amy, &peer).await;
    peer.follow(&handle(&server, "amy")).await;

    // theirs
    let block = peer.act("block", json!({ "handle": handle(&server, "amy") })).await;
    relation(&amy, &id, "following", false).await;
    relation(&amy, &id, "blocked_by", true).await;
    relation(&amy, &id, "followed_by", false).await;
    let refused = amy.send(Method::POST, &format!("/api/v1/accounts/{id}/follow"), &json!({})).await.status;
    assert_eq!(refused, 403);
    peer.act("undo", json!({ "activity": block["activity"] })).await;
    relation(&amy, &id, "blocked_by", false).await;

    // ours
    peer.follow(&handle(&server, "amy")).await;
    amy.post(&format!("/api/v1/accounts/{id}/block"), &json!({})).await;
    let block = peer.receives("Block", &me, &peer.actor()).await;
    peer.receives_where("Reject", &me, |_| true).await;
    let status = amy.post("/api/v1/statuses", &json!({ "status": "Not for everybody" })).await;
    let seen_activities = async || server.database().count("seen_activities").await;
    let before = seen_activities().await;
    peer.act("like", json!({ "id": status["uri"] })).await;
    eventually("the like is worked off", || async {
        // in this order: one that comes in between is waited for
        let has_come = seen_activities().await > before;
        let waiting = server.database().count("inbox_items WHERE attempts = 0").await;
        if has_come && waiting == 0 { Ok(()) } else { Err((has_come, waiting)) }
    })
    .await;
    amy.post(&format!("/api/v1/accounts/{id}/unblock"), &json!({})).await;
    peer.receives_where("Undo", &me, |undo| undo["object"] == block["id"]).await;
    let seen = amy.get(&format!("/api/v1/statuses/{}", text(&status["id"]))).await;
    assert_eq!(seen["favourites_count"], 0);
}

#[tokio::test]
async fn a_tag_account_is_followed_and_left() {
    let (server, amy, peer) = amy_and_the_peer().await;
    peer.follow(&handle(&server, "tag-sltchat")).await;
    let tag = text(&peer.act("resolve", json!({ "handle": handle(&server, "tag-sltchat") })).await["id"]).to_owned();
    let status = amy.post("/api/v1/statuses", &json!({ "status": "Assembly at nine #SLTchat" })).await;
    let boost = peer.receives("Announce", &tag, text(&status["uri"])).await;
    amy.send(Method::DELETE, &format!("/api/v1/statuses/{}", text(&status["id"])), &Value::Null).await.ok();
    peer.receives_where("Undo", &tag, |undo| undo["object"] == boost["id"]).await;
    let quiet = amy.post("/api/v1/statuses", &json!({ "status": "Assembly at ten" })).await;
    let last = amy.post("/api/v1/statuses", &json!({ "status": "Assembly at noon #SLTchat" })).await;
    peer.receives("Announce", &tag, text(&last["uri"])).await;
    let other = peer.received().await;
    assert!(!other.to_string().contains(text(&quiet["uri"])), "announced without the tag");
}
