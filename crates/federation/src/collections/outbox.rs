//! Outboxes: the public statuses and boosts of an account, what a tag account announced, and the instance's empty one.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use staffroom_domain::ids::StatusId;
use staffroom_domain::status::StatusView;
use staffroom_domain::{Account, Timestamp};
use staffroom_service::ServiceError;

use super::{Paging, overview, page};
use crate::Federation;
use crate::render::activity::{announce, create};
use crate::render::context;
use crate::serve::answer::{Failure, activity, problem};
use crate::serve::{actors, tags};

/// `GET /users/{name}/outbox`.
pub(crate) async fn user(
    State(federation): State<Federation>,
    Path(name): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    let account = actors::find(&federation, &name).await?;
    if account.is_gone() {
        return Ok(problem(StatusCode::GONE, "account is gone"));
    }
    let uri = format!("{}/outbox", account.uri);
    let Some(request) = paging.request() else { return Ok(overview(&uri, Some(account.statuses_count), true)) };
    let service = federation.shared().service();
    let (identity, now) = (&service.settings().identity, service.cx().now());
    let found = service.statuses().outbox(account.id, request).await?;
    let shown = |view: StatusView| match &view.reblog {
        Some(original) => announce(&view.account, &view.status, &original.status.uri, &original.account.uri),
        None => create(identity, &view, &[], now),
    };
    Ok(page(&uri, &request, context::note(), &found.map(shown)))
}

/// `?since=…`: what came after a place in the order of announcing (milliseconds, and the number of the status).
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Since {
    since: Option<String>,
}

/// Announcements on one page after `since`.
const SINCE_PAGE: u32 = 50;

/// What was announced after `since`, oldest first. `next` leads on, also to what is not announced yet: whoever keeps it
/// can ask there the next time.
async fn since_page(federation: &Federation, account: &Account, uri: &str, since: &str) -> Result<Response, Failure> {
    let place = match since.split_once('-') {
        None => since.parse().ok().map(|at| (Timestamp(at), StatusId(0))),
        Some((at, status)) => at.parse().ok().map(Timestamp).zip(StatusId::parse(status)),
    };
    let place = place.ok_or_else(|| ServiceError::invalid("since", "is no place in this outbox"))?;
    let found = federation.shared().service().exchange().announcements_since(account, place, SINCE_PAGE).await?;
    let last = found.last().map_or(place, |last| (last.published, last.status_id));
    let items: Vec<Value> = found.iter().map(|one| tags::announce(federation, account, one)).collect();
    Ok(activity(context::plain(), since_document(uri, since, &items, last)))
}

/// A page of what was announced after `since`, the last of it at `last`.
pub(crate) fn since_document(uri: &str, since: &str, items: &[Value], last: (Timestamp, StatusId)) -> Value {
    json!({
        "id": format!("{uri}?since={since}"),
        "type": "OrderedCollectionPage",
        "partOf": uri,
        "orderedItems": items,
        "next": format!("{uri}?since={}-{}", last.0.0, last.1),
    })
}

/// `GET /tags/{slug}/outbox`.
pub(crate) async fn tag(
    State(federation): State<Federation>,
    Path(slug): Path<String>,
    Query(asked): Query<Since>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    let account = tags::find(&federation, &slug).await?;
    let uri = format!("{}/outbox", account.uri);
    if let Some(since) = &asked.since {
        return since_page(&federation, &account, &uri, since).await;
    }
    let Some(request) = paging.request() else { return Ok(overview(&uri, None, true)) };
    let found = federation.shared().service().exchange().announcements(&account, request).await?;
    let items: Vec<Value> = found.items.iter().map(|one| tags::announce(&federation, &account, one)).collect();
    Ok(page(&uri, &request, context::plain(), &found.with_items(items)))
}

/// `GET /actor/outbox`: the instance account writes nothing.
pub(crate) async fn instance(State(federation): State<Federation>) -> Response {
    overview(&format!("{}/outbox", federation.shared().identity().instance_account_uri()), Some(0), false)
}
