//! Response headers that keep pages from being framed, scripted, cached or leaked.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use url::Url;

const FRAME_OPTIONS: HeaderName = HeaderName::from_static("x-frame-options");

/// The policy of every page; no page has scripts, foreign content or frames.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
                      form-action 'self'";

/// [`POLICY`], and media of our own.
const WITH_MEDIA: &str = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; \
                          frame-ancestors 'none'; form-action 'self'";

/// Adds the headers a page does not set itself.
pub(crate) async fn add_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (FRAME_OPTIONS, "DENY"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// The policy of a page with videos and sounds, which are ours or pass through us.
pub(crate) fn policy_with_media() -> HeaderValue {
    HeaderValue::from_static(WITH_MEDIA)
}

/// The policy of a page whose form ends in a redirect to `redirect_uri`.
///
/// Browsers hold redirects against `form-action` too, so a client's own scheme has to be named there.
pub(crate) fn policy_with_redirect(redirect_uri: &str) -> String {
    match form_target(redirect_uri) {
        Some(target) => format!("{POLICY} {target}"),
        None => POLICY.to_owned(),
    }
}

/// What to name in `form-action`: the origin of a web address, else the scheme. Never text that could end the
/// directive.
fn form_target(redirect_uri: &str) -> Option<String> {
    let url = Url::parse(redirect_uri).ok()?;
    let origin = url.origin().ascii_serialization();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '/' | '-' | '_');
    match url.scheme() {
        "http" | "https" if origin.chars().all(is_plain) => Some(origin),
        "urn" | "javascript" | "data" | "blob" => None,
        scheme => Some(format!("{scheme}:")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_may_end_at_the_client_and_nowhere_else() {
        for (uri, wanted) in [
            ("icecubesapp://", Some("icecubesapp:")),
            ("oauth2redirect://com.keylesspalace.tusky/", Some("oauth2redirect:")),
            ("https://phanpy.test/cb?x=1", Some("https://phanpy.test")),
            ("http://localhost:5000/cb", Some("http://localhost:5000")),
            ("http://[::1]:5000/cb", Some("http:")),
            ("https://a;sandbox/", Some("https:")),
            ("urn:ietf:wg:oauth:2.0:oob", None),
            ("not a url", None),
        ] {
            assert_eq!(form_target(uri).as_deref(), wanted, "{uri}");
        }
        assert!(policy_with_redirect("icecubesapp://").ends_with("form-action 'self' icecubesapp:"));
    }
}
