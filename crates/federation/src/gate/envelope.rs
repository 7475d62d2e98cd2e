//! Everything about a request that can be judged without a key.

use http::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HOST};
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method};
use serde::Deserialize;
use serde_json::Value;
use staffroom_domain::clock::Timestamp;
use url::Url;

use super::{MAX_AGE_SECS, MAX_AHEAD_SECS, MAX_BODY_BYTES, Refused};
use crate::http::content_type::activity_type;
use crate::json_limits;
use crate::keys::VerifyingKey;
use crate::signature::cavage::{CoverError, DIGEST, SIGNATURE, parse_http_date, signing_string};
use crate::signature::digest;
use crate::signature::parse::{SignatureHeader, parse};

/// What the gate must know about this server.
#[derive(Debug, Clone)]
pub struct GateConfig {
    hosts: Vec<String>,
}

impl GateConfig {
    /// `hosts` are the values of `Host` that mean us: lower case, with the port where it is unusual
    /// (`oak.example`, `localhost:3001`).
    pub fn new(hosts: impl IntoIterator<Item = String>) -> Self {
        Self { hosts: hosts.into_iter().map(|host| host.to_ascii_lowercase()).collect() }
    }

    fn is_ours(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let plain = host.strip_suffix(":443").unwrap_or(&host);
        self.hosts.iter().any(|ours| *ours == host || ours == plain)
    }
}

/// Who says what, read from an activity's outermost object before anything is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityEnvelope {
    /// The activity's own id.
    pub id: Url,
    /// `type`, e.g. `Create`.
    pub kind: String,
    /// The one actor.
    pub actor: Url,
    /// Id of the object, where it has one: the string itself, or `id` of an embedded object.
    pub object_uri: Option<Url>,
}

/// A request whose form is right and whose signature remains to be verified.
#[derive(Debug, Clone)]
pub struct SignedRequest {
    key_id: Url,
    signature: Vec<u8>,
    signed_texts: Vec<String>,
    activity: Option<ActivityEnvelope>,
}

impl SignedRequest {
    /// The key the sender claims to have signed with.
    pub fn key_id(&self) -> &Url {
        &self.key_id
    }

    /// The activity's envelope; `None` for a signed fetch.
    pub fn activity(&self) -> Option<&ActivityEnvelope> {
        self.activity.as_ref()
    }

    /// Does the arithmetic. A query string is tried with and then without: some peers sign the path alone.
    ///
    /// # Errors
    /// [`Refused::BadSignature`].
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), Refused> {
        let fits = self.signed_texts.iter().any(|text| key.verifies(text.as_bytes(), &self.signature));
        if fits { Ok(()) } else { Err(Refused::BadSignature) }
    }
}

/// Judges a POST to an inbox: method, media type, size and shape of the body, headers, what the signature covers,
/// age, digest. Costs no key look-up and no arithmetic beyond one hash of the body.
///
/// `parts` must carry the URI as received (axum: before routers strip prefixes) and `body` the bytes as received.
///
/// # Errors
/// The first [`Refused`] that applies.
pub fn check_envelope(
    parts: &Parts,
    body: &[u8],
    config: &GateConfig,
    now: Timestamp,
) -> Result<SignedRequest, Refused> {
    if parts.method != Method::POST {
        return Err(Refused::Method);
    }
    let media_type = required(&parts.headers, &CONTENT_TYPE, "content-type", Refused::ContentType)?;
    activity_type(media_type).ok_or(Refused::ContentType)?;
    if body.len() > MAX_BODY_BYTES {
        return Err(Refused::BodyTooLarge);
    }
    let (header, host) = check_signature_header(parts, config, now)?;
    require_covered(&header, "digest")?;
    let claimed = required(&parts.headers, &DIGEST, "digest", Refused::CoveredMissing("digest".into()))?;
    json_limits::check(body)?;
    let activity = read_envelope(body)?;
    digest::check(claimed, body)?;
    finish(parts, &header, host, Some(activity))
}

/// Judges a signed GET or HEAD (authorized fetch) in the same way. No digest is asked for: there is no body, and
/// Mastodon and GoToSocial send none.
///
/// # Errors
/// The first [`Refused`] that applies; [`Refused::Unsigned`] if there is no signature at all.
pub fn check_fetch(parts: &Parts, config: &GateConfig, now: Timestamp) -> Result<SignedRequest, Refused> {
    if parts.method != Method::GET && parts.method != Method::HEAD {
        return Err(Refused::Method);
    }
    let (header, host) = check_signature_header(parts, config, now)?;
    finish(parts, &header, host, None)
}

fn check_signature_header<'a>(
    parts: &'a Parts,
    config: &GateConfig,
    now: Timestamp,
) -> Result<(SignatureHeader, &'a str), Refused> {
    let headers = &parts.headers;
    let value = required(headers, &SIGNATURE, "signature", Refused::Unsigned)?;
    for authorization in headers.get_all(AUTHORIZATION) {
        let text = authorization.to_str().map_err(|_| Refused::MalformedHeader("authorization"))?.trim();
        if let Some((scheme, credentials)) = text.split_once(' ')
            && scheme.eq_ignore_ascii_case("signature")
            && credentials.trim() != value
        {
            return Err(Refused::TwoSignatures);
        }
    }
    let host = effective_host(parts)?;
    if !config.is_ours(host) {
        return Err(Refused::ForeignHost);
    }
    let header = parse(value)?;
    require_covered(&header, "(request-target)")?;
    require_covered(&header, "host")?;
    check_times(&header, headers, now)?;
    Ok((header, host))
}

/// The `Host` header, or HTTP/2's `:authority`; both must agree where both are there.
fn effective_host(parts: &Parts) -> Result<&str, Refused> {
    let from_uri = parts.uri.authority().map(http::uri::Authority::as_str);
    let from_header = optional(&parts.headers, &HOST, "host")?;
    match (from_header, from_uri) {
        (Some(header), Some(uri)) if !header.eq_ignore_ascii_case(uri) => Err(Refused::ForeignHost),
        (Some(host), _) | (None, Some(host)) => Ok(host),
        (None, None) => Err(Refused::CoveredMissing("host".into())),
    }
}

fn check_times(header: &SignatureHeader, headers: &HeaderMap, now: Timestamp) -> Result<(), Refused> {
    let covers = |name: &str| header.covered.iter().any(|covered| covered == name);
    if !covers("date") && !covers("(created)") {
        return Err(Refused::NotCovered("date"));
    }
    let date = match optional(headers, &DATE, "date")? {
        Some(text) => Some(parse_http_date(text).ok_or(Refused::MalformedHeader("date"))?.as_secs()),
        None => None,
    };
    if covers("date") && date.is_none() {
        return Err(Refused::CoveredMissing("date".into()));
    }
    let now = now.as_secs();
    for at in [date, header.created].into_iter().flatten() {
        if at < now.saturating_sub(MAX_AGE_SECS) {
            return Err(Refused::TooOld);
        }
        if at > now.saturating_add(MAX_AHEAD_SECS) {
            return Err(Refused::FromTheFuture);
        }
    }
    if header.expires.is_some_and(|expires| expires < now) {
        return Err(Refused::Expired);
    }
    Ok(())
}

fn finish(
    parts: &Parts,
    header: &SignatureHeader,
    host: &str,
    activity: Option<ActivityEnvelope>,
) -> Result<SignedRequest, Refused> {
    let key_id = read_id(&header.key_id).ok_or(Refused::KeyId)?;
    let path = parts.uri.path();
    let with_query = parts.uri.path_and_query().map_or(path, http::uri::PathAndQuery::as_str);
    let mut targets = vec![with_query];
    if with_query != path {
        targets.push(path);
    }
    let signed_texts = targets
        .into_iter()
        .map(|target| signing_string(header, &parts.method, target, host, &parts.headers))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| match error {
            CoverError::Missing(name) => Refused::CoveredMissing(name),
            CoverError::Duplicate(name) => Refused::DuplicateHeader(name),
            CoverError::NotText(_) => Refused::MalformedHeader("covered by the signature"),
        })?;
    Ok(SignedRequest { key_id, signature: header.signature.clone(), signed_texts, activity })
}

fn require_covered(header: &SignatureHeader, name: &'static str) -> Result<(), Refused> {
    let is_covered = header.covered.iter().any(|covered| covered == name);
    if is_covered { Ok(()) } else { Err(Refused::NotCovered(name)) }
}

fn required<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    label: &'static str,
    absent: Refused,
) -> Result<&'a str, Refused> {
    optional(headers, name, label)?.ok_or(absent)
}

fn optional<'a>(headers: &'a HeaderMap, name: &HeaderName, label: &'static str) -> Result<Option<&'a str>, Refused> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refused::DuplicateHeader(label.into()));
    }
    value.to_str().map(|text| Some(text.trim())).map_err(|_| Refused::MalformedHeader(label))
}

/// The outermost members of an activity; `serde` refuses a member named twice.
#[derive(Deserialize)]
struct WireEnvelope {
    id: Option<Value>,
    #[serde(rename = "type")]
    kind: Option<Value>,
    actor: Option<Value>,
    object: Option<Value>,
}

fn read_envelope(body: &[u8]) -> Result<ActivityEnvelope, Refused> {
    // serde would take an array for the struct as well
    let is_object = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let wire: WireEnvelope = is_object
        .then(|| serde_json::from_slice(body).ok())
        .flatten()
        .ok_or(Refused::NotAnActivity("json object without doubled members expected"))?;
    let id = wire.id.as_ref().and_then(Value::as_str).and_then(read_id);
    let actor = wire.actor.as_ref().and_then(id_of).and_then(read_id);
    let object_uri = wire.object.as_ref().and_then(id_of).and_then(read_id);
    Ok(ActivityEnvelope {
        id: id.ok_or(Refused::NotAnActivity("id is missing or not a url"))?,
        kind: wire.kind.as_ref().and_then(Value::as_str).ok_or(Refused::NotAnActivity("type is not one word"))?.into(),
        actor: actor.ok_or(Refused::NotAnActivity("actor is missing or not one url"))?,
        object_uri,
    })
}

/// The id in a reference: the string itself, or `id` of an embedded object.
fn id_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(id) => Some(id),
        Value::Object(object) => object.get("id")?.as_str(),
        _ => None,
    }
}

/// An id as we accept them: http or https, a host name without trailing dot, no user info, at most 2,048 bytes.
/// Whether plain http or this host may be *fetched* is for the outbound client to say.
fn read_id(text: &str) -> Option<Url> {
    let url = (text.len() <= 2048).then(|| Url::parse(text).ok()).flatten()?;
    let host = url.domain()?;
    let is_plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    (is_plain && !host.is_empty() && !host.ends_with('.')).then_some(url)
}
