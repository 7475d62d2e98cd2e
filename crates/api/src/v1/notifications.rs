//! Notifications.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::notification::{NotificationFilter, NotificationKind};

use crate::call::{Call, id};
use crate::entities::Notification;
use crate::error::ApiResult;
use crate::paging;

/// `GET /api/v1/notifications`.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let filter = filter(&call)?;
    let page = call.service().notifications().list(call.me()?, filter, call.page(40, 80)).await?;
    let render = call.render();
    Ok(paging::answer(&call, page, |notification| render.notification(&notification)))
}

/// `GET /api/v1/notifications/unread_count`: counted up to `limit`.
pub(crate) async fn unread_count(call: Call) -> ApiResult<Json<Value>> {
    let count = call.service().notifications().unread(call.me()?, &filter(&call)?, &[], call.limit(100, 1_000)).await?;
    Ok(Json(json!({ "count": count })))
}

/// Which notifications are asked for. Kinds not known here are ignored; naming only such gives an empty list.
pub(crate) fn filter(call: &Call) -> ApiResult<NotificationFilter> {
    let kinds = |name: &str| -> Vec<NotificationKind> {
        call.params.list(name).into_iter().filter_map(NotificationKind::parse).collect()
    };
    let (wanted, asked) = (kinds("types"), !call.params.list("types").is_empty());
    Ok(NotificationFilter {
        nothing: asked && wanted.is_empty(),
        kinds: wanted,
        exclude: kinds("exclude_types"),
        from: call.params.filled("account_id").and_then(id),
        with_filtered: call.params.flag("include_filtered")?,
    })
}

/// `GET /api/v1/notifications/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Notification>> {
    let notification = call.service().notifications().get_as_read(call.me()?, call.path_id("id")?).await?;
    Ok(Json(call.render().notification(&notification)))
}

/// `POST /api/v1/notifications/{id}/dismiss`.
pub(crate) async fn dismiss(call: Call) -> ApiResult<Json<Value>> {
    call.service().notifications().dismiss(&call.cx, call.me()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}

/// `POST /api/v1/notifications/clear`.
pub(crate) async fn clear(call: Call) -> ApiResult<Json<Value>> {
    call.service().notifications().clear(&call.cx, call.me()?).await?;
    Ok(Json(json!({})))
}
