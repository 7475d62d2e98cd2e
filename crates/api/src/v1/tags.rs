//! Hashtags, following and featuring them.

use axum::Json;
use axum::response::Response;
use staffroom_domain as domain;

use crate::call::Call;
use crate::entities::Tag;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// `GET /api/v1/tags/{name}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Tag>> {
    let view = call.service().tags().get(call.viewer(), &tag(&call)?).await?;
    Ok(Json(call.render().tag(&view)))
}

/// `POST /api/v1/tags/{name}/follow`.
pub(crate) async fn follow(call: Call) -> ApiResult<Json<Tag>> {
    let view = call.service().tags().follow(&call.cx, call.me()?, &tag(&call)?).await?;
    Ok(Json(call.render().tag(&view)))
}

/// `POST /api/v1/tags/{name}/unfollow`.
pub(crate) async fn unfollow(call: Call) -> ApiResult<Json<Tag>> {
    let view = call.service().tags().unfollow(&call.cx, call.me()?, &tag(&call)?).await?;
    Ok(Json(call.render().tag(&view)))
}

/// `POST /api/v1/tags/{name}/feature`.
pub(crate) async fn feature(call: Call) -> ApiResult<Json<Tag>> {
    let view = call.service().tags().set_featured(&call.cx, call.me()?, &tag(&call)?, true).await?;
    Ok(Json(call.render().tag(&view)))
}

/// `POST /api/v1/tags/{name}/unfeature`.
pub(crate) async fn unfeature(call: Call) -> ApiResult<Json<Tag>> {
    let view = call.service().tags().set_featured(&call.cx, call.me()?, &tag(&call)?, false).await?;
    Ok(Json(call.render().tag(&view)))
}

/// `GET /api/v1/followed_tags`.
pub(crate) async fn followed(call: Call) -> ApiResult<Response> {
    let page = call.service().tags().followed(call.me()?, call.page(100, 200)).await?;
    let render = call.render();
    Ok(paging::answer(&call, page, |view| render.tag(&view)))
}

fn tag(call: &Call) -> ApiResult<domain::Tag> {
    domain::Tag::parse(call.path_text("name")).ok_or_else(ApiError::not_found)
}
