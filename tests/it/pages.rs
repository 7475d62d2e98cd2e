//! What anybody may look at in a browser or a reader of feeds: people, their statuses, hashtags; and what they are not
//! shown. Files that people take with them. What moderators decide.

mod exports;
mod feeds;
mod moderation;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::browser::{Browser, Page};
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};

/// A server with the members amy and ben, and `settings`.
async fn school(settings: &[(&str, &str)]) -> (ServerProcess, Api, Api) {
    let [port] = free_ports();
    let server = ServerProcess::start_with(port, &[], settings).await;
    let (amy, ben) = (server.member("amy"), server.member("ben"));
    (server, amy, ben)
}

async fn publish(api: &Api, text: &str, visibility: &str) -> Value {
    api.post("/api/v1/statuses", &json!({ "status": text, "visibility": visibility })).await
}

async fn change(api: &Api, to: &Value) {
    api.send(Method::PATCH, "/api/v1/accounts/update_credentials", to).await.ok();
}

/// A browser in which nobody is signed in.
fn stranger() -> Browser {
    Browser::default()
}

/// A browser that `login` is signed in with.
async fn signed_in(server: &ServerProcess, login: &str) -> Browser {
    let mut browser = Browser::default();
    let page = browser.open(&format!("{}/auth/sign_in", server.url())).await;
    assert_eq!(browser.sign_in(&page, login, PASSWORD).await.status, 200);
    browser
}

async fn open(browser: &mut Browser, server: &ServerProcess, path: &str) -> Page {
    browser.open(&format!("{}{path}", server.url())).await
}

fn path_of(status: &Value, server: &ServerProcess) -> String {
    status["url"].as_str().unwrap().strip_prefix(server.url()).unwrap().to_owned()
}

#[tokio::test]
async fn people_and_statuses_have_pages_and_servers_still_get_documents() {
    let (server, amy, ben) = school(&[]).await;
    change(&amy, &json!({ "display_name": "Amy Pond", "note": "Teaches maths" })).await;
    let status = publish(&amy, "Fractions are #fun", "public").await;
    let quiet = publish(&amy, "Quiet fractions", "unlisted").await;
    let reply = json!({ "status": "@amy so they are", "in_reply_to_id": status["id"] });
    ben.post("/api/v1/statuses", &reply).await;
    let (mut guest, path) = (stranger(), path_of(&status, &server));
    assert_eq!(path, format!("/@amy/{}", status["id"].as_str().unwrap()));

    let profile = open(&mut guest, &server, "/@amy").await;
    assert_eq!(profile.status, 200, "{}", profile.body);
    for words in ["<h1><bdi>Amy Pond</bdi></h1>", "Teaches maths", "Fractions are", "Quiet fractions"] {
        assert!(profile.body.contains(words), "{words}: {}", profile.body);
    }
    assert!(!profile.body.contains("so they are"), "answers of others are on their own pages");
    let page = open(&mut guest, &server, &path).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("Fractions are") && page.body.contains("so they are"), "{}", page.body);
    assert_eq!(open(&mut guest, &server, &path_of(&quiet, &server)).await.status, 200);
    assert!(open(&mut guest, &server, "/@AMY").await.body.contains("Amy Pond"));

    let uri = |path: &str| format!("{}{path}", server.url());
    let oembed: String = url::form_urlencoded::byte_serialize(uri(&path).as_bytes()).collect();
    for (page, tags) in [
        (
            &profile,
            vec![
                "<meta property=\"og:title\" content=\"Amy Pond (@amy@".to_owned(),
                "<meta property=\"og:type\" content=\"profile\">".to_owned(),
                format!("type=\"application/activity+json\" href=\"{}\"", uri("/users/amy")),
                format!("<link rel=\"canonical\" href=\"{}\">", uri("/@amy")),
                format!("href=\"{}\"", uri("/@amy.rss")),
            ],
        ),
        (
            &page,
            vec![
                "<meta property=\"og:type\" content=\"article\">".to_owned(),
                "<meta property=\"og:description\" content=\"Fractions are #fun\">".to_owned(),
                format!("type=\"application/activity+json\" href=\"{}\"", status["uri"].as_str().unwrap()),
                format!("/api/oembed?url={oembed}"),
                "<meta name=\"fediverse:creator\" content=\"@amy@".to_owned(),
            ],
        ),
    ] {
        for tag in tags {
            assert!(page.body.contains(&tag), "{tag}: {}", page.body);
        }
        assert_eq!(page.header("vary"), "Accept");
        assert!(!page.body.contains("<script") && !page.body.contains(" style="), "{}", page.body);
    }

    // what is at the address for servers is what they had, whatever is there for people
    let api = server.api(None);
    for (page, document) in [("/@amy", "/users/amy"), (path.as_str(), status["uri"].as_str().unwrap())] {
        let document = document.strip_prefix(server.url()).unwrap_or(document);
        let mut seen = Vec::new();
        for at in [page, document] {
            let request = api.request(Method::GET, at).header("accept", "application/activity+json");
            let answer = request.send().await.unwrap();
            assert_eq!(answer.headers()["content-type"], "application/activity+json", "{at}");
            seen.push(answer.json::<Value>().await.unwrap());
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(open(&mut guest, &server, document).await.url.path(), page, "people are sent to the page");
    }
}

#[tokio::test]
async fn what_is_for_followers_or_for_people_named_is_on_no_page_whoever_looks() {
    let (server, amy, ben) = school(&[("API__PUBLIC_TIMELINES", "true")]).await;
    let id = amy.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    ben.post(&format!("/api/v1/accounts/{id}/follow"), &json!({})).await;
    let open_one = publish(&amy, "openword #chalk", "public").await;
    let mut hidden = Vec::new();
    for (text, visibility) in [("@ben followerword #chalk", "private"), ("@ben namedword #chalk", "direct")] {
        let body = json!({ "status": text, "visibility": visibility, "in_reply_to_id": open_one["id"] });
        hidden.push(amy.post("/api/v1/statuses", &body).await);
    }
    // quoted by their author, for whom they are there
    let quote = json!({ "status": "quoteword #chalk", "quoted_status_id": hidden[0]["id"] });
    amy.send(Method::POST, "/api/v1/statuses", &quote).await;
    let mut browsers = [stranger(), signed_in(&server, "ben").await, signed_in(&server, "amy").await];
    for browser in &mut browsers {
        for path in ["/@amy", "/@amy.rss", "/tags/chalk", "/tags/chalk.rss", &path_of(&open_one, &server)] {
            let page = open(browser, &server, path).await;
            assert!(page.status == 200 && page.body.contains("openword"), "{path}: {}", page.body);
            for word in ["followerword", "namedword"] {
                assert!(!page.body.contains(word), "{path}: {}", page.body);
            }
        }
        for status in &hidden {
            let path = format!("/@amy/{}", status["id"].as_str().unwrap());
            assert_eq!(open(browser, &server, &path).await.status, 404, "{path}");
        }
    }
}

#[tokio::test]
async fn what_people_type_is_no_markup_and_warnings_hold() {
    let (server, amy, _) = school(&[]).await;
    let evil = "\"><script>alert(1)</script>";
    change(
        &amy,
        &json!({ "display_name": evil, "note": evil, "fields_attributes": [{ "name": evil, "value": evil }] }),
    )
    .await;
    let poll = json!({ "options": [evil, "no"], "expires_in": 3600, "hide_totals": true });
    let body =
        json!({ "status": format!("hiddenword {evil}"), "spoiler_text": format!("careful {evil}"), "poll": poll });
    let status = amy.post("/api/v1/statuses", &body).await;
    let path = path_of(&status, &server);
    for path in ["/@amy", "/@amy.rss", &path] {
        let page = open(&mut stranger(), &server, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.body.contains("<script"), "{path}: {}", page.body);
    }
    let page = open(&mut stranger(), &server, &path).await;
    let (head, shown) = page.body.split_once("<body>").unwrap();
    assert!(head.contains("careful") && !head.contains("hiddenword"), "{head}");
    let (before, inside) = shown.split_once("<details>").unwrap();
    assert!(!before.contains("hiddenword") && inside.contains("hiddenword"), "{shown}");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("media-src 'self'"), "{policy}");
}

#[tokio::test]
async fn search_engines_keep_only_what_people_agreed_to() {
    let (server, amy, ben) = school(&[]).await;
    let status = publish(&amy, "found by engines?", "public").await;
    let path = path_of(&status, &server);
    let noindex = async |path: &str| {
        open(&mut stranger(), &server, path).await.body.contains("<meta name=\"robots\" content=\"noindex\">")
    };
    assert!(noindex("/@amy").await && noindex(&path).await);
    change(&amy, &json!({ "discoverable": true })).await;
    assert!(noindex("/@amy").await && noindex(&path).await, "their words are on both");
    change(&amy, &json!({ "indexable": true })).await;
    assert!(!noindex("/@amy").await && !noindex(&path).await);
    ben.post("/api/v1/statuses", &json!({ "status": "@amy no", "in_reply_to_id": status["id"] })).await;
    assert!(noindex(&path).await, "with words of somebody who did not agree");
}

#[tokio::test]
async fn what_is_gone_says_so_and_what_never_was_is_not_found() {
    let (server, amy, ben) = school(&[]).await;
    let (kept, deleted) = (publish(&amy, "kept", "public").await, publish(&amy, "deleted", "public").await);
    let (kept_at, deleted_at) = (path_of(&kept, &server), path_of(&deleted, &server));
    amy.send(Method::DELETE, &format!("/api/v1/statuses/{}", deleted["id"].as_str().unwrap()), &Value::Null).await.ok();
    let mut guest = stranger();
    assert_eq!(open(&mut guest, &server, &deleted_at).await.status, 410);
    let id = kept["id"].as_str().unwrap();
    let others = format!("/@ben/{id}");
    for path in
        [others.as_str(), "/@amy/1", "/@amy/x", "/@nobody", "/@nobody/1", "/@nobody.rss", "/@amy@elsewhere.example"]
    {
        let page = open(&mut guest, &server, path).await;
        assert!(page.status == 404 && page.body.contains("<h1>Not found</h1>"), "{path}: {}", page.status);
    }
    let boost = ben.post(&format!("/api/v1/statuses/{id}/reblog"), &json!({})).await;
    let boost = open(&mut guest, &server, &format!("/@ben/{}", boost["id"].as_str().unwrap())).await;
    assert!(boost.status == 200 && boost.body.contains("boosted by") && boost.body.contains("kept"), "{}", boost.body);

    server.admin(&["account", "suspend", "amy"], "");
    for path in ["/@amy", "/@amy.rss", &kept_at] {
        let page = open(&mut guest, &server, path).await;
        assert!(page.status == 403 && !page.body.contains("kept"), "{path}: {}", page.body);
    }
    server.admin(&["account", "lift", "amy", "suspend"], "");
    assert_eq!(open(&mut guest, &server, &kept_at).await.status, 200);
    server.admin(&["account", "delete", "amy", "--yes"], "");
    for path in ["/@amy", "/@amy.rss", &kept_at] {
        assert_eq!(open(&mut guest, &server, path).await.status, 410, "{path}");
    }
}

#[tokio::test]
async fn hashtags_have_pages_for_whom_the_timelines_are_open() {
    let (server, amy, _) = school(&[]).await;
    publish(&amy, "chalkword #Chalk", "public").await;
    publish(&amy, "quietword #Chalk", "unlisted").await;
    let mut guest = stranger();
    assert_eq!(open(&mut guest, &server, "/tags/chalk").await.url.path(), "/auth/sign_in");
    assert_eq!(open(&mut guest, &server, "/tags/chalk.rss").await.status, 401);
    let mut ben = signed_in(&server, "ben").await;
    for path in ["/tags/chalk", "/tags/CHALK", "/tags/chalk.rss"] {
        let page = open(&mut ben, &server, path).await;
        assert!(page.status == 200 && page.body.contains("chalkword"), "{path}: {}", page.body);
        assert!(!page.body.contains("quietword"), "{path}");
    }
    assert_eq!(open(&mut ben, &server, "/tags/a%20b").await.status, 404);
    let unused = open(&mut ben, &server, "/tags/unused").await;
    assert!(unused.status == 200 && unused.body.contains("Nothing yet"), "{}", unused.body);
}

#[tokio::test]
async fn older_statuses_are_behind_a_link() {
    let (server, amy, _) = school(&[]).await;
    for n in 0..25 {
        publish(&amy, &format!("number {n:02} of many"), "public").await;
    }
    let mut guest = stranger();
    let first = open(&mut guest, &server, "/@amy").await;
    assert!(first.body.contains("number 24") && first.body.contains("number 05") && !first.body.contains("number 04"));
    let next = first.body.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let second = guest.open(next).await;
    assert!(second.body.contains("number 04") && second.body.contains("number 00"), "{}", second.body);
    assert!(!second.body.contains("rel=\"next\"") && !second.body.contains("number 05"));
}

#[tokio::test]
async fn in_a_closed_network_pages_are_for_people_signed_in() {
    let (server, amy, _) = school(&[("FEDERATION__MODE", "closed")]).await;
    let status = publish(&amy, "among ourselves #chalk", "public").await;
    let path = path_of(&status, &server);
    let (mut guest, mut ben) = (stranger(), signed_in(&server, "ben").await);
    // a reader of feeds can make nothing of a form
    let (pages, feeds) = (["/@amy", "/tags/chalk", &path], ["/@amy.rss", "/tags/chalk.rss"]);
    for path in pages.into_iter().chain(feeds) {
        let page = open(&mut guest, &server, path).await;
        let is_feed = feeds.contains(&path);
        let is_turned_away = if is_feed { page.status == 401 } else { page.url.path() == "/auth/sign_in" };
        assert!(is_turned_away && !page.body.contains("among ourselves"), "{path}: {}", page.body);
        let page = open(&mut ben, &server, path).await;
        assert!(page.status == 200 && page.body.contains("among ourselves"), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn signing_in_leads_back_to_the_page_and_to_no_other_site() {
    let (server, amy, _) = school(&[]).await;
    publish(&amy, "chalkword #chalk", "public").await;
    for path in ["/tags/chalk", "/auth/access", "/settings/exports/lists.csv", "/tags/chalk?max_id=999999999999999999"]
    {
        let mut browser = stranger();
        let form = open(&mut browser, &server, path).await;
        assert_eq!(form.url.path(), "/auth/sign_in", "{path}");
        // a slip on the way changes nothing
        let wrong = browser.sign_in(&form, "nobody", "not the password").await;
        assert_eq!(wrong.status, 401, "{path}");
        let page = browser.sign_in(&wrong, "amy", PASSWORD).await;
        let there = page.url.as_str().strip_prefix(server.url()).unwrap();
        assert_eq!((page.status, there), (200, path), "{}", page.body);
    }
    for evil in [
        "//evil.example/x",
        "/\\evil.example",
        "https://evil.example/",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/x\r\nLocation: https://evil.example",
    ] {
        let back: String = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect();
        let mut browser = stranger();
        let form = open(&mut browser, &server, &format!("/auth/sign_in?back={back}")).await;
        assert!(form.status == 200 && !form.body.contains("evil") && !form.body.contains("alert"), "{}", form.body);
        // and a form that was changed on the way
        let fields = [("login", "amy"), ("password", PASSWORD), ("back", evil)];
        let page = browser.submit(&form, "/auth/sign_in", &fields).await;
        assert_eq!((page.status, page.url.path(), page.leaves_to), (200, "/", None), "{evil:?}");
    }
}

#[tokio::test]
async fn what_people_and_servers_share_says_so_whatever_is_answered() {
    let (server, amy, _) = school(&[]).await;
    let status = publish(&amy, "shared", "public").await;
    let path = path_of(&status, &server);
    let api = server.api(None);
    for (path, wanted) in [
        ("/@amy", 200),
        (path.as_str(), 200),
        ("/@nobody", 404),
        ("/@amy/1", 404),
        ("/tags/a%20b", 404),
        ("/tags/chalk", 303),
        ("/users/amy", 302),
        ("/users/nobody", 404),
    ] {
        for accept in ["text/html", "application/activity+json"] {
            let answer = api.request(Method::GET, path).header("accept", accept).send().await.unwrap();
            let vary = answer.headers().get("vary").map_or("", |value| value.to_str().unwrap());
            assert!(vary.split(',').any(|name| name.trim() == "Accept"), "{path} {accept}: {vary:?}");
            if accept == "text/html" {
                assert_eq!(answer.status(), wanted, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn where_no_page_is_a_page_says_so() {
    let (server, amy, _) = school(&[]).await;
    for path in ["/about", "/explore", "/settings", "/settings/", "/wp-login.php"] {
        let page = open(&mut stranger(), &server, path).await;
        assert!(
            page.status == 404 && page.body.contains("<h1>Not found</h1>"),
            "{path}: {} {}",
            page.status,
            page.body
        );
        assert!(page.header("content-security-policy").contains("default-src 'none'"), "{path}");
    }
    // apps get their own kind of answer
    let unknown = amy.send(Method::GET, "/api/v1/nothing_here", &Value::Null).await;
    assert!(unknown.status == 404 && unknown.json["error"].is_string(), "{}", unknown.json);
}
