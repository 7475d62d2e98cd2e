//! Every entity has the properties that apps cannot do without, never null.

use axum::http::Method;
use serde_json::{Value, json};

use crate::testing::{ALL_SCOPES, world};

const ACCOUNT: &str = "id username acct url uri display_name note avatar avatar_static header header_static locked bot \
                       group indexable created_at followers_count following_count statuses_count emojis fields roles";
const STATUS: &str = "id uri url created_at account content visibility sensitive spoiler_text media_attachments mentions \
                      tags emojis reblogs_count favourites_count replies_count quotes_count favourited reblogged muted \
                      bookmarked pinned filtered";
const NULLABLE: &str = "edited_at in_reply_to_id in_reply_to_account_id reblog poll card language application";

fn has(entity: &Value, names: &str) {
    for name in names.split_whitespace() {
        assert!(entity.get(name).is_some_and(|value| !value.is_null()), "{name} of {entity}");
    }
}

#[tokio::test]
async fn a_status_and_what_hangs_on_it() {
    let world = world().await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    let poll = json!({ "options": ["yes", "no"], "expires_in": 600 });
    let body = json!({ "status": "Hello #SLTchat @amy", "poll": poll });
    let status = world.ask(Method::POST, "/api/v1/statuses", Some(&token), body).await.json;
    has(&status, STATUS);
    has(&status["account"], ACCOUNT);
    for name in NULLABLE.split_whitespace() {
        assert!(status.get(name).is_some(), "{name} of {status}");
    }
    has(&status["poll"], "id expires_at expired multiple votes_count voters_count voted own_votes options emojis");
    has(&status["tags"][0], "name url");
    has(&status["mentions"][0], "id username acct url");
    assert_eq!(status["tags"][0]["name"], "sltchat");
}

#[tokio::test]
async fn ids_are_digits_and_times_have_three_decimals() {
    let world = world().await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    let status = world.ask(Method::POST, "/api/v1/statuses", Some(&token), json!({ "status": "Hello" })).await.json;
    let id = status["id"].as_str().unwrap();
    assert!(id.len() == 18 && id.bytes().all(|b| b.is_ascii_digit()), "{id}");
    let at = status["created_at"].as_str().unwrap();
    assert_eq!((at.len(), at.find('.'), at.find('Z')), (24, Some(19), Some(23)));
    let account = world.get("/api/v1/accounts/verify_credentials", Some(&token)).await.json;
    assert_eq!(account["last_status_at"].as_str().unwrap().len(), 10);
}

#[tokio::test]
async fn ones_own_account_and_preferences() {
    let world = world().await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    let account = world.get("/api/v1/accounts/verify_credentials", Some(&token)).await.json;
    has(&account, ACCOUNT);
    has(&account, "source role");
    has(&account["source"], "privacy sensitive note fields follow_requests_count");
    has(&account["role"], "id name color permissions highlighted");
    let preferences = world.get("/api/v1/preferences", Some(&token)).await.json;
    has(&preferences, "posting:default:visibility posting:default:sensitive reading:expand:media");
    assert!(preferences.get("posting:default:language").is_some());
}

#[tokio::test]
async fn relationships_keep_the_order_asked_and_skip_the_unknown() {
    let world = world().await;
    let (amy, token) = world.person("amy", ALL_SCOPES).await;
    let (ben, _) = world.person("ben", ALL_SCOPES).await;
    let path = format!("/api/v1/accounts/relationships?id[]={}&id[]=1&id[]={}", ben.id, amy.id);
    let list = world.get(&path, Some(&token)).await.json;
    let ids: Vec<_> = list.as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, [ben.id.to_string(), amy.id.to_string()]);
    has(
        &list[0],
        "following showing_reblogs notifying followed_by blocking blocked_by muting muting_notifications requested \
         requested_by domain_blocking endorsed note",
    );
    assert_eq!(world.get("/api/v1/accounts/relationships", Some(&token)).await.json, json!([]));
}

#[tokio::test]
async fn the_instance_in_both_forms() {
    let world = world().await;
    let v2 = world.get("/api/v2/instance", None).await.json;
    has(&v2, "domain title version source_url description usage thumbnail icon languages configuration registrations");
    has(&v2["configuration"], "urls accounts statuses media_attachments polls translation");
    has(&v2["contact"], "email");
    has(&v2["rules"][0], "id text hint");
    let v1 = world.get("/api/v1/instance", None).await.json;
    has(&v1, "uri title short_description description email version urls stats thumbnail languages rules");
    assert_eq!((&v1["version"], v1["version"].as_str()), (&v2["version"], Some("4.5.0 (compatible; Staffroom 0.1.0)")));
    assert_eq!(v1["urls"]["streaming_api"], "wss://oak.test");
}

#[tokio::test]
async fn a_suspended_account_still_reads_as_one() {
    let world = world().await;
    let (amy, _) = world.person("amy", ALL_SCOPES).await;
    world.service.accounts().suspend(&world.service.cx(), amy.id).await.unwrap();
    let account = world.get(&format!("/api/v1/accounts/{}", amy.id), None).await.json;
    has(&account, ACCOUNT);
    assert_eq!((&account["suspended"], &account["note"]), (&json!(true), &json!("")));
}

#[tokio::test]
async fn a_profile_is_edited_as_typed() {
    let world = world().await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    let change = json!({ "note": "Head of <maths>", "fields_attributes": [{ "name": "School", "value": "Oak" }] });
    for method in [Method::PATCH, Method::PUT] {
        let answer = world.ask(method, "/api/v1/profile", Some(&token), change.clone()).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
    }
    let profile = world.get("/api/v1/profile", Some(&token)).await.json;
    assert_eq!(profile["note"], "Head of <maths>");
    assert_eq!(profile["fields"], json!([{ "name": "School", "value": "Oak" }]));
    let account = world.get("/api/v1/accounts/verify_credentials", Some(&token)).await.json;
    assert!(!account["note"].as_str().unwrap().contains("<maths>"), "{account}");
}
