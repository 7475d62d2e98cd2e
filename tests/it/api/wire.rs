//! The dialect every app relies on: ids, times, links, errors, slashes, body forms, origins.

use reqwest::Method;
use serde_json::{Value, json};

use super::{server, somebody};

/// Every `id`-like and time-like string in `value` that does not look as apps need it.
fn misshapen(value: &Value, name: &str, problems: &mut Vec<String>) {
    match value {
        // The role everybody has is -99 in Mastodon as well.
        Value::Object(_) if name == "role" => {}
        Value::Object(fields) => fields.iter().for_each(|(name, value)| misshapen(value, name, problems)),
        Value::Array(items) => items.iter().for_each(|value| misshapen(value, name, problems)),
        Value::Number(_) if name == "id" => problems.push(format!("{name} is a number: {value}")),
        Value::String(text) if name == "id" || name.ends_with("_id") => {
            let fits = text.len() == 18 || text.len() == 19;
            if !fits || !text.bytes().all(|b| b.is_ascii_digit()) || text.starts_with('0') {
                problems.push(format!("{name} is {text}"));
            }
        }
        // A date alone.
        Value::String(text) if name == "last_status_at" && text.len() == 10 => {}
        Value::String(text) if name.ends_with("_at") => {
            let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
            if shape != "0000-00-00T00:00:00.000Z" {
                problems.push(format!("{name} is {text}"));
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn trap_06_12_ids_have_one_length_and_times_three_decimals() {
    let (me, handle) = somebody().await;
    let (other, _) = somebody().await;
    let status = me.post("/api/v1/statuses", &json!({ "status": "Shapes #wire" })).await;
    let id = status["id"].as_str().unwrap();
    let answer = json!({ "status": format!("@{handle} yes"), "in_reply_to_id": id });
    other.post("/api/v1/statuses", &answer).await;
    other.post(&format!("/api/v1/statuses/{id}/favourite"), &json!({})).await;
    other.post(&format!("/api/v1/statuses/{id}/reblog"), &json!({})).await;
    let mut lengths = Vec::new();
    let mut problems = Vec::new();
    for path in [
        "/api/v1/accounts/verify_credentials",
        "/api/v1/notifications",
        "/api/v1/timelines/home",
        "/api/v1/timelines/tag/wire",
        &format!("/api/v1/statuses/{id}/context"),
        &format!("/api/v1/statuses/{id}/history"),
    ] {
        let found = me.get(path).await;
        misshapen(&found, "", &mut problems);
        lengths.extend(found[0]["id"].as_str().map(str::len));
    }
    assert!(problems.is_empty(), "{problems:#?}");
    lengths.dedup();
    assert_eq!(lengths.len(), 1, "ids of one length: {lengths:?}");
    let mut broken = Vec::new();
    misshapen(&json!({ "id": 7, "in_reply_to_id": "007", "created_at": "2026-01-05T09:00:00Z" }), "", &mut broken);
    assert_eq!(broken.len(), 3, "the check itself notices");
}

#[tokio::test]
async fn trap_07_08_pages_link_to_the_next_first_and_lose_nothing() {
    let (me, _) = somebody().await;
    for n in 0..7 {
        me.post("/api/v1/statuses", &json!({ "status": format!("page {n}") })).await;
    }
    let id = me.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    let base = server().await.url();
    let mut path = format!("/api/v1/accounts/{id}/statuses?limit=3&exclude_replies=true");
    let mut seen = Vec::new();
    loop {
        let answer = me.request(Method::GET, &path).send().await.unwrap();
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        let page: Value = answer.json().await.unwrap();
        let page = page.as_array().unwrap();
        seen.extend(page.iter().map(|status| status["content"].as_str().unwrap().to_owned()));
        let Some(link) = link.filter(|_| !page.is_empty()) else { break };
        let parts: Vec<&str> = link.split(", ").collect();
        let Some(next) = parts[0].strip_suffix("; rel=\"next\"") else {
            assert!(parts[0].ends_with("; rel=\"prev\""), "{link}");
            break;
        };
        assert!(parts.len() == 1 || parts[1].ends_with("; rel=\"prev\""), "{link}");
        let next = next.trim_start_matches('<').trim_end_matches('>');
        assert!(next.contains("limit=3") && next.contains("exclude_replies=true"), "{next}");
        path = next.strip_prefix(base).unwrap_or_else(|| panic!("{next} is not under {base}")).to_owned();
    }
    assert_eq!(seen.len(), 7);
    assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "newest first: {seen:?}");
}

#[tokio::test]
async fn trap_09_min_id_takes_the_oldest_and_since_id_the_newest() {
    let (me, _) = somebody().await;
    let mut ids = Vec::new();
    for n in 0..6 {
        let status = me.post("/api/v1/statuses", &json!({ "status": format!("row {n}") })).await;
        ids.push(status["id"].as_str().unwrap().to_owned());
    }
    let page = async |query: String| -> Vec<String> {
        let found = me.get(&format!("/api/v1/timelines/home?limit=2&{query}")).await;
        found.as_array().unwrap().iter().map(|status| status["id"].as_str().unwrap().to_owned()).collect()
    };
    let rows = |numbers: [usize; 2]| numbers.map(|n| ids[n].clone()).to_vec();
    assert_eq!(page(format!("min_id={}", ids[0])).await, rows([2, 1]));
    assert_eq!(page(format!("since_id={}", ids[0])).await, rows([5, 4]));
    assert_eq!(page(format!("max_id={}", ids[4])).await, rows([3, 2]));
    assert_eq!(page("max_id=".to_owned()).await, rows([5, 4]), "an empty bound is none");
    assert_eq!(page("max_id=what".to_owned()).await, rows([5, 4]), "nor is one that is no id");
    assert_eq!(me.get("/api/v1/timelines/home?limit=100000").await.as_array().unwrap().len(), 6);
    assert_eq!(me.send(Method::GET, "/api/v1/timelines/home?limit=-1", &Value::Null).await.status, 200);
}

#[tokio::test]
async fn trap_05_25_what_is_not_there_says_so_in_json_with_an_open_origin() {
    let (me, _) = somebody().await;
    for (path, status) in [
        ("/api/v1/no/such/thing", 404),
        ("/api/v9", 404),
        ("/api/v1/statuses/999999999999999999", 404),
        ("/api/v1/statuses/not-an-id", 404),
        ("/api/v1/accounts/1'%20OR%201=1", 404),
    ] {
        let answer = me.request(Method::GET, path).header("origin", "https://app.test").send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.headers()["access-control-allow-origin"], "*", "{path}");
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/json"), "{path}");
        let body: Value = answer.json().await.unwrap();
        assert!(body["error"].is_string(), "{path}: {body}");
    }
    let nobody = server().await.api(None);
    let answer = nobody.request(Method::OPTIONS, "/api/v1/statuses").header("origin", "https://app.test");
    let answer = answer.header("access-control-request-method", "POST").send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    assert!(answer.headers()["access-control-allow-methods"].to_str().unwrap().contains("PATCH"));
    let answer = nobody.request(Method::GET, "/api/v1/timelines/home").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["access-control-allow-origin"] == "*"), (401, true));
    assert!(answer.headers()["access-control-expose-headers"].to_str().unwrap().contains("Link"));
}

#[tokio::test]
async fn one_status_in_every_form_a_body_can_have() {
    let (me, _) = somebody().await;
    let request = || me.request(Method::POST, "/api/v1/statuses");
    let form = "status=form&sensitive=1&spoiler_text=careful&media_ids[]=&in_reply_to_id=";
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\nmultipart\r\n\
                     --x\r\nContent-Disposition: form-data; name=\"sensitive\"\r\n\r\nTrue\r\n\
                     --x\r\nContent-Disposition: form-data; name=\"spoiler_text\"\r\n\r\ncareful\r\n--x--\r\n";
    for (words, request) in [
        ("json", request().json(&json!({ "status": "json", "sensitive": true, "spoiler_text": "careful" }))),
        ("form", request().header("content-type", "application/x-www-form-urlencoded").body(form)),
        ("multipart", request().header("content-type", "multipart/form-data; boundary=x").body(multipart)),
        ("query", me.request(Method::POST, "/api/v1/statuses?status=query&sensitive=on&spoiler_text=careful")),
    ] {
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(status, 200, "{words}: {body}");
        assert!(body["content"].as_str().unwrap().contains(words), "{body}");
        assert_eq!((&body["sensitive"], &body["spoiler_text"]), (&json!(true), &json!("careful")), "{words}");
        assert_eq!(body["in_reply_to_id"], Value::Null);
    }
    let broken = request().header("content-type", "application/json").body("{\"status\":").send().await.unwrap();
    assert!([400, 422].contains(&broken.status().as_u16()), "{}", broken.status());
    let none = me.send(Method::POST, "/api/v1/statuses", &json!({ "status": " " })).await;
    assert_eq!(none.status, 422);
}

#[tokio::test]
async fn profile_fields_of_the_wrong_kind_are_refused_and_erase_nothing() {
    let (me, _) = somebody().await;
    let update = async |body: Value| me.send(Method::PATCH, "/api/v1/accounts/update_credentials", &body).await;
    let set = update(json!({ "fields_attributes": [{ "name": "School", "value": "Oak" }] })).await.ok();
    assert_eq!(set["source"]["fields"][0]["value"], "Oak");
    let refused = update(json!({ "fields_attributes": "x" })).await;
    assert_eq!(refused.status, 422, "{}", refused.json);
    let kept = me.get("/api/v1/accounts/verify_credentials").await;
    assert_eq!(kept["source"]["fields"], set["source"]["fields"]);
}

#[tokio::test]
async fn a_nul_is_nowhere_an_error_of_ours() {
    let (me, _) = somebody().await;
    let nobody = server().await.api(None);
    for path in [
        "/api/v1/accounts/lookup?acct=%00",
        "/.well-known/webfinger?resource=acct:a%00@localhost",
        "/users/%00",
        "/tags/%00",
        "/@%00",
        "/oauth/authorize?client_id=%00&response_type=code",
        "/api/v2/search?q=%00",
        "/api/v1/timelines/tag/%00",
    ] {
        for api in [&me, &nobody] {
            let status = api.request(Method::GET, path).send().await.unwrap().status().as_u16();
            assert!(status < 500, "{path}: {status}");
        }
    }
    let app = json!({ "client_name": "a\u{0}b", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "website": "\u{0}" });
    assert!(nobody.send(Method::POST, "/api/v1/apps", &app).await.status < 500);
    let token = json!({ "grant_type": "authorization_code", "client_id": "\u{0}", "code": "\u{0}" });
    assert!(nobody.send(Method::POST, "/oauth/token", &token).await.status < 500);
    assert!(nobody.send(Method::POST, "/oauth/revoke", &token).await.status < 500);
    let written = me.post("/api/v1/statuses", &json!({ "status": "x\u{0}y" })).await;
    let read = me.get(&format!("/api/v1/statuses/{}/source", written["id"].as_str().unwrap())).await;
    assert_eq!(read["text"], "xy");
    // what is answered is what is kept, on either database
    let body =
        json!({ "title": "no\u{0}ise", "context": ["home"], "keywords_attributes": [{ "keyword": "b\u{0}uzz" }] });
    let made = me.post("/api/v2/filters", &body).await;
    assert_eq!((&made["title"], &made["keywords"][0]["keyword"]), (&json!("noise"), &json!("buzz")), "{made}");
    assert_eq!(me.get(&format!("/api/v2/filters/{}", made["id"].as_str().unwrap())).await, made);
    let form = [("title", "f\u{0}orm"), ("context[]", "home")];
    let made: Value =
        me.request(Method::POST, "/api/v2/filters").form(&form).send().await.unwrap().json().await.unwrap();
    assert_eq!(made["title"], "form", "{made}");
}

#[tokio::test]
async fn a_path_that_is_no_text_is_refused_as_json() {
    let server = server().await;
    let amy = server.member("amy");
    for path in ["/api/v1/statuses/%ff", "/api/v1/accounts/%c3%28/statuses"] {
        let answer = amy.send(Method::GET, path, &Value::Null).await;
        assert_eq!((answer.status, answer.json["error"].as_str()), (400, Some("Path is not UTF-8")), "{path}");
    }
}
