//! `GET` and `POST /auth/confirmation`: the link in a letter, and the answer to it. Opening the link changes nothing: mail
//! programs open links to look at them.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use staffroom_service::ServiceError;

use super::notice;
use crate::Web;
use crate::error::WebError;
use crate::page::{Site, html};
use crate::params::Params;

#[derive(Template)]
#[template(path = "confirmation.html")]
struct Confirmation<'a> {
    site: &'a Site,
    csrf: &'a str,
    token: &'a str,
    username: &'a str,
}

/// Asks whether the account is theirs.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let params = Params::parse(query.as_deref().unwrap_or_default());
    let (cx, token) = (web.service.cx(), params.text("token"));
    let account = web.service.auth().confirmation(&cx, token).await?.ok_or(WebError::UsedLink)?;
    let (jar, csrf) = web.cookies.form_token(jar, &cx);
    let page = Confirmation { site: &web.site, csrf: &csrf, token, username: &account.username };
    Ok((jar, html(StatusCode::OK, &page)?).into_response())
}

/// It is.
pub(crate) async fn confirm(State(web): State<Web>, jar: CookieJar, body: String) -> Result<Response, WebError> {
    let params = Params::parse(&body);
    if !web.cookies.is_own_form(&jar, params.text("csrf")) {
        return Err(WebError::ForeignForm);
    }
    match web.service.auth().confirm(&web.service.cx(), params.text("token")).await {
        Ok(true) => notice(&web, "Your address is confirmed", "You can sign in now."),
        Ok(false) => {
            notice(&web, "Your address is confirmed", "A moderator looks at your account next; you will get a letter.")
        }
        Err(ServiceError::NotFound(_)) => Err(WebError::UsedLink),
        Err(error) => Err(error.into()),
    }
}
