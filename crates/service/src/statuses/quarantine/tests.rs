//! What comes from elsewhere and waits: seen by nobody, let in as if it came now, or not at all.

use std::time::Duration;

use staffroom_domain::account::UserRole;
use staffroom_domain::ids::{LogEntryId, QuarantineId, StatusId};
use staffroom_domain::moderation_log::LogFilter;
use staffroom_domain::notification::NotificationFilter;
use staffroom_domain::organisation::Right;
use staffroom_domain::quarantine::{QuarantineState, QuarantinedView};
use staffroom_domain::status::IncomingStatus;
use staffroom_domain::{Account, PageRequest};

use crate::auth::Authority;
use crate::statuses::Arrival;
use crate::testing::{World, incoming, world};
use crate::{Result, ServiceError};

const ESSAYS: &str = "We write your essay for you";
const DAY: u64 = 24 * 60 * 60;

/// A world, somebody here, and whom they follow elsewhere.
async fn ground() -> (World, Account, Account) {
    let w = world().await;
    let (amy, cat) = (w.local("amy").await, w.remote("cat", "elm.example").await);
    w.befriend(&amy, &cat).await;
    (w, amy, cat)
}

async fn staff(w: &World, name: &str) -> Authority {
    let account = w.local(name).await;
    w.service.accounts().set_role(account.id, UserRole::Moderator).await.unwrap();
    w.authority(account.id, Right::Moderate).await
}

async fn comes(w: &World, status: IncomingStatus, arrival: Arrival) -> Option<StatusId> {
    w.wait(1);
    w.service.statuses().ingest(&w.cx(), status, arrival).await.unwrap()
}

async fn listed(w: &World, state: QuarantineState) -> Vec<QuarantinedView> {
    let quarantine = w.service.moderation().quarantine();
    quarantine.list(&Authority::operator(), state, PageRequest::newest(20)).await.unwrap().items
}

async fn waiting(w: &World) -> QuarantineId {
    listed(w, QuarantineState::Waiting).await.first().unwrap().quarantined.id
}

async fn release(w: &World, who: &Authority, id: QuarantineId) -> Result<QuarantinedView> {
    w.service.moderation().quarantine().release(&w.cx(), who, id, "looked at").await
}

async fn home(w: &World, account: &Account) -> Vec<String> {
    let page = w.service.timelines().home(account.id, PageRequest::newest(20)).await.unwrap();
    page.items.into_iter().map(|view| view.status.content).collect()
}

async fn told(w: &World, account: &Account) -> usize {
    let (filter, page) = (NotificationFilter::default(), PageRequest::newest(20));
    w.service.notifications().list(account.id, filter, page).await.unwrap().items.len()
}

fn edited(status: IncomingStatus, w: &World) -> IncomingStatus {
    w.wait(1);
    IncomingStatus { updated: Some(w.cx().now()), ..status }
}

#[tokio::test]
async fn what_rules_hold_is_seen_by_nobody_and_comes_in_as_if_it_came_now() {
    let (w, amy, cat) = ground().await;
    let (mo, max) = (staff(&w, "mo").await, staff(&w, "max").await);
    let to_amy = |name: &str, words: &str| IncomingStatus {
        mention_uris: vec![amy.uri.clone()],
        published: Some(w.cx().now()),
        ..incoming(&cat, name, words)
    };
    let risky = to_amy("1", ESSAYS);
    assert_eq!(comes(&w, risky.clone(), Arrival::Delivered).await, None);
    assert_eq!(comes(&w, risky.clone(), Arrival::Fetched).await, None);
    assert!(comes(&w, to_amy("2", "How do you plan an essay?"), Arrival::Delivered).await.is_some());
    assert!(w.service.statuses().by_uri(&risky.uri).await.unwrap().is_none());
    assert_eq!((home(&w, &amy).await.len(), told(&w, &amy).await), (1, 1));

    let found = listed(&w, QuarantineState::Waiting).await;
    let one = found.first().unwrap();
    assert_eq!((found.len(), one.account.id, one.findings.len()), (1, cat.id, 1));
    assert!(one.incoming.content.contains(ESSAYS) && one.reason.contains("written work"), "{one:?}");
    assert_eq!(one.addressed.iter().map(|account| account.id).collect::<Vec<_>>(), [amy.id]);
    let amys = w.authority(amy.id, Right::Moderate).await;
    let refused = release(&w, &amys, one.quarantined.id).await.unwrap_err();
    assert!(matches!(refused, ServiceError::Forbidden(_)), "{refused}");

    w.wait(3 * DAY);
    let let_in = release(&w, &mo, one.quarantined.id).await.unwrap();
    assert_eq!(let_in.quarantined.state, QuarantineState::Released);
    let shown = home(&w, &amy).await;
    assert!(shown.first().unwrap().contains(ESSAYS), "{shown:?}");
    assert_eq!((shown.len(), told(&w, &amy).await), (2, 2));
    for again in [
        release(&w, &max, one.quarantined.id).await,
        w.service.moderation().quarantine().reject(&w.cx(), &max, one.quarantined.id, "no").await,
    ] {
        let ServiceError::Conflict(why) = again.unwrap_err() else { panic!("not told") };
        assert_eq!(why, "already decided by @mo: released");
    }
    assert_eq!(comes(&w, risky, Arrival::Fetched).await, let_in.quarantined.released_as);
    assert!(listed(&w, QuarantineState::Waiting).await.is_empty());
    let sorts = w.service.moderation_log().following(LogEntryId(0), &LogFilter::default(), 10).await.unwrap();
    assert_eq!(sorts.last().unwrap().kind, "quarantine.release");
}

#[tokio::test]
async fn what_is_refused_stays_out_until_it_says_something_else() {
    let (w, amy, cat) = ground().await;
    let mo = staff(&w, "mo").await;
    let risky = incoming(&cat, "1", ESSAYS);
    comes(&w, risky.clone(), Arrival::Delivered).await;
    let id = waiting(&w).await;
    let quarantine = w.service.moderation().quarantine();
    let without = quarantine.reject(&w.cx(), &mo, id, " ").await.unwrap_err();
    assert!(matches!(without, ServiceError::Invalid { field: "reason", .. }), "{without}");
    quarantine.reject(&w.cx(), &mo, id, "advertising").await.unwrap();
    for arrival in [Arrival::Delivered, Arrival::Fetched] {
        assert_eq!(comes(&w, risky.clone(), arrival).await, None);
    }
    assert!(listed(&w, QuarantineState::Waiting).await.is_empty());
    assert_eq!(listed(&w, QuarantineState::Rejected).await.len(), 1);
    let other = edited(incoming(&cat, "1", "How do you plan an essay?"), &w);
    assert!(comes(&w, other, Arrival::Delivered).await.is_some());
    assert_eq!(home(&w, &amy).await.len(), 1);
}

#[tokio::test]
async fn its_author_changes_it_or_takes_it_back_while_it_waits() {
    let (w, amy, cat) = ground().await;
    comes(&w, incoming(&cat, "1", ESSAYS), Arrival::Fetched).await;
    let first = waiting(&w).await;
    let worse = edited(incoming(&cat, "1", &format!("{ESSAYS}, cheaply")), &w);
    comes(&w, worse.clone(), Arrival::Delivered).await;
    let stale = IncomingStatus { updated: Some(worse.updated.unwrap().minus(Duration::from_secs(1))), ..worse.clone() };
    comes(&w, IncomingStatus { content: ESSAYS.to_owned(), ..stale }, Arrival::Delivered).await;
    let found = listed(&w, QuarantineState::Waiting).await;
    assert_eq!((found.len(), found.first().unwrap().quarantined.id), (1, first));
    assert!(found.first().unwrap().incoming.content.contains("cheaply"));
    let clean = edited(incoming(&cat, "1", "How do you plan an essay?"), &w);
    assert!(comes(&w, clean, Arrival::Delivered).await.is_some());
    assert!(listed(&w, QuarantineState::Waiting).await.is_empty());
    assert_eq!(home(&w, &amy).await.len(), 1);

    let mo = staff(&w, "mo").await;
    let back = incoming(&cat, "2", ESSAYS);
    comes(&w, back.clone(), Arrival::Delivered).await;
    let id = waiting(&w).await;
    w.service.statuses().remove(&w.cx(), &back.uri, "https://fir.example/users/eve").await.unwrap();
    assert_eq!(waiting(&w).await, id, "somebody else says so");
    w.service.statuses().remove(&w.cx(), &back.uri, &cat.uri).await.unwrap();
    assert!(matches!(release(&w, &mo, id).await.unwrap_err(), ServiceError::NotFound(_)));
    assert_eq!(comes(&w, back, Arrival::Delivered).await, None);

    comes(&w, incoming(&cat, "3", ESSAYS), Arrival::Delivered).await;
    assert_eq!(listed(&w, QuarantineState::Waiting).await.len(), 1);
    w.service.accounts().remove_remote(&w.cx(), &cat.uri).await.unwrap();
    assert!(listed(&w, QuarantineState::Waiting).await.is_empty());
}

#[tokio::test]
async fn a_new_version_waits_and_the_one_that_was_let_in_stays_shown() {
    let (w, amy, cat) = ground().await;
    let mo = staff(&w, "mo").await;
    let known = comes(&w, incoming(&cat, "1", "How do you plan an essay?"), Arrival::Delivered).await.unwrap();
    let risky = edited(incoming(&cat, "1", ESSAYS), &w);
    w.service.statuses().ingest_edit(&w.cx(), risky.clone()).await.unwrap();
    let shown = w.seen(&amy, known).await.unwrap().status;
    assert!(shown.content.contains("plan an essay") && shown.edited_at.is_none(), "{}", shown.content);
    let found = listed(&w, QuarantineState::Waiting).await;
    assert_eq!(found.first().unwrap().known, Some(known));
    let id = found.first().unwrap().quarantined.id;
    let let_in = release(&w, &mo, id).await.unwrap();
    assert_eq!(let_in.quarantined.released_as, Some(known));
    assert!(w.seen(&amy, known).await.unwrap().status.content.contains(ESSAYS));
    // its server counts something and sends the same words again
    w.service.statuses().ingest_edit(&w.cx(), edited(risky.clone(), &w)).await.unwrap();
    assert!(listed(&w, QuarantineState::Waiting).await.is_empty());

    // what was changed cleanly meanwhile is not overwritten by what waits
    w.service
        .statuses()
        .ingest_edit(&w.cx(), edited(incoming(&cat, "1", &format!("{ESSAYS} today")), &w))
        .await
        .unwrap();
    let id = waiting(&w).await;
    let clean = edited(incoming(&cat, "1", "An essay on plans"), &w);
    w.service.statuses().ingest_edit(&w.cx(), clean).await.unwrap();
    assert!(matches!(release(&w, &mo, id).await.unwrap_err(), ServiceError::NotFound(_)));
    assert!(w.seen(&amy, known).await.unwrap().status.content.contains("essay on plans"));
}

#[tokio::test]
async fn it_is_kept_for_a_month_and_no_more_of_one_author_than_somebody_can_read() {
    let (w, _, cat) = ground().await;
    for n in 0..101 {
        comes(&w, incoming(&cat, &n.to_string(), &format!("{ESSAYS} {n}")), Arrival::Delivered).await;
    }
    let quarantine = w.service.moderation().quarantine();
    let page = PageRequest::newest(60);
    let first = quarantine.list(&Authority::operator(), QuarantineState::Waiting, page).await.unwrap();
    let rest = PageRequest { max_id: first.next, ..page };
    let rest = quarantine.list(&Authority::operator(), QuarantineState::Waiting, rest).await.unwrap();
    assert_eq!((first.items.len(), rest.items.len(), rest.next), (60, 40, None));
    let due: Vec<_> = first.items.iter().chain(&rest.items).map(|one| one.quarantined.deadline).collect();
    assert!(due.is_sorted(), "{due:?}");
    w.wait(29 * DAY);
    w.service.jobs().sweep(&w.cx()).await.unwrap();
    assert_eq!(listed(&w, QuarantineState::Waiting).await.len(), 20);
    w.wait(2 * DAY);
    w.service.jobs().sweep(&w.cx()).await.unwrap();
    assert!(listed(&w, QuarantineState::Waiting).await.is_empty());
}

#[tokio::test]
async fn what_is_too_much_to_be_read_waits_and_is_not_let_in() {
    let (w, amy, cat) = ground().await;
    let endless = "é".repeat(200_000);
    assert_eq!(comes(&w, incoming(&cat, "1", &endless), Arrival::Delivered).await, None);
    assert!(comes(&w, incoming(&cat, "2", &"é".repeat(500)), Arrival::Delivered).await.is_some());
    let found = listed(&w, QuarantineState::Waiting).await;
    assert!(found.first().unwrap().reason.contains("too long or too complex"), "{}", found.first().unwrap().reason);
    assert_eq!(home(&w, &amy).await.len(), 1);
}
