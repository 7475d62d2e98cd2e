//! What feeds bring: by the trust in their hosts, only what carries the hashtag, and gone when the feed takes it back.

use staffroom_domain::account::Account;
use staffroom_domain::domain_rule::Severity;
use staffroom_domain::exchange::PeerTrust;
use staffroom_domain::ids::{HeldItemId, StatusId};
use staffroom_domain::media::{IncomingMedia, MediaKind};
use staffroom_domain::relationship::FollowOptions;
use staffroom_domain::status::IncomingStatus;
use staffroom_domain::{PageRequest, Tag, Viewer, Visibility};

use super::{lines, network, wishes};
use crate::auth::Authority;
use crate::domains::NewBlock;
use crate::exchange::PeerWishes;
use crate::statuses::Arrival;
use crate::testing::{World, incoming, incoming_instance_account, world};
use crate::timelines::{PublicFilter, TagFilter};
use crate::{Origin, ServiceError};

const ELM: &str = "https://elm.example";

/// elm's tag account, followed by our instance account, trusted as `trust` says; and somebody who writes there.
pub(super) async fn feed(w: &World, trust: PeerTrust) -> (Account, Account) {
    network(w).await;
    let wishes = PeerWishes { trust: Some(trust), ..PeerWishes::default() };
    w.service.exchange().change_peer(&w.cx(), ELM, wishes).await.unwrap();
    w.run_jobs().await;
    let tag = w.service.accounts().by_uri("https://elm.example/tags/sltchat").await.unwrap().unwrap();
    let ours = w.service.settings().identity.instance_account_uri();
    let ours = w.service.accounts().by_uri(&ours).await.unwrap().unwrap();
    w.befriend(&ours, &tag).await;
    w.sent().await;
    (tag, w.remote("ben", "elm.example").await)
}

pub(super) fn passed_on(author: &Account, name: &str, text: &str) -> IncomingStatus {
    let picture = IncomingMedia {
        kind: MediaKind::Image,
        url: "https://elm.example/p.png".to_owned(),
        content_type: "image/png".to_owned(),
        size_px: None,
        focus: None,
        blurhash: None,
        description: None,
    };
    IncomingStatus {
        tag_account_uris: vec!["https://elm.example/tags/sltchat".to_owned()],
        media: vec![picture],
        ..incoming(author, name, text)
    }
}

pub(super) async fn arrives(w: &World, status: &IncomingStatus) -> Option<StatusId> {
    w.service.statuses().ingest(&w.cx(), status.clone(), Arrival::Delivered).await.unwrap()
}

pub(super) async fn tagged(w: &World) -> Vec<StatusId> {
    let filter = TagFilter {
        tag: Tag::parse("SLTchat").unwrap(),
        any: Vec::new(),
        all: Vec::new(),
        none: Vec::new(),
        public: PublicFilter::default(),
    };
    let found = w.service.timelines().tag(Viewer::Anonymous, filter, PageRequest::newest(20)).await.unwrap();
    found.items.into_iter().map(|view| view.status.id).collect()
}

#[tokio::test]
async fn a_feed_brings_what_carries_its_hashtag_and_is_for_everybody() {
    let w = world().await;
    let (tag, ben) = feed(&w, PeerTrust::Show).await;
    let id = arrives(&w, &passed_on(&ben, "1", "hello #SLTchat")).await.unwrap();
    assert_eq!(tagged(&w).await, [id]);
    assert!(arrives(&w, &passed_on(&ben, "2", "hello")).await.is_none(), "not tagged");
    let quiet = IncomingStatus { visibility: Visibility::Unlisted, ..passed_on(&ben, "3", "hello #SLTchat") };
    assert!(arrives(&w, &quiet).await.is_none(), "not public");
    let eve = w.remote("eve", "fir.example").await;
    assert!(arrives(&w, &passed_on(&eve, "4", "hello #SLTchat")).await.is_none(), "not of the feed's server");
    let claimed = incoming(&eve, "5", "hello #SLTchat");
    let announced = w.service.statuses().ingest(&w.cx(), claimed, Arrival::Announced(tag.id)).await.unwrap();
    assert!(announced.is_none(), "announced by no hub");
}

#[tokio::test]
async fn trust_decides_what_is_kept_of_a_feed() {
    let w = world().await;
    let (_, ben) = feed(&w, PeerTrust::DropMedia).await;
    let id = arrives(&w, &passed_on(&ben, "1", "look #SLTchat")).await.unwrap();
    let view = w.service.statuses().get(Viewer::Anonymous, id).await.unwrap();
    assert!(view.media.is_empty());
    let trust = |trust| PeerWishes { trust: Some(trust), ..PeerWishes::default() };
    w.service.exchange().change_peer(&w.cx(), ELM, trust(PeerTrust::Reject)).await.unwrap();
    assert!(arrives(&w, &passed_on(&ben, "2", "look #SLTchat")).await.is_none());
    // whoever follows the author gets what the author sends
    let amy = w.local("amy").await;
    w.befriend(&amy, &ben).await;
    assert!(arrives(&w, &passed_on(&ben, "3", "look #SLTchat")).await.is_some());
    let unknown = w.service.exchange().change_peer(&w.cx(), "https://fir.example", trust(PeerTrust::Show)).await;
    assert!(matches!(unknown, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn what_is_held_is_not_brought_in_by_looking_it_up() {
    let w = world().await;
    let (_, ben) = feed(&w, PeerTrust::Queue).await;
    let status = passed_on(&ben, "1", "not yet #SLTchat");
    assert!(arrives(&w, &status).await.is_none());
    let look_up = async || w.service.statuses().ingest(&w.cx(), status.clone(), Arrival::Fetched).await.unwrap();
    assert!(look_up().await.is_none());
    let id = w.service.exchange().held(HeldItemId(0), 10).await.unwrap()[0].id;
    w.service.exchange().decide_held(&w.cx(), id, false).await.unwrap();
    assert!(look_up().await.is_none());
    assert!(tagged(&w).await.is_empty());
    // what was never held may be looked up
    let other = passed_on(&ben, "2", "elsewhere #SLTchat");
    assert!(w.service.statuses().ingest(&w.cx(), other, Arrival::Fetched).await.unwrap().is_some());
}

#[tokio::test]
async fn new_words_of_what_a_moderator_let_in_wait_too() {
    let w = world().await;
    let (_, ben) = feed(&w, PeerTrust::Queue).await;
    let exchange = w.service.exchange();
    let first = passed_on(&ben, "1", "kind words #SLTchat");
    w.elsewhere.has_status(first.clone());
    assert!(arrives(&w, &first).await.is_none());
    let let_in = async || {
        let id = exchange.held(HeldItemId(0), 10).await.unwrap()[0].id;
        exchange.decide_held(&w.cx(), id, true).await
    };
    let_in().await.unwrap();
    let id = tagged(&w).await[0];
    let shown = async || w.service.statuses().get(Viewer::Anonymous, id).await.unwrap().status.content;

    w.wait(60);
    let second = IncomingStatus { updated: Some(w.cx().now()), ..passed_on(&ben, "1", "unkind words #SLTchat") };
    w.service.statuses().ingest_edit(&w.cx(), second.clone()).await.unwrap();
    assert!(shown().await.contains("kind words") && !shown().await.contains("unkind"));
    assert!(exchange.held(HeldItemId(0), 10).await.unwrap()[0].content.contains("unkind"));
    // there are other words by now: nobody let these in
    w.wait(60);
    let third = IncomingStatus { updated: Some(w.cx().now()), ..passed_on(&ben, "1", "rude words #SLTchat") };
    w.elsewhere.has_status(third);
    assert!(matches!(let_in().await, Err(ServiceError::Conflict(_))));
    assert!(!shown().await.contains("rude"));
    let_in().await.unwrap();
    assert!(shown().await.contains("rude"));
    assert!(exchange.held(HeldItemId(0), 10).await.unwrap().is_empty());
    // whoever follows the author gets what the author sends
    let amy = w.local("amy").await;
    w.befriend(&amy, &ben).await;
    w.wait(60);
    let fourth = IncomingStatus { updated: Some(w.cx().now()), ..passed_on(&ben, "1", "last words #SLTchat") };
    w.service.statuses().ingest_edit(&w.cx(), fourth).await.unwrap();
    assert!(shown().await.contains("last"));
}

#[tokio::test]
async fn what_a_moderator_let_in_shows_though_we_were_cut_off_before_it_came() {
    let w = world().await;
    let (_, ben) = feed(&w, PeerTrust::Queue).await;
    for (id, words) in [("1", "kept #SLTchat"), ("2", "still held #SLTchat")] {
        let status = passed_on(&ben, id, words);
        w.elsewhere.has_status(status.clone());
        assert!(arrives(&w, &status).await.is_none());
    }
    let held = w.service.exchange().held(HeldItemId(0), 10).await.unwrap();
    let (asked, cx, exchange) = (w.elsewhere.falls_silent(), w.cx(), w.service.exchange());
    tokio::select! {
        ended = exchange.decide_held(&cx, held[0].id, true) => panic!("{ended:?}"),
        () = asked.notified() => {}
    }
    assert!(tagged(&w).await.is_empty());
    w.wait(180);
    w.run_jobs().await;
    let shown = tagged(&w).await;
    assert_eq!(shown.len(), 1);
    let shown = w.service.statuses().get(Viewer::Anonymous, shown[0]).await.unwrap();
    assert!(shown.status.content.contains("kept"));
    assert_eq!(w.service.exchange().held(HeldItemId(0), 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_held_shows_once_a_moderator_let_exactly_that_in() {
    let w = world().await;
    let (_, ben) = feed(&w, PeerTrust::Queue).await;
    let status = passed_on(&ben, "1", "first words #SLTchat");
    assert!(arrives(&w, &status).await.is_none());
    assert!(arrives(&w, &status).await.is_none());
    let exchange = w.service.exchange();
    let held = exchange.held(HeldItemId(0), 10).await.unwrap();
    assert_eq!(held.len(), 1);
    assert!(held[0].content.contains("first words") && held[0].host == "elm.example");

    // nobody answers there: it waits on
    assert!(matches!(exchange.decide_held(&w.cx(), held[0].id, true).await, Err(ServiceError::Remote(_))));
    w.elsewhere.has_status(passed_on(&ben, "1", "other words #SLTchat"));
    assert!(matches!(exchange.decide_held(&w.cx(), held[0].id, true).await, Err(ServiceError::Conflict(_))));
    assert!(tagged(&w).await.is_empty());
    let held = exchange.held(HeldItemId(0), 10).await.unwrap();
    assert!(held[0].content.contains("other words"));
    exchange.decide_held(&w.cx(), held[0].id, true).await.unwrap();
    assert_eq!(tagged(&w).await.len(), 1);
    assert!(exchange.held(HeldItemId(0), 10).await.unwrap().is_empty());

    assert!(arrives(&w, &passed_on(&ben, "2", "never #SLTchat")).await.is_none());
    let id = exchange.held(HeldItemId(0), 10).await.unwrap()[0].id;
    exchange.decide_held(&w.cx(), id, false).await.unwrap();
    assert!(arrives(&w, &passed_on(&ben, "2", "never #SLTchat")).await.is_none());
    assert!(exchange.held(HeldItemId(0), 10).await.unwrap().is_empty());
    assert!(matches!(exchange.decide_held(&w.cx(), id, true).await, Err(ServiceError::NotFound(_))));
    assert!(arrives(&w, &passed_on(&ben, "3", "gone soon #SLTchat")).await.is_none());
    w.service.statuses().remove(&w.cx(), &format!("{}/statuses/3", ben.uri), &ben.uri).await.unwrap();
    assert!(exchange.held(HeldItemId(0), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_a_feed_takes_back_leaves_the_hashtag_unless_somebody_follows_its_author() {
    let w = world().await;
    let (tag, ben) = feed(&w, PeerTrust::Show).await;
    let id = arrives(&w, &passed_on(&ben, "1", "oops #SLTchat")).await.unwrap();
    w.service.statuses().announced_by_tag(&w.cx(), tag.id, id).await.unwrap();
    let other = w.remote("other", "elm.example").await;
    w.service.statuses().withdrawn_by_tag(other.id, id).await.unwrap();
    assert_eq!(tagged(&w).await, [id], "only the feed itself takes it back");
    w.service.statuses().withdrawn_by_tag(tag.id, id).await.unwrap();
    assert!(tagged(&w).await.is_empty());

    let kept = arrives(&w, &passed_on(&ben, "2", "fine #SLTchat")).await.unwrap();
    let amy = w.local("amy").await;
    w.befriend(&amy, &ben).await;
    w.service.statuses().withdrawn_by_tag(tag.id, kept).await.unwrap();
    assert_eq!(tagged(&w).await, [kept]);
}

#[tokio::test]
async fn an_instance_that_is_no_peer_waits_and_a_person_does_not() {
    let w = world().await;
    network(&w).await;
    let tag = w.service.exchange().tag_account("sltchat").await.unwrap().unwrap();
    let asks = async |host: &str| {
        let account = w.service.accounts().ingest(&w.cx(), incoming_instance_account(host)).await.unwrap();
        let origin = Origin::Remote(format!("{}#follows/1", account.uri));
        w.service.follows().follow(&w.cx(), account.id, tag.id, FollowOptions::default(), origin).await.unwrap();
        lines(&w.sent().await)
    };
    assert!(asks("fir.example").await.is_empty() && asks("yew.example").await.is_empty());
    assert!(asks("oak.example").await.is_empty());
    let exchange = w.service.exchange();
    let waiting = exchange.follow_requests().await.unwrap();
    assert_eq!(waiting.len(), 3);
    exchange.answer_follow_request(&w.cx(), waiting[0].id, true).await.unwrap();
    exchange.answer_follow_request(&w.cx(), waiting[1].id, false).await.unwrap();
    let again = exchange.answer_follow_request(&w.cx(), waiting[1].id, true).await;
    assert!(matches!(again, Err(ServiceError::NotFound(_))));
    assert_eq!(
        lines(&w.sent().await),
        [
            "FollowAccepted https://fir.example/users/fir.example/inbox",
            "FollowRejected https://yew.example/users/yew.example/inbox"
        ]
    );
    exchange.add_peer(&w.cx(), "https://oak.example", wishes("SLTchat")).await.unwrap();
    assert_eq!(lines(&w.sent().await), ["FollowAccepted https://oak.example/users/oak.example/inbox"]);
    assert!(exchange.follow_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_suspended_domain_hears_good_bye_and_what_its_feed_brought_is_gone() {
    let w = world().await;
    let (tag, ben) = feed(&w, PeerTrust::Show).await;
    let hub = PeerWishes { is_hub: Some(true), ..PeerWishes::default() };
    w.service.exchange().change_peer(&w.cx(), ELM, hub).await.unwrap();
    let eve = w.remote("eve", "fir.example").await;
    let passed = incoming(&eve, "1", "by the hub #SLTchat");
    let brought = w.service.statuses().ingest(&w.cx(), passed, Arrival::Announced(tag.id)).await.unwrap();
    assert_eq!(tagged(&w).await, [brought.unwrap()]);
    assert!(arrives(&w, &passed_on(&ben, "1", "their own #SLTchat")).await.is_some());
    let amy = w.local("amy").await;
    w.publish(&amy, "too late #SLTchat").await;

    w.service
        .domains()
        .block(&w.cx(), &Authority::operator(), "elm.example", NewBlock::new(Severity::Suspend))
        .await
        .unwrap();
    assert_eq!(tagged(&w).await.len(), 1, "only amy's own is left");
    let sent = lines(&w.sent().await);
    let mut theirs: Vec<&String> = sent.iter().filter(|line| line.contains("elm.example")).collect();
    // our instance account and, as a hub's, our tag account follow theirs
    theirs.dedup();
    assert_eq!(
        theirs,
        [
            "FollowRejected https://elm.example/users/elm.example/inbox",
            "FollowUndone https://elm.example/tags/sltchat/inbox"
        ]
    );
    let domains = w.service.domains();
    assert!(domains.may_hear("elm.example", w.cx().now()) && !domains.permits("elm.example"));
    w.wait(601);
    assert!(!domains.may_hear("elm.example", w.cx().now()));
    let after = w.publish(&amy, "not for them #SLTchat").await.status.id;
    assert!(lines(&w.sent().await).iter().all(|line| !line.contains("elm.example")));
    assert!(tagged(&w).await.contains(&after));
}
