//! Feeds: well-formed, and only what is public.

use image::ImageFormat;
use serde_json::json;

use super::{open, publish, school, stranger};
use crate::api::media::{picture, upload};

/// Whether the text is well-formed as far as our feeds go: elements end where they should, and every `&` begins an entity.
fn is_well_formed(xml: &str) -> Result<(), String> {
    let Some(mut rest) = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>") else {
        return Err("no declaration".to_owned());
    };
    let mut path: Vec<&str> = Vec::new();
    while let Some((before, from)) = rest.split_once('<') {
        for after in before.split('&').skip(1) {
            let name = after.split_once(';').map_or("", |(name, _)| name);
            if !(name.starts_with('#') || ["amp", "lt", "gt", "quot", "apos"].contains(&name)) {
                return Err(format!("& before {after}"));
            }
        }
        let (tag, after) = from.split_once('>').ok_or("a tag does not end")?;
        let name = tag.trim_matches('/').split_whitespace().next().unwrap_or_default();
        if tag.starts_with('/') {
            if path.pop() != Some(name) {
                return Err(format!("{name} ends elsewhere"));
            }
        } else if !tag.ends_with('/') {
            path.push(name);
        }
        rest = after;
    }
    if path.is_empty() { Ok(()) } else { Err(format!("{path:?} do not end")) }
}

#[test]
fn the_check_itself_notices() {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    assert_eq!(is_well_formed(&format!("{head}\n<a><b c=\"d\"/>&#60;&amp;</a>")), Ok(()));
    for bad in ["<a>", "<a></b>", "<a>& b</a>", "<a>&nbsp;</a>", "<a"] {
        assert!(is_well_formed(&format!("{head}{bad}")).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn a_feed_has_public_statuses_and_nothing_else() {
    let (server, amy, ben) = school(&[]).await;
    let theirs = publish(&ben, "benword", "public").await;
    let first = publish(&amy, "firstword & <b> ]]> \u{b} #Chalk", "public").await;
    publish(&amy, "quietword", "unlisted").await;
    amy.post("/api/v1/statuses", &json!({ "status": "@ben answerword", "in_reply_to_id": theirs["id"] })).await;
    amy.post(&format!("/api/v1/statuses/{}/reblog", theirs["id"].as_str().unwrap()), &json!({})).await;
    amy.post("/api/v1/statuses", &json!({ "status": "warnedword", "spoiler_text": "careful" })).await;

    let feed = open(&mut stranger(), &server, "/@amy.rss").await;
    assert_eq!((feed.status, is_well_formed(&feed.body)), (200, Ok(())), "{}", feed.body);
    assert_eq!(feed.header("content-type"), "application/rss+xml; charset=utf-8");
    assert_eq!(feed.header("x-robots-tag"), "noindex");
    assert_eq!(feed.body.matches("<item>").count(), 2, "{}", feed.body);
    for words in ["firstword", "warnedword", "careful", "<category>Chalk</category>", "isPermaLink=\"true\""] {
        assert!(feed.body.contains(words), "{words}: {}", feed.body);
    }
    assert!(feed.body.contains(&format!("<link>{}</link>", first["url"].as_str().unwrap())), "{}", feed.body);
    for words in ["quietword", "answerword", "benword", "\u{b}"] {
        assert!(!feed.body.contains(words), "{words}: {}", feed.body);
    }
    let date = feed.body.split("<pubDate>").nth(1).and_then(|rest| rest.split('<').next()).unwrap();
    assert!(date.ends_with(" +0000") && date.contains(", "), "RFC 2822: {date}");
}

#[tokio::test]
async fn public_statuses_are_in_the_feed_however_many_others_came_after() {
    let (server, amy, _) = school(&[]).await;
    publish(&amy, "openword", "public").await;
    for visibility in ["unlisted", "private", "direct"] {
        for n in 0..8 {
            publish(&amy, &format!("quietword {n}"), visibility).await;
        }
    }
    let feed = open(&mut stranger(), &server, "/@amy.rss").await;
    assert_eq!(feed.body.matches("<item>").count(), 1, "{}", feed.body);
    assert!(feed.body.contains("openword") && !feed.body.contains("quietword"), "{}", feed.body);
}

#[tokio::test]
async fn what_is_attached_to_a_status_without_words_is_said_and_not_shown_where_it_is_hidden() {
    let (server, amy, _) = school(&[]).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let (status, media) = upload(&amy, "/api/v2/media", &picture(9, 9, ImageFormat::Png), "a.png").await;
        assert_eq!(status, 200, "{media}");
        ids.push(media["id"].clone());
    }
    let item =
        async || open(&mut stranger(), &server, "/@amy.rss").await.body.split("<item>").nth(1).unwrap().to_owned();
    amy.post("/api/v1/statuses", &json!({ "media_ids": [ids[0]], "sensitive": true })).await;
    let hidden = item().await;
    assert!(hidden.contains("1 picture") && !hidden.contains("1 pictures"), "{hidden}");
    assert!(!hidden.contains("<media:content"), "{hidden}");
    amy.post("/api/v1/statuses", &json!({ "media_ids": [ids[1], ids[2]] })).await;
    let shown = item().await;
    assert!(shown.contains("2 pictures") && shown.matches("<media:content").count() == 2, "{shown}");
    publish(&amy, "wordsalone", "public").await;
    let words = item().await;
    assert!(words.contains("wordsalone") && !words.contains("picture"), "{words}");
}
