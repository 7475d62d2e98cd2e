//! One's own profile as its owner edits it: texts as typed.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::account::{Account, ProfileUpdate};

use super::credentials;
use crate::call::Call;
use crate::entities::CredentialAccount;
use crate::error::ApiResult;

/// `GET /api/v1/profile`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    Ok(answer(&call, &call.person()?.0))
}

/// `PATCH /api/v1/profile`, and `PUT`, which a widely used app sends instead.
pub(crate) async fn update(call: Call) -> ApiResult<Json<Value>> {
    let change = credentials::change(&call.params)?;
    let account = call.service().accounts().update_profile(&call.cx, call.me()?, change).await?;
    Ok(answer(&call, &account))
}

/// `DELETE /api/v1/profile/avatar`.
pub(crate) async fn delete_avatar(call: Call) -> ApiResult<Json<CredentialAccount>> {
    credentials::save(&call, ProfileUpdate { avatar: Some(None), ..ProfileUpdate::default() }).await
}

/// `DELETE /api/v1/profile/header`.
pub(crate) async fn delete_header(call: Call) -> ApiResult<Json<CredentialAccount>> {
    credentials::save(&call, ProfileUpdate { header: Some(None), ..ProfileUpdate::default() }).await
}

fn answer(call: &Call, account: &Account) -> Json<Value> {
    let render = call.render();
    let avatar = account.avatar.as_ref().map(|_| render.avatar(account));
    let header = account.header.as_ref().map(|_| render.header(account));
    let fields = account.fields.iter().map(|field| json!({ "name": field.name, "value": field.source }));
    Json(json!({
        "id": account.id.to_string(),
        "display_name": account.display_name,
        "note": account.note_source,
        "fields": fields.collect::<Vec<_>>(),
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": "",
        "header": header,
        "header_static": header,
        "header_description": "",
        "locked": account.locked,
        "bot": account.kind.is_bot(),
        "discoverable": account.discoverable,
        "indexable": account.indexable,
        "hide_collections": account.hide_collections,
        "show_media": true,
        "show_media_replies": true,
        "show_featured": true,
        "attribution_domains": account.attribution_domains,
    }))
}
