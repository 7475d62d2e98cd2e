//! Walking a timeline by its links.

use axum::http::Method;
use serde_json::json;

use crate::testing::{ALL_SCOPES, Answer, world};

fn ids(answer: &Answer) -> Vec<String> {
    answer.json.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn link(answer: &Answer, rel: &str) -> Option<String> {
    let part = answer.header("link").split(", ").find(|part| part.ends_with(&format!("rel=\"{rel}\"")))?;
    let url = part.strip_prefix('<')?.split_once('>')?.0;
    Some(url.strip_prefix("https://oak.test")?.to_owned())
}

#[tokio::test]
async fn links_lead_to_the_end_and_back() {
    let world = world().await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    let mut published = Vec::new();
    for n in 0..5 {
        let body = json!({ "status": format!("number {n}") });
        let answer = world.ask(Method::POST, "/api/v1/statuses", Some(&token), body).await;
        published.insert(0, answer.json["id"].as_str().unwrap().to_owned());
    }
    let first = world.get("/api/v1/timelines/home?limit=2", Some(&token)).await;
    let second = world.get(&link(&first, "next").unwrap(), Some(&token)).await;
    let third = world.get(&link(&second, "next").unwrap(), Some(&token)).await;
    assert_eq!([ids(&first), ids(&second), ids(&third)].concat(), published);
    assert_eq!(link(&third, "next"), None, "the last page leads nowhere");
    let back = world.get(&link(&second, "prev").unwrap(), Some(&token)).await;
    assert_eq!(ids(&back), ids(&first));
}

#[tokio::test]
async fn limits_are_clamped_and_cursors_that_are_none_ignored() {
    let world = world().await;
    let (_, token) = world.person("amy", ALL_SCOPES).await;
    for query in
        ["limit=9999", "limit=0", "limit=-1", "limit=x", "max_id=abc", "min_id=-5", "since_id=99999999999999999999"]
    {
        let answer = world.get(&format!("/api/v1/timelines/home?{query}"), Some(&token)).await;
        assert_eq!(answer.status, 200, "{query}");
    }
}
