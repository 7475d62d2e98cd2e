//! Domains the caller wants nothing of.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// `GET /api/v1/domain_blocks`: plain names; the cursor is the block's.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let page = call.service().follows().domain_blocks(call.me()?, call.page(100, 200)).await?;
    Ok(paging::answer(&call, page, |domain| domain))
}

/// `GET /api/v1/domain_blocks/preview`: how many follows a block would end.
pub(crate) async fn preview(call: Call) -> ApiResult<Json<Value>> {
    let (following, followers) = call.service().follows().ties_with_domain(call.me()?, domain(&call)?).await?;
    Ok(Json(json!({ "following_count": following, "followers_count": followers })))
}

/// `POST /api/v1/domain_blocks`.
pub(crate) async fn create(call: Call) -> ApiResult<Json<Value>> {
    call.service().follows().block_domain(&call.cx, call.me()?, domain(&call)?).await?;
    Ok(Json(json!({})))
}

/// `DELETE /api/v1/domain_blocks`; the domain in the body or in the query.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    call.service().follows().unblock_domain(call.me()?, domain(&call)?).await?;
    Ok(Json(json!({})))
}

fn domain(call: &Call) -> ApiResult<&str> {
    call.params.filled("domain").ok_or_else(|| ApiError::invalid("domain", "can't be blank"))
}
