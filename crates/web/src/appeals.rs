//! `GET` and `POST /appeals/new`: an appeal behind the link in the letter about a decision, also for those who cannot sign
//! in any more.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::appeal::{AppealState, DecisionView, Restriction};
use staffroom_domain::moderation::Measure;
use staffroom_service::ServiceError;

use crate::Web;
use crate::auth::STALE_FORM;
use crate::auth::sign_in::ClientAddress;
use crate::error::WebError;
use crate::page::{Site, html};
use crate::params::Params;

#[derive(Template)]
#[template(path = "appeal.html")]
struct Form<'a> {
    site: &'a Site,
    csrf: &'a str,
    token: &'a str,
    /// What was decided, in a sentence.
    what: &'static str,
    day: String,
    until: String,
    is_over: bool,
    decision: &'a DecisionView,
    /// How the appeal stands, if there is one.
    state: Option<&'static str>,
    text: &'a str,
    problem: Option<&'a str>,
}

/// Shows the decision and its reasons, and asks. Opening it changes nothing.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let params = Params::parse(query.as_deref().unwrap_or_default());
    form(&web, jar, &params, StatusCode::OK, None).await
}

/// Takes the appeal.
pub(crate) async fn send(
    State(web): State<Web>,
    jar: CookieJar,
    ClientAddress(client): ClientAddress,
    body: String,
) -> Result<Response, WebError> {
    let params = Params::parse(&body);
    if !web.cookies.is_own_form(&jar, params.text("csrf")) {
        return form(&web, jar, &params, StatusCode::FORBIDDEN, Some(STALE_FORM)).await;
    }
    let (cx, token) = (web.service.cx(), params.text("token"));
    match web.service.appeals().file_by_link(&cx, token, params.text("text"), client).await {
        Ok(()) => form(&web, jar, &params, StatusCode::OK, None).await,
        Err(ServiceError::NotFound(_)) => Err(WebError::UsedLink),
        Err(ServiceError::RateLimited { .. }) => {
            let problem = "Too many were sent from here; please try again in a while.";
            form(&web, jar, &params, StatusCode::TOO_MANY_REQUESTS, Some(problem)).await
        }
        Err(ServiceError::Invalid { why, .. }) => {
            let problem = format!("Your appeal {why}.");
            form(&web, jar, &params, StatusCode::UNPROCESSABLE_ENTITY, Some(&problem)).await
        }
        Err(ServiceError::Conflict(why) | ServiceError::Forbidden(why)) => {
            form(&web, jar, &params, StatusCode::UNPROCESSABLE_ENTITY, Some(&why)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn form(
    web: &Web,
    jar: CookieJar,
    params: &Params,
    status: StatusCode,
    problem: Option<&str>,
) -> Result<Response, WebError> {
    let (cx, token) = (web.service.cx(), params.text("token"));
    let decision = match web.service.appeals().behind(token).await {
        Err(ServiceError::NotFound(_)) => return Err(WebError::UsedLink),
        decision => decision?,
    };
    let (jar, csrf) = web.cookies.form_token(jar, &cx);
    let until = decision.reasons.appeal_until();
    let form = Form {
        site: &web.site,
        csrf: &csrf,
        token,
        what: described(decision.reasons.restriction),
        day: decision.reasons.created_at.to_date(),
        until: until.to_date(),
        is_over: cx.now() > until,
        state: decision.appeal.as_ref().map(|appeal| in_words(appeal.state)),
        text: params.text("text"),
        decision: &decision,
        problem,
    };
    Ok((jar, html(status, &form)?).into_response())
}

const fn described(restriction: Restriction) -> &'static str {
    match restriction {
        Restriction::Measure(Measure::None) => "A moderator had a word for you.",
        Restriction::Measure(Measure::Disable) => "Signing in to your account was switched off.",
        Restriction::Measure(Measure::Sensitive) => "All media of your account were marked as sensitive.",
        Restriction::Measure(Measure::Silence) => "Your account was limited.",
        Restriction::Measure(Measure::Suspend) => "Your account was suspended.",
        Restriction::StatusRemoved(_) => "Something you wrote was removed.",
        Restriction::StatusRejected(_) => "Something you wrote was not published.",
    }
}

/// How an appeal stands, for whose it is.
pub(crate) const fn in_words(state: AppealState) -> &'static str {
    match state {
        AppealState::Pending => "We have your appeal. It waits for a decision.",
        AppealState::Approved => "Your appeal was granted: the decision was taken back.",
        AppealState::Rejected => "Your appeal was turned down: the decision stands.",
    }
}
