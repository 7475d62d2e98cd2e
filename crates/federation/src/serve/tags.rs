//! `/tags/{slug}`: tag accounts and what they announced.

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use staffroom_domain::PageRequest;
use staffroom_domain::account::Account;
use staffroom_domain::ids::StatusId;
use staffroom_service::ServiceError;

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

/// `GET /tags/{slug}/announces/{id}`: one announcement, by the number of the status.
pub(crate) async fn announcement(
    State(federation): State<Federation>,
    Path((slug, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let account = find(&federation, &slug).await?;
    let id = StatusId::parse(&id).ok_or(ServiceError::NotFound("announcement"))?;
    let uri = format!("{}/announces/{id}", account.uri);
    let around = PageRequest { max_id: Some(id.0.saturating_add(1)), ..PageRequest::newest(1) };
    let found = federation.shared().service().exchange().announcements(&account, around).await?;
    let found = found.items.into_iter().find(|(announcement, ..)| *announcement == uri);
    let (_, status_uri, published) = found.ok_or(ServiceError::NotFound("announcement"))?;
    Ok(activity(context::plain(), tag_announce(&account, &uri, &status_uri, published)))
}

/// The tag account behind a slug; tags we do not publish have none.
pub(crate) async fn find(federation: &Federation, slug: &str) -> Result<Account, ServiceError> {
    let account = federation.shared().service().exchange().tag_account(slug).await?;
    account.filter(|account| !account.is_gone()).ok_or(ServiceError::NotFound("tag"))
}
