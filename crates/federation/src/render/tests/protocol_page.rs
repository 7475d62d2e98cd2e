//! The examples of `docs/hashtag-exchange.md` are what the program sends. `UPDATE=1` writes them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use staffroom_domain::account::{Account, AccountKind};
use staffroom_domain::ids::{AccountId, FollowId};
use staffroom_domain::relationship::Follow;
use staffroom_domain::{Tag, Timestamp, Visibility};
use staffroom_service::ports::Event;

use super::{NOW, account, identity, render, status, stranger, tag_account, view};
use crate::collections::outbox::since_document;
use crate::render::{activity, actor};
use crate::serve::tags::{reach_document, reach_url};
use crate::testing::is_update;

const BEGIN: &str = "<!-- example: ";

/// The instance account of a peer, and its follow of our tag account.
fn follower(relay: bool) -> (Account, Follow) {
    let uri = "https://elm.example/actor".to_owned();
    let account = Account { kind: AccountKind::Application, uri, ..stranger() };
    let follow = Follow {
        relay,
        id: FollowId(1),
        account_id: AccountId(2),
        target_id: AccountId(3),
        uri: "https://elm.example/actor#follows/1".to_owned(),
        accepted: true,
        show_reblogs: true,
        notify: false,
        languages: Vec::new(),
        created_at: NOW,
    };
    (account, follow)
}

fn examples() -> BTreeMap<&'static str, Value> {
    let (tag, status) = (tag_account(), status(Visibility::Public));
    let ((peer, follow), (stock, relay_follow)) = (follower(false), follower(true));
    let named = std::slice::from_ref(&tag);
    let uri = format!("{}/announces/{}", tag.uri, status.id);
    let event = |event| render(event).1;
    let announced =
        activity::tag_announce(&identity(), &tag, &uri, &status.uri, &[Tag::parse("SLTchat").unwrap()], NOW);
    let outbox = format!("{}/outbox", tag.uri);
    BTreeMap::from([
        ("actor", actor::actor(&identity(), &Account { indexable: true, ..tag_account() }, &[])),
        ("follow", activity::follow(&peer.uri, &tag.uri, &follow)),
        ("accept", event(Event::FollowAccepted { target: &tag, follower: &peer, follow: &follow })),
        ("relay-follow", activity::follow_everybody(&stock.uri, &relay_follow.uri)),
        ("relay-accept", event(Event::FollowAccepted { target: &tag, follower: &stock, follow: &relay_follow })),
        ("create", event(Event::StatusPublished { status: &view(Visibility::Public), tag_accounts: named })),
        ("announce", event(Event::TagAnnounced { tag_account: &tag, status: &status, uri: &uri, named })),
        ("undo", event(Event::TagAnnounceUndone { tag_account: &tag, status: &status, uri: &uri })),
        ("delete", event(Event::StatusDeleted { author: &account("amy"), status: &status })),
        (
            "reach",
            reach_document("https://hub.example/tags/sltchat", &status.uri, &["https://yew.example/inbox".into()]),
        ),
        ("since", since_document(&outbox, "0", &[announced], (Timestamp(NOW.0), status.id))),
    ])
}

#[test]
fn the_examples_of_the_protocol_page_are_what_is_sent() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/hashtag-exchange.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mut written = String::new();
    let mut examples = examples();
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        written.push_str(line);
        written.push('\n');
        let Some(name) = line.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(" -->")) else { continue };
        let example = examples.remove(name).unwrap_or_else(|| panic!("nothing is called {name}"));
        written.push_str(&format!("```json\n{}\n```\n", serde_json::to_string_pretty(&example).unwrap()));
        if lines.peek().is_some_and(|line| line.starts_with("```json")) {
            while lines.next().is_some_and(|line| line != "```") {}
        }
    }
    assert!(examples.is_empty(), "the page shows no {:?}", examples.keys());
    if is_update() {
        std::fs::write(&path, &written).unwrap();
    } else {
        assert!(page == written, "run the test with UPDATE=1");
    }
}

#[test]
fn the_address_of_a_reach_names_the_note() {
    let url = reach_url("https://hub.example/tags/x", "https://oak.example/users/a?b&c");
    assert_eq!(url, "https://hub.example/tags/x/reach?note=https%3A%2F%2Foak.example%2Fusers%2Fa%3Fb%26c");
    assert_eq!(reach_document("https://hub.example/tags/x", "https://oak.example/1", &[])["orderedItems"], json!([]));
}
