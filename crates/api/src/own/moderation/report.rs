//! The weekly safety report: `…/moderation/report`, and as a file `…/moderation/report.csv`.

use axum::Json;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};
use staffroom_domain::safety::{RuleLine, SMALLEST, SafetyReport, SafetySection};
use staffroom_domain::week::Week;
use staffroom_service::moderation::report;

use super::school;
use crate::call::{Call, id};
use crate::error::{ApiError, ApiResult};

/// The report of a `week`, without one of the last that is over; of one organisation, or of all the caller decides about.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    Ok(Json(entity(&wanted(&call).await?)))
}

/// The same as a CSV file.
pub(crate) async fn file(call: Call) -> ApiResult<Response> {
    let report = wanted(&call).await?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"safety-{}.csv\"", report.week)),
    ];
    Ok((headers, report::csv(&report)).into_response())
}

async fn wanted(call: &Call) -> ApiResult<SafetyReport> {
    let week = match call.params.filled("week") {
        None => None,
        Some(text) => Some(Week::parse(text).ok_or_else(|| ApiError::invalid("week", "is no week such as 2026-W47"))?),
    };
    let organisation = match call.params.filled("organisation_id") {
        None => None,
        Some(text) => Some(id(text).ok_or_else(ApiError::not_found)?),
    };
    Ok(call.service().moderation().report(&call.cx, call.authority()?, week, organisation).await?)
}

fn entity(report: &SafetyReport) -> Value {
    let mut members = Map::new();
    for section in SafetySection::ALL {
        let counts: Map<String, Value> =
            report.section(section).map(|(figure, count)| (figure.as_str().to_owned(), json!(count))).collect();
        let counts = if counts.is_empty() { Value::Null } else { Value::Object(counts) };
        members.insert(section.as_str().to_owned(), counts);
    }
    let seconds = |millis: Option<i64>| millis.map(|millis| millis / 1_000);
    let rule = |line: &RuleLine| {
        json!({
            "rule": line.rule,
            "held": line.held,
            "decided": line.decided,
            "released_unchanged": line.released_unchanged,
            "percent_unchanged": line.percent_unchanged(),
        })
    };
    let packs = report
        .packs
        .iter()
        .map(|pack| json!({ "name": pack.name, "version": pack.version, "of_instance": pack.of_instance }));
    let about = json!({
        "week": report.week.to_string(),
        "from": report.week.start().to_rfc3339(),
        "until": report.until.to_rfc3339(),
        "is_over": report.until == report.week.end(),
        "organisation_id": school(report.organisation.as_ref().map(|organisation| organisation.id)),
        "of_instance": report.of_instance,
        "smallest": SMALLEST,
        "time_to_decision": {
            "median": seconds(report.times.median),
            "p90": seconds(report.times.p90),
            "p95": seconds(report.times.p95),
        },
        "rules": report.rules.iter().map(rule).collect::<Vec<Value>>(),
        "packs": packs.collect::<Vec<Value>>(),
    });
    if let Value::Object(about) = about {
        members.extend(about);
    }
    Value::Object(members)
}
