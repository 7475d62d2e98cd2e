//! Going on with a case: what happened, who looks after it, notes, its end. Whoever changes one says which `version` of it
//! they looked at; where somebody else was faster, the answer is 409.

use axum::Json;
use serde_json::Value;
use staffroom_domain::cases::StepKind;
use staffroom_domain::cases::notice::{PosterReply, Requirement};
use staffroom_domain::ids::AccountId;
use staffroom_service::cases::NewStep;

use super::cases::{file, time};
use crate::call::{Call, id};
use crate::error::{ApiError, ApiResult};
use crate::params::Params;

/// Writes down that something happened, and does what belongs to it.
pub(crate) async fn record(call: Call) -> ApiResult<Json<Value>> {
    let params = &call.params;
    let word = params.filled("event").ok_or_else(|| ApiError::invalid("event", "can't be blank"))?;
    let missing = params.list("missing").into_iter().map(Requirement::parse).collect::<Option<Vec<_>>>();
    let earlier = params.number("earlier_removals")?.unwrap_or_default();
    let new = NewStep {
        kind: StepKind::parse(word).ok_or_else(|| ApiError::invalid("event", "is unknown"))?,
        version: version(&call)?,
        at: params.filled("at").map(|text| time("at", text)).transpose()?,
        note: params.text("note").unwrap_or_default().to_owned(),
        missing: missing.ok_or_else(|| ApiError::invalid("missing", "names what is no part of a notice"))?,
        earlier_removals: u32::try_from(earlier)
            .map_err(|_| ApiError::invalid("earlier_removals", "is out of range"))?,
        reply: params.group("reply").map(|reply| answer(&reply)).transpose()?,
        remove_statuses: params.flag("remove_statuses")?,
    };
    let id = call.path_id("id")?;
    let view = Box::pin(call.service().cases().record(&call.cx, call.authority()?, id, new)).await?;
    Ok(Json(file(call.render(), &view)))
}

/// Gives it to somebody to look after; to the caller when nobody is named.
pub(crate) async fn assign(call: Call) -> ApiResult<Json<Value>> {
    let to: AccountId = match call.params.filled("account_id") {
        None => call.me()?,
        Some(text) => id(text).ok_or_else(ApiError::not_found)?,
    };
    let (id, version) = (call.path_id("id")?, version(&call)?);
    let view = call.service().cases().assign(&call.cx, call.authority()?, id, version, Some(to)).await?;
    Ok(Json(file(call.render(), &view)))
}

/// Gives it back to nobody.
pub(crate) async fn unassign(call: Call) -> ApiResult<Json<Value>> {
    let (id, version) = (call.path_id("id")?, version(&call)?);
    let view = call.service().cases().assign(&call.cx, call.authority()?, id, version, None).await?;
    Ok(Json(file(call.render(), &view)))
}

/// Writes something into its file.
pub(crate) async fn note(call: Call) -> ApiResult<Json<Value>> {
    let (id, version) = (call.path_id("id")?, version(&call)?);
    let text = call.params.text("note").unwrap_or_default();
    let view = call.service().cases().note(&call.cx, call.authority()?, id, version, text).await?;
    Ok(Json(file(call.render(), &view)))
}

/// Closes its file.
pub(crate) async fn close(call: Call) -> ApiResult<Json<Value>> {
    let (id, version) = (call.path_id("id")?, version(&call)?);
    let view = call.service().cases().close(&call.cx, call.authority()?, id, version).await?;
    Ok(Json(file(call.render(), &view)))
}

/// The version of the case that was looked at.
pub(super) fn version(call: &Call) -> ApiResult<i64> {
    call.params.number("version")?.ok_or_else(|| ApiError::invalid("version", "can't be blank"))
}

fn answer(reply: &Params) -> ApiResult<PosterReply> {
    Ok(PosterReply {
        remove: reply.boolean("remove")?,
        full_name: reply.text("full_name").unwrap_or_default().to_owned(),
        postal_address: reply.text("postal_address").unwrap_or_default().to_owned(),
        complainant_may_have_them: reply.boolean("complainant_may_have_them")?,
        obviously_false: reply.flag("obviously_false")?,
    })
}
