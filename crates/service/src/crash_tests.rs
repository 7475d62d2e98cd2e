//! What a crash leaves behind: each use case is dropped at every point where it waits for the database, one after the
//! other, and must have happened wholly or not at all; done again it ends as if nothing had been.

use std::pin::Pin;
use std::task::Poll;

use staffroom_domain::account::Account;
use staffroom_domain::ids::StatusId;
use staffroom_domain::relationship::FollowOptions;

use crate::Origin;
use crate::inbox::NewInboxItem;
use crate::testing::{World, draft, world};

/// Most points a use case has; a guard against counting for ever.
const MOST: usize = 2_000;

/// Polls `work` until it has waited `points` times, then drops it; whether it got to its end.
async fn until_point<T>(mut work: Pin<Box<dyn Future<Output = T> + '_>>, points: usize) -> bool {
    let mut waited = 0;
    std::future::poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending if waited == points => Poll::Ready(false),
        Poll::Pending => {
            waited += 1;
            Poll::Pending
        }
    })
    .await
}

/// What `read` finds, twice in a row: a commit that was under way may end a moment after its use case was dropped.
async fn settled<T: PartialEq>(read: impl AsyncFn() -> T) -> T {
    let mut before = read().await;
    loop {
        let now = read().await;
        if now == before {
            return now;
        }
        before = now;
    }
}

async fn waiting(world: &World) -> i64 {
    world.service.deliveries().pending().await.unwrap()
}

/// The statuses of an account as its own page counts them, and what waits for others.
async fn seen(world: &World, account: &Account) -> (i64, i64) {
    // behind the commit that may be under way, where there is one writer only
    world.service.storage().begin().await.unwrap().commit().await.unwrap();
    settled(async || {
        let account = world.service.accounts().get(account.id).await.unwrap();
        (account.statuses_count, waiting(world).await)
    })
    .await
}

async fn followed(world: &World) -> (Account, Account) {
    let (amy, fan) = (world.local("amy").await, world.remote("fan", "elm.test").await);
    world.befriend(&fan, &amy).await;
    world.sent().await;
    (amy, fan)
}

#[tokio::test]
async fn rel_05_a_status_is_published_with_its_deliveries_or_not_at_all() {
    let world = world().await;
    let (amy, _) = followed(&world).await;
    let mut published = 0;
    for point in 0..MOST {
        let cx = world.cx();
        let text = format!("Number {point}");
        let is_done =
            until_point(Box::pin(world.service.statuses().publish(&cx, amy.id, draft(&text), None)), point).await;
        let (count, waiting) = seen(&world, &amy).await;
        assert_eq!(count, waiting, "at point {point}: every status has its delivery");
        // one that was being committed at the last point may have come late
        assert!((published..=published + 2).contains(&count), "at point {point}: {published}, then {count}");
        published = count;
        if is_done {
            assert!(point > 3, "only {point} points");
            assert!(world.sent().await.iter().all(|sent| sent.event == "StatusPublished"));
            return;
        }
    }
    panic!("publishing never ends");
}

#[tokio::test]
async fn rel_05_a_status_is_deleted_and_others_told_or_neither() {
    let world = world().await;
    let (amy, _) = followed(&world).await;
    let id: StatusId = world.publish(&amy, "one").await.status.id;
    world.sent().await;
    for point in 0..MOST {
        let cx = world.cx();
        let is_done = until_point(Box::pin(world.service.statuses().delete(&cx, amy.id, id, false)), point).await;
        let left = seen(&world, &amy).await;
        let is_there = world.seen(&amy, id).await.is_some();
        assert_eq!(left, if is_there { (1, 0) } else { (0, 1) }, "at point {point}");
        if is_done || !is_there {
            assert!(!is_there && point > 3, "{point}");
            assert_eq!(world.sent().await[0].event, "StatusDeleted");
            return;
        }
    }
    panic!("deleting never ends");
}

#[tokio::test]
async fn rel_05_a_follow_is_asked_for_or_there_is_none() {
    let world = world().await;
    let (amy, bo) = (world.local("amy").await, world.remote("bo", "elm.test").await);
    for point in 0..MOST {
        let cx = world.cx();
        let (follows, options) = (world.service.follows(), FollowOptions::default());
        let is_done = until_point(Box::pin(follows.follow(&cx, amy.id, bo.id, options, Origin::Local)), point).await;
        let (requested, waits) = settled(async || {
            let relationships = world.service.accounts().relationships(amy.id, &[bo.id]).await.unwrap();
            (relationships[0].requested, waiting(&world).await)
        })
        .await;
        assert_eq!(i64::from(requested), waits, "at point {point}");
        if is_done {
            // what was dropped while it was committed counts, and then little is left to do
            assert!(requested, "at point {point}");
            return;
        }
    }
    panic!("following never ends");
}

#[tokio::test]
async fn rel_05_a_received_activity_is_kept_or_may_come_again() {
    let world = world().await;
    let item = NewInboxItem {
        uri: "https://elm.test/activities/1".to_owned(),
        host: "elm.test".to_owned(),
        actor_uri: "https://elm.test/users/bo".to_owned(),
        order_key: 1,
        body: b"{}".to_vec(),
        signed_at: staffroom_domain::Timestamp::default(),
        ends_follow: None,
    };
    for point in 0..MOST {
        let is_done = until_point(Box::pin(world.service.inbox().accept(&world.cx(), item.clone())), point).await;
        let inbox = world.service.inbox();
        let (is_seen, waits) =
            settled(async || (inbox.seen(&item.uri, item.signed_at).await.unwrap(), inbox.pending().await.unwrap()))
                .await;
        assert_eq!(waits, i64::from(is_seen), "at point {point}");
        if is_done {
            // on a busy machine the answer of a database elsewhere can be there before it is waited for
            assert!(is_seen, "at point {point}");
            return;
        }
    }
    panic!("accepting never ends");
}

#[tokio::test]
async fn rel_46_a_deletion_of_an_account_that_was_interrupted_is_finished_by_itself() {
    let world = world().await;
    let (amy, _) = followed(&world).await;
    for n in 0..3 {
        world.publish(&amy, &format!("Number {n}")).await;
    }
    world.sent().await;
    for point in 0..MOST {
        let cx = world.cx();
        let is_done = until_point(Box::pin(world.service.accounts().delete(&cx, amy.id)), point).await;
        let (has_left, waits) = settled(async || {
            let account = world.service.accounts().get(amy.id).await.unwrap();
            (account.deleted_at.is_some(), waiting(&world).await)
        })
        .await;
        assert_eq!(waits, i64::from(has_left), "at point {point}: gone here and told elsewhere, or neither");
        if has_left && !is_done {
            // Nobody asks again: the sweep goes on where it stopped.
            world.wait(11 * 60);
            world.service.jobs().sweep(&world.cx()).await.unwrap();
        }
        if has_left {
            let left = world.service.storage().read().statuses();
            let since = world.cx().now().minus(std::time::Duration::from_secs(86_400));
            assert!(left.authors_to_erase(since, world.cx().now()).await.unwrap().is_empty());
            assert!(point > 3, "{point}");
            assert_eq!(world.sent().await[0].event, "AccountDeleted");
            return;
        }
    }
    panic!("deleting never ends");
}
