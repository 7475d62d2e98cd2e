//! `GET /api/staffroom/v1/moderation/log`: what moderators did.

use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::moderation_log::{Deed, LogEntry, LogFilter};

use crate::call::Call;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// Entries of a list unless asked otherwise, and at most.
const LISTED: (u64, u64) = (40, 200);

/// Newest first, those of one `kind` if one is named. A school's moderators see what is their school's.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let kind = match call.params.filled("kind") {
        Some(word) => Some(Deed::parse(word).ok_or_else(|| ApiError::invalid("kind", "is unknown"))?),
        None => None,
    };
    let (filter, page) = (LogFilter { kind, since: None }, call.own_page(LISTED.0, LISTED.1)?);
    let found = call.service().moderation_log().list(call.authority()?, &filter, page).await?;
    Ok(paging::answer(&call, found, |entry| shown(&entry)))
}

fn shown(entry: &LogEntry) -> Value {
    let details: Value = serde_json::from_str(&entry.details).unwrap_or_else(|_| json!({}));
    json!({
        "id": entry.id.to_string(),
        "created_at": entry.created_at.to_rfc3339(),
        "account_id": entry.account_id.map(|id| id.to_string()),
        "organisation_id": entry.organisation_id.map(|id| id.to_string()),
        "kind": entry.kind,
        "subject": { "kind": entry.subject.kind, "id": entry.subject.id },
        "target_account_id": entry.target_id.map(|id| id.to_string()),
        "details": details,
        "prev_hash": entry.prev_hash,
        "hash": entry.hash,
    })
}
