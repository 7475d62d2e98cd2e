//! Reading activities: what is acted on, what is refused, and in which order. What they do is tested through inboxes.

use serde_json::{Value, json};
use url::Url;

use super::incoming::{Incoming, Sender};
use super::{HandleError, inbound_order};
use crate::error::FederationError;
use crate::vocab::activity::ActivityDoc;

const AMY: &str = "https://oak.example/users/amy";

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn read(activity: Value) -> Result<Incoming, FederationError> {
    let document: ActivityDoc = serde_json::from_value(activity).unwrap();
    let sender = Sender { uri: url(AMY), account: None, messenger: None, signed: None };
    Incoming::read(document, url("https://oak.example/activities/1"), sender)
}

#[test]
fn unknown_activities_are_ignored_and_broken_ones_refused_for_good() {
    for kind in ["Travel", "Listen", "Dislike", "", "create", "Person"] {
        let outcome = read(json!({ "type": kind, "object": "https://oak.example/1" }));
        assert!(matches!(outcome, Err(FederationError::Ignored(_))), "{kind}");
    }
    for kind in [
        "Create",
        "Update",
        "Delete",
        "Follow",
        "Like",
        "EmojiReact",
        "Announce",
        "Block",
        "Undo",
        "Flag",
        "Move",
        "Add",
        "Remove",
    ] {
        for object in [
            json!(null),
            json!([]),
            json!(7),
            json!({}),
            json!("mailto:amy@oak.example"),
            json!({ "type": "Person", "id": 1 }),
        ] {
            let refused = match read(json!({ "type": kind, "object": object })) {
                Err(error @ FederationError::Refused(_)) => HandleError::from(error),
                // an embedded object is read leniently and judged by `verify`, which wants an id
                Ok(_) if object.get("type").is_some() => continue,
                other => panic!("{kind} {object}: {other:?}"),
            };
            assert!(matches!(refused, HandleError::Permanent(_)));
        }
    }
}

#[test]
fn answers_are_about_follows_only() {
    for kind in ["Accept", "Reject"] {
        let follow = json!({ "type": "Follow", "id": "https://elm.example/f/1", "actor": "https://elm.example/users/ben", "object": AMY });
        assert!(read(json!({ "type": kind, "object": follow })).is_ok());
        let join = json!({ "type": "Join", "id": "https://elm.example/j/1", "actor": "https://elm.example/users/ben" });
        assert!(matches!(read(json!({ "type": kind, "object": join })), Err(FederationError::Ignored(_))));
    }
}

#[test]
fn what_concerns_one_thing_stays_in_order() {
    let (note, actor) = (url("https://oak.example/users/amy/statuses/1"), url(AMY));
    let other = url("https://oak.example/users/amy/statuses/2");
    let key = |kind, object: &Url| inbound_order(kind, &actor, Some(object));
    let create = key("Create", &note);
    assert_eq!(create, key("Update", &note));
    assert_eq!(create, key("Delete", &note));
    assert_ne!(create, key("Create", &other));
    let follow = key("Follow", &url("https://elm.example/users/ben"));
    assert_eq!(follow, key("Undo", &url("https://oak.example/activities/5")));
    assert_eq!(follow, key("Announce", &note));
    assert_eq!(follow, key("Delete", &actor));
    assert_eq!(key("Create", &actor), inbound_order("Create", &actor, None));
}
