//! What counts as a character, what is a hashtag, and what is served beside the text.

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{server, somebody};

async fn limit() -> usize {
    let guest = server().await.api(None);
    let (first, second) = (guest.get("/api/v1/instance").await, guest.get("/api/v2/instance").await);
    let of = |instance: &Value| instance["configuration"]["statuses"]["max_characters"].as_u64().unwrap();
    assert_eq!(of(&first), of(&second));
    assert_eq!(first["max_toot_chars"].as_u64(), Some(of(&first)), "what old apps look for");
    assert_eq!(second["configuration"]["statuses"]["characters_reserved_per_url"], 23);
    usize::try_from(of(&second)).unwrap()
}

#[tokio::test]
async fn trap_29_characters_are_counted_as_apps_count_them() {
    let (me, handle) = somebody().await;
    let most = limit().await;
    let link = format!("https://oak.example/{}", "x".repeat(100));
    let far = format!("@{handle}@a.very.long.name.of.a.school.example");
    for (name, used, text, warning) in [
        ("letters", 0, String::new(), ""),
        ("a link counts 23", 24, format!(" {link}"), ""),
        ("of a mention its name alone", 2 + handle.len(), format!(" {far}"), ""),
        ("the warning counts too", 4, String::new(), "care"),
    ] {
        let fits = json!({ "status": format!("{}{text}", "a".repeat(most - used)), "spoiler_text": warning });
        let too_long = json!({ "status": format!("{}{text}", "a".repeat(most - used + 1)), "spoiler_text": warning });
        let refused = me.send(Method::POST, "/api/v1/statuses", &too_long).await;
        assert_eq!(refused.status, 422, "{name}");
        let taken = me.send(Method::POST, "/api/v1/statuses", &fits).await;
        assert_eq!(taken.status, 200, "{name}: {}", taken.json);
    }
}

#[tokio::test]
async fn trap_56_characters_are_not_bytes() {
    let (me, _) = somebody().await;
    let most = limit().await;
    for letter in ["ŵ", "字", "👩🏽‍🏫"] {
        let taken = me.send(Method::POST, "/api/v1/statuses", &json!({ "status": letter.repeat(most) })).await;
        assert_eq!(taken.status, 200, "{letter}: {}", taken.json);
        let refused = me.send(Method::POST, "/api/v1/statuses", &json!({ "status": letter.repeat(most + 1) })).await;
        assert_eq!(refused.status, 422, "{letter}");
    }
}

#[tokio::test]
async fn trap_40_a_hashtag_is_one_however_it_is_written() {
    let (me, handle) = somebody().await;
    let tag = format!("SLT{handle}");
    let first = me.post("/api/v1/statuses", &json!({ "status": format!("one #{tag} #Café{handle}") })).await;
    me.post("/api/v1/statuses", &json!({ "status": format!("two #{} #other{handle}", tag.to_lowercase()) })).await;
    assert!(first["content"].as_str().unwrap().contains(&format!("#<span>{tag}</span>")), "{}", first["content"]);
    assert_eq!(first["tags"][0]["name"], tag.to_lowercase());
    let count = async |path: String| me.get(&path).await.as_array().unwrap().len();
    let timeline = |tag: &str, more: &str| format!("/api/v1/timelines/tag/{tag}{more}");
    for written in [tag.clone(), tag.to_lowercase(), tag.to_uppercase()] {
        assert_eq!(count(timeline(&written, "")).await, 2, "{written}");
        assert_eq!(
            me.get(&format!("/api/v1/tags/{written}")).await["name"],
            me.get(&format!("/api/v1/tags/{tag}")).await["name"]
        );
    }
    assert_eq!(count(timeline(&format!("caf%C3%A9{handle}"), "")).await, 1);
    assert_eq!(count(timeline(&tag, &format!("?all[]=other{handle}"))).await, 1);
    assert_eq!(count(timeline(&tag, &format!("?none[]=other{handle}"))).await, 1);
    assert_eq!(count(timeline(&format!("other{handle}"), &format!("?any[]={tag}"))).await, 2);
    assert_eq!(me.send(Method::GET, "/api/v1/timelines/tag/no%20tag", &Value::Null).await.json, json!([]));
}
