//! Hubs, relays, joining and catching up: what is passed on and to whom, and what is turned away.

use staffroom_domain::Visibility;
use staffroom_domain::account::Account;
use staffroom_domain::ids::StatusId;
use staffroom_domain::relationship::FollowOptions;
use staffroom_domain::status::IncomingStatus;

use super::feeds::{arrives, feed, passed_on, tagged};
use super::{lines, wishes};
use crate::exchange::{PeerTrust, PeerWishes, RelayState};
use crate::ports::{FeedPage, Rendered};
use crate::statuses::Arrival;
use crate::testing::{World, incoming, incoming_account, incoming_instance_account, world};
use crate::{Origin, ServiceError};

/// We are a hub for `#SLTchat` (the settings of this world say so): elm is a member, yew another, fir has a fan.
async fn hub(w: &World) -> (Account, Account) {
    let (tag, ben) = feed(w, PeerTrust::Show).await;
    let ours = w.service.exchange().tag_account("sltchat").await.unwrap().unwrap();
    w.befriend(&ours, &tag).await;
    w.service.exchange().add_peer(&w.cx(), "https://yew.example", wishes("SLTchat")).await.unwrap();
    let member = w.service.accounts().ingest(&w.cx(), incoming_instance_account("yew.example")).await.unwrap();
    w.befriend(&member, &ours).await;
    w.sent().await;
    (tag, ben)
}

fn signed(id: &str) -> Rendered {
    let body = serde_json::json!({ "id": id, "event": "Signed", "object": id, "tags": [] }).to_string().into_bytes();
    Rendered {
        uri: format!("https://elm.example/activities/{id}"),
        kind: "Create",
        order_key: 7,
        body,
        digest: [0; 32],
    }
}

async fn pass(w: &World, id: StatusId, signed: Option<&Rendered>) -> Vec<String> {
    w.service.exchange().pass_on(&w.cx(), id, signed).await.unwrap();
    lines(&w.sent().await)
}

#[tokio::test]
async fn a_hub_passes_on_what_its_members_share_once_and_not_back() {
    let w = world().await;
    let (tag, ben) = hub(&w).await;
    let id = arrives(&w, &passed_on(&ben, "1", "hello #SLTchat")).await.unwrap();
    let first = pass(&w, id, Some(&signed("create"))).await;
    assert_eq!(first, ["Signed https://yew.example/inbox", "TagAnnounced https://fir.example/inbox"]);
    assert!(pass(&w, id, Some(&signed("create"))).await.is_empty(), "once");

    let uri = format!("{}/statuses/1", ben.uri);
    let exchange = w.service.exchange();
    exchange.edit_passed_on(&w.cx(), &uri, Some(&signed("update"))).await.unwrap();
    let edited = lines(&w.sent().await);
    assert_eq!(edited, ["Signed https://fir.example/inbox", "Signed https://yew.example/inbox"]);

    // whom it reached is for its own server alone
    let ours = exchange.tag_account("sltchat").await.unwrap().unwrap();
    let reach = exchange.reach_of(&ours, &uri, "elm.example").await.unwrap().unwrap();
    assert_eq!(reach.len(), 2);
    assert!(exchange.reach_of(&ours, &uri, "fir.example").await.unwrap().is_none());

    let other = w.remote("other", "elm.example").await;
    exchange.end_passed_on(&w.cx(), &uri, &other, Some(&signed("forged"))).await.unwrap();
    assert!(w.sent().await.is_empty(), "only its author or its server's tag account end it");
    exchange.end_passed_on(&w.cx(), &uri, &tag, None).await.unwrap();
    let undone = lines(&w.sent().await);
    assert_eq!(undone, ["TagAnnounceUndone https://fir.example/inbox", "TagAnnounceUndone https://yew.example/inbox"]);
}

#[tokio::test]
async fn a_hub_ends_what_its_author_deletes_and_members_without_a_proof_get_the_id() {
    let w = world().await;
    let (_, ben) = hub(&w).await;
    let id = arrives(&w, &passed_on(&ben, "1", "hello #SLTchat")).await.unwrap();
    let told = pass(&w, id, None).await;
    assert_eq!(told, ["TagAnnounced https://fir.example/inbox", "TagAnnounced https://yew.example/inbox"]);
    let uri = format!("{}/statuses/1", ben.uri);
    w.service.exchange().end_passed_on(&w.cx(), &uri, &ben, Some(&signed("delete"))).await.unwrap();
    let ended = lines(&w.sent().await);
    assert_eq!(ended.iter().filter(|line| line.starts_with("Signed")).count(), 2);
    assert_eq!(ended.iter().filter(|line| line.starts_with("TagAnnounceUndone")).count(), 2);
}

#[tokio::test]
async fn a_hub_passes_on_nothing_of_other_hubs_or_of_those_who_do_not_agree() {
    let w = world().await;
    let (tag, _) = hub(&w).await;
    let marked = PeerWishes { is_hub: Some(true), ..PeerWishes::default() };
    w.service.exchange().change_peer(&w.cx(), "https://elm.example", marked).await.unwrap();
    let eve = w.remote("eve", "far.example").await;
    let by_hub = incoming(&eve, "1", "by another hub #SLTchat");
    let id = w.service.statuses().ingest(&w.cx(), by_hub, Arrival::Announced(tag.id)).await.unwrap().unwrap();
    assert!(pass(&w, id, Some(&signed("1"))).await.is_empty(), "what a hub brought");

    // joined, and not indexable
    let shy = crate::testing::incoming_account("shy", "far.example");
    let shy = staffroom_domain::account::IncomingAccount { indexable: false, ..shy };
    let shy = w.service.accounts().ingest(&w.cx(), shy).await.unwrap();
    let ours = w.service.exchange().tag_account("sltchat").await.unwrap().unwrap();
    w.service.exchange().join(&w.cx(), &ours, shy.id, true).await.unwrap();
    w.service.exchange().join(&w.cx(), &ours, eve.id, true).await.unwrap();
    w.sent().await;
    let id = arrives(&w, &incoming(&shy, "1", "shy #SLTchat")).await;
    if let Some(id) = id {
        assert!(pass(&w, id, None).await.is_empty(), "not indexable");
    }
    let id = w.service.statuses().ingest(&w.cx(), incoming(&eve, "2", "open #SLTchat"), Arrival::Fetched).await;
    assert_eq!(pass(&w, id.unwrap().unwrap(), None).await.len(), 3, "joined and indexable: to elm, fir and yew");
    let bob = w.remote("bob", "far.example").await;
    let id = w.service.statuses().ingest(&w.cx(), incoming(&bob, "1", "bob #SLTchat"), Arrival::Fetched).await;
    assert!(pass(&w, id.unwrap().unwrap(), None).await.is_empty(), "did not join");
}

#[tokio::test]
async fn one_word_to_the_tag_account_joins_and_another_leaves() {
    let w = world().await;
    super::network(&w).await;
    let ours = w.service.exchange().tag_account("sltchat").await.unwrap().unwrap();
    let ben = w.remote("ben", "far.example").await;
    let says = async |name: &str, text: &str| {
        let note = IncomingStatus {
            mention_uris: vec![ours.uri.clone()],
            visibility: Visibility::Direct,
            ..incoming(&ben, name, text)
        };
        arrives(&w, &note).await
    };
    assert!(says("1", "@tag-sltchat join").await.is_none());
    assert!(w.sent().await.is_empty(), "does not follow");
    w.befriend(&ben, &ours).await;
    w.sent().await;
    assert!(arrives(&w, &incoming(&ben, "2", "before #SLTchat")).await.is_none());
    assert!(says("3", "@tag-sltchat join!").await.is_none());
    assert_eq!(lines(&w.sent().await), ["Followed https://far.example/users/ben/inbox"]);
    assert!(arrives(&w, &incoming(&ben, "4", "now #SLTchat")).await.is_some());
    assert!(arrives(&w, &incoming(&ben, "5", "something else")).await.is_none());
    assert!(says("6", "Leave").await.is_none());
    assert_eq!(lines(&w.sent().await), ["FollowUndone https://far.example/users/ben/inbox"]);
    assert!(arrives(&w, &incoming(&ben, "7", "after #SLTchat")).await.is_none());
}

#[tokio::test]
async fn a_server_pushes_only_once_it_was_let_in_and_only_what_is_published_and_agreed() {
    let w = world().await;
    super::network(&w).await;
    let ours = w.service.settings().identity.instance_account_uri();
    let ours = w.service.accounts().by_uri(&ours).await.unwrap().unwrap();
    let stock = w.service.accounts().ingest(&w.cx(), incoming_instance_account("far.example")).await.unwrap();
    let ben = w.remote("ben", "far.example").await;
    let options = FollowOptions { relay: true, ..FollowOptions::default() };
    let origin = Origin::Remote("https://far.example/follows/1".to_owned());
    w.service.follows().follow(&w.cx(), stock.id, ours.id, options, origin).await.unwrap();
    assert!(w.sent().await.is_empty());
    assert!(arrives(&w, &incoming(&ben, "1", "early #SLTchat")).await.is_none(), "not let in");
    let waiting = w.service.exchange().follow_requests().await.unwrap();
    w.service.exchange().answer_follow_request(&w.cx(), waiting[0].id, true).await.unwrap();
    assert_eq!(lines(&w.sent().await).len(), 1);

    assert!(arrives(&w, &incoming(&ben, "2", "in time #SLTchat")).await.is_some());
    assert!(arrives(&w, &incoming(&ben, "3", "#Other")).await.is_none(), "not published");
    let quiet = IncomingStatus { visibility: Visibility::Unlisted, ..incoming(&ben, "4", "quiet #SLTchat") };
    assert!(arrives(&w, &quiet).await.is_none(), "not public");
    let shy = staffroom_domain::account::IncomingAccount { indexable: false, ..incoming_account("shy", "far.example") };
    let shy = w.service.accounts().ingest(&w.cx(), shy).await.unwrap();
    assert!(arrives(&w, &incoming(&shy, "5", "shy #SLTchat")).await.is_none(), "not indexable");
    let eve = w.remote("eve", "near.far.example").await;
    assert!(arrives(&w, &incoming(&eve, "6", "elsewhere #SLTchat")).await.is_none(), "another server");
}

#[tokio::test]
async fn a_relay_is_asked_and_heard_only_when_it_answers_itself() {
    let w = world().await;
    let exchange = w.service.exchange();
    let relay = exchange.add_relay(&w.cx(), "https://relay.example/inbox").await.unwrap();
    assert_eq!(lines(&w.sent().await), ["RelayFollowed https://relay.example/inbox"]);
    exchange.add_relay(&w.cx(), "https://relay.example/inbox").await.unwrap();
    assert!(w.sent().await.is_empty());
    for wrong in ["relay", "http://relay.example/inbox", "https://oak.test/inbox"] {
        assert!(matches!(exchange.add_relay(&w.cx(), wrong).await, Err(ServiceError::Invalid { .. })), "{wrong}");
    }
    let (actor, eve) = (w.remote("relay", "relay.example").await, w.remote("eve", "evil.example").await);
    assert!(exchange.relay_answered(&eve, &relay.follow_uri, true).await.unwrap());
    assert!(!exchange.is_relay(&eve.uri).await.unwrap());
    assert!(exchange.relay_answered(&actor, &relay.follow_uri, true).await.unwrap());
    assert!(exchange.is_relay(&actor.uri).await.unwrap());
    assert!(!exchange.relay_answered(&actor, "https://oak.test/actor#relays/1", true).await.unwrap());

    let ben = w.remote("ben", "far.example").await;
    let relayed = async |name: &str, text: &str| {
        let status = incoming(&ben, name, text);
        w.service.statuses().ingest(&w.cx(), status, Arrival::Relayed).await.unwrap()
    };
    w.service.exchange().ensure_published_tags(&w.cx()).await.unwrap();
    assert!(relayed("1", "published #SLTchat").await.is_some());
    assert!(relayed("2", "of no interest #cats").await.is_none());
    assert!(relayed("3", "nothing").await.is_none());
    let amy = w.local("amy").await;
    w.service.tags().follow(&w.cx(), amy.id, &staffroom_domain::Tag::parse("cats").unwrap()).await.unwrap();
    assert!(relayed("4", "followed #cats").await.is_some());
    exchange.relay_answered(&actor, &relay.follow_uri, false).await.unwrap();
    assert_eq!(exchange.relays().await.unwrap()[0].state, RelayState::Rejected);
    exchange.remove_relay(&w.cx(), "https://relay.example/inbox").await.unwrap();
    assert_eq!(lines(&w.sent().await), ["RelayUnfollowed https://relay.example/inbox"]);
    assert!(exchange.relays().await.unwrap().is_empty());
}

#[tokio::test]
async fn rel_27_after_an_outage_a_peer_is_read_on_slowly_and_once() {
    let w = world().await;
    let (_, ben) = feed(&w, PeerTrust::Show).await;
    let (exchange, outbox) = (w.service.exchange(), "https://elm.example/tags/sltchat/outbox");
    let mut statuses = Vec::new();
    for n in 0..30 {
        let name = format!("missed{n}");
        w.elsewhere.has_status(incoming(&ben, &name, "missed #SLTchat"));
        statuses.push(format!("{}/statuses/{name}", ben.uri));
    }
    // what is not elm's, and what nobody has
    statuses.push("https://evil.example/statuses/1".to_owned());
    statuses.push("https://elm.example/statuses/never".to_owned());
    let next = Some(format!("{outbox}?since=9"));
    w.elsewhere.has_page(&format!("{outbox}?since=0"), FeedPage { statuses, next: next.clone() });
    w.elsewhere.has_page(&format!("{outbox}?since=9"), FeedPage { statuses: Vec::new(), next });
    exchange.catch_up_with_all(&w.cx()).await.unwrap();
    let mut steps = 0;
    while exchange.catch_up(&w.cx()).await.unwrap() > 0 {
        steps += 1;
        assert!(tagged(&w).await.len() <= 5 * steps, "five a step");
        w.wait(1);
    }
    assert_eq!((tagged(&w).await.len(), steps), (20, 8), "a page of the timeline; 31 of five each, one of them twice");
    // an hour later from where it ended, and when the peer speaks again
    w.wait(3600);
    exchange.heard_of(&w.cx(), "elm.example").await.unwrap();
    exchange.heard_of(&w.cx(), "unknown.example").await.unwrap();
    assert_eq!(exchange.catch_up(&w.cx()).await.unwrap(), 0);
}

#[tokio::test]
async fn whom_hubs_reached_is_told_of_a_deletion() {
    let w = world().await;
    super::network(&w).await;
    let amy = w.local("amy").await;
    let theirs = crate::testing::incoming_tag_account("SLTchat", "elm.example");
    let theirs = w.service.accounts().ingest(&w.cx(), theirs).await.unwrap();
    let ours = w.service.exchange().tag_account("sltchat").await.unwrap().unwrap();
    w.befriend(&theirs, &ours).await;
    w.sent().await;
    let view = w.publish(&amy, "soon gone #SLTchat").await;
    w.sent().await;
    w.elsewhere.passed_on(&theirs.uri, &view.status.uri, &["https://far.example/inbox"]);
    w.service.statuses().delete(&w.cx(), amy.id, view.status.id, false).await.unwrap();
    w.sent().await;
    w.run_jobs().await;
    let told = lines(&w.sent().await);
    assert!(told.contains(&"StatusDeleted https://far.example/inbox".to_owned()), "{told:?}");
}

#[tokio::test]
async fn an_actor_is_followed_as_a_relay_unless_it_is_somebody() {
    let w = world().await;
    let relay = incoming_instance_account("relay.example");
    let (url, person) = (relay.uri.clone(), incoming_account("eve", "evil.example"));
    let eve = person.uri.clone();
    w.elsewhere.has_account(relay);
    w.elsewhere.has_account(person);
    let exchange = w.service.exchange();
    let refused = exchange.add_relay(&w.cx(), &eve).await;
    assert!(matches!(refused, Err(ServiceError::Invalid { .. })), "{refused:?}");
    assert!(w.sent().await.is_empty() && exchange.relays().await.unwrap().is_empty());
    exchange.add_relay(&w.cx(), &url).await.unwrap();
    assert_eq!(w.sent().await.len(), 1);
}
