//! What the instance says about itself, announcements, and statuses in the pages of others.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::process::{ServerProcess, free_ports};

use super::{server, somebody};

#[tokio::test]
async fn the_instance_describes_itself_without_its_operators_texts() {
    let guest = server().await.api(None);
    for name in ["extended_description", "privacy_policy"] {
        let page = guest.get(&format!("/api/v1/instance/{name}")).await;
        assert!(page["content"].as_str().unwrap().starts_with("<p>"), "{page}");
        assert!(page["updated_at"].as_str().unwrap().ends_with('Z'), "{page}");
    }
    assert_eq!(guest.send(Method::GET, "/api/v1/instance/terms_of_service", &Value::Null).await.status, 404);
    let languages = guest.get("/api/v1/instance/languages").await;
    assert!(languages.as_array().unwrap().contains(&json!({ "code": "cy", "name": "Welsh" })));
    assert_eq!(guest.get("/api/v1/instance/translation_languages").await, json!({}));
    let weeks = guest.get("/api/v1/instance/activity").await;
    assert_eq!(weeks.as_array().unwrap().len(), 12);
    assert!(["week", "statuses", "logins", "registrations"].iter().all(|name| weeks[0][name].is_string()), "{weeks}");
    let health = server().await.api(None).request(Method::GET, "/health").send().await.unwrap();
    assert_eq!((health.status().as_u16(), health.text().await.unwrap().trim()), (200, "ok"));
}

#[tokio::test]
async fn neighbours_and_blocks_are_shown_to_whom_the_operator_says() {
    let (me, _) = somebody().await;
    let server = server().await;
    server.admin(&["domain", "block", "awful.example", "--comment", "for the operators"], "");
    server.admin(&["domain", "limit", "loud.example"], "");
    let blocks = me.get("/api/v1/instance/domain_blocks").await;
    let found = |name: &str| blocks.as_array().unwrap().iter().find(|block| block["domain"] == name).cloned().unwrap();
    let awful = found("awful.example");
    assert_eq!((&awful["severity"], &awful["comment"]), (&json!("suspend"), &Value::Null));
    assert_eq!(awful["digest"].as_str().unwrap().len(), 64);
    assert_eq!(found("loud.example")["severity"], "silence");
    assert!(me.get("/api/v1/instance/peers").await.is_array());
    for name in ["domain_blocks", "peers"] {
        let guest = server.api(None).send(Method::GET, &format!("/api/v1/instance/{name}"), &Value::Null).await;
        assert_eq!(guest.status, 401, "{name}");
    }
}

#[tokio::test]
async fn the_operators_texts_are_shown_as_text_and_neighbours_to_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let terms = write("terms.txt", "Be kind.\n\nNo <script>alert(1)</script> https://oak.example/");
    let about = write("about.txt", "Run by a trust of nine schools.");
    let [port] = free_ports();
    let settings = [
        ("INSTANCE__TERMS_OF_SERVICE_FILE", terms.as_str()),
        ("INSTANCE__EXTENDED_DESCRIPTION_FILE", about.as_str()),
        ("INSTANCE__SHOW_NEIGHBOURS", "nobody"),
        ("INSTANCE__LANGUAGES", "cy, en"),
    ];
    let server = ServerProcess::start_with(port, &[], &settings).await;
    let guest = server.api(None);
    let terms = guest.get("/api/v1/instance/terms_of_service").await;
    let content = terms["content"].as_str().unwrap();
    assert!(content.contains("&lt;script&gt;") && content.contains("href=\"https://oak.example/\""), "{content}");
    let date = terms["effective_date"].as_str().unwrap();
    assert_eq!(guest.get(&format!("/api/v1/instance/terms_of_service/{date}")).await, terms);
    for other in ["1999-01-01", "x"] {
        let path = format!("/api/v1/instance/terms_of_service/{other}");
        assert_eq!(guest.send(Method::GET, &path, &Value::Null).await.status, 404, "{other}");
    }
    let about = guest.get("/api/v1/instance/extended_description").await;
    assert_eq!(about["content"], "<p>Run by a trust of nine schools.</p>");
    assert_eq!(guest.get("/api/v2/instance").await["languages"], json!(["cy", "en"]));
    let me = server.member("amy");
    for name in ["domain_blocks", "peers"] {
        assert_eq!(me.send(Method::GET, &format!("/api/v1/instance/{name}"), &Value::Null).await.status, 404, "{name}");
    }
    let bad = server.run(&["config", "check"], &[("INSTANCE__SHOW_NEIGHBOURS", "all"), ("INSTANCE__LANGUAGES", "xx")]);
    let complaint = String::from_utf8_lossy(&bad.stderr).into_owned() + &String::from_utf8_lossy(&bad.stdout);
    assert!(!bad.status.success());
    assert!(complaint.contains("instance.show_neighbours") && complaint.contains("instance.languages"), "{complaint}");
}

#[tokio::test]
async fn the_staff_announce_and_everybody_reads_dismisses_and_answers_for_themselves() {
    let server = server().await;
    let (me, _) = somebody().await;
    let (other, _) = somebody().await;
    let id = server.admin(&["announcement", "create", "Inset day on Monday #SLTchat"], "").trim().to_owned();
    let draft = server.admin(&["announcement", "create", "Not yet", "--draft"], "").trim().to_owned();
    let mine = async |api: &staffroom_tests::api::Api, query: &str| -> Option<Value> {
        let list = api.get(&format!("/api/v1/announcements{query}")).await;
        assert!(!list.as_array().unwrap().iter().any(|one| one["id"] == json!(draft)), "a draft is shown");
        list.as_array().unwrap().iter().find(|one| one["id"] == json!(id)).cloned()
    };
    let seen = mine(&me, "").await.unwrap();
    assert_eq!((&seen["read"], &seen["tags"][0]["name"]), (&json!(false), &json!("sltchat")));
    let thumb = format!("/api/v1/announcements/{id}/reactions/%F0%9F%91%8D");
    for api in [&me, &other] {
        api.send(Method::PUT, &thumb, &Value::Null).await.ok();
    }
    assert_eq!(mine(&me, "").await.unwrap()["reactions"], json!([{ "name": "👍", "count": 2, "me": true }]));
    me.send(Method::DELETE, &thumb, &Value::Null).await.ok();
    assert_eq!(me.send(Method::DELETE, &thumb, &Value::Null).await.status, 404);
    assert_eq!(mine(&me, "").await.unwrap()["reactions"][0]["me"], false);
    let word = format!("/api/v1/announcements/{id}/reactions/nice");
    assert_eq!(me.send(Method::PUT, &word, &Value::Null).await.status, 422);
    me.post(&format!("/api/v1/announcements/{id}/dismiss"), &json!({})).await;
    assert!(mine(&me, "").await.is_none() && mine(&other, "").await.is_some());
    assert_eq!(mine(&me, "?with_dismissed=true").await.unwrap()["read"], true);
    let hidden = format!("/api/v1/announcements/{draft}/dismiss");
    assert_eq!(me.send(Method::POST, &hidden, &json!({})).await.status, 404);
    assert!(server.admin(&["announcement", "list"], "").contains("draft\tNot yet"));
    server.admin(&["announcement", "end", &id], "");
    assert!(mine(&other, "?with_dismissed=true").await.is_none());
    for wrong in [["announcement", "end", "x"], ["announcement", "publish", "12345"], ["announcement", "create", " "]] {
        server.admin_refuses(&wrong);
    }
}

#[tokio::test]
async fn only_what_everybody_may_see_is_embedded() {
    let (me, handle) = somebody().await;
    let guest = server().await.api(None);
    let written = async |visibility: &str| {
        let body = json!({ "status": "embed me", "visibility": visibility, "spoiler_text": "a <b>warning</b>" });
        me.post("/api/v1/statuses", &body).await
    };
    let embed = |url: &str| format!("/api/oembed?url={}", url.replace(':', "%3A").replace('/', "%2F"));
    let open = written("unlisted").await;
    for name in ["url", "uri"] {
        let found = guest.get(&embed(open[name].as_str().unwrap())).await;
        assert_eq!((&found["type"], &found["version"]), (&json!("rich"), &json!("1.0")));
        let html = found["html"].as_str().unwrap();
        assert!(html.contains("&lt;b&gt;") && !html.contains("embed me") && html.contains(&handle), "{html}");
    }
    for hidden in ["private", "direct"] {
        let status = written(hidden).await;
        let path = embed(status["url"].as_str().unwrap());
        assert_eq!(guest.send(Method::GET, &path, &Value::Null).await.status, 404, "{hidden}");
        assert_eq!(me.send(Method::GET, &path, &Value::Null).await.status, 404, "{hidden}, by its author");
    }
    let id = open["id"].as_str().unwrap();
    let as_xml = format!("{}&format=xml", embed(open["url"].as_str().unwrap()));
    assert_eq!(guest.send(Method::GET, &as_xml, &Value::Null).await.status, 422, "no error of ours: 501 would be one");
    for wrong in [format!("https://evil.example/@{handle}/{id}"), format!("x{id}"), id.to_owned(), String::new()] {
        assert_eq!(guest.send(Method::GET, &embed(&wrong), &Value::Null).await.status, 404, "{wrong}");
    }
}
