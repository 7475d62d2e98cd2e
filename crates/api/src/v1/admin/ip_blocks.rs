//! Rules about internet addresses.

use std::time::Duration;

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::Timestamp;
use staffroom_service::sign_ups::{IpBlock, IpSeverity, IpWishes};

use super::LISTED;
use crate::call::Call;
use crate::dispatch::client_address;
use crate::entities::AdminIpBlock;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// `GET /api/v1/admin/ip_blocks`.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let page = call.service().sign_ups().networks(&call.cx, call.page(LISTED.0, LISTED.1)).await?;
    Ok(paging::answer(&call, page, |block| AdminIpBlock::from(&block)))
}

/// `GET /api/v1/admin/ip_blocks/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<AdminIpBlock>> {
    let block = call.service().sign_ups().network(&call.cx, call.path_id("id")?).await?;
    Ok(Json((&block).into()))
}

/// `POST /api/v1/admin/ip_blocks`.
pub(crate) async fn create(call: Call) -> ApiResult<Json<AdminIpBlock>> {
    let (wishes, asker) = (wished(&call, None)?, client_address(&call.parts));
    let block = call.service().sign_ups().block_network(&call.cx, call.authority()?, asker, wishes).await?;
    Ok(Json((&block).into()))
}

/// `PUT /api/v1/admin/ip_blocks/{id}`: what is not sent stays.
pub(crate) async fn update(call: Call) -> ApiResult<Json<AdminIpBlock>> {
    let sign_ups = call.service().sign_ups();
    let known = sign_ups.network(&call.cx, call.path_id("id")?).await?;
    let (wishes, asker) = (wished(&call, Some(&known))?, client_address(&call.parts));
    let block = sign_ups.change_network(&call.cx, call.authority()?, asker, known.id, wishes).await?;
    Ok(Json((&block).into()))
}

/// `DELETE /api/v1/admin/ip_blocks/{id}`.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    call.service().sign_ups().unblock_network(&call.cx, call.authority()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}

fn wished(call: &Call, known: Option<&IpBlock>) -> ApiResult<IpWishes> {
    let params = &call.params;
    let blank = |field: &str| ApiError::invalid(field, "can't be blank");
    let network = params.filled("ip").map(ToOwned::to_owned);
    let severity = match params.filled("severity") {
        Some(word) => Some(IpSeverity::parse(word).ok_or_else(|| ApiError::invalid("severity", "is unknown"))?),
        None => known.map(|block| block.severity),
    };
    let comment = params.text("comment").map(ToOwned::to_owned);
    Ok(IpWishes {
        network: network.or_else(|| known.map(|block| block.network.to_string())).ok_or_else(|| blank("ip"))?,
        severity: severity.ok_or_else(|| blank("severity"))?,
        comment: comment.or_else(|| known.map(|block| block.comment.clone())).unwrap_or_default(),
        expires_at: if params.filled("expires_in").is_some() || known.is_none() {
            end(call)?
        } else {
            known.and_then(|block| block.expires_at)
        },
    })
}

/// When the rule is to end; never, unless asked.
fn end(call: &Call) -> ApiResult<Option<Timestamp>> {
    let Some(seconds) = call.params.number("expires_in")? else { return Ok(None) };
    let must = || ApiError::invalid("expires_in", "must be greater than 0");
    let seconds = u32::try_from(seconds).ok().filter(|seconds| *seconds > 0).ok_or_else(must)?;
    Ok(Some(call.cx.now().plus(Duration::from_secs(seconds.into()))))
}
