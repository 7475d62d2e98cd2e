//! Builds signing strings (draft-cavage-12 §2.3) and the headers of requests we sign ourselves.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::{CONTENT_TYPE, DATE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use staffroom_domain::clock::Timestamp;
use url::Url;

use super::digest;
use super::parse::SignatureHeader;
use crate::keys::{KeyError, SigningKey};

/// `Signature`.
pub const SIGNATURE: HeaderName = HeaderName::from_static("signature");
/// `Digest`.
pub const DIGEST: HeaderName = HeaderName::from_static("digest");

/// Why an outgoing request could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The URL has no host or the result is not a header value.
    #[error("request cannot be signed: {0}")]
    Unsignable(&'static str),
    /// The key failed.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Headers to add to a POST of a body with SHA-256 `body_sha256` to `url`: `Date`, `Digest`, `Content-Type`,
/// `Signature`.
///
/// Covered are `(request-target) host date digest content-type`, Mastodon's own list, which every peer accepts.
/// `Host` is left to the HTTP client, which derives it from the same URL.
///
/// # Errors
/// [`SignError`] if the URL has no host or the key fails.
pub fn sign_post(
    key: &SigningKey,
    url: &Url,
    body_sha256: &[u8; 32],
    content_type: &'static str,
    now: Timestamp,
) -> Result<HeaderMap, SignError> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(DIGEST, text_value(&digest::header_value(body_sha256))?);
    sign(key, &Method::POST, url, headers, &["digest", "content-type"], now)
}

/// Headers to add to a GET of `url`: `Date`, `Signature` over `(request-target) host date`.
///
/// # Errors
/// As [`sign_post`].
pub fn sign_get(key: &SigningKey, url: &Url, now: Timestamp) -> Result<HeaderMap, SignError> {
    sign(key, &Method::GET, url, HeaderMap::new(), &[], now)
}

/// The host as it stands in the `Host` header: with the port only where the URL names an unusual one.
pub fn authority(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

fn sign(
    key: &SigningKey,
    method: &Method,
    url: &Url,
    mut headers: HeaderMap,
    more: &[&str],
    now: Timestamp,
) -> Result<HeaderMap, SignError> {
    let host = authority(url).ok_or(SignError::Unsignable("url without host"))?;
    headers.insert(DATE, text_value(&http_date(now))?);
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let mut covered = vec!["(request-target)", "host", "date"];
    covered.extend_from_slice(more);
    let mut lines = Vec::with_capacity(covered.len());
    for name in &covered {
        lines.push(match *name {
            "(request-target)" => request_target(method, &target),
            "host" => format!("host: {host}"),
            name => {
                let value = headers.get(name).and_then(|v| v.to_str().ok());
                format!("{name}: {}", value.ok_or(SignError::Unsignable("header is not text"))?)
            }
        });
    }
    let signature = BASE64.encode(key.sign(lines.join("\n").as_bytes())?);
    let value = format!(
        r#"keyId="{}",algorithm="rsa-sha256",headers="{}",signature="{signature}""#,
        key.key_id(),
        covered.join(" "),
    );
    headers.insert(SIGNATURE, text_value(&value)?);
    Ok(headers)
}

/// An instant as HTTP writes it (RFC 9110 §5.6.7), whole seconds; before 1970 it is the epoch.
pub fn http_date(at: Timestamp) -> String {
    let secs = u64::try_from(at.as_secs()).unwrap_or(0);
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(secs))
}

/// An HTTP date in any of the three forms of RFC 9110 §5.6.7; `None` for everything else.
pub fn parse_http_date(text: &str) -> Option<Timestamp> {
    let at = httpdate::parse_http_date(text).ok()?;
    let since = at.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(Timestamp::from_secs(i64::try_from(since.as_secs()).ok()?))
}

/// What can go wrong when the signing string of a received request is put together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CoverError {
    /// A covered header is not in the request, or a covered time not in the signature.
    #[error("signature covers {0}, which the request does not have")]
    Missing(String),
    /// A covered header occurs more than once, so what was signed is ambiguous.
    #[error("header {0} occurs more than once")]
    Duplicate(String),
    /// A covered header is not readable text.
    #[error("header {0} is not text")]
    NotText(String),
}

/// The string the sender signed, for a request with method `method`, target `target` (path and query as received)
/// and `host` as the effective host.
///
/// # Errors
/// [`CoverError`] if a covered component is absent, doubled or not text.
pub fn signing_string(
    header: &SignatureHeader,
    method: &Method,
    target: &str,
    host: &str,
    headers: &HeaderMap,
) -> Result<String, CoverError> {
    let mut lines = Vec::with_capacity(header.covered.len());
    for name in &header.covered {
        let missing = || CoverError::Missing(name.clone());
        lines.push(match name.as_str() {
            "(request-target)" => request_target(method, target),
            "(created)" => format!("(created): {}", header.created.ok_or_else(missing)?),
            "(expires)" => format!("(expires): {}", header.expires.ok_or_else(missing)?),
            "host" => format!("host: {host}"),
            name => format!("{name}: {}", single(headers, name)?),
        });
    }
    Ok(lines.join("\n"))
}

/// The one value of a header, trimmed.
pub(super) fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, CoverError> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().ok_or_else(|| CoverError::Missing(name.to_owned()))?;
    if values.next().is_some() {
        return Err(CoverError::Duplicate(name.to_owned()));
    }
    Ok(value.to_str().map_err(|_| CoverError::NotText(name.to_owned()))?.trim())
}

fn request_target(method: &Method, target: &str) -> String {
    format!("(request-target): {} {target}", method.as_str().to_ascii_lowercase())
}

/// `text` as a header value.
pub(super) fn text_value(text: &str) -> Result<HeaderValue, SignError> {
    HeaderValue::from_str(text).map_err(|_| SignError::Unsignable("not a header value"))
}
