//! What is kept and how: visibility in SQL and in Rust, commits that are on disk, secrets that are sealed.

mod at_rest;
mod commits;
mod nodes;
mod order;
mod search;
mod visibility;

use staffroom_server::storage::{Settings, Storage, Vault};
use staffroom_tests::database::Database;
use staffroom_tests::wait::eventually;
use tempfile::TempDir;

/// An empty database, opened.
pub(crate) struct Opened {
    pub(crate) storage: Storage,
    pub(crate) database: Database,
    _folder: TempDir,
}

pub(crate) async fn open() -> Opened {
    let folder = TempDir::new().unwrap();
    let database = Database::fresh(folder.path()).await;
    let settings = Settings { url: database.url().to_owned(), connections: 4 };
    let storage = Storage::open(&settings, Vault::new(&[7; 32]).unwrap()).await.unwrap();
    Opened { storage, database, _folder: folder }
}

/// Returns when a transaction waits for another one; on SQLite the next one does not even begin.
pub(crate) async fn somebody_waits(opened: &Opened) {
    if !opened.database.url().starts_with("postgres") {
        return;
    }
    let waiting = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    eventually("a transaction waits", || async {
        let found = opened.database.count(waiting).await;
        if found > 0 { Ok(()) } else { Err(found) }
    })
    .await;
}
