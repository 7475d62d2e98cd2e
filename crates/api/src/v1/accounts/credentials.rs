//! One's own account.

use axum::Json;
use staffroom_domain::account::{Account, MediaUpload, ProfileUpdate, User};
use staffroom_domain::organisation::Right;
use staffroom_domain::{PageRequest, Visibility};

use crate::call::Call;
use crate::entities::CredentialAccount;
use crate::error::{ApiError, ApiResult};
use crate::params::Params;
use crate::v1::accounts::show::moved_to;
use crate::v1::statuses::draft;

/// Follow requests counted; apps show "40+" beyond.
const COUNTED_REQUESTS: u64 = 40;

/// `GET /api/v1/accounts/verify_credentials`.
pub(crate) async fn verify(call: Call) -> ApiResult<Json<CredentialAccount>> {
    let (account, user) = call.person()?;
    answer(&call, account, user).await
}

/// `PATCH /api/v1/accounts/update_credentials`.
pub(crate) async fn update(call: Call) -> ApiResult<Json<CredentialAccount>> {
    let change = change(&call.params)?;
    save(&call, change).await
}

/// Changes the caller's profile and answers with it.
pub(super) async fn save(call: &Call, change: ProfileUpdate) -> ApiResult<Json<CredentialAccount>> {
    let me = call.me()?;
    let accounts = call.service().accounts();
    let account = accounts.update_profile(&call.cx, me, change).await?;
    let user = accounts.user(me).await?;
    answer(call, &account, &user).await
}

async fn answer(call: &Call, account: &Account, user: &User) -> ApiResult<Json<CredentialAccount>> {
    let requests = if account.locked {
        call.service().follows().requests(account.id, PageRequest::newest(COUNTED_REQUESTS)).await?.items.len()
    } else {
        0
    };
    let target = moved_to(call, account).await?;
    let moderates = !call.service().auth().authority(account, user, Right::Moderate).await?.reach().is_nowhere();
    Ok(Json(call.render().credential_account(account, target.as_ref(), user, moderates, requests)))
}

/// The change asked for.
pub(super) fn change(params: &Params) -> ApiResult<ProfileUpdate> {
    let source = params.group("source").unwrap_or_default();
    let visibility = match source.filled("privacy") {
        None => None,
        Some(word) => {
            Some(Visibility::parse(word).ok_or_else(|| ApiError::invalid("source[privacy]", "is no visibility"))?)
        }
    };
    Ok(ProfileUpdate {
        display_name: params.text("display_name").map(ToOwned::to_owned),
        note: params.text("note").map(ToOwned::to_owned),
        fields: params.has("fields_attributes").then(|| fields(params)).transpose()?,
        avatar: picture(params, "avatar")?,
        header: picture(params, "header")?,
        locked: params.boolean("locked")?,
        bot: params.boolean("bot")?,
        discoverable: params.boolean("discoverable")?,
        indexable: params.boolean("indexable")?,
        hide_collections: params.boolean("hide_collections")?,
        attribution_domains: params
            .has("attribution_domains")
            .then(|| params.list("attribution_domains").into_iter().map(ToOwned::to_owned).collect()),
        visibility,
        sensitive: source.boolean("sensitive")?,
        language: source.text("language").map(ToOwned::to_owned),
        share_tagged: source.boolean("share_tagged")?,
        quotes: draft::quote_policy(&source, "quote_policy")?,
    })
}

/// Fields with a name or a value; apps send empty rows for the rest.
fn fields(params: &Params) -> ApiResult<Vec<(String, String)>> {
    if params.filled("fields_attributes").is_some() {
        return Err(ApiError::invalid("fields_attributes", "must be groups of name and value"));
    }
    let text = |group: &Params, name: &str| group.text(name).unwrap_or_default().trim().to_owned();
    let groups = params.groups("fields_attributes");
    let all = groups.iter().map(|group| (text(group, "name"), text(group, "value")));
    Ok(all.filter(|(name, value)| !name.is_empty() || !value.is_empty()).collect())
}

/// A picture sent as a file replaces, an empty text removes.
#[expect(clippy::option_option, reason = "absent, removed and replaced are three things, as in `ProfileUpdate`")]
fn picture(params: &Params, name: &str) -> ApiResult<Option<Option<MediaUpload>>> {
    if let Some(file) = params.file(name) {
        return Ok(if file.bytes.is_empty() { None } else { Some(Some(file.clone())) });
    }
    match params.text(name) {
        None => Ok(None),
        Some("") => Ok(Some(None)),
        Some(_) => Err(ApiError::invalid(name, "must be sent as a file")),
    }
}
