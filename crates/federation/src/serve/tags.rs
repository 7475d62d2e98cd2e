//! `/tags/{slug}`: tag accounts and what they announced.

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use staffroom_domain::account::Account;
use staffroom_service::ServiceError;
use staffroom_service::exchange::Announcement;

use super::actors::document;
use super::answer::{Failure, activity, problem};
use super::negotiate::wants_activity;
use crate::Federation;
use crate::render::activity::tag_announce;
use crate::render::context;

/// `GET /tags/{slug}`: the tag account, for tags we publish.
pub(crate) async fn actor(
    State(federation): State<Federation>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if !wants_activity(&headers) {
        return Ok(problem(StatusCode::NOT_ACCEPTABLE, "there is no page here, only application/activity+json"));
    }
    let account = find(&federation, &slug).await?;
    document(&federation, &account).await
}

/// `GET /tags/{slug}/announces/{id}`: one announcement.
pub(crate) async fn announcement(
    State(federation): State<Federation>,
    Path((slug, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let account = find(&federation, &slug).await?;
    let uri = format!("{}/announces/{id}", account.uri);
    let found = federation.shared().service().exchange().announcement(&account, &uri).await?;
    let found = found.ok_or(ServiceError::NotFound("announcement"))?;
    Ok(activity(context::plain(), announce(&federation, &account, &found)))
}

/// An announcement as it was sent.
pub(crate) fn announce(federation: &Federation, account: &Account, found: &Announcement) -> Value {
    let identity = federation.shared().identity();
    tag_announce(identity, account, &found.uri, &found.status_uri, &found.tags, found.published)
}

/// The tag account behind a slug; tags we do not publish have none.
pub(crate) async fn find(federation: &Federation, slug: &str) -> Result<Account, ServiceError> {
    let account = federation.shared().service().exchange().tag_account(slug).await?;
    account.filter(|account| !account.is_gone()).ok_or(ServiceError::NotFound("tag"))
}
