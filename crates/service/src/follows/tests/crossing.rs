//! Two who change the same follow in one moment: nobody gets an error of the program, and what is counted is what is there.

use staffroom_domain::Account;
use staffroom_domain::relationship::{FollowOptions, Relationship};

use super::{FollowRef, PAGE};
use crate::testing::{World, draft, world};
use crate::{Origin, Result, ServiceError};

/// Enough to meet in every way.
const TURNS: usize = 16;

impl World {
    async fn try_follow(&self, actor: &Account, target: &Account) -> Result<Relationship> {
        let follows = self.service.follows();
        follows.follow(&self.cx(), actor.id, target.id, FollowOptions::default(), Origin::Local).await
    }

    async fn try_unfollow(&self, actor: &Account, target: &Account) -> Result<Relationship> {
        self.service.follows().unfollow(&self.cx(), actor.id, target.id, Origin::Local).await
    }

    async fn try_answer(&self, target: &Account, follower: &Account, accept: bool) -> Result<Relationship> {
        self.service.follows().answer(&self.cx(), target.id, follower.id, accept).await
    }

    /// What is counted of a follow, and what stands at home, is whether there is one.
    async fn check_counted(&self, follower: &Account, target: &Account) {
        let follow = self.service.storage().read().follows().pair(follower.id, target.id).await.unwrap();
        let is_one = follow.is_some_and(|follow| follow.accepted);
        let counted = (self.counts(target.id).await.0, self.counts(follower.id).await.1);
        assert_eq!(counted, (i64::from(is_one), i64::from(is_one)));
        let home = self.service.timelines().home(follower.id, PAGE).await.unwrap();
        assert_eq!(home.items.iter().any(|view| view.account.id == target.id), is_one, "at home");
    }
}

/// Done, or there was nothing to do it to.
fn done(outcome: &Result<Relationship>) {
    assert!(matches!(outcome, Ok(_) | Err(ServiceError::NotFound(_))), "{outcome:?}");
}

#[tokio::test]
async fn following_and_unfollowing_cross() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    for author in [&amy, &ben] {
        w.service.statuses().publish(&w.cx(), author.id, draft("Good morning"), None).await.unwrap();
    }
    for _ in 0..TURNS {
        let (one, two, three, four) = tokio::join!(
            w.try_follow(&amy, &ben),
            w.try_unfollow(&amy, &ben),
            w.try_follow(&amy, &ben),
            w.try_unfollow(&amy, &ben),
        );
        for outcome in [one, two, three, four] {
            assert!(outcome.is_ok(), "{outcome:?}");
        }
        w.check_counted(&amy, &ben).await;
    }
    // both ways at once: nobody waits in a circle
    for _ in 0..TURNS {
        let (one, two, three, four) = tokio::join!(
            w.try_follow(&amy, &ben),
            w.try_follow(&ben, &amy),
            w.try_unfollow(&ben, &amy),
            w.try_unfollow(&amy, &ben),
        );
        for outcome in [one, two, three, four] {
            assert!(outcome.is_ok(), "{outcome:?}");
        }
        w.check_counted(&amy, &ben).await;
        w.check_counted(&ben, &amy).await;
    }
}

#[tokio::test]
async fn a_request_is_answered_while_it_is_withdrawn_or_rejected() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    w.service.statuses().publish(&w.cx(), ben.id, draft("Good morning"), None).await.unwrap();
    w.lock(&ben).await;
    for _ in 0..TURNS {
        assert!(w.follow(&amy, &ben).await.requested);
        let (a, b) = tokio::join!(w.try_answer(&ben, &amy, true), w.try_unfollow(&amy, &ben));
        done(&a);
        done(&b);
        w.check_counted(&amy, &ben).await;
        w.try_unfollow(&amy, &ben).await.unwrap();

        w.follow(&amy, &ben).await;
        let (a, b, c) = tokio::join!(
            w.try_answer(&ben, &amy, true),
            w.try_answer(&ben, &amy, false),
            w.try_answer(&ben, &amy, true),
        );
        for outcome in [a, b, c] {
            done(&outcome);
        }
        w.check_counted(&amy, &ben).await;
        w.try_unfollow(&amy, &ben).await.unwrap();
        assert_eq!((w.counts(ben.id).await.0, w.counts(amy.id).await.1), (0, 0));
    }
}

#[tokio::test]
async fn a_block_or_a_farewell_crosses_what_begins_a_follow() {
    let w = world().await;
    let (amy, zoe) = (w.local("amy").await, w.remote("zoe", "elm.test").await);
    for turn in 0..TURNS {
        let ben = w.local(&format!("ben{turn}")).await;
        w.lock(&ben).await;
        w.follow(&amy, &ben).await;
        let follows = w.service.follows();
        let cx = w.cx();
        let (a, b, c) = tokio::join!(
            w.try_answer(&ben, &amy, true),
            follows.block(&cx, ben.id, amy.id, Origin::Local),
            w.try_follow(&amy, &ben),
        );
        done(&a);
        assert!(b.is_ok(), "{b:?}");
        assert!(matches!(c, Ok(_) | Err(ServiceError::Forbidden(_))), "{c:?}");
        assert!(w.service.storage().read().follows().pair(amy.id, ben.id).await.unwrap().is_none(), "across a block");
        assert_eq!((w.counts(ben.id).await.0, w.counts(amy.id).await.1), (0, 0));

        // the answer of another server, and a change of mind here
        w.follow(&amy, &zoe).await;
        let named = FollowRef { uri: None, follower_uri: Some(amy.uri.clone()) };
        let (yes, undone) = tokio::join!(follows.answered(&cx, zoe.id, named, true), w.try_unfollow(&amy, &zoe));
        assert!(yes.is_ok() && undone.is_ok(), "{yes:?} {undone:?}");
        assert_eq!((w.counts(zoe.id).await.0, w.counts(amy.id).await.1), (0, 0));
    }
}
