//! Blocked domains, followers sent away, notes and recommendations: what they do, and what they must not.

use staffroom_domain::notification::NotificationFilter;
use staffroom_domain::relationship::{FollowOptions, Relationship};
use staffroom_domain::visibility::Viewer;
use staffroom_domain::{Account, Page};

use super::PAGE;
use crate::statuses::Arrival;
use crate::testing::{World, incoming, world};
use crate::timelines::{PublicFilter, TagFilter};
use crate::{Origin, ServiceError};

impl World {
    async fn sees_in_public(&self, viewer: &Account) -> usize {
        let timelines = self.service.timelines();
        timelines.public(Viewer::Account(viewer.id), PublicFilter::default(), PAGE).await.unwrap().items.len()
    }

    async fn notified(&self, account: &Account) -> usize {
        let found = self.service.notifications().list(account.id, NotificationFilter::default(), PAGE).await;
        found.unwrap().items.len()
    }
}

fn names(page: &Page<staffroom_domain::relationship::Listed>) -> Vec<&str> {
    page.items.iter().map(|listed| listed.account.username.as_str()).collect()
}

#[tokio::test]
async fn a_blocked_domain_ends_follows_both_ways_and_tells_each() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let (zoe, eve, ivy) =
        (w.remote("zoe", "elm.test").await, w.remote("eve", "elm.test").await, w.remote("ivy", "ash.test").await);
    for (follower, followed) in [(&amy, &zoe), (&amy, &ivy), (&eve, &amy), (&ivy, &amy), (&ben, &zoe)] {
        w.befriend(follower, followed).await;
    }
    w.told();
    w.service.follows().block_domain(&w.cx(), amy.id, " ELM.test ").await.unwrap();
    w.run_jobs().await;
    let mut told = w.told();
    told.sort();
    assert_eq!(told, ["FollowRejected", "FollowUndone"]);
    let stands = w.stands(&amy, &zoe).await;
    assert_eq!(stands, Relationship { domain_blocking: true, ..Relationship::none(zoe.id) });
    assert!(!w.stands(&amy, &eve).await.followed_by);
    let kept = w.stands(&amy, &ivy).await;
    assert!(kept.following && kept.followed_by && !kept.domain_blocking);
    assert!(w.stands(&ben, &zoe).await.following, "it is amy's block alone");
    assert_eq!(w.counts(amy.id).await, (1, 1));
    let list = w.service.follows().domain_blocks(amy.id, PAGE).await.unwrap();
    assert_eq!(list.items, ["elm.test"]);

    // Nobody follows across it, in either direction.
    let origin = Origin::Remote("https://elm.test/follows/9".to_owned());
    let theirs = w.service.follows().follow(&w.cx(), eve.id, amy.id, FollowOptions::default(), origin).await;
    assert!(matches!(theirs, Err(ServiceError::Forbidden(_))));
    assert_eq!(w.told(), ["FollowRejected"]);
    let ours = w.service.follows().follow(&w.cx(), amy.id, zoe.id, FollowOptions::default(), Origin::Local).await;
    assert!(matches!(ours, Err(ServiceError::Forbidden(_))));

    w.service.follows().unblock_domain(amy.id, "elm.test").await.unwrap();
    assert!(w.service.follows().domain_blocks(amy.id, PAGE).await.unwrap().items.is_empty());
    assert_eq!(w.stands(&amy, &zoe).await, Relationship::none(zoe.id), "follows do not come back");
    assert!(w.follow(&amy, &zoe).await.requested);
}

#[tokio::test]
async fn nothing_of_a_blocked_domain_shows_or_notifies() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let (zoe, ivy) = (w.remote("zoe", "elm.test").await, w.remote("ivy", "deep.elm.test").await);
    w.befriend(&amy, &zoe).await;
    w.befriend(&ben, &zoe).await;
    let own = w.publish(&amy, "hello").await;
    let statuses = w.service.statuses();
    let mut first = incoming(&zoe, "1", "to #SLTchat");
    first.mention_uris = vec![amy.uri.clone()];
    statuses.ingest(&w.cx(), first, Arrival::Fetched).await.unwrap();
    assert_eq!((w.sees_in_public(&amy).await, w.notified(&amy).await), (2, 1));

    w.service.follows().block_domain(&w.cx(), amy.id, "elm.test").await.unwrap();
    assert_eq!((w.sees_in_public(&amy).await, w.notified(&amy).await), (1, 0));
    assert_eq!((w.sees_in_public(&ben).await, w.notified(&ben).await), (2, 0));
    let filter = TagFilter {
        tag: staffroom_domain::Tag::parse("sltchat").unwrap(),
        any: Vec::new(),
        all: Vec::new(),
        none: Vec::new(),
        public: PublicFilter::default(),
    };
    let tagged = w.service.timelines().tag(Viewer::Account(amy.id), filter, PAGE).await.unwrap();
    assert!(tagged.items.is_empty());
    let mut second = incoming(&zoe, "2", "again");
    second.mention_uris = vec![amy.uri.clone()];
    second.in_reply_to_uri = Some(own.status.uri.clone());
    statuses.ingest(&w.cx(), second, Arrival::Fetched).await.unwrap();
    assert_eq!((w.sees_in_public(&amy).await, w.notified(&amy).await), (1, 0));
    let context = statuses.context(Viewer::Account(amy.id), own.status.id).await.unwrap();
    assert!(context.descendants.is_empty());
    assert_eq!(statuses.context(Viewer::Account(ben.id), own.status.id).await.unwrap().descendants.len(), 1);
    // Another domain that only ends alike is not meant, and whoever is blocked sees nothing of amy's.
    statuses.ingest(&w.cx(), incoming(&ivy, "1", "from below"), Arrival::Fetched).await.unwrap();
    assert_eq!(w.sees_in_public(&amy).await, 2);
    assert!(w.seen(&zoe, own.status.id).await.is_none());
    assert!(w.seen(&ivy, own.status.id).await.is_some());
}

#[tokio::test]
async fn only_other_domains_can_be_blocked() {
    let w = world().await;
    let amy = w.local("amy").await;
    for bad in ["", "oak.test", "OAK.test", "not a domain", "127.0.0.1", "elm.test/path", "https://elm.test"] {
        let refused = w.service.follows().block_domain(&w.cx(), amy.id, bad).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { .. })), "{bad}");
    }
}

#[tokio::test]
async fn a_follower_sent_away_is_told_and_nobody_else_can_send_them() {
    let w = world().await;
    let (amy, ben, zoe) = (w.local("amy").await, w.local("ben").await, w.remote("zoe", "elm.test").await);
    w.befriend(&zoe, &amy).await;
    w.befriend(&amy, &zoe).await;
    w.told();
    w.service.follows().remove_follower(&w.cx(), ben.id, zoe.id).await.unwrap();
    assert!(w.told().is_empty() && w.stands(&amy, &zoe).await.followed_by);
    let stands = w.service.follows().remove_follower(&w.cx(), amy.id, zoe.id).await.unwrap();
    assert!(!stands.followed_by && stands.following, "only this direction ends");
    assert_eq!(w.told(), ["FollowRejected"]);
    assert_eq!(w.counts(amy.id).await, (0, 1));
    w.service.follows().remove_follower(&w.cx(), amy.id, zoe.id).await.unwrap();
    assert!(w.told().is_empty());
}

#[tokio::test]
async fn a_note_is_its_writers_alone() {
    let w = world().await;
    let (amy, ben, cat) = (w.local("amy").await, w.local("ben").await, w.local("cat").await);
    let stands = w.service.follows().note(&w.cx(), amy.id, ben.id, " met at a course ").await.unwrap();
    assert_eq!(stands.note, "met at a course");
    assert_eq!(w.stands(&amy, &ben).await.note, "met at a course");
    assert_eq!((w.stands(&cat, &ben).await.note, w.stands(&ben, &amy).await.note), (String::new(), String::new()));
    let long = w.service.follows().note(&w.cx(), amy.id, ben.id, &"x".repeat(2001)).await;
    assert!(matches!(long, Err(ServiceError::Invalid { .. })));
    assert_eq!(w.service.follows().note(&w.cx(), amy.id, ben.id, "").await.unwrap().note, "");
    let nobody = w.service.follows().note(&w.cx(), amy.id, 1.into(), "who").await;
    assert!(matches!(nobody, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn who_is_followed_can_be_recommended_until_the_follow_ends() {
    let w = world().await;
    let (amy, ben, cat) = (w.local("amy").await, w.local("ben").await, w.local("cat").await);
    let early = w.service.follows().endorse(&w.cx(), amy.id, ben.id).await;
    assert!(matches!(early, Err(ServiceError::Invalid { .. })));
    w.follow(&amy, &ben).await;
    w.service.follows().endorse(&w.cx(), amy.id, ben.id).await.unwrap();
    assert!(w.service.follows().endorse(&w.cx(), amy.id, ben.id).await.unwrap().endorsed);
    let follows = w.service.follows();
    let shown = follows.endorsements(Viewer::Anonymous, amy.id, PAGE).await.unwrap();
    assert_eq!(names(&shown), ["ben"]);
    follows.block(&w.cx(), ben.id, cat.id, Origin::Local).await.unwrap();
    let to_cat = follows.endorsements(Viewer::Account(cat.id), amy.id, PAGE).await.unwrap();
    assert!(to_cat.items.is_empty(), "who blocks the viewer is not named to them");
    follows.unfollow(&w.cx(), amy.id, ben.id, Origin::Local).await.unwrap();
    assert!(!w.stands(&amy, &ben).await.endorsed);
    w.follow(&amy, &ben).await;
    w.service.follows().endorse(&w.cx(), amy.id, ben.id).await.unwrap();
    assert!(!follows.unendorse(&w.cx(), amy.id, ben.id).await.unwrap().endorsed);
    w.service.follows().endorse(&w.cx(), amy.id, ben.id).await.unwrap();
    w.service.accounts().suspend(&w.cx(), ben.id).await.unwrap();
    assert!(follows.endorsements(Viewer::Anonymous, amy.id, PAGE).await.unwrap().items.is_empty());
    let gone = follows.endorsements(Viewer::Anonymous, ben.id, PAGE).await;
    assert!(matches!(gone, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn familiar_followers_are_those_one_follows_too() {
    let w = world().await;
    let (amy, ben, cat, dan) = (w.local("amy").await, w.local("ben").await, w.local("cat").await, w.local("dan").await);
    for (follower, followed) in [(&amy, &ben), (&amy, &cat), (&ben, &dan), (&cat, &dan)] {
        w.follow(follower, followed).await;
    }
    let familiar = async |viewer: &Account| {
        let found = w.service.follows().familiar(viewer.id, &[dan.id, 1.into(), ben.id]).await.unwrap();
        let names = |accounts: &[Account]| accounts.iter().map(|a| a.username.clone()).collect::<Vec<_>>();
        found.iter().map(|familiar| (familiar.id, names(&familiar.accounts))).collect::<Vec<_>>()
    };
    assert_eq!(familiar(&amy).await, [(dan.id, vec!["cat".to_owned(), "ben".to_owned()]), (ben.id, vec![])]);
    assert_eq!(familiar(&dan).await, [(dan.id, vec![]), (ben.id, vec![])]);
    w.service.follows().block(&w.cx(), dan.id, amy.id, Origin::Local).await.unwrap();
    w.service.accounts().suspend(&w.cx(), cat.id).await.unwrap();
    assert_eq!(familiar(&amy).await[0], (dan.id, vec![]), "dan keeps his followers to himself");
}
