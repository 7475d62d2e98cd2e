//! The e-mail address of somebody who has not confirmed it yet.

use axum::Json;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiResult;

/// `POST /api/v1/emails/confirmations`: sends the link once more, to `email` where that is given.
pub(crate) async fn confirmations(call: Call) -> ApiResult<Json<Value>> {
    let me = call.me()?;
    call.service().auth().send_confirmation(&call.cx, me, call.params.filled("email")).await?;
    Ok(Json(json!({})))
}

/// `GET /api/v1/emails/check_confirmation`.
pub(crate) async fn check_confirmation(call: Call) -> ApiResult<Json<bool>> {
    Ok(Json(call.person()?.1.confirmed_at.is_some()))
}
