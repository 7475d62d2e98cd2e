//! What is talked about, with what moderators decided about it.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::trend::{Decided, TrendKind};

use crate::call::Call;
use crate::error::{ApiError, ApiResult};
use crate::v1::discovery::offset;

/// Trends unless asked otherwise, and at most: no more are kept.
const LISTED: (u64, u64) = (20, 40);

/// `GET /api/v1/admin/trends/tags`.
pub(crate) async fn tags(call: Call) -> ApiResult<Json<Vec<Value>>> {
    list(&call, TrendKind::Tags).await
}

/// `GET /api/v1/admin/trends/statuses`.
pub(crate) async fn statuses(call: Call) -> ApiResult<Json<Vec<Value>>> {
    list(&call, TrendKind::Statuses).await
}

/// `GET /api/v1/admin/trends/links`.
pub(crate) async fn links(call: Call) -> ApiResult<Json<Vec<Value>>> {
    list(&call, TrendKind::Links).await
}

/// `POST /api/v1/admin/trends/tags/{id}/approve`.
pub(crate) async fn approve_tag(call: Call) -> ApiResult<Json<Value>> {
    decide(&call, TrendKind::Tags, true).await
}

/// `POST /api/v1/admin/trends/tags/{id}/reject`: shown to moderators alone from now on.
pub(crate) async fn reject_tag(call: Call) -> ApiResult<Json<Value>> {
    decide(&call, TrendKind::Tags, false).await
}

/// `POST /api/v1/admin/trends/statuses/{id}/approve`.
pub(crate) async fn approve_status(call: Call) -> ApiResult<Json<Value>> {
    decide(&call, TrendKind::Statuses, true).await
}

/// `POST /api/v1/admin/trends/statuses/{id}/reject`.
pub(crate) async fn reject_status(call: Call) -> ApiResult<Json<Value>> {
    decide(&call, TrendKind::Statuses, false).await
}

/// `POST /api/v1/admin/trends/links/{id}/approve`.
pub(crate) async fn approve_link(call: Call) -> ApiResult<Json<Value>> {
    decide(&call, TrendKind::Links, true).await
}

/// `POST /api/v1/admin/trends/links/{id}/reject`.
pub(crate) async fn reject_link(call: Call) -> ApiResult<Json<Value>> {
    decide(&call, TrendKind::Links, false).await
}

async fn list(call: &Call, kind: TrendKind) -> ApiResult<Json<Vec<Value>>> {
    let found = now(call, kind, call.limit(LISTED.0, LISTED.1), offset(call)?).await?;
    Ok(Json(found.into_iter().map(|(_, entity)| entity).collect()))
}

async fn decide(call: &Call, kind: TrendKind, allowed: bool) -> ApiResult<Json<Value>> {
    let id: i64 = call.path_id("id")?;
    call.service().discovery().decide(&call.cx, call.authority()?, kind, id, allowed).await?;
    let found = now(call, kind, LISTED.1, 0).await?.into_iter().find(|(one, _)| *one == id);
    found.map(|(_, entity)| Json(entity)).ok_or_else(ApiError::not_found)
}

/// What is talked about now, by id.
async fn now(call: &Call, kind: TrendKind, limit: u64, offset: u64) -> ApiResult<Vec<(i64, Value)>> {
    let (discovery, render) = (call.service().discovery(), call.render());
    Ok(match kind {
        TrendKind::Tags => {
            let found = discovery.decided_tags(call.viewer(), limit, offset).await?;
            let entity = |one: &Decided<_>| {
                let more = json!({ "trendable": one.allowed != Some(false), "usable": true, "listable": true });
                shown(one, &render.tag(&one.trend), more)
            };
            found.iter().map(entity).collect()
        }
        TrendKind::Statuses => {
            let found = discovery.decided_statuses(limit, offset).await?;
            found.iter().map(|one| shown(one, &render.status(&one.trend), json!({}))).collect()
        }
        TrendKind::Links => {
            let found = discovery.decided_links(limit, offset).await?;
            let entity = |one: &Decided<_>| {
                shown(one, &render.trending_link(&one.trend), json!({ "id": one.trend.id.to_string() }))
            };
            found.iter().map(entity).collect()
        }
    })
}

/// A trend with `more`, and whether somebody has to decide about it yet.
fn shown<T>(one: &Decided<T>, entity: &impl serde::Serialize, more: Value) -> (i64, Value) {
    let mut entity = serde_json::to_value(entity).unwrap_or_default();
    if let (Value::Object(entity), Value::Object(more)) = (&mut entity, more) {
        entity.extend(more);
        entity.insert("requires_review".to_owned(), one.allowed.is_none().into());
    }
    (one.id, entity)
}
