//! `GET /`: what this instance is and how to connect an app.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum_extra::extract::cookie::CookieJar;
use staffroom_service::auth::Session;

use crate::Web;
use crate::error::WebError;
use crate::page::{Site, html};

#[derive(Template)]
#[template(path = "landing.html")]
struct Landing<'a> {
    site: &'a Site,
    session: Option<Session>,
    /// There is a queue for them.
    moderates: bool,
}

/// Shows the start page.
pub(crate) async fn show(State(web): State<Web>, jar: CookieJar) -> Result<Response, WebError> {
    let session = web.session(&web.service.cx(), &jar).await?;
    let moderates = match &session {
        Some(session) => web.moderates(session).await?,
        None => false,
    };
    html(StatusCode::OK, &Landing { site: &web.site, session, moderates })
}
