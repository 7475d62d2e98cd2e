//! Why something did not federate.

use activitypub_federation::error::Error as LibraryError;
use staffroom_service::ServiceError;

use crate::http::HttpError;

/// Why something did not federate.
#[derive(Debug, thiserror::Error)]
pub enum FederationError {
    /// Somebody says what is not theirs to say, or says it wrongly.
    #[error("{0}")]
    Refused(&'static str),
    /// It is in order but does not concern us.
    #[error("{0}")]
    Ignored(&'static str),
    /// Something the federation library checks.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// Our own request failed.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// What somebody else's fetch of the same thing came to, now or a moment ago.
    #[error(transparent)]
    Shared(std::sync::Arc<FederationError>),
    /// The domain has shown too many new hosts lately.
    #[error("too many new hosts of this domain")]
    TooManyHosts,
    /// A use case said no.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The library could not be set up, or an own key is unusable.
    #[error("federation cannot start: {0}")]
    Setup(String),
}

impl FederationError {
    /// Whether the same thing may work later: transport trouble, 5xx and 429 of others, our own database.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Refused(_) | Self::Ignored(_) | Self::Library(_) => false,
            Self::Http(error) => error.is_temporary(),
            Self::Shared(error) => error.is_temporary(),
            Self::Service(error) => {
                matches!(error, ServiceError::Storage(_) | ServiceError::Internal(_) | ServiceError::RateLimited { .. })
            }
            Self::Setup(_) | Self::TooManyHosts => true,
        }
    }

    /// Whether the thing asked for is gone for good, or was never there (404, 410).
    pub fn is_absent(&self) -> bool {
        match self {
            Self::Http(error) => http_is_absent(error),
            Self::Shared(error) => error.is_absent(),
            Self::Library(LibraryError::NotFound | LibraryError::ObjectDeleted(_)) => true,
            Self::Service(error) => matches!(error, ServiceError::NotFound(_)),
            Self::Library(_) | Self::Refused(_) | Self::Ignored(_) | Self::TooManyHosts | Self::Setup(_) => false,
        }
    }

    /// Whether the thing asked for says it is gone (410).
    pub fn is_gone(&self) -> bool {
        match self {
            Self::Http(error) => error.is_gone(),
            Self::Shared(error) => error.is_gone(),
            _ => false,
        }
    }
}

fn http_is_absent(error: &HttpError) -> bool {
    matches!(error, HttpError::Status { status, .. } if matches!(status.as_u16(), 404 | 410))
}
