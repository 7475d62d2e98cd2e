//! Building responses, and the one place that maps errors to HTTP here.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER, VARY};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::Value;
use staffroom_service::ServiceError;

use crate::gate::Refused;
use crate::http::content_type::ACTIVITY_JSON;
use crate::render::{context, note};

/// When to come again where a key could not be looked up.
const KEY_RETRY_SECS: u64 = 60;

/// Why a request of another server was not answered as asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A use case said no.
    Service(ServiceError),
    /// The gate said no.
    Refused(Refused),
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refused) => {
                metrics::counter!("staffroom_federation_refused_total", "reason" => refused.reason()).increment(1);
                let mut response = problem(refused.status(), &refused.to_string());
                if refused.status() == StatusCode::SERVICE_UNAVAILABLE {
                    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(KEY_RETRY_SECS));
                }
                response
            }
            // what may not be seen looks like what is not there
            Self::Service(ServiceError::NotFound(_) | ServiceError::Forbidden(_) | ServiceError::Unauthorized(_)) => {
                problem(StatusCode::NOT_FOUND, "not found")
            }
            Self::Service(ServiceError::Invalid { field, why }) => {
                problem(StatusCode::BAD_REQUEST, &format!("{field}: {why}"))
            }
            Self::Service(ServiceError::RateLimited { retry_after_secs }) => {
                let mut response = problem(StatusCode::TOO_MANY_REQUESTS, "too many requests");
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after_secs));
                response
            }
            Self::Service(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "request of another server failed");
                problem(StatusCode::INTERNAL_SERVER_ERROR, "internal error")
            }
        }
    }
}

/// Bytes of a media type, readable by scripts from anywhere.
pub(crate) fn body(status: StatusCode, media_type: &str, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_str(media_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_TYPE, media_type);
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// A JSON document.
pub(crate) fn json<T: Serialize>(media_type: &str, document: &T) -> Response {
    match serde_json::to_vec(document) {
        Ok(bytes) => body(StatusCode::OK, media_type, bytes),
        Err(error) => Failure::Service(ServiceError::Internal(error.to_string())).into_response(),
    }
}

/// An ActivityStreams document, with its context.
pub(crate) fn activity(context: Value, document: Value) -> Response {
    negotiated(json(ACTIVITY_JSON, &context::with(context, document)))
}

/// The same for a document that only its signer may read: no cache keeps it.
pub(crate) fn private(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// What is left of a deleted status: 410 and its tombstone.
pub(crate) fn gone(uri: &str) -> Response {
    let mut response = activity(context::plain(), note::tombstone(uri));
    *response.status_mut() = StatusCode::GONE;
    response
}

/// Elsewhere, for people.
pub(crate) fn see(url: &str) -> Response {
    let mut response = negotiated(StatusCode::FOUND.into_response());
    match HeaderValue::from_str(url) {
        Ok(url) => {
            response.headers_mut().insert(LOCATION, url);
            response
        }
        Err(_) => problem(StatusCode::NOT_FOUND, "not found"),
    }
}

/// Whatever is answered where people and servers get different things, refusals included, says so.
pub(crate) async fn vary(mut response: Response) -> Response {
    response.headers_mut().entry(VARY).or_insert(HeaderValue::from_static("Accept"));
    response
}

/// One line of plain text.
pub(crate) fn problem(status: StatusCode, text: &str) -> Response {
    negotiated(body(status, "text/plain; charset=utf-8", format!("{text}\n").into_bytes()))
}

/// The answer depends on `Accept`; caches must know. Who may read what depends on the signature besides.
fn negotiated(mut response: Response) -> Response {
    response.headers_mut().insert(VARY, HeaderValue::from_static("Accept, Signature"));
    response
}
