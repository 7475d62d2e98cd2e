//! `GET /api/v1/instance` and the house rules.

use axum::Json;
use serde_json::Value;

use crate::call::Call;
use crate::entities;
use crate::error::ApiResult;

/// What the instance says about itself, old form.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let info = call.service().instance();
    let (stats, contact) = (info.stats().await?, info.contact().await?);
    Ok(Json(entities::instance_v1(&call.render(), stats, contact.as_ref())))
}

/// House rules.
pub(crate) async fn rules(call: Call) -> ApiResult<Json<Value>> {
    Ok(Json(entities::rules(call.service().settings())))
}
