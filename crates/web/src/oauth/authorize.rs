//! `GET` and `POST /oauth/authorize`: may this app act for me?
//!
//! The app's request is checked once, kept on the server, and from then on only named by an id in the URL: it survives
//! signing in, lost cookies and a second tab.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use staffroom_service::auth::{AuthorizeQuery, AuthorizeRequest, Session};

use super::redirect::{self, OUT_OF_BAND};
use super::scope_words::scope_words;
use crate::Web;
use crate::cookies::is_same;
use crate::error::WebError;
use crate::page::{Site, html};
use crate::params::{Params, encode};
use crate::security::policy_with_redirect;

#[derive(Template)]
#[template(path = "consent.html")]
struct Consent<'a> {
    site: &'a Site,
    session: &'a Session,
    request: &'a str,
    app_name: &'a str,
    app_website: Option<&'a str>,
    scopes: Vec<String>,
    returns_to: Option<&'a str>,
}

/// Takes an app's request, or shows the consent page for one taken before (`?request=`).
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let params = Params::parse(query.as_deref().unwrap_or_default());
    let Some(id) = params.get("request") else { return begin(&web, &jar, &params).await };
    let cx = web.service.cx();
    let request = web.service.auth().authorization(&cx, id).await?.ok_or(WebError::Expired)?;
    match web.session(&cx, &jar).await? {
        Some(session) => consent(&web, id, &request, &session),
        None => Ok(Redirect::to(&path("/auth/sign_in", id)).into_response()),
    }
}

/// The person's answer.
pub(crate) async fn decide(State(web): State<Web>, jar: CookieJar, body: String) -> Result<Response, WebError> {
    let params = Params::parse(&body);
    let id = params.get("request").ok_or(WebError::Expired)?;
    let cx = web.service.cx();
    let Some(session) = web.session(&cx, &jar).await? else {
        return Ok(Redirect::to(&path("/auth/sign_in", id)).into_response());
    };
    if !is_same(&session.csrf, params.text("csrf")) {
        return Err(WebError::ForeignForm);
    }
    let auth = web.service.auth();
    if params.get("decision") == Some("approve") {
        let (request, code) = auth.approve(&cx, id, session.account.id).await?;
        redirect::with_code(&request, &code, &web.site.issuer)
    } else {
        let request = auth.deny(&cx, id).await?.ok_or(WebError::Expired)?;
        redirect::with_error(&request, "access_denied", &web.site.issuer)
    }
}

/// Checks and keeps what the app asks for, and goes on to consent (or to signing in).
async fn begin(web: &Web, jar: &CookieJar, params: &Params) -> Result<Response, WebError> {
    if params.get("response_type") != Some("code") {
        let message = "This server only gives access by code (response_type=code).".to_owned();
        return Err(WebError::BadRequest { code: "unsupported_response_type", message });
    }
    let optional = |name: &str| params.get(name).map(str::to_owned);
    let query = AuthorizeQuery {
        response_type: params.text("response_type").to_owned(),
        client_id: params.text("client_id").to_owned(),
        redirect_uri: params.text("redirect_uri").to_owned(),
        scope: params.text("scope").to_owned(),
        state: optional("state"),
        code_challenge: optional("code_challenge"),
        code_challenge_method: optional("code_challenge_method"),
        force_login: params.is_true("force_login"),
    };
    let cx = web.service.cx();
    let ask_again = query.force_login || web.session(&cx, jar).await?.is_none();
    let id = web.service.auth().begin_authorization(&cx, query).await?;
    let next = if ask_again { "/auth/sign_in" } else { "/oauth/authorize" };
    Ok(Redirect::to(&path(next, &id)).into_response())
}

fn consent(web: &Web, id: &str, request: &AuthorizeRequest, session: &Session) -> Result<Response, WebError> {
    let returns_to = Some(request.redirect_uri.as_str()).filter(|uri| *uri != OUT_OF_BAND);
    let page = Consent {
        site: &web.site,
        session,
        request: id,
        app_name: &request.app.name,
        app_website: request.app.website.as_deref(),
        scopes: scope_words(&request.scopes),
        returns_to,
    };
    let policy: [(HeaderName, String); 1] = [(CONTENT_SECURITY_POLICY, policy_with_redirect(&request.redirect_uri))];
    Ok((policy, html(StatusCode::OK, &page)?).into_response())
}

fn path(page: &str, id: &str) -> String {
    format!("{page}?{}", encode([("request", id)]))
}
