//! Fixtures of other programs, parsed; each with a hostile twin.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use staffroom_domain::Timestamp;
use staffroom_domain::account::{AccountKind, IncomingAccount};
use staffroom_domain::media::MediaKind;
use staffroom_domain::status::IncomingStatus;
use staffroom_domain::visibility::Visibility;

use super::activity::ActivityDoc;
use super::actor::ActorDoc;
use super::note::NoteDoc;
use crate::keys::generate_rsa;

macro_rules! fixture {
    ($path:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("../../../../tests/fixtures/", $path))).unwrap()
    };
}

fn read<T: DeserializeOwned>(document: Value) -> T {
    serde_json::from_value(document).unwrap()
}

/// As from the wire: through text, where a member named twice is refused.
fn status(note: Value) -> Result<IncomingStatus, &'static str> {
    read::<NoteDoc>(note).into_incoming(None)
}

fn account(actor: Value) -> Result<IncomingAccount, &'static str> {
    read::<ActorDoc>(actor).into_incoming("oak.example".to_owned())
}

fn with_key(actor: &Value) -> Value {
    let pem = generate_rsa().unwrap().public_pem;
    serde_json::from_str(&actor.to_string().replace("\"KEY\"", &json!(pem).to_string())).unwrap()
}

fn set(mut document: Value, pointer: &str, value: Value) -> Value {
    *document.pointer_mut(pointer).unwrap() = value;
    document
}

#[test]
fn a_mastodon_note_is_read_whole() {
    let create: ActivityDoc = read(fixture!("mastodon/create_note.json"));
    assert_eq!((create.kind.as_str(), create.object_kind()), ("Create", Some("Note")));
    let note = status(create.object.clone()).unwrap();
    assert_eq!(note.uri, "https://oak.example/users/amy/statuses/116000000000000001");
    assert_eq!(note.author_uri, "https://oak.example/users/amy");
    assert_eq!(note.visibility, Visibility::Public);
    assert_eq!(note.language.as_deref(), Some("en"));
    assert_eq!(note.mention_uris, ["https://elm.example/users/ben"]);
    assert_eq!(note.tags.iter().map(staffroom_domain::Tag::name).collect::<Vec<_>>(), ["sltchat"]);
    assert_eq!(note.emojis.len(), 1);
    assert_eq!(note.spoiler_text, "");
    assert!(!note.sensitive);
    let [picture] = note.media.as_slice() else { panic!("{:?}", note.media) };
    assert_eq!(
        (picture.kind, picture.size_px, picture.focus),
        (MediaKind::Image, Some((640, 480)), Some((0.0, -0.25)))
    );
    assert_eq!(picture.description.as_deref(), Some("A card with two questions"));
}

#[test]
fn a_note_that_is_not_its_authors_is_refused() {
    let note = || fixture!("mastodon/create_note.json")["object"].clone();
    assert!(status(set(note(), "/attributedTo", json!("https://evil.example/users/eve"))).is_err());
    assert!(status(set(note(), "/id", json!("https://evil.example/notes/1"))).is_err());
    assert!(status(set(note(), "/id", json!("https://oak.example:8443/notes/1"))).is_err());
    for bad in [json!(null), json!("javascript:alert(1)"), json!("https://amy:pw@oak.example/x"), json!(7), json!([])] {
        assert!(status(set(note(), "/id", bad.clone())).is_err(), "{bad}");
        assert!(status(set(note(), "/attributedTo", bad.clone())).is_err(), "{bad}");
    }
    assert!(status(set(note(), "/type", json!("Person"))).is_err());
    let twice = r#"{"id":"https://oak.example/1","id":"https://evil.example/1","type":"Note"}"#;
    assert!(serde_json::from_str::<NoteDoc>(twice).is_err());
}

/// A small note with one member more.
fn with(name: &str, value: Value) -> Value {
    let author = "https://oak.example/users/amy";
    let mut note = json!({ "id": "https://oak.example/notes/1", "type": "Note", "attributedTo": author });
    note[name] = value;
    note
}

#[test]
fn a_page_elsewhere_is_not_the_page_of_a_note() {
    let page = |url: &str| status(with("url", json!(url))).unwrap().url;
    assert!(page("https://oak.example/@amy/1").is_some());
    for elsewhere in ["https://evil.example/phish", "https://oak.example.evil.example/@amy/1"] {
        assert_eq!(page(elsewhere), None, "{elsewhere}");
    }
}

#[test]
fn what_is_no_blurhash_is_left_out() {
    let hash = |text: &str| {
        let picture = json!({ "type": "Image", "url": "https://oak.example/a.png", "blurhash": text });
        status(with("attachment", json!([picture]))).unwrap().media[0].blurhash.clone()
    };
    for good in ["UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH", "LEHV6nWB2yk8pyo0adR*.7kCMdnj", "00AAAA"] {
        assert_eq!(hash(good).as_deref(), Some(good));
    }
    for bad in ["<script>", "LEHV6nWB2yk8pyo0adR*.7kCMdn", "", "~0AAAA", "00AA\"A", "zzzzzz"] {
        assert_eq!(hash(bad), None, "{bad}");
    }
}

#[test]
fn lists_without_end_are_cut() {
    let mentions = |n: usize| (0..n).map(|i| json!({ "type": "Mention", "href": format!("https://a.example/{i}") }));
    let tags = |n: usize| (0..n).map(|i| json!({ "type": "Hashtag", "name": format!("#t{i}") }));
    let emoji = json!({ "type": "Emoji", "name": ":a:", "icon": { "url": "https://a.example/a.png" } });
    let all: Vec<Value> = mentions(5_000).chain(tags(5_000)).chain(std::iter::repeat_n(emoji, 5_000)).collect();
    let picture = json!({ "type": "Image", "url": "https://a.example/a.png", "width": -1, "height": 1e300,
        "focalPoint": [9, 0], "blurhash": "é".repeat(200) });
    let note = json!({
        "id": "https://a.example/1", "type": "Note", "attributedTo": "https://a.example/u", "content": "x".repeat(500_000),
        "to": vec!["https://a.example/u2"; 5_000], "tag": all, "attachment": vec![picture; 500],
    });
    let note = status(note).unwrap();
    assert_eq!((note.mention_uris.len(), note.tags.len(), note.emojis.len()), (50, 100, 100));
    assert_eq!((note.media.len(), note.recipient_uris.len(), note.content.len()), (16, 1_000, 100_000));
    let picture = &note.media[0];
    assert_eq!((picture.size_px, picture.focus, &picture.blurhash), (None, None, &None));
}

#[test]
fn one_value_stands_for_a_list_of_one() {
    let create: ActivityDoc = read(fixture!("gotosocial/create_note.json"));
    assert!(create.to.public && !create.cc.public);
    let note = status(create.object).unwrap();
    assert_eq!((note.visibility, note.language.as_deref()), (Visibility::Public, Some("cy")));
    assert_eq!(note.tags.len(), 1);
    assert_eq!(note.published.unwrap().to_rfc3339(), "2026-11-20T19:00:00.000Z");
}

#[test]
fn every_spelling_of_public_counts_and_nothing_else_does() {
    let note = |to: Value, cc: Value| {
        let note = json!({ "id": "https://a.example/1", "type": "Note", "attributedTo": "https://a.example/u", "to": to, "cc": cc });
        status(note).unwrap().visibility
    };
    for public in ["https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"] {
        assert_eq!(note(json!(public), json!([])), Visibility::Public);
        assert_eq!(note(json!([]), json!([public])), Visibility::Unlisted);
    }
    assert_eq!(note(json!("https://a.example/u/followers"), json!(null)), Visibility::Private);
    for narrow in ["https://b.example/u/followers", "public", "https://www.w3.org/ns/activitystreams", "as:Private"] {
        assert_eq!(note(json!(narrow), json!([])), Visibility::Direct, "{narrow}");
    }
    assert_eq!(note(json!(null), json!(null)), Visibility::Direct);
}

#[test]
fn a_question_has_a_poll() {
    let question = status(fixture!("mastodon/question.json")).unwrap();
    assert_eq!(question.visibility, Visibility::Unlisted);
    assert_eq!((question.spoiler_text.as_str(), question.sensitive), ("Planning", true));
    assert_eq!(question.content, "<p>Which evening?</p>");
    let poll = question.poll.unwrap();
    let options: Vec<(&str, i64)> = poll.options.iter().map(|o| (o.title.as_str(), o.votes)).collect();
    assert_eq!(options, [("Tuesday", 2), ("<b>Thursday</b>", 1)]);
    assert_eq!((poll.multiple, poll.voters), (false, Some(3)));
    assert_eq!(poll.expires_at, Timestamp::parse("2026-11-27T19:40:00Z"));
}

#[test]
fn long_forms_show_title_and_link() {
    let page = status(fixture!("lemmy/page.json")).unwrap();
    let title = "<p><a href=\"https://bay.example/post/55143\">Reading for pleasure &amp; profit</a></p>";
    let linked = "<p><a href=\"https://books.example/list\">https://books.example/list</a></p>";
    assert_eq!(page.content, format!("{title}{linked}"));
    assert_eq!((page.author_uri.as_str(), page.media.len()), ("https://bay.example/u/dee", 0));
    let video = status(fixture!("peertube/video.json")).unwrap();
    assert_eq!(video.author_uri, "https://fir.example/accounts/eve");
    assert_eq!(video.url.as_deref(), Some("https://fir.example/w/0000-1111"));
    let article = status(fixture!("wordpress/article.json")).unwrap();
    assert!(article.content.ends_with("<p>What changed &amp; what did not</p>"), "{}", article.content);
    assert_eq!((article.spoiler_text.as_str(), article.language.as_deref()), ("", Some("en")));
    let hostile = set(fixture!("lemmy/page.json"), "/name", json!("<script>alert(1)</script>\" onclick=\""));
    assert!(!status(hostile).unwrap().content.contains("<script"));
}

#[test]
fn an_event_shows_when_and_where() {
    let event = status(fixture!("mobilizon/meeting.json")).unwrap();
    for part in [
        "<p><a href=\"https://ash.example/events/77\">TeachMeet: questions</a></p>",
        "<p>2026-11-26, 17:30–19:00 UTC+01:00</p>",
        "<p>Ash School, Hall Road 4, 10115, Berlin</p>",
    ] {
        assert!(event.content.contains(part), "{}", event.content);
    }
    let shown =
        |pointer: &str, value: Value| status(set(fixture!("mobilizon/meeting.json"), pointer, value)).unwrap().content;
    assert!(shown("/endTime", json!(null)).contains("<p>2026-11-26, 17:30 UTC+01:00</p>"));
    assert!(shown("/endTime", json!("2026-11-27T01:00:00Z")).contains("17:30 UTC+01:00 – 2026-11-27, 01:00 UTC"));
    assert!(!shown("/startTime", json!("<b>soon</b>")).contains("soon"));
    assert!(
        shown("/location", json!({ "type": "VirtualLocation", "url": "https://meet.example/x" }))
            .contains("meet.example")
    );
    assert!(!shown("/location/name", json!("<script>x</script>")).contains("<script"));
    let post = status(fixture!("ghost/article.json")).unwrap();
    assert!(post.content.contains("A term without marking") && post.content.contains("What happened when we stopped"));
}

#[test]
fn a_misskey_note_is_read_and_its_extensions_ignored() {
    let note = status(fixture!("misskey/note.json")).unwrap();
    assert_eq!(note.visibility, Visibility::Private);
    assert_eq!(note.in_reply_to_uri.as_deref(), Some("https://oak.example/users/amy/statuses/1"));
    assert_eq!((note.emojis.len(), note.media.len(), note.sensitive), (1, 1, true));
    let hostile = set(fixture!("misskey/note.json"), "/tag/0/name", json!(":x\" onload=\"alert(1):"));
    assert!(status(hostile).unwrap().emojis.is_empty());
}

#[test]
fn a_vote_is_a_name_without_text() {
    let vote =
        json!({ "type": "Note", "id": "https://a.example/v", "name": "Tuesday", "inReplyTo": "https://b.example/q" });
    assert!(read::<NoteDoc>(vote.clone()).is_vote());
    assert!(
        !read::<NoteDoc>(json!({ "type": "Note", "name": "x", "content": "y", "inReplyTo": "https://b.example/q" }))
            .is_vote()
    );
    assert!(!read::<NoteDoc>(set(vote, "/inReplyTo", json!(null))).is_vote());
}

#[test]
fn a_mastodon_actor_is_read_whole() {
    let actor = account(with_key(&fixture!("mastodon/actor.json"))).unwrap();
    assert_eq!((actor.username.as_str(), actor.kind, actor.locked), ("amy", AccountKind::Person, true));
    assert_eq!(actor.endpoints.shared_inbox.as_deref(), Some("https://oak.example/inbox"));
    assert_eq!(actor.endpoints.featured.as_deref(), Some("https://oak.example/users/amy/collections/featured"));
    assert_eq!((actor.keys.len(), actor.fields.len(), actor.emojis.len()), (1, 1, 1));
    assert_eq!(actor.avatar.as_deref(), Some("https://oak.example/system/avatar.jpg"));
    assert_eq!((actor.discoverable, actor.indexable, actor.tag), (Some(true), false, None));
}

#[test]
fn an_actor_owns_nothing_on_other_servers() {
    let actor = || with_key(&fixture!("mastodon/actor.json"));
    for (pointer, value) in [
        ("/inbox", "https://victim.example/inbox"),
        ("/type", "Note"),
        ("/preferredUsername", "amy@victim.example"),
        ("/preferredUsername", "../admin"),
        ("/preferredUsername", ""),
    ] {
        assert!(account(set(actor(), pointer, json!(value))).is_err(), "{pointer} {value}");
    }
    let strayed = set(actor(), "/endpoints/sharedInbox", json!("https://victim.example/inbox"));
    let strayed = set(strayed, "/followers", json!("https://victim.example/followers"));
    let strayed = account(strayed).unwrap().endpoints;
    assert_eq!((strayed.shared_inbox, strayed.followers), (None, None));
    for (pointer, value) in [
        ("/publicKey/id", "https://victim.example/users/amy#main-key"),
        ("/publicKey/owner", "https://oak.example/users/ben"),
        ("/publicKey/publicKeyPem", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"),
    ] {
        assert!(account(set(actor(), pointer, json!(value))).unwrap().keys.is_empty(), "{pointer} {value}");
    }
}

#[test]
fn part_of_an_actor_has_a_key_and_no_inbox() {
    let part: ActorDoc = read(with_key(&fixture!("gotosocial/main_key.json")));
    assert!(!part.is_complete());
    assert_eq!(part.keys().len(), 1);
    assert!(part.into_incoming("ash.example".to_owned()).is_err());
}

#[test]
fn a_tag_account_is_known_by_three_signs_together() {
    let actor = || with_key(&fixture!("staffroom/tag_actor.json"));
    assert_eq!(account(actor()).unwrap().tag.unwrap().display(), "SLTchat");
    for (pointer, value) in [
        ("/type", json!("Person")),
        ("/preferredUsername", json!("tag-other")),
        ("/attributedTo", json!("https://evil.example/actor")),
        ("/attributedTo", json!(null)),
        ("/attributedTo", json!("https://oak.example/tags/sltchat")),
        ("/tag", json!([])),
        ("/tag", json!([{ "type": "Hashtag", "name": "#SLTchat" }, { "type": "Hashtag", "name": "#other" }])),
    ] {
        assert_eq!(account(set(actor(), pointer, value.clone())).unwrap().tag, None, "{pointer} {value}");
    }
}

#[test]
fn any_json_at_all_is_read_without_panic() {
    for value in [
        json!(null),
        json!([]),
        json!("x"),
        json!(1.5),
        json!({}),
        json!([[[]]]),
        json!({ "id": { "id": 1 } }),
        json!(true),
    ] {
        let document = json!({
            "id": value, "type": value, "actor": value, "object": value, "to": value, "cc": value, "attributedTo": value,
            "content": value, "contentMap": value, "summary": value, "name": value, "sensitive": value, "published": value,
            "url": value, "tag": value, "attachment": value, "oneOf": value, "anyOf": value, "inReplyTo": value,
            "inbox": value, "endpoints": value, "publicKey": value, "icon": value, "preferredUsername": value,
        });
        let activity: ActivityDoc = read(document.clone());
        let _ = (activity.object_id(), activity.object_kind(), activity.embedded());
        assert!(read::<NoteDoc>(document.clone()).into_incoming(None).is_err());
        assert!(account(document).is_err());
    }
}
