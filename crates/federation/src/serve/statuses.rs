//! `/users/{name}/statuses/{id}`: notes, their activities, and the page's address.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::request::Parts;
use staffroom_domain::Viewer;
use staffroom_domain::ids::StatusId;
use staffroom_domain::status::StatusView;
use staffroom_service::ServiceError;

use super::actors::find;
use super::answer::{Failure, activity, gone, private, see};
use super::negotiate::wants_activity;
use super::viewer::viewer;
use crate::Federation;
use crate::render::activity::{announce, create};
use crate::render::{context, note};

/// What stands behind a status's address.
enum Behind {
    /// The status, and whether everybody may see it.
    Status(Box<StatusView>, bool),
    /// It was deleted; its id.
    Gone(String),
}

/// `GET /users/{name}/statuses/{id}` and `GET /@{name}/{id}`: the note (or the boost, as `Announce`); people are sent to
/// the page.
pub(crate) async fn status(
    State(federation): State<Federation>,
    Path((name, id)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let (parts, _) = request.into_parts();
    let wants_page = !wants_activity(&parts.headers);
    answer(&federation, &name, &id, &parts, |view, federation| {
        if wants_page {
            return see(&view.status.url);
        }
        let service = federation.shared().service();
        match &view.reblog {
            Some(original) => announcement(view, original),
            None => activity(context::note(), note::note(&service.settings().identity, view, &[], service.cx().now())),
        }
    })
    .await
}

/// `GET /users/{name}/statuses/{id}/activity`: the `Create` or `Announce`.
pub(crate) async fn status_activity(
    State(federation): State<Federation>,
    Path((name, id)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let (parts, _) = request.into_parts();
    answer(&federation, &name, &id, &parts, |view, federation| {
        let service = federation.shared().service();
        match &view.reblog {
            Some(original) => announcement(view, original),
            None => activity(context::note(), create(&service.settings().identity, view, &[], service.cx().now())),
        }
    })
    .await
}

fn announcement(view: &StatusView, original: &StatusView) -> Response {
    let document = announce(&view.account, &view.status, &original.status.uri, &original.account.uri);
    activity(context::plain(), document)
}

async fn answer(
    federation: &Federation,
    name: &str,
    id: &str,
    parts: &Parts,
    show: impl Fn(&StatusView, &Federation) -> Response,
) -> Result<Response, Failure> {
    Ok(match behind(federation, name, id, parts).await? {
        Behind::Gone(uri) => gone(&uri),
        Behind::Status(view, true) => show(&view, federation),
        Behind::Status(view, false) => private(show(&view, federation)),
    })
}

/// First as anybody; who asks matters (and is looked at) only for what not everybody may see.
async fn behind(federation: &Federation, name: &str, id: &str, parts: &Parts) -> Result<Behind, Failure> {
    let statuses = federation.shared().service().statuses();
    let account = find(federation, name).await?;
    let status_id = StatusId::parse(id).ok_or(ServiceError::NotFound("status"))?;
    let is_theirs = |view: &StatusView| view.status.account_id == account.id && view.status.local;
    match statuses.get(Viewer::Anonymous, status_id).await {
        Ok(view) if is_theirs(&view) => return Ok(Behind::Status(Box::new(view), true)),
        Ok(_) => return Err(ServiceError::NotFound("status").into()),
        Err(ServiceError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let uri = federation.shared().identity().status_uri(&account.username, status_id);
    if statuses.was_deleted(&uri).await? {
        return Ok(Behind::Gone(uri));
    }
    let viewer = viewer(federation, parts).await?;
    if viewer == Viewer::Anonymous {
        return Err(ServiceError::NotFound("status").into());
    }
    let view = statuses.get(viewer, status_id).await?;
    if is_theirs(&view) {
        Ok(Behind::Status(Box::new(view), false))
    } else {
        Err(ServiceError::NotFound("status").into())
    }
}

/// The status with this number if everybody may see it and it is `name`'s.
pub(crate) async fn open(federation: &Federation, name: &str, id: &str) -> Result<StatusView, Failure> {
    let account = find(federation, name).await?;
    let status_id = StatusId::parse(id).ok_or(ServiceError::NotFound("status"))?;
    Ok(federation.shared().service().statuses().open_by(account.id, status_id).await?)
}
