//! What of one's own is held, and what to do with it: `/api/staffroom/v1/held…`. It is edited, and taken back, under its id
//! at `/api/v1/statuses/{id}` as well.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::Timestamp;
use staffroom_domain::hold::{HoldChoice, HoldState, HoldView};
use staffroom_domain::ids::StatusId;

use crate::call::Call;
use crate::entities::Render;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// Entries of a list unless asked otherwise, and at most.
pub(super) const LISTED: (u64, u64) = (20, 40);

/// `state`; empty is absent.
pub(super) fn state(call: &Call) -> ApiResult<Option<HoldState>> {
    let word = call.params.filled("state");
    word.map(|word| HoldState::parse(word).ok_or_else(|| ApiError::invalid("state", "is not known"))).transpose()
}

/// All of one's own, newest first; only those in `state`, if it is given.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let (state, page) = (state(&call)?, call.own_page(LISTED.0, LISTED.1)?);
    let page = call.service().statuses().held_list(call.me()?, state, page).await?;
    let render = call.render();
    Ok(paging::answer(&call, page, |view| entity(render, &view)))
}

/// One of them.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let id: StatusId = call.path_id("id")?;
    answer(&call, id).await
}

/// Sends it for review.
pub(crate) async fn review(call: Call) -> ApiResult<Json<Value>> {
    choose(&call, HoldChoice::Review).await
}

/// Publishes it for people of one's own school alone.
pub(crate) async fn school(call: Call) -> ApiResult<Json<Value>> {
    choose(&call, HoldChoice::School).await
}

/// Takes it back.
pub(crate) async fn withdraw(call: Call) -> ApiResult<Json<Value>> {
    choose(&call, HoldChoice::Withdraw).await
}

/// Publishes it as it is, where the rules only ask to think again.
pub(crate) async fn publish(call: Call) -> ApiResult<Json<Value>> {
    choose(&call, HoldChoice::Publish).await
}

async fn choose(call: &Call, choice: HoldChoice) -> ApiResult<Json<Value>> {
    let id: StatusId = call.path_id("id")?;
    call.service().statuses().choose(&call.cx, call.me()?, id, choice).await?;
    answer(call, id).await
}

async fn answer(call: &Call, id: StatusId) -> ApiResult<Json<Value>> {
    let view = call.service().statuses().held_one(call.me()?, id).await?;
    Ok(Json(entity(call.render(), &view)))
}

/// What its author sees.
pub(super) fn entity(render: Render<'_>, view: &HoldView) -> Value {
    let hold = &view.hold;
    let kind = match (hold.edits, hold.scheduled_at) {
        (Some(_), _) => "edit",
        (None, Some(_)) => "scheduled",
        (None, None) => "status",
    };
    json!({
        "id": hold.id.to_string(),
        "kind": kind,
        "state": hold.state.as_str(),
        "reason": view.note.reason,
        "rule": view.note.rule,
        "since": view.note.since.to_rfc3339(),
        "updated_at": hold.updated_at.to_rfc3339(),
        "choices": view.note.choices.iter().map(|choice| choice.as_str()).collect::<Vec<_>>(),
        "status": view.status.as_ref().map(|status| render.status(status)),
        "edits": hold.edits.map(|id| id.to_string()),
        "released_as": hold.released_as.map(|id| id.to_string()),
        "scheduled_at": hold.scheduled_at.map(Timestamp::to_rfc3339),
        "decided_at": hold.decided_at.map(Timestamp::to_rfc3339),
        "note": hold.note,
    })
}
