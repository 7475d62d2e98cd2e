//! Rules tried on what was published before: `…/moderation/dry_runs…`.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::ids::OrganisationId;
use staffroom_domain::rule_cycle::{DryRun, DryRunSample};

use super::{LISTED, account, organisation, school, shown};
use crate::call::{Call, id};
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// Those over the statuses of the caller's schools, newest first.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let page = call.own_page(LISTED.0, LISTED.1)?;
    let page = call.service().moderation().rules().dry_runs(call.authority()?, page).await?;
    Ok(paging::answer(&call, page, |run| entity(&run)))
}

/// One of them.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let run = call.service().moderation().rules().dry_run(call.authority()?, call.path_id("id")?).await?;
    Ok(Json(entity(&run)))
}

/// Tries the newest version of `rule_id` on what was published in the last `days`; it goes on in the background.
pub(crate) async fn create(call: Call) -> ApiResult<Json<Value>> {
    let rule = call.params.filled("rule_id").ok_or_else(|| ApiError::invalid("rule_id", "can't be blank"))?;
    let rule = id(rule).ok_or_else(ApiError::not_found)?;
    let days = call.params.number("days")?;
    let over = organisation(&call)?;
    let run = call.service().moderation().rules().try_rule(&call.cx, call.authority()?, rule, over, days).await?;
    Ok(Json(entity(&run)))
}

/// Breaks it off.
pub(crate) async fn stop(call: Call) -> ApiResult<Json<Value>> {
    let rules = call.service().moderation().rules();
    let run = rules.stop_dry_run(&call.cx, call.authority()?, call.path_id("id")?).await?;
    Ok(Json(entity(&run)))
}

pub(super) fn entity(run: &DryRun) -> Value {
    let found = &run.found;
    let counts: Vec<Value> = found
        .by_organisation
        .iter()
        .map(|(id, count)| {
            let id = Some(*id).filter(|id| *id != OrganisationId(0));
            json!({ "organisation_id": school(id), "matched": count })
        })
        .collect();
    let sample = |sample: &DryRunSample| json!({ "status_id": sample.status.to_string(), "excerpt": sample.excerpt });
    json!({
        "id": run.id.to_string(),
        "organisation_id": school(run.organisation),
        "rule_id": run.rule.to_string(),
        "version": run.version,
        "state": run.state.as_str(),
        "since": run.since.to_rfc3339(),
        "scanned": found.scanned,
        "matched": found.matched,
        "recent_scanned": found.recent_scanned,
        "recent_matched": found.recent_matched,
        "is_too_broad": found.is_too_broad(),
        "by_organisation": counts,
        "samples": found.samples.iter().map(sample).collect::<Vec<_>>(),
        "problem": run.problem,
        "requested_by": account(run.requested_by),
        "created_at": run.created_at.to_rfc3339(),
        "finished_at": shown(run.finished_at),
    })
}
