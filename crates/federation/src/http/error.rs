//! What can go wrong when we talk to another server.

use http::StatusCode;
use url::Url;

use super::policy::{AddressError, PolicyError};
use crate::json_limits::JsonLimit;
use crate::signature::cavage::SignError;

/// Why an outgoing request failed.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The URL or the address behind it is not allowed.
    #[error("{url} refused: {source}")]
    Address {
        /// The URL refused.
        url: Url,
        /// The rule.
        source: AddressError,
    },
    /// A host this server does not speak with: its own, a suspended one, or one that a closed network does not list.
    #[error("{url} refused: we do not speak with this server")]
    Closed {
        /// The URL refused.
        url: Url,
    },
    /// The federation library tried to fetch by itself.
    #[error("{url} refused: documents are fetched another way")]
    NotThisWay {
        /// The URL refused.
        url: Url,
    },
    /// The configuration of the client cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The client, or a request of it, could not be built.
    #[error("http client or request cannot be built")]
    Build(#[source] reqwest::Error),
    /// No connection, no answer in time, or a broken one.
    #[error("{url} did not answer properly")]
    Transport {
        /// The URL asked.
        url: Url,
        /// What the client reports.
        source: reqwest::Error,
    },
    /// Nothing came for too long, neither an answer nor more of one.
    #[error("{url} stopped answering")]
    Stalled {
        /// The URL asked.
        url: Url,
    },
    /// The request could not be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// An answer other than 2xx.
    #[error("{url} answered {status}")]
    Status {
        /// The URL asked.
        url: Url,
        /// Its answer.
        status: StatusCode,
    },
    /// A second redirect, or one without a usable target.
    #[error("{url} redirects too often or nowhere")]
    Redirect {
        /// The URL that redirected.
        url: Url,
    },
    /// The body is larger than allowed.
    #[error("{url} sent more than {limit_bytes} bytes")]
    TooLarge {
        /// The URL asked.
        url: Url,
        /// The limit.
        limit_bytes: usize,
    },
    /// What came could not be written down.
    #[error("a file cannot be written")]
    Sink(#[source] std::io::Error),
    /// The answer is not of the media type asked for.
    #[error("{url} sent another content type")]
    ContentType {
        /// The URL asked.
        url: Url,
    },
    /// The JSON exceeds a bound.
    #[error("{url} sent unacceptable json: {source}")]
    JsonLimit {
        /// The URL asked.
        url: Url,
        /// The bound.
        source: JsonLimit,
    },
    /// The body is not JSON.
    #[error("{url} sent no json")]
    NotJson {
        /// The URL asked.
        url: Url,
        /// What the parser reports.
        source: serde_json::Error,
    },
}

impl HttpError {
    /// Whether the thing asked for is known to be gone for good (410).
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Status { status, .. } if *status == StatusCode::GONE)
    }

    /// Whether the same request may succeed later: transport trouble, 408, 425, 429 and 5xx.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Transport { .. } | Self::Stalled { .. } | Self::Sink(_) => true,
            Self::Status { status, .. } => status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429),
            _ => false,
        }
    }
}
