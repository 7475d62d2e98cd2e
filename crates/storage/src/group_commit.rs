//! One writer, many commits per disk write.
//!
//! SQLite with `synchronous=FULL` pays for one flush per commit. Transactions that wait for each other anyway are
//! therefore gathered: each runs in a savepoint of one outer transaction, and none is told "committed" before the
//! outer commit reached the disk. The first of a group starts a task that queues for the writer behind everybody who
//! is already waiting (the lock is fair) and then commits for all of them.

use std::sync::Arc;

use sea_orm::{DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use crate::error::{Result, StorageError};

/// The writing connection of SQLite.
#[derive(Clone, Debug)]
pub(crate) struct GroupCommit {
    db: DatabaseConnection,
    group: Arc<Mutex<Group>>,
}

/// The transactions gathered since the last commit.
#[derive(Debug, Default)]
pub(crate) struct Group {
    outer: Option<DatabaseTransaction>,
    waiting: Vec<oneshot::Sender<Result<(), String>>>,
}

/// The right to write: held from begin to commit of one transaction.
pub(crate) type Turn = OwnedMutexGuard<Group>;

impl GroupCommit {
    pub(crate) fn new(db: DatabaseConnection) -> Self {
        Self { db, group: Arc::default() }
    }

    /// The connection itself, for closing.
    pub(crate) fn connection(&self) -> DatabaseConnection {
        self.db.clone()
    }

    /// Those that write or wait for their turn.
    pub(crate) fn writers(&self) -> usize {
        writers(&self.group)
    }

    /// Waits for the writer and opens a savepoint.
    pub(crate) async fn begin(&self) -> Result<(DatabaseTransaction, Turn)> {
        let group = Arc::clone(&self.group);
        show(self.writers());
        let mut turn = group.lock_owned().await;
        if turn.outer.is_none() {
            let options = TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            };
            turn.outer = Some(self.db.begin_with_options(options).await?);
            tokio::spawn(close(Arc::clone(&self.group)));
        }
        let outer = turn.outer.as_ref().ok_or_else(|| StorageError::Commit("no open transaction".to_owned()))?;
        match outer.begin().await {
            Ok(savepoint) => Ok((savepoint, turn)),
            Err(e) => {
                turn.abandon(&e.to_string());
                Err(e.into())
            }
        }
    }

    /// Ends a savepoint and waits until the group is on disk.
    pub(crate) async fn commit(savepoint: DatabaseTransaction, mut turn: Turn) -> Result<()> {
        if let Err(e) = savepoint.commit().await {
            // SQLite may have rolled back everything (disk full): nobody of this group can be told "committed".
            turn.abandon(&e.to_string());
            return Err(e.into());
        }
        let (sender, receiver) = oneshot::channel();
        turn.waiting.push(sender);
        drop(turn);
        match receiver.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(e)) => Err(StorageError::Commit(e)),
            Err(_) => Err(StorageError::Commit("the writer stopped".to_owned())),
        }
    }
}

impl Group {
    fn abandon(&mut self, why: &str) {
        self.outer = None;
        for sender in self.waiting.drain(..) {
            // A waiter that went away needs no answer.
            let _ = sender.send(Err(why.to_owned()));
        }
    }
}

/// Commits the group once everybody who was already waiting had a turn.
async fn close(shared: Arc<Mutex<Group>>) {
    let mut group = shared.lock().await;
    let Some(outer) = group.outer.take() else { return };
    let outcome = outer.commit().await.map_err(|e| e.to_string());
    for sender in group.waiting.drain(..) {
        // A waiter that went away needs no answer.
        let _ = sender.send(outcome.clone());
    }
    // this one is done
    show(writers(&shared).saturating_sub(1));
}

/// Those that have the group besides the connection itself.
fn writers(group: &Arc<Mutex<Group>>) -> usize {
    Arc::strong_count(group).saturating_sub(1)
}

fn show(writers: usize) {
    #[expect(clippy::cast_precision_loss, reason = "a gauge")]
    metrics::gauge!("staffroom_database_writers").set(writers as f64);
}
