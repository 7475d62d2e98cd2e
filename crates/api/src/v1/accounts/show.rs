//! Looking accounts up.

use axum::Json;
use staffroom_domain::account as domain;
use staffroom_domain::ids::AccountId;
use staffroom_service::search::SearchQuery;

use crate::call::{Call, ids};
use crate::entities::Account;
use crate::error::{ApiError, ApiResult};

/// Most accounts asked for by id at once.
const MAX_IDS: usize = 40;

/// `GET /api/v1/accounts/{id}`.
pub(crate) async fn one(call: Call) -> ApiResult<Json<Account>> {
    let account = call.service().accounts().get(call.path_id("id")?).await?;
    if account.deleted_at.is_some() {
        return Err(ApiError::not_found());
    }
    shown(&call, &account).await.map(Json)
}

/// `GET /api/v1/accounts/{id}/identity_proofs`: there are none any more, as in Mastodon since 3.5.
pub(crate) async fn identity_proofs(call: Call) -> ApiResult<Json<Vec<()>>> {
    let account = call.service().accounts().get(call.path_id("id")?).await?;
    if account.deleted_at.is_some() { Err(ApiError::not_found()) } else { Ok(Json(Vec::new())) }
}

/// The account, and where it went if it moved to one we know.
async fn shown(call: &Call, account: &domain::Account) -> ApiResult<Account> {
    let target = moved_to(call, account).await?;
    Ok(call.render().account_and_target(account, target.as_ref()))
}

/// Where an account went.
pub(super) async fn moved_to(call: &Call, account: &domain::Account) -> ApiResult<Option<domain::Account>> {
    Ok(match &account.moved_to {
        Some(uri) => call.service().accounts().by_uri(uri).await?.filter(|target| !target.is_gone()),
        None => None,
    })
}

/// `GET /api/v1/accounts?id[]=…`. What is unknown is left out.
pub(crate) async fn many(call: Call) -> ApiResult<Json<Vec<Account>>> {
    let mut wanted: Vec<AccountId> = ids(&[call.params.list("id")].concat());
    wanted.truncate(MAX_IDS);
    let accounts = call.service().accounts().get_many(&wanted).await?;
    let render = call.render();
    Ok(Json(accounts.iter().filter(|account| account.deleted_at.is_none()).map(|a| render.account(a)).collect()))
}

/// `GET /api/v1/accounts/lookup?acct=`. Only what is known here; nobody else is asked.
pub(crate) async fn lookup(call: Call) -> ApiResult<Json<Account>> {
    let handle = call.params.filled("acct").ok_or_else(ApiError::not_found)?;
    let account = call.service().accounts().by_handle(handle).await?.filter(|account| account.deleted_at.is_none());
    shown(&call, &account.ok_or_else(ApiError::not_found)?).await.map(Json)
}

/// `GET /api/v1/accounts/search?q=`.
pub(crate) async fn search(call: Call) -> ApiResult<Json<Vec<Account>>> {
    let params = &call.params;
    let q = params.text("q").unwrap_or_default().trim().to_owned();
    if q.is_empty() {
        return Ok(Json(Vec::new()));
    }
    let query = SearchQuery {
        q,
        kind: Some("accounts".to_owned()),
        resolve: params.flag("resolve")?,
        following: params.flag("following")?,
        author: None,
        limit: call.limit(40, 80),
        offset: params.number("offset")?.and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
    };
    let found = call.service().search().search(call.viewer(), query).await?;
    let render = call.render();
    Ok(Json(found.accounts.iter().map(|account| render.account(account)).collect()))
}
