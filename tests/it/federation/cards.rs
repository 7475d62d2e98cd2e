//! Previews of pages: asked for once, of the page itself, whatever others say about it.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::wait::eventually;

use super::hostile::scene;
use super::network::{one_with, text};

const HOME: &str = "/api/v1/timelines/home";
const HTML: [(&str, &str); 1] = [("content-type", "text/html; charset=utf-8")];

/// The preview of the status `id`, once there is one.
pub(super) async fn card(api: &Api, id: &Value) -> Value {
    eventually("a preview", || async {
        let status = api.get(&format!("/api/v1/statuses/{}", text(id))).await;
        if status["card"].is_object() { Ok(status["card"].clone()) } else { Err(status["content"].clone()) }
    })
    .await
}

#[tokio::test]
async fn the_page_of_a_status_is_shown_to_people_and_told_to_servers() {
    let scene = scene().await;
    let page = scene.puppet.url("/attendance");
    let html = "<title>Site</title><meta property=og:title content='Attendance &amp; why'>\
                <meta name=description content='<b>What</b> works'>";
    scene.puppet.answers(&page, 200, &HTML, html.as_bytes());
    let words = format!("@eve@{} read {page}", scene.puppet.host());
    let status = scene.amy.post("/api/v1/statuses", &json!({ "status": words })).await;
    let shown = card(&scene.amy, &status["id"]).await;
    assert_eq!((&shown["url"], &shown["type"]), (&json!(page), &json!("link")));
    assert_eq!((&shown["title"], &shown["description"]), (&json!("Attendance & why"), &json!("<b>What</b> works")));
    assert_eq!(shown["provider_name"], "localhost");

    let created = eventually("the status arrives", || async {
        scene.puppet.received_of("Create").pop().ok_or_else(|| scene.puppet.received_of("Accept"))
    })
    .await;
    assert_eq!(created["object"]["attachment"][0]["href"], page.as_str());
    let (_, note) = scene.eve.fetch(text(&status["uri"])).await;
    let link = json!({ "type": "Link", "href": page,
        "preview": { "type": "Article", "name": "Attendance & why", "summary": "<b>What</b> works" } });
    assert_eq!(note["attachment"], json!([link]));
}

#[tokio::test]
async fn the_picture_of_a_page_is_shown_under_an_address_of_ours() {
    let scene = scene().await;
    let (page, bare) = (scene.puppet.url("/illustrated"), scene.puppet.url("/bare"));
    let html = "<title>With a picture</title><meta property=og:image content=hall.png>\
                <meta property=og:image:alt content='A hall'>";
    scene.puppet.answers(&page, 200, &HTML, html.as_bytes());
    let mut picture = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(30, 20).write_to(&mut picture, image::ImageFormat::Png).unwrap();
    scene.puppet.answers(&scene.puppet.url("/hall.png"), 200, &[("content-type", "image/png")], picture.get_ref());
    let status = scene.amy.post("/api/v1/statuses", &json!({ "status": page })).await;
    let shown = card(&scene.amy, &status["id"]).await;
    assert_eq!((&shown["width"], &shown["height"]), (&json!(30), &json!(20)));
    assert_eq!(shown["image_description"], "A hall");
    assert!(shown["blurhash"].is_string(), "{shown}");
    let path = text(&shown["image"]).strip_prefix(scene.server.url()).unwrap();
    let served = scene.server.api(None).request(http::Method::GET, path).send().await.unwrap();
    assert_eq!((served.status().as_u16(), served.bytes().await.unwrap().to_vec()), (200, picture.into_inner()));

    // what the page calls its picture is a page
    scene.puppet.answers(&bare, 200, &HTML, b"<title>Bare</title><meta property=og:image content=/illustrated>");
    let status = scene.amy.post("/api/v1/statuses", &json!({ "status": bare })).await;
    assert_eq!(card(&scene.amy, &status["id"]).await["image"], Value::Null);
}

#[tokio::test]
async fn what_others_say_about_a_page_is_not_believed() {
    let scene = scene().await;
    let page = scene.puppet.url("/honest");
    scene.puppet.answers(&page, 200, &HTML, b"<title>Honest words</title>");
    let status = scene.amy.post("/api/v1/statuses", &json!({ "status": page })).await;
    card(&scene.amy, &status["id"]).await;

    let preview = json!({ "type": "Article", "name": "Head teacher arrested" });
    for (words, link) in [("Look at this", page.as_str()), ("And at this", "https://yew.example/never-seen")] {
        let mut note = scene.eve.note(words, &[]);
        note["attachment"] = json!([{ "type": "Link", "href": link, "preview": preview }]);
        scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
        let seen = one_with(&scene.amy, HOME, words).await;
        let expected = if link == page { json!("Honest words") } else { Value::Null };
        assert_eq!(seen["card"]["title"], expected, "{words}");
    }
}

#[tokio::test]
async fn what_is_no_page_has_no_preview_and_private_addresses_are_not_asked() {
    let scene = scene().await;
    let data = scene.puppet.url("/data");
    scene.puppet.answers(&data, 200, &[("content-type", "application/json")], b"<title>Data</title>");
    let gone = scene.puppet.url("/gone");
    let private = "http://169.254.169.254/latest/meta-data/";
    let mut ids = Vec::new();
    for url in [data.as_str(), gone.as_str(), private] {
        let status = scene.amy.post("/api/v1/statuses", &json!({ "status": format!("Read {url}") })).await;
        ids.push(text(&status["id"]).to_owned());
    }
    eventually("all were looked at", || async {
        let left = scene.server.database().count("jobs WHERE kind = 'fetch_card' AND attempts = 0").await;
        if left == 0 { Ok(()) } else { Err(left) }
    })
    .await;
    for id in ids {
        assert!(scene.amy.get(&format!("/api/v1/statuses/{id}")).await["card"].is_null());
    }
    let fetched = scene.puppet.fetched();
    assert!(fetched.iter().any(|path| path.ends_with("/data")) && fetched.iter().any(|path| path.ends_with("/gone")));
}

#[tokio::test]
async fn statuses_are_found_by_the_page_they_link_to() {
    let scene = scene().await;
    let [page, other] = ["/found", "/other"].map(|path| scene.puppet.url(path));
    for page in [&page, &other] {
        scene.puppet.answers(page, 200, &HTML, b"<title>A page</title>");
    }
    let (reader, stranger) = (scene.server.member("reader"), scene.server.api(None));
    let path = format!("/api/v1/timelines/link?url={page}");
    let found = async |api: &Api| -> Vec<Value> {
        let statuses = api.get(&path).await;
        statuses.as_array().unwrap().iter().map(|status| status["id"].clone()).collect()
    };
    let mut written = Vec::new();
    for (words, visibility) in
        [(&page, "public"), (&other, "public"), (&page, "unlisted"), (&page, "private"), (&page, "public")]
    {
        let status = scene.amy.post("/api/v1/statuses", &json!({ "status": words, "visibility": visibility })).await;
        card(&scene.amy, &status["id"]).await;
        written.push(status["id"].clone());
    }
    let change = async |agrees: bool| {
        let change = json!({ "discoverable": agrees });
        scene.amy.send(Method::PATCH, "/api/v1/accounts/update_credentials", &change).await.ok();
    };
    change(false).await;
    assert_eq!(found(&reader).await, Vec::<Value>::new());
    change(true).await;
    assert_eq!(found(&reader).await, [written[4].clone(), written[0].clone()]);
    assert_eq!(stranger.send(Method::GET, &path, &Value::Null).await.status, 401, "timelines are for members here");
    let amy = scene.amy.get("/api/v1/accounts/verify_credentials").await;
    reader.post(&format!("/api/v1/accounts/{}/mute", text(&amy["id"])), &Value::Null).await;
    assert_eq!(found(&reader).await, Vec::<Value>::new());
    assert_eq!(reader.send(Method::GET, "/api/v1/timelines/link", &Value::Null).await.status, 422);
}
