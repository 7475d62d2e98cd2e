//! Notifications in groups, and what one wants to be told.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::notification_group::{GROUPABLE, GroupKey};
use staffroom_domain::notification_policy::Handling;
use staffroom_service::notifications::PolicyChange;

use crate::call::Call;
use crate::entities::{GroupedNotifications, NotificationPolicy};
use crate::error::{ApiError, ApiResult};
use crate::paging;
use crate::v1::notifications::filter;

/// `GET /api/v2/notifications`.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let (filter, grouped) = (filter(&call)?, grouped(&call));
    let found = call.service().notifications().groups(call.me()?, &filter, &grouped, call.page(40, 80)).await?;
    let page = found.items.first().cloned().unwrap_or_default();
    let body = call.render().grouped_notifications(&page, partial(&call)?);
    Ok(paging::linked(&call, Json(body).into_response(), found.next, found.prev))
}

/// `GET /api/v2/notifications/unread_count`: groups, counted up to `limit`.
pub(crate) async fn unread_count(call: Call) -> ApiResult<Json<Value>> {
    let (filter, grouped, limit) = (filter(&call)?, grouped(&call), call.limit(100, 1_000));
    let count = call.service().notifications().unread(call.me()?, &filter, &grouped, limit).await?;
    Ok(Json(json!({ "count": count })))
}

/// `GET /api/v2/notifications/{group_key}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<GroupedNotifications>> {
    let found = call.service().notifications().group(call.me()?, key(&call)?).await?;
    Ok(Json(call.render().grouped_notifications(&found, partial(&call)?)))
}

/// `GET /api/v2/notifications/{group_key}/accounts`.
pub(crate) async fn accounts(call: Call) -> ApiResult<Response> {
    let page = call.service().notifications().group_accounts(call.me()?, key(&call)?, call.page(40, 80)).await?;
    let render = call.render();
    Ok(paging::answer(&call, page, |account| render.account(&account)))
}

/// `POST /api/v2/notifications/{group_key}/dismiss`.
pub(crate) async fn dismiss(call: Call) -> ApiResult<Json<Value>> {
    call.service().notifications().dismiss_group(call.me()?, key(&call)?).await?;
    Ok(Json(json!({})))
}

/// `GET /api/v2/notifications/policy`.
pub(crate) async fn policy(call: Call) -> ApiResult<Json<NotificationPolicy>> {
    let summary = call.service().notifications().policy(call.me()?).await?;
    Ok(Json(NotificationPolicy::new(&summary)))
}

/// `PATCH /api/v2/notifications/policy`; the official Android app sends `PUT`.
pub(crate) async fn change_policy(call: Call) -> ApiResult<Json<NotificationPolicy>> {
    let handling = |name: &'static str| match call.params.filled(name) {
        None => Ok(None),
        Some(word) => {
            Handling::parse(word).map(Some).ok_or_else(|| ApiError::invalid(name, "is neither accept, filter nor drop"))
        }
    };
    let change = PolicyChange {
        for_not_following: handling("for_not_following")?,
        for_not_followers: handling("for_not_followers")?,
        for_new_accounts: handling("for_new_accounts")?,
        for_private_mentions: handling("for_private_mentions")?,
        for_limited_accounts: handling("for_limited_accounts")?,
    };
    let summary = call.service().notifications().change_policy(call.me()?, change).await?;
    Ok(Json(NotificationPolicy::new(&summary)))
}

fn key(call: &Call) -> ApiResult<GroupKey> {
    GroupKey::parse(call.path_text("group_key")).ok_or_else(ApiError::not_found)
}

/// Kinds that are to come in groups: all that can, or those named.
fn grouped(call: &Call) -> Vec<NotificationKind> {
    let named = call.params.list("grouped_types");
    GROUPABLE.into_iter().filter(|kind| named.is_empty() || named.contains(&kind.as_str())).collect()
}

/// Whether only the first account of each group is to be whole.
fn partial(call: &Call) -> ApiResult<bool> {
    match call.params.filled("expand_accounts") {
        None | Some("full") => Ok(false),
        Some("partial_avatars") => Ok(true),
        Some(_) => Err(ApiError::invalid("expand_accounts", "is neither full nor partial_avatars")),
    }
}
