//! `GET /api/v1/timelines/link`.

use axum::response::Response;

use super::public;
use crate::call::Call;
use crate::error::{ApiError, ApiResult};

/// Public statuses that link to the page at `url`.
pub(crate) async fn show(call: Call) -> ApiResult<Response> {
    public::require_reader(&call)?;
    let url = call.params.filled("url").ok_or_else(|| ApiError::invalid("url", "can't be blank"))?;
    let page = call.service().timelines().link(call.viewer(), url, super::page(&call)).await?;
    Ok(super::answer(&call, page))
}
