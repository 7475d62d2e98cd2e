//! What `api_versions` promises. Apps switch features on by the number alone, so each level's are tried here as an app
//! that trusts the number does; the corners of each feature have tests of their own.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::device::Device;

use super::media::{picture, upload};
use super::{server, somebody};

#[tokio::test]
async fn the_level_the_version_and_nodeinfo_say_what_is_true() {
    let guest = server().await.api(None);
    let instance = guest.get("/api/v2/instance").await;
    assert_eq!(instance["api_versions"], json!({ "mastodon": 7, "staffroom": 1 }));
    let (mastodon, own) = instance["version"].as_str().unwrap().split_once(" (compatible; Staffroom ").unwrap();
    assert_eq!(mastodon, "4.5.0", "level 7 is Mastodon 4.5, and apps that read the version switch on the same");
    let info = guest.get("/nodeinfo/2.1").await;
    assert_eq!(info["software"]["version"], own.trim_end_matches(')'), "ours, not Mastodon's");
    let access = &instance["configuration"]["timelines_access"];
    for feeds in ["live_feeds", "hashtag_feeds", "trending_link_feeds"] {
        assert_eq!(access[feeds], json!({ "local": "public", "remote": "public" }), "{feeds}");
    }
}

#[tokio::test]
async fn levels_1_to_3_group_notifications_and_know_pkce() {
    let ((me, handle), (other, _)) = (somebody().await, somebody().await);
    let status = me.post("/api/v1/statuses", &json!({ "status": "like me" })).await;
    other.post(&format!("/api/v1/statuses/{}/favourite", status["id"].as_str().unwrap()), &json!({})).await;
    other.post("/api/v1/statuses", &json!({ "status": format!("@{handle} hello") })).await;
    let groups = me.get("/api/v2/notifications?grouped_types[]=favourite").await;
    let group = groups["notification_groups"].as_array().unwrap().iter().find(|one| one["type"] == "favourite");
    assert!(group.unwrap()["group_key"].as_str().unwrap().starts_with("favourite-"), "{groups}");
    assert!(me.get("/api/v2/notifications/unread_count").await["count"].as_u64() > Some(0));
    assert!(me.get("/api/v2/notifications/policy").await["for_not_following"].is_string());
    let metadata = server().await.api(None).get("/.well-known/oauth-authorization-server").await;
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    assert!(me.get("/api/v1/profile").await["attribution_domains"].is_array());
}

#[tokio::test]
async fn levels_4_to_6_delete_files_encrypt_by_the_standard_blur_and_feature() {
    let ((me, _), (other, _)) = (somebody().await, somebody().await);
    let (_, file) = upload(&me, "/api/v2/media", &picture(9, 9, image::ImageFormat::Png), "a.png").await;
    let pictured = json!({ "status": "a picture", "media_ids": [file["id"]] });
    let status = me.post("/api/v1/statuses", &pictured).await;
    let path = format!("/api/v1/statuses/{}?delete_media=true", status["id"].as_str().unwrap());
    me.send(Method::DELETE, &path, &Value::Null).await.ok();
    assert_eq!(me.send(Method::POST, "/api/v1/statuses", &pictured).await.status, 422, "gone for good");

    let asked = Device::new().subscription("https://push.example/x", true, &["quote", "quoted_update"]);
    let made = me.post("/api/v1/push/subscription", &asked).await;
    let wanted = (&made["standard"], &made["alerts"]["quote"], &made["alerts"]["quoted_update"]);
    assert_eq!(wanted, (&json!(true), &json!(true), &json!(true)), "{made}");

    let filter = json!({ "title": "blurred", "context": ["home"], "filter_action": "blur" });
    assert_eq!(me.post("/api/v2/filters", &filter).await["filter_action"], "blur");

    let id = other.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    me.post(&format!("/api/v1/accounts/{id}/follow"), &json!({})).await;
    assert_eq!(me.post(&format!("/api/v1/accounts/{id}/endorse"), &json!({})).await["endorsed"], true);
    let own = me.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    assert_eq!(other.get(&format!("/api/v1/accounts/{own}/endorsements")).await[0]["id"], json!(id));
    me.post("/api/v1/tags/levelsix/feature", &json!({})).await;
    assert_eq!(other.get(&format!("/api/v1/accounts/{own}/featured_tags")).await[0]["name"], "levelsix");
}

#[tokio::test]
async fn level_7_quotes() {
    let ((me, _), (other, _)) = (somebody().await, somebody().await);
    let open = json!({ "status": "quote me", "quote_approval_policy": "public" });
    let quoted = me.post("/api/v1/statuses", &open).await;
    assert_eq!(quoted["quote_approval"]["automatic"], json!(["public"]));
    let id = quoted["id"].as_str().unwrap();
    let quote = json!({ "status": "look", "quoted_status_id": id });
    let quoting = other.post("/api/v1/statuses", &quote).await;
    assert_eq!(quoting["quote"]["state"], "accepted", "{quoting}");
    assert_eq!(quoting["quote"]["quoted_status"]["id"], quoted["id"]);
    let at = quoting["id"].as_str().unwrap();
    assert_eq!(me.get(&format!("/api/v1/statuses/{id}/quotes")).await[0]["id"], quoting["id"]);
    assert_eq!(me.get(&format!("/api/v1/statuses/{id}")).await["quotes_count"], 1);
    let told = me.get("/api/v1/notifications?types[]=quote").await;
    assert_eq!(told[0]["status"]["id"], quoting["id"], "{told}");
    me.send(Method::PUT, &format!("/api/v1/statuses/{id}"), &json!({ "status": "quote me now" })).await.ok();
    let told = other.get("/api/v1/notifications?types[]=quoted_update").await;
    assert_eq!(told[0]["type"], "quoted_update", "{told}");

    let revoke = format!("/api/v1/statuses/{id}/quotes/{at}/revoke");
    assert_eq!(other.send(Method::POST, &revoke, &json!({})).await.status, 404, "not the one quoted");
    assert_eq!(me.post(&revoke, &json!({})).await["quote"]["state"], "revoked");
    let policy = format!("/api/v1/statuses/{id}/interaction_policy");
    let closed = me.send(Method::PUT, &policy, &json!({ "quote_approval_policy": "nobody" })).await.ok();
    assert_eq!(closed["quote_approval"]["automatic"], json!([]));
    assert_eq!(other.send(Method::POST, "/api/v1/statuses", &quote).await.status, 403, "nobody may now");
}
