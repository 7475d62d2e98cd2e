//! Posts between our own servers: a follower reads what is written, and a tag reaches people who follow nobody.

use reqwest::Method;
use serde_json::{Value, json};

use super::network::{actor_uri, find, follow, none_with, one_with, servers, text};
use staffroom_tests::wait::eventually;

const HOME: &str = "/api/v1/timelines/home";
const TAG: &str = "/api/v1/timelines/tag/sltchat";

#[tokio::test]
async fn a_follower_elsewhere_reads_answers_and_sees_edit_and_deletion() {
    let net = servers::<2>().await;
    let (amy, ben) = (net[0].member("amy"), net[1].member("ben"));
    let amy_at_elm = follow(&ben, &format!("@amy@{}", net[0].host())).await;

    let written = amy.post("/api/v1/statuses", &json!({ "status": "Seating plans, anyone?" })).await;
    let path = format!("/api/v1/statuses/{}", text(&written["id"]));
    let read = one_with(&ben, HOME, "Seating plans").await;
    assert_eq!(read["uri"], written["uri"]);
    assert_eq!(read["account"]["id"], amy_at_elm);
    assert_eq!(read["account"]["acct"], format!("amy@{}", net[0].host()));

    let read_path = format!("/api/v1/statuses/{}", text(&read["id"]));
    let answer = format!("@amy@{} Mine are on the drive", net[0].host());
    ben.post("/api/v1/statuses", &json!({ "status": answer, "in_reply_to_id": read["id"] })).await;
    ben.post(&format!("{read_path}/favourite"), &json!({})).await;
    ben.post(&format!("{read_path}/reblog"), &json!({})).await;
    eventually("amy sees answer, favourite and reblog", || async {
        let status = amy.get(&path).await;
        let counts =
            [&status["replies_count"], &status["favourites_count"], &status["reblogs_count"]].map(Value::as_u64);
        if counts == [Some(1); 3] { Ok(()) } else { Err(counts) }
    })
    .await;
    let notices = amy.get("/api/v1/notifications").await;
    let mut kinds: Vec<_> = notices.as_array().unwrap().iter().map(|one| text(&one["type"])).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["favourite", "follow", "mention", "reblog"]);

    amy.send(Method::PUT, &path, &json!({ "status": "Seating plans, nobody?" })).await.ok();
    one_with(&ben, HOME, "nobody?").await;
    ben.post(&format!("{read_path}/unfavourite"), &json!({})).await;
    eventually("the favourite is taken back", || async {
        let count = amy.get(&path).await["favourites_count"].clone();
        if count == 0 { Ok(()) } else { Err(count) }
    })
    .await;
    amy.send(Method::DELETE, &path, &Value::Null).await.ok();
    none_with(&ben, HOME, "nobody?").await;
    assert_eq!(ben.send(Method::GET, &read_path, &Value::Null).await.status, 404);
}

#[tokio::test]
async fn after_an_unfollow_nothing_comes_any_more() {
    let net = servers::<2>().await;
    let (amy, ben) = (net[0].member("amy"), net[1].member("ben"));
    let cat = net[1].member("cat");
    let id = follow(&ben, &format!("@amy@{}", net[0].host())).await;
    follow(&cat, &format!("@amy@{}", net[0].host())).await;
    ben.post(&format!("/api/v1/accounts/{id}/unfollow"), &json!({})).await;
    eventually("amy has one follower", || async {
        let me = amy.get("/api/v1/accounts/verify_credentials").await;
        if me["followers_count"] == 1 { Ok(()) } else { Err(me["followers_count"].clone()) }
    })
    .await;
    amy.post("/api/v1/statuses", &json!({ "status": "For those who stayed", "visibility": "private" })).await;
    one_with(&cat, HOME, "those who stayed").await;
    assert!(ben.statuses_with(HOME, "those who stayed").await.is_empty());
}

#[tokio::test]
async fn a_locked_account_decides_who_follows() {
    let net = servers::<2>().await;
    let (amy, ben) = (net[0].member("amy"), net[1].member("ben"));
    amy.send(Method::PATCH, "/api/v1/accounts/update_credentials", &json!({ "locked": true })).await.ok();
    let account = find(&ben, &format!("@amy@{}", net[0].host())).await;
    let path = format!("/api/v1/accounts/{}/follow", text(&account["id"]));
    let relation = ben.post(&path, &json!({})).await;
    assert_eq!((&relation["following"], &relation["requested"]), (&json!(false), &json!(true)));
    let asking = eventually("the request is at amy's", || async {
        let requests = amy.get("/api/v1/follow_requests").await;
        requests[0]["id"].as_str().map(str::to_owned).ok_or(requests)
    })
    .await;
    amy.post("/api/v1/statuses", &json!({ "status": "Before the answer", "visibility": "private" })).await;
    amy.post(&format!("/api/v1/follow_requests/{asking}/authorize"), &json!({})).await;
    follow(&ben, &format!("@amy@{}", net[0].host())).await;
    amy.post("/api/v1/statuses", &json!({ "status": "After the answer", "visibility": "private" })).await;
    one_with(&ben, HOME, "After the answer").await;
    assert!(ben.statuses_with(HOME, "Before the answer").await.is_empty());
}

#[tokio::test]
async fn a_direct_status_reaches_the_mentioned_and_nobody_beside_them() {
    let net = servers::<2>().await;
    let (amy, ben, cat) = (net[0].member("amy"), net[1].member("ben"), net[1].member("cat"));
    follow(&cat, &format!("@amy@{}", net[0].host())).await;
    let words = format!("@ben@{} between us", net[1].host());
    let written = amy.post("/api/v1/statuses", &json!({ "status": words, "visibility": "direct" })).await;
    let notice = eventually("ben is told", || async {
        let notices = ben.get("/api/v1/notifications?types[]=mention").await;
        if notices[0].is_object() { Ok(notices[0].clone()) } else { Err(notices) }
    })
    .await;
    assert_eq!(notice["status"]["uri"], written["uri"]);
    assert_eq!(notice["status"]["visibility"], "direct");
    let path = format!("/api/v1/statuses/{}", text(&notice["status"]["id"]));
    assert_eq!(cat.send(Method::GET, &path, &Value::Null).await.status, 404);
    assert!(cat.statuses_with(HOME, "between us").await.is_empty());
}

#[tokio::test]
async fn a_tag_reaches_two_other_servers_whose_people_follow_nobody() {
    let net = servers::<3>().await;
    for server in &net {
        for other in net.iter().filter(|other| other.url() != server.url()) {
            server.add_peer(other.url(), "SLTchat");
        }
    }
    let readers = [net[1].member("ben"), net[2].member("cat")];
    let amy = net[0].member("amy");
    for reader in &readers {
        eventually("the tag's followers are known", || async {
            let followers = net[0].database().count("follows WHERE accepted").await;
            if followers >= 2 { Ok(()) } else { Err(followers) }
        })
        .await;
        let me = reader.get("/api/v1/accounts/verify_credentials").await;
        assert_eq!(me["following_count"], 0);
    }
    let written = amy.post("/api/v1/statuses", &json!({ "status": "Nine minutes to go #SLTchat" })).await;
    let path = format!("/api/v1/statuses/{}", text(&written["id"]));
    for reader in &readers {
        let read = one_with(reader, TAG, "Nine minutes").await;
        assert_eq!(read["uri"], written["uri"]);
        assert!(reader.statuses_with(HOME, "Nine minutes").await.is_empty());
    }
    amy.send(Method::PUT, &path, &json!({ "status": "Eight minutes to go #SLTchat" })).await.ok();
    for reader in &readers {
        one_with(reader, TAG, "Eight minutes").await;
        none_with(reader, TAG, "Nine minutes").await;
    }
    // Nobody is told by a tag's account about a status that is not for everybody, or without the tag.
    amy.post("/api/v1/statuses", &json!({ "status": "Quiet #SLTchat", "visibility": "unlisted" })).await;
    amy.post("/api/v1/statuses", &json!({ "status": "Quiet without a tag" })).await;
    let last = amy.post("/api/v1/statuses", &json!({ "status": "Loud #SLTchat" })).await;
    for reader in &readers {
        assert_eq!(one_with(reader, TAG, "Loud").await["uri"], last["uri"]);
        assert!(reader.statuses_with(TAG, "Quiet").await.is_empty());
    }
    amy.send(Method::DELETE, &path, &Value::Null).await.ok();
    for (reader, server) in readers.iter().zip(&net[1..]) {
        none_with(reader, TAG, "Eight minutes").await;
        let author = actor_uri(&amy).await;
        let theirs = format!(
            "statuses s JOIN accounts a ON a.id = s.account_id WHERE a.uri = '{author}' AND s.deleted_at IS NULL"
        );
        eventually("only the loud one is there, once", || async {
            let left = server.database().count(&theirs).await;
            if left == 1 { Ok(()) } else { Err(left) }
        })
        .await;
    }
}
