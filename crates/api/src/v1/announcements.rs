//! Announcements and custom emoji: nobody can make either yet, so both lists are truly empty. Apps ask at start.

use axum::Json;

use crate::call::Call;
use crate::entities::CustomEmoji;
use crate::error::ApiResult;

/// `GET /api/v1/announcements`.
pub(crate) async fn list(_call: Call) -> ApiResult<Json<Vec<()>>> {
    Ok(Json(Vec::new()))
}

/// `GET /api/v1/custom_emojis`.
pub(crate) async fn custom_emojis(_call: Call) -> ApiResult<Json<Vec<CustomEmoji>>> {
    Ok(Json(Vec::new()))
}
