//! Custom emoji of this instance. Apps ask when they start.

use axum::Json;

use crate::call::Call;
use crate::entities::CustomEmoji;
use crate::error::ApiResult;

/// `GET /api/v1/custom_emojis`.
pub(crate) async fn list(call: Call) -> ApiResult<Json<Vec<CustomEmoji>>> {
    let found = call.service().emojis().list().await?;
    let render = call.render();
    Ok(Json(found.iter().map(|emoji| render.custom_emoji(emoji)).collect()))
}
