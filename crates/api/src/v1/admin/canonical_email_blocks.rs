//! E-mail addresses nobody makes an account with.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};

use super::LISTED;
use crate::call::Call;
use crate::entities::AdminCanonicalEmailBlock;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// `GET /api/v1/admin/canonical_email_blocks`.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let page = call.service().sign_ups().email_hashes(call.page(LISTED.0, LISTED.1)).await?;
    Ok(paging::answer(&call, page, |block| AdminCanonicalEmailBlock::from(&block)))
}

/// `GET /api/v1/admin/canonical_email_blocks/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<AdminCanonicalEmailBlock>> {
    let block = call.service().sign_ups().email_hash(call.path_id("id")?).await?;
    Ok(Json((&block).into()))
}

/// `POST /api/v1/admin/canonical_email_blocks`: an address, or only its hash.
pub(crate) async fn create(call: Call) -> ApiResult<Json<AdminCanonicalEmailBlock>> {
    let (sign_ups, who) = (call.service().sign_ups(), call.authority()?);
    let block = match (call.params.filled("email"), call.params.filled("canonical_email_hash")) {
        (Some(email), _) => sign_ups.block_email(&call.cx, who, email).await?,
        (None, Some(hash)) => sign_ups.block_email_hash(&call.cx, who, hash).await?,
        (None, None) => return Err(ApiError::invalid("email", "can't be blank")),
    };
    Ok(Json((&block).into()))
}

/// `POST /api/v1/admin/canonical_email_blocks/test`: the rules an address falls under.
pub(crate) async fn test(call: Call) -> ApiResult<Json<Vec<AdminCanonicalEmailBlock>>> {
    let email = call.params.filled("email").ok_or_else(|| ApiError::invalid("email", "can't be blank"))?;
    let found = call.service().sign_ups().email_hash_of(email).await?;
    Ok(Json(found.iter().map(AdminCanonicalEmailBlock::from).collect()))
}

/// `DELETE /api/v1/admin/canonical_email_blocks/{id}`.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    call.service().sign_ups().unblock_email(call.authority()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}
