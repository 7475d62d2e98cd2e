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
async fn places_are_counted_in_code_points_and_texts_have_the_names_of_fields() {
    let world = world().await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    for (before, field, part) in [
        ("née 👩\u{200d}🏫 ", "status", "content"),
        ("", "status", "content"),
        ("\u{1d518}\u{301} e\u{301} ", "spoiler_text", "spoiler_text"),
    ] {
        let mut draft = json!({ "status": "Ours" });
        draft[field] = json!(format!("{before}{RISKY}"));
        let verdict = world.ask(Method::POST, "/api/staffroom/v1/evaluate", Some(&token), draft).await.json;
        let findings = verdict["findings"].as_array().unwrap();
        let finding = findings.iter().find(|one| one["rule"] == "confidential-marking").unwrap();
        let start = before.chars().count() + 19;
        assert_eq!((&finding["part"], &finding["span"]), (&json!(part), &json!({ "start": start, "end": start + 26 })));
    }
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
async fn publishing_what_a_rule_holds_says_why_and_shows_it_to_nobody_else() {
    let world = world().await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    let (_, others) = world.person("ben", ALL_SCOPES).await;
    let answer = world.ask(Method::POST, "/api/v1/statuses", Some(&token), json!({ "status": RISKY })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json);
    let held = &answer.json["staffroom"]["held"];
    assert_eq!(held["rule"], "confidential-marking");
    assert!(held["reason"].as_str().unwrap().contains("confidential paper"), "{held}");
    let path = format!("/api/v1/statuses/{}", answer.json["id"].as_str().unwrap());
    assert_eq!(world.get(&path, Some(&token)).await.json["staffroom"]["held"], *held);
    assert_eq!(world.get(&path, Some(&others)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get(&path, None).await.status, StatusCode::NOT_FOUND);
}
