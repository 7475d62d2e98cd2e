//! What is held, for those who decide about it: `/api/staffroom/v1/moderation/holds…`.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::Timestamp;
use staffroom_domain::hold::{HoldFinding, HoldView};
use staffroom_service::moderation::holds::Seen;

use super::held::{self, LISTED};
use crate::call::Call;
use crate::entities::Render;
use crate::error::ApiResult;
use crate::paging;

/// Those of people the caller decides about: the open ones, the soonest due first, or those in `state`.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let (state, page) = (held::state(&call)?, call.own_page(LISTED.0, LISTED.1)?);
    let page = call.service().moderation().holds().list(call.authority()?, state, page).await?;
    let render = call.render();
    Ok(paging::answer(&call, page, |view| entity(render, &view)))
}

/// One of them.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let view = call.service().moderation().holds().get(call.authority()?, call.path_id("id")?).await?;
    Ok(Json(entity(call.render(), &view)))
}

/// Publishes it; its author is told, with `note`. With a `version`, only as it was then.
pub(crate) async fn release(call: Call) -> ApiResult<Json<Value>> {
    let (seen, note) = (seen(&call)?, call.params.text("note").unwrap_or_default());
    let holds = call.service().moderation();
    let view = holds.holds().release(&call.cx, call.authority()?, seen, note).await?;
    Ok(Json(entity(call.render(), &view)))
}

/// Says no; its author is told the `reason`.
pub(crate) async fn reject(call: Call) -> ApiResult<Json<Value>> {
    let (seen, reason) = (seen(&call)?, call.params.text("reason").unwrap_or_default());
    let holds = call.service().moderation();
    let view = holds.holds().reject(&call.cx, call.authority()?, seen, reason).await?;
    Ok(Json(entity(call.render(), &view)))
}

/// Asks its author to edit it, with a `note`.
pub(crate) async fn ask_to_edit(call: Call) -> ApiResult<Json<Value>> {
    let (seen, note) = (seen(&call)?, call.params.text("note").unwrap_or_default());
    let holds = call.service().moderation();
    let view = holds.holds().ask_to_edit(&call.cx, call.authority()?, seen, note).await?;
    Ok(Json(entity(call.render(), &view)))
}

/// What is decided about: with `version`, only if it is still what it was then.
fn seen(call: &Call) -> ApiResult<Seen> {
    Ok(Seen { id: call.path_id("id")?, revision: call.params.number("version")? })
}

/// What its author sees, and what those need who decide.
fn entity(render: Render<'_>, view: &HoldView) -> Value {
    let mut entity = held::entity(render, view);
    if let Value::Object(members) = &mut entity {
        members.insert("version".to_owned(), json!(view.hold.revision));
        members.insert("account".to_owned(), json!(render.account(&view.account)));
        members.insert("decided_by".to_owned(), json!(view.decided_by.as_ref().map(|by| render.account(by))));
        members.insert("deadline".to_owned(), json!(view.hold.deadline.map(Timestamp::to_rfc3339)));
        members.insert("findings".to_owned(), view.findings.iter().map(finding).collect());
    }
    entity
}

/// One match of one rule; its span is counted in code points of its text.
pub(super) fn finding(found: &HoldFinding) -> Value {
    json!({
        "rule": found.rule,
        "rule_version": found.version,
        "kind": found.kind,
        "action": found.action,
        "reason": found.reason,
        "part": found.part,
        "span": { "start": found.start, "end": found.end },
    })
}
