//! Following, blocking, muting, noting, and answering those who ask to follow.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::relationship::FollowOptions;
use staffroom_service::Origin;

use crate::call::{Call, ids};
use crate::entities::Relationship;
use crate::error::{ApiError, ApiResult};

/// Most accounts asked about at once.
const MAX_IDS: usize = 80;
/// Most accounts whose familiar followers are asked for at once.
const MAX_FAMILIAR: usize = 40;

/// `GET /api/v1/accounts/relationships?id[]=…`: in the order asked, unknown ones left out.
pub(crate) async fn list(call: Call) -> ApiResult<Json<Vec<Relationship>>> {
    let mut wanted = ids(&call.params.list("id"));
    wanted.truncate(MAX_IDS);
    let found = call.service().accounts().relationships(call.me()?, &wanted).await?;
    Ok(Json(found.into_iter().map(Relationship::from).collect()))
}

/// `POST /api/v1/accounts/{id}/follow`.
pub(crate) async fn follow(call: Call) -> ApiResult<Json<Relationship>> {
    let params = &call.params;
    let languages = params.has("languages").then(|| params.list("languages").into_iter().map(str::to_owned).collect());
    let (reblogs, notify) = (params.boolean("reblogs")?, params.boolean("notify")?);
    let options = FollowOptions { reblogs, notify, languages, ..FollowOptions::default() };
    let (me, target) = (call.me()?, call.path_id("id")?);
    Ok(Json(call.service().follows().follow(&call.cx, me, target, options, Origin::Local).await?.into()))
}

/// `POST /api/v1/accounts/{id}/unfollow`.
pub(crate) async fn unfollow(call: Call) -> ApiResult<Json<Relationship>> {
    let (me, target) = (call.me()?, call.path_id("id")?);
    Ok(Json(call.service().follows().unfollow(&call.cx, me, target, Origin::Local).await?.into()))
}

/// `POST /api/v1/accounts/{id}/block`.
pub(crate) async fn block(call: Call) -> ApiResult<Json<Relationship>> {
    let (me, target) = (call.me()?, call.path_id("id")?);
    Ok(Json(call.service().follows().block(&call.cx, me, target, Origin::Local).await?.into()))
}

/// `POST /api/v1/accounts/{id}/unblock`.
pub(crate) async fn unblock(call: Call) -> ApiResult<Json<Relationship>> {
    let (me, target) = (call.me()?, call.path_id("id")?);
    Ok(Json(call.service().follows().unblock(&call.cx, me, target, Origin::Local).await?.into()))
}

/// `POST /api/v1/accounts/{id}/mute`.
pub(crate) async fn mute(call: Call) -> ApiResult<Json<Relationship>> {
    let (me, target) = (call.me()?, call.path_id("id")?);
    let notifications = call.params.boolean("notifications")?.unwrap_or(true);
    let secs = u64::try_from(call.params.number("duration")?.unwrap_or(0))
        .map_err(|_| ApiError::invalid("duration", "must not be negative"))?;
    Ok(Json(call.service().follows().mute(&call.cx, me, target, notifications, secs).await?.into()))
}

/// `POST /api/v1/accounts/{id}/unmute`.
pub(crate) async fn unmute(call: Call) -> ApiResult<Json<Relationship>> {
    let (me, target) = (call.me()?, call.path_id("id")?);
    Ok(Json(call.service().follows().unmute(&call.cx, me, target).await?.into()))
}

/// `POST /api/v1/accounts/{id}/note`: an empty `comment` removes it.
pub(crate) async fn note(call: Call) -> ApiResult<Json<Relationship>> {
    let (me, target) = (call.me()?, call.path_id("id")?);
    let comment = call.params.text("comment").unwrap_or_default();
    Ok(Json(call.service().follows().note(&call.cx, me, target, comment).await?.into()))
}

/// `POST /api/v1/accounts/{id}/remove_from_followers`.
pub(crate) async fn remove_from_followers(call: Call) -> ApiResult<Json<Relationship>> {
    let (me, follower) = (call.me()?, call.path_id("id")?);
    Ok(Json(call.service().follows().remove_follower(&call.cx, me, follower).await?.into()))
}

/// `GET /api/v1/accounts/familiar_followers?id[]=…`.
pub(crate) async fn familiar_followers(call: Call) -> ApiResult<Json<Vec<Value>>> {
    let mut wanted = ids(&call.params.list("id"));
    wanted.truncate(MAX_FAMILIAR);
    let found = call.service().follows().familiar(call.me()?, &wanted).await?;
    let render = call.render();
    let entity = found.iter().map(|familiar| {
        let accounts: Vec<_> = familiar.accounts.iter().map(|account| render.account(account)).collect();
        json!({ "id": familiar.id.to_string(), "accounts": accounts })
    });
    Ok(Json(entity.collect()))
}

/// `POST /api/v1/follow_requests/{id}/authorize`.
pub(crate) async fn authorize(call: Call) -> ApiResult<Json<Relationship>> {
    answer(call, true).await
}

/// `POST /api/v1/follow_requests/{id}/reject`.
pub(crate) async fn reject(call: Call) -> ApiResult<Json<Relationship>> {
    answer(call, false).await
}

async fn answer(call: Call, accept: bool) -> ApiResult<Json<Relationship>> {
    let (me, follower) = (call.me()?, call.path_id("id")?);
    Ok(Json(call.service().follows().answer(&call.cx, me, follower, accept).await?.into()))
}
