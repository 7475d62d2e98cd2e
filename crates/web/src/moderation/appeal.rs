//! `GET` and `POST /moderation/appeals/{id}`: an appeal, for who decides it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::appeal::{Appeal, AppealState, Restriction, StatementOfReasons};
use staffroom_domain::ids::AppealId;
use staffroom_domain::moderation::Measure;
use staffroom_service::ServiceError;

use super::{Moderator, hold, problem};
use crate::Web;
use crate::error::WebError;
use crate::page::{Site, html};
use crate::params::Params;
use crate::public::meta::shown_name;
use crate::public::shown::when;

#[derive(Template)]
#[template(path = "moderation_appeal.html")]
struct Page<'a> {
    site: &'a Site,
    csrf: &'a str,
    path: String,
    name: &'a str,
    handle: String,
    reasons: &'a StatementOfReasons,
    /// What was decided, as in `…: …`.
    what: &'static str,
    /// Where what was held is shown.
    held: Option<String>,
    /// When.
    day: String,
    appeal: &'a Appeal,
    /// When it was made.
    since: String,
    /// How it ended, in a sentence.
    outcome: Option<&'static str>,
    /// What was typed to the person.
    words: &'a str,
    problem: Option<String>,
}

/// Shows it, with the decision it is against.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    uri: Uri,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let who = web.moderator(&web.service.cx(), &jar, &uri).await?;
    page(&web, &who, parse(&id)?, StatusCode::OK, ("", None)).await
}

/// Decides it.
pub(crate) async fn decide(
    State(web): State<Web>,
    jar: CookieJar,
    uri: Uri,
    Path(id): Path<String>,
    body: String,
) -> Result<Response, WebError> {
    let (params, cx) = (Params::parse(&body), web.service.cx());
    let who = web.moderator(&cx, &jar, &uri).await?;
    who.check_form(&params)?;
    let (id, words) = (parse(&id)?, params.text("words").replace("\r\n", "\n"));
    let approved = match params.text("decision") {
        "approve" => Some(true),
        "reject" => Some(false),
        _ => None,
    };
    let done = match approved {
        Some(yes) => Box::pin(web.service.appeals().decide(&cx, &who.authority, id, yes, &words)).await,
        None => Err(ServiceError::invalid("decision", "is not known")),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&path(id)).into_response()),
        Err(error) => {
            let (code, why) = problem(error)?;
            page(&web, &who, id, code, (&words, Some(why))).await
        }
    }
}

fn parse(id: &str) -> Result<AppealId, WebError> {
    Ok(AppealId::parse(id).ok_or(ServiceError::NotFound("appeal"))?)
}

/// Where an appeal is decided.
pub(super) fn path(id: AppealId) -> String {
    format!("/moderation/appeals/{id}")
}

async fn page(
    web: &Web,
    who: &Moderator,
    id: AppealId,
    code: StatusCode,
    (words, problem): (&str, Option<String>),
) -> Result<Response, WebError> {
    let decision = web.service.appeals().get(&who.authority, id).await?;
    let appeal = decision.appeal.as_ref().ok_or(ServiceError::NotFound("appeal"))?;
    let page = Page {
        site: &web.site,
        csrf: &who.session.csrf,
        path: path(id),
        name: shown_name(&decision.account),
        handle: web.handle(&decision.account),
        what: described(decision.reasons.restriction),
        held: match decision.reasons.restriction {
            Restriction::StatusRejected(id) => Some(hold::path(id)),
            _ => None,
        },
        day: decision.reasons.created_at.to_date(),
        since: when(appeal.created_at),
        outcome: match appeal.state {
            AppealState::Pending => None,
            AppealState::Approved => Some("It was granted: the decision was taken back."),
            AppealState::Rejected => Some("It was turned down: the decision stands."),
        },
        reasons: &decision.reasons,
        appeal,
        words,
        problem,
    };
    html(code, &page)
}

/// What was decided about somebody, in a few words.
pub(super) const fn described(restriction: Restriction) -> &'static str {
    match restriction {
        Restriction::Measure(Measure::None) => "a warning",
        Restriction::Measure(Measure::Disable) => "signing in was switched off",
        Restriction::Measure(Measure::Sensitive) => "all media were marked as sensitive",
        Restriction::Measure(Measure::Silence) => "the account was limited",
        Restriction::Measure(Measure::Suspend) => "the account was suspended",
        Restriction::StatusRemoved(_) => "a status was removed",
        Restriction::StatusRejected(_) => "a held status was rejected",
    }
}
