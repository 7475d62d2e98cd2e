//! Before anybody signs in: versions, discovery, slashes, origins, verbs, quotas.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_server::api::{Kind, ROUTES};
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};

use crate::api::{server, somebody};

/// Whether `text` is numbers between dots, three of them.
fn is_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

#[tokio::test]
async fn trap_01_02_versions_are_numbers_apps_can_compare() {
    let guest = server().await.api(None);
    let (first, second) = (guest.get("/api/v1/instance").await, guest.get("/api/v2/instance").await);
    let version = second["version"].as_str().unwrap();
    assert_eq!(first["version"], version);
    let (mastodon, own) = version.split_once(" (compatible; Staffroom ").unwrap();
    assert!(is_version(mastodon) && is_version(own.strip_suffix(')').unwrap()), "{version}");
    assert!(!is_version("4.5") && !is_version("4.5.x"), "the check itself notices");
    assert!(second["api_versions"]["mastodon"].is_u64(), "{}", second["api_versions"]);
}

#[tokio::test]
async fn trap_03_nodeinfo_leads_to_both_versions_and_names_whose_api_it_is() {
    let guest = server().await.api(None);
    let answer = guest.request(Method::GET, "/.well-known/nodeinfo").header("origin", "https://app.test");
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let links: Value = answer.json().await.unwrap();
    for version in ["2.0", "2.1"] {
        let rel = format!("http://nodeinfo.diaspora.software/ns/schema/{version}");
        let link = links["links"].as_array().unwrap().iter().find(|link| link["rel"] == rel).unwrap();
        let path = link["href"].as_str().unwrap().strip_prefix(server().await.url()).unwrap();
        let answer = guest.request(Method::GET, path).header("origin", "https://app.test").send().await.unwrap();
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        let info: Value = answer.json().await.unwrap();
        assert_eq!((&info["version"], &info["software"]["name"]), (&json!(version), &json!("staffroom")));
        assert_eq!(info["metadata"]["upstream"]["name"], "mastodon", "{info}");
    }
}

#[tokio::test]
async fn trap_04_every_path_answers_with_and_without_a_last_slash() {
    let (me, _) = somebody().await;
    let answer = async |path: &str| me.send(Method::GET, path, &Value::Null).await;
    let discovery = answer("/.well-known/nodeinfo").await;
    assert_eq!((discovery.status, &discovery.json), (200, &answer("/.well-known/nodeinfo/").await.json));
    for route in ROUTES.iter().filter(|route| route.method == "GET" && route.kind != Kind::Stream) {
        let path = route.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
        let path = path.collect::<Vec<_>>().join("/");
        let (plain, slashed) = (answer(&path).await, answer(&format!("{path}/")).await);
        assert_eq!(plain.status, slashed.status, "{path}: {}", slashed.json);
        assert!(plain.status < 500, "{path}: {}", plain.json);
    }
}

#[tokio::test]
async fn trap_10_addresses_are_the_public_ones_whatever_host_is_asked_for() {
    let (me, _) = somebody().await;
    let base = server().await.url();
    for n in 0..2 {
        me.post("/api/v1/statuses", &json!({ "status": format!("number {n}") })).await;
    }
    let proxied = |path: &str| {
        let request = me.request(Method::GET, path).header("host", "127.0.0.1:8080");
        request.header("x-forwarded-host", "evil.test").send()
    };
    let page = proxied("/api/v1/timelines/home?limit=1").await.unwrap();
    let link = page.headers()["link"].to_str().unwrap().to_owned();
    assert!(link.split(", ").all(|part| part.starts_with(&format!("<{base}/"))), "{link}");
    for path in
        ["/api/v1/timelines/home", "/api/v2/instance", "/.well-known/nodeinfo", "/api/v1/accounts/verify_credentials"]
    {
        let text = proxied(path).await.unwrap().text().await.unwrap();
        assert!(!text.contains("127.0.0.1:8080") && !text.contains("evil.test"), "{path}: {text}");
        assert!(text.contains(base), "{path}: {text}");
    }
}

#[tokio::test]
async fn trap_11_accounts_may_have_another_domain_than_the_pages() {
    let [port] = free_ports();
    let server = ServerProcess::start_with(port, &[], &[("SERVER__ACCOUNT_DOMAIN", "school.example")]).await;
    let amy = server.member("amy");
    let own = amy.get("/api/v1/accounts/verify_credentials").await;
    assert_eq!((&own["acct"], own["url"].as_str().unwrap().starts_with(server.url())), (&json!("amy"), true));
    let guest = server.api(None);
    assert_eq!(guest.get("/api/v2/instance").await["domain"], "school.example");
    assert_eq!(guest.get("/api/v1/instance").await["uri"], "school.example");
    for host in ["school.example", server.host()] {
        let found = guest.get(&format!("/.well-known/webfinger?resource=acct:amy@{host}")).await;
        assert_eq!(found["subject"], "acct:amy@school.example", "{host}");
        assert!(found["links"].as_array().unwrap().iter().any(|link| link["href"] == own["uri"]), "{found}");
    }
    let elsewhere = "/.well-known/webfinger?resource=acct:amy@other.example";
    assert!(guest.send(Method::GET, elsewhere, &Value::Null).await.status >= 400);
    let found = amy.get("/api/v2/search?q=%40amy%40school.example&type=accounts&resolve=true").await;
    assert_eq!(found["accounts"][0]["id"], own["id"]);
    let metadata = guest.get("/.well-known/oauth-authorization-server").await;
    assert!(metadata["authorization_endpoint"].as_str().unwrap().starts_with(server.url()), "{metadata}");
}

#[tokio::test]
async fn trap_14_pictures_nobody_chose_are_there() {
    let (me, _) = somebody().await;
    let own = me.get("/api/v1/accounts/verify_credentials").await;
    for name in ["avatar", "avatar_static", "header", "header_static"] {
        let path = own[name].as_str().unwrap().strip_prefix(server().await.url()).unwrap().to_owned();
        let answer = server().await.api(None).request(Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("image/"), "{path}");
    }
}

/// Lists of `value` that are null instead of empty.
fn null_lists(value: &Value, problems: &mut Vec<String>) {
    const LISTS: [&str; 19] = [
        "media_attachments",
        "mentions",
        "tags",
        "emojis",
        "fields",
        "filtered",
        "rules",
        "languages",
        "own_votes",
        "options",
        "roles",
        "accounts",
        "statuses",
        "hashtags",
        "history",
        "links",
        "keywords",
        "participants",
        "supported_mime_types",
    ];
    match value {
        Value::Object(entries) => {
            for (name, entry) in entries {
                if entry.is_null() && LISTS.contains(&name.as_str()) {
                    problems.push(name.clone());
                }
                null_lists(entry, problems);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| null_lists(item, problems)),
        _ => {}
    }
}

#[tokio::test]
async fn trap_15_what_is_a_list_is_never_null() {
    let (me, handle) = somebody().await;
    let poll = json!({ "options": ["a", "b"], "expires_in": 3600 });
    me.post("/api/v1/statuses", &json!({ "status": format!("@{handle} #lists"), "poll": poll })).await;
    let mut problems = Vec::new();
    for route in ROUTES.iter().filter(|r| r.method == "GET" && r.kind != Kind::Stream && !r.path.contains('{')) {
        null_lists(&me.send(Method::GET, route.path, &Value::Null).await.json, &mut problems);
    }
    assert_eq!(problems, Vec::<String>::new());
    null_lists(&json!([{ "a": { "tags": null } }]), &mut problems);
    assert_eq!(problems, ["tags"], "the check itself notices");
}

#[tokio::test]
async fn trap_30_limits_are_numbers_of_32_bits() {
    fn walk(value: &Value, name: &str, numbers: &mut usize) {
        match value {
            Value::Object(entries) => entries.iter().for_each(|(name, entry)| walk(entry, name, numbers)),
            Value::Number(number) => {
                *numbers += 1;
                assert!(number.as_i64().is_some_and(|n| i32::try_from(n).is_ok()), "{name}: {number}");
            }
            Value::String(text) => assert!(text.parse::<f64>().is_err(), "{name} is a number in quotes: {text}"),
            _ => {}
        }
    }
    let guest = server().await.api(None);
    for path in ["/api/v1/instance", "/api/v2/instance"] {
        let mut numbers = 0;
        walk(&guest.get(path).await["configuration"], "", &mut numbers);
        assert!(numbers >= 10, "{path}: {numbers}");
    }
}

#[tokio::test]
async fn trap_41_timelines_closed_to_guests_say_so() {
    let [port] = free_ports();
    let closed = ServerProcess::start(port, &[]).await;
    let guest = closed.api(None);
    for path in ["/api/v1/timelines/public", "/api/v1/timelines/public?local=true", "/api/v1/timelines/tag/x"] {
        let refused = guest.send(Method::GET, path, &Value::Null).await;
        assert_eq!(refused.status, 401, "{path}: {}", refused.json);
        assert!(refused.json["error"].is_string(), "{path}: {}", refused.json);
    }
    assert!(closed.member("amy").get("/api/v1/timelines/public").await.is_array());
    let access = |instance: &Value| instance["configuration"]["timelines_access"]["live_feeds"]["local"].clone();
    assert_eq!(access(&guest.get("/api/v2/instance").await), "authenticated");
    let open = server().await.api(None);
    assert_eq!(access(&open.get("/api/v2/instance").await), "public");
    assert!(open.get("/api/v1/timelines/public").await.is_array());
}

#[tokio::test]
async fn trap_47_quotas_are_told_and_counted_for_each_person_alone() {
    let [port] = free_ports();
    let server = ServerProcess::start_with(port, &[], &[("API__REQUESTS_PER_5_MIN", "5")]).await;
    let (amy, ben) = (server.member("amy"), server.member("ben"));
    let path = "/api/v1/accounts/verify_credentials";
    for _ in 0..10 {
        let preflight = amy.request(Method::OPTIONS, path).header("origin", "https://app.test");
        let preflight = preflight.header("access-control-request-method", "GET").send().await.unwrap();
        assert!(preflight.status().is_success(), "{}", preflight.status());
    }
    let mut last = None;
    for left in (0..5).rev() {
        let answer = amy.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["x-ratelimit-limit"], "5");
        assert_eq!(answer.headers()["x-ratelimit-remaining"], left.to_string().as_str());
        last = Some(answer.headers()["x-ratelimit-reset"].clone());
    }
    assert!(last.unwrap().to_str().unwrap().ends_with('Z'));
    let refused = amy.request(Method::GET, path).send().await.unwrap();
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["x-ratelimit-remaining"], "0");
    assert!(
        refused.headers().contains_key("retry-after") && refused.json::<Value>().await.unwrap()["error"].is_string()
    );
    assert_eq!(ben.send(Method::GET, path, &Value::Null).await.status, 200, "somebody else behind the same address");
}

#[tokio::test]
async fn trap_49_the_contact_is_a_person_with_a_picture() {
    let [port] = free_ports();
    let server = ServerProcess::start_with(port, &[], &[("INSTANCE__CONTACT_ACCOUNT", "zoe")]).await;
    let args =
        ["account", "create", "--handle", "zoe", "--email", "zoe@example.org", "--role", "admin", "--password-stdin"];
    server.admin(&args, PASSWORD);
    let guest = server.api(None);
    let (first, second) = (guest.get("/api/v1/instance").await, guest.get("/api/v2/instance").await);
    assert_eq!(second["contact"]["account"]["username"], "zoe", "{}", second["contact"]);
    assert!(second["contact"]["email"].is_string());
    assert_eq!(first["contact_account"]["id"], second["contact"]["account"]["id"]);
    for url in [&second["contact"]["account"]["avatar"], &second["thumbnail"]["url"]] {
        let path = url.as_str().unwrap().strip_prefix(server.url()).unwrap();
        assert_eq!(guest.request(Method::GET, path).send().await.unwrap().status(), 200, "{path}");
    }
}

#[tokio::test]
async fn trap_53_head_is_get_without_a_body() {
    let (me, _) = somebody().await;
    for path in ["/api/v1/timelines/home", "/api/v2/instance", "/api/v1/statuses/1", "/.well-known/nodeinfo"] {
        let ask = |method: Method| me.request(method, path).header("origin", "https://app.test").send();
        let (get, head) = (ask(Method::GET).await.unwrap(), ask(Method::HEAD).await.unwrap());
        assert_eq!(get.status(), head.status(), "{path}");
        for name in ["content-type", "access-control-allow-origin"] {
            assert_eq!(get.headers().get(name), head.headers().get(name), "{path} {name}");
        }
        assert!(head.bytes().await.unwrap().is_empty(), "{path}");
    }
}

#[tokio::test]
async fn trap_55_what_is_out_of_date_says_so() {
    let (me, _) = somebody().await;
    for (path, deprecated) in [
        ("/api/v1/instance", true),
        ("/api/v1/filters", true),
        ("/api/v1/suggestions", true),
        ("/api/v2/instance", false),
        ("/api/v2/filters", false),
        ("/api/v2/suggestions", false),
    ] {
        let answer = me.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let header = answer.headers().get("deprecation").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(header.is_some_and(|value| value.starts_with('@')), deprecated, "{path}");
    }
}

#[tokio::test]
async fn trap_57_asking_for_what_no_server_has_costs_nothing() {
    let wrong = server().await.api(Some("no-such-token".to_owned()));
    for path in ["/api/v1/pleroma/chats", "/api/v1/timelines/bubble", "/api/v2/nonsense", "/api/iceshrimp/about"] {
        let answer = wrong.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}: not even the token is looked at");
        assert!(answer.bytes().await.unwrap().len() < 200, "{path}");
    }
    let known = wrong.send(Method::GET, "/api/v1/timelines/home", &Value::Null).await;
    assert_eq!(known.status, 401);
}
