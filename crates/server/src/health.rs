//! Whether the process lives and can serve.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use staffroom_service::Service;

/// What a supervisor asks for.
pub(crate) const PROBES: [&str; 3] = ["/livez", "/readyz", "/health"];

/// `/livez`: the process answers. `/readyz`: so does the database. `/health`: the same, under Mastodon's name.
pub(crate) fn router(service: Service) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/health", get(ready))
        .with_state(service)
}

async fn ready(State(service): State<Service>) -> (StatusCode, &'static str) {
    match service.instance().ready().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(e) => {
            tracing::error!(error = %e, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
