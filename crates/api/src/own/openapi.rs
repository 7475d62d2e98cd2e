//! `GET /api/openapi.json`: this API, described for programs.

use std::sync::LazyLock;

use axum::http::{HeaderName, header};

use crate::call::Call;
use crate::error::ApiResult;
use crate::openapi;

type Typed = [(HeaderName, &'static str); 1];

/// The same for everybody, written once.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| openapi::document().to_string());

/// The OpenAPI document.
pub(crate) async fn show(_call: Call) -> ApiResult<(Typed, &'static str)> {
    Ok(([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str()))
}
