//! Signing in and out in a browser.

pub(crate) mod sign_in;
pub(crate) mod sign_out;

use axum_extra::extract::cookie::CookieJar;
use staffroom_service::Cx;
use staffroom_service::auth::Session;

use crate::Web;
use crate::error::WebError;

impl Web {
    /// The session of this browser, if it has one that still stands.
    pub(crate) async fn session(&self, cx: &Cx, jar: &CookieJar) -> Result<Option<Session>, WebError> {
        match self.cookies.session(jar) {
            Some(secret) => Ok(self.service.auth().session(cx, secret).await?),
            None => Ok(None),
        }
    }
}
