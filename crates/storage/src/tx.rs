//! The handle to the database, and transactions on it.

use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{DatabaseConnection, DatabaseTransaction, DbBackend, TransactionTrait};
use staffroom_domain::news::News;
use tokio::sync::broadcast;

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
    /// To whom listens here.
    news: broadcast::Sender<News>,
    /// What was committed here alone.
    committed: broadcast::Sender<News>,
}

/// News that a listener may be behind; who is further is cut off.
const NEWS: usize = 1_024;

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
    news: Mutex<Vec<News>>,
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
        let (news, _) = broadcast::channel(NEWS);
        let (committed, _) = broadcast::channel(NEWS);
        Ok(Self(Arc::new(Inner { reader: connections.reader, writer, backend, vault, news, committed })))
    }

    /// Reads outside any transaction.
    pub fn read(&self) -> Reader<'_> {
        Reader { db: self.reading() }
    }

    pub(crate) fn reading(&self) -> Db<'_> {
        Db { target: Target::Pool(&self.0.reader), backend: self.0.backend, news: None }
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
        Ok(Tx { inner, turn, storage: self.clone(), news: Mutex::default() })
    }

    /// Transactions that write or wait for their turn, the one that ends the present disk write included; 0 on PostgreSQL,
    /// where they do not wait for one writer. The gauge `staffroom_database_writers` shows it.
    pub fn writers(&self) -> usize {
        match &self.0.writer {
            Writer::Sqlite(group) => group.writers(),
            Writer::Postgres(_) => 0,
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<()> {
        self.read().db.number("SELECT CAST(1 AS BIGINT) AS n", vec![]).await?;
        Ok(())
    }

    /// What is committed from now on, as far as somebody may want to hear of it at once. The ring is shared and bounded.
    pub fn news(&self) -> broadcast::Receiver<News> {
        self.0.news.subscribe()
    }

    /// Tells news of here to all who listen, here and at other nodes.
    pub fn spread(&self, news: News) {
        // Without other nodes there is nobody to tell.
        let _ = self.0.committed.send(news.clone());
        self.spread_here(news);
    }

    /// Tells news to all who listen here.
    pub(crate) fn spread_here(&self, news: News) {
        // Without listeners there is nobody to tell.
        let _ = self.0.news.send(news);
    }

    /// What is committed here from now on.
    pub(crate) fn committed(&self) -> broadcast::Receiver<News> {
        self.0.committed.subscribe()
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.0.backend
    }

    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.0.reader
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
        let Self { inner, turn, storage, news } = self;
        match turn {
            Some(turn) => GroupCommit::commit(inner, turn).await?,
            None => inner.commit().await?,
        }
        for news in news.into_inner().unwrap_or_else(PoisonError::into_inner) {
            storage.spread(news);
        }
        Ok(())
    }

    /// Takes everything back and lets go of what is locked before it returns; dropping does so some time later.
    ///
    /// # Errors
    /// The database failed; then it is taken back all the same.
    pub async fn rollback(self) -> Result<()> {
        let Self { inner, turn, .. } = self;
        let ended = inner.rollback().await;
        drop(turn);
        Ok(ended?)
    }

    /// Tells `news` to whoever listens once this is committed.
    pub fn tell(&self, news: News) {
        self.db().tell(news);
    }

    fn db(&self) -> Db<'_> {
        Db { target: Target::Tx(&self.inner), backend: self.storage.0.backend, news: Some(&self.news) }
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
    appeals,
    apps,
    cards,
    cases,
    conversations,
    custom_emojis,
    deliveries,
    dialects,
    discovery,
    domains,
    email_blocks,
    endorsements,
    exchange,
    favourites,
    featured_tags,
    features,
    figures,
    filters,
    follows,
    hashtags,
    holds,
    inbox,
    instance,
    interactions,
    ip_blocks,
    jobs,
    keys,
    lists,
    mail,
    markers,
    media,
    moderation,
    moderation_log,
    mutes,
    notifications,
    organisations,
    outbox,
    polls,
    push,
    quarantine,
    quotes,
    reactions,
    remote_media,
    reports,
    rota,
    rules,
    safety,
    search,
    sessions,
    severances,
    status_search,
    statuses,
    timelines,
    trends,
    upkeep,
    users,
    warnings,
    webhooks,
);
