//! Multipart forms: texts and files.

use axum::body::{Body, Bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::http::header;
use staffroom_domain::account::MediaUpload;

use super::tree::{Tree, Value};
use crate::error::{ApiError, ApiResult};

/// Adds the parts of a multipart body already read in full.
///
/// # Errors
/// 400 for a body that is not what its type says, or with too many parts.
pub(crate) async fn add(tree: &mut Tree, content_type: &str, bytes: Bytes) -> ApiResult<()> {
    let mut request = Request::builder()
        .header(header::CONTENT_TYPE, content_type)
        .body(Body::from(bytes))
        .map_err(|error| ApiError::bad_request(error.to_string()))?;
    // The size was checked when the body was read.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut form =
        Multipart::from_request(request, &()).await.map_err(|error| ApiError::bad_request(error.body_text()))?;
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        let Some(name) = field.name().map(ToOwned::to_owned) else { continue };
        let file_name = field.file_name().map(ToOwned::to_owned);
        let content_type = field.content_type().map(ToOwned::to_owned);
        let bytes = field.bytes().await.map_err(|error| unreadable(&error))?;
        let value = if file_name.is_some() {
            Value::File(MediaUpload { bytes: bytes.into(), file_name, content_type })
        } else {
            Value::Text(String::from_utf8_lossy(&bytes).into_owned())
        };
        tree.add(&name, value)?;
    }
    Ok(())
}

fn unreadable(error: &MultipartError) -> ApiError {
    ApiError::bad_request(error.body_text())
}
