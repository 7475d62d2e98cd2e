//! The pages for people: profiles, statuses and hashtags, sign-in, consent, the out-of-band code, complaints and appeals,
//! what waits for moderators and what they decide, and a start page. Plain HTML, no script.
//!
//! Knows no SQL and no ActivityStreams, and speaks no Mastodon JSON; every decision is a use case of
//! `staffroom-service`. Start with [`router`] and `oauth/authorize.rs`.

mod appeals;
mod assets;
mod auth;
mod complaints;
mod cookies;
mod error;
mod held;
mod landing;
mod moderation;
mod oauth;
mod page;
mod params;
mod public;
mod safety_report;
mod security;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::map_response;
use axum::routing::{get, post};
use staffroom_service::{Service, ServiceError};

use crate::cookies::Cookies;
use crate::error::WebError;
use crate::page::Site;

/// Largest form accepted, in bytes; ours are far smaller.
const MAX_FORM_BYTES: usize = 64 * 1024;

/// What every page needs.
#[derive(Clone)]
pub(crate) struct Web {
    service: Service,
    cookies: Cookies,
    site: Arc<Site>,
}

impl Web {
    fn new(service: Service) -> Self {
        let cookies = Cookies::for_url(&service.settings().identity.base());
        let site = Arc::new(Site::new(service.settings()));
        Self { service, cookies, site }
    }
}

/// Pages whose addresses ActivityPub documents have too; who asks is told apart before.
pub fn pages(service: Service) -> Router {
    public::routes().layer(map_response(security::add_headers)).with_state(Web::new(service))
}

/// All other pages, and what is said where there is none, to be merged into the server's router.
///
/// Reads `axum::extract::ConnectInfo<SocketAddr>` for counting failed sign-ins, where the server provides it.
pub fn router(service: Service) -> Router {
    let web = Web::new(service);
    let mut router = Router::new()
        .route("/", get(landing::show))
        .route(assets::style_path(), get(assets::style))
        .route(assets::icon_path(), get(assets::icon));
    // Apps put a slash behind paths; pages answer either way, whatever layer stands in front.
    for slash in ["", "/"] {
        router = router
            .route(&format!("/auth/sign_in{slash}"), get(auth::sign_in::show).post(auth::sign_in::submit))
            .route(&format!("/auth/password/new{slash}"), get(auth::password::new).post(auth::password::send))
            .route(&format!("/auth/password/edit{slash}"), get(auth::password::edit).post(auth::password::change))
            .route(
                &format!("/auth/confirmation{slash}"),
                get(auth::confirmation::show).post(auth::confirmation::confirm),
            )
            .route(&format!("/auth/access{slash}"), get(auth::access::show).post(auth::access::end))
            .route(&format!("/settings/exports/{{file}}{slash}"), get(auth::export::show))
            .route(&format!("/auth/sign_out{slash}"), post(auth::sign_out::submit))
            .route(&format!("/oauth/authorize{slash}"), get(oauth::authorize::show).post(oauth::authorize::decide))
            .route(&format!("/oauth/authorize/native{slash}"), get(oauth::native::show))
            .route(&format!("/held/{{id}}/{{key}}{slash}"), get(held::show).post(held::choose))
            .route(&format!("/moderation{slash}"), get(moderation::queue::show))
            .route(
                &format!("/moderation/holds/{{id}}{slash}"),
                get(moderation::hold::show).post(moderation::hold::decide),
            )
            .route(
                &format!("/moderation/appeals/{{id}}{slash}"),
                get(moderation::appeal::show).post(moderation::appeal::decide),
            )
            .route(
                &format!("/moderation/approvals/{{id}}{slash}"),
                get(moderation::approval::show).post(moderation::approval::answer),
            )
            .route(&format!("/moderation/report{slash}"), get(safety_report::show))
            .route(&format!("/moderation/report.csv{slash}"), get(safety_report::file))
            .route(&format!("/complaints/new{slash}"), get(complaints::new::show).post(complaints::new::send))
            .route(&format!("/complaints/answer{slash}"), get(complaints::answer::show).post(complaints::answer::send))
            .route(&format!("/appeals/new{slash}"), get(appeals::show).post(appeals::send));
    }
    let router = router.fallback(missing).layer(DefaultBodyLimit::max(MAX_FORM_BYTES));
    router.layer(map_response(security::add_headers)).with_state(web)
}

/// There is no page at this address.
async fn missing() -> WebError {
    ServiceError::NotFound("page").into()
}
