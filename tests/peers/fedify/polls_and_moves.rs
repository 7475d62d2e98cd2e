//! Votes and removals between Fedify's people and ours, each in both directions.

use serde_json::{Value, json};
use staffroom_tests::process::PASSWORD;
use staffroom_tests::wait::eventually;

use super::both_ways::{follow_the_peer, me, one_at_home, relation};
use super::{amy_and_the_peer, handle, text};

#[tokio::test]
async fn polls_are_voted_in_from_the_other_side() {
    let (server, amy, peer) = amy_and_the_peer().await;
    let me = me(&amy).await;
    follow_the_peer(&amy, &peer).await;

    // theirs
    let poll = json!({ "content": "<p>Which drink?</p>", "options": ["tea", "coffee"] });
    let question = peer.act("post", poll).await;
    let status = one_at_home(&amy, "Which drink?").await;
    assert_eq!(status["poll"]["options"][1]["title"], "coffee", "{status}");
    let ballot = format!("/api/v1/polls/{}/votes", text(&status["poll"]["id"]));
    amy.post(&ballot, &json!({ "choices": [1] })).await;
    eventually("the vote is counted there", || async {
        let votes = peer.votes().await;
        if votes == json!([[me, "coffee"]]) { Ok(()) } else { Err(votes) }
    })
    .await;
    peer.receives_where("Create", &me, |create| create["json"].to_string().contains(text(&question["id"]))).await;

    // ours: one vote for each person, however often it is sent
    let ask = json!({ "status": "Which day?", "poll": { "options": ["Monday", "Friday"], "expires_in": 3600 } });
    let ours = amy.post("/api/v1/statuses", &ask).await;
    let path = format!("/api/v1/statuses/{}", text(&ours["id"]));
    peer.act("vote", json!({ "id": ours["uri"], "name": "Friday" })).await;
    let counts = |status: &Value| {
        let options = status["poll"]["options"].as_array().cloned().unwrap_or_default();
        options.iter().map(|option| option["votes_count"].as_i64().unwrap_or(-1)).collect::<Vec<_>>()
    };
    eventually("the vote is counted here", || async {
        let seen = amy.get(&path).await;
        if counts(&seen) == [0, 1] { Ok(()) } else { Err(seen["poll"].clone()) }
    })
    .await;
    peer.act("vote", json!({ "id": ours["uri"], "name": "Monday" })).await;
    peer.act("like", json!({ "id": ours["uri"] })).await;
    eventually("what came after the second vote", || async {
        let seen = amy.get(&path).await;
        if seen["favourites_count"] == 1 { Ok(()) } else { Err(seen) }
    })
    .await;
    let waiting = server.database().count("inbox_items WHERE attempts = 0").await;
    assert!(waiting <= 1);
    assert_eq!(counts(&amy.get(&path).await), [0, 1]);
}

#[tokio::test]
async fn who_moves_here_brings_followers_along() {
    let (server, amy, peer) = amy_and_the_peer().await;
    let ben = server.member("ben");
    let old = follow_the_peer(&ben, &peer).await;
    let me = me(&amy).await;
    let new = text(&amy.get("/api/v1/accounts/verify_credentials").await["id"]).to_owned();

    // without her word nobody goes anywhere
    peer.act("move", json!({ "handle": handle(&server, "amy") })).await;
    peer.act("post", json!({ "content": "<p>Said after the move</p>" })).await;
    one_at_home(&ben, "Said after the move").await;
    relation(&ben, &new, "following", false).await;

    amy.post("/api/v1/accounts/alias", &json!({ "also_known_as_uris": [peer.actor()] })).await;
    peer.act("move", json!({ "handle": handle(&server, "amy") })).await;
    relation(&ben, &new, "following", true).await;
    relation(&ben, &old, "following", false).await;
    let account = ben.get(&format!("/api/v1/accounts/{old}")).await;
    assert_eq!(account["moved"]["uri"], json!(me), "{account}");
}

#[tokio::test]
async fn who_moves_there_is_told_to_followers_there() {
    let (server, amy, peer) = amy_and_the_peer().await;
    let me = me(&amy).await;
    peer.follow(&handle(&server, "amy")).await;
    let go = json!({ "moved_to_uri": peer.actor(), "password": PASSWORD });
    let refused = amy.send(reqwest::Method::POST, "/api/v1/accounts/move", &go).await.status;
    assert!((400..500).contains(&refused), "the peer does not say that it is amy: {refused}");
    peer.act("alias", json!({ "actor": me })).await;
    amy.post("/api/v1/accounts/move", &go).await;
    let moved = peer.receives("Move", &me, &me).await;
    assert!(moved.to_string().contains(&peer.actor()), "{moved}");
}
