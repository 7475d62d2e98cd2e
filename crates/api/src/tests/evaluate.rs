//! Asking the moderation rules, and meeting them.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::testing::{ALL_SCOPES, world};

const RISKY: &str = "The staffing plan. Not for onward circulation.";

#[tokio::test]
async fn a_draft_is_judged_and_not_kept() {
    let world = world().await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    let draft = json!({ "status": RISKY });
    let verdict = world.ask(Method::POST, "/api/staffroom/v1/evaluate", Some(&token), draft).await.json;
    assert_ne!(verdict["action"], "allow");
    let finding = &verdict["findings"][0];
    let (start, end) = (finding["span"]["start"].as_u64().unwrap(), finding["span"]["end"].as_u64().unwrap());
    let found = RISKY.get(usize::try_from(start).unwrap()..usize::try_from(end).unwrap()).unwrap();
    assert!(found == "Not for onward circulation" && finding["reason"].is_string(), "{found}");
    assert_eq!(world.get("/api/v1/timelines/home", Some(&token)).await.json, json!([]));
}

#[tokio::test]
async fn a_harmless_draft_is_allowed() {
    let world = world().await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    let draft = json!({ "status": "Staff meeting at nine" });
    let verdict = world.ask(Method::POST, "/api/staffroom/v1/evaluate", Some(&token), draft).await.json;
    assert_eq!(verdict, json!({ "action": "allow", "complete": true, "findings": [] }));
}

#[tokio::test]
async fn publishing_what_a_rule_refuses_says_why() {
    let world = world().await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    let answer = world.ask(Method::POST, "/api/v1/statuses", Some(&token), json!({ "status": RISKY })).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.json["error"].as_str().unwrap().starts_with("Validation failed: "), "{}", answer.json);
}
