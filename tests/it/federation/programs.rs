//! What other programs write, from `tests/fixtures` (see `ORIGIN.md` there): delivered through the inbox, each by an
//! author on a host of its own, and read as it was meant.

use serde::Deserialize as _;
use serde_json::{Value, json};
use staffroom_server::domain::account::AccountKind;
use staffroom_server::federation::vocab::activity::ActivityDoc;
use staffroom_server::federation::vocab::actor::ActorDoc;
use staffroom_tests::puppet::{Actor, FOREIGN_KEY, Puppet};

use super::hostile::{Scene, scene};
use super::network::{actor_uri, follow_puppet, one_with, text};

const HOME: &str = "/api/v1/timelines/home";

macro_rules! fixture {
    ($path:literal) => {
        include_str!(concat!("../../fixtures/", $path))
    };
}

/// A document, the label its host gets, what must be found in its text, and how many pictures and hashtags it has.
const DOCUMENTS: [(&str, &str, &str, usize, usize); 9] = [
    (fixture!("akkoma/create_note.json"), "fig", "Cover lessons for <b>Year 8</b>", 1, 1),
    (fixture!("mitra/note.json"), "ivy", "Mock exams next week", 0, 0),
    (fixture!("pixelfed/note.json"), "pix", "Year 10 self portraits", 2, 1),
    (fixture!("mobilizon/event.json"), "meet", "Open evening for new governors", 1, 1),
    (fixture!("friendica/create_note.json"), "frien", "<b>reading list</b>", 0, 0),
    (fixture!("bookwyrm/create_review.json"), "books", "Read it again", 1, 0),
    (fixture!("writefreely/create_article.json"), "pen", "Marking less", 0, 1),
    (fixture!("ghost/create_article.json"), "news", "The week in assemblies", 0, 0),
    (fixture!("nodebb/create_note.json"), "forum", "We do", 0, 0),
];

/// `text` with its invented hosts in the place of the puppet's, and ours in the place of oak's.
fn at_home(text: &str, label: &str, scene: &Scene) -> Value {
    let theirs = scene.puppet.named(label).url("");
    let text = text.replace(&format!("https://{label}.example"), &theirs);
    serde_json::from_str(&text.replace("https://oak.example", scene.server.url())).unwrap()
}

/// The account at `uri`, with everything it takes to be followed.
fn author(puppet: &Puppet, uri: &str) -> Actor {
    let name = "author".to_owned();
    let (key_id, ed25519_id) = (format!("{uri}#main-key"), format!("{uri}#ed25519-key"));
    let actor = Actor { puppet: puppet.clone(), uri: uri.to_owned(), key_id, ed25519_id, name };
    puppet.publish(&actor.document());
    let subject = format!("acct:author@{}", puppet.host());
    let link = json!({ "rel": "self", "type": "application/activity+json", "href": uri });
    let finger = json!({ "subject": subject, "links": [link] });
    puppet.publish_at(&puppet.url(&format!("/.well-known/webfinger?{subject}")), &finger);
    actor
}

#[tokio::test]
async fn what_other_programs_write_is_shown() {
    let scene = scene().await;
    let status = scene.amy.post("/api/v1/statuses", &json!({ "status": "To be answered" })).await;
    let me = actor_uri(&scene.amy).await;
    for (document, label, words, media, tags) in DOCUMENTS {
        let document = document.replace("https://oak.example/users/amy/statuses/1", text(&status["uri"]));
        let mut document = at_home(&document, label, &scene);
        let puppet = scene.puppet.named(label);
        let object = if document["type"] == "Create" { &document["object"] } else { &document };
        let actor = author(&puppet, text(&object["attributedTo"]));
        if document["type"] != "Create" {
            document = actor.activity("Create", &document);
        }
        follow_puppet(&scene.amy, &scene.inbox, &actor).await;
        scene.deliver(&actor, &document).await;
        let seen = one_with(&scene.amy, HOME, words).await;
        assert_eq!(seen["uri"], document["object"]["id"], "{label}");
        assert_eq!(seen["media_attachments"].as_array().map(Vec::len), Some(media), "{label}: {seen}");
        assert_eq!(seen["tags"].as_array().map(Vec::len), Some(tags), "{label}: {seen}");
        assert!(!text(&seen["content"]).contains("<table"), "{label}: {seen}");
        let is_private = label == "ivy";
        assert_eq!(seen["visibility"] == "private", is_private, "{label}: {seen}");
        let names_amy =
            document["object"]["tag"].as_array().is_some_and(|tags| tags.iter().any(|tag| tag["href"] == me));
        assert_eq!(seen["mentions"].as_array().map(Vec::len), Some(usize::from(names_amy)), "{label}: {seen}");

        // the hostile twin: the same by somebody else
        let mallory = puppet.actor("mallory");
        let mut twin = document.clone();
        twin["id"] = json!(puppet.new_id("activities"));
        twin["actor"] = json!(mallory.uri);
        twin["object"]["id"] = json!(puppet.new_id("notes"));
        scene.deliver(&mallory, &twin).await;
        assert_eq!(scene.amy.statuses_with(HOME, words).await.len(), 1, "{label}: mallory's twin is shown");
    }
}

#[test]
fn the_accounts_of_other_programs_are_read() {
    let pem = FOREIGN_KEY.verifying_key().to_pem();
    let read = |text: &str| {
        let document = text.replace("\"KEY\"", &json!(pem).to_string());
        ActorDoc::deserialize(serde_json::from_str::<Value>(&document).unwrap()).unwrap()
    };
    let mitra = read(fixture!("mitra/actor.json")).into_incoming("ivy.example".to_owned()).unwrap();
    assert_eq!((mitra.username.as_str(), mitra.keys.len(), mitra.fields.len()), ("tia", 2, 1));
    let category = read(fixture!("nodebb/category.json")).into_incoming("forum.example".to_owned()).unwrap();
    assert_eq!((category.kind, category.username.as_str()), (AccountKind::Group, "staff-room"));
    let elsewhere = fixture!("nodebb/category.json").replace("\"inbox\": \"https://forum", "\"inbox\": \"https://evil");
    assert!(read(&elsewhere).into_incoming("forum.example".to_owned()).is_err());
}

#[test]
fn the_activities_of_other_programs_are_read() {
    let read = |text: &str| ActivityDoc::deserialize(serde_json::from_str::<Value>(text).unwrap()).unwrap();
    let uri = |url: Option<url::Url>| url.map(String::from).unwrap_or_default();
    let reaction = read(fixture!("akkoma/emoji_react.json"));
    assert_eq!(reaction.kind, "EmojiReact");
    assert_eq!(uri(reaction.object_id()), "https://oak.example/users/amy/statuses/1");
    let announce = read(fixture!("piefed/announce_page.json"));
    assert_eq!((announce.kind.as_str(), announce.object_kind()), ("Announce", Some("Create")));
    let create = announce.embedded().unwrap();
    assert_eq!(uri(create.actor.clone()), "https://pie.example/u/zed");
    assert_eq!(
        (uri(create.object_id()), create.object_kind()),
        ("https://pie.example/post/12".to_owned(), Some("Page"))
    );
}
