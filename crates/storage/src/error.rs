//! What can go wrong with the database.

use sea_orm::{DbErr, SqlErr};

/// Shorthand.
pub type Result<T, E = StorageError> = std::result::Result<T, E>;

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database refused or failed.
    #[error("database: {0}")]
    Db(#[from] DbErr),
    /// A row holds something the program cannot read.
    #[error("unreadable {what} in the database")]
    Corrupt {
        /// Which value.
        what: &'static str,
    },
    /// A sealed secret does not open with this key.
    #[error("a stored secret does not open with the configured key")]
    Sealed,
    /// The connection string is wrong.
    #[error("storage.url: {0}")]
    Url(String),
    /// There is no database server where one is configured, or it does not let us in.
    #[error("{place}: {why}")]
    Unreachable {
        /// Host and port.
        place: String,
        /// What it said.
        why: String,
    },
    /// Another transaction of the same group failed to reach the disk.
    #[error("commit failed: {0}")]
    Commit(String),
}

impl StorageError {
    /// Whether a unique rule was broken: somebody else was first.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Db(e) if matches!(e.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
    }
}
