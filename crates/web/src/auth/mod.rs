//! Signing in and out in a browser.

pub(crate) mod access;
pub(crate) mod confirmation;
pub(crate) mod export;
pub(crate) mod password;
pub(crate) mod sign_in;
pub(crate) mod sign_out;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use axum_extra::extract::cookie::CookieJar;
use staffroom_service::Cx;
use staffroom_service::auth::Session;

use crate::Web;
use crate::error::WebError;
use crate::page::{Site, html};

/// A form that is not from this browser, or from long ago.
pub(crate) const STALE_FORM: &str = "The page was open too long, or your browser refuses cookies. Please try again.";

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'a> {
    site: &'a Site,
    heading: &'a str,
    message: &'a str,
}

/// A page that says what was done.
fn notice(web: &Web, heading: &str, message: &str) -> Result<Response, WebError> {
    html(StatusCode::OK, &Notice { site: &web.site, heading, message })
}

impl Web {
    /// The session of this browser, if it has one that still stands.
    pub(crate) async fn session(&self, cx: &Cx, jar: &CookieJar) -> Result<Option<Session>, WebError> {
        match self.cookies.session(jar) {
            Some(secret) => Ok(self.service.auth().session(cx, secret).await?),
            None => Ok(None),
        }
    }
}
