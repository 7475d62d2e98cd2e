//! Direct conversations.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiResult;
use crate::paging;

/// `GET /api/v1/conversations`: the cursor is the newest status of each.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let page = call.service().conversations().list(call.me()?, call.page(20, 40)).await?;
    let render = call.render();
    Ok(paging::answer(&call, page, |view| render.conversation(&view)))
}

/// `POST /api/v1/conversations/{id}/read`.
pub(crate) async fn read(call: Call) -> ApiResult<Json<Value>> {
    let view = call.service().conversations().mark_read(call.me()?, call.path_id("id")?).await?;
    Ok(Json(call.render().conversation(&view)))
}

/// `DELETE /api/v1/conversations/{id}`.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    call.service().conversations().remove(call.me()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}
