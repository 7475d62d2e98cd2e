//! Domains that are spoken with by name.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};

use super::LISTED;
use crate::call::Call;
use crate::entities::AdminDomainAllow;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// `GET /api/v1/admin/domain_allows`.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let page = call.service().domains().allows(call.page(LISTED.0, LISTED.1)).await?;
    Ok(paging::answer(&call, page, |allow| AdminDomainAllow::new(&allow)))
}

/// `GET /api/v1/admin/domain_allows/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<AdminDomainAllow>> {
    let allow = call.service().domains().allow_by_id(call.path_id("id")?).await?;
    Ok(Json(AdminDomainAllow::new(&allow)))
}

/// `POST /api/v1/admin/domain_allows`.
pub(crate) async fn create(call: Call) -> ApiResult<Json<AdminDomainAllow>> {
    let domain = call.params.filled("domain").ok_or_else(|| ApiError::invalid("domain", "can't be blank"))?;
    let allow = call.service().domains().add_allow(&call.cx, call.authority()?, domain).await?;
    Ok(Json(AdminDomainAllow::new(&allow)))
}

/// `DELETE /api/v1/admin/domain_allows/{id}`.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    call.service().domains().disallow(call.authority()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}
