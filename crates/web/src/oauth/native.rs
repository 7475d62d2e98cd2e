//! `GET /oauth/authorize/native?code=…`: the code for apps that cannot be redirected to.
//!
//! The code stands in a field to copy and in the address bar: some apps read it from there.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::Web;
use crate::error::WebError;
use crate::page::{Site, html};
use crate::params::Params;

#[derive(Template)]
#[template(path = "native.html")]
struct Native<'a> {
    site: &'a Site,
    code: &'a str,
}

/// Shows the code given in the address; knows nothing else about it.
pub(crate) async fn show(State(web): State<Web>, RawQuery(query): RawQuery) -> Result<Response, WebError> {
    let params = Params::parse(query.as_deref().unwrap_or_default());
    let code = params.get("code").ok_or(WebError::Expired)?;
    html(StatusCode::OK, &Native { site: &web.site, code })
}
