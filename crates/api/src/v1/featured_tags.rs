//! Hashtags people show on their profiles.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain as domain;
use staffroom_domain::Viewer;

use crate::call::Call;
use crate::entities::{FeaturedTag, Tag};
use crate::error::{ApiError, ApiResult};

/// `GET /api/v1/featured_tags`: one's own.
pub(crate) async fn list(call: Call) -> ApiResult<Json<Vec<FeaturedTag>>> {
    let me = call.me()?;
    let found = call.service().tags().featured(Viewer::Account(me), me).await?;
    Ok(Json(found.iter().map(|featured| call.render().featured_tag(featured)).collect()))
}

/// `GET /api/v1/accounts/{id}/featured_tags`.
pub(crate) async fn of(call: Call) -> ApiResult<Json<Vec<FeaturedTag>>> {
    let found = call.service().tags().featured(call.viewer(), call.path_id("id")?).await?;
    Ok(Json(found.iter().map(|featured| call.render().featured_tag(featured)).collect()))
}

/// `POST /api/v1/featured_tags`.
pub(crate) async fn create(call: Call) -> ApiResult<Json<FeaturedTag>> {
    let name = call.params.filled("name").ok_or_else(|| ApiError::invalid("name", "can't be blank"))?;
    let tag = domain::Tag::parse(name).ok_or_else(|| ApiError::invalid("name", "is not a hashtag"))?;
    let featured = call.service().tags().feature(&call.cx, call.me()?, &tag).await?;
    Ok(Json(call.render().featured_tag(&featured)))
}

/// `DELETE /api/v1/featured_tags/{id}`.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    call.service().tags().unfeature(call.me()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}

/// `GET /api/v1/featured_tags/suggestions`.
pub(crate) async fn suggestions(call: Call) -> ApiResult<Json<Vec<Tag>>> {
    let found = call.service().tags().suggested(call.me()?).await?;
    Ok(Json(found.iter().map(|view| call.render().tag(view)).collect()))
}
