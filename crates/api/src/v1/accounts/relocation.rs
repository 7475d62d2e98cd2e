//! Moving one's account to another server, as GoToSocial's clients do it.

use axum::Json;
use axum::http::StatusCode;

use crate::call::Call;
use crate::dispatch::client_address;
use crate::entities::Account;
use crate::error::{ApiError, ApiResult};

/// `POST /api/v1/accounts/alias`: `also_known_as_uris[]`, all other ids of the caller; one empty one for none.
pub(crate) async fn alias(call: Call) -> ApiResult<Json<Account>> {
    if !call.params.has("also_known_as_uris") {
        return Err(ApiError::invalid("also_known_as_uris", "can't be missing; send it empty to have none"));
    }
    let uris = call.params.list("also_known_as_uris").into_iter().filter(|uri| !uri.is_empty()).map(ToOwned::to_owned);
    let account = call.service().accounts().set_aliases(&call.cx, call.me()?, uris.collect()).await?;
    Ok(Json(call.render().account(&account)))
}

/// `POST /api/v1/accounts/move`: `moved_to_uri` and the caller's `password`. An empty `moved_to_uri` takes a move back.
pub(crate) async fn start(call: Call) -> ApiResult<(StatusCode, Json<Account>)> {
    let (account, _) = call.person()?;
    let target = call.params.text("moved_to_uri").map(str::trim);
    let target =
        target.ok_or_else(|| ApiError::invalid("moved_to_uri", "can't be missing; send it empty to come back"))?;
    let password = call.params.filled("password").ok_or_else(|| ApiError::invalid("password", "can't be blank"))?;
    let client = client_address(&call.parts);
    call.service().auth().confirm_password(&call.cx, account, password, client).await?;
    let accounts = call.service().accounts();
    let moved = if target.is_empty() {
        accounts.move_back(&call.cx, account.id).await?
    } else {
        accounts.move_away(&call.cx, account.id, target).await?
    };
    Ok((StatusCode::ACCEPTED, Json(call.render().account(&moved))))
}
