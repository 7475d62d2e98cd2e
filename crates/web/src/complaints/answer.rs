//! `GET` and `POST /complaints/answer`: the poster of a statement answers a notice about it, behind the link in the letter.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::cases::notice::PosterReply;
use staffroom_service::ServiceError;
use staffroom_service::cases::Asked;

use super::Choice;
use crate::Web;
use crate::auth::STALE_FORM;
use crate::auth::sign_in::ClientAddress;
use crate::error::WebError;
use crate::page::{Site, html};
use crate::params::Params;

#[derive(Template)]
#[template(path = "complaint_answer.html")]
struct Form<'a> {
    site: &'a Site,
    csrf: &'a str,
    token: &'a str,
    asked: &'a Asked,
    remove: Choice,
    full_name: &'a str,
    postal_address: &'a str,
    may_have: Choice,
    lacks: Vec<&'static str>,
    problem: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "told.html")]
struct Taken<'a> {
    site: &'a Site,
    heading: &'static str,
    message: String,
}

/// Shows the notice, and asks. Opening it changes nothing.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let params = Params::parse(query.as_deref().unwrap_or_default());
    form(&web, jar, &params, StatusCode::OK, (Vec::new(), None)).await
}

/// Takes the answer, or says what it does not.
pub(crate) async fn send(
    State(web): State<Web>,
    jar: CookieJar,
    ClientAddress(client): ClientAddress,
    body: String,
) -> Result<Response, WebError> {
    let params = Params::parse(&body);
    if !web.cookies.is_own_form(&jar, params.text("csrf")) {
        return form(&web, jar, &params, StatusCode::FORBIDDEN, (Vec::new(), Some(STALE_FORM))).await;
    }
    let reply = PosterReply {
        remove: Choice::of(&params, "remove").answer(),
        full_name: params.text("full_name").to_owned(),
        postal_address: params.text("postal_address").to_owned(),
        complainant_may_have_them: Choice::of(&params, "may_have").answer(),
        obviously_false: false,
    };
    match Box::pin(web.service.cases().answer(&web.service.cx(), params.text("token"), reply, client)).await {
        Ok(lacks) if lacks.is_empty() => {
            let message = "A moderator reads it, and you hear from us if anything is removed.".to_owned();
            html(StatusCode::OK, &Taken { site: &web.site, heading: "We have your answer", message })
        }
        Ok(lacks) => form(&web, jar, &params, StatusCode::UNPROCESSABLE_ENTITY, (lacks, None)).await,
        Err(ServiceError::NotFound(_)) => Err(WebError::UsedLink),
        Err(ServiceError::RateLimited { .. }) => {
            let problem = "Too many were sent from here; please try again in a while.";
            form(&web, jar, &params, StatusCode::TOO_MANY_REQUESTS, (Vec::new(), Some(problem))).await
        }
        Err(ServiceError::Invalid { field, why }) => {
            let problem = format!("{} {why}", field.replace('_', " "));
            form(&web, jar, &params, StatusCode::UNPROCESSABLE_ENTITY, (Vec::new(), Some(&problem))).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn form(
    web: &Web,
    jar: CookieJar,
    params: &Params,
    status: StatusCode,
    (lacks, problem): (Vec<&'static str>, Option<&str>),
) -> Result<Response, WebError> {
    let (cx, token) = (web.service.cx(), params.text("token"));
    let asked = match web.service.cases().asked(&cx, token).await {
        Err(ServiceError::NotFound(_)) => return Err(WebError::UsedLink),
        asked => asked?,
    };
    let (jar, csrf) = web.cookies.form_token(jar, &cx);
    let form = Form {
        site: &web.site,
        csrf: &csrf,
        token,
        asked: &asked,
        remove: Choice::of(params, "remove"),
        full_name: params.text("full_name"),
        postal_address: params.text("postal_address"),
        may_have: Choice::of(params, "may_have"),
        lacks,
        problem,
    };
    Ok((jar, html(status, &form)?).into_response())
}
