//! Filters of the old form: each keyword looks like a filter of its own, with the keyword's id.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::filter::{Filter, FilterChange, KeywordChange};
use staffroom_domain::ids::FilterKeywordId;

use crate::call::Call;
use crate::entities::V1Filter;
use crate::error::{ApiError, ApiResult};
use crate::v2::filters::expiry;

/// `GET /api/v1/filters`.
pub(crate) async fn list(call: Call) -> ApiResult<Json<Vec<V1Filter>>> {
    let filters = call.service().personal().filters(call.me()?).await?;
    let all = filters.iter().flat_map(|filter| filter.keywords.iter().map(move |word| V1Filter::new(filter, word)));
    Ok(Json(all.collect()))
}

/// `GET /api/v1/filters/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<V1Filter>> {
    let id = call.path_id("id")?;
    let filter = call.service().personal().filter_of_keyword(call.me()?, id).await?;
    answer(&filter, id)
}

/// `POST /api/v1/filters`: a filter with one keyword.
pub(crate) async fn create(call: Call) -> ApiResult<Json<V1Filter>> {
    let phrase = call.params.filled("phrase").ok_or_else(|| ApiError::invalid("phrase", "can't be blank"))?;
    let mut change = change(&call, None)?;
    if change.contexts.is_none() {
        return Err(ApiError::invalid("context", "can't be blank"));
    }
    change.title = Some(phrase.to_owned());
    let filter = call.service().personal().create_filter(&call.cx, call.me()?, change).await?;
    let id = filter.keywords.first().map(|word| word.id).ok_or_else(ApiError::not_found)?;
    answer(&filter, id)
}

/// `PUT /api/v1/filters/{id}`. A filter that is called by its phrase goes on being so.
pub(crate) async fn update(call: Call) -> ApiResult<Json<V1Filter>> {
    let (me, id) = (call.me()?, call.path_id("id")?);
    let personal = call.service().personal();
    let filter = personal.filter_of_keyword(me, id).await?;
    let mut change = change(&call, Some(id))?;
    if matches!(filter.keywords.as_slice(), [only] if only.keyword == filter.title) {
        change.title = call.params.filled("phrase").map(ToOwned::to_owned);
    }
    let filter = personal.update_filter(&call.cx, me, filter.id, change).await?;
    answer(&filter, id)
}

/// `DELETE /api/v1/filters/{id}`: the keyword goes, and the filter with its last one.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    let (me, id): (_, FilterKeywordId) = (call.me()?, call.path_id("id")?);
    let personal = call.service().personal();
    let filter = personal.filter_of_keyword(me, id).await?;
    if filter.keywords.len() > 1 || !filter.statuses.is_empty() {
        let gone = KeywordChange { id: Some(id.0), destroy: true, ..KeywordChange::default() };
        let change = FilterChange { keywords: vec![gone], ..FilterChange::default() };
        personal.update_filter(&call.cx, me, filter.id, change).await?;
    } else {
        personal.delete_filter(me, filter.id).await?;
    }
    Ok(Json(json!({})))
}

fn change(call: &Call, keyword: Option<FilterKeywordId>) -> ApiResult<FilterChange> {
    let params = &call.params;
    let contexts: Vec<String> = params.list("context").into_iter().map(ToOwned::to_owned).collect();
    let hide = params.boolean("irreversible")?;
    Ok(FilterChange {
        title: None,
        contexts: (!contexts.is_empty()).then_some(contexts),
        action: hide.map(|hide| if hide { "hide" } else { "warn" }.to_owned()),
        expires_in_secs: expiry(params)?,
        keywords: vec![KeywordChange {
            id: keyword.map(|id| id.0),
            keyword: params.filled("phrase").map(ToOwned::to_owned),
            whole_word: params.boolean("whole_word")?,
            destroy: false,
        }],
    })
}

fn answer(filter: &Filter, id: FilterKeywordId) -> ApiResult<Json<V1Filter>> {
    let word = filter.keywords.iter().find(|word| word.id == id).ok_or_else(ApiError::not_found)?;
    Ok(Json(V1Filter::new(filter, word)))
}
