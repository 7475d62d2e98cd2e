//! What the instance says about itself at length, whom it knows, and how much goes on here.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::language::LANGUAGES;

use crate::call::Call;
use crate::error::{ApiError, ApiResult};

/// `GET /api/v1/instance/extended_description`.
pub(crate) async fn extended_description(call: Call) -> ApiResult<Json<Value>> {
    let page = call.service().instance().extended_description();
    Ok(Json(json!({ "updated_at": page.updated_at.to_rfc3339(), "content": page.content })))
}

/// `GET /api/v1/instance/privacy_policy`.
pub(crate) async fn privacy_policy(call: Call) -> ApiResult<Json<Value>> {
    let page = call.service().instance().privacy_policy();
    Ok(Json(json!({ "updated_at": page.updated_at.to_rfc3339(), "content": page.content })))
}

/// `GET /api/v1/instance/terms_of_service`: 404 where there are none.
pub(crate) async fn terms_of_service(call: Call) -> ApiResult<Json<Value>> {
    Ok(Json(terms(&call)?))
}

/// `GET /api/v1/instance/terms_of_service/{date}`: those that hold since that day. Older ones are not kept.
pub(crate) async fn terms_of_service_of(call: Call) -> ApiResult<Json<Value>> {
    let terms = terms(&call)?;
    let is_wanted = terms.get("effective_date").and_then(Value::as_str) == Some(call.path_text("date"));
    if is_wanted { Ok(Json(terms)) } else { Err(ApiError::not_found()) }
}

fn terms(call: &Call) -> ApiResult<Value> {
    let page = call.service().instance().terms_of_service().ok_or_else(ApiError::not_found)?;
    Ok(json!({
        "effective_date": page.updated_at.to_date(),
        "effective": true,
        "content": page.content,
        "succeeded_by": null,
    }))
}

/// `GET /api/v1/instance/domain_blocks`.
pub(crate) async fn domain_blocks(call: Call) -> ApiResult<Json<Vec<Value>>> {
    let blocked = call.service().instance().blocked_domains(call.viewer()).await?;
    let entity = blocked.iter().map(|block| {
        json!({
            "domain": block.domain,
            "digest": block.digest,
            "severity": block.severity.as_str(),
            "comment": null,
        })
    });
    Ok(Json(entity.collect()))
}

/// `GET /api/v1/instance/peers`.
pub(crate) async fn peers(call: Call) -> ApiResult<Json<Vec<String>>> {
    Ok(Json(call.service().instance().peers(call.viewer()).await?))
}

/// `GET /api/v1/instance/activity`: numbers as texts, as in Mastodon.
pub(crate) async fn activity(call: Call) -> ApiResult<Json<Vec<Value>>> {
    let weeks = call.service().instance().activity().await?;
    let entity = weeks.iter().map(|week| {
        json!({
            "week": (week.start / 1000).to_string(),
            "statuses": week.statuses.to_string(),
            "logins": week.active.to_string(),
            "registrations": week.registrations.to_string(),
        })
    });
    Ok(Json(entity.collect()))
}

/// `GET /api/v1/instance/languages`.
pub(crate) async fn languages(_call: Call) -> ApiResult<Json<Vec<Value>>> {
    Ok(Json(LANGUAGES.iter().map(|(code, name)| json!({ "code": code, "name": name })).collect()))
}

/// `GET /api/v1/instance/translation_languages`: from which language to which statuses can be translated, `und` being
/// those of unknown language. Nothing where nothing translates.
pub(crate) async fn translation_languages(call: Call) -> ApiResult<Json<Value>> {
    Ok(Json(json!(*call.service().translation().languages().await?)))
}
