//! Limits on domains.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_service::domains::{NewBlock, Severity};

use super::LISTED;
use crate::call::Call;
use crate::entities::AdminDomainBlock;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// `GET /api/v1/admin/domain_blocks`.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let page = call.service().domains().blocks(call.page(LISTED.0, LISTED.1)).await?;
    let render = call.render();
    Ok(paging::answer(&call, page, |block| render.admin_domain_block(&block)))
}

/// `GET /api/v1/admin/domain_blocks/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<AdminDomainBlock>> {
    let block = call.service().domains().block_by_id(call.path_id("id")?).await?;
    Ok(Json(call.render().admin_domain_block(&block)))
}

/// `POST /api/v1/admin/domain_blocks`; silences unless asked otherwise.
pub(crate) async fn create(call: Call) -> ApiResult<Json<AdminDomainBlock>> {
    let domain = call.params.filled("domain").ok_or_else(|| ApiError::invalid("domain", "can't be blank"))?;
    let wanted = changed(&call, NewBlock::new(Severity::Silence))?;
    let block = call.service().domains().add_block(&call.cx, call.authority()?, domain, wanted).await?;
    Ok(Json(call.render().admin_domain_block(&block)))
}

/// `PUT /api/v1/admin/domain_blocks/{id}`: what is not sent stays.
pub(crate) async fn update(call: Call) -> ApiResult<Json<AdminDomainBlock>> {
    let domains = call.service().domains();
    let known = domains.block_by_id(call.path_id("id")?).await?;
    let wanted = NewBlock {
        severity: known.severity,
        reject_media: known.reject_media,
        reject_reports: known.reject_reports,
        comment: known.comment,
        public_comment: known.public_comment,
        obfuscate: known.obfuscate,
    };
    let block = domains.block(&call.cx, call.authority()?, &known.domain, changed(&call, wanted)?).await?;
    Ok(Json(call.render().admin_domain_block(&block)))
}

/// `DELETE /api/v1/admin/domain_blocks/{id}`.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    call.service().domains().unblock(call.authority()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}

fn changed(call: &Call, known: NewBlock) -> ApiResult<NewBlock> {
    let params = &call.params;
    let text = |name: &str, known: String| params.text(name).map_or(known, ToOwned::to_owned);
    Ok(NewBlock {
        severity: match params.filled("severity") {
            None => known.severity,
            Some(word) => Severity::parse(word).ok_or_else(|| ApiError::invalid("severity", "is unknown"))?,
        },
        reject_media: params.boolean("reject_media")?.unwrap_or(known.reject_media),
        reject_reports: params.boolean("reject_reports")?.unwrap_or(known.reject_reports),
        comment: text("private_comment", known.comment),
        public_comment: text("public_comment", known.public_comment),
        obfuscate: params.boolean("obfuscate")?.unwrap_or(known.obfuscate),
    })
}
