//! Stories of following, blocking and muting, each with what must not happen.

mod crossing;
mod relations;

use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::{FollowOptions, Relationship};
use staffroom_domain::{Account, PageRequest};

use super::FollowRef;
use crate::testing::{World, world};
use crate::{Origin, ServiceError};

const PAGE: PageRequest = PageRequest::newest(20);

impl World {
    async fn follow(&self, actor: &Account, target: &Account) -> Relationship {
        let follows = self.service.follows();
        follows.follow(&self.cx(), actor.id, target.id, FollowOptions::default(), Origin::Local).await.unwrap()
    }

    async fn followed_by_remote(&self, actor: &Account, target: &Account, uri: &str) -> Relationship {
        let origin = Origin::Remote(uri.to_owned());
        let follows = self.service.follows();
        follows.follow(&self.cx(), actor.id, target.id, FollowOptions::default(), origin).await.unwrap()
    }

    async fn stands(&self, viewer: &Account, other: &Account) -> Relationship {
        self.service.accounts().relationships(viewer.id, &[other.id]).await.unwrap().remove(0)
    }

    /// (followers, following) of an account.
    async fn counts(&self, id: AccountId) -> (i64, i64) {
        let account = self.service.accounts().get(id).await.unwrap();
        (account.followers_count, account.following_count)
    }

    async fn lock(&self, account: &Account) {
        let change = staffroom_domain::account::ProfileUpdate { locked: Some(true), ..Default::default() };
        self.service.accounts().update_profile(&self.cx(), account.id, change).await.unwrap();
    }

    fn told(&self) -> Vec<String> {
        std::mem::take(&mut *self.renderer.rendered.lock().unwrap())
    }
}

#[tokio::test]
async fn people_here_follow_each_other_at_once_and_only_once() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let r = w.follow(&amy, &ben).await;
    assert!(r.following && !r.requested && r.showing_reblogs);
    w.follow(&amy, &ben).await;
    assert_eq!(w.counts(ben.id).await, (1, 0));
    assert_eq!(w.counts(amy.id).await, (0, 1));
    let options = FollowOptions {
        reblogs: Some(false),
        notify: Some(true),
        languages: Some(vec!["cy".to_owned()]),
        ..FollowOptions::default()
    };
    let r = w.service.follows().follow(&w.cx(), amy.id, ben.id, options, Origin::Local).await.unwrap();
    assert!(r.following && !r.showing_reblogs && r.notifying && r.languages == ["cy"]);
    let listed = w.service.accounts().followers(staffroom_domain::Viewer::Anonymous, ben.id, PAGE).await.unwrap();
    assert_eq!(listed.items.iter().map(|l| l.account.id).collect::<Vec<_>>(), [amy.id]);
    let r = w.service.follows().unfollow(&w.cx(), amy.id, ben.id, Origin::Local).await.unwrap();
    assert!(!r.following);
    w.service.follows().unfollow(&w.cx(), amy.id, ben.id, Origin::Local).await.unwrap();
    assert_eq!(w.counts(ben.id).await, (0, 0));
    assert!(w.told().is_empty(), "nobody elsewhere is concerned");
}

#[tokio::test]
async fn nobody_follows_themselves_or_somebody_gone() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let follows = w.service.follows();
    let own = follows.follow(&w.cx(), amy.id, amy.id, FollowOptions::default(), Origin::Local).await;
    assert!(matches!(own, Err(ServiceError::Forbidden(_))));
    w.service.accounts().suspend(&w.cx(), ben.id).await.unwrap();
    let gone = follows.follow(&w.cx(), amy.id, ben.id, FollowOptions::default(), Origin::Local).await;
    assert!(matches!(gone, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn a_locked_account_is_asked_and_answers() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    w.lock(&ben).await;
    let r = w.follow(&amy, &ben).await;
    assert!(r.requested && !r.following);
    assert_eq!(w.service.follows().requests(ben.id, PAGE).await.unwrap().items.len(), 1);
    assert_eq!(w.counts(ben.id).await, (0, 0));
    let r = w.service.follows().answer(&w.cx(), ben.id, amy.id, true).await.unwrap();
    assert!(r.followed_by && !r.requested_by);
    assert_eq!(w.counts(ben.id).await, (1, 0));
    w.service.follows().answer(&w.cx(), ben.id, amy.id, false).await.unwrap();
    assert_eq!(w.counts(ben.id).await, (0, 0));
    let nobody = w.service.follows().answer(&w.cx(), ben.id, amy.id, true).await;
    assert!(matches!(nobody, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn a_remote_account_is_asked_and_only_its_own_answer_counts() {
    let w = world().await;
    let (amy, zoe, eve) = (w.local("amy").await, w.remote("zoe", "elm.test").await, w.remote("eve", "elm.test").await);
    let r = w.follow(&amy, &zoe).await;
    assert!(r.requested && !r.following);
    assert_eq!(w.told(), ["Followed"]);
    let follow = w.service.storage().read().follows().pair(amy.id, zoe.id).await.unwrap().unwrap();
    let by_uri = FollowRef { uri: Some(follow.uri), follower_uri: None };
    w.service.follows().answered(&w.cx(), eve.id, by_uri.clone(), true).await.unwrap();
    assert!(w.stands(&amy, &zoe).await.requested, "eve cannot answer for zoe");
    w.service.follows().answered(&w.cx(), zoe.id, by_uri.clone(), true).await.unwrap();
    w.service.follows().answered(&w.cx(), zoe.id, by_uri.clone(), true).await.unwrap();
    assert!(w.stands(&amy, &zoe).await.following);
    assert_eq!(w.counts(amy.id).await, (0, 1));
    let by_pair = FollowRef { uri: None, follower_uri: Some(amy.uri.clone()) };
    w.service.follows().answered(&w.cx(), zoe.id, by_pair, false).await.unwrap();
    assert_eq!(w.stands(&amy, &zoe).await, Relationship::none(zoe.id));
    assert_eq!(w.counts(amy.id).await, (0, 0));
}

#[tokio::test]
async fn a_remote_follower_is_answered_each_time_it_asks() {
    let w = world().await;
    let (amy, zoe) = (w.local("amy").await, w.remote("zoe", "elm.test").await);
    w.followed_by_remote(&zoe, &amy, "https://elm.test/follows/1").await;
    w.followed_by_remote(&zoe, &amy, "https://elm.test/follows/2").await;
    assert_eq!(w.told(), ["FollowAccepted", "FollowAccepted"]);
    assert_eq!(w.counts(amy.id).await, (1, 0));
    assert!(w.service.follows().by_uri("https://elm.test/follows/2").await.unwrap().is_some());
    // An id that is another follow's does not take that follow over.
    let eve = w.remote("eve", "elm.test").await;
    let origin = Origin::Remote("https://elm.test/follows/2".to_owned());
    let stolen = w.service.follows().follow(&w.cx(), eve.id, amy.id, FollowOptions::default(), origin).await;
    assert!(matches!(stolen, Err(ServiceError::Conflict(_))));
    w.lock(&amy).await;
    w.told();
    assert!(w.followed_by_remote(&eve, &amy, "https://elm.test/follows/3").await.requested);
    assert!(w.told().is_empty(), "a locked account answers itself");
    w.service.follows().answer(&w.cx(), amy.id, eve.id, true).await.unwrap();
    assert_eq!(w.told(), ["FollowAccepted"]);
    let undo = Origin::Remote("https://elm.test/undos/1".to_owned());
    w.service.follows().unfollow(&w.cx(), zoe.id, amy.id, undo).await.unwrap();
    assert_eq!(w.counts(amy.id).await, (1, 0));
}

#[tokio::test]
async fn a_block_ends_follows_both_ways_and_keeps_them_ended() {
    let w = world().await;
    let (amy, zoe) = (w.local("amy").await, w.remote("zoe", "elm.test").await);
    w.followed_by_remote(&zoe, &amy, "https://elm.test/follows/1").await;
    w.follow(&amy, &zoe).await;
    w.told();
    let r = w.service.follows().block(&w.cx(), amy.id, zoe.id, Origin::Local).await.unwrap();
    assert!(r.blocking && !r.following && !r.requested && !r.followed_by);
    assert_eq!(w.told(), ["FollowRejected", "FollowUndone", "Blocked"]);
    w.service.follows().block(&w.cx(), amy.id, zoe.id, Origin::Local).await.unwrap();
    assert!(w.told().is_empty());
    assert_eq!(w.counts(amy.id).await, (0, 0));
    assert_eq!(w.service.follows().blocks(amy.id, PAGE).await.unwrap().items.len(), 1);

    let origin = Origin::Remote("https://elm.test/follows/2".to_owned());
    let again = w.service.follows().follow(&w.cx(), zoe.id, amy.id, FollowOptions::default(), origin).await;
    assert!(matches!(again, Err(ServiceError::Forbidden(_))));
    assert_eq!(w.told(), ["FollowRejected"]);
    let r = w.service.follows().unblock(&w.cx(), amy.id, zoe.id, Origin::Local).await.unwrap();
    assert_eq!(r, Relationship::none(zoe.id));
    assert_eq!(w.told(), ["BlockUndone"]);
}

#[tokio::test]
async fn who_is_blocked_cannot_follow_and_sees_no_followers() {
    let w = world().await;
    let (amy, ben, cat) = (w.local("amy").await, w.local("ben").await, w.local("cat").await);
    w.follow(&cat, &amy).await;
    w.service.follows().block(&w.cx(), amy.id, ben.id, Origin::Local).await.unwrap();
    let follow = w.service.follows().follow(&w.cx(), ben.id, amy.id, FollowOptions::default(), Origin::Local).await;
    assert!(matches!(follow, Err(ServiceError::Forbidden(_))));
    let viewer = staffroom_domain::Viewer::Account(ben.id);
    assert!(w.service.accounts().followers(viewer, amy.id, PAGE).await.unwrap().items.is_empty());
    let viewer = staffroom_domain::Viewer::Account(cat.id);
    assert_eq!(w.service.accounts().followers(viewer, amy.id, PAGE).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_mute_ends_by_itself() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let r = w.service.follows().mute(&w.cx(), amy.id, ben.id, true, 3600).await.unwrap();
    assert!(r.muting && r.muting_notifications && r.muting_expires_at.is_some());
    assert_eq!(w.service.follows().mutes(amy.id, PAGE).await.unwrap().items.len(), 1);
    w.clock.advance(std::time::Duration::from_secs(3601));
    assert_eq!(w.stands(&amy, &ben).await, Relationship::none(ben.id));
    assert!(w.service.follows().mutes(amy.id, PAGE).await.unwrap().items.is_empty());
    w.service.follows().mute(&w.cx(), amy.id, ben.id, false, 0).await.unwrap();
    let r = w.service.follows().unmute(&w.cx(), amy.id, ben.id).await.unwrap();
    assert!(!r.muting);
}
