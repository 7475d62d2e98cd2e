//! `GET` and `POST /moderation/approvals/{id}`: what somebody else has to agree to.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::ids::ApprovalId;
use staffroom_domain::rule_cycle::{Approval, ApprovalKind, ApprovalState};
use staffroom_service::ServiceError;
use staffroom_service::moderation::rules::Answer;

use super::{Moderator, problem};
use crate::Web;
use crate::error::WebError;
use crate::page::{Site, html};
use crate::params::Params;
use crate::public::shown::when;

#[derive(Template)]
#[template(path = "moderation_approval.html")]
struct Page<'a> {
    site: &'a Site,
    csrf: &'a str,
    path: String,
    approval: &'a Approval,
    /// What is to be done, in a sentence.
    what: &'static str,
    /// How it stands, in a sentence.
    state: &'static str,
    is_open: bool,
    /// Whoever looks asked for it themselves.
    is_own: bool,
    since: String,
    until: String,
    problem: Option<String>,
}

/// Shows it.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    uri: Uri,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let who = web.moderator(&web.service.cx(), &jar, &uri).await?;
    page(&web, &who, parse(&id)?, StatusCode::OK, None).await
}

/// Answers it.
pub(crate) async fn answer(
    State(web): State<Web>,
    jar: CookieJar,
    uri: Uri,
    Path(id): Path<String>,
    body: String,
) -> Result<Response, WebError> {
    let (params, cx) = (Params::parse(&body), web.service.cx());
    let who = web.moderator(&cx, &jar, &uri).await?;
    who.check_form(&params)?;
    let id = parse(&id)?;
    let answer = match params.text("decision") {
        "grant" => Some(Answer::Grant),
        "refuse" => Some(Answer::Refuse),
        _ => None,
    };
    let done = match answer {
        Some(answer) => {
            let rules = web.service.moderation().rules();
            Box::pin(rules.answer(&cx, &who.authority, id, answer)).await
        }
        None => Err(ServiceError::invalid("decision", "is not known")),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&path(id)).into_response()),
        Err(error) => {
            let (code, why) = problem(error)?;
            page(&web, &who, id, code, Some(why)).await
        }
    }
}

fn parse(id: &str) -> Result<ApprovalId, WebError> {
    Ok(ApprovalId::parse(id).ok_or(ServiceError::NotFound("approval"))?)
}

/// Where a request for approval is answered.
pub(super) fn path(id: ApprovalId) -> String {
    format!("/moderation/approvals/{id}")
}

async fn page(
    web: &Web,
    who: &Moderator,
    id: ApprovalId,
    code: StatusCode,
    problem: Option<String>,
) -> Result<Response, WebError> {
    let approval = web.service.moderation().rules().approval(&who.authority, id).await?;
    let state = approval.state(web.service.cx().now());
    let page = Page {
        site: &web.site,
        csrf: &who.session.csrf,
        path: path(id),
        what: described(approval.kind),
        state: match state {
            ApprovalState::Pending => "It waits for an answer.",
            ApprovalState::Granted => "It was granted, and was done.",
            ApprovalState::Refused => "It was refused, or taken back.",
            ApprovalState::Expired => "Nobody answered it in time.",
        },
        is_open: state == ApprovalState::Pending,
        is_own: approval.requested_by == who.authority.by(),
        since: when(approval.created_at),
        until: when(approval.expires_at),
        approval: &approval,
        problem,
    };
    html(code, &page)
}

/// What somebody asks for, in a sentence.
pub(super) const fn described(kind: ApprovalKind) -> &'static str {
    match kind {
        ApprovalKind::EnforceRule => "A moderation rule comes into force.",
        ApprovalKind::RollBackRule => "The last step of a moderation rule is taken back.",
        ApprovalKind::RetireRule => "A moderation rule goes out of use.",
        ApprovalKind::ImportDomainBlocks => "Limits on domains are taken over from a list.",
    }
}
