//! The handle to the database, and transactions on it.

use std::sync::Arc;

use sea_orm::{DatabaseConnection, DatabaseTransaction, DbBackend, TransactionTrait};

use crate::connect::{self, Settings};
use crate::db::{Db, Target};
use crate::error::{Result, StorageError};
use crate::group_commit::{GroupCommit, Turn};
use crate::vault::Vault;

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Storage(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    reader: DatabaseConnection,
    writer: Writer,
    backend: DbBackend,
    vault: Vault,
}

#[derive(Debug)]
enum Writer {
    Sqlite(GroupCommit),
    Postgres(DatabaseConnection),
}

/// Reads outside any transaction: sees what is committed.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    db: Db<'a>,
}

/// A transaction. Rolled back when dropped.
#[derive(Debug)]
pub struct Tx {
    // Dropped (and rolled back) before the turn is given on.
    inner: DatabaseTransaction,
    turn: Option<Turn>,
    storage: Storage,
}

impl Storage {
    /// Connects, migrates, and keeps `vault` for secrets.
    ///
    /// # Errors
    /// A wrong URL, an unreachable database, a failed migration.
    pub async fn open(settings: &Settings, vault: Vault) -> Result<Self> {
        let connections = connect::connect(settings).await?;
        let backend = connections.reader.get_database_backend();
        let writer = match backend {
            DbBackend::Sqlite => Writer::Sqlite(GroupCommit::new(connections.writer)),
            _ => Writer::Postgres(connections.writer),
        };
        Ok(Self(Arc::new(Inner { reader: connections.reader, writer, backend, vault })))
    }

    /// Reads outside any transaction.
    pub fn read(&self) -> Reader<'_> {
        Reader { db: Db { target: Target::Pool(&self.0.reader), backend: self.0.backend } }
    }

    /// Starts a transaction. On SQLite this waits for the writer.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin(&self) -> Result<Tx> {
        let (inner, turn) = match &self.0.writer {
            Writer::Sqlite(group) => {
                let (savepoint, turn) = group.begin().await?;
                (savepoint, Some(turn))
            }
            Writer::Postgres(db) => (db.begin().await?, None),
        };
        Ok(Tx { inner, turn, storage: self.clone() })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<()> {
        self.read().db.number("SELECT CAST(1 AS BIGINT) AS n", vec![]).await?;
        Ok(())
    }

    /// The vault for secrets.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Waits for open work and closes all connections.
    ///
    /// # Errors
    /// The database failed while closing.
    pub async fn close(self) -> Result<()> {
        let writer = match &self.0.writer {
            // A turn of our own: everything before it is committed.
            Writer::Sqlite(group) => {
                drop(group.begin().await?);
                group.connection()
            }
            Writer::Postgres(db) => db.clone(),
        };
        self.0.reader.clone().close().await?;
        writer.close().await.map_err(StorageError::from)
    }
}

impl Tx {
    /// Makes everything durable. When this returns, it is on disk.
    ///
    /// # Errors
    /// Nothing of this transaction was kept.
    pub async fn commit(self) -> Result<()> {
        match self.turn {
            Some(turn) => GroupCommit::commit(self.inner, turn).await,
            None => Ok(self.inner.commit().await?),
        }
    }

    fn db(&self) -> Db<'_> {
        Db { target: Target::Tx(&self.inner), backend: self.storage.0.backend }
    }
}

macro_rules! nouns {
    ($($noun:ident),* $(,)?) => {
        impl<'a> Reader<'a> {
            $(
                #[doc = concat!("Reads of `", stringify!($noun), "`.")]
                pub fn $noun(&self) -> crate::$noun::Reads<'a> {
                    crate::$noun::Reads { db: self.db }
                }
            )*
        }
        impl Tx {
            $(
                #[doc = concat!("Reads and changes of `", stringify!($noun), "`.")]
                pub fn $noun(&self) -> crate::$noun::Writes<'_> {
                    crate::$noun::Writes(crate::$noun::Reads { db: self.db() })
                }
            )*
        }
    };
}

nouns!(
    account_domain_blocks,
    account_notes,
    accounts,
    announcements,
    apps,
    cards,
    conversations,
    deliveries,
    dialects,
    discovery,
    domains,
    endorsements,
    exchange,
    favourites,
    featured_tags,
    features,
    filters,
    follows,
    hashtags,
    inbox,
    instance,
    interactions,
    jobs,
    keys,
    lists,
    markers,
    media,
    moderation,
    mutes,
    notifications,
    organisations,
    outbox,
    polls,
    push,
    quotes,
    reactions,
    reports,
    search,
    sessions,
    severances,
    statuses,
    timelines,
    trends,
    upkeep,
    users,
    warnings,
);
