//! Rules and what runs of them: `…/moderation/rules…`, `…/moderation/engine`.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::figures::start_of;
use staffroom_domain::rule_cycle::{ModerationRule, RuleFigures, RuleScope, RuleState, RuleVersion, ShadowMatch};
use staffroom_service::moderation::rules::{LeftOut, NewRule, Promoted, RuleChange};

use super::{LISTED, account, approvals, dry_runs, organisation, school, shown, time};
use crate::call::{Call, id};
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// Days of figures unless asked otherwise.
const DAYS: i64 = 30;

/// Rules of the caller's schools and of the instance, newest first.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let state = match call.params.filled("state") {
        Some(word) => Some(RuleState::parse(word).ok_or_else(|| ApiError::invalid("state", "is unknown"))?),
        None => None,
    };
    let owned = match call.params.filled("organisation_id") {
        Some(text) => Some(Some(id(text).ok_or_else(ApiError::not_found)?)),
        None => call.params.flag("of_instance")?.then_some(None),
    };
    let page = call.own_page(LISTED.0, LISTED.1)?;
    let page = call.service().moderation().rules().list(call.authority()?, state, owned, page).await?;
    Ok(paging::answer(&call, page, |rule| entity(&rule, &call)))
}

/// One of them.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let rules = call.service().moderation().rules();
    let rule = rules.get(call.authority()?, call.path_id("id")?).await?;
    Ok(Json(entity(&rule, &call)))
}

/// Writes a rule down, as a draft: `definition` in TOML or JSON.
pub(crate) async fn create(call: Call) -> ApiResult<Json<Value>> {
    let new = NewRule {
        organisation: organisation(&call)?,
        definition: definition(&call)?.ok_or_else(|| ApiError::invalid("definition", "can't be blank"))?,
        scope: scope(&call)?,
        review_at: call.params.filled("review_at").map(|text| time("review_at", text)).transpose()?,
    };
    let rule = call.service().moderation().rules().write(&call.cx, call.authority()?, new).await?;
    Ok(Json(entity(&rule, &call)))
}

/// Changes it: a new `definition` is a new version, and a draft.
pub(crate) async fn update(call: Call) -> ApiResult<Json<Value>> {
    let review_at = match call.params.text("review_at") {
        None => None,
        Some("") => Some(None),
        Some(text) => Some(Some(time("review_at", text)?)),
    };
    let change = RuleChange { definition: definition(&call)?, scope: scope(&call)?, review_at };
    let rules = call.service().moderation().rules();
    let rule = rules.change(&call.cx, call.authority()?, call.path_id("id")?, change).await?;
    Ok(Json(entity(&rule, &call)))
}

/// Its versions, newest first.
pub(crate) async fn versions(call: Call) -> ApiResult<Json<Value>> {
    let versions = call.service().moderation().rules().versions(call.authority()?, call.path_id("id")?).await?;
    Ok(Json(versions.iter().map(version).collect()))
}

/// What was counted of it in the last `days`, by day and version.
pub(crate) async fn figures(call: Call) -> ApiResult<Json<Value>> {
    let days = call.params.number("days")?.unwrap_or(DAYS);
    let rules = call.service().moderation().rules();
    let found = rules.figures(&call.cx, call.authority()?, call.path_id("id")?, days).await?;
    Ok(Json(found.iter().map(counted).collect()))
}

/// What it matched while it was tried out, newest first.
pub(crate) async fn matches(call: Call) -> ApiResult<Response> {
    let page = call.own_page(LISTED.0, LISTED.1)?;
    let rules = call.service().moderation().rules();
    let page = rules.shadow_matches(call.authority()?, call.path_id("id")?, page).await?;
    Ok(paging::answer(&call, page, |found| shadow_match(&found)))
}

/// What stands against it.
pub(crate) async fn lint(call: Call) -> ApiResult<Json<Value>> {
    let found = call.service().moderation().rules().lint(&call.cx, call.authority()?, call.path_id("id")?).await?;
    Ok(Json(json!({
        "errors": found.errors,
        "blocks": found.blocks,
        "remarks": found.remarks,
        "needs_approval": found.needs_approval,
        "dry_run": found.dry_run.as_ref().map(dry_runs::entity),
    })))
}

/// Tries it out in the shadow of those in force.
pub(crate) async fn shadow(call: Call) -> ApiResult<Json<Value>> {
    let rule = call.service().moderation().rules().shadow(&call.cx, call.authority()?, call.path_id("id")?).await?;
    Ok(Json(entity(&rule, &call)))
}

/// Enforces it, or asks somebody else to agree.
pub(crate) async fn enforce(call: Call) -> ApiResult<Json<Value>> {
    let rules = call.service().moderation().rules();
    let done = rules.enforce(&call.cx, call.authority()?, call.path_id("id")?).await?;
    Ok(Json(promoted(&done, &call)))
}

/// Takes the last step back, or asks somebody else to agree.
pub(crate) async fn roll_back(call: Call) -> ApiResult<Json<Value>> {
    let rules = call.service().moderation().rules();
    let done = rules.roll_back(&call.cx, call.authority()?, call.path_id("id")?).await?;
    Ok(Json(promoted(&done, &call)))
}

/// Takes it out of use, or asks somebody else to agree.
pub(crate) async fn retire(call: Call) -> ApiResult<Json<Value>> {
    let rules = call.service().moderation().rules();
    let done = rules.retire(&call.cx, call.authority()?, call.path_id("id")?).await?;
    Ok(Json(promoted(&done, &call)))
}

/// What runs, and why what should does not.
pub(crate) async fn engine(call: Call) -> ApiResult<Json<Value>> {
    let state = call.service().moderation().rules().engine(call.authority()?).await?;
    let packs: Vec<Value> = state
        .packs
        .iter()
        .map(|pack| json!({ "id": pack.id, "version": pack.version, "title": pack.title, "digest": pack.digest }))
        .collect();
    Ok(Json(json!({
        "revision": state.revision,
        "wanted": state.wanted,
        "problem": state.problem,
        "left_out": state.left_out.iter().map(left_out).collect::<Vec<_>>(),
        "rules": state.rules,
        "packs": packs,
    })))
}

fn left_out(one: &LeftOut) -> Value {
    json!({
        "organisation_id": school(one.organisation),
        "name": one.name,
        "known_as": one.known_as,
        "version": one.version,
        "problem": one.why,
    })
}

fn definition(call: &Call) -> ApiResult<Option<String>> {
    if call.params.has("definition") && call.params.text("definition").is_none() {
        return Err(ApiError::invalid("definition", "must be a text: the rule in TOML, or its JSON in quotes"));
    }
    Ok(call.params.filled("definition").map(str::to_owned))
}

fn scope(call: &Call) -> ApiResult<Option<RuleScope>> {
    let Some(text) = call.params.filled("scope") else { return Ok(None) };
    RuleScope::parse(text).map(Some).ok_or_else(|| ApiError::invalid("scope", "is unknown"))
}

fn promoted(done: &Promoted, call: &Call) -> Value {
    let approval = done.approval.as_ref().map(|approval| approvals::entity(approval, call));
    json!({ "rule": entity(&done.rule, call), "approval": approval })
}

fn entity(rule: &ModerationRule, call: &Call) -> Value {
    let definition = parsed(&rule.definition);
    json!({
        "id": rule.id.to_string(),
        "organisation_id": school(rule.organisation),
        "name": rule.name,
        "known_as": rule.known_as,
        "pack": rule.pack,
        "scope": rule.scope.to_text(),
        "state": rule.state.as_str(),
        "version": rule.version,
        "enforced_version": rule.enforced_version,
        "previous_version": rule.previous_version,
        "problem": call.service().moderation().rules().problem_of(rule),
        "action": definition.get("action"),
        "definition": definition,
        "review_at": shown(rule.review_at),
        "changed_by": account(rule.changed_by),
        "created_at": rule.created_at.to_rfc3339(),
        "changed_at": rule.changed_at.to_rfc3339(),
    })
}

fn version(version: &RuleVersion) -> Value {
    json!({
        "version": version.version,
        "pack_id": version.pack.map(|id| id.to_string()),
        "definition": parsed(&version.definition),
        "created_by": account(version.created_by),
        "created_at": version.created_at.to_rfc3339(),
    })
}

fn counted(figures: &RuleFigures) -> Value {
    json!({
        "day": start_of(figures.day).to_date(),
        "version": figures.version,
        "evaluated": figures.evaluated,
        "matched": figures.matched,
        "held": figures.held,
        "nudged": figures.nudged,
        "edited_after_nudge": figures.edited_after_nudge,
        "released_unchanged": figures.released_unchanged,
        "upheld": figures.upheld,
    })
}

fn shadow_match(found: &ShadowMatch) -> Value {
    json!({
        "id": found.id.to_string(),
        "version": found.version,
        "direction": if found.outbound { "outbound" } else { "inbound" },
        "part": found.part,
        "span": { "start": found.span.0, "end": found.span.1 },
        "shape": found.shape,
        "created_at": found.created_at.to_rfc3339(),
    })
}

/// What is kept is always JSON.
fn parsed(definition: &str) -> Value {
    serde_json::from_str(definition).unwrap_or_default()
}
