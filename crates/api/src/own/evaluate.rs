//! `POST /api/staffroom/v1/evaluate`: what the moderation rules would say to a draft. Stores and sends nothing.

use axum::Json;
use serde_json::{Value, json};

use super::holds::finding;
use crate::call::Call;
use crate::error::ApiResult;
use crate::v1::statuses::draft;

/// Takes what `POST /api/v1/statuses` takes. Spans are code points of the text as sent, end exclusive.
pub(crate) async fn run(call: Call) -> ApiResult<Json<Value>> {
    let draft = draft::read(&call)?;
    let (account, user) = call.person()?;
    let moderation = call.service().moderation();
    let verdict = moderation.dry_evaluate(&call.cx, account.id, &user.posting, &draft).await?;
    let findings: Vec<Value> = verdict.findings.iter().map(finding).collect();
    let answer = json!({ "action": verdict.action, "complete": verdict.complete, "findings": findings });
    Ok(Json(answer))
}
