//! `/tags/{slug}`: tag accounts and what they announced.

use axum::extract::{Path, Query, Request, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use staffroom_domain::account::Account;
use staffroom_service::ServiceError;
use staffroom_service::exchange::Announcement;
use url::form_urlencoded;

use super::actors::document;
use super::answer::{Failure, activity};
use super::viewer::signer;
use crate::Federation;
use crate::gate::Refused;
use crate::http::host_of;
use crate::render::activity::tag_announce;
use crate::render::context;

/// `GET /tags/{slug}`: the tag account, for tags we publish.
pub(crate) async fn actor(State(federation): State<Federation>, Path(slug): Path<String>) -> Result<Response, Failure> {
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

/// `GET /tags/{slug}/reach?note=…`: the inboxes a status was passed on to by us as a hub, for a signed request of the
/// status' own server.
pub(crate) async fn reach(
    State(federation): State<Federation>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Result<Response, Failure> {
    let account = find(&federation, &slug).await?;
    let (parts, _) = request.into_parts();
    let signer = signer(&federation, &parts).await?.ok_or(Refused::Unsigned)?;
    let exchange = federation.shared().service().exchange();
    let inboxes = exchange.reach_of(&account, &asked.note, &host_of(&signer)).await?;
    let inboxes = inboxes.ok_or(ServiceError::NotFound("status"))?;
    Ok(activity(context::plain(), reach_document(&account.uri, &asked.note, &inboxes)))
}

/// What `reach` answers.
pub(crate) fn reach_document(tag_account: &str, note: &str, inboxes: &[String]) -> Value {
    json!({
        "id": reach_url(tag_account, note),
        "type": "OrderedCollection",
        "totalItems": inboxes.len(),
        "orderedItems": inboxes,
    })
}

/// Where a hub's tag account tells whom it passed `note` on to.
pub(crate) fn reach_url(tag_account: &str, note: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("note", note).finish();
    format!("{tag_account}/reach?{query}")
}

/// The status asked about.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    note: String,
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
