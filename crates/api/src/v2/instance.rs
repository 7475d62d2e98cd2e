//! `GET /api/v2/instance`.

use axum::Json;
use serde_json::Value;

use crate::call::Call;
use crate::entities;
use crate::error::ApiResult;

/// What the instance says about itself.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let info = call.service().instance();
    let (stats, contact) = (info.stats().await?, info.contact().await?);
    let vapid_key = call.service().push().server_key().await?;
    Ok(Json(entities::instance_v2(&call.render(), stats, contact.as_ref(), &vapid_key)))
}
