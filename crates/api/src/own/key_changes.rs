//! Accounts elsewhere that came back with other keys after their server was away.

use axum::Json;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiResult;

/// `GET /api/v1/staffroom/admin/key_changes`: newest first.
pub(crate) async fn list(call: Call) -> ApiResult<Json<Value>> {
    let changes = call.service().accounts().key_changes(call.own_limit(40, 200)?).await?;
    let entity = |change: &staffroom_service::accounts::KeyChange| json!({ "acct": change.acct, "uri": change.uri, "at": change.at.to_rfc3339() });
    Ok(Json(changes.iter().map(entity).collect()))
}
