//! Packs of rules: `…/moderation/packs…`.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::rule_cycle::RulePack;
use staffroom_service::moderation::rules::{NewPack, Preview};

use super::{LISTED, account, organisation, school};
use crate::call::Call;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// Packs of the caller's schools and of the instance as they were installed, newest first.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let page = call.own_page(LISTED.0, LISTED.1)?;
    let page = call.service().moderation().rules().packs(call.authority()?, page).await?;
    Ok(paging::answer(&call, page, |pack| entity(&pack)))
}

/// One of them, with what it says.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let pack = call.service().moderation().rules().pack(call.authority()?, call.path_id("id")?).await?;
    let mut shown = entity(&pack);
    if let Value::Object(members) = &mut shown {
        let document = serde_json::from_str(&pack.document).unwrap_or_default();
        members.insert("document".to_owned(), document);
    }
    Ok(Json(shown))
}

/// Takes a pack in, from `url` or as `document` (with its `seal`, where that does not stand in it): as drafts, or in the
/// shadow.
pub(crate) async fn create(call: Call) -> ApiResult<Json<Value>> {
    let new = wanted(&call).await?;
    let pack = call.service().moderation().rules().import(&call.cx, call.authority()?, new).await?;
    Ok(Json(entity(&pack)))
}

/// What that would change.
pub(crate) async fn preview(call: Call) -> ApiResult<Json<Value>> {
    let new = wanted(&call).await?;
    let found = call.service().moderation().rules().preview(call.authority()?, &new).await?;
    Ok(Json(previewed(&found)))
}

async fn wanted(call: &Call) -> ApiResult<NewPack> {
    let organisation = organisation(call)?;
    let in_shadow = match call.params.filled("state") {
        None | Some("draft") => false,
        Some("shadow") => true,
        Some(_) => return Err(ApiError::invalid("state", "must be draft or shadow: nothing arrives in force")),
    };
    let seal = call.params.filled("seal").map(str::to_owned);
    let (document, source) = match (call.params.filled("document"), call.params.filled("url")) {
        (Some(text), None) => (text.to_owned(), "upload".to_owned()),
        (None, Some(url)) => (call.service().moderation().rules().fetch_pack(url).await?, url.to_owned()),
        _ => return Err(ApiError::invalid("document", "can't be blank, unless there is a url instead")),
    };
    Ok(NewPack { organisation, document, seal, source, in_shadow })
}

fn entity(pack: &RulePack) -> Value {
    json!({
        "id": pack.id.to_string(),
        "organisation_id": school(pack.organisation),
        "name": pack.name,
        "version": pack.version,
        "title": pack.title,
        "publisher": pack.publisher,
        "key": pack.key,
        "source": pack.source,
        "digest": pack.digest,
        "installed_by": account(pack.installed_by),
        "installed_at": pack.installed_at.to_rfc3339(),
    })
}

fn previewed(found: &Preview) -> Value {
    let changes: Vec<Value> = found
        .changes
        .iter()
        .map(|change| json!({ "rule": change.rule(), "change": change.as_str(), "fields": change.fields() }))
        .collect();
    json!({
        "name": found.name,
        "version": found.version,
        "title": found.title,
        "digest": found.digest,
        "publisher": found.publisher,
        "is_known": found.is_known,
        "installed": found.installed,
        "changes": changes,
        "remarks": found.remarks,
    })
}
