//! What anybody may look at: people here, their statuses, hashtags; as pages and as feeds. Whoever looks, what a guest may
//! see is shown and nothing else; where the network is closed, to people signed in alone.

mod feed;
pub(crate) mod meta;
mod profile;
pub(crate) mod shown;
mod status;
mod tag;

use axum::Router;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::account::Account;
use staffroom_domain::{PageRequest, ids::StatusId};
use staffroom_service::ServiceError;
use staffroom_service::auth::Session;

use crate::Web;
use crate::error::WebError;
use crate::page::html;
use crate::params::Params;
use crate::security;

/// Statuses on a page, and in a feed.
const STATUSES: u64 = 20;

/// What an address has behind it when a feed is meant.
const FEED: &str = ".rss";

/// The pages that share their addresses with ActivityPub documents.
pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/@{name}", get(profile::show))
        .route("/@{name}/{id}", get(status::show))
        .route("/tags/{slug}", get(tag::show))
}

impl Web {
    /// Who looks at `uri`, if signed in.
    ///
    /// # Errors
    /// For strangers in a closed network: [`WebError::SignInFirst`], and "unauthorized" at feeds, whose readers can make
    /// nothing of a form.
    async fn admit(&self, jar: &CookieJar, uri: &Uri) -> Result<Option<Session>, WebError> {
        let session = self.session(&self.service.cx(), jar).await?;
        if session.is_none() && self.service.domains().is_closed() {
            if uri.path().ends_with(FEED) {
                return Err(ServiceError::Unauthorized("this network is for people signed in".to_owned()).into());
            }
            return Err(WebError::sign_in_first(uri));
        }
        Ok(session)
    }

    /// Who lives here under this name and can be shown.
    async fn resident(&self, name: &str) -> Result<Account, WebError> {
        let account = self.service.accounts().resident(name).await?;
        if account.deleted_at.is_some() {
            return Err(WebError::Gone("account"));
        }
        if account.is_gone() { Err(WebError::Suspended) } else { Ok(account) }
    }
}

/// The part of a list that `?max_id=` asks for.
fn part(query: Option<&str>) -> PageRequest {
    let params = Params::parse(query.unwrap_or_default());
    let max_id = StatusId::parse(params.text("max_id")).map(|id| id.0);
    PageRequest { max_id, ..PageRequest::newest(STATUSES) }
}

/// A page, whose videos and sounds play.
fn answer(template: &impl askama::Template) -> Result<Response, WebError> {
    let mut response = html(StatusCode::OK, template)?;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, security::policy_with_media());
    Ok(response)
}
