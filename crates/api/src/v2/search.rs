//! `GET /api/v2/search`.

use axum::Json;
use serde::Serialize;
use staffroom_domain::ids::AccountId;
use staffroom_service::search::SearchQuery;

use crate::call::{Call, id};
use crate::entities::{Account, Status, Tag};
use crate::error::ApiResult;

/// What was found.
#[derive(Debug, Serialize)]
pub(crate) struct Search {
    accounts: Vec<Account>,
    statuses: Vec<Status>,
    hashtags: Vec<Tag>,
}

/// Searches. Asking other servers (`resolve`) and paging are for people signed in.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Search>> {
    let params = &call.params;
    let query = SearchQuery {
        q: params.text("q").unwrap_or_default().trim().to_owned(),
        kind: params.filled("type").map(ToOwned::to_owned),
        resolve: params.flag("resolve")?,
        following: params.flag("following")?,
        // Nobody has the id 0.
        author: params.filled("account_id").map(|text| id(text).unwrap_or(AccountId(0))),
        limit: call.limit(20, 40),
        offset: params.number("offset")?.and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
    };
    let found = call.service().search().search(call.viewer(), query).await?;
    let render = call.render();
    Ok(Json(Search {
        accounts: found.accounts.iter().map(|account| render.account(account)).collect(),
        statuses: found.statuses.iter().map(|view| render.status(view)).collect(),
        hashtags: found.hashtags.iter().map(|view| render.tag(view)).collect(),
    }))
}
