//! The index of words.

use staffroom_domain::account::{IncomingAccount, ProfileUpdate};
use staffroom_domain::domain_rule::Severity;
use staffroom_domain::ids::StatusId;
use staffroom_domain::moderation::Measure;
use staffroom_domain::status::{Draft, Status};
use staffroom_domain::{Account, Viewer, Visibility};

use super::SearchQuery;
use crate::Origin;
use crate::auth::Authority;
use crate::domains::NewBlock;
use crate::testing::{World, draft, incoming_account, world};

async fn found(w: &World, viewer: Viewer, q: &str) -> Vec<StatusId> {
    let query = SearchQuery { q: q.to_owned(), kind: Some("statuses".to_owned()), limit: 40, ..SearchQuery::default() };
    let found = w.service.search().search(viewer, query).await.unwrap();
    found.statuses.iter().map(|view| view.status.id).collect()
}

async fn lets_anybody_find(w: &World, author: &Account, yes: bool) {
    let change = ProfileUpdate { indexable: Some(yes), ..ProfileUpdate::default() };
    w.service.accounts().update_profile(&w.cx(), author.id, change).await.unwrap();
}

/// Stores more than a thousand newer statuses that are like `pattern`.
async fn copies(w: &World, pattern: &Status) {
    w.wait(1);
    let tx = w.service.storage().begin().await.unwrap();
    for _ in 0..1_010 {
        let id: StatusId = w.cx().id();
        let uri = format!("https://oak.test/copies/{id}");
        let copy = Status { id, url: uri.clone(), uri, thread_id: id, ..pattern.clone() };
        assert!(tx.statuses().insert(&copy).await.unwrap());
    }
    tx.commit().await.unwrap();
}

/// Lets time pass until everything that waits is read in.
async fn read_in(w: &World) {
    w.wait(300);
    for _ in 0..20 {
        w.run_jobs().await;
        w.wait(1);
    }
}

#[tokio::test]
async fn rel_41_what_is_read_in_again_is_there_once() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let first = w.publish(&amy, "marking on Thursday").await.status.id;
    let second = w.publish(&amy, "marking on Friday").await.status.id;
    w.service.statuses().reblog(&w.cx(), ben.id, first, None, Origin::Local).await.unwrap();
    w.service.statuses().delete(&w.cx(), amy.id, second, false).await.unwrap();
    for _ in 0..2 {
        w.service.search().reindex(&w.cx()).await.unwrap();
        read_in(&w).await;
    }
    assert_eq!(found(&w, Viewer::Account(amy.id), "marking").await, [first]);
    assert_eq!(found(&w, Viewer::Account(ben.id), "marking").await, [first], "boosted");
    assert!(found(&w, Viewer::Anonymous, "marking").await.is_empty());
}

#[tokio::test]
async fn however_much_is_hidden_what_is_older_and_open_is_found() {
    let w = world().await;
    let (amy, ben, cat) = (w.local("amy").await, w.local("ben").await, w.local("cat").await);
    lets_anybody_find(&w, &amy, true).await;
    let open = w.publish(&amy, "geheim, and yet open").await.status.id;
    let secret = Draft { visibility: Some(Visibility::Direct), ..draft("geheim and verborgen") };
    let pattern = w.publish_draft(&amy, secret).await.status;
    copies(&w, &pattern).await;

    for again in [false, true] {
        assert_eq!(found(&w, Viewer::Account(ben.id), "geheim").await, [open]);
        assert_eq!(found(&w, Viewer::Account(ben.id), "geheim from:amy").await, [open]);
        for q in ["verborgen", "geheim verborgen", "verborgen from:amy", "verb* -open", "in:library geheim"] {
            assert!(found(&w, Viewer::Account(ben.id), q).await.is_empty(), "{q}");
        }
        assert_eq!(found(&w, Viewer::Account(amy.id), "verborgen").await.len(), 40, "one's own");
        if !again {
            w.service.search().reindex(&w.cx()).await.unwrap();
            read_in(&w).await;
        }
    }
    lets_anybody_find(&w, &cat, true).await;
    let pattern = w.publish(&cat, "geheim of a cat").await.status;
    copies(&w, &pattern).await;
    assert_eq!(found(&w, Viewer::Account(ben.id), "geheim").await.len(), 40);
    lets_anybody_find(&w, &cat, false).await;
    assert_eq!(found(&w, Viewer::Account(ben.id), "geheim").await, [open], "before anything was read in again");
    read_in(&w).await;
    assert_eq!(found(&w, Viewer::Account(ben.id), "geheim").await, [open]);
    assert!(found(&w, Viewer::Account(ben.id), "cat").await.is_empty());
}

#[tokio::test]
async fn authors_elsewhere_change_their_mind_too() {
    let w = world().await;
    let ben = w.local("ben").await;
    let zoe = w.remote("zoe", "elm.test").await;
    let tx = w.service.storage().begin().await.unwrap();
    let id: StatusId = w.cx().id();
    let status = Status {
        content: "<p>seating plans</p>".to_owned(),
        ..Status::new(id, "https://elm.test/seating".to_owned(), zoe.id, false, w.cx().now())
    };
    assert!(tx.statuses().insert(&status).await.unwrap());
    tx.commit().await.unwrap();
    for indexable in [false, true, false, true] {
        let account = IncomingAccount { indexable, ..incoming_account("zoe", "elm.test") };
        w.service.accounts().ingest(&w.cx(), account).await.unwrap();
        w.run_jobs().await;
        assert_eq!(found(&w, Viewer::Account(ben.id), "seating").await.len(), 0, "not at once");
        read_in(&w).await;
        assert_eq!(found(&w, Viewer::Account(ben.id), "seating").await.len(), usize::from(indexable), "{indexable}");
    }
}

#[tokio::test]
async fn who_was_limited_is_found_again_with_what_was_written_meanwhile() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    lets_anybody_find(&w, &amy, true).await;
    let tx = w.service.storage().begin().await.unwrap();
    tx.accounts().set_silenced(amy.id, Some(w.cx().now())).await.unwrap();
    tx.commit().await.unwrap();
    let quiet = w.publish(&amy, "a quiet Tuesday").await.status.id;
    read_in(&w).await;
    assert!(found(&w, Viewer::Account(ben.id), "tuesday").await.is_empty());
    w.service.accounts().lift(&w.cx(), &Authority::operator(), amy.id, Measure::Silence).await.unwrap();
    read_in(&w).await;
    assert_eq!(found(&w, Viewer::Account(ben.id), "tuesday").await, [quiet]);
}

/// Whether everything is to be read in again.
async fn begins_again(w: &World) -> bool {
    w.service.storage().read().jobs().is_any_kept(&["index_statuses".to_owned()]).await.unwrap()
}

#[tokio::test]
async fn only_a_limit_that_goes_has_everything_read_in_again() {
    let w = world().await;
    let ben = w.local("ben").await;
    let block = async |severity| {
        let wanted = NewBlock { comment: format!("seen at {}", w.cx().now().0), ..NewBlock::new(severity) };
        w.service.domains().block(&w.cx(), &Authority::operator(), "elm.test", wanted).await.unwrap();
    };
    for severity in [Severity::Noop, Severity::Noop, Severity::Silence, Severity::Silence, Severity::Suspend] {
        block(severity).await;
        assert!(!begins_again(&w).await, "{severity:?}");
    }
    block(Severity::Noop).await;
    assert!(begins_again(&w).await);
    read_in(&w).await;
    assert!(!begins_again(&w).await);
    w.service.domains().remove(&Authority::operator(), "elm.test").await.unwrap();
    assert!(!begins_again(&w).await, "it limited nothing");

    block(Severity::Silence).await;
    let zoe = IncomingAccount { indexable: true, ..incoming_account("zoe", "elm.test") };
    let zoe = w.service.accounts().ingest(&w.cx(), zoe).await.unwrap();
    let tx = w.service.storage().begin().await.unwrap();
    let id: StatusId = w.cx().id();
    let quiet = Status {
        content: "<p>seating plans</p>".to_owned(),
        ..Status::new(id, "https://elm.test/seating".to_owned(), zoe.id, false, w.cx().now())
    };
    assert!(tx.statuses().insert(&quiet).await.unwrap());
    tx.commit().await.unwrap();
    w.service.domains().remove(&Authority::operator(), "elm.test").await.unwrap();
    assert!(begins_again(&w).await);
    read_in(&w).await;
    assert_eq!(found(&w, Viewer::Account(ben.id), "seating").await, [id]);
}

#[tokio::test]
async fn trouble_of_the_database_passes_over_nothing() {
    let w = world().await;
    let amy = w.local("amy").await;
    let mut ids = Vec::new();
    for n in 1..=3 {
        ids.insert(0, w.publish(&amy, &format!("marking {n}")).await.status.id);
    }
    w.change("DELETE FROM status_search").await;
    w.change("ALTER TABLE status_search RENAME TO status_search_away").await;
    w.service.search().reindex(&w.cx()).await.unwrap();
    for _ in 0..6 {
        w.run_jobs().await;
        assert!(begins_again(&w).await, "it is tried again");
        w.wait(3_600);
    }
    w.change("ALTER TABLE status_search_away RENAME TO status_search").await;
    assert!(found(&w, Viewer::Account(amy.id), "marking").await.is_empty());
    w.wait(3_600);
    read_in(&w).await;
    assert_eq!(found(&w, Viewer::Account(amy.id), "marking").await, ids);
    assert!(!begins_again(&w).await);
}

#[tokio::test]
async fn what_cannot_be_read_is_passed_over_alone() {
    let w = world().await;
    let amy = w.local("amy").await;
    let first = w.publish(&amy, "marking 1").await.status.id;
    let broken = w.publish(&amy, "marking 2").await.status.id;
    let last = w.publish(&amy, "marking 3").await.status.id;
    w.change("DELETE FROM status_search").await;
    w.change(&format!("UPDATE statuses SET mentions = 'x' WHERE id = {broken}")).await;
    w.service.search().reindex(&w.cx()).await.unwrap();
    read_in(&w).await;
    assert_eq!(found(&w, Viewer::Account(amy.id), "marking").await, [last, first]);
    assert!(!begins_again(&w).await, "it is over");
}
