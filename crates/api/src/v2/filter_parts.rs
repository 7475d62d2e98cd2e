//! Keywords and statuses of filters.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::filter::{self as domain, FilterChange, KeywordChange};
use staffroom_domain::ids::{FilterKeywordId, FilterStatusId};

use crate::call::{Call, id};
use crate::entities::{FilterKeyword, FilterStatus};
use crate::error::{ApiError, ApiResult};

/// `GET /api/v2/filters/{id}/keywords`.
pub(crate) async fn keywords(call: Call) -> ApiResult<Json<Vec<FilterKeyword>>> {
    let filter = call.service().personal().filter(call.me()?, call.path_id("id")?).await?;
    Ok(Json(filter.keywords.iter().map(FilterKeyword::from).collect()))
}

/// `POST /api/v2/filters/{id}/keywords`.
pub(crate) async fn add_keyword(call: Call) -> ApiResult<Json<FilterKeyword>> {
    let (me, filter_id) = (call.me()?, call.path_id("id")?);
    let personal = call.service().personal();
    let word = word(&call, None)?;
    if word.keyword.is_none() {
        return Err(ApiError::invalid("keyword", "can't be blank"));
    }
    let known: Vec<_> = personal.filter(me, filter_id).await?.keywords.iter().map(|word| word.id).collect();
    let filter = personal.update_filter(&call.cx, me, filter_id, change(word)).await?;
    // The new one is the one that was not there before.
    let added = filter.keywords.iter().find(|word| !known.contains(&word.id)).ok_or_else(ApiError::not_found)?;
    Ok(Json(FilterKeyword::from(added)))
}

/// `GET /api/v2/filters/keywords/{id}`.
pub(crate) async fn keyword(call: Call) -> ApiResult<Json<FilterKeyword>> {
    let id = call.path_id("id")?;
    let filter = call.service().personal().filter_of_keyword(call.me()?, id).await?;
    one(&filter, id)
}

/// `PUT /api/v2/filters/keywords/{id}`.
pub(crate) async fn update_keyword(call: Call) -> ApiResult<Json<FilterKeyword>> {
    let (me, id): (_, FilterKeywordId) = (call.me()?, call.path_id("id")?);
    let personal = call.service().personal();
    let filter = personal.filter_of_keyword(me, id).await?;
    let filter = personal.update_filter(&call.cx, me, filter.id, change(word(&call, Some(id))?)).await?;
    one(&filter, id)
}

/// `DELETE /api/v2/filters/keywords/{id}`.
pub(crate) async fn delete_keyword(call: Call) -> ApiResult<Json<Value>> {
    let (me, id): (_, FilterKeywordId) = (call.me()?, call.path_id("id")?);
    let personal = call.service().personal();
    let filter = personal.filter_of_keyword(me, id).await?;
    let gone = KeywordChange { id: Some(id.0), destroy: true, ..KeywordChange::default() };
    personal.update_filter(&call.cx, me, filter.id, change(gone)).await?;
    Ok(Json(json!({})))
}

/// `GET /api/v2/filters/{id}/statuses`.
pub(crate) async fn statuses(call: Call) -> ApiResult<Json<Vec<FilterStatus>>> {
    let filter = call.service().personal().filter(call.me()?, call.path_id("id")?).await?;
    Ok(Json(filter.statuses.into_iter().map(FilterStatus::from).collect()))
}

/// `POST /api/v2/filters/{id}/statuses`.
pub(crate) async fn add_status(call: Call) -> ApiResult<Json<FilterStatus>> {
    let status = call.params.filled("status_id").and_then(id).ok_or_else(ApiError::not_found)?;
    let (me, filter_id) = (call.me()?, call.path_id("id")?);
    let added = call.service().personal().add_filter_status(&call.cx, me, filter_id, status).await?;
    Ok(Json(FilterStatus::from((added, status))))
}

/// `GET /api/v2/filters/statuses/{id}`.
pub(crate) async fn status(call: Call) -> ApiResult<Json<FilterStatus>> {
    let id: FilterStatusId = call.path_id("id")?;
    let filter = call.service().personal().filter_of_status(call.me()?, id).await?;
    let found = filter.statuses.into_iter().find(|(named, _)| *named == id);
    Ok(Json(FilterStatus::from(found.ok_or_else(ApiError::not_found)?)))
}

/// `DELETE /api/v2/filters/statuses/{id}`.
pub(crate) async fn delete_status(call: Call) -> ApiResult<Json<Value>> {
    call.service().personal().remove_filter_status(call.me()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}

fn word(call: &Call, id: Option<FilterKeywordId>) -> ApiResult<KeywordChange> {
    Ok(KeywordChange {
        id: id.map(|id| id.0),
        keyword: call.params.filled("keyword").map(ToOwned::to_owned),
        whole_word: call.params.boolean("whole_word")?,
        destroy: false,
    })
}

fn change(word: KeywordChange) -> FilterChange {
    FilterChange { keywords: vec![word], ..FilterChange::default() }
}

fn one(filter: &domain::Filter, id: FilterKeywordId) -> ApiResult<Json<FilterKeyword>> {
    let word = filter.keywords.iter().find(|word| word.id == id).ok_or_else(ApiError::not_found)?;
    Ok(Json(FilterKeyword::from(word)))
}
