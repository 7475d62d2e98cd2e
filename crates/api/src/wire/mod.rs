//! The rules of the wire that hold whatever the endpoint: slashes, CORS, counting.

mod cors;
pub(crate) mod rates;
mod slash;

use axum::Router;
use axum::middleware::from_fn;

/// Wraps the server's finished router: trailing slashes are dropped before routing, and answers of everything that
/// browsers of other sites may read carry CORS, be they errors or not.
///
/// A layer on the router itself would come too late: axum has chosen the route by then.
pub fn outside(router: Router) -> Router {
    Router::new().fallback_service(router).layer(from_fn(slash::drop_trailing)).layer(from_fn(cors::add))
}
