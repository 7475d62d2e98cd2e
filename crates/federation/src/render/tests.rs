//! Snapshots of what leaves us.

use serde_json::Value;
use staffroom_domain::account::{Account, AccountKind, Field, KeyAlgorithm, KeyPair, Picture, PublicKey};
use staffroom_domain::hashtag::Tag;
use staffroom_domain::ids::{AccountId, ActivityId, FollowId, MediaId, PollId, StatusId};
use staffroom_domain::instance::InstanceIdentity;
use staffroom_domain::interaction::{InteractionPolicy, Leave, QuotePolicy};
use staffroom_domain::media::{MediaAttachment, MediaKind, MediaState};
use staffroom_domain::poll::{Poll, PollOption};
use staffroom_domain::relationship::Follow;
use staffroom_domain::status::{Mention, Status, StatusView};
use staffroom_domain::{Timestamp, Visibility};
use staffroom_service::ports::{Event, Rendered, Renderer};

mod protocol_page;
mod round_trip;

use super::{ActivityRenderer, actor, context};
use crate::keys::{VerifyingKey, generate_ed25519, multikey};
use crate::proof;
use crate::vocab::actor::ActorDoc;
use crate::vocab::note::NoteDoc;

const NOW: Timestamp = Timestamp(1_795_000_000_000);

fn identity() -> InstanceIdentity {
    InstanceIdentity { public_url: "https://social.oak.example".to_owned(), account_domain: "oak.example".to_owned() }
}

fn account(name: &str) -> Account {
    Account {
        url: identity().account_url(name),
        display_name: "Amy Achebe".to_owned(),
        note: "<p>Head of maths</p>".to_owned(),
        note_source: "Head of maths".to_owned(),
        fields: vec![Field { name: "School".into(), value: "Oak".into(), source: "Oak".into() }],
        avatar: Some(Picture::Local("avatars/1.png".to_owned())),
        discoverable: Some(true),
        statuses_count: 3,
        followers_count: 2,
        following_count: 1,
        ..Account::new(AccountId(1), identity().account_uri(name), name, Timestamp(1_790_000_000_000))
    }
}

fn stranger() -> Account {
    Account {
        uri: "https://elm.example/users/ben".to_owned(),
        url: "https://elm.example/@ben".to_owned(),
        domain: Some("elm.example".to_owned()),
        ..account("ben")
    }
}

fn tag_account() -> Account {
    Account {
        uri: identity().tag_account_uri("sltchat"),
        url: format!("{}/tags/sltchat", identity().public_url),
        kind: AccountKind::Service,
        display_name: "#SLTchat".to_owned(),
        tag: Tag::parse("SLTchat"),
        ..account("tag-sltchat")
    }
}

fn status(visibility: Visibility) -> Status {
    let id = StatusId(117_000_000_000_000_001);
    Status {
        url: identity().status_url("amy", id),
        in_reply_to_uri: Some("https://elm.example/users/ben/statuses/9".to_owned()),
        content: "<p>Exit tickets #SLTchat</p>".to_owned(),
        text: "Exit tickets #SLTchat".to_owned(),
        visibility,
        interaction_policy: InteractionPolicy::of_local(visibility, QuotePolicy::Followers),
        context_uri: Some("https://elm.example/contexts/9".to_owned()),
        language: Some("en".to_owned()),
        mentions: vec![Mention {
            account_id: AccountId(2),
            uri: stranger().uri,
            url: stranger().url,
            username: "ben".to_owned(),
            acct: "ben@elm.example".to_owned(),
        }],
        tags: vec![Tag::parse("SLTchat").unwrap()],
        media_ids: vec![MediaId(5)],
        ..Status::new(id, identity().status_uri("amy", id), AccountId(1), true, Timestamp(1_794_000_000_000))
    }
}

fn view(visibility: Visibility) -> StatusView {
    StatusView {
        status: status(visibility),
        account: account("amy"),
        reblog: None,
        media: vec![MediaAttachment {
            id: MediaId(5),
            account_id: AccountId(1),
            status_id: None,
            kind: MediaKind::Image,
            file: Picture::Local("attachments/5.jpg".to_owned()),
            preview: None,
            content_type: "image/jpeg".to_owned(),
            size_px: Some((640, 480)),
            preview_px: None,
            focus: Some((0.5, -0.5)),
            blurhash: Some("UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH".to_owned()),
            description: Some("A card".to_owned()),
            created_at: NOW,
            state: MediaState::Ready,
            recording: None,
        }],
        poll: None,
        card: None,
        quote: None,
        may_quote: Leave::Denied,
        application: None,
        reactions: Vec::new(),
        marks: None,
        filtered: Vec::new(),
        held: None,
    }
}

fn render(event: Event<'_>) -> (Rendered, Value) {
    let rendered = ActivityRenderer::new(identity()).render(event, ActivityId(42), NOW, None).unwrap();
    let document: Value = serde_json::from_slice(&rendered.body).unwrap();
    assert_eq!(document["id"], rendered.uri.as_str());
    assert_eq!(document["type"], rendered.kind);
    for hidden in ["\"bto\"", "\"bcc\""] {
        assert!(!document.to_string().contains(hidden));
    }
    (rendered, document)
}

#[test]
fn a_person() {
    let uri = account("amy").uri;
    let key = |name: &str, algorithm, pem: String| PublicKey { uri: format!("{uri}#{name}"), algorithm, pem };
    let ed25519 = multikey::decode("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2").unwrap();
    let keys =
        [key("main-key", KeyAlgorithm::Rsa, "PEM".to_owned()), key("ed25519-key", KeyAlgorithm::Ed25519, ed25519)];
    let document = context::with(context::actor(), actor::actor(&identity(), &account("amy"), &keys));
    insta::assert_json_snapshot!(document);
}

#[test]
fn a_tag_account_is_recognised_by_our_own_reader() {
    let document = context::with(context::actor(), actor::actor(&identity(), &tag_account(), &[]));
    insta::assert_json_snapshot!(document);
    let incoming = serde_json::from_value::<ActorDoc>(document).unwrap().into_incoming("oak.example".into()).unwrap();
    assert_eq!(incoming.tag, Tag::parse("SLTchat"));
}

#[test]
fn a_published_status() {
    let tags = [tag_account()];
    let (rendered, document) =
        render(Event::StatusPublished { status: &view(Visibility::Public), tag_accounts: &tags });
    insta::assert_json_snapshot!(document);
    let (edited, _) = render(Event::StatusEdited { status: &view(Visibility::Public), tag_accounts: &tags });
    let (deleted, _) = render(Event::StatusDeleted { author: &account("amy"), status: &status(Visibility::Public) });
    assert_eq!(rendered.order_key, edited.order_key);
    assert_eq!(rendered.order_key, deleted.order_key);
    let note: NoteDoc = serde_json::from_value(document["object"].clone()).unwrap();
    let incoming = note.into_incoming(None).unwrap();
    assert_eq!(incoming.tag_account_uris.last(), Some(&tag_account().uri));
}

#[test]
fn audiences_survive_the_way_through_our_own_reader() {
    for visibility in [Visibility::Public, Visibility::Unlisted, Visibility::Private, Visibility::Direct] {
        let (_, document) =
            render(Event::StatusPublished { status: &view(visibility), tag_accounts: &[tag_account()] });
        let note: NoteDoc = serde_json::from_value(document["object"].clone()).unwrap();
        assert_eq!(note.into_incoming(None).unwrap().visibility, visibility);
        if visibility == Visibility::Direct {
            assert_eq!(document["to"], serde_json::json!(["https://elm.example/users/ben"]));
            assert_eq!(document["cc"], serde_json::json!([]));
        }
        if visibility != Visibility::Public {
            assert!(!document.to_string().contains("/tags/sltchat\",\"https"), "tag accounts are named in public only");
        }
    }
}

#[test]
fn a_poll_hides_its_counts_until_it_closes() {
    let option = |title: &str, votes| PollOption { title: title.to_owned(), votes };
    let mut view = view(Visibility::Public);
    view.poll = Some(Poll {
        id: PollId(1),
        status_id: view.status.id,
        expires_at: Some(Timestamp(NOW.0 + 1)),
        multiple: false,
        hide_totals: true,
        options: vec![option("Tuesday", 2), option("Thursday", 1)],
        voters: 3,
        own_votes: Vec::new(),
        counted_at: None,
    });
    let open = super::note::note(&identity(), &view, &[], NOW);
    insta::assert_json_snapshot!(open);
    let closed = super::note::note(&identity(), &view, &[], Timestamp(NOW.0 + 1));
    assert_eq!(closed["oneOf"][0]["replies"]["totalItems"], 2);
    assert_eq!(closed["closed"], closed["endTime"]);
}

#[test]
fn answers_embed_the_follow_with_its_own_id() {
    let follow = Follow {
        relay: false,
        id: FollowId(7),
        account_id: AccountId(2),
        target_id: AccountId(1),
        uri: "https://elm.example/follows/7".to_owned(),
        accepted: true,
        show_reblogs: true,
        notify: false,
        languages: Vec::new(),
        created_at: NOW,
    };
    let (target, follower) = (account("amy"), stranger());
    let (_, accept) = render(Event::FollowAccepted { target: &target, follower: &follower, follow: &follow });
    insta::assert_json_snapshot!(accept);
    let (_, reject) = render(Event::FollowRejected { target: &target, follower: &follower, follow: &follow });
    assert_eq!(reject["object"], accept["object"]);
    let (first, asked) = render(Event::Followed { account: &target, target: &follower, follow: &follow });
    let (second, undone) = render(Event::FollowUndone { account: &target, target: &follower, follow: &follow });
    assert_eq!(first.order_key, second.order_key);
    assert_eq!(undone["object"]["id"], asked["id"]);
}

#[test]
fn announcements_go_by_id_and_in_an_order_of_their_own() {
    let (tag, status) = (tag_account(), status(Visibility::Public));
    let uri = format!("{}/announces/{}", tag.uri, status.id);
    let named = std::slice::from_ref(&tag);
    let (announced, document) = render(Event::TagAnnounced { tag_account: &tag, status: &status, uri: &uri, named });
    insta::assert_json_snapshot!(document);
    let (undone, undo) = render(Event::TagAnnounceUndone { tag_account: &tag, status: &status, uri: &uri });
    let (created, _) = render(Event::StatusPublished { status: &view(Visibility::Public), tag_accounts: &[] });
    assert_eq!(announced.order_key, undone.order_key);
    assert_ne!(announced.order_key, created.order_key);
    assert_eq!(undo["object"]["id"], uri.as_str());
}

#[test]
fn what_we_send_carries_a_proof_of_the_senders_key() {
    let made = generate_ed25519().unwrap();
    let public = VerifyingKey::stored(KeyAlgorithm::Ed25519, &made.public_pem).unwrap();
    let pair = KeyPair {
        uri: format!("{}#ed25519-key", account("amy").uri),
        algorithm: KeyAlgorithm::Ed25519,
        public_pem: made.public_pem,
        private_pkcs8: made.private_pkcs8,
    };
    let event = Event::StatusPublished { status: &view(Visibility::Public), tag_accounts: &[] };
    let rendered = ActivityRenderer::new(identity()).render(event, ActivityId(42), NOW, Some(&pair)).unwrap();
    let sent: Value = serde_json::from_slice(&rendered.body).unwrap();
    assert_eq!(sent["@context"][1], context::DATA_INTEGRITY);
    assert_eq!(sent["proof"]["@context"], sent["@context"]);
    let proof = proof::read(&sent).unwrap().unwrap();
    assert_eq!(proof.key_id.as_str(), pair.uri);
    assert!(proof.holds(&public));

    let mut altered = sent;
    altered["object"]["content"] = "other words".into();
    assert!(!proof::read(&altered).unwrap().unwrap().holds(&public));
    let damaged = KeyPair { private_pkcs8: b"junk".to_vec(), ..pair };
    let event = Event::StatusPublished { status: &view(Visibility::Public), tag_accounts: &[] };
    assert!(ActivityRenderer::new(identity()).render(event, ActivityId(42), NOW, Some(&damaged)).is_err());
}
