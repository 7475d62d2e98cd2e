//! `/users/{name}/statuses/{id}/replies`: ids of the answers everybody may see.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::{Paging, overview, page};
use crate::Federation;
use crate::render::context;
use crate::serve::answer::Failure;
use crate::serve::statuses::open;

/// `GET /users/{name}/statuses/{id}/replies`.
pub(crate) async fn get(
    State(federation): State<Federation>,
    Path((name, id)): Path<(String, String)>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    let status = open(&federation, &name, &id).await?.status;
    let uri = format!("{}/replies", status.uri);
    let Some(request) = paging.request() else { return Ok(overview(&uri, None, true)) };
    let found = federation.shared().service().statuses().replies(status.id, request).await?;
    Ok(page(&uri, &request, context::plain(), &found.map(|uri| -> Value { json!(uri) })))
}
