//! Finding people and subjects in a small network, and what must not be found.

use staffroom_domain::account::{Account, ProfileUpdate};
use staffroom_domain::organisation::Right;
use staffroom_domain::relationship::FollowOptions;
use staffroom_domain::trend::TrendKind;
use staffroom_domain::{Viewer, Visibility};

use super::{DirectoryQuery, Order};
use crate::auth::Authority;
use crate::testing::{World, draft, incoming, world};
use crate::{Origin, ServiceError};

impl World {
    /// A local account that wants to be found.
    async fn findable(&self, username: &str) -> Account {
        let account = self.local(username).await;
        let change = ProfileUpdate { discoverable: Some(true), ..ProfileUpdate::default() };
        self.service.accounts().update_profile(&self.cx(), account.id, change).await.unwrap()
    }

    async fn follows(&self, who: &Account, whom: &Account) {
        let follows = self.service.follows();
        follows.follow(&self.cx(), who.id, whom.id, FollowOptions::default(), Origin::Local).await.unwrap();
    }

    async fn listed(&self, viewer: Viewer, order: Order, local: bool) -> Vec<String> {
        let query = DirectoryQuery { order, local, limit: 10, offset: 0 };
        let found = self.service.discovery().directory(viewer, query).await.unwrap();
        found.into_iter().map(|account| account.username).collect()
    }

    async fn suggested(&self, account: &Account) -> Vec<(bool, String)> {
        let found = self.service.discovery().suggestions(account.id, 10).await.unwrap();
        found.into_iter().map(|s| (s.by_friends, s.account.username)).collect()
    }

    async fn talked_about(&self, viewer: Viewer) -> (Vec<String>, Vec<String>, Vec<String>) {
        self.service.discovery().refresh_trends(&self.cx()).await.unwrap();
        let discovery = self.service.discovery();
        let tags = discovery.trending_tags(viewer, 20, 0).await.unwrap();
        let statuses = discovery.trending_statuses(viewer, 20, 0).await.unwrap();
        let links = discovery.trending_links(viewer, 20, 0).await.unwrap();
        (
            tags.into_iter().map(|view| view.tag.display().to_owned()).collect(),
            statuses.into_iter().map(|view| view.status.text).collect(),
            links.into_iter().map(|link| link.card.url).collect(),
        )
    }
}

#[tokio::test]
async fn the_directory_lists_who_wants_to_be_found_and_nobody_else() {
    let w = world().await;
    let (amy, ben, cat) = (w.findable("amy").await, w.findable("ben").await, w.findable("cat").await);
    let dan = w.local("dan").await;
    let nobody = Viewer::Anonymous;
    assert_eq!(w.listed(nobody, Order::New, true).await, ["cat", "ben", "amy"]);
    assert!(w.listed(nobody, Order::Active, false).await.is_empty(), "nobody wrote anything");
    w.publish(&ben, "first").await;
    w.publish(&amy, "second").await;
    w.publish(&dan, "third").await;
    assert_eq!(w.listed(nobody, Order::Active, false).await, ["amy", "ben"]);
    w.service.follows().block(&w.cx(), amy.id, dan.id, Origin::Local).await.unwrap();
    w.service.follows().mute(&w.cx(), dan.id, ben.id, true, 0).await.unwrap();
    assert_eq!(w.listed(Viewer::Account(dan.id), Order::New, true).await, ["cat"]);
    w.service.accounts().suspend(&w.cx(), cat.id).await.unwrap();
    assert_eq!(w.listed(nobody, Order::New, true).await, ["ben", "amy"]);
}

#[tokio::test]
async fn friends_of_friends_come_first_and_nobody_comes_twice() {
    let w = world().await;
    let me = w.findable("me").await;
    let (amy, ben) = (w.findable("amy").await, w.findable("ben").await);
    let (cat, dan, eve) = (w.findable("cat").await, w.findable("dan").await, w.local("eve").await);
    w.follows(&me, &amy).await;
    w.follows(&me, &ben).await;
    for friend in [&amy, &ben] {
        w.follows(friend, &cat).await;
        w.follows(friend, &eve).await;
        w.follows(friend, &me).await;
    }
    w.follows(&amy, &ben).await;
    let expected = |pairs: &[(bool, &str)]| pairs.iter().map(|(f, n)| (*f, (*n).to_owned())).collect::<Vec<_>>();
    assert_eq!(w.suggested(&me).await, expected(&[(true, "cat"), (false, "dan")]));
    w.service.discovery().dismiss_suggestion(me.id, cat.id).await.unwrap();
    w.service.discovery().dismiss_suggestion(me.id, cat.id).await.unwrap();
    assert_eq!(w.suggested(&me).await, expected(&[(false, "dan")]));
    assert!(w.suggested(&dan).await.contains(&(false, "cat".to_owned())), "others still hear of cat");
    w.service.follows().block(&w.cx(), dan.id, me.id, Origin::Local).await.unwrap();
    assert!(w.suggested(&me).await.is_empty());
    let unknown = w.service.discovery().dismiss_suggestion(me.id, 1.into()).await;
    assert!(matches!(unknown, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn two_people_are_enough_to_talk_about_something() {
    let w = world().await;
    let (amy, ben, cat) = (w.findable("amy").await, w.findable("ben").await, w.local("cat").await);
    w.publish(&amy, "see https://news.example/a?b=1&c=2 #Marking").await;
    let liked = w.publish(&ben, "read https://news.example/a?b=1&c=2 #marking").await;
    w.publish(&amy, "alone with #this https://news.example/alone").await;
    w.publish(&amy, "again #this").await;
    let nobody = Viewer::Anonymous;
    let (tags, statuses, links) = w.talked_about(nobody).await;
    assert_eq!(tags, ["Marking"]);
    assert!(statuses.is_empty());
    assert_eq!(links, ["https://news.example/a?b=1&c=2"]);
    for person in [&amy, &cat] {
        w.service.statuses().favourite(&w.cx(), person.id, liked.status.id, Origin::Local).await.unwrap();
    }
    let view = &w.service.discovery().trending_tags(Viewer::Account(cat.id), 20, 0).await.unwrap()[0];
    assert_eq!((view.history.len(), view.history[0].1, view.history[0].2), (7, 2, 2));
    assert_eq!(w.talked_about(nobody).await.1, std::slice::from_ref(&liked.status.text));
    w.service.follows().mute(&w.cx(), cat.id, ben.id, true, 0).await.unwrap();
    assert!(w.talked_about(Viewer::Account(cat.id)).await.1.is_empty(), "not for who mutes the author");
    w.service.statuses().delete(&w.cx(), ben.id, liked.status.id, true).await.unwrap();
    assert!(w.service.discovery().trending_statuses(nobody, 20, 0).await.unwrap().is_empty(), "gone at once");
    w.wait(8 * 24 * 3600);
    let (tags, statuses, links) = w.talked_about(nobody).await;
    assert!(tags.is_empty() && statuses.is_empty() && links.is_empty(), "what is over is over");
}

#[tokio::test]
async fn what_is_not_public_or_not_to_be_found_never_trends() {
    let w = world().await;
    let (amy, ben) = (w.findable("amy").await, w.findable("ben").await);
    let (shy, cat) = (w.local("shy").await, w.local("cat").await);
    let zoe = w.remote("zoe", "elm.test").await;
    let mut written = Vec::new();
    for author in [&amy, &ben] {
        for visibility in [Visibility::Unlisted, Visibility::Private, Visibility::Direct] {
            let mut draft = draft("hush #secret https://secret.example/");
            draft.visibility = Some(visibility);
            written.push(w.publish_draft(author, draft).await);
        }
    }
    written.push(w.publish(&shy, "leave me https://shy.example/").await);
    w.publish(&cat, "and me https://shy.example/").await;
    let fetched = crate::statuses::Arrival::Fetched;
    w.service.statuses().ingest(&w.cx(), incoming(&zoe, "1", "about #loud"), fetched).await.unwrap();
    w.publish(&amy, "about #loud").await;
    for view in written.iter().filter(|view| view.status.visibility.is_open()) {
        for person in [&cat, &ben, &amy] {
            w.service.statuses().favourite(&w.cx(), person.id, view.status.id, Origin::Local).await.unwrap();
        }
    }
    let (tags, statuses, links) = w.talked_about(Viewer::Anonymous).await;
    assert_eq!((tags, statuses, links), (vec!["loud".to_owned()], vec![], vec![]));
    w.service.accounts().suspend(&w.cx(), zoe.id).await.unwrap();
    assert!(w.talked_about(Viewer::Anonymous).await.0.is_empty(), "who is suspended does not count");
}

#[tokio::test]
async fn what_a_moderator_rejects_trends_for_moderators_alone() {
    let w = world().await;
    let (amy, ben, zoe) = (w.findable("amy").await, w.findable("ben").await, w.findable("zoe").await);
    let liked = w.publish(&amy, "one #phonics https://news.example/a").await;
    w.publish(&ben, "two #phonics https://news.example/a").await;
    for person in [&ben, &zoe] {
        w.service.statuses().favourite(&w.cx(), person.id, liked.status.id, Origin::Local).await.unwrap();
    }
    let (tags, statuses, links) = w.talked_about(Viewer::Anonymous).await;
    assert_eq!((tags.len(), statuses.len(), links.len()), (1, 1, 1));
    let (discovery, viewer) = (w.service.discovery(), Viewer::Account(zoe.id));
    let decided = async || {
        let tag = discovery.decided_tags(viewer, 10, 0).await.unwrap().remove(0);
        let status = discovery.decided_statuses(10, 0).await.unwrap().remove(0);
        let link = discovery.decided_links(10, 0).await.unwrap().remove(0);
        [
            (TrendKind::Tags, tag.id, tag.allowed),
            (TrendKind::Statuses, status.id, status.allowed),
            (TrendKind::Links, link.id, link.allowed),
        ]
    };
    let member = w.authority(zoe.id, Right::Moderate).await;
    for (kind, id, allowed) in decided().await {
        assert_eq!(allowed, None);
        let refused = discovery.decide(&w.cx(), &member, kind, id, false).await;
        assert!(matches!(refused, Err(ServiceError::Forbidden(_))), "{kind:?}: {refused:?}");
        discovery.decide(&w.cx(), &Authority::operator(), kind, id, false).await.unwrap();
        let unknown = discovery.decide(&w.cx(), &Authority::operator(), kind, 1, false).await;
        assert!(matches!(unknown, Err(ServiceError::NotFound(_))), "{kind:?}");
    }
    // also when trends are looked for again
    let (tags, statuses, links) = w.talked_about(Viewer::Anonymous).await;
    assert!(tags.is_empty() && statuses.is_empty() && links.is_empty());
    for (kind, id, allowed) in decided().await {
        assert_eq!(allowed, Some(false));
        discovery.decide(&w.cx(), &Authority::operator(), kind, id, true).await.unwrap();
    }
    assert!(decided().await.iter().all(|(.., allowed)| *allowed == Some(true)));
    let (tags, statuses, links) = w.talked_about(Viewer::Anonymous).await;
    assert_eq!((tags.len(), statuses.len(), links.len()), (1, 1, 1));
}

#[tokio::test]
async fn moderators_decide_about_whom_they_mute_and_who_blocks_them_too() {
    let w = world().await;
    let (amy, ben, zoe) = (w.findable("amy").await, w.findable("ben").await, w.findable("zoe").await);
    let (one, two) = (w.publish(&amy, "one").await.status, w.publish(&ben, "two").await.status);
    let others = [w.local("cat").await, w.local("dan").await];
    for person in &others {
        for status in [&one, &two] {
            w.service.statuses().favourite(&w.cx(), person.id, status.id, Origin::Local).await.unwrap();
        }
    }
    w.service.follows().mute(&w.cx(), zoe.id, amy.id, true, 0).await.unwrap();
    w.service.follows().block(&w.cx(), ben.id, zoe.id, Origin::Local).await.unwrap();
    assert!(w.talked_about(Viewer::Account(zoe.id)).await.1.is_empty(), "nothing for zoe in person");
    let discovery = w.service.discovery();
    let decided = async || {
        let mut found = discovery.decided_statuses(10, 0).await.unwrap();
        found.sort_by_key(|one| one.id);
        found.into_iter().map(|one| (one.trend.status.text, one.allowed)).collect::<Vec<_>>()
    };
    assert_eq!(decided().await, [("one".to_owned(), None), ("two".to_owned(), None)]);
    for status in [&one, &two] {
        discovery.decide(&w.cx(), &Authority::operator(), TrendKind::Statuses, status.id.0, false).await.unwrap();
    }
    assert_eq!(decided().await, [("one".to_owned(), Some(false)), ("two".to_owned(), Some(false))]);
    assert!(w.talked_about(Viewer::Anonymous).await.1.is_empty());
    // what is not shown any more is not decided about, and nothing is kept of the attempt
    w.service.statuses().delete(&w.cx(), ben.id, two.id, false).await.unwrap();
    let gone = discovery.decide(&w.cx(), &Authority::operator(), TrendKind::Statuses, two.id.0, true).await;
    assert!(matches!(gone, Err(ServiceError::NotFound(_))), "{gone:?}");
    let kept = w.service.storage().read().trends().decisions(TrendKind::Statuses).await.unwrap();
    assert!(kept.iter().all(|(_, allowed)| !allowed), "{kept:?}");
}
