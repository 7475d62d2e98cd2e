//! `GET /api/v1/timelines/home`.

use axum::response::Response;

use crate::call::Call;
use crate::error::ApiResult;

/// What the people and hashtags one follows wrote.
pub(crate) async fn show(call: Call) -> ApiResult<Response> {
    let page = call.service().timelines().home(call.me()?, super::page(&call)).await?;
    Ok(super::answer(&call, page))
}
