//! A server built on Fedify follows, is followed, and exchanges statuses both ways.

mod both_ways;
mod polls_and_moves;

use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::peer::{self, FedifyPeer};
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::wait::eventually;

/// An instance with the member `amy` next to a Fedify server.
async fn amy_and_the_peer() -> (ServerProcess, Api, FedifyPeer) {
    let folder = peer::folder();
    let [ours, theirs] = free_ports();
    let peer = FedifyPeer::start(&folder, theirs).await;
    let server = ServerProcess::start(ours, &[theirs]).await;
    let amy = server.member("amy");
    (server, amy, peer)
}

fn handle(server: &ServerProcess, name: &str) -> String {
    format!("@{name}@{}", server.url().trim_start_matches("http://"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_followed_account_and_a_followed_tag_reach_the_peer_with_edit_and_deletion() {
    let (server, amy, peer) = amy_and_the_peer().await;
    peer.follow(&handle(&server, "amy")).await;
    peer.follow(&handle(&server, "tag-sltchat")).await;

    let status = amy.post("/api/v1/statuses", &json!({ "status": "Marking in nine minutes? #SLTchat" })).await;
    let (id, uri) = (text(&status["id"]).to_owned(), text(&status["uri"]).to_owned());
    let me = amy.get("/api/v1/accounts/verify_credentials").await;
    let author = text(&me["uri"]).to_owned();
    peer.receives("Create", &author, &uri).await;
    let tag_actor = peer.act("resolve", json!({ "handle": handle(&server, "tag-sltchat") })).await["id"].clone();
    peer.receives("Announce", text(&tag_actor), &uri).await;

    let edit = json!({ "status": "Marking in ten minutes? #SLTchat" });
    amy.send(reqwest::Method::PUT, &format!("/api/v1/statuses/{id}"), &edit).await.ok();
    let update = peer.receives("Update", &author, &uri).await;
    assert!(update.to_string().contains("ten minutes"), "{update}");

    amy.send(reqwest::Method::DELETE, &format!("/api/v1/statuses/{id}"), &Value::Null).await.ok();
    peer.receives("Delete", &author, &uri).await;
}

#[tokio::test]
async fn the_peers_reply_like_and_boost_are_seen_through_the_api_and_can_be_taken_back() {
    let (server, amy, peer) = amy_and_the_peer().await;
    let status = amy.post("/api/v1/statuses", &json!({ "status": "Who has a seating plan? #SLTchat" })).await;
    let (path, uri) = (format!("/api/v1/statuses/{}", text(&status["id"])), status["uri"].clone());

    let like = peer.act("like", json!({ "id": uri })).await;
    let boost = peer.act("boost", json!({ "id": uri })).await;
    let reply = peer.act("post", json!({ "content": "<p>Here is mine</p>", "inReplyTo": uri })).await;
    let counts = async |favourites: u64, reblogs: u64, replies: u64| {
        eventually(&format!("{favourites} favourites, {reblogs} reblogs, {replies} replies"), || async {
            let status = amy.get(&path).await;
            let descendants = amy.get(&format!("{path}/context")).await["descendants"].clone();
            let seen = [
                status["favourites_count"].as_u64(),
                status["reblogs_count"].as_u64(),
                descendants.as_array().map(|list| list.len() as u64),
            ];
            if seen == [favourites, reblogs, replies].map(Some) { Ok(()) } else { Err(seen) }
        })
        .await;
    };
    counts(1, 1, 1).await;
    for list in ["favourited_by", "reblogged_by"] {
        let people = amy.get(&format!("{path}/{list}")).await;
        assert_eq!(people[0]["acct"], peer.handle().trim_start_matches('@'), "{list}");
    }
    let notifications = amy.get("/api/v1/notifications").await;
    let mut kinds: Vec<_> = notifications.as_array().unwrap().iter().map(|one| text(&one["type"])).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["favourite", "mention", "reblog"]);

    peer.act("edit", json!({ "id": reply["id"], "content": "<p>Here is a better one</p>" })).await;
    eventually("the edited reply", || async {
        let thread = amy.get(&format!("{path}/context")).await;
        let content = thread["descendants"][0]["content"].clone();
        if text(&content).contains("better") { Ok(()) } else { Err(content) }
    })
    .await;
    peer.act("undo", json!({ "activity": like["activity"] })).await;
    peer.act("undo", json!({ "activity": boost["activity"] })).await;
    peer.act("delete", json!({ "id": reply["id"] })).await;
    counts(0, 0, 0).await;
    drop(server);
}

#[tokio::test]
async fn a_member_follows_the_peer_reads_it_and_answers() {
    let (_server, amy, peer) = amy_and_the_peer().await;
    let handle = peer.handle();
    let found = amy.get(&format!("/api/v2/search?type=accounts&resolve=true&q={}", handle.replace('@', "%40"))).await;
    let account = &found["accounts"][0];
    assert_eq!(account["acct"], handle.trim_start_matches('@'));
    amy.post(&format!("/api/v1/accounts/{}/follow", text(&account["id"])), &json!({})).await;
    eventually("amy follows the peer", || async {
        let relations = amy.get(&format!("/api/v1/accounts/relationships?id[]={}", text(&account["id"]))).await;
        if relations[0]["following"] == true { Ok(()) } else { Err(relations) }
    })
    .await;
    let me = text(&amy.get("/api/v1/accounts/verify_credentials").await["uri"]).to_owned();
    assert_eq!(peer.followers().await, json!([me]));

    let note = peer.act("post", json!({ "content": "<p>Exam hall moved <script>alert(1)</script></p>" })).await;
    let status = eventually("the peer's note at home", || async {
        let found = amy.statuses_with("/api/v1/timelines/home", "Exam hall moved").await;
        if let [one] = found.as_slice() { Ok(one.clone()) } else { Err(found) }
    })
    .await;
    assert_eq!(status["uri"], note["id"]);
    assert!(!text(&status["content"]).contains("script>"), "{}", status["content"]);

    let path = format!("/api/v1/statuses/{}", text(&status["id"]));
    amy.post(&format!("{path}/favourite"), &json!({})).await;
    peer.receives("Like", &me, text(&note["id"])).await;
    let answer = json!({ "status": format!("{handle} Thank you"), "in_reply_to_id": status["id"] });
    let answer = amy.post("/api/v1/statuses", &answer).await;
    let created = peer.receives("Create", &me, text(&answer["uri"])).await;
    assert!(created.to_string().contains(text(&note["id"])), "{created}");

    amy.post(&format!("{path}/unfavourite"), &json!({})).await;
    amy.post(&format!("/api/v1/accounts/{}/unfollow", text(&account["id"])), &json!({})).await;
    eventually("the peer lost its follower", || async {
        let followers = peer.followers().await;
        if followers == json!([]) { Ok(()) } else { Err(followers) }
    })
    .await;
}

#[tokio::test]
async fn a_peer_on_a_loopback_host_that_is_not_listed_is_refused() {
    let folder = peer::folder();
    let [ours, theirs] = free_ports();
    let peer = FedifyPeer::start(&folder, theirs).await;
    let server = ServerProcess::start(ours, &[]).await;
    let amy = server.member("amy");
    let status = amy.post("/api/v1/statuses", &json!({ "status": "Only for those we know" })).await;

    peer.act("like", json!({ "id": status["uri"] })).await;
    let handle = peer.handle().replace('@', "%40");
    let found = amy.get(&format!("/api/v2/search?type=accounts&resolve=true&q={handle}")).await;
    assert_eq!(found["accounts"], json!([]));
    let seen = amy.get(&format!("/api/v1/statuses/{}", text(&status["id"]))).await;
    assert_eq!(seen["favourites_count"], 0);
}
