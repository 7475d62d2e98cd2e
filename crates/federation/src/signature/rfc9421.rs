//! HTTP Message Signatures (RFC 9421): reads `Signature-Input` and `Signature`, builds signature bases, and the headers
//! of requests we sign ourselves.
//!
//! Of the components it knows those of a plain request; none with parameters. Which must be covered is the gate's
//! business.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::{CONTENT_TYPE, DATE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use staffroom_domain::account::KeyAlgorithm;
use staffroom_domain::clock::Timestamp;
use url::Url;

use super::cavage::{CoverError, SIGNATURE, SignError, authority, http_date, single, text_value};
use super::digest;
use super::parse::ParseError;
use super::structured::{Bare, InnerList, byte_sequences, inner_lists};
use crate::keys::SigningKey;

/// `Signature-Input`.
pub const SIGNATURE_INPUT: HeaderName = HeaderName::from_static("signature-input");
/// `Content-Digest` (RFC 9530).
pub const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");

/// One labelled signature, taken apart. Nothing in it is verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// `keyid`, as sent.
    pub key_id: String,
    /// `alg`, if given.
    pub algorithm: Option<KeyAlgorithm>,
    /// Names of the covered components, without doubles.
    pub covered: Vec<String>,
    /// `created`, seconds since the Unix epoch.
    pub created: i64,
    /// `expires`, seconds since the Unix epoch.
    pub expires: Option<i64>,
    /// The signature.
    pub signature: Vec<u8>,
    /// The value of `@signature-params`.
    params: String,
}

/// The parts of a request that components are taken from.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Method.
    pub method: &'a Method,
    /// `https` or `http`.
    pub scheme: &'a str,
    /// Host, lower case, with the port where it is unusual.
    pub authority: &'a str,
    /// Path as sent.
    pub path: &'a str,
    /// Query without the question mark.
    pub query: Option<&'a str>,
    /// Value of `Host`, or of HTTP/2's `:authority`.
    pub host: &'a str,
    /// All headers.
    pub headers: &'a HeaderMap,
}

/// Takes both headers apart: one outcome for each label that has a signature, in the order of `Signature-Input`. A
/// label we cannot use takes nothing away from another.
///
/// # Errors
/// [`ParseError`] when either header as a whole cannot be read, or no label has a signature.
pub fn parse(input: &str, signatures: &str) -> Result<Vec<Result<Labelled, ParseError>>, ParseError> {
    let mut signatures = byte_sequences(signatures)?;
    let mut found = Vec::new();
    for (label, list) in inner_lists(input)? {
        if let Some(at) = signatures.iter().position(|(name, _)| *name == label) {
            found.push(labelled(&list, signatures.swap_remove(at).1));
        }
    }
    if found.is_empty() { Err(ParseError::Missing) } else { Ok(found) }
}

fn labelled(list: &InnerList, signature: Vec<u8>) -> Result<Labelled, ParseError> {
    let mut covered: Vec<String> = Vec::new();
    for (name, params) in &list.items {
        let is_plain = params.is_empty() && !name.bytes().any(|byte| byte.is_ascii_uppercase());
        if !is_plain || name == "@signature-params" {
            return Err(ParseError::Component);
        }
        if covered.contains(name) {
            return Err(ParseError::Duplicate);
        }
        covered.push(name.clone());
    }
    let find = |wanted: &str| list.params.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
    let text = |name| match find(name) {
        None => Ok(None),
        Some(Bare::Text(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ParseError::Malformed),
    };
    let seconds = |name| match find(name) {
        None => Ok(None),
        Some(Bare::Integer(secs)) => Ok(Some(*secs)),
        Some(_) => Err(ParseError::Malformed),
    };
    let algorithm = match text("alg")?.as_deref() {
        None => None,
        Some("rsa-v1_5-sha256") => Some(KeyAlgorithm::Rsa),
        Some("ed25519") => Some(KeyAlgorithm::Ed25519),
        Some(_) => return Err(ParseError::Algorithm),
    };
    Ok(Labelled {
        key_id: text("keyid")?.ok_or(ParseError::Missing)?,
        algorithm,
        covered,
        created: seconds("created")?.ok_or(ParseError::Missing)?,
        expires: seconds("expires")?,
        signature,
        params: list.serialize(),
    })
}

impl Labelled {
    /// The signature base (RFC 9421 §2.5) for a request to `target`.
    ///
    /// # Errors
    /// [`CoverError`] if a covered component is absent, doubled, not text or none we know.
    pub fn base(&self, target: &Target<'_>) -> Result<String, CoverError> {
        base(self.covered.iter().map(String::as_str), target, &self.params)
    }
}

fn base<'a>(covered: impl Iterator<Item = &'a str>, target: &Target<'_>, params: &str) -> Result<String, CoverError> {
    let mut out = String::new();
    for name in covered {
        out.push_str(&format!("\"{name}\": {}\n", component(name, target)?));
    }
    out.push_str(&format!("\"@signature-params\": {params}"));
    Ok(out)
}

fn component(name: &str, target: &Target<'_>) -> Result<String, CoverError> {
    let query = |separator: &str| target.query.map(|query| format!("{separator}{query}")).unwrap_or_default();
    Ok(match name {
        "@method" => target.method.as_str().to_owned(),
        "@scheme" => target.scheme.to_owned(),
        "@authority" => target.authority.to_owned(),
        "@path" => target.path.to_owned(),
        // RFC 9421 §2.2.7: a request without a query has the component all the same
        "@query" => format!("?{}", query("")),
        "@request-target" => format!("{}{}", target.path, query("?")),
        "@target-uri" => format!("{}://{}{}{}", target.scheme, target.authority, target.path, query("?")),
        "host" => target.host.to_owned(),
        name => single(target.headers, name)?.to_owned(),
    })
}

/// Headers to add to a POST of a body with SHA-256 `body_sha256` to `url`: `Date`, `Content-Digest`, `Content-Type`,
/// `Signature-Input`, `Signature`. Covered are `@method`, `@target-uri`, `content-digest`, `content-type`.
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
    headers.insert(CONTENT_DIGEST, text_value(&digest::content_digest_value(body_sha256))?);
    sign(key, &Method::POST, url, headers, &["content-digest", "content-type"], now)
}

/// Headers to add to a GET of `url`: `Date`, `Signature-Input`, `Signature` over `@method`, `@target-uri`.
///
/// # Errors
/// As [`sign_post`].
pub fn sign_get(key: &SigningKey, url: &Url, now: Timestamp) -> Result<HeaderMap, SignError> {
    sign(key, &Method::GET, url, HeaderMap::new(), &[], now)
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
    let algorithm = match key.algorithm() {
        KeyAlgorithm::Rsa => "rsa-v1_5-sha256",
        KeyAlgorithm::Ed25519 => "ed25519",
    };
    let covered: Vec<&str> = ["@method", "@target-uri"].iter().chain(more).copied().collect();
    let text = |text: &str| Bare::Text(text.to_owned());
    let params = InnerList {
        items: covered.iter().map(|name| ((*name).to_owned(), Vec::new())).collect(),
        params: vec![
            // in the order of RFC 9421's examples: some readers write it back in that order
            ("created".to_owned(), Bare::Integer(now.as_secs())),
            ("alg".to_owned(), text(algorithm)),
            ("keyid".to_owned(), text(key.key_id())),
        ],
    };
    let params = params.serialize();
    let target = Target {
        method,
        scheme: url.scheme(),
        authority: &host,
        path: url.path(),
        query: url.query(),
        host: &host,
        headers: &headers,
    };
    let base = base(covered.into_iter(), &target, &params).map_err(|_| SignError::Unsignable("header is not text"))?;
    let signature = BASE64.encode(key.sign(base.as_bytes())?);
    headers.insert(SIGNATURE_INPUT, text_value(&format!("sig1={params}"))?);
    headers.insert(SIGNATURE, text_value(&format!("sig1=:{signature}:"))?);
    Ok(headers)
}
