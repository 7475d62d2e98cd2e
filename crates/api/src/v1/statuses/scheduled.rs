//! Statuses waiting to be published.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};

use super::publish::scheduled_at;
use crate::call::Call;
use crate::entities::ScheduledStatus;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// `GET /api/v1/scheduled_statuses`.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let (account, user) = call.person()?;
    let page = call.service().statuses().scheduled(account.id, call.page(20, 40)).await?;
    let (render, usual) = (call.render(), user.posting.visibility);
    Ok(paging::answer(&call, page, |waiting| render.scheduled(&waiting, usual)))
}

/// `GET /api/v1/scheduled_statuses/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<ScheduledStatus>> {
    let (account, user) = call.person()?;
    let waiting = call.service().statuses().scheduled_one(account.id, call.path_id("id")?).await?;
    Ok(Json(call.render().scheduled(&waiting, user.posting.visibility)))
}

/// `PUT /api/v1/scheduled_statuses/{id}`: another time.
pub(crate) async fn update(call: Call) -> ApiResult<Json<ScheduledStatus>> {
    let (account, user) = call.person()?;
    let at = scheduled_at(&call)?.ok_or_else(|| ApiError::invalid("scheduled_at", "can't be blank"))?;
    let waiting = call.service().statuses().reschedule(&call.cx, account.id, call.path_id("id")?, at).await?;
    Ok(Json(call.render().scheduled(&waiting, user.posting.visibility)))
}

/// `DELETE /api/v1/scheduled_statuses/{id}`.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    call.service().statuses().unschedule(&call.cx, call.me()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}
