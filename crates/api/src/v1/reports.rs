//! Reporting an account.

use axum::Json;
use staffroom_domain::report::{NewReport, ReportCategory};

use crate::call::{Call, id, ids};
use crate::entities::Report;
use crate::error::{ApiError, ApiResult};

/// `POST /api/v1/reports`.
pub(crate) async fn create(call: Call) -> ApiResult<Json<Report>> {
    let params = &call.params;
    let target = params.filled("account_id").ok_or_else(|| ApiError::invalid("account_id", "can't be blank"))?;
    let category = match params.filled("category") {
        None => ReportCategory::Other,
        Some(word) => ReportCategory::parse(word).ok_or_else(|| ApiError::invalid("category", "is not a category"))?,
    };
    let new = NewReport {
        target_id: id(target).ok_or_else(ApiError::not_found)?,
        status_ids: ids(&params.list("status_ids")),
        comment: params.filled("comment").unwrap_or_default().to_owned(),
        category,
        forward: params.flag("forward")?,
    };
    let view = call.service().reports().file(&call.cx, call.me()?, new).await?;
    Ok(Json(call.render().report(&view)))
}
