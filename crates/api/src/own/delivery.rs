//! Where what was sent arrived: `GET /api/v1/staffroom/statuses/{id}/delivery` for its author, and
//! `/api/v1/staffroom/admin/…` for administrators.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::Timestamp;
use staffroom_service::deliveries::{HostState, HostStatus};

use crate::call::Call;
use crate::error::{ApiError, ApiResult};

/// Entries of a list unless asked otherwise, and at most.
const LISTED: (u64, u64) = (40, 200);

/// Where the caller's own status arrived, counted in hosts.
pub(crate) async fn of_status(call: Call) -> ApiResult<Json<Value>> {
    let arrived = call.service().deliveries().of_status(call.me()?, call.path_id("id")?).await?;
    let pending: Vec<Value> = arrived
        .pending_hosts
        .iter()
        .map(|one| json!({ "host": one.host, "state": one.state.as_str(), "reason": one.reason }))
        .collect();
    let refused: Vec<Value> = arrived
        .refused_hosts
        .iter()
        .map(|one| json!({ "host": one.host, "status": one.status, "reason": one.reason }))
        .collect();
    Ok(Json(json!({
        "acknowledged": arrived.acknowledged,
        "pending": arrived.pending,
        "refused": arrived.refused,
        "pending_hosts": pending,
        "refused_hosts": refused,
    })))
}

/// Hosts in order of name, after `after`, those in `state` alone if one is named.
pub(crate) async fn hosts(call: Call) -> ApiResult<Json<Value>> {
    let state = match call.params.filled("state") {
        Some(word) => Some(HostState::parse(word).ok_or_else(|| ApiError::invalid("state", "is unknown"))?),
        None => None,
    };
    let after = call.params.text("after").unwrap_or_default();
    let hosts = call.service().deliveries().hosts(after, state, call.own_limit(LISTED.0, LISTED.1)?).await?;
    Ok(Json(hosts.iter().map(|host| entity(host, call.cx.now())).collect()))
}

/// One host.
pub(crate) async fn host(call: Call) -> ApiResult<Json<Value>> {
    let host = call.service().deliveries().host(call.path_text("host")).await?;
    Ok(Json(entity(&host, call.cx.now())))
}

/// Stops sending to a host.
pub(crate) async fn pause(call: Call) -> ApiResult<Json<Value>> {
    let host = call.service().deliveries().pause(call.authority()?, call.path_text("host")).await?;
    Ok(Json(entity(&host, call.cx.now())))
}

/// Sends to it again.
pub(crate) async fn resume(call: Call) -> ApiResult<Json<Value>> {
    let host = call.service().deliveries().resume(call.authority()?, call.path_text("host")).await?;
    Ok(Json(entity(&host, call.cx.now())))
}

/// Forgets its failures and tries it now.
pub(crate) async fn reset(call: Call) -> ApiResult<Json<Value>> {
    let host = call.service().deliveries().reset(call.authority()?, call.path_text("host")).await?;
    Ok(Json(entity(&host, call.cx.now())))
}

/// Deliveries that were refused or given up, newest first.
pub(crate) async fn refused(call: Call) -> ApiResult<Json<Value>> {
    let dead = call.service().deliveries().dead(call.own_limit(LISTED.0, LISTED.1)?).await?;
    let entity = |(uri, dead): &(String, staffroom_service::deliveries::DeadDelivery)| json!({ "activity": uri, "status": dead.status, "reason": dead.answer });
    Ok(Json(dead.iter().map(entity).collect()))
}

/// Received activities that were given up, newest first.
pub(crate) async fn dead_letters(call: Call) -> ApiResult<Json<Value>> {
    let dead = call.service().inbox().dead(call.own_limit(LISTED.0, LISTED.1)?).await?;
    let entity = |dead: &staffroom_service::inbox::DeadItem| {
        json!({
            "activity": dead.uri,
            "host": dead.host,
            "received_at": dead.received_at.to_rfc3339(),
            "attempts": dead.attempts,
            "reason": dead.error,
        })
    };
    Ok(Json(dead.iter().map(entity).collect()))
}

fn entity(host: &HostStatus, now: Timestamp) -> Value {
    let time = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339);
    let [interactive, ordinary, bulk] = host.waiting;
    let next = Some(host.next_attempt_at).filter(|at| *at > now);
    json!({
        "host": host.host,
        "state": host.state.as_str(),
        "waiting": { "interactive": interactive, "ordinary": ordinary, "bulk": bulk },
        "lag_seconds": host.oldest_at.map_or(0, |at| now.as_secs().saturating_sub(at.as_secs()).max(0)),
        "failing_since": time(host.failing_since),
        "next_attempt_at": time(next),
        "last_ok_at": time(host.last_ok_at),
        "last_error": host.last_error,
    })
}
