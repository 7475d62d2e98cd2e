//! What clients stumble over in what comes from other servers: rows of `tests/it/architecture/traps.tsv`.

use serde_json::{Value, json};

use super::hostile::scene;
use super::network::{one_with, text};

const HOME: &str = "/api/v1/timelines/home";

#[tokio::test]
async fn trap_13_what_has_no_date_has_that_of_its_arrival() {
    let scene = scene().await;
    for (n, published) in [None, Some(json!(null)), Some(json!("yesterday")), Some(json!(7))].into_iter().enumerate() {
        let words = format!("undated {n}");
        let mut note = scene.eve.note(&words, &[]);
        note.as_object_mut().unwrap().remove("published");
        if let Some(published) = published {
            note["published"] = published;
        }
        scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
        let seen = one_with(&scene.amy, HOME, &words).await;
        assert!(text(&seen["created_at"]).starts_with("20") && text(&seen["created_at"]).ends_with('Z'), "{seen}");
        assert!(text(&seen["account"]["created_at"]).ends_with('Z'), "{seen}");
    }
}

#[tokio::test]
async fn trap_50_emoji_have_all_their_parts() {
    let scene = scene().await;
    let mut note = scene.eve.note("well done :owl:", &[]);
    let icon = json!({ "type": "Image", "mediaType": "image/png", "url": scene.puppet.url("/owl.png") });
    note["tag"] = json!([{ "type": "Emoji", "id": scene.puppet.url("/emojis/owl"), "name": ":owl:", "icon": icon }]);
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    let seen = one_with(&scene.amy, HOME, "well done").await;
    let emoji = &seen["emojis"][0];
    assert_eq!((&emoji["shortcode"], emoji["visible_in_picker"].is_boolean()), (&json!("owl"), true));
    assert!(["url", "static_url"].iter().all(|name| text(&emoji[*name]).starts_with("http")), "{emoji}");
    assert!(emoji.get("category").is_none_or(|category| category.is_null() || category.is_string()), "{emoji}");
    assert!(text(&seen["content"]).contains(":owl:"), "apps put the picture in themselves");
}

#[tokio::test]
async fn trap_51_a_preview_has_all_its_parts() {
    let scene = scene().await;
    let page = scene.puppet.url("/attendance");
    let html = b"<title>Attendance</title><meta name=description content='What works'>";
    scene.puppet.answers(&page, 200, &[("content-type", "text/html")], html);
    let status = scene.amy.post("/api/v1/statuses", &json!({ "status": page })).await;
    let card = super::cards::card(&scene.amy, &status["id"]).await;
    for name in [
        "url",
        "title",
        "description",
        "type",
        "author_name",
        "author_url",
        "provider_name",
        "provider_url",
        "html",
        "embed_url",
    ] {
        assert!(card[name].is_string(), "{name} of {card}");
    }
    assert!(card["width"].is_u64() && card["height"].is_u64() && card["authors"].is_array(), "{card}");
    for name in ["image", "blurhash"] {
        assert_eq!(card.get(name), Some(&Value::Null), "{name}: there is none");
    }
}
