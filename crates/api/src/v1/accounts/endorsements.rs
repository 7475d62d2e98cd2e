//! Accounts people recommend on their profiles.

use axum::Json;
use axum::response::Response;
use staffroom_domain::Viewer;

use super::lists;
use crate::call::Call;
use crate::entities::Relationship;
use crate::error::ApiResult;

/// `POST /api/v1/accounts/{id}/endorse`, and `pin`, its former name.
pub(crate) async fn endorse(call: Call) -> ApiResult<Json<Relationship>> {
    let (me, target) = (call.me()?, call.path_id("id")?);
    Ok(Json(call.service().follows().endorse(&call.cx, me, target).await?.into()))
}

/// `POST /api/v1/accounts/{id}/unendorse`, and `unpin`, its former name.
pub(crate) async fn unendorse(call: Call) -> ApiResult<Json<Relationship>> {
    let (me, target) = (call.me()?, call.path_id("id")?);
    Ok(Json(call.service().follows().unendorse(&call.cx, me, target).await?.into()))
}

/// `GET /api/v1/endorsements`: one's own.
pub(crate) async fn own(call: Call) -> ApiResult<Response> {
    let me = call.me()?;
    let page = call.service().follows().endorsements(Viewer::Account(me), me, call.page(40, 80)).await?;
    Ok(lists::answer(&call, page))
}

/// `GET /api/v1/accounts/{id}/endorsements`.
pub(crate) async fn of(call: Call) -> ApiResult<Response> {
    let page = call.service().follows().endorsements(call.viewer(), call.path_id("id")?, call.page(40, 80)).await?;
    Ok(lists::answer(&call, page))
}
