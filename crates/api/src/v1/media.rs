//! Attachments before they are part of a status.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::media::MediaUpdate;

use crate::call::Call;
use crate::entities::MediaAttachment;
use crate::error::{ApiError, ApiResult};
use crate::params::Params;

/// `POST /api/v1/media` and `POST /api/v2/media`. Pictures are ready at once, so both answer with 200.
pub(crate) async fn create(call: Call) -> ApiResult<Json<MediaAttachment>> {
    let me = call.me()?;
    let file = call.params.file("file").ok_or_else(|| ApiError::invalid("file", "can't be blank"))?.clone();
    let media = call.service().media().upload(&call.cx, me, file, change(&call.params)?).await?;
    Ok(Json(call.render().media(&media)))
}

/// `GET /api/v1/media/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<MediaAttachment>> {
    let media = call.service().media().get(call.me()?, call.path_id("id")?).await?;
    Ok(Json(call.render().media(&media)))
}

/// `PUT /api/v1/media/{id}`.
pub(crate) async fn update(call: Call) -> ApiResult<Json<MediaAttachment>> {
    let change = change(&call.params)?;
    let media = call.service().media().update(call.me()?, call.path_id("id")?, change).await?;
    Ok(Json(call.render().media(&media)))
}

/// `DELETE /api/v1/media/{id}`.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    call.service().media().delete(call.me()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}

fn change(params: &Params) -> ApiResult<MediaUpdate> {
    Ok(MediaUpdate { description: params.text("description").map(ToOwned::to_owned), focus: focus(params)? })
}

/// `focus`: `"x,y"`, each in −1…1; empty is absent.
///
/// # Errors
/// 422 for anything else.
pub(crate) fn focus(params: &Params) -> ApiResult<Option<(f32, f32)>> {
    let Some(text) = params.filled("focus") else { return Ok(None) };
    let number = |text: &str| text.trim().parse::<f32>().ok().filter(|n| (-1.0..=1.0).contains(n));
    let point = text.split_once(',').and_then(|(x, y)| Some((number(x)?, number(y)?)));
    point.map(Some).ok_or_else(|| ApiError::invalid("focus", "must be two numbers between -1 and 1"))
}
