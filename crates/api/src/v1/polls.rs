//! Polls.

use axum::Json;

use crate::call::Call;
use crate::entities::Poll;
use crate::error::{ApiError, ApiResult};

/// `GET /api/v1/polls/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Poll>> {
    let (poll, status) = call.service().statuses().show_poll(&call.cx, call.viewer(), call.path_id("id")?).await?;
    Ok(Json(call.render().poll(&poll, &status)))
}

/// `POST /api/v1/polls/{id}/votes`.
pub(crate) async fn vote(call: Call) -> ApiResult<Json<Poll>> {
    let wrong = || ApiError::invalid("choices", "must be numbers of options");
    let choices: Vec<usize> = call
        .params
        .list("choices")
        .into_iter()
        .map(|text| text.trim().parse().map_err(|_| wrong()))
        .collect::<ApiResult<_>>()?;
    let (poll, status) = call.service().statuses().vote(&call.cx, call.me()?, call.path_id("id")?, &choices).await?;
    Ok(Json(call.render().poll(&poll, &status)))
}
