//! Editing a status, its text as typed, and its former versions.

use axum::Json;
use serde::Serialize;
use staffroom_domain::ids::{MediaId, StatusId};
use staffroom_domain::media::MediaUpdate;
use staffroom_domain::status::StatusEdit;

use super::{draft, show};
use crate::call::{Call, id};
use crate::entities::{self, Status};
use crate::error::{ApiError, ApiResult};
use crate::v1::media::focus;

/// A status as its author typed it.
#[derive(Debug, Serialize)]
pub(crate) struct Source {
    id: String,
    text: String,
    spoiler_text: String,
}

/// `PUT /api/v1/statuses/{id}`. Apps send all attachments they keep; none sent at all keeps those there are.
pub(crate) async fn update(call: Call) -> ApiResult<Json<Status>> {
    let status_id = call.path_id("id")?;
    let params = &call.params;
    let owned = |name: &str| params.text(name).map(ToOwned::to_owned);
    let edit = StatusEdit {
        text: owned("status"),
        spoiler_text: owned("spoiler_text"),
        sensitive: params.boolean("sensitive")?,
        language: params.filled("language").map(ToOwned::to_owned),
        media_ids: params.has("media_ids").then(|| draft::media_ids(params)).transpose()?,
        media_attributes: media_attributes(&call)?,
        poll: draft::poll(params)?,
        quote_policy: draft::quote_policy(params, "quote_approval_policy")?,
    };
    call.service().statuses().edit(&call.cx, call.me()?, status_id, edit).await?;
    show::answer(&call, status_id).await
}

fn media_attributes(call: &Call) -> ApiResult<Vec<(MediaId, MediaUpdate)>> {
    let wrong = || ApiError::invalid("media_attributes", "names an attachment that is not there");
    let groups = call.params.groups("media_attributes");
    let read = groups.iter().map(|group| {
        let media = group.text("id").and_then(id).ok_or_else(wrong)?;
        let description = group.text("description").map(ToOwned::to_owned);
        Ok((media, MediaUpdate { description, focus: focus(group)? }))
    });
    read.collect()
}

/// `GET /api/v1/statuses/{id}/source`.
pub(crate) async fn source(call: Call) -> ApiResult<Json<Source>> {
    let id: StatusId = call.path_id("id")?;
    let (text, spoiler_text) = call.service().statuses().source(call.me()?, id).await?;
    Ok(Json(Source { id: id.to_string(), text, spoiler_text }))
}

/// `GET /api/v1/statuses/{id}/history`: all versions, oldest first.
pub(crate) async fn history(call: Call) -> ApiResult<Json<Vec<entities::StatusEdit>>> {
    let id = call.path_id("id")?;
    let statuses = call.service().statuses();
    let view = statuses.show(call.viewer(), id).await?;
    let versions = statuses.history(call.viewer(), id).await?;
    let render = call.render();
    Ok(Json(versions.iter().map(|version| render.status_edit(version, &view.account)).collect()))
}
