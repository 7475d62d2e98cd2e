//! `GET` and `POST /auth/access`: the apps and browsers that may act for oneself, and taking that back.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::browser::browser_name;
use staffroom_domain::ids::{SessionId, TokenId};
use staffroom_service::ServiceError;
use staffroom_service::auth::{AppAccess, BrowserAccess, Session};

use crate::Web;
use crate::cookies::is_same;
use crate::error::WebError;
use crate::oauth::scope_words;
use crate::page::{Site, html};
use crate::params::Params;

/// Where the page is.
const PATH: &str = "/auth/access";

#[derive(Template)]
#[template(path = "access.html")]
struct Page<'a> {
    site: &'a Site,
    session: &'a Session,
    apps: Vec<App>,
    browsers: Vec<Browser>,
    /// There is a queue for them.
    moderates: bool,
    done: bool,
}

/// An app, in words.
struct App {
    token: String,
    name: String,
    website: Option<String>,
    scopes: Vec<String>,
    since: String,
}

/// A browser, in words.
struct Browser {
    session: String,
    name: String,
    /// What it calls itself, where the name is not that.
    user_agent: Option<String>,
    since: String,
    is_current: bool,
}

impl From<AppAccess> for App {
    fn from(access: AppAccess) -> Self {
        Self {
            token: access.token.to_string(),
            name: access.name.unwrap_or_else(|| "Made by an operator".to_owned()),
            website: access.website,
            scopes: scope_words(&access.scopes),
            since: access.since.to_date(),
        }
    }
}

impl From<BrowserAccess> for Browser {
    fn from(access: BrowserAccess) -> Self {
        let name = browser_name(&access.user_agent);
        Self {
            session: access.session.to_string(),
            user_agent: Some(access.user_agent).filter(|told| *told != name && !told.trim().is_empty()),
            name,
            since: access.since.to_date(),
            is_current: access.is_current,
        }
    }
}

/// Lists them.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let cx = web.service.cx();
    let (Some(session), Some(secret)) = (web.session(&cx, &jar).await?, web.cookies.session(&jar)) else {
        return Err(WebError::SignInFirst(PATH.to_owned()));
    };
    let (apps, browsers) = web.service.auth().access(&cx, session.account.id, secret).await?;
    let page = Page {
        site: &web.site,
        session: &session,
        apps: apps.into_iter().map(App::from).collect(),
        browsers: browsers.into_iter().map(Browser::from).collect(),
        moderates: web.moderates(&session).await?,
        done: query.as_deref() == Some("done"),
    };
    html(StatusCode::OK, &page)
}

/// Ends one of them. Ending what has ended already says the same.
pub(crate) async fn end(State(web): State<Web>, jar: CookieJar, body: String) -> Result<Response, WebError> {
    let (params, cx) = (Params::parse(&body), web.service.cx());
    let Some(session) = web.session(&cx, &jar).await? else {
        return Err(WebError::SignInFirst(PATH.to_owned()));
    };
    if !is_same(&session.csrf, params.text("csrf")) {
        return Err(WebError::ForeignForm);
    }
    let (auth, me) = (web.service.auth(), session.account.id);
    let ended = match (TokenId::parse(params.text("token")), SessionId::parse(params.text("session"))) {
        (Some(token), _) => auth.end_app_access(&cx, me, token).await,
        (None, Some(session)) => auth.end_session(me, session).await,
        (None, None) => return Err(ServiceError::NotFound("app").into()),
    };
    match ended {
        Ok(()) | Err(ServiceError::NotFound(_)) => Ok(Redirect::to(&format!("{PATH}?done")).into_response()),
        Err(error) => Err(error.into()),
    }
}
