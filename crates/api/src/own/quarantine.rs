//! What came from elsewhere and waits for a moderator: `/api/staffroom/v1/moderation/quarantine…`.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::quarantine::{QuarantineState, QuarantinedView};
use staffroom_domain::{Tag, Timestamp};

use super::held::LISTED;
use super::holds::finding;
use crate::call::Call;
use crate::entities::Render;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// What waits, the soonest due first; or what is in `state`, newest first.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let state = match call.params.filled("state") {
        Some(word) => QuarantineState::parse(word).ok_or_else(|| ApiError::invalid("state", "is not known"))?,
        None => QuarantineState::Waiting,
    };
    let page = call.own_page(LISTED.0, LISTED.1)?;
    let page = call.service().moderation().quarantine().list(call.authority()?, state, page).await?;
    let render = call.render();
    Ok(paging::answer(&call, page, |view| entity(render, &view)))
}

/// One of them.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let view = call.service().moderation().quarantine().get(call.authority()?, call.path_id("id")?).await?;
    Ok(Json(entity(call.render(), &view)))
}

/// Lets it in, with a `note` for other moderators.
pub(crate) async fn release(call: Call) -> ApiResult<Json<Value>> {
    let (id, note) = (call.path_id("id")?, call.params.text("note").unwrap_or_default());
    let moderation = call.service().moderation();
    let view = moderation.quarantine().release(&call.cx, call.authority()?, id, note).await?;
    Ok(Json(entity(call.render(), &view)))
}

/// Refuses it, for a `reason`.
pub(crate) async fn reject(call: Call) -> ApiResult<Json<Value>> {
    let (id, reason) = (call.path_id("id")?, call.params.text("reason").unwrap_or_default());
    let moderation = call.service().moderation();
    let view = moderation.quarantine().reject(&call.cx, call.authority()?, id, reason).await?;
    Ok(Json(entity(call.render(), &view)))
}

/// Pictures are named by their descriptions alone: nothing of them is fetched, by nobody.
fn entity(render: Render<'_>, view: &QuarantinedView) -> Value {
    let (kept, incoming) = (&view.quarantined, &view.incoming);
    let media: Vec<Value> = incoming
        .media
        .iter()
        .map(|media| json!({ "type": media.kind.as_str(), "description": media.description }))
        .collect();
    let options = incoming.poll.iter().flat_map(|poll| &poll.options).map(|option| option.title.as_str());
    json!({
        "id": kept.id.to_string(),
        "kind": if view.known.is_some() && kept.released_as.is_none() { "edit" } else { "status" },
        "state": kept.state.as_str(),
        "reason": view.reason,
        "findings": view.findings.iter().map(finding).collect::<Vec<_>>(),
        "since": kept.created_at.to_rfc3339(),
        "updated_at": kept.updated_at.to_rfc3339(),
        "deadline": kept.deadline.to_rfc3339(),
        "account": render.account(&view.account),
        "addressed": view.addressed.iter().map(|account| render.account(account)).collect::<Vec<_>>(),
        "uri": kept.uri,
        "url": incoming.url,
        "content": incoming.content,
        "spoiler_text": incoming.spoiler_text,
        "visibility": incoming.visibility.as_str(),
        "language": incoming.language,
        "poll_options": options.collect::<Vec<_>>(),
        "media": media,
        "tags": incoming.tags.iter().map(Tag::name).collect::<Vec<_>>(),
        "in_reply_to": incoming.in_reply_to_uri,
        "published_at": incoming.published.map(Timestamp::to_rfc3339),
        "edited_at": incoming.updated.map(Timestamp::to_rfc3339),
        "status_id": kept.released_as.or(view.known).map(|id| id.to_string()),
        "decided_at": kept.decided_at.map(Timestamp::to_rfc3339),
        "decided_by": view.decided_by.as_ref().map(|by| render.account(by)),
        "note": kept.note,
    })
}
