//! Cross-origin reading: any site may call the API with a token it holds; cookies never count.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// What scripts may read of an answer.
const EXPOSED: &str = "Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, \
                       Mastodon-Async-Refresh, Deprecation";
/// One day, the longest browsers keep a preflight.
const MAX_AGE_SECS: &str = "86400";

/// Adds the headers to everything open to other origins, and answers preflights before anything else looks at them.
pub(crate) async fn add(request: Request, next: Next) -> Response {
    if !is_open(request.uri().path()) {
        return next.run(request).await;
    }
    let wanted = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    if request.method() == Method::OPTIONS {
        let mut response = StatusCode::NO_CONTENT.into_response();
        preflight(response.headers_mut(), wanted);
        return response;
    }
    let mut response = next.run(request).await;
    common(response.headers_mut());
    response
}

fn is_open(path: &str) -> bool {
    ["/api/", "/.well-known/", "/nodeinfo/", "/media/", "/avatars/", "/headers/", "/instance/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
        || matches!(path.trim_end_matches('/'), "/api" | "/oauth/token" | "/oauth/revoke" | "/oauth/userinfo")
}

fn common(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
}

fn preflight(headers: &mut HeaderMap, wanted: Option<HeaderValue>) {
    common(headers);
    let methods = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE, OPTIONS");
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    // `*` does not cover Authorization in browsers, so what was asked for is named.
    let allowed = wanted.unwrap_or(HeaderValue::from_static("Authorization, Content-Type, Idempotency-Key"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE_SECS));
    headers.insert(header::VARY, HeaderValue::from_static("Access-Control-Request-Headers"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_is_open_and_pages_with_cookies_are_not() {
        for open in ["/api/v1/x", "/api", "/oauth/token/", "/.well-known/webfinger", "/nodeinfo/2.0", "/media/a.png"] {
            assert!(is_open(open), "{open}");
        }
        for closed in ["/", "/oauth/authorize", "/auth/sign_in", "/apiary", "/@amy", "/users/amy/inbox"] {
            assert!(!is_open(closed), "{closed}");
        }
    }
}
