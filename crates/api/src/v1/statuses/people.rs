//! Who favourited or boosted a status.

use axum::response::Response;

use crate::call::Call;
use crate::error::ApiResult;
use crate::v1::accounts::lists;

/// `GET /api/v1/statuses/{id}/favourited_by`.
pub(crate) async fn favourited_by(call: Call) -> ApiResult<Response> {
    let (id, page) = (call.path_id("id")?, call.page(40, 80));
    let page = call.service().statuses().favourited_by(call.viewer(), id, page).await?;
    Ok(lists::answer(&call, page))
}

/// `GET /api/v1/statuses/{id}/reblogged_by`.
pub(crate) async fn reblogged_by(call: Call) -> ApiResult<Response> {
    let (id, page) = (call.path_id("id")?, call.page(40, 80));
    let page = call.service().statuses().reblogged_by(call.viewer(), id, page).await?;
    Ok(lists::answer(&call, page))
}
