//! What was decided about somebody, and their appeals: `/api/staffroom/v1/decisions`, `…/appeals…`, and
//! `…/moderation/appeals…` for those who decide them.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::Timestamp;
use staffroom_domain::appeal::{Appeal, DecisionView, StatementOfReasons};

use super::organisations::LISTED;
use crate::call::{Call, id};
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// What was decided about the caller, newest first.
pub(crate) async fn decisions(call: Call) -> ApiResult<Response> {
    let page = call.service().appeals().decisions(call.me()?, call.own_page(LISTED.0, LISTED.1)?).await?;
    let now = call.cx.now();
    Ok(paging::answer(&call, page, |view| decision(now, &view)))
}

/// The caller's appeals, newest first.
pub(crate) async fn own(call: Call) -> ApiResult<Response> {
    let page = call.service().appeals().of(call.me()?, call.own_page(LISTED.0, LISTED.1)?).await?;
    let now = call.cx.now();
    Ok(paging::answer(&call, page, |view| entity(now, &view)))
}

/// The caller appeals against a decision about them: once, within 20 days.
pub(crate) async fn file(call: Call) -> ApiResult<Json<Value>> {
    let text = call.params.text("text").unwrap_or_default();
    let decision = call.params.filled("decision_id").and_then(id).ok_or_else(ApiError::not_found)?;
    let view = call.service().appeals().file(&call.cx, call.me()?, decision, text).await?;
    Ok(Json(entity(call.cx.now(), &view)))
}

/// One of the caller's appeals.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let view = call.service().appeals().own(call.me()?, call.path_id("id")?).await?;
    Ok(Json(entity(call.cx.now(), &view)))
}

/// Those that are the caller's to decide, newest first: the ones that wait, or those `decided`.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let (decided, page) = (call.params.flag("decided")?, call.own_page(LISTED.0, LISTED.1)?);
    let page = call.service().appeals().list(call.authority()?, decided, page).await?;
    Ok(paging::answer(&call, page, |view| to_staff(&call, &view)))
}

/// One of them.
pub(crate) async fn show_to_staff(call: Call) -> ApiResult<Json<Value>> {
    let view = call.service().appeals().get(call.authority()?, call.path_id("id")?).await?;
    Ok(Json(to_staff(&call, &view)))
}

/// Decides it: `approved` takes the decision back, `rejected` lets it stand.
pub(crate) async fn decide(call: Call) -> ApiResult<Json<Value>> {
    let (id, answer) = (call.path_id("id")?, call.params.text("answer").unwrap_or_default());
    let approved = match call.params.filled("outcome") {
        Some("approved") => true,
        Some("rejected") => false,
        _ => return Err(ApiError::invalid("outcome", "must be approved or rejected")),
    };
    let view = call.service().appeals().decide(&call.cx, call.authority()?, id, approved, answer).await?;
    Ok(Json(to_staff(&call, &view)))
}

fn to_staff(call: &Call, view: &DecisionView) -> Value {
    let mut entity = entity(call.cx.now(), view);
    if let Value::Object(members) = &mut entity {
        members.insert("account".to_owned(), json!(call.render().account(&view.account)));
    }
    entity
}

/// An appeal with the decision it is against.
fn entity(now: Timestamp, view: &DecisionView) -> Value {
    let mut entity = view.appeal.as_ref().map(appeal).unwrap_or_default();
    if let Value::Object(members) = &mut entity {
        members.insert("decision".to_owned(), decision(now, view));
    }
    entity
}

fn decision(now: Timestamp, view: &DecisionView) -> Value {
    let StatementOfReasons { id, restriction, ground, rule, facts, automated, created_at, .. } = &view.reasons;
    let until = view.reasons.appeal_until();
    json!({
        "id": id.to_string(),
        "restriction": restriction.as_str(),
        "status_id": restriction.status().map(|id| id.to_string()),
        "ground": ground.as_str(),
        "rule": rule,
        "facts": facts,
        "automated": automated,
        "decided_at": created_at.to_rfc3339(),
        "appeal_until": until.to_rfc3339(),
        "can_appeal": view.appeal.is_none() && now <= until,
        "appeal": view.appeal.as_ref().map(appeal),
    })
}

fn appeal(appeal: &Appeal) -> Value {
    json!({
        "id": appeal.id.to_string(),
        "decision_id": appeal.reasons.to_string(),
        "text": appeal.text,
        "state": appeal.state.as_str(),
        "answer": appeal.answer,
        "created_at": appeal.created_at.to_rfc3339(),
        "decided_at": appeal.decided_at.map(Timestamp::to_rfc3339),
    })
}
