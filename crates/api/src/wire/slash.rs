//! Trailing slashes: `/api/v1/instance/` is `/api/v1/instance`. Some clients send them, some recurse on a 404.

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::middleware::Next;
use axum::response::Response;

/// Drops trailing slashes, keeps the query. Signed requests are left alone: their signature covers the path.
pub(crate) async fn drop_trailing(mut request: Request, next: Next) -> Response {
    if !request.headers().contains_key("signature")
        && let Some(uri) = without_slash(request.uri())
    {
        *request.uri_mut() = uri;
    }
    next.run(request).await
}

/// The same address without trailing slashes; `None` when there are none to drop.
fn without_slash(uri: &Uri) -> Option<Uri> {
    let path = uri.path().trim_end_matches('/');
    if path.is_empty() || path.len() == uri.path().len() {
        return None;
    }
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dropped(uri: &str) -> Option<String> {
        without_slash(&uri.parse().unwrap()).map(|uri| uri.to_string())
    }

    #[test]
    fn drops_slashes_and_keeps_the_query() {
        assert_eq!(dropped("/api/v1/instance/").as_deref(), Some("/api/v1/instance"));
        assert_eq!(dropped("/oauth/authorize//?a=b/").as_deref(), Some("/oauth/authorize?a=b/"));
    }

    #[test]
    fn leaves_the_root_and_plain_paths_alone() {
        for uri in ["/", "//", "/api/v1/instance", "/?x=/", "*"] {
            assert_eq!(dropped(uri), None, "{uri}");
        }
    }
}
