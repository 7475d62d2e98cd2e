//! Rows that several transactions may add at once are written in one order, whatever order they are asked for in:
//! PostgreSQL ends one of two transactions that wait for each other in a circle.

use staffroom_server::domain::Timestamp;
use staffroom_server::domain::ids::StatusId;
use staffroom_server::domain::job::Job;
use staffroom_server::storage::deliveries::NewInbox;

use super::{open, somebody_waits};

fn inbox(host: &str, name: &str) -> NewInbox {
    NewInbox { url: format!("https://{host}/{name}/inbox"), host: host.to_owned(), is_shared: false }
}

#[tokio::test]
async fn inboxes_are_added_by_their_urls() {
    let opened = open().await;
    let wanted = [inbox("yew.test", "b"), inbox("elm.test", "c"), inbox("yew.test", "a"), inbox("elm.test", "a")];
    let mut next = 0;
    let tx = opened.storage.begin().await.unwrap();
    let deliveries = tx.deliveries();
    let found = deliveries.find_or_add_inboxes(&wanted, || {
        next += 1;
        next
    });
    let mut found = found.await.unwrap();
    tx.commit().await.unwrap();
    found.sort_unstable_by_key(|inbox| inbox.id);
    let urls: Vec<&str> = found.iter().map(|inbox| inbox.url.as_str()).collect();
    let sorted = [
        "https://elm.test/a/inbox",
        "https://elm.test/c/inbox",
        "https://yew.test/a/inbox",
        "https://yew.test/b/inbox",
    ];
    assert_eq!(urls, sorted);
}

#[tokio::test]
async fn a_job_that_two_begin_at_once_waits_for_both() {
    let opened = open().await;
    if !opened.database.url().starts_with("postgres") {
        // SQLite has one writer.
        return;
    }
    let (now, later, key) = (Timestamp(1), Timestamp(1_000), "index_statuses");
    let job = Job::IndexStatuses { author: None, before: StatusId(0) };
    let first = opened.storage.begin().await.unwrap();
    first.jobs().begin_again(1.into(), &job, now, key).await.unwrap();
    let (storage, again) = (opened.storage.clone(), job.clone());
    let second = tokio::spawn(async move {
        let second = storage.begin().await.unwrap();
        second.jobs().begin_again(2.into(), &again, now, key).await.unwrap();
        second
    });
    somebody_waits(&opened).await;
    first.commit().await.unwrap();
    let second = second.await.unwrap();

    let worker = opened.storage.begin().await.unwrap();
    let claimed = worker.jobs().claim(now, later, 10).await.unwrap();
    assert!(claimed.is_empty(), "what the second does is not there yet: {claimed:?}");
    second.commit().await.unwrap();
    let claimed = worker.jobs().claim(now, later, 10).await.unwrap();
    assert_eq!(claimed.iter().map(|one| &one.job).collect::<Vec<_>>(), [&job]);
    worker.commit().await.unwrap();
}

#[tokio::test]
async fn a_job_that_begins_again_is_kept_once_and_stays_where_it_waits() {
    let opened = open().await;
    let (now, later, key) = (Timestamp(1), Timestamp(1_000), "index_statuses");
    let begun = Job::IndexStatuses { author: None, before: StatusId(0) };
    let under_way = Job::IndexStatuses { author: None, before: StatusId(7) };
    let tx = opened.storage.begin().await.unwrap();
    tx.jobs().begin_again(1.into(), &begun, now, key).await.unwrap();
    tx.jobs().begin_again(2.into(), &begun, later, key).await.unwrap();
    let claimed = tx.jobs().claim(now, later, 10).await.unwrap();
    assert_eq!(claimed.iter().map(|one| one.id.0).collect::<Vec<_>>(), [1], "it waited, and stayed");
    tx.jobs().begin_again(3.into(), &begun, now, key).await.unwrap();
    // Who ran it comes to its end, and finds nothing to go on with.
    tx.jobs().go_on(1.into(), &under_way, now).await.unwrap();
    assert_eq!(tx.jobs().count().await.unwrap(), 1);
    let claimed = tx.jobs().claim(now, later, 10).await.unwrap();
    assert_eq!(claimed.iter().map(|one| (one.id.0, &one.job)).collect::<Vec<_>>(), [(3, &begun)]);
    tx.commit().await.unwrap();
}
