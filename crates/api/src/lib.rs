//! The client API: what Mastodon's apps call, and OAuth for them.
//!
//! Only this crate knows Mastodon's JSON and its dialect of HTTP; every decision is a use case of
//! `staffroom-service`. It must not know SQL or ActivityStreams.
//! Start with [`ROUTES`] (every endpoint, who may call it, with which scope) and `call.rs` (what a handler gets).

mod auth;
mod call;
mod dispatch;
mod entities;
mod error;
mod files;
mod oauth;
pub mod openapi;
mod own;
mod paging;
mod params;
pub mod reference;
mod routes;
mod streaming;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod v1;
mod v1_alpha;
mod v2;
mod webhooks;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::routing::any;
use staffroom_service::Service;

pub use routes::{Auth, Kind, ROUTES, Route};
pub use webhooks::WebhookBodies;
pub use wire::outside;
pub use wire::rates::{Quota, RateLimits};

use wire::rates::Limiter;

/// What every endpoint needs. Cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    service: Service,
    limiter: Arc<Limiter>,
}

impl ApiState {
    /// The use cases, and how often clients may ask.
    pub fn new(service: Service, rates: RateLimits) -> Self {
        Self { service, limiter: Arc::new(Limiter::new(rates)) }
    }
}

/// The client API, to be merged into the server's router. Wrap the merged router in [`outside`].
///
/// Holds everything below `/api`, `/oauth/token`, `/oauth/revoke`, `/oauth/userinfo`, the OAuth metadata, uploaded
/// files below `/media`, and the placeholder pictures. Reads `axum::extract::ConnectInfo<SocketAddr>` to count
/// requests without a token by address, where the server provides it. Has no fallback of its own outside `/api`.
pub fn router(state: ApiState) -> Router {
    routes::mount()
        .route("/media/{*path}", axum::routing::get(files::media::serve))
        .route("/media/remote/{signature}/{address}", axum::routing::get(files::media::serve_remote))
        .route("/media/held/{signature}/{*path}", axum::routing::get(files::media::serve_held))
        .route("/avatars/original/missing.png", axum::routing::get(files::placeholder::avatar))
        .route("/headers/original/missing.png", axum::routing::get(files::placeholder::header))
        .route("/instance/thumbnail.png", axum::routing::get(files::placeholder::thumbnail))
        .route("/api", any(dispatch::unknown))
        .route("/api/{*rest}", any(dispatch::unknown))
        .method_not_allowed_fallback(dispatch::wrong_method)
        .with_state(state)
}
