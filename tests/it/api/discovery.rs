//! Featured hashtags, conversations, the directory, suggestions and trends, as apps meet them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{server, somebody};

async fn featured_names(api: &staffroom_tests::api::Api, path: &str) -> Vec<String> {
    let list = api.get(path).await;
    list.as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn hashtags_are_featured_counted_and_taken_back_by_their_owner_alone() {
    let (me, _) = somebody().await;
    let (other, _) = somebody().await;
    let guest = server().await.api(None);
    let id = me.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    me.post("/api/v1/statuses", &json!({ "status": "for all #Featuring" })).await;
    me.post("/api/v1/statuses", &json!({ "status": "for few #featuring", "visibility": "private" })).await;
    other.post("/api/v1/statuses", &json!({ "status": "mine #featuring" })).await;
    let suggested = me.get("/api/v1/featured_tags/suggestions").await;
    assert_eq!((suggested.as_array().unwrap().len(), &suggested[0]["name"]), (1, &json!("Featuring")));

    let featured = me.post("/api/v1/featured_tags", &json!({ "name": "#featuring" })).await;
    assert_eq!(featured["statuses_count"], "1", "{featured}");
    assert_eq!(featured["last_status_at"].as_str().unwrap().len(), 10);
    assert!(me.get("/api/v1/featured_tags/suggestions").await.as_array().unwrap().is_empty());
    let shown = format!("/api/v1/accounts/{id}/featured_tags");
    assert_eq!(featured_names(&guest, &shown).await, ["Featuring"]);
    assert!(featured_names(&other, "/api/v1/featured_tags").await.is_empty());
    assert_eq!(me.get("/api/v1/tags/featuring").await["featuring"], true);
    assert_eq!(other.get("/api/v1/tags/featuring").await["featuring"], false);

    let path = format!("/api/v1/featured_tags/{}", featured["id"].as_str().unwrap());
    assert_eq!(other.send(Method::DELETE, &path, &Value::Null).await.status, 404);
    me.send(Method::DELETE, &path, &Value::Null).await.ok();
    assert_eq!(me.send(Method::DELETE, &path, &Value::Null).await.status, 404);
    for n in 0..10 {
        assert_eq!(me.post(&format!("/api/v1/tags/tag{n}x/feature"), &json!({})).await["featuring"], true);
    }
    let eleventh = me.send(Method::POST, "/api/v1/featured_tags", &json!({ "name": "onemore" })).await;
    assert_eq!(eleventh.status, 422);
    assert_eq!(me.post("/api/v1/tags/tag3x/unfeature", &json!({})).await["featuring"], false);
    assert_eq!(featured_names(&guest, &shown).await.len(), 9);
    for bad in [json!({}), json!({ "name": "" }), json!({ "name": "two words" })] {
        assert_eq!(me.send(Method::POST, "/api/v1/featured_tags", &bad).await.status, 422, "{bad}");
    }
}

#[tokio::test]
async fn conversations_are_paged_by_links_and_are_ones_own() {
    let (me, _) = somebody().await;
    let (other, their_handle) = somebody().await;
    for n in 0..3 {
        let body = json!({ "status": format!("@{their_handle} word {n}"), "visibility": "direct" });
        me.post("/api/v1/statuses", &body).await;
    }
    let mut path = "/api/v1/conversations?limit=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = other.request(Method::GET, &path).send().await.unwrap();
        let link = answer.headers().get("link").map_or("", |link| link.to_str().unwrap()).to_owned();
        let page: Value = answer.json().await.unwrap();
        seen.extend(page.as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned()));
        let Some(next) = link.split(", ").find(|part| part.ends_with("rel=\"next\"")) else { break };
        let next = next.trim_start_matches('<').split_once('>').unwrap().0;
        path = next.strip_prefix(server().await.url()).unwrap().to_owned();
    }
    let count = seen.len();
    seen.dedup();
    assert_eq!((count, seen.len()), (3, 3));
    let first = &other.get("/api/v1/conversations").await[0];
    assert_eq!((&first["unread"], first["accounts"].as_array().unwrap().len()), (&json!(true), 1));
    assert!(first["last_status"]["content"].as_str().unwrap().contains("word 2"));
    let path = format!("/api/v1/conversations/{}", seen[0]);
    assert_eq!(me.send(Method::POST, &format!("{path}/read"), &json!({})).await.status, 404);
    assert_eq!(me.send(Method::DELETE, &path, &Value::Null).await.status, 404);
    assert_eq!(other.post(&format!("{path}/read"), &json!({})).await["unread"], false);
    other.send(Method::DELETE, &path, &Value::Null).await.ok();
    assert_eq!(other.get("/api/v1/conversations").await.as_array().unwrap().len(), 2);
    assert_eq!(other.get("/api/v1/timelines/direct").await.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn who_wants_to_be_found_is_in_the_directory_and_suggested_once() {
    let (me, _) = somebody().await;
    let (shown, handle) = somebody().await;
    let (hidden, hidden_handle) = somebody().await;
    let found =
        shown.send(Method::PATCH, "/api/v1/accounts/update_credentials", &json!({ "discoverable": true })).await;
    let id = found.ok()["id"].as_str().unwrap().to_owned();
    for api in [&shown, &hidden] {
        api.post("/api/v1/statuses", &json!({ "status": "here I am" })).await;
    }
    let handles = |list: Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|account| account["acct"].as_str().unwrap().to_owned()).collect()
    };
    for order in ["active", "new"] {
        let listed = handles(me.get(&format!("/api/v1/directory?local=true&limit=80&order={order}")).await);
        assert!(listed.contains(&handle) && !listed.contains(&hidden_handle), "{order}: {listed:?}");
    }
    for bad in ["order=old", "offset=-1", "offset=x", "local=perhaps"] {
        assert_eq!(me.send(Method::GET, &format!("/api/v1/directory?{bad}"), &Value::Null).await.status, 422, "{bad}");
    }
    assert!(handles(me.get("/api/v1/suggestions?limit=80").await).contains(&handle));
    let second = me.get("/api/v2/suggestions?limit=80").await;
    let mine = second.as_array().unwrap().iter().find(|s| s["account"]["id"] == json!(id)).unwrap().clone();
    assert_eq!((&mine["source"], &mine["sources"]), (&json!("global"), &json!(["most_followed"])));
    me.send(Method::DELETE, &format!("/api/v1/suggestions/{id}"), &Value::Null).await.ok();
    assert!(!handles(me.get("/api/v1/suggestions?limit=80").await).contains(&handle));
    assert_eq!(me.send(Method::DELETE, "/api/v1/suggestions/12345", &Value::Null).await.status, 404);
    for kind in ["tags", "statuses", "links"] {
        assert!(me.get(&format!("/api/v1/trends/{kind}?limit=5&offset=0")).await.is_array(), "{kind}");
    }
}
