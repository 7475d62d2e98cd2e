//! Statuses found by their words: by whom, and by whom not.

use reqwest::{Method, Url};
use serde_json::{Value, json};
use staffroom_tests::api::Api;

use super::{server, somebody};

/// The texts found, newest first, without mark-up.
async fn found(api: &Api, q: &str) -> Vec<String> {
    found_with(api, &[("q", q)]).await
}

async fn found_with(api: &Api, query: &[(&str, &str)]) -> Vec<String> {
    let url = Url::parse_with_params("http://any.test/?type=statuses", query).unwrap();
    let answer = api.get(&format!("/api/v2/search?{}", url.query().unwrap())).await;
    assert_eq!((&answer["accounts"], &answer["hashtags"]), (&json!([]), &json!([])));
    let texts = answer["statuses"].as_array().unwrap().iter();
    texts.map(|status| status["content"].as_str().unwrap().replace("<p>", "").replace("</p>", "")).collect()
}

async fn publish(api: &Api, text: &str, visibility: &str) -> String {
    let status = api.post("/api/v1/statuses", &json!({ "status": text, "visibility": visibility })).await;
    status["id"].as_str().unwrap().to_owned()
}

async fn lets_anybody_find(api: &Api, yes: bool) {
    api.send(Method::PATCH, "/api/v1/accounts/update_credentials", &json!({ "indexable": yes })).await.ok();
}

#[tokio::test]
async fn what_is_public_is_found_by_others_when_its_author_says_so() {
    let ((author, _), (other, _)) = (somebody().await, somebody().await);
    lets_anybody_find(&author, true).await;
    let texts = ["Öffentliche Zwetschge", "leise zwetschge", "ZWETSCHGE nur für Folgende", "geheime zwetschge"];
    for (text, visibility) in texts.iter().zip(["public", "unlisted", "private", "direct"]) {
        publish(&author, text, visibility).await;
    }
    assert_eq!(found(&other, "zwetschge").await, ["Öffentliche Zwetschge"]);
    assert_eq!(found(&other, "offentliche").await, ["Öffentliche Zwetschge"]);
    assert_eq!(found(&author, "Zwetschge").await.len(), 4, "one's own, whoever else may see them");
    assert!(found(&server().await.api(None), "zwetschge").await.is_empty(), "for people signed in alone");

    lets_anybody_find(&author, false).await;
    assert!(found(&other, "zwetschge").await.is_empty());
    assert_eq!(found(&author, "zwetschge").await.len(), 4);
    assert!(found(&other, "in:library zwetschge").await.is_empty());
}

#[tokio::test]
async fn a_library_is_found_again_by_whom_it_belongs_to() {
    let ((author, _), (other, handle), (third, _)) = (somebody().await, somebody().await, somebody().await);
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(publish(&author, &format!("Quittenbaum {n}"), "public").await);
    }
    publish(&author, &format!("Quittenbaum for @{handle}"), "direct").await;
    assert_eq!(found(&other, "quittenbaum").await.len(), 1, "what one is named in");
    for (id, what) in ids.iter().zip(["bookmark", "favourite", "reblog"]) {
        other.post(&format!("/api/v1/statuses/{id}/{what}"), &json!({})).await;
    }
    for q in ["quittenbaum", "in:library quittenbaum"] {
        let texts = found(&other, q).await;
        assert_eq!(texts.len(), 4, "{texts:?}");
        assert_eq!(texts[1..], ["Quittenbaum 2", "Quittenbaum 1", "Quittenbaum 0"]);
    }
    assert!(found(&third, "quittenbaum").await.is_empty(), "the marks of others open nothing");
    other.post(&format!("/api/v1/statuses/{}/unbookmark", ids[0]), &json!({})).await;
    assert_eq!(found(&other, "quittenbaum").await.len(), 3);
}

#[tokio::test]
async fn what_was_edited_deleted_or_blocked_is_found_no_more() {
    let ((author, _), (other, _)) = (somebody().await, somebody().await);
    lets_anybody_find(&author, true).await;
    let edited = publish(&author, "Mirabelle one", "public").await;
    let deleted = publish(&author, "Mirabelle two", "public").await;
    assert_eq!(found(&other, "mirabelle").await.len(), 2);
    let path = format!("/api/v1/statuses/{edited}");
    author.send(Method::PUT, &path, &json!({ "status": "Reneklode one" })).await.ok();
    author.send(Method::DELETE, &format!("/api/v1/statuses/{deleted}"), &Value::Null).await.ok();
    assert!(found(&other, "mirabelle").await.is_empty());
    assert!(found(&author, "mirabelle").await.is_empty());
    assert_eq!(found(&other, "reneklode").await, ["Reneklode one"]);

    let me = other.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    author.post(&format!("/api/v1/accounts/{me}/block"), &json!({})).await;
    assert!(found(&other, "reneklode").await.is_empty());
    author.post(&format!("/api/v1/accounts/{me}/unblock"), &json!({})).await;
    let author_id = author.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    other.post(&format!("/api/v1/accounts/{author_id}/mute"), &json!({})).await;
    assert!(found(&other, "reneklode").await.is_empty());
}

#[tokio::test]
async fn words_phrases_and_operators_narrow_a_search() {
    let ((me, handle), (other, _)) = (somebody().await, somebody().await);
    lets_anybody_find(&other, true).await;
    publish(&me, "holunder marking whole class feedback", "public").await;
    publish(&me, "holunder marking feedback for the whole year", "public").await;
    let first = publish(&other, "holunder assessment, don't mark", "public").await;
    let reply = json!({ "status": "holunder reply", "in_reply_to_id": first, "language": "de", "sensitive": true });
    me.post("/api/v1/statuses", &reply).await;
    let poll = json!({ "status": "holunder poll", "poll": { "options": ["a", "b"], "expires_in": 3600 } });
    me.post("/api/v1/statuses", &poll).await;

    for (q, count) in [
        ("holunder", 5),
        ("holunder marking", 2),
        ("holunder \"whole class\"", 1),
        ("holunder \"class whole\"", 0),
        ("holunder mark", 1),
        ("holunder mark*", 3),
        ("holunder DONT", 1),
        ("holunder -feedback", 3),
        ("holunder -\"whole year\" marking", 1),
        ("holunder from:me", 4),
        (&format!("holunder from:@{handle}"), 4),
        ("holunder from:nobody.at.all", 0),
        ("holunder has:poll", 1),
        ("holunder -has:poll", 4),
        ("holunder has:media", 0),
        ("holunder is:reply", 1),
        ("holunder is:sensitive language:de", 1),
        ("holunder before:2020-01-01", 0),
        ("holunder after:2020-01-01", 5),
        ("holunder \"", 5),
        ("holunder OR AND NOT *", 0),
        ("-holunder", 0),
        ("has:poll", 0),
        ("holunder' OR '1'='1", 0),
        ("holunder) OR (words:a", 0),
    ] {
        assert_eq!(found(&me, q).await.len(), count, "{q}");
    }
    let mine = me.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    assert_eq!(found_with(&me, &[("q", "holunder"), ("account_id", &mine)]).await.len(), 4);
    assert!(found_with(&me, &[("q", "holunder"), ("account_id", "x")]).await.is_empty());

    let (mut seen, all) = (Vec::new(), found(&me, "holunder").await);
    for offset in ["0", "2", "4", "6"] {
        seen.extend(found_with(&me, &[("q", "holunder"), ("limit", "2"), ("offset", offset)]).await);
    }
    assert_eq!(seen, all);
}
