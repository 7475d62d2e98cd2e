//! What can go wrong with the database.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

use crate::dialect;

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

    /// Whether a value is at fault, stored or to be stored, so that the same fails every time. Anything else may be
    /// trouble of the database that passes.
    pub fn is_of_value(&self) -> bool {
        match self {
            Self::Corrupt { .. }
            | Self::Sealed
            | Self::Db(DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. }) => true,
            Self::Db(DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) => {
                match error.as_ref() {
                    sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::Encode(_) => true,
                    sqlx::Error::Database(error) => error.code().is_some_and(|code| dialect::refuses_value(&code)),
                    _ => false,
                }
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::error::ConnAcquireErr;

    use super::*;

    #[test]
    fn trouble_of_the_database_is_no_fault_of_a_value() {
        let query = |error: sqlx::Error| StorageError::Db(DbErr::Query(RuntimeErr::SqlxError(error.into())));
        for (error, is_of_value) in [
            (StorageError::Corrupt { what: "status mentions" }, true),
            (StorageError::Db(DbErr::Type("a NULL".to_owned())), true),
            (query(sqlx::Error::Decode("no number".into())), true),
            (query(sqlx::Error::PoolTimedOut), false),
            (query(sqlx::Error::WorkerCrashed), false),
            (StorageError::Db(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)), false),
            (StorageError::Commit("disk full".to_owned()), false),
        ] {
            assert_eq!(error.is_of_value(), is_of_value, "{error}");
        }
    }
}
