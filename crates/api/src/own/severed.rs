//! Whom one lost when a domain or an account was suspended; Mastodon has this as a page for its people only.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::Account;

use crate::call::Call;
use crate::error::ApiResult;

/// `GET /api/v1/staffroom/severed_relationships/{id}`: handles, at most 1,000 in each direction. Only the caller's own.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let (followers, following) = call.service().notifications().lost(call.me()?, call.path_id("id")?).await?;
    let handles = |accounts: &[Account]| accounts.iter().map(Account::acct).collect::<Vec<_>>();
    Ok(Json(json!({ "followers": handles(&followers), "following": handles(&following) })))
}
