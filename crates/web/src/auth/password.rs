//! A new password: `GET` and `POST /auth/password/new` ask for a link, `GET` and `POST /auth/password/edit` are behind it.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use staffroom_service::ServiceError;

use super::{STALE_FORM, notice};
use crate::Web;
use crate::auth::sign_in::ClientAddress;
use crate::error::WebError;
use crate::page::{Site, html};
use crate::params::Params;

#[derive(Template)]
#[template(path = "password_new.html")]
struct New<'a> {
    site: &'a Site,
    csrf: &'a str,
    problem: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "password_edit.html")]
struct Edit<'a> {
    site: &'a Site,
    csrf: &'a str,
    token: &'a str,
    problem: Option<&'a str>,
}

/// Asks who it is.
pub(crate) async fn new(State(web): State<Web>, jar: CookieJar) -> Result<Response, WebError> {
    asked(&web, jar, None)
}

/// Sends the link, if there is somebody to send it to; the answer is the same either way.
pub(crate) async fn send(
    State(web): State<Web>,
    jar: CookieJar,
    ClientAddress(client): ClientAddress,
    body: String,
) -> Result<Response, WebError> {
    let params = Params::parse(&body);
    if !web.cookies.is_own_form(&jar, params.text("csrf")) {
        return asked(&web, jar, Some((StatusCode::FORBIDDEN, STALE_FORM)));
    }
    let cx = web.service.cx();
    match web.service.auth().ask_reset(&cx, params.text("login"), client).await {
        Ok(()) => {
            let message =
                "If there is such an account, a link is on its way to its e-mail address. It holds for one hour.";
            notice(&web, "Look into your mail", message)
        }
        Err(ServiceError::RateLimited { .. }) => {
            let problem = "This was asked for too often; please try again in a while.";
            asked(&web, jar, Some((StatusCode::TOO_MANY_REQUESTS, problem)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks for the new password.
pub(crate) async fn edit(
    State(web): State<Web>,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let params = Params::parse(query.as_deref().unwrap_or_default());
    chosen(&web, jar, params.text("token"), None).await
}

/// Changes it.
pub(crate) async fn change(State(web): State<Web>, jar: CookieJar, body: String) -> Result<Response, WebError> {
    let params = Params::parse(&body);
    let token = params.text("token");
    if !web.cookies.is_own_form(&jar, params.text("csrf")) {
        return chosen(&web, jar, token, Some((StatusCode::FORBIDDEN, STALE_FORM))).await;
    }
    match web.service.auth().reset_password(&web.service.cx(), token, params.text("password")).await {
        Ok(()) => notice(&web, "Your password is changed", "Sign in with the new one, in your apps too."),
        Err(ServiceError::Invalid { why, .. }) => {
            let problem = format!("the password {why}");
            chosen(&web, jar, token, Some((StatusCode::UNPROCESSABLE_ENTITY, &problem))).await
        }
        Err(ServiceError::NotFound(_)) => Err(WebError::UsedLink),
        Err(error) => Err(error.into()),
    }
}

fn asked(web: &Web, jar: CookieJar, problem: Option<(StatusCode, &str)>) -> Result<Response, WebError> {
    let (jar, csrf) = web.cookies.form_token(jar, &web.service.cx());
    let status = problem.map_or(StatusCode::OK, |(status, _)| status);
    let page = New { site: &web.site, csrf: &csrf, problem: problem.map(|(_, text)| text) };
    Ok((jar, html(status, &page)?).into_response())
}

async fn chosen(
    web: &Web,
    jar: CookieJar,
    token: &str,
    problem: Option<(StatusCode, &str)>,
) -> Result<Response, WebError> {
    let cx = web.service.cx();
    if !web.service.auth().may_reset(&cx, token).await? {
        return Err(WebError::UsedLink);
    }
    let (jar, csrf) = web.cookies.form_token(jar, &cx);
    let status = problem.map_or(StatusCode::OK, |(status, _)| status);
    let page = Edit { site: &web.site, csrf: &csrf, token, problem: problem.map(|(_, text)| text) };
    Ok((jar, html(status, &page)?).into_response())
}
