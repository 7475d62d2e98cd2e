//! Reports as those who deal with them see them.

use axum::Json;
use axum::response::Response;
use staffroom_domain::ids::ReportId;
use staffroom_domain::moderation::ReportFilter;
use staffroom_domain::report::ReportCategory;

use super::LISTED;
use crate::call::{Call, id};
use crate::entities::AdminReport;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// `GET /api/v1/admin/reports`.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let of = |name: &str| call.params.filled(name).and_then(id);
    let filter = ReportFilter {
        resolved: call.params.flag("resolved")?,
        account_id: of("account_id"),
        target_id: of("target_account_id"),
    };
    let page = call.service().reports().details(call.authority()?, filter, call.page(LISTED.0, LISTED.1)).await?;
    let render = call.render();
    Ok(paging::answer(&call, page, |detail| render.admin_report(&detail)))
}

/// `GET /api/v1/admin/reports/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<AdminReport>> {
    let id = call.path_id("id")?;
    now(&call, id).await
}

/// `PUT /api/v1/admin/reports/{id}`: what it is about.
pub(crate) async fn update(call: Call) -> ApiResult<Json<AdminReport>> {
    let id = call.path_id("id")?;
    if let Some(word) = call.params.filled("category") {
        let category = ReportCategory::parse(word).ok_or_else(|| ApiError::invalid("category", "is not a category"))?;
        call.service().reports().set_category(&call.cx, call.authority()?, id, category).await?;
    }
    now(&call, id).await
}

/// `POST /api/v1/admin/reports/{id}/assign_to_self`.
pub(crate) async fn assign(call: Call) -> ApiResult<Json<AdminReport>> {
    let id = call.path_id("id")?;
    call.service().reports().assign(&call.cx, call.authority()?, id, true).await?;
    now(&call, id).await
}

/// `POST /api/v1/admin/reports/{id}/unassign`.
pub(crate) async fn unassign(call: Call) -> ApiResult<Json<AdminReport>> {
    let id = call.path_id("id")?;
    call.service().reports().assign(&call.cx, call.authority()?, id, false).await?;
    now(&call, id).await
}

/// `POST /api/v1/admin/reports/{id}/resolve`.
pub(crate) async fn resolve(call: Call) -> ApiResult<Json<AdminReport>> {
    let id = call.path_id("id")?;
    call.service().reports().resolve(&call.cx, call.authority()?, id, true).await?;
    now(&call, id).await
}

/// `POST /api/v1/admin/reports/{id}/reopen`.
pub(crate) async fn reopen(call: Call) -> ApiResult<Json<AdminReport>> {
    let id = call.path_id("id")?;
    call.service().reports().resolve(&call.cx, call.authority()?, id, false).await?;
    now(&call, id).await
}

async fn now(call: &Call, id: ReportId) -> ApiResult<Json<AdminReport>> {
    let detail = call.service().reports().detail(call.authority()?, id).await?;
    Ok(Json(call.render().admin_report(&detail)))
}
