//! Attachments before they are part of a status.

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use serde_json::{Value, json};
use staffroom_domain::media::{self as domain, MediaState, MediaUpdate};

use crate::call::Call;
use crate::entities::MediaAttachment;
use crate::error::{ApiError, ApiResult};
use crate::params::Params;

/// How long the old form of an upload waits for a video or sound.
const PATIENCE: Duration = Duration::from_mins(2);

type Answer = (StatusCode, Json<MediaAttachment>);

/// `POST /api/v2/media`: 202 where a worker has to convert the file first.
pub(crate) async fn create(mut call: Call) -> ApiResult<Answer> {
    let media = upload(&mut call).await?;
    answer(&call, &media, StatusCode::ACCEPTED)
}

/// `POST /api/v1/media`: answers when the file can be used, however long that takes within reason.
pub(crate) async fn create_and_wait(mut call: Call) -> ApiResult<Answer> {
    let mut media = upload(&mut call).await?;
    if media.state == MediaState::Waiting {
        media = call.service().media().settled(call.me()?, media.id, PATIENCE).await?;
    }
    answer(&call, &media, StatusCode::ACCEPTED)
}

/// `GET /api/v1/media/{id}`: 206 until the file can be used, 422 when it never can.
pub(crate) async fn show(call: Call) -> ApiResult<Answer> {
    let media = call.service().media().get(call.me()?, call.path_id("id")?).await?;
    answer(&call, &media, StatusCode::PARTIAL_CONTENT)
}

async fn upload(call: &mut Call) -> ApiResult<domain::MediaAttachment> {
    let file = call.params.take_file("file").ok_or_else(|| ApiError::invalid("file", "can't be blank"))?;
    Ok(call.service().media().upload(&call.cx, call.me()?, file, change(&call.params)?).await?)
}

fn answer(call: &Call, media: &domain::MediaAttachment, waiting: StatusCode) -> ApiResult<Answer> {
    let status = match &media.state {
        MediaState::Ready => StatusCode::OK,
        MediaState::Waiting => waiting,
        MediaState::Failed(why) => return Err(ApiError::invalid("file", why)),
    };
    Ok((status, Json(call.render().media(media))))
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
