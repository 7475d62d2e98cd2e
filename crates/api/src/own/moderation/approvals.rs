//! What somebody else has to agree to: `…/moderation/approvals…`.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::ids::RuleId;
use staffroom_domain::rule_cycle::Approval;
use staffroom_service::moderation::rules::Answer;

use super::{LISTED, account, school, shown};
use crate::call::Call;
use crate::error::ApiResult;
use crate::paging;

/// Those where the caller decides, newest first; with `open`, those that wait for an answer alone.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let is_open = call.params.flag("open")?;
    let page = call.own_page(LISTED.0, LISTED.1)?;
    let page = call.service().moderation().rules().approvals(&call.cx, call.authority()?, is_open, page).await?;
    Ok(paging::answer(&call, page, |approval| entity(&approval, &call)))
}

/// One of them.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let approval = call.service().moderation().rules().approval(call.authority()?, call.path_id("id")?).await?;
    Ok(Json(entity(&approval, &call)))
}

/// Agrees; what was asked is done.
pub(crate) async fn grant(call: Call) -> ApiResult<Json<Value>> {
    answer(&call, Answer::Grant).await
}

/// Says no, or takes one's own request back.
pub(crate) async fn refuse(call: Call) -> ApiResult<Json<Value>> {
    answer(&call, Answer::Refuse).await
}

async fn answer(call: &Call, answer: Answer) -> ApiResult<Json<Value>> {
    let rules = call.service().moderation().rules();
    let approval = rules.answer(&call.cx, call.authority()?, call.path_id("id")?, answer).await?;
    Ok(Json(entity(&approval, call)))
}

pub(super) fn entity(approval: &Approval, call: &Call) -> Value {
    let subject = Some(approval.subject).filter(|id| *id != 0).map(|id| RuleId(id).to_string());
    json!({
        "id": approval.id.to_string(),
        "organisation_id": school(approval.organisation),
        "kind": approval.kind.as_str(),
        "subject_id": subject,
        "version": approval.version,
        "title": approval.title,
        "state": approval.state(call.cx.now()).as_str(),
        "requested_by": account(approval.requested_by),
        "created_at": approval.created_at.to_rfc3339(),
        "expires_at": approval.expires_at.to_rfc3339(),
        "decided_by": account(approval.decided_by),
        "decided_at": shown(approval.decided_at),
    })
}
