//! Outboxes: the public statuses and boosts of an account, what a tag account announced, and the instance's empty one.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::Value;
use staffroom_domain::status::StatusView;

use super::{Paging, overview, page};
use crate::Federation;
use crate::render::activity::{announce, create};
use crate::render::context;
use crate::serve::answer::Failure;
use crate::serve::{actors, tags};

/// `GET /users/{name}/outbox`.
pub(crate) async fn user(
    State(federation): State<Federation>,
    Path(name): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    let account = actors::find(&federation, &name).await?;
    let uri = format!("{}/outbox", account.uri);
    let Some(request) = paging.request().filter(|_| !account.is_gone()) else {
        return Ok(overview(&uri, (!account.is_gone()).then_some(account.statuses_count), !account.is_gone()));
    };
    let service = federation.shared().service();
    let (identity, now) = (&service.settings().identity, service.cx().now());
    let found = service.statuses().outbox(account.id, request).await?;
    let activity = |view: StatusView| match &view.reblog {
        Some(original) => announce(&view.account, &view.status, &original.status.uri, &original.account.uri),
        None => create(identity, &view, &[], now),
    };
    Ok(page(&uri, &request, context::note(), &found.map(activity)))
}

/// `GET /tags/{slug}/outbox`.
pub(crate) async fn tag(
    State(federation): State<Federation>,
    Path(slug): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    let account = tags::find(&federation, &slug).await?;
    let uri = format!("{}/outbox", account.uri);
    let Some(request) = paging.request() else { return Ok(overview(&uri, None, true)) };
    let found = federation.shared().service().exchange().announcements(&account, request).await?;
    let items: Vec<Value> = found.items.iter().map(|one| tags::announce(&federation, &account, one)).collect();
    Ok(page(&uri, &request, context::plain(), &found.with_items(items)))
}

/// `GET /actor/outbox`: the instance account writes nothing.
pub(crate) async fn instance(State(federation): State<Federation>) -> Response {
    overview(&format!("{}/outbox", federation.shared().identity().instance_account_uri()), Some(0), false)
}
