//! `GET /moderation/report` and `/moderation/report.csv`: the weekly safety report, for moderators who are signed in.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::PageRequest;
use staffroom_domain::ids::OrganisationId;
use staffroom_domain::organisation::{OrganisationView, Right};
use staffroom_domain::safety::{SMALLEST, SafetyReport};
use staffroom_domain::week::Week;
use staffroom_service::auth::Authority;
use staffroom_service::moderation::report::{Table, csv, tables};
use staffroom_service::{Cx, ServiceError};

use crate::Web;
use crate::error::WebError;
use crate::page::{Site, html};
use crate::params::{Params, encode};

/// Where the page is, and where the file.
const PATHS: [&str; 2] = ["/moderation/report", "/moderation/report.csv"];

/// Organisations to choose from.
const LISTED: u64 = 200;

#[derive(Template)]
#[template(path = "safety_report.html")]
struct Page<'a> {
    site: &'a Site,
    /// Whom it is about.
    about: &'a str,
    week: String,
    first_day: String,
    last_day: String,
    /// The week goes on.
    until: Option<String>,
    tables: &'a [Table],
    smallest: i64,
    /// Where the same is as a file, and where the weeks beside it are.
    file: String,
    before: String,
    after: Option<String>,
    /// Organisations to choose from; none where there is one alone.
    organisations: Vec<Choice>,
}

/// An organisation to choose.
struct Choice {
    id: String,
    name: String,
    is_chosen: bool,
}

/// Shows it.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let cx = web.service.cx();
    let who = moderator(&web, &cx, &jar, &uri).await?;
    let (report, chosen) = wanted(&web, &cx, &who, query.as_deref()).await?;
    let reached = web.service.organisations().list(&who, PageRequest::newest(LISTED)).await?;
    let choice = |view: OrganisationView| Choice {
        id: view.organisation.id.to_string(),
        is_chosen: chosen == Some(view.organisation.id),
        name: view.organisation.name,
    };
    let mut organisations: Vec<Choice> = reached.items.into_iter().map(choice).collect();
    organisations.sort_by(|one, other| one.name.cmp(&other.name));
    if organisations.len() < 2 {
        organisations.clear();
    }
    let address = |path: &str, week: Week| {
        let (week, school) = (week.to_string(), chosen.map(|id| id.to_string()));
        let school = school.as_deref().map(|id| ("organisation_id", id));
        format!("{path}?{}", encode([("week", week.as_str())].into_iter().chain(school)))
    };
    let (week, [page, file]) = (report.week, PATHS);
    let about = match (&report.organisation, report.of_instance) {
        (Some(organisation), _) => organisation.name.clone(),
        (None, true) => web.site.title.clone(),
        (None, false) => "Your organisations".to_owned(),
    };
    let parts = tables(&report);
    let page = Page {
        site: &web.site,
        about: &about,
        week: week.to_string(),
        first_day: week.start().to_date(),
        last_day: week.end().minus(std::time::Duration::from_secs(1)).to_date(),
        until: (report.until < week.end()).then(|| report.until.to_rfc3339()),
        tables: &parts,
        smallest: SMALLEST,
        file: address(file, week),
        before: address(page, week.before()),
        after: (week.end() <= cx.now()).then(|| address(page, week.after())),
        organisations,
    };
    html(StatusCode::OK, &page)
}

/// The same as a file.
pub(crate) async fn file(
    State(web): State<Web>,
    jar: CookieJar,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let cx = web.service.cx();
    let who = moderator(&web, &cx, &jar, &uri).await?;
    let (report, _) = wanted(&web, &cx, &who, query.as_deref()).await?;
    let disposition = format!("attachment; filename=\"safety-{}.csv\"", report.week);
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, disposition)];
    Ok((headers, csv(&report)).into_response())
}

async fn moderator(web: &Web, cx: &Cx, jar: &CookieJar, uri: &Uri) -> Result<Authority, WebError> {
    let session = web.session(cx, jar).await?.ok_or_else(|| WebError::sign_in_first(uri))?;
    let user = web.service.accounts().user(session.account.id).await?;
    let who = web.service.auth().authority(&session.account, &user, Right::Moderate).await?;
    if who.reach().is_nowhere() {
        return Err(ServiceError::Forbidden("this page is for moderators".to_owned()).into());
    }
    Ok(who)
}

/// The report that is asked for, and the organisation that was chosen.
async fn wanted(
    web: &Web,
    cx: &Cx,
    who: &Authority,
    query: Option<&str>,
) -> Result<(SafetyReport, Option<OrganisationId>), WebError> {
    let params = Params::parse(query.unwrap_or_default());
    let week = match params.get("week") {
        None => None,
        Some(text) => Some(
            Week::parse(text.trim())
                .ok_or_else(|| ServiceError::invalid("week", format!("“{text}” is no week such as 2026-W47")))?,
        ),
    };
    let chosen = match params.get("organisation_id") {
        None => None,
        Some(text) => Some(OrganisationId::parse(text).ok_or(ServiceError::NotFound("organisation"))?),
    };
    Ok((web.service.moderation().report(cx, who, week, chosen).await?, chosen))
}
