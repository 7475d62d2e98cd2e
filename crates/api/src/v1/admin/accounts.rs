//! Accounts as moderators see them, and measures against them.

use axum::Json;
use axum::response::Response;
use staffroom_domain::ids::AccountId;
use staffroom_domain::moderation::{AccountFilter, AccountState, Measure};
use staffroom_service::accounts::Action;

use super::LISTED;
use crate::call::{Call, id};
use crate::entities::AdminAccount;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// `GET /api/v1/admin/accounts`: what is asked for is said by one flag each.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let mut filter = named(&call);
    for (word, local) in [("local", true), ("remote", false)] {
        if call.params.flag(word)? {
            filter.local = Some(local);
        }
    }
    for word in ["active", "pending", "disabled", "sensitized", "silenced", "suspended"] {
        if call.params.flag(word)? {
            filter.state = AccountState::parse(word);
        }
    }
    filter.staff = call.params.flag("staff")?;
    answer(&call, filter).await
}

/// `GET /api/v2/admin/accounts`: the same in words.
pub(crate) async fn list_v2(call: Call) -> ApiResult<Response> {
    let mut filter = named(&call);
    filter.local = match call.params.filled("origin") {
        None => None,
        Some("local") => Some(true),
        Some("remote") => Some(false),
        Some(_) => return Err(ApiError::invalid("origin", "is neither local nor remote")),
    };
    filter.state = match call.params.filled("status") {
        None => None,
        Some(word) => Some(AccountState::parse(word).ok_or_else(|| ApiError::invalid("status", "is unknown"))?),
    };
    filter.staff = call.params.filled("permissions") == Some("staff");
    answer(&call, filter).await
}

fn named(call: &Call) -> AccountFilter {
    let text = |name: &str| call.params.filled(name).map(ToOwned::to_owned);
    AccountFilter {
        username: text("username"),
        display_name: text("display_name"),
        email: text("email"),
        by_domain: text("by_domain"),
        ..AccountFilter::default()
    }
}

async fn answer(call: &Call, filter: AccountFilter) -> ApiResult<Response> {
    let page = call.service().accounts().moderated(call.authority()?, &filter, call.page(LISTED.0, LISTED.1)).await?;
    let render = call.render();
    Ok(paging::answer(call, page, |one| render.admin_account(&one)))
}

/// `GET /api/v1/admin/accounts/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<AdminAccount>> {
    let id = call.path_id("id")?;
    now(&call, id).await
}

/// `DELETE /api/v1/admin/accounts/{id}`: answers with what it was.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<AdminAccount>> {
    let id = call.path_id("id")?;
    let before = now(&call, id).await?;
    call.service().accounts().purge(&call.cx, call.authority()?, id).await?;
    Ok(before)
}

/// `POST /api/v1/admin/accounts/{id}/action`.
pub(crate) async fn act(call: Call) -> ApiResult<Json<serde_json::Value>> {
    let params = &call.params;
    let target: AccountId = call.path_id("id")?;
    let measure = match params.filled("type") {
        None => return Err(ApiError::invalid("type", "can't be blank")),
        Some("warn") => Some(Measure::None),
        Some(word) => Measure::parse(word),
    };
    let report = match params.filled("report_id") {
        None => None,
        Some(text) => Some(id(text).ok_or_else(ApiError::not_found)?),
    };
    let action = Action {
        measure: measure.ok_or_else(|| ApiError::invalid("type", "is unknown"))?,
        text: params.text("text").unwrap_or_default().to_owned(),
        report,
        tell: params.flag("send_email_notification")?,
    };
    call.service().accounts().act(&call.cx, call.authority()?, target, action).await?;
    Ok(Json(serde_json::json!({})))
}

/// `POST /api/v1/admin/accounts/{id}/approve`.
pub(crate) async fn approve(call: Call) -> ApiResult<Json<AdminAccount>> {
    let id = call.path_id("id")?;
    call.service().accounts().approve(&call.cx, call.authority()?, id).await?;
    now(&call, id).await
}

/// `POST /api/v1/admin/accounts/{id}/reject`: answers with what it was.
pub(crate) async fn reject(call: Call) -> ApiResult<Json<AdminAccount>> {
    let id = call.path_id("id")?;
    let before = now(&call, id).await?;
    call.service().accounts().reject(&call.cx, call.authority()?, id).await?;
    Ok(before)
}

/// `POST /api/v1/admin/accounts/{id}/enable`.
pub(crate) async fn enable(call: Call) -> ApiResult<Json<AdminAccount>> {
    lift(&call, Measure::Disable).await
}

/// `POST /api/v1/admin/accounts/{id}/unsensitive`.
pub(crate) async fn unsensitive(call: Call) -> ApiResult<Json<AdminAccount>> {
    lift(&call, Measure::Sensitive).await
}

/// `POST /api/v1/admin/accounts/{id}/unsilence`.
pub(crate) async fn unsilence(call: Call) -> ApiResult<Json<AdminAccount>> {
    lift(&call, Measure::Silence).await
}

/// `POST /api/v1/admin/accounts/{id}/unsuspend`.
pub(crate) async fn unsuspend(call: Call) -> ApiResult<Json<AdminAccount>> {
    lift(&call, Measure::Suspend).await
}

async fn lift(call: &Call, measure: Measure) -> ApiResult<Json<AdminAccount>> {
    let id = call.path_id("id")?;
    call.service().accounts().lift(&call.cx, call.authority()?, id, measure).await?;
    now(call, id).await
}

async fn now(call: &Call, id: AccountId) -> ApiResult<Json<AdminAccount>> {
    let found = call.service().accounts().moderated_one(call.authority()?, id).await?;
    Ok(Json(call.render().admin_account(&found)))
}
