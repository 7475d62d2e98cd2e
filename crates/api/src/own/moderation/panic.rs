//! Times in which everything that is written is held: `…/moderation/panic…`.

use std::time::Duration;

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::Timestamp;
use staffroom_domain::rule_cycle::Panic;
use staffroom_service::moderation::rules::{LONGEST_PANIC, NewPanic};

use super::{account, organisation, school, shown};
use crate::call::Call;
use crate::error::{ApiError, ApiResult};
use crate::params::excerpt;

/// Those that go on in the caller's schools and on the instance, newest first.
pub(crate) async fn list(call: Call) -> ApiResult<Json<Value>> {
    let panics = call.service().moderation().rules().panics(&call.cx, call.authority()?).await?;
    Ok(Json(panics.iter().map(entity).collect()))
}

/// Holds everything, or what has a `hashtag`, `until` a time or for some `hours`.
pub(crate) async fn create(call: Call) -> ApiResult<Json<Value>> {
    let hours = call.params.within("hours", 1..=LONGEST_PANIC.into())?;
    let until = match (call.params.filled("until"), hours) {
        (Some(text), None) => Timestamp::parse(text).ok_or_else(|| {
            let why = "and must be a time such as 2027-01-01T00:00:00Z in the next seven days";
            ApiError::invalid("until", &format!("is {}, {why}", excerpt(text)))
        })?,
        (None, Some(hours)) => call.cx.now().plus(Duration::from_hours(u64::try_from(hours).unwrap_or_default())),
        (Some(_), Some(_)) => return Err(ApiError::invalid("until", "must be left out where there are hours")),
        (None, None) => return Err(ApiError::invalid("until", "can't be blank, unless there are hours instead")),
    };
    let new = NewPanic {
        organisation: organisation(&call)?,
        tag: call.params.filled("hashtag").map(str::to_owned),
        until,
        reason: call.params.text("reason").unwrap_or_default().to_owned(),
    };
    let panic = call.service().moderation().rules().begin_panic(&call.cx, call.authority()?, new).await?;
    Ok(Json(entity(&panic)))
}

/// Ends one before its time.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    let rules = call.service().moderation().rules();
    let panic = rules.end_panic(&call.cx, call.authority()?, call.path_id("id")?).await?;
    Ok(Json(entity(&panic)))
}

fn entity(panic: &Panic) -> Value {
    json!({
        "id": panic.id.to_string(),
        "organisation_id": school(panic.organisation),
        "hashtag": panic.tag,
        "until": panic.until.to_rfc3339(),
        "reason": panic.reason,
        "started_by": account(panic.started_by),
        "started_at": panic.started_at.to_rfc3339(),
        "ended_at": shown(panic.ended_at),
    })
}
