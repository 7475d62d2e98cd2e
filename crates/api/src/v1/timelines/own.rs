//! One's own bookmarks and favourites. Their cursors are not ids of statuses.

use axum::response::Response;

use crate::call::Call;
use crate::error::ApiResult;

/// `GET /api/v1/bookmarks`.
pub(crate) async fn bookmarks(call: Call) -> ApiResult<Response> {
    let page = call.service().timelines().bookmarks(call.me()?, super::page(&call)).await?;
    Ok(super::answer(&call, page))
}

/// `GET /api/v1/favourites`.
pub(crate) async fn favourites(call: Call) -> ApiResult<Response> {
    let page = call.service().timelines().favourites(call.me()?, super::page(&call)).await?;
    Ok(super::answer(&call, page))
}
