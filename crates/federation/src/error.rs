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
    /// The federation library's fetch failed.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// Our own request failed.
    #[error(transparent)]
    Http(#[from] HttpError),
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
            Self::Refused(_) | Self::Ignored(_) => false,
            Self::Http(error) => error.is_temporary(),
            Self::Library(error) => library_is_temporary(error),
            Self::Service(error) => {
                matches!(error, ServiceError::Storage(_) | ServiceError::Internal(_) | ServiceError::RateLimited { .. })
            }
            Self::Setup(_) => true,
        }
    }

    /// Whether the thing asked for is gone for good, or was never there (404, 410).
    pub fn is_absent(&self) -> bool {
        match self {
            Self::Http(error) => http_is_absent(error),
            Self::Library(LibraryError::NotFound | LibraryError::ObjectDeleted(_)) => true,
            Self::Library(error) => in_library(error).is_some_and(http_is_absent),
            Self::Service(error) => matches!(error, ServiceError::NotFound(_)),
            Self::Refused(_) | Self::Ignored(_) | Self::Setup(_) => false,
        }
    }

    /// Whether the thing asked for says it is gone (410).
    pub fn is_gone(&self) -> bool {
        match self {
            Self::Http(error) => error.is_gone(),
            Self::Library(error) => matches!(error, LibraryError::ObjectDeleted(_)),
            _ => false,
        }
    }
}

fn library_is_temporary(error: &LibraryError) -> bool {
    match error {
        LibraryError::ReqwestMiddleware(reqwest_middleware::Error::Reqwest(_))
        | LibraryError::Reqwest(_)
        | LibraryError::DomainResolveError(_) => true,
        other => in_library(other).is_some_and(HttpError::is_temporary),
    }
}

/// Our own error inside the library's, where our middleware raised it.
fn in_library(error: &LibraryError) -> Option<&HttpError> {
    match error {
        LibraryError::ReqwestMiddleware(reqwest_middleware::Error::Middleware(inner)) => inner.downcast_ref(),
        _ => None,
    }
}

fn http_is_absent(error: &HttpError) -> bool {
    matches!(error, HttpError::Status { status, .. } if matches!(status.as_u16(), 404 | 410))
}
