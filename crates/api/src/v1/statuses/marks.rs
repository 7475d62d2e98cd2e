//! Favourites, boosts, bookmarks, pins and muted threads. Each answers with the status as it now is.

use axum::Json;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_service::Origin;

use super::{draft, show};
use crate::call::Call;
use crate::entities::Status;
use crate::error::ApiResult;

fn of(call: &Call) -> ApiResult<(AccountId, StatusId)> {
    Ok((call.me()?, call.path_id("id")?))
}

/// `POST /api/v1/statuses/{id}/favourite`.
pub(crate) async fn favourite(call: Call) -> ApiResult<Json<Status>> {
    let (me, id) = of(&call)?;
    call.service().statuses().favourite(&call.cx, me, id, Origin::Local).await?;
    show::answer(&call, id).await
}

/// `POST /api/v1/statuses/{id}/unfavourite`.
pub(crate) async fn unfavourite(call: Call) -> ApiResult<Json<Status>> {
    let (me, id) = of(&call)?;
    call.service().statuses().unfavourite(&call.cx, me, id, Origin::Local).await?;
    show::answer(&call, id).await
}

/// `POST /api/v1/statuses/{id}/reblog`: answers with the boost.
pub(crate) async fn reblog(call: Call) -> ApiResult<Json<Status>> {
    let (me, id) = of(&call)?;
    let visibility = draft::visibility(&call.params)?;
    let boost = call.service().statuses().reblog(&call.cx, me, id, visibility, Origin::Local).await?;
    show::answer(&call, boost).await
}

/// `POST /api/v1/statuses/{id}/unreblog`.
pub(crate) async fn unreblog(call: Call) -> ApiResult<Json<Status>> {
    let (me, id) = of(&call)?;
    call.service().statuses().unreblog(&call.cx, me, id, Origin::Local).await?;
    show::answer(&call, id).await
}

/// `POST /api/v1/statuses/{id}/bookmark`.
pub(crate) async fn bookmark(call: Call) -> ApiResult<Json<Status>> {
    let (me, id) = of(&call)?;
    call.service().statuses().bookmark(&call.cx, me, id, true).await?;
    show::answer(&call, id).await
}

/// `POST /api/v1/statuses/{id}/unbookmark`.
pub(crate) async fn unbookmark(call: Call) -> ApiResult<Json<Status>> {
    let (me, id) = of(&call)?;
    call.service().statuses().bookmark(&call.cx, me, id, false).await?;
    show::answer(&call, id).await
}

/// `POST /api/v1/statuses/{id}/pin`.
pub(crate) async fn pin(call: Call) -> ApiResult<Json<Status>> {
    let (me, id) = of(&call)?;
    call.service().statuses().pin(&call.cx, me, id, true).await?;
    show::answer(&call, id).await
}

/// `POST /api/v1/statuses/{id}/unpin`.
pub(crate) async fn unpin(call: Call) -> ApiResult<Json<Status>> {
    let (me, id) = of(&call)?;
    call.service().statuses().pin(&call.cx, me, id, false).await?;
    show::answer(&call, id).await
}

/// `POST /api/v1/statuses/{id}/mute`.
pub(crate) async fn mute(call: Call) -> ApiResult<Json<Status>> {
    let (me, id) = of(&call)?;
    call.service().statuses().mute_thread(&call.cx, me, id, true).await?;
    show::answer(&call, id).await
}

/// `POST /api/v1/statuses/{id}/unmute`.
pub(crate) async fn unmute(call: Call) -> ApiResult<Json<Status>> {
    let (me, id) = of(&call)?;
    call.service().statuses().mute_thread(&call.cx, me, id, false).await?;
    show::answer(&call, id).await
}
