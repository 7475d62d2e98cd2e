//! `GET` and `POST /auth/sign_in`: handle or e-mail address and password.
//!
//! `?request=` names an authorization request that waits on the server, so nothing an app asked for is lost on the way;
//! `?back=` the page of ours that somebody wanted to see.

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
    onward: &'a Onward<'a>,
    csrf: &'a str,
    login: &'a str,
    problem: Option<&'a str>,
}

/// Longest way back, in bytes.
const MAX_BACK_BYTES: usize = 2048;

/// What a person signs in for.
struct Onward<'a> {
    /// An authorization request, or empty.
    request: &'a str,
    /// A path here, or empty.
    back: &'a str,
}

impl<'a> Onward<'a> {
    fn of(params: &'a Params) -> Self {
        Self { request: params.text("request"), back: own_path(params.text("back")).unwrap_or_default() }
    }

    /// Where a person goes once signed in.
    fn destination(&self) -> String {
        match (self.request, self.back) {
            ("", "") => "/".to_owned(),
            ("", back) => back.to_owned(),
            (request, _) => format!("/oauth/authorize?{}", encode([("request", request)])),
        }
    }
}

/// A path of ours, and nothing that a browser could take for the address of another site: `//host`, `/\host`, either of
/// them with a character in it that browsers drop.
fn own_path(text: &str) -> Option<&str> {
    let is_plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let is_path = text.starts_with('/') && !text.starts_with("//");
    (is_plain && is_path && text.len() <= MAX_BACK_BYTES).then_some(text)
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
    form(&web, jar, &Onward::of(&params), "", None).await
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
    let (onward, login) = (Onward::of(&params), params.text("login").trim());
    if !web.cookies.is_own_form(&jar, params.text("csrf")) {
        return form(&web, jar, &onward, login, Some((StatusCode::FORBIDDEN, super::STALE_FORM))).await;
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
            return Ok((jar, Redirect::to(&onward.destination())).into_response());
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
    let mut page = form(&web, jar, &onward, login, Some((status, &problem))).await?;
    if let Some(secs) = retry_after {
        page.headers_mut().insert(RETRY_AFTER, HeaderValue::from(secs));
    }
    Ok(page)
}

async fn form(
    web: &Web,
    jar: CookieJar,
    onward: &Onward<'_>,
    login: &str,
    problem: Option<(StatusCode, &str)>,
) -> Result<Response, WebError> {
    let cx = web.service.cx();
    let app_name = if onward.request.is_empty() {
        None
    } else {
        let waiting = web.service.auth().authorization(&cx, onward.request).await?.ok_or(WebError::Expired)?;
        Some(waiting.app.name)
    };
    let (jar, csrf) = web.cookies.form_token(jar, &cx);
    let status = problem.map_or(StatusCode::OK, |(status, _)| status);
    let problem = problem.map(|(_, text)| text);
    let page = html(status, &SignIn { site: &web.site, app_name, onward, csrf: &csrf, login, problem })?;
    Ok((jar, page).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_here() {
        for good in ["/", "/tags/x", "/@amy/1?a=b%20c", "/settings/exports/lists.csv", "/%2f/evil.example", "/a//b"] {
            assert_eq!(own_path(good), Some(good));
        }
        for bad in [
            "",
            "tags/x",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\r\nLocation: https://evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            " /x",
            "/é",
        ] {
            assert_eq!(own_path(bad), None, "{bad:?}");
        }
        assert_eq!(own_path(&format!("/{}", "a".repeat(MAX_BACK_BYTES))), None);
    }
}
