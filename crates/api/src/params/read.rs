//! Reads query and body into one set of parameters; the body wins.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use http_body_util::LengthLimitError;

use super::tree::{Params, Tree, Value};
use crate::error::{ApiError, ApiResult};

/// Reads all parameters of a request whose body may have `limit_bytes`.
///
/// # Errors
/// 413 for a larger body, 415 for one of an unknown type, 400 for one that cannot be read.
pub(crate) async fn read(parts: &Parts, body: Body, limit_bytes: usize) -> ApiResult<Params> {
    let mut query = Tree::default();
    add_form(&mut query, parts.uri.query().unwrap_or_default().as_bytes())?;
    let bytes = to_bytes(body, limit_bytes).await.map_err(unreadable)?;
    let mut tree = Tree::default();
    if !bytes.is_empty() {
        let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        add_body(&mut tree, content_type, bytes).await?;
    }
    Ok(tree.over(query))
}

impl Params {
    /// Parameters of one JSON object that is no body of a request.
    ///
    /// # Errors
    /// 400 when it is none, or too large.
    pub(crate) fn from_json_text(text: &str) -> ApiResult<Self> {
        let mut tree = Tree::default();
        add_json(&mut tree, text.as_bytes())?;
        Ok(tree.over(Tree::default()))
    }
}

fn unreadable(error: axum::Error) -> ApiError {
    if error.into_inner().is::<LengthLimitError>() {
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "The request body is too large")
    } else {
        ApiError::bad_request("The request body could not be read")
    }
}

async fn add_body(tree: &mut Tree, content_type: Option<&str>, bytes: Bytes) -> ApiResult<()> {
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/x-www-form-urlencoded" => add_form(tree, &bytes),
        "multipart/form-data" => super::multipart::add(tree, content_type.unwrap_or_default(), bytes).await,
        essence if essence == "application/json" || essence.ends_with("+json") => add_json(tree, &bytes),
        "" if bytes.first() == Some(&b'{') => add_json(tree, &bytes),
        "" => add_form(tree, &bytes),
        _ => Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body must be JSON or a form")),
    }
}

fn add_json(tree: &mut Tree, bytes: &[u8]) -> ApiResult<()> {
    let json = serde_json::from_slice(bytes);
    tree.add_json(json.map_err(|error| ApiError::bad_request(format!("The body is not JSON: {error}")))?)
}

fn add_form(tree: &mut Tree, bytes: &[u8]) -> ApiResult<()> {
    form_urlencoded::parse(bytes).try_for_each(|(name, value)| tree.add(&name, Value::Text(value.into_owned())))
}
