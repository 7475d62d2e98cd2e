//! Limits on domains: what they cover, what they end, what comes back.

use staffroom_domain::domain_rule::{DomainBlock, Severity};
use staffroom_domain::ids::AccountId;
use staffroom_domain::notification::{NotificationFilter, NotificationKind, Severance, SeveranceKind};
use staffroom_domain::relationship::FollowOptions;
use staffroom_domain::{Account, PageRequest, Timestamp, Viewer};

use super::{NewBlock, Rules};
use crate::ServiceError;
use crate::auth::Authority;
use crate::testing::{World, world};

fn wanted(severity: Severity) -> NewBlock {
    NewBlock::new(severity)
}

fn rule(domain: &str, severity: Severity) -> DomainBlock {
    let (reject_media, reject_reports, obfuscate) = (false, false, false);
    DomainBlock {
        id: staffroom_domain::ids::DomainRuleId(1),
        domain: domain.to_owned(),
        severity,
        reject_media,
        reject_reports,
        comment: String::new(),
        public_comment: String::new(),
        obfuscate,
        since: Timestamp(1),
    }
}

#[test]
fn a_rule_covers_what_lies_below_and_the_longest_name_decides() {
    let rules = Rules::new(
        vec![rule("evil.example", Severity::Suspend), rule("fine.evil.example", Severity::Noop)],
        vec!["oak.example".to_owned(), "xn--bcher-kva.example".to_owned()],
    );
    for out in ["evil.example", "EVIL.example.", "a.b.evil.example:8443", "not-fine.evil.example"] {
        assert!(!rules.permits(out, false), "{out}");
    }
    for fine in ["fine.evil.example", "x.fine.evil.example", "notevil.example", "example", "evil.example.org"] {
        assert!(rules.permits(fine, false), "{fine}");
    }
    for friend in ["oak.example", "OAK.example:443", "bücher.example"] {
        assert!(rules.permits(friend, true), "{friend}");
    }
    for stranger in ["www.oak.example", "elm.example", "evil.example", "", "10.0.0.1", "oak.example.evil.example"] {
        assert!(!rules.permits(stranger, true), "{stranger}");
    }
}

#[tokio::test]
async fn what_is_no_domain_or_ours_is_refused() {
    let w = world().await;
    for bad in ["", "com", "oak.test", "OAK.test.", "10.0.0.1", "https://elm.test"] {
        let refused = w.service.domains().block(&w.cx(), &Authority::operator(), bad, wanted(Severity::Suspend)).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { .. })), "{bad}: {refused:?}");
    }
    assert!(matches!(
        w.service.domains().remove(&Authority::operator(), "elm.test").await,
        Err(ServiceError::NotFound(_))
    ));
}

async fn counts(w: &World, of: AccountId) -> (i64, i64) {
    let account = w.service.accounts().get(of).await.unwrap();
    (account.followers_count, account.following_count)
}

#[tokio::test]
async fn a_suspension_ends_follows_and_lifting_it_brings_the_accounts_back() {
    let w = world().await;
    let amy = w.local("amy").await;
    let (ben, cat) = (w.remote("ben", "social.elm.test").await, w.remote("cat", "yew.test").await);
    w.befriend(&amy, &ben).await;
    w.befriend(&ben, &amy).await;
    w.befriend(&cat, &amy).await;
    assert_eq!(counts(&w, amy.id).await, (2, 1));
    w.service.domains().block(&w.cx(), &Authority::operator(), "elm.test", wanted(Severity::Suspend)).await.unwrap();
    assert_eq!(counts(&w, amy.id).await, (1, 0));
    assert!(w.service.accounts().get(ben.id).await.unwrap().is_gone());
    assert!(!w.service.accounts().get(cat.id).await.unwrap().is_gone());
    let severed = w.service.domains().severances(5).await.unwrap();
    assert_eq!(severed.iter().map(|s| (s.name.as_str(), s.follows)).collect::<Vec<_>>(), [("elm.test", 2)]);
    assert!(!w.service.domains().permits("a.elm.test") && w.service.domains().permits("yew.test"));

    w.service.domains().remove(&Authority::operator(), "elm.test").await.unwrap();
    assert!(!w.service.accounts().get(ben.id).await.unwrap().is_gone());
    assert_eq!(counts(&w, amy.id).await, (1, 0));
    assert!(w.service.domains().permits("a.elm.test"));
}

#[tokio::test]
async fn who_loses_follows_by_a_suspension_is_told_how_many_and_nobody_else_whom() {
    let w = world().await;
    let (amy, abe, eve) = (w.local("amy").await, w.local("abe").await, w.local("eve").await);
    let (ben, cat, dan) =
        (w.remote("ben", "elm.test").await, w.remote("cat", "elm.test").await, w.remote("dan", "yew.test").await);
    for (follower, target) in [(&amy, &ben), (&amy, &cat), (&ben, &amy), (&cat, &abe), (&dan, &abe), (&eve, &dan)] {
        w.befriend(follower, target).await;
    }
    // asked for, never answered: nothing is lost
    let follows = w.service.follows();
    follows.follow(&w.cx(), eve.id, ben.id, FollowOptions::default(), crate::Origin::Local).await.unwrap();
    w.service.domains().block(&w.cx(), &Authority::operator(), "elm.test", wanted(Severity::Suspend)).await.unwrap();
    w.service.accounts().suspend(&w.cx(), dan.id).await.unwrap();

    let told = async |who: &Account| {
        let filter = NotificationFilter { kinds: vec![NotificationKind::SeveredRelationships], ..Default::default() };
        let page = w.service.notifications().list(who.id, filter, PageRequest::newest(20)).await.unwrap();
        page.items.into_iter().map(|told| told.severance.unwrap()).collect::<Vec<_>>()
    };
    let figures = |told: &[Severance]| {
        let figures = |s: &Severance| (s.kind, s.target_name.clone(), s.followers_count, s.following_count);
        told.iter().map(figures).collect::<Vec<_>>()
    };
    let (amys, abes) = (told(&amy).await, told(&abe).await);
    let (domain, account) = (SeveranceKind::DomainBlock, SeveranceKind::AccountSuspension);
    assert_eq!(figures(&amys), [(domain, "elm.test".to_owned(), 1, 2)]);
    assert_eq!(figures(&abes), [(account, "dan@yew.test".to_owned(), 1, 0), (domain, "elm.test".to_owned(), 1, 0)]);
    assert_eq!(figures(&told(&eve).await), []);
    assert_eq!((counts(&w, abe.id).await, counts(&w, eve.id).await), ((0, 0), (0, 1)), "eve may see dan again");
    assert_eq!(w.renderer.rendered.lock().unwrap().iter().filter(|name| *name == "FollowRejected").count(), 1);

    let notifications = w.service.notifications();
    let handles = |accounts: Vec<Account>| accounts.iter().map(Account::acct).collect::<Vec<_>>();
    let (followers, following) = notifications.lost(amy.id, amys[0].id).await.unwrap();
    assert_eq!((handles(followers), handles(following).len()), (vec!["ben@elm.test".to_owned()], 2));
    for (who, id) in [(&abe, amys[0].id), (&eve, amys[0].id), (&amy, abes[0].id)] {
        assert!(matches!(notifications.lost(who.id, id).await, Err(ServiceError::NotFound(_))));
    }
    // what is said again is not told again
    w.service.domains().block(&w.cx(), &Authority::operator(), "elm.test", wanted(Severity::Suspend)).await.unwrap();
    w.service.accounts().suspend(&w.cx(), dan.id).await.unwrap();
    assert_eq!((told(&amy).await.len(), told(&abe).await.len()), (1, 2));
}

#[tokio::test]
async fn a_list_says_how_many_follows_would_be_lost_and_ends_them_when_it_is_taken_over() {
    let w = world().await;
    let amy = w.local("amy").await;
    let (ben, cat) = (w.remote("ben", "social.elm.test").await, w.remote("cat", "yew.test").await);
    for (follower, target) in [(&amy, &ben), (&ben, &amy), (&cat, &amy)] {
        w.befriend(follower, target).await;
    }
    let (domains, operator) = (w.service.domains(), Authority::operator());
    let list = "elm.test,suspend\nyew.test,silence\noak.test,suspend\nsocial.elm.test,noop\n";
    let listed = domains.preview_list(&operator, list).await.unwrap();
    let follows: Vec<_> = listed.iter().map(|line| (line.domain.as_str(), line.fate.as_str(), line.follows)).collect();
    let wanted =
        [("elm.test", "new", 2), ("oak.test", "refused", 0), ("social.elm.test", "new", 0), ("yew.test", "new", 0)];
    assert_eq!(follows, wanted);
    assert_eq!(counts(&w, amy.id).await, (2, 1));
    assert_eq!(domains.take_over(&w.cx(), &operator, list).await.unwrap().changed, 3);
    assert_eq!(counts(&w, amy.id).await, (1, 0));
    // it only ever asks for more
    let again = domains.take_over(&w.cx(), &operator, "elm.test,noop\nyew.test,suspend\n").await.unwrap();
    assert_eq!((again.changed, again.listed[1].follows), (1, 1));
    assert!(!domains.permits("elm.test") && !domains.permits("yew.test"));
}

#[tokio::test]
async fn somebody_suspended_for_themselves_stays_so() {
    let w = world().await;
    let ben = w.remote("ben", "elm.test").await;
    w.service.accounts().suspend(&w.cx(), ben.id).await.unwrap();
    w.clock.advance(std::time::Duration::from_secs(60));
    w.service.domains().block(&w.cx(), &Authority::operator(), "elm.test", wanted(Severity::Suspend)).await.unwrap();
    w.service.domains().remove(&Authority::operator(), "elm.test").await.unwrap();
    assert!(w.service.accounts().get(ben.id).await.unwrap().is_gone());
}

#[tokio::test]
async fn the_silenced_are_heard_by_those_who_follow_them() {
    let w = world().await;
    let (amy, abe) = (w.local("amy").await, w.local("abe").await);
    let before = w.remote("ben", "elm.test").await;
    w.service.domains().block(&w.cx(), &Authority::operator(), "elm.test", wanted(Severity::Silence)).await.unwrap();
    let after = w.remote("bo", "elm.test").await;
    for author in [&before, &after] {
        w.befriend(&amy, author).await;
        for reader in [&amy, &abe] {
            let status = w.publish(reader, "Like me").await.status;
            let uri = crate::Origin::Remote(format!("{}/likes/{}", author.uri, status.id));
            w.service.statuses().favourite(&w.cx(), author.id, status.id, uri).await.unwrap();
        }
    }
    let told = async |who: &Account| {
        let filter = NotificationFilter::default();
        w.service.notifications().list(who.id, filter, PageRequest::newest(20)).await.unwrap().items.len()
    };
    assert_eq!((told(&amy).await, told(&abe).await), (2, 0));
    let filter = crate::timelines::PublicFilter::default();
    let public = w.service.timelines().public(Viewer::Account(abe.id), filter, PageRequest::newest(20)).await.unwrap();
    assert!(public.items.iter().all(|view| view.account.is_local()));
}
