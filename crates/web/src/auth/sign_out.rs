//! `POST /auth/sign_out`: ends this browser's session.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;

use crate::Web;
use crate::cookies::is_same;
use crate::error::WebError;
use crate::params::Params;

/// Ends the session here and on the server; without one there is nothing to do.
pub(crate) async fn submit(State(web): State<Web>, jar: CookieJar, body: String) -> Result<Response, WebError> {
    let cx = web.service.cx();
    if let Some(session) = web.session(&cx, &jar).await? {
        if !is_same(&session.csrf, Params::parse(&body).text("csrf")) {
            return Err(WebError::ForeignForm);
        }
        if let Some(secret) = web.cookies.session(&jar) {
            web.service.auth().sign_out(&cx, secret).await?;
        }
    }
    Ok((web.cookies.end_session(jar), Redirect::to("/")).into_response())
}
