//! The one place where a refusal becomes an HTTP answer.

use std::error::Error as _;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use staffroom_service::ServiceError;
use staffroom_service::auth::OAuthError;

/// Shorthand.
pub(crate) type ApiResult<T> = Result<T, ApiError>;

/// Why a request gets no ordinary answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// A use case said no.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The token endpoint said no.
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    /// The request itself is wrong.
    #[error("{text}")]
    Request {
        /// HTTP status.
        status: StatusCode,
        /// For people.
        text: String,
    },
    /// Too often; seconds to wait.
    #[error("too many requests")]
    TooMany(u64),
}

impl ApiError {
    /// A status with a text.
    pub(crate) fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self::Request { status, text: text.into() }
    }

    /// 404 in Mastodon's words.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Record not found")
    }

    /// 422: a value is wrong.
    pub(crate) fn invalid(field: &str, why: &str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, format!("Validation failed: {field} {why}"))
    }

    /// 400: the request cannot be read.
    pub(crate) fn bad_request(why: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, why)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::Request { status, text } => plain(status, &text),
            Self::TooMany(wait_secs) => too_many(wait_secs),
            Self::Service(error) => service(&error),
            Self::OAuth(error) => oauth(&error),
        }
    }
}

fn plain(status: StatusCode, text: &str) -> Response {
    (status, Json(json!({ "error": text }))).into_response()
}

fn too_many(wait_secs: u64) -> Response {
    let wait: [(HeaderName, HeaderValue); 1] = [(header::RETRY_AFTER, HeaderValue::from(wait_secs))];
    (StatusCode::TOO_MANY_REQUESTS, wait, Json(json!({ "error": "Too many requests" }))).into_response()
}

fn service(error: &ServiceError) -> Response {
    match error {
        ServiceError::NotFound(_) => plain(StatusCode::NOT_FOUND, "Record not found"),
        ServiceError::Forbidden(why) => plain(StatusCode::FORBIDDEN, why),
        ServiceError::Invalid { field, why } => {
            plain(StatusCode::UNPROCESSABLE_ENTITY, &format!("Validation failed: {field} {why}"))
        }
        ServiceError::Conflict(why) => plain(StatusCode::CONFLICT, why),
        ServiceError::Unauthorized(why) => plain(StatusCode::UNAUTHORIZED, why),
        ServiceError::Refused { reason } => {
            plain(StatusCode::UNPROCESSABLE_ENTITY, &format!("Validation failed: {reason}"))
        }
        ServiceError::RateLimited { retry_after_secs } => too_many(*retry_after_secs),
        ServiceError::Remote(why) => plain(StatusCode::SERVICE_UNAVAILABLE, why),
        ServiceError::Killed(_) | ServiceError::Storage(_) | ServiceError::Internal(_) => {
            tracing::error!(error = %error, source = error.source().map(tracing::field::display), "request failed");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
        }
    }
}

/// RFC 6749 section 5.2: a short name for programs, a sentence for people.
fn oauth(error: &OAuthError) -> Response {
    let (status, name) = match error {
        OAuthError::InvalidClient => (StatusCode::UNAUTHORIZED, "invalid_client"),
        OAuthError::InvalidGrant => (StatusCode::BAD_REQUEST, "invalid_grant"),
        OAuthError::InvalidScope => (StatusCode::BAD_REQUEST, "invalid_scope"),
        OAuthError::InvalidRequest(_) => (StatusCode::BAD_REQUEST, "invalid_request"),
        OAuthError::UnsupportedGrantType => (StatusCode::BAD_REQUEST, "unsupported_grant_type"),
        OAuthError::Service(error) => return service(error),
    };
    (status, Json(json!({ "error": name, "error_description": error.to_string() }))).into_response()
}
