//! `GET` and `POST /auth/sign_in`: handle or e-mail address and password.
//!
//! `?request=` names an authorization request that waits on the server, so nothing an app asked for is lost on the way.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use askama::Template;
use axum::extract::{ConnectInfo, FromRequestParts, RawQuery, State};
use axum::http::header::{RETRY_AFTER, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use staffroom_service::ServiceError;

use crate::Web;
use crate::error::WebError;
use crate::page::{Site, html};
use crate::params::{Params, encode};

/// Longest browser name kept with a session, in bytes.
const MAX_USER_AGENT_BYTES: usize = 256;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    site: &'a Site,
    app_name: Option<String>,
    request: &'a str,
    csrf: &'a str,
    login: &'a str,
    problem: Option<&'a str>,
}

/// The address a request came from, where the server tells; counts failed attempts.
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Ok(Self(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

/// Shows the form.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let params = Params::parse(query.as_deref().unwrap_or_default());
    form(&web, jar, params.text("request"), "", None).await
}

/// Checks the password; the session starts under a new secret, whatever cookie came along.
pub(crate) async fn submit(
    State(web): State<Web>,
    jar: CookieJar,
    ClientAddress(client): ClientAddress,
    headers: HeaderMap,
    body: String,
) -> Result<Response, WebError> {
    let params = Params::parse(&body);
    let (request, login) = (params.text("request"), params.text("login").trim());
    if !web.cookies.is_own_form(&jar, params.text("csrf")) {
        return form(&web, jar, request, login, Some((StatusCode::FORBIDDEN, super::STALE_FORM))).await;
    }
    let user_agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let user_agent = user_agent.get(..user_agent.floor_char_boundary(MAX_USER_AGENT_BYTES)).unwrap_or_default();
    let cx = web.service.cx();
    let signed_in = web.service.auth().sign_in(&cx, login, params.text("password"), user_agent, client).await;
    let mut retry_after = None;
    let (status, problem) = match signed_in {
        Ok(secret) => {
            if let Some(former) = web.cookies.session(&jar) {
                web.service.auth().sign_out(&cx, former).await?;
            }
            let jar = web.cookies.start_session(jar, secret);
            return Ok((jar, Redirect::to(&destination(request))).into_response());
        }
        Err(ServiceError::Unauthorized(why) | ServiceError::Forbidden(why)) => (StatusCode::UNAUTHORIZED, why),
        Err(ServiceError::NotFound(_) | ServiceError::Invalid { .. }) => {
            (StatusCode::UNAUTHORIZED, "handle, e-mail address or password is wrong".to_owned())
        }
        Err(ServiceError::RateLimited { retry_after_secs }) => {
            let minutes = retry_after_secs.div_ceil(60).max(1);
            retry_after = Some(retry_after_secs);
            (StatusCode::TOO_MANY_REQUESTS, format!("too many attempts; try again in {minutes} min"))
        }
        Err(other) => return Err(other.into()),
    };
    let mut page = form(&web, jar, request, login, Some((status, &problem))).await?;
    if let Some(secs) = retry_after {
        page.headers_mut().insert(RETRY_AFTER, HeaderValue::from(secs));
    }
    Ok(page)
}

/// Where a person goes once signed in.
fn destination(request: &str) -> String {
    if request.is_empty() { "/".to_owned() } else { format!("/oauth/authorize?{}", encode([("request", request)])) }
}

async fn form(
    web: &Web,
    jar: CookieJar,
    request: &str,
    login: &str,
    problem: Option<(StatusCode, &str)>,
) -> Result<Response, WebError> {
    let cx = web.service.cx();
    let app_name = if request.is_empty() {
        None
    } else {
        let waiting = web.service.auth().authorization(&cx, request).await?.ok_or(WebError::Expired)?;
        Some(waiting.app.name)
    };
    let (jar, csrf) = web.cookies.form_token(jar, &cx);
    let status = problem.map_or(StatusCode::OK, |(status, _)| status);
    let problem = problem.map(|(_, text)| text);
    let page = html(status, &SignIn { site: &web.site, app_name, request, csrf: &csrf, login, problem })?;
    Ok((jar, page).into_response())
}
