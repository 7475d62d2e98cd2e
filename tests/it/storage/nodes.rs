//! News between nodes on one PostgreSQL database: what is lost on the way is not lost in silence. On SQLite there is
//! one node, and nothing to test.

use std::time::Duration;

use staffroom_server::domain::ids::AccountId;
use staffroom_server::domain::news::News;
use staffroom_server::storage::{Settings, Storage, Vault};
use staffroom_tests::wait::eventually;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;

use super::{Opened, open};

/// Generous: nothing is measured.
const SOON: Duration = Duration::from_secs(60);
/// Connections of this database that listen.
const LISTENING: &str = "pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";

/// Two nodes on one database; nothing on SQLite.
async fn nodes() -> Option<(Opened, Storage)> {
    let first = open().await;
    if !first.database.url().starts_with("postgres") {
        return None;
    }
    let settings = Settings { url: first.database.url().to_owned(), connections: 4 };
    let second = Storage::open(&settings, Vault::new(&[7; 32]).unwrap()).await.unwrap();
    Some((first, second))
}

/// Exchanges news of a node, again when it fails, and returns when as many nodes listen.
async fn share(opened: &Opened, storage: &Storage, node: u8, listening: i64) -> JoinHandle<()> {
    let mut exchange = storage.news_exchange(node);
    let task = tokio::spawn(async move {
        while exchange.share().await.is_err() {
            tokio::task::yield_now().await;
        }
    });
    listen(opened, listening).await;
    task
}

async fn listen(opened: &Opened, listening: i64) {
    eventually("the nodes listen", || async {
        let found = opened.database.count(LISTENING).await;
        if found == listening { Ok(()) } else { Err(found) }
    })
    .await;
}

async fn next(heard: &mut Receiver<News>) -> News {
    loop {
        match tokio::time::timeout(SOON, heard.recv()).await.unwrap() {
            Ok(news) => return news,
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => panic!("the node is gone"),
        }
    }
}

fn news(of: i64) -> News {
    News::FiltersChanged(AccountId(of))
}

fn is(heard: &News, of: i64) -> bool {
    matches!(heard, News::FiltersChanged(AccountId(id)) if *id == of)
}

#[tokio::test]
async fn who_listens_begins_anew_when_a_connection_was_lost() {
    let Some((first, second)) = nodes().await else { return };
    let (mut here, mut there) = (first.storage.news(), second.news());
    let tasks = [share(&first, &first.storage, 1, 1).await, share(&first, &second, 2, 2).await];
    first.storage.spread(news(1));
    assert!(is(&next(&mut there).await, 1));
    assert!(is(&next(&mut here).await, 1), "by its own node, once");
    let killed = format!("SELECT COUNT(pg_terminate_backend(pid)) FROM {LISTENING}");
    assert_eq!(first.database.number(&killed).await, 2);
    assert!(matches!(next(&mut here).await, News::Missed));
    assert!(matches!(next(&mut there).await, News::Missed));
    listen(&first, 2).await;
    second.spread(news(2));
    while !is(&next(&mut here).await, 2) {}
    for task in tasks {
        task.abort();
    }
}

#[tokio::test]
async fn what_is_committed_in_a_pause_is_told_and_too_much_of_it_is_said_to_be_missing() {
    let Some((first, second)) = nodes().await else { return };
    let mut there = second.news();
    let listens = share(&first, &second, 2, 1).await;
    for too_much in [false, true] {
        // Made, and not yet talking: as between two tries.
        let mut exchange = first.storage.news_exchange(1);
        let count = if too_much { 1_500 } else { 3 };
        for of in 1..=count {
            first.storage.spread(news(of));
        }
        let tells = tokio::spawn(async move { drop(exchange.share().await) });
        let told = next(&mut there).await;
        assert!(if too_much { matches!(told, News::Missed) } else { is(&told, 1) }, "{told:?}");
        while !is(&next(&mut there).await, count) {}
        tells.abort();
    }
    listens.abort();
}

#[tokio::test]
async fn a_node_that_begins_anew_says_that_something_may_be_missing() {
    let Some((first, second)) = nodes().await else { return };
    let (mut here, mut there) = (first.storage.news(), second.news());
    let listens = share(&first, &second, 2, 1).await;
    let mut exchange = first.storage.news_exchange(1);
    tokio::select! {
        ended = exchange.share() => panic!("{ended:?}"),
        // dropped in the middle, as by a failure
        () = listen(&first, 2) => {}
    }
    listen(&first, 1).await;
    assert!(here.try_recv().is_err() && there.try_recv().is_err(), "nothing is missing at the start");
    let heard = async { [next(&mut here).await, next(&mut there).await] };
    tokio::select! {
        ended = exchange.share() => panic!("{ended:?}"),
        heard = heard => assert!(matches!(heard, [News::Missed, News::Missed]), "{heard:?}"),
    }
    listens.abort();
}
