//! Reading and deleting statuses.

use axum::Json;
use axum::http::{HeaderMap, HeaderName};
use serde::Serialize;
use staffroom_domain::ids::StatusId;

use crate::call::{Call, ids};
use crate::entities::Status;
use crate::error::ApiResult;
use crate::v1_alpha::async_refreshes;

/// Most statuses asked for by id at once.
const MAX_IDS: usize = 40;

/// The thread around a status.
#[derive(Debug, Serialize)]
pub(crate) struct Context {
    ancestors: Vec<Status>,
    descendants: Vec<Status>,
}

/// `GET /api/v1/statuses/{id}`.
pub(crate) async fn one(call: Call) -> ApiResult<Json<Status>> {
    let id = call.path_id("id")?;
    answer(&call, id).await
}

/// `GET /api/v1/statuses?id[]=…`. What the viewer may not see is left out.
pub(crate) async fn many(call: Call) -> ApiResult<Json<Vec<Status>>> {
    let mut wanted = ids(&call.params.list("id"));
    wanted.truncate(MAX_IDS);
    let views = call.service().statuses().show_many(call.viewer(), &wanted).await?;
    let render = call.render();
    Ok(Json(views.iter().map(|view| render.status(view)).collect()))
}

/// `GET /api/v1/statuses/{id}/context`; a header says when more of the thread is still to come.
pub(crate) async fn context(call: Call) -> ApiResult<(HeaderMap, Json<Context>)> {
    let id = call.path_id("id")?;
    let statuses = call.service().statuses();
    let context = statuses.context(call.viewer(), id).await?;
    let refresh = statuses.thread_opened(&call.cx, call.viewer(), id).await?;
    let value = refresh.as_ref().and_then(async_refreshes::header);
    let headers = value.map(|value| (HeaderName::from_static(async_refreshes::HEADER), value)).into_iter().collect();
    let render = call.render();
    let context = Context {
        ancestors: context.ancestors.iter().map(|view| render.status(view)).collect(),
        descendants: context.descendants.iter().map(|view| render.status(view)).collect(),
    };
    Ok((headers, Json(context)))
}

/// `DELETE /api/v1/statuses/{id}`: answers with what it was, text as typed, for "delete and redraft".
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Status>> {
    let with_media = call.params.flag("delete_media")?;
    let view = call.service().statuses().delete(&call.cx, call.me()?, call.path_id("id")?, with_media).await?;
    Ok(Json(call.render().deleted_status(&view)))
}

/// The status as the caller sees it now.
pub(super) async fn answer(call: &Call, id: StatusId) -> ApiResult<Json<Status>> {
    let view = call.service().statuses().show(call.viewer(), id).await?;
    Ok(Json(call.render().status(&view)))
}
