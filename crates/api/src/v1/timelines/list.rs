//! `GET /api/v1/timelines/list/{list_id}`.

use axum::response::Response;

use crate::call::Call;
use crate::error::ApiResult;

/// Statuses of the members of a list.
pub(crate) async fn show(call: Call) -> ApiResult<Response> {
    let page = call.service().timelines().list(call.me()?, call.path_id("list_id")?, super::page(&call)).await?;
    Ok(super::answer(&call, page))
}
