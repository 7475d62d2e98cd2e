//! Announcements.

use axum::Json;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiResult;

/// `GET /api/v1/announcements`; those dismissed only with `with_dismissed`.
pub(crate) async fn list(call: Call) -> ApiResult<Json<Vec<Value>>> {
    let with_dismissed = call.params.flag("with_dismissed")?;
    let found = call.service().announcements().list(&call.cx, call.me()?, with_dismissed).await?;
    let render = call.render();
    Ok(Json(found.iter().map(|view| render.announcement(view)).collect()))
}

/// `POST /api/v1/announcements/{id}/dismiss`.
pub(crate) async fn dismiss(call: Call) -> ApiResult<Json<Value>> {
    call.service().announcements().dismiss(&call.cx, call.me()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}

/// `PUT /api/v1/announcements/{id}/reactions/{name}`.
pub(crate) async fn react(call: Call) -> ApiResult<Json<Value>> {
    let (me, id) = (call.me()?, call.path_id("id")?);
    call.service().announcements().react(&call.cx, me, id, call.path_text("name")).await?;
    Ok(Json(json!({})))
}

/// `DELETE /api/v1/announcements/{id}/reactions/{name}`.
pub(crate) async fn unreact(call: Call) -> ApiResult<Json<Value>> {
    let (me, id) = (call.me()?, call.path_id("id")?);
    call.service().announcements().unreact(&call.cx, me, id, call.path_text("name")).await?;
    Ok(Json(json!({})))
}
