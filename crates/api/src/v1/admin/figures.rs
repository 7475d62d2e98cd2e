//! What is counted for moderators.

use std::time::Duration;

use axum::Json;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::TagId;
use staffroom_service::figures::{Dimension, Figure, Frequency, Span};

use crate::call::{Call, id};
use crate::entities::{AdminCohort, AdminDimension, AdminMeasure};
use crate::error::{ApiError, ApiResult};

/// Days counted unless asked otherwise, before today.
const DAYS_BEFORE: u64 = 29;
/// Most different things asked at once.
const MAX_KEYS: usize = 20;
/// Values of a dimension unless asked otherwise, and at most.
const VALUES: (u64, u64) = (10, 100);

/// `POST /api/v1/admin/measures`. Keys that mean nothing here are passed over, as in Mastodon.
pub(crate) async fn measures(call: Call) -> ApiResult<Json<Vec<AdminMeasure>>> {
    let span = span(&call)?;
    let mut measures = Vec::new();
    // At most as many as may be asked at once, each over an index.
    for key in keys(&call)? {
        if let ("instance_media_attachments", Some(domain)) = (key, domain(&call, key)) {
            measures.push(AdminMeasure::files(key, &call.service().figures().files(&domain, span).await?));
        } else if let Some(figure) = figure(&call, key) {
            measures.push(AdminMeasure::new(key, &call.service().figures().count(&figure, span).await?));
        }
    }
    Ok(Json(measures))
}

/// `POST /api/v1/admin/dimensions`.
pub(crate) async fn dimensions(call: Call) -> ApiResult<Json<Vec<AdminDimension>>> {
    let (span, limit) = (span(&call)?, call.limit(VALUES.0, VALUES.1));
    let mut dimensions = Vec::new();
    // As above.
    for key in keys(&call)? {
        let figures = call.service().figures();
        dimensions.push(match key {
            "software_versions" => AdminDimension::programs(key, &figures.programs().await?),
            "space_usage" => AdminDimension::space(key, &figures.space().await?),
            _ => {
                let Some((dimension, nameless)) = dimension(&call, key) else { continue };
                AdminDimension::new(key, &figures.frequent(&dimension, span, limit).await?, &nameless)
            }
        });
    }
    Ok(Json(dimensions))
}

/// `POST /api/v1/admin/retention`.
pub(crate) async fn retention(call: Call) -> ApiResult<Json<Vec<AdminCohort>>> {
    let frequency = match call.params.filled("frequency") {
        None | Some("day") => Frequency::Day,
        Some("month") => Frequency::Month,
        Some(_) => return Err(ApiError::invalid("frequency", "must be day or month")),
    };
    let cohorts = call.service().figures().retention(span(&call)?, frequency).await?;
    Ok(Json(cohorts.iter().map(|cohort| AdminCohort::new(cohort, frequency)).collect()))
}

fn keys(call: &Call) -> ApiResult<Vec<&str>> {
    let mut keys: Vec<&str> = Vec::new();
    for key in call.params.list("keys") {
        if !keys.contains(&key) {
            keys.push(key);
        }
        // Looked at so far and no further: a form may be long.
        if keys.len() > MAX_KEYS {
            break;
        }
    }
    if keys.is_empty() {
        return Err(ApiError::invalid("keys", "can't be blank"));
    }
    if keys.len() > MAX_KEYS {
        return Err(ApiError::invalid("keys", "are too many"));
    }
    Ok(keys)
}

fn figure(call: &Call, key: &str) -> Option<Figure> {
    Some(match key {
        "active_users" => Figure::ActiveUsers,
        "new_users" => Figure::NewUsers,
        "interactions" => Figure::Interactions,
        "opened_reports" => Figure::OpenedReports,
        "resolved_reports" => Figure::ResolvedReports,
        "tag_accounts" => Figure::TagAccounts(tag(call, key)?),
        "tag_uses" => Figure::TagUses(tag(call, key)?),
        "tag_servers" => Figure::TagServers(tag(call, key)?),
        "instance_accounts" => Figure::InstanceAccounts(domain(call, key)?),
        "instance_statuses" => Figure::InstanceStatuses(domain(call, key)?),
        "instance_reports" => Figure::InstanceReports(domain(call, key)?),
        "instance_follows" => Figure::InstanceFollows(domain(call, key)?),
        "instance_followers" => Figure::InstanceFollowers(domain(call, key)?),
        _ => return None,
    })
}

/// What is asked, and what its nameless value is called.
fn dimension(call: &Call, key: &str) -> Option<(Dimension, String)> {
    let own = || call.service().settings().identity.account_domain.clone();
    let unknown = || "und".to_owned();
    Some(match key {
        "languages" => (Dimension::Languages, unknown()),
        "sources" => (Dimension::Sources, "web".to_owned()),
        "servers" => (Dimension::Servers, own()),
        "tag_servers" => (Dimension::TagServers(tag(call, key)?), own()),
        "tag_languages" => (Dimension::TagLanguages(tag(call, key)?), unknown()),
        "instance_accounts" => (Dimension::InstanceAccounts(domain(call, key)?), String::new()),
        "instance_languages" => (Dimension::InstanceLanguages(domain(call, key)?), unknown()),
        _ => return None,
    })
}

/// `tag_uses[id]` of the key `tag_uses`.
fn tag(call: &Call, key: &str) -> Option<TagId> {
    call.params.group(key).and_then(|group| group.filled("id").and_then(id))
}

/// `instance_statuses[domain]` of the key `instance_statuses`.
fn domain(call: &Call, key: &str) -> Option<String> {
    call.params.group(key).and_then(|group| group.filled("domain").map(str::to_lowercase))
}

/// `start_at` to `end_at`, days or moments; the last thirty days unless asked otherwise.
fn span(call: &Call) -> ApiResult<Span> {
    let moment = |name: &str| -> ApiResult<Option<Timestamp>> {
        let Some(text) = call.params.filled(name) else { return Ok(None) };
        let found = Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{text}T00:00:00Z")));
        found.map(Some).ok_or_else(|| ApiError::invalid(name, "is not a date"))
    };
    let end = moment("end_at")?.unwrap_or_else(|| call.cx.now());
    let start = moment("start_at")?.unwrap_or_else(|| end.minus(Duration::from_hours(24 * DAYS_BEFORE)));
    Span::new(start, end).ok_or_else(|| ApiError::invalid("end_at", "comes before start_at"))
}
