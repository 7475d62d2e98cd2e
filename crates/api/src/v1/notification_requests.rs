//! Notifications that are kept apart, by whom they are from.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::ids::NotificationRequestId;

use crate::call::{Call, ids};
use crate::entities::NotificationRequest;
use crate::error::ApiResult;
use crate::paging;

/// `GET /api/v1/notifications/requests`.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let page = call.service().notifications().requests(call.me()?, call.page(40, 80)).await?;
    let render = call.render();
    Ok(paging::answer(&call, page, |request| render.notification_request(&request)))
}

/// `GET /api/v1/notifications/requests/merged`: what was accepted is shown at once.
pub(crate) async fn merged(call: Call) -> ApiResult<Json<Value>> {
    call.me()?;
    Ok(Json(json!({ "merged": true })))
}

/// `GET /api/v1/notifications/requests/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<NotificationRequest>> {
    let request = call.service().notifications().request(call.me()?, call.path_id("id")?).await?;
    Ok(Json(call.render().notification_request(&request)))
}

/// `POST /api/v1/notifications/requests/{id}/accept`.
pub(crate) async fn accept(call: Call) -> ApiResult<Json<Value>> {
    let (me, id) = (call.me()?, call.path_id("id")?);
    call.service().notifications().request(me, id).await?;
    call.service().notifications().accept(&call.cx, me, &[id]).await?;
    Ok(Json(json!({})))
}

/// `POST /api/v1/notifications/requests/{id}/dismiss`.
pub(crate) async fn dismiss(call: Call) -> ApiResult<Json<Value>> {
    let (me, id) = (call.me()?, call.path_id("id")?);
    call.service().notifications().request(me, id).await?;
    call.service().notifications().dismiss_requests(me, &[id]).await?;
    Ok(Json(json!({})))
}

/// `POST /api/v1/notifications/requests/accept`.
pub(crate) async fn accept_many(call: Call) -> ApiResult<Json<Value>> {
    call.service().notifications().accept(&call.cx, call.me()?, &named(&call)).await?;
    Ok(Json(json!({})))
}

/// `POST /api/v1/notifications/requests/dismiss`.
pub(crate) async fn dismiss_many(call: Call) -> ApiResult<Json<Value>> {
    call.service().notifications().dismiss_requests(call.me()?, &named(&call)).await?;
    Ok(Json(json!({})))
}

/// `id[]`; what is no id names nothing.
fn named(call: &Call) -> Vec<NotificationRequestId> {
    ids(&call.params.list("id"))
}
