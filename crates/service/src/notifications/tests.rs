//! Groups of notifications, and what is kept apart.

use std::time::Duration;

use staffroom_domain::ids::NotificationRequestId;
use staffroom_domain::notification::{NotificationFilter, NotificationKind};
use staffroom_domain::notification_group::{GROUPABLE, GroupKey, GroupedNotifications};
use staffroom_domain::notification_policy::Handling;
use staffroom_domain::status::Draft;
use staffroom_domain::{Account, Page, PageRequest, Status, Visibility};

use super::PolicyChange;
use crate::testing::{World, draft, world};
use crate::{Origin, ServiceError};

async fn groups(w: &World, of: &Account, page: PageRequest) -> Page<GroupedNotifications> {
    let filter = NotificationFilter::default();
    w.service.notifications().groups(of.id, &filter, &GROUPABLE, page).await.unwrap()
}

async fn told(w: &World, of: &Account, with_filtered: bool) -> Vec<NotificationKind> {
    let filter = NotificationFilter { with_filtered, ..NotificationFilter::default() };
    let page = w.service.notifications().list(of.id, filter, PageRequest::newest(40)).await.unwrap();
    page.items.into_iter().map(|n| n.kind).collect()
}

async fn favourite(w: &World, by: &Account, status: &Status) {
    w.service.statuses().favourite(&w.cx(), by.id, status.id, Origin::Local).await.unwrap();
}

async fn direct(w: &World, by: &Account, text: &str) {
    w.publish_draft(by, Draft { visibility: Some(Visibility::Direct), ..draft(text) }).await;
}

/// Kind, members, accounts shown.
fn lines(page: &Page<GroupedNotifications>) -> Vec<(&'static str, i64, usize)> {
    let groups = page.items.iter().flat_map(|page| &page.groups);
    groups.map(|group| (group.view.kind.as_str(), group.count, group.samples.len())).collect()
}

#[tokio::test]
async fn favourites_of_one_status_are_one_line_whoever_comes_later() {
    let w = world().await;
    let amy = w.local("amy").await;
    let (first, second) = (w.publish(&amy, "one").await.status, w.publish(&amy, "two").await.status);
    let mut fans = Vec::new();
    for n in 0..10 {
        fans.push(w.local(&format!("fan{n}")).await);
    }
    for fan in &fans {
        favourite(&w, fan, &first).await;
    }
    favourite(&w, &fans[0], &second).await;
    w.publish(&fans[1], "@amy hello").await;
    let page = groups(&w, &amy, PageRequest::newest(10)).await;
    assert_eq!(lines(&page), [("mention", 1, 1), ("favourite", 1, 1), ("favourite", 10, 8)]);
    assert_eq!(page.items[0].accounts.len(), 10);
    let key = page.items[0].groups[2].key;

    // two a page, from the newest to the end, and nothing twice
    let one = groups(&w, &amy, PageRequest::newest(2)).await;
    assert_eq!(lines(&one).len(), 2);
    let two = groups(&w, &amy, PageRequest { max_id: one.next, ..PageRequest::newest(2) }).await;
    assert_eq!((lines(&two), two.next), (vec![("favourite", 10, 8)], None));
    let back = groups(&w, &amy, PageRequest { min_id: two.prev, ..PageRequest::newest(2) }).await;
    assert_eq!(lines(&back), lines(&one));

    let late = w.local("late").await;
    favourite(&w, &late, &first).await;
    let page = groups(&w, &amy, PageRequest::newest(1)).await;
    assert_eq!((page.items[0].groups[0].key, page.items[0].groups[0].count), (key, 11), "the key stays");
    let notifications = w.service.notifications();
    let accounts = notifications.group_accounts(amy.id, key, PageRequest::newest(4)).await.unwrap();
    assert_eq!(accounts.items[0].username, "late");
    assert!(accounts.next.is_some());
    assert_eq!(notifications.unread(amy.id, &NotificationFilter::default(), &GROUPABLE, 100).await.unwrap(), 3);
    assert_eq!(notifications.unread(amy.id, &NotificationFilter::default(), &[], 100).await.unwrap(), 13);
    assert_eq!(notifications.unread(amy.id, &NotificationFilter::default(), &[], 5).await.unwrap(), 5);

    // somebody else finds nothing there
    for wrong in [key, GroupKey::Group(NotificationKind::Follow, None, 1)] {
        let found = notifications.group(fans[0].id, wrong).await;
        assert!(matches!(found, Err(ServiceError::NotFound(_))), "{found:?}");
        notifications.dismiss_group(fans[0].id, wrong).await.unwrap();
    }
    assert_eq!(notifications.group(amy.id, key).await.unwrap().groups[0].count, 11);
    notifications.dismiss_group(amy.id, key).await.unwrap();
    assert_eq!(lines(&groups(&w, &amy, PageRequest::newest(10)).await).len(), 2);

    // the next day is another group
    w.clock.advance(Duration::from_hours(24));
    w.service.statuses().unfavourite(&w.cx(), late.id, first.id, Origin::Local).await.unwrap();
    favourite(&w, &late, &first).await;
    let page = groups(&w, &amy, PageRequest::newest(10)).await;
    assert_ne!(page.items[0].groups[0].key, key);
}

#[tokio::test]
async fn who_is_gone_is_not_shown_in_a_group() {
    let w = world().await;
    let (amy, ben, cat) = (w.local("amy").await, w.local("ben").await, w.local("cat").await);
    let status = w.publish(&amy, "one").await.status;
    for fan in [&ben, &cat] {
        favourite(&w, fan, &status).await;
    }
    w.service.accounts().suspend(&w.cx(), cat.id).await.unwrap();
    let page = groups(&w, &amy, PageRequest::newest(10)).await;
    assert_eq!(page.items[0].accounts.iter().map(|a| a.username.as_str()).collect::<Vec<_>>(), ["ben"]);
    w.service.accounts().suspend(&w.cx(), ben.id).await.unwrap();
    assert!(lines(&groups(&w, &amy, PageRequest::newest(10)).await).is_empty());
}

#[tokio::test]
async fn private_words_of_strangers_wait_until_they_are_asked_for() {
    let w = world().await;
    let (amy, ben, cat, dan) = (w.local("amy").await, w.local("ben").await, w.local("cat").await, w.local("dan").await);
    direct(&w, &ben, "@amy may I?").await;
    assert_eq!(told(&w, &amy, false).await, [NotificationKind::Mention], "they come through unless one says otherwise");
    w.service.notifications().clear(&w.cx(), amy.id).await.unwrap();
    let change = PolicyChange { for_private_mentions: Some(Handling::Filter), ..PolicyChange::default() };
    w.service.notifications().change_policy(amy.id, change).await.unwrap();
    w.befriend(&amy, &dan).await;
    direct(&w, &ben, "@amy psst").await;
    direct(&w, &cat, "@amy buy this").await;
    direct(&w, &dan, "@amy hello").await;
    w.publish(&ben, "@amy in public").await;
    let mentions = |n| vec![NotificationKind::Mention; n];
    let about = |w: &World| {
        let service = w.service.clone();
        let amy = amy.id;
        async move { service.notifications().requests(amy, PageRequest::newest(10)).await.unwrap() }
    };
    assert_eq!(told(&w, &amy, false).await, mentions(2), "friends and what everybody may read");
    assert_eq!(told(&w, &amy, true).await, mentions(4));
    let found = about(&w).await;
    let names: Vec<&str> = found.items.iter().map(|r| r.account.username.as_str()).collect();
    assert_eq!(names, ["cat", "ben"]);
    assert_eq!(found.items[1].last_status.as_ref().unwrap().status.text, "@amy psst");
    let one = groups(&w, &amy, PageRequest::newest(10)).await;
    assert_eq!(lines(&one).len(), 2);
    let notifications = w.service.notifications();
    let summary = notifications.policy(amy.id).await.unwrap();
    assert_eq!((summary.pending_requests, summary.pending_notifications), (2, 2));

    let (cats, bens) = (found.items[0].request.id, found.items[1].request.id);
    for id in [cats, NotificationRequestId(1)] {
        let refused = notifications.request(ben.id, id).await;
        assert!(matches!(refused, Err(ServiceError::NotFound(_))), "not one's own: {refused:?}");
        notifications.accept(&w.cx(), ben.id, &[id]).await.unwrap();
        notifications.dismiss_requests(ben.id, &[id]).await.unwrap();
    }
    assert_eq!(about(&w).await.items.len(), 2, "what is somebody else's is left alone");
    assert!(notifications.accept(&w.cx(), amy.id, &[cats; 201]).await.is_err());
    notifications.accept(&w.cx(), amy.id, &[bens, NotificationRequestId(1)]).await.unwrap();
    notifications.dismiss_requests(amy.id, &[cats]).await.unwrap();
    assert!(about(&w).await.items.is_empty());
    assert_eq!(told(&w, &amy, true).await, mentions(3));
    direct(&w, &ben, "@amy again").await;
    direct(&w, &cat, "@amy again").await;
    assert_eq!(told(&w, &amy, false).await, mentions(4), "ben is let through, cat is not");
    assert_eq!(about(&w).await.items.len(), 1);
}

#[tokio::test]
async fn what_is_not_wanted_is_not_kept() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let notifications = w.service.notifications();
    let change = PolicyChange { for_not_following: Some(Handling::Drop), ..PolicyChange::default() };
    let summary = notifications.change_policy(amy.id, change).await.unwrap();
    assert_eq!(summary.policy.for_limited_accounts, Handling::Filter, "what is not named stays");
    w.publish(&ben, "@amy hello").await;
    assert!(told(&w, &amy, true).await.is_empty());
    w.befriend(&amy, &ben).await;
    w.publish(&ben, "@amy hello again").await;
    assert_eq!(told(&w, &amy, false).await, [NotificationKind::Mention]);
}
