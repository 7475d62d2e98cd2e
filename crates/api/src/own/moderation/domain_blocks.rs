//! Limits on domains as lists in Mastodon's form: `…/moderation/domain_blocks/…`.

use axum::Json;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use staffroom_service::domains::{Fate, Listed};

use super::approvals;
use crate::call::Call;
use crate::error::{ApiError, ApiResult};

/// All limits as a CSV file.
pub(crate) async fn export(call: Call) -> ApiResult<Response> {
    let list = call.service().domains().export(call.authority()?).await?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"domain_blocks.csv\""),
    ];
    Ok((headers, list).into_response())
}

/// What taking over the list `csv` would change, and how many follows would be lost.
pub(crate) async fn preview(call: Call) -> ApiResult<Json<Value>> {
    let listed = call.service().domains().preview_list(call.authority()?, csv(&call)?).await?;
    Ok(Json(listed.iter().map(line).collect()))
}

/// Takes the list `csv` over, or asks somebody else to agree.
pub(crate) async fn import(call: Call) -> ApiResult<Json<Value>> {
    let done = call.service().domains().take_over(&call.cx, call.authority()?, csv(&call)?).await?;
    Ok(Json(json!({
        "changed": done.changed,
        "approval": done.approval.as_ref().map(|approval| approvals::entity(approval, &call)),
        "domains": done.listed.iter().map(line).collect::<Vec<_>>(),
    })))
}

fn csv(call: &Call) -> ApiResult<&str> {
    call.params.filled("csv").ok_or_else(|| ApiError::invalid("csv", "can't be blank"))
}

fn line(line: &Listed) -> Value {
    let wanted = line.wanted.as_ref();
    let problem = match &line.fate {
        Fate::Refused(why) => Some(why),
        _ => None,
    };
    json!({
        "rows": line.rows,
        "domain": line.domain,
        "fate": line.fate.as_str(),
        "severity": wanted.map(|wanted| wanted.severity.as_str()),
        "reject_media": wanted.is_some_and(|wanted| wanted.reject_media),
        "reject_reports": wanted.is_some_and(|wanted| wanted.reject_reports),
        "follows": line.follows,
        "problem": problem,
        "merged": line.merged(),
    })
}
