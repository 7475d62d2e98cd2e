//! `GET /oauth/userinfo` (`OpenID` Connect Core section 5.3): who the token speaks for.

use axum::Json;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiResult;

/// Name, page and picture.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let (account, _) = call.person()?;
    Ok(Json(json!({
        "iss": format!("{}/", call.service().settings().identity.public_url),
        "sub": account.uri,
        "name": account.display_name,
        "preferred_username": account.username,
        "profile": account.url,
        "picture": call.render().avatar(account),
    })))
}
