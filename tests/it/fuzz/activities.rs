//! FUZ-02: the readers of activities never panic, take no member twice, and read what was written in any of the shapes
//! other servers write.

use proptest::prelude::*;
use serde::Deserialize as _;
use serde_json::{Value, json};
use staffroom_server::federation::json_limits::{self, MAX_DEPTH};
use staffroom_server::federation::vocab::activity::ActivityDoc;
use staffroom_server::federation::vocab::actor::ActorDoc;
use staffroom_server::federation::vocab::note::NoteDoc;

use super::check;
use crate::fuzz::activities::text::Text;

/// JSON as text, with members that occur twice.
mod text {
    /// A value, with members in the order they are written.
    #[derive(Clone, Debug)]
    pub(super) enum Text {
        Leaf(String),
        List(Vec<Text>),
        Object(Vec<(String, Text)>),
    }

    impl Text {
        pub(super) fn write(&self) -> String {
            match self {
                Self::Leaf(text) => text.clone(),
                Self::List(items) => format!("[{}]", items.iter().map(Self::write).collect::<Vec<_>>().join(",")),
                Self::Object(members) => {
                    let members = members
                        .iter()
                        .map(|(name, value)| format!("{}:{}", serde_json::Value::from(name.as_str()), value.write()));
                    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
                }
            }
        }

        /// Whether any object in it names a member twice.
        pub(super) fn is_doubled(&self) -> bool {
            match self {
                Self::Leaf(_) => false,
                Self::List(items) => items.iter().any(Self::is_doubled),
                Self::Object(members) => {
                    let twice = members
                        .iter()
                        .enumerate()
                        .any(|(at, (name, _))| members.iter().take(at).any(|(before, _)| before == name));
                    twice || members.iter().any(|(_, value)| value.is_doubled())
                }
            }
        }
    }
}

const NAMES: &[&str] = &[
    "id",
    "type",
    "actor",
    "object",
    "to",
    "cc",
    "content",
    "contentMap",
    "summary",
    "tag",
    "attachment",
    "published",
    "updated",
    "inReplyTo",
    "attributedTo",
    "url",
    "name",
    "href",
    "icon",
    "image",
    "publicKey",
    "publicKeyPem",
    "assertionMethod",
    "publicKeyMultibase",
    "endpoints",
    "sharedInbox",
    "inbox",
    "outbox",
    "preferredUsername",
    "oneOf",
    "anyOf",
    "replies",
    "totalItems",
    "focalPoint",
    "width",
    "blurhash",
    "mediaType",
    "owner",
    "controller",
    "webfinger",
];

const LEAVES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1e308",
    "18446744073709551615",
    "0.5",
    "\"\"",
    "\"Create\"",
    "\"Note\"",
    "\"Person\"",
    "\"Question\"",
    "\"Mention\"",
    "\"Hashtag\"",
    "\"#SLTchat\"",
    "\"https://oak.test/users/amy\"",
    "\"https://oak.test/notes/1\"",
    "\"as:Public\"",
    "\"https://www.w3.org/ns/activitystreams#Public\"",
    "\"Document\"",
    "\"2026-11-22T01:00:00Z\"",
    "\"<p>x</p>\"",
    "\"http://[::1]/\"",
    "\"javascript:x\"",
    "\"\\ud83d\\ude00\"",
    "\"+999999999-01-01T00:00:00Z\"",
    "\"9999-12-31T23:59:60+23:59\"",
    "\"PropertyValue\"",
    "\"Multikey\"",
];

fn texts() -> impl Strategy<Value = Text> {
    let leaf = prop::sample::select(LEAVES).prop_map(|text| Text::Leaf(text.to_owned()));
    let leaf = prop_oneof![5 => leaf, 1 => any::<String>().prop_map(|text| Text::Leaf(Value::from(text).to_string()))];
    let value = leaf.prop_recursive(5, 80, 10, |inner| {
        let member = (prop::sample::select(NAMES).prop_map(str::to_owned), inner.clone());
        prop_oneof![
            1 => prop::collection::vec(inner, 0..5).prop_map(Text::List),
            4 => prop::collection::vec(member, 0..10).prop_map(Text::Object),
        ]
    });
    let member = (prop::sample::select(NAMES).prop_map(str::to_owned), value);
    prop::collection::vec(member, 0..10).prop_map(Text::Object)
}

/// Reads `value` in every way we have; none may panic.
fn read_all(value: &Value) {
    if let Ok(activity) = ActivityDoc::deserialize(value) {
        drop((activity.object_id(), activity.embedded()));
        activity.object_kind();
    }
    if let Ok(note) = NoteDoc::deserialize(value) {
        note.is_vote();
        drop(note.into_incoming(Some("https://oak.test/users/amy/followers")));
    }
    if let Ok(actor) = ActorDoc::deserialize(value) {
        actor.is_complete();
        drop((actor.keys(), actor.username()));
        drop(actor.into_incoming("oak.test".to_owned()));
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

#[test]
fn fuz_02_any_document_is_read_or_refused_and_none_with_a_doubled_member() {
    check("fuz_02_documents", 2_000, &texts(), |text| {
        match json_limits::parse(text.write().as_bytes()) {
            Ok(value) => {
                prop_assert!(!text.is_doubled(), "a member occurs twice");
                read_all(&value);
                for member in value.as_object().into_iter().flat_map(serde_json::Map::values) {
                    read_all(member);
                }
            }
            Err(error) => prop_assert!(text.is_doubled() || text.write().contains("1e308"), "{error}"),
        }
        Ok(())
    });
}

#[test]
fn fuz_02_any_bytes_are_read_or_refused() {
    let pieces = prop_oneof![
        prop::sample::select(vec!["{", "}", "[", "]", ",", ":", "\"a\"", "\"id\"", "1", "-", "e9", "\\", "\"", "null"])
            .prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..6),
        (1_usize..90).prop_map(|n| b"[".repeat(n)),
        (1_usize..90).prop_map(|n| b"9".repeat(n)),
    ];
    let bytes = prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat());
    check("fuz_02_bytes", 5_000, &bytes, |bytes| {
        if let Ok(value) = json_limits::parse(&bytes) {
            prop_assert!(depth(&value) <= MAX_DEPTH);
            prop_assert_eq!(serde_json::from_slice::<Value>(&bytes).ok(), Some(value.clone()));
            read_all(&value);
        }
        Ok(())
    });
}

/// A mebibyte each of what keeps a reader busiest: one long text, all escapes, as many values as are let through, deep
/// nesting, broken off at the end.
fn heavy() -> Vec<(&'static str, String)> {
    const MEBIBYTE: usize = 1 << 20;
    let filled = |head: &str, piece: &str, tail: &str| {
        let count = (MEBIBYTE - head.len() - tail.len()) / piece.len();
        format!("{head}{}{tail}", piece.repeat(count))
    };
    let note = r#"{"id":"https://elm.test/notes/1","type":"Note","attributedTo":"https://elm.test/users/bo","to":"as:Public","#;
    let tag = r##"{"type":"Hashtag","name":"#SLTchat","href":"https://elm.test/tags/sltchat"}"##;
    let tags = vec![tag; 4_900].join(",");
    let mention = r#"{"type":"Mention","href":"https://elm.test/users/bo"}"#;
    vec![
        ("text", filled(&format!(r#"{note}"content":""#), "<p>x ", r#""}"#)),
        ("escapes", filled(&format!(r#"{note}"content":""#), r"\ud83d\ude00", r#""}"#)),
        ("values", filled(&format!(r#"{note}"tag":[{tags}],"content":""#), "x", r#""}"#)),
        ("mentions", filled(&format!(r#"{note}"tag":["#), &format!("{mention},"), "null]}")),
        ("nesting", filled(&format!(r#"{note}"x":"#), r#"{"x":"#, "")),
        ("broken off", filled(&format!(r#"{note}"content":""#), "x", "")),
    ]
}

/// How long each takes is told under `cargo xtask fuzz`: at most 50 ms where it is built with optimisation.
#[test]
fn fuz_02_a_mebibyte_of_anything_is_read_or_refused() {
    for (what, document) in heavy() {
        let began = std::time::Instant::now();
        let read = json_limits::parse(document.as_bytes());
        if let Ok(value) = &read {
            read_all(value);
        }
        let took = began.elapsed();
        assert!(document.len() <= 1 << 20 && document.len() > (1 << 20) - 100, "{what}: {} bytes", document.len());
        let is_sound = matches!(what, "text" | "escapes" | "values");
        assert_eq!(read.is_ok(), is_sound, "{what}: {read:?}");
        if std::env::var_os("STAFFROOM_FUZZ_SECONDS").is_some() {
            eprintln!("fuz_02: a mebibyte of {what}: {} ms", took.as_millis());
        }
    }
}

/// What an activity says, whatever shape it is written in.
#[derive(Clone, Debug)]
struct Said {
    kind: String,
    id: String,
    actor: String,
    object: String,
    object_kind: String,
    public: bool,
    to: Vec<String>,
}

fn said() -> impl Strategy<Value = Said> {
    let uri = || "https://(oak|elm)\\.test/[a-z]{1,5}/[0-9]{1,4}";
    let kind = || "(Create|Update|Delete|Follow|Like|Announce|Undo|Accept|Block|Flag|Move)";
    (kind(), uri(), uri(), uri(), kind(), any::<bool>(), prop::collection::vec(uri(), 0..4)).prop_map(
        |(kind, id, actor, object, object_kind, public, to)| Said { kind, id, actor, object, object_kind, public, to },
    )
}

/// `said` in the shapes that `choices` picks.
fn write(said: &Said, choices: u32) -> Value {
    let is_set = |bit: u32| choices >> bit & 1 == 1;
    let one = |value: Value, bit: u32| if is_set(bit) { json!([value]) } else { value };
    let reference = |uri: &str, bit: u32| if is_set(bit) { json!({ "id": uri, "type": "Person" }) } else { json!(uri) };
    let public = ["as:Public", "Public", "https://www.w3.org/ns/activitystreams#Public"][choices as usize % 3];
    let mut to: Vec<Value> = said.to.iter().map(|uri| reference(uri, 4)).collect();
    to.extend(said.public.then(|| json!(public)));
    let to = if to.len() == 1 && is_set(5) { to.remove(0) } else { json!(to) };
    json!({
        "@context": one(json!("https://www.w3.org/ns/activitystreams"), 0),
        "id": said.id, "type": one(json!(said.kind), 1), "actor": one(reference(&said.actor, 2), 3), "to": to,
        "object": one(json!({ "id": said.object, "type": one(json!(said.object_kind), 6), "actor": said.actor }), 7),
        "unknown": { "x": [1, 2, 3] },
    })
}

#[test]
fn fuz_02_an_activity_says_the_same_in_every_shape() {
    check("fuz_02_shapes", 3_000, &(said(), any::<u32>()), |(said, choices)| {
        let text = write(&said, choices).to_string();
        let value = json_limits::parse(text.as_bytes()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let read = ActivityDoc::deserialize(&value).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let uri = |url: Option<url::Url>| url.map(String::from).unwrap_or_default();
        let embedded = read.embedded().ok_or_else(|| TestCaseError::fail("nothing embedded"))?;
        prop_assert_eq!(&read.kind, &said.kind);
        prop_assert_eq!(uri(read.id.clone()), said.id);
        prop_assert_eq!(uri(read.actor.clone()), said.actor.clone());
        prop_assert_eq!(uri(read.object_id()), said.object.clone());
        prop_assert_eq!(read.object_kind(), Some(said.object_kind.as_str()));
        prop_assert_eq!((uri(embedded.id), uri(embedded.actor)), (said.object, said.actor));
        prop_assert_eq!(read.to.public, said.public);
        prop_assert_eq!(read.to.uris.iter().map(url::Url::as_str).collect::<Vec<_>>(), said.to);
        Ok(())
    });
}
