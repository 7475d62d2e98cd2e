//! Writing once, editing, and taking back.

use reqwest::Method;
use serde_json::{Value, json};

use super::{server, somebody};

#[tokio::test]
async fn trap_46_the_same_key_writes_once_also_when_sent_at_the_same_time() {
    let (me, _) = somebody().await;
    let send = |key: &'static str| {
        let request = me.request(Method::POST, "/api/v1/statuses").header("idempotency-key", key);
        let request = request.json(&json!({ "status": "only once" })).send();
        async {
            let answer = request.await.unwrap();
            assert_eq!(answer.status(), 200);
            answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
        }
    };
    let mut ids = futures_util::future::join_all((0..8).map(|_| send("one"))).await;
    ids.push(send("one").await);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_ne!(send("two").await, ids[0]);
    let (other, _) = somebody().await;
    let theirs = other.request(Method::POST, "/api/v1/statuses").header("idempotency-key", "one");
    let theirs: Value = theirs.json(&json!({ "status": "mine" })).send().await.unwrap().json().await.unwrap();
    assert_ne!(theirs["id"], ids[0], "a key is its account's own");
    assert_eq!(me.statuses_with("/api/v1/timelines/home", "only once").await.len(), 2);
}

#[tokio::test]
async fn an_edit_keeps_what_was_said_and_source_is_the_authors_alone() {
    let (me, _) = somebody().await;
    let (other, _) = somebody().await;
    let status = me.post("/api/v1/statuses", &json!({ "status": "First <b>words</b>", "spoiler_text": "cw" })).await;
    let path = format!("/api/v1/statuses/{}", status["id"].as_str().unwrap());
    assert_eq!(status["edited_at"], Value::Null);
    assert!(!status["content"].as_str().unwrap().contains("<b>"));

    let edit = json!({ "status": "Second words", "spoiler_text": "" });
    assert_eq!(other.send(Method::PUT, &path, &edit).await.status, 404);
    assert_eq!(server().await.api(None).send(Method::PUT, &path, &edit).await.status, 401);
    let edited = me.send(Method::PUT, &path, &edit).await.ok();
    assert!(edited["edited_at"].is_string());
    assert_eq!((&edited["id"], &edited["uri"], &edited["spoiler_text"]), (&status["id"], &status["uri"], &json!("")));

    let history = other.get(&format!("{path}/history")).await;
    let said: Vec<_> = history.as_array().unwrap().iter().map(|version| version["content"].as_str().unwrap()).collect();
    assert!(said.len() == 2 && said[0].contains("First") && said[1].contains("Second"), "{said:?}");

    let source = me.get(&format!("{path}/source")).await;
    assert_eq!((&source["text"], &source["spoiler_text"]), (&json!("Second words"), &json!("")));
    assert_eq!(other.send(Method::GET, &format!("{path}/source"), &Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_deleted_status_is_handed_back_as_typed_and_gone() {
    let (me, _) = somebody().await;
    let (other, _) = somebody().await;
    let status = me.post("/api/v1/statuses", &json!({ "status": "To *redraft*" })).await;
    let path = format!("/api/v1/statuses/{}", status["id"].as_str().unwrap());
    other.post(&format!("{path}/reblog"), &json!({})).await;
    assert_eq!(other.send(Method::DELETE, &path, &Value::Null).await.status, 404);
    let gone = me.send(Method::DELETE, &path, &Value::Null).await.ok();
    assert_eq!(gone["text"], "To *redraft*");
    for api in [&me, &other] {
        assert_eq!(api.send(Method::GET, &path, &Value::Null).await.status, 404);
        assert!(api.statuses_with("/api/v1/timelines/home", "redraft").await.is_empty());
    }
    assert_eq!(me.send(Method::DELETE, &path, &Value::Null).await.status, 404);
}

#[tokio::test]
async fn audiences_are_kept_in_every_place_a_status_can_turn_up() {
    let (me, handle) = somebody().await;
    let (other, _) = somebody().await;
    let nobody = server().await.api(None);
    for (visibility, stranger, anybody) in
        [("public", 200, 200), ("unlisted", 200, 200), ("private", 404, 404), ("direct", 404, 404)]
    {
        let words = format!("for {visibility} eyes of {handle} #eyes");
        let status = me.post("/api/v1/statuses", &json!({ "status": words, "visibility": visibility })).await;
        let path = format!("/api/v1/statuses/{}", status["id"].as_str().unwrap());
        for (api, wanted) in [(&me, 200), (&other, stranger), (&nobody, anybody)] {
            assert_eq!(api.send(Method::GET, &path, &Value::Null).await.status, wanted, "{visibility}");
            for more in ["context", "history"] {
                let found = api.send(Method::GET, &format!("{path}/{more}"), &Value::Null).await.status;
                assert_eq!(found, wanted, "{visibility} {more}");
            }
        }
        for verb in ["favourite", "reblog", "bookmark"] {
            let found = other.send(Method::POST, &format!("{path}/{verb}"), &json!({})).await.status;
            assert_eq!(found == 200, stranger == 200, "{visibility} {verb}: {found}");
        }
        let listed = usize::from(visibility == "public");
        for timeline in ["/api/v1/timelines/public", "/api/v1/timelines/tag/eyes"] {
            assert_eq!(other.statuses_with(timeline, &words.replace(" #eyes", "")).await.len(), listed, "{timeline}");
        }
    }
}

#[tokio::test]
async fn a_poll_of_ones_own_counts_as_voted_in_and_stays_as_it_was_published() {
    let (me, _) = somebody().await;
    let (other, _) = somebody().await;
    let poll = json!({ "options": ["tea", "coffee"], "expires_in": 3600 });
    let status = me.post("/api/v1/statuses", &json!({ "status": "tea?", "poll": poll })).await;
    let path = format!("/api/v1/statuses/{}", status["id"].as_str().unwrap());
    let read = format!("/api/v1/polls/{}", status["poll"]["id"].as_str().unwrap());
    assert_eq!((&status["poll"]["voted"], &me.get(&read).await["voted"]), (&json!(true), &json!(true)));
    assert_eq!(other.get(&read).await["voted"], false);
    me.send(Method::PUT, &path, &json!({ "status": "tea or coffee?", "poll": poll })).await.ok();
    let changed = json!({ "status": "tea or coffee?", "poll": { "options": ["tea", "gin"], "expires_in": 3600 } });
    assert_eq!(me.send(Method::PUT, &path, &changed).await.status, 422);
    let added = me.post("/api/v1/statuses", &json!({ "status": "no poll" })).await;
    let path = format!("/api/v1/statuses/{}", added["id"].as_str().unwrap());
    assert_eq!(me.send(Method::PUT, &path, &json!({ "status": "x", "poll": poll })).await.status, 422);
    let wrong = json!({ "status": "x", "poll": "tea" });
    assert_eq!(me.send(Method::POST, "/api/v1/statuses", &wrong).await.status, 422);
}

#[tokio::test]
async fn marks_and_links_do_not_carry_more_than_a_status_may() {
    let (me, _) = somebody().await;
    let marks = format!("a{}", "\u{301}".repeat(100_000));
    let links = format!("https://a.example/{} ", "x".repeat(3000)).repeat(80);
    for text in [marks, links] {
        assert_eq!(me.send(Method::POST, "/api/v1/statuses", &json!({ "status": text })).await.status, 422);
    }
    let link = format!("https://a.example/{}", "x".repeat(3000));
    me.post("/api/v1/statuses", &json!({ "status": link })).await;
}
