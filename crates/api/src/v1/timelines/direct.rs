//! `GET /api/v1/timelines/direct`: what apps used before there were conversations.

use axum::response::Response;

use crate::call::Call;
use crate::error::ApiResult;

/// Direct statuses one wrote or is named in.
pub(crate) async fn show(call: Call) -> ApiResult<Response> {
    let page = call.service().timelines().direct(call.me()?, super::page(&call)).await?;
    Ok(super::answer(&call, page))
}
