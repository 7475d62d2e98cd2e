//! Statuses in other languages.

use axum::Json;

use crate::call::Call;
use crate::entities::Translation;
use crate::error::ApiResult;

/// `POST /api/v1/statuses/{id}/translate`: into `lang`, or the language of the reader's interface.
pub(crate) async fn create(call: Call) -> ApiResult<Json<Translation>> {
    let language = call.params.filled("lang").unwrap_or(call.person()?.1.locale.as_str());
    let translation = call.service().translation().status(call.viewer(), call.path_id("id")?, language).await?;
    Ok(Json(Translation::from(translation)))
}
