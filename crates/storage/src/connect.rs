//! Opens the database: pools, pragmas, migrations.

use std::str::FromStr;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use staffroom_migrations::{Migrator, MigratorTrait};

use crate::error::{Result, StorageError};

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Reading connections (SQLite) or all connections (PostgreSQL).
    pub connections: u32,
}

/// A writing connection and a pool of reading ones.
pub(crate) struct Connections {
    pub(crate) writer: DatabaseConnection,
    pub(crate) reader: DatabaseConnection,
}

const REACHED_WITHIN: Duration = Duration::from_secs(10);
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Any number, the same in every version: two nodes starting at once migrate one after the other.
const MIGRATION_LOCK: i64 = 0x5354_4146_4652_4d01;

/// Connects and brings the schema up to date.
pub(crate) async fn connect(settings: &Settings) -> Result<Connections> {
    if settings.url.starts_with("sqlite:") {
        sqlite(settings).await
    } else if settings.url.starts_with("postgres://") || settings.url.starts_with("postgresql://") {
        postgres(settings).await
    } else {
        Err(StorageError::Url("must begin with sqlite: or postgres://".to_owned()))
    }
}

async fn sqlite(settings: &Settings) -> Result<Connections> {
    let options = SqliteConnectOptions::from_str(&settings.url)
        .map_err(|e| StorageError::Url(e.to_string()))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .statement_cache_capacity(256)
        .pragma("cache_size", "-8000")
        .pragma("temp_store", "memory")
        .optimize_on_close(true, None);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options.clone())
        .await
        .map_err(sqlx_error)?;
    let writer = SqlxSqliteConnector::from_sqlx_sqlite_pool(writer);
    Migrator::up(&writer, None).await?;
    let reader = SqlitePoolOptions::new()
        .max_connections(settings.connections.max(1))
        .test_before_acquire(false)
        .max_lifetime(None)
        .connect_with(options.create_if_missing(false).read_only(true).pragma("cache_size", "-4000"))
        .await
        .map_err(sqlx_error)?;
    Ok(Connections { writer, reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader) })
}

async fn postgres(settings: &Settings) -> Result<Connections> {
    let options = PgConnectOptions::from_str(&settings.url)
        .map_err(|e| StorageError::Url(e.to_string()))?
        .statement_cache_capacity(256);
    // A pool tries in silence until its time is up; one connection says what is wrong, and where.
    let place = format!("{}:{}", options.get_host(), options.get_port());
    let reached = tokio::time::timeout(REACHED_WITHIN, PgConnection::connect_with(&options)).await;
    let reached =
        reached.map_err(|_| StorageError::Unreachable { place: place.clone(), why: "no answer".to_owned() })?;
    let probe = reached.map_err(|e| StorageError::Unreachable { place, why: e.to_string() })?;
    drop(probe.close().await);
    let pool = PgPoolOptions::new()
        .max_connections(settings.connections.max(2))
        .test_before_acquire(false)
        .connect_with(options)
        .await
        .map_err(sqlx_error)?;
    let db = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
    // A session lock needs one session: hold a connection of its own for it.
    let lock_pool = PgPoolOptions::new().max_connections(1).connect_with((*pool.connect_options()).clone());
    let lock = SqlxPostgresConnector::from_sqlx_postgres_pool(lock_pool.await.map_err(sqlx_error)?);
    lock.execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).await?;
    let migrated = Migrator::up(&db, None).await;
    lock.close().await?;
    migrated?;
    Ok(Connections { writer: db.clone(), reader: db })
}

pub(crate) fn sqlx_error(e: sqlx::Error) -> StorageError {
    StorageError::Db(sea_orm::DbErr::Conn(sea_orm::RuntimeErr::SqlxError(e.into())))
}
