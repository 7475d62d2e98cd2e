//! Filters: make, show, change, remove.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::filter::{FilterChange, KeywordChange};

use crate::call::{Call, id};
use crate::entities::Filter;
use crate::error::{ApiError, ApiResult};
use crate::params::Params;

/// `GET /api/v2/filters`.
pub(crate) async fn list(call: Call) -> ApiResult<Json<Vec<Filter>>> {
    let filters = call.service().personal().filters(call.me()?).await?;
    Ok(Json(filters.iter().map(Filter::from).collect()))
}

/// `GET /api/v2/filters/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Filter>> {
    Ok(Json(Filter::from(&call.service().personal().filter(call.me()?, call.path_id("id")?).await?)))
}

/// `POST /api/v2/filters`.
pub(crate) async fn create(call: Call) -> ApiResult<Json<Filter>> {
    let change = change(&call.params)?;
    if change.title.is_none() {
        return Err(ApiError::invalid("title", "can't be blank"));
    }
    if change.contexts.is_none() {
        return Err(ApiError::invalid("context", "can't be blank"));
    }
    Ok(Json(Filter::from(&call.service().personal().create_filter(&call.cx, call.me()?, change).await?)))
}

/// `PUT /api/v2/filters/{id}`.
pub(crate) async fn update(call: Call) -> ApiResult<Json<Filter>> {
    let (me, id, change) = (call.me()?, call.path_id("id")?, change(&call.params)?);
    Ok(Json(Filter::from(&call.service().personal().update_filter(&call.cx, me, id, change).await?)))
}

/// `DELETE /api/v2/filters/{id}`.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    call.service().personal().delete_filter(call.me()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}

fn change(params: &Params) -> ApiResult<FilterChange> {
    let owned = |name: &str| params.filled(name).map(ToOwned::to_owned);
    let contexts: Vec<String> = params.list("context").into_iter().map(ToOwned::to_owned).collect();
    let words = params.groups("keywords_attributes");
    Ok(FilterChange {
        title: owned("title"),
        contexts: (!contexts.is_empty()).then_some(contexts),
        action: owned("filter_action"),
        expires_in_secs: expiry(params)?,
        keywords: words.iter().map(keyword).collect::<ApiResult<_>>()?,
    })
}

fn keyword(group: &Params) -> ApiResult<KeywordChange> {
    Ok(KeywordChange {
        id: group.filled("id").map(|text| id(text).ok_or_else(ApiError::not_found)).transpose()?,
        keyword: group.filled("keyword").map(ToOwned::to_owned),
        whole_word: group.boolean("whole_word")?,
        destroy: group.flag("_destroy")?,
    })
}

/// `expires_in`: absent leaves it, empty or null means never.
///
/// # Errors
/// 422 for anything but a whole number.
#[expect(clippy::option_option, reason = "absent, never and a time are three things, as in `FilterChange`")]
pub(crate) fn expiry(params: &Params) -> ApiResult<Option<Option<i64>>> {
    if !params.contains("expires_in") {
        return Ok(None);
    }
    params.number("expires_in").map(Some)
}
