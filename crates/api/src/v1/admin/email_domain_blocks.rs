//! E-mail domains nobody makes an account with.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};

use super::LISTED;
use crate::call::Call;
use crate::entities::AdminEmailDomainBlock;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// `GET /api/v1/admin/email_domain_blocks`.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let page = call.service().sign_ups().email_domains(&call.cx, call.page(LISTED.0, LISTED.1)).await?;
    Ok(paging::answer(&call, page, |one| AdminEmailDomainBlock::from(&one)))
}

/// `GET /api/v1/admin/email_domain_blocks/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<AdminEmailDomainBlock>> {
    let one = call.service().sign_ups().email_domain(&call.cx, call.path_id("id")?).await?;
    Ok(Json((&one).into()))
}

/// `POST /api/v1/admin/email_domain_blocks`.
pub(crate) async fn create(call: Call) -> ApiResult<Json<AdminEmailDomainBlock>> {
    let domain = call.params.filled("domain").ok_or_else(|| ApiError::invalid("domain", "can't be blank"))?;
    let with_approval = call.params.flag("allow_with_approval")?;
    let sign_ups = call.service().sign_ups();
    let one = sign_ups.block_email_domain(&call.cx, call.authority()?, domain, with_approval).await?;
    Ok(Json((&one).into()))
}

/// `DELETE /api/v1/admin/email_domain_blocks/{id}`.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    call.service().sign_ups().unblock_email_domain(call.authority()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}
