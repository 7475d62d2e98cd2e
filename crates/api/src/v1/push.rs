//! Where the client's device wants to be told of notifications. All is bound to the access token.

use axum::Json;
use axum::http::StatusCode;
use serde_json::{Value, json};
use staffroom_domain::ids::TokenId;
use staffroom_domain::push::{Alerts, PushPolicy, PushSubscription};
use staffroom_service::push::NewSubscription;

use crate::auth::bearer_text;
use crate::call::Call;
use crate::entities::WebPushSubscription;
use crate::error::{ApiError, ApiResult};
use crate::params::Params;

/// `POST /api/v1/push/subscription`: in place of what the token had.
pub(crate) async fn create(call: Call) -> ApiResult<Json<WebPushSubscription>> {
    let asked = call.params.group("subscription").unwrap_or_default();
    let keys = asked.group("keys").unwrap_or_default();
    let data = call.params.group("data").unwrap_or_default();
    let needed = |params: &Params, name: &str, shown: &str| -> ApiResult<String> {
        let found = params.filled(name).map(ToOwned::to_owned);
        found.ok_or_else(|| ApiError::invalid(shown, "can't be blank"))
    };
    let new = NewSubscription {
        endpoint: needed(&asked, "endpoint", "subscription[endpoint]")?,
        p256dh: needed(&keys, "p256dh", "subscription[keys][p256dh]")?,
        auth: needed(&keys, "auth", "subscription[keys][auth]")?,
        standard: asked.flag("standard")?,
        alerts: alerts(&data)?,
        policy: policy(&data)?.unwrap_or_default(),
    };
    let text = bearer_text(&call.parts.headers).unwrap_or_default();
    let made = call.service().push().subscribe(&call.cx, call.me()?, token(&call)?, text, new).await?;
    answer(&call, &made).await
}

/// `GET /api/v1/push/subscription`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<WebPushSubscription>> {
    let found = call.service().push().get(token(&call)?).await?;
    answer(&call, &found).await
}

/// `PUT /api/v1/push/subscription`: what it is told of, all of it; nothing else changes.
pub(crate) async fn update(call: Call) -> ApiResult<Json<WebPushSubscription>> {
    let data = call.params.group("data").unwrap_or_default();
    let changed = call.service().push().change(token(&call)?, alerts(&data)?, policy(&data)?).await?;
    answer(&call, &changed).await
}

/// `DELETE /api/v1/push/subscription`; one that is not there stays so.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    call.service().push().unsubscribe(token(&call)?).await?;
    Ok(Json(json!({})))
}

async fn answer(call: &Call, subscription: &PushSubscription) -> ApiResult<Json<WebPushSubscription>> {
    Ok(Json(WebPushSubscription::new(subscription, call.service().push().server_key().await?)))
}

fn token(call: &Call) -> ApiResult<TokenId> {
    let bearer = call.bearer.as_deref();
    bearer.map(|bearer| bearer.token_id).ok_or_else(|| ApiError::new(StatusCode::UNAUTHORIZED, "No access token"))
}

/// `data[alerts]`: those that are on.
fn alerts(data: &Params) -> ApiResult<Alerts> {
    let group = data.group("alerts").unwrap_or_default();
    let mut on = Vec::new();
    for word in Alerts::words() {
        if group.flag(word)? {
            on.push(word);
        }
    }
    Ok(Alerts::chosen(|word| on.contains(&word)))
}

/// `data[policy]`.
fn policy(data: &Params) -> ApiResult<Option<PushPolicy>> {
    let Some(word) = data.filled("policy") else { return Ok(None) };
    let wrong = || ApiError::invalid("data[policy]", "must be all, followed, follower or none");
    PushPolicy::parse(word).map(Some).ok_or_else(wrong)
}
