//! Files that people take with them: their own, and nothing they may not see any more.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;

use super::{open, publish, school, signed_in, stranger};

const FILES: [&str; 6] = ["follows", "blocks", "mutes", "domain_blocks", "lists", "bookmarks"];

async fn id_of(api: &Api) -> String {
    api.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn people_take_their_own_lists_with_them() {
    let (server, amy, ben) = school(&[]).await;
    let (cat, dan) = (server.member("cat"), server.member("dan"));
    let host = server.host();
    let (ben_id, cat_id, dan_id) = (id_of(&ben).await, id_of(&cat).await, id_of(&dan).await);
    let follow = json!({ "reblogs": false, "notify": true, "languages": ["cy", "en"] });
    amy.post(&format!("/api/v1/accounts/{ben_id}/follow"), &follow).await;
    amy.post(&format!("/api/v1/accounts/{cat_id}/mute"), &json!({ "notifications": false })).await;
    amy.post(&format!("/api/v1/accounts/{dan_id}/block"), &json!({})).await;
    amy.post("/api/v1/domain_blocks", &json!({ "domain": "noisy.example" })).await;
    let list = amy.post("/api/v1/lists", &json!({ "title": "Heads, \"new\"" })).await;
    let path = format!("/api/v1/lists/{}/accounts", list["id"].as_str().unwrap());
    amy.post(&path, &json!({ "account_ids": [ben_id] })).await;
    let kept = publish(&ben, "kept", "public").await;
    amy.post(&format!("/api/v1/statuses/{}/bookmark", kept["id"].as_str().unwrap()), &json!({})).await;

    let mut browser = signed_in(&server, "amy").await;
    let mut other = signed_in(&server, "ben").await;
    for (file, name, wanted) in [
        (
            "follows",
            "following_accounts",
            format!("Account address,Show boosts,Notify on new posts,Languages\nben@{host},false,true,\"cy, en\"\n"),
        ),
        ("mutes", "muted_accounts", format!("Account address,Hide notifications\ncat@{host},false\n")),
        ("blocks", "blocked_accounts", format!("dan@{host}\n")),
        ("domain_blocks", "blocked_domains", "noisy.example\n".to_owned()),
        ("lists", "lists", format!("\"Heads, \"\"new\"\"\",ben@{host}\n")),
        ("bookmarks", "bookmarks", format!("{}\n", kept["uri"].as_str().unwrap())),
    ] {
        let path = format!("/settings/exports/{file}.csv");
        let page = open(&mut browser, &server, &path).await;
        assert_eq!((page.status, page.body), (200, wanted.clone()), "{file}");
        assert_eq!(page.headers["content-disposition"], format!("attachment; filename=\"{name}.csv\""));
        assert_eq!(page.headers["content-type"], "text/csv; charset=utf-8");
        assert_eq!(page.headers["cache-control"], "no-store");
        let theirs = open(&mut other, &server, &path).await;
        let least = wanted.lines().last().unwrap();
        assert!(theirs.status == 200 && !theirs.body.contains(least), "{file}: {}", theirs.body);
    }
    let access = open(&mut browser, &server, "/auth/access").await;
    for file in FILES {
        let path = format!("/settings/exports/{file}.csv");
        assert!(access.body.contains(&format!("href=\"{path}\"")), "{}", access.body);
        assert_eq!(open(&mut stranger(), &server, &path).await.url.path(), "/auth/sign_in");
    }
    assert_eq!(open(&mut browser, &server, "/settings/exports/passwords.csv").await.status, 404);
}

#[tokio::test]
async fn what_one_may_not_see_any_more_is_not_among_the_bookmarks() {
    let (server, amy, ben) = school(&[]).await;
    let id = id_of(&amy).await;
    ben.post(&format!("/api/v1/accounts/{id}/follow"), &json!({})).await;
    let mut uris = Vec::new();
    for visibility in ["public", "private"] {
        let status = publish(&amy, visibility, visibility).await;
        ben.post(&format!("/api/v1/statuses/{}/bookmark", status["id"].as_str().unwrap()), &json!({})).await;
        uris.push(status["uri"].as_str().unwrap().to_owned());
    }
    let mut browser = signed_in(&server, "ben").await;
    let path = "/settings/exports/bookmarks.csv";
    assert_eq!(open(&mut browser, &server, path).await.body, format!("{}\n{}\n", uris[1], uris[0]));
    amy.send(Method::POST, &format!("/api/v1/accounts/{}/remove_from_followers", id_of(&ben).await), &Value::Null)
        .await
        .ok();
    assert_eq!(open(&mut browser, &server, path).await.body, format!("{}\n", uris[0]));
}
