//! Who quotes a status, and who may.

use axum::Json;
use axum::response::Response;

use super::{draft, show};
use crate::call::Call;
use crate::entities::Status;
use crate::error::{ApiError, ApiResult};
use crate::v1::timelines;

/// `GET /api/v1/statuses/{id}/quotes`: accepted ones, newest first.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let (id, page) = (call.path_id("id")?, call.page(20, 40));
    let page = call.service().statuses().quotes(call.viewer(), id, page).await?;
    Ok(timelines::answer(&call, page))
}

/// `POST /api/v1/statuses/{id}/quotes/{quoting_id}/revoke`: takes back that `quoting_id` may quote one's own status `id`;
/// answers with the status that quotes.
pub(crate) async fn revoke(call: Call) -> ApiResult<Json<Status>> {
    let (quoted, quoting) = (call.path_id("id")?, call.path_id("quoting_id")?);
    call.service().statuses().revoke_quote(&call.cx, call.me()?, quoted, quoting).await?;
    show::answer(&call, quoting).await
}

/// `PUT /api/v1/statuses/{id}/interaction_policy`: says anew who may quote one's own status.
pub(crate) async fn set_policy(call: Call) -> ApiResult<Json<Status>> {
    let id = call.path_id("id")?;
    let name = "quote_approval_policy";
    let policy = draft::quote_policy(&call.params, name)?.ok_or_else(|| ApiError::invalid(name, "can't be blank"))?;
    call.service().statuses().set_quote_policy(&call.cx, call.me()?, id, policy).await?;
    show::answer(&call, id).await
}
