//! Members of a list.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::PageRequest;

use crate::call::{Call, ids};
use crate::error::ApiResult;
use crate::v1::accounts::lists;

/// Most members shown where an app asks for all at once with `limit=0`.
const ALL: u64 = 500;

/// `GET /api/v1/lists/{id}/accounts`.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let page = if call.params.text("limit") == Some("0") { PageRequest::newest(ALL) } else { call.page(40, 80) };
    let page = call.service().personal().list_accounts(call.me()?, call.path_id("id")?, page).await?;
    Ok(lists::answer(&call, page))
}

/// `POST /api/v1/lists/{id}/accounts`.
pub(crate) async fn add(call: Call) -> ApiResult<Json<Value>> {
    let accounts = ids(&call.params.list("account_ids"));
    call.service().personal().add_to_list(call.me()?, call.path_id("id")?, &accounts).await?;
    Ok(Json(json!({})))
}

/// `DELETE /api/v1/lists/{id}/accounts`; accounts in the body or in the query.
pub(crate) async fn remove(call: Call) -> ApiResult<Json<Value>> {
    let accounts = ids(&call.params.list("account_ids"));
    call.service().personal().remove_from_list(call.me()?, call.path_id("id")?, &accounts).await?;
    Ok(Json(json!({})))
}
