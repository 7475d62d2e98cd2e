//! Why a use case said no.

use staffroom_storage::StorageError;

/// Shorthand.
pub type Result<T, E = ServiceError> = std::result::Result<T, E>;

/// Why a use case said no.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// There is no such thing, or the asker may not know of it.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The asker may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// A value is wrong: which, and why.
    #[error("{field}: {why}")]
    Invalid {
        /// Name of the value as the client knows it.
        field: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// Somebody else changed it first.
    #[error("{0}")]
    Conflict(String),
    /// Who asks is not known.
    #[error("{0}")]
    Unauthorized(String),
    /// A moderation rule says no; the reason is for the author.
    #[error("{reason}")]
    Refused {
        /// In plain words.
        reason: String,
    },
    /// Too many requests.
    #[error("too many requests")]
    RateLimited {
        /// Seconds to wait.
        retry_after_secs: u64,
    },
    /// Another server did not answer or answered nonsense.
    #[error("{0}")]
    Remote(String),
    /// A program that worked for us was ended before it was done.
    #[error("{0}")]
    Killed(String),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Something that should not happen did.
    #[error("{0}")]
    Internal(String),
}

impl ServiceError {
    /// A value is wrong.
    pub fn invalid(field: &'static str, why: impl Into<String>) -> Self {
        Self::Invalid { field, why: why.into() }
    }
}
