//! Everything about a request that can be judged without a key.

use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method};
use serde_json::{Map, Value};
use staffroom_domain::clock::Timestamp;
use url::Url;

use super::claims::{Claim, read};
use super::{MAX_BODY_BYTES, Refused};
use crate::http::content_type::activity_type;
use crate::json_limits::{self, JsonError};
use crate::keys::VerifyingKey;
use crate::signature::dialect::Dialect;

/// What the gate must know about this server.
#[derive(Debug, Clone)]
pub struct GateConfig {
    scheme: &'static str,
    hosts: Vec<String>,
}

impl GateConfig {
    /// `hosts` are the values of `Host` that mean us: lower case, with the port where it is unusual
    /// (`oak.example`, `localhost:3001`). `is_https` is how peers address us, whatever a proxy in between speaks.
    pub fn new(is_https: bool, hosts: impl IntoIterator<Item = String>) -> Self {
        let hosts = hosts.into_iter().map(|host| host.to_ascii_lowercase()).collect();
        Self { scheme: if is_https { "https" } else { "http" }, hosts }
    }

    pub(super) fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// The name of ours that `host` means.
    pub(super) fn ours(&self, host: &str) -> Option<&str> {
        let host = host.to_ascii_lowercase();
        let plain = host.strip_suffix(":443").unwrap_or(&host);
        self.hosts.iter().find(|ours| **ours == host || *ours == plain).map(String::as_str)
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
    /// Type of an embedded object.
    pub object_kind: Option<String>,
}

impl ActivityEnvelope {
    /// Whether an account says that it is deleted: a `Delete` of the actor itself.
    pub fn is_farewell(&self) -> bool {
        self.kind == "Delete" && self.object_uri.as_ref() == Some(&self.actor)
    }
}

/// A request whose form is right and whose signature remains to be verified.
#[derive(Debug, Clone)]
pub struct SignedRequest {
    claims: Vec<Claim>,
    activity: Option<ActivityEnvelope>,
}

impl SignedRequest {
    /// The key the sender claims to have signed with; the first of several.
    pub fn key_id(&self) -> Option<&Url> {
        self.claims.first().map(|claim| &claim.key_id)
    }

    /// When it says it was signed; the earliest where it says so several times.
    pub fn signed_at(&self) -> Timestamp {
        let earliest = self.claims.iter().map(|claim| claim.signed_at_secs).min();
        Timestamp(earliest.unwrap_or(0).saturating_mul(1_000))
    }

    /// The activity's envelope; `None` for a signed fetch.
    pub fn activity(&self) -> Option<&ActivityEnvelope> {
        self.activity.as_ref()
    }

    pub(super) fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// Does the arithmetic with one key, whoever it belongs to.
    ///
    /// # Errors
    /// [`Refused::BadSignature`].
    pub fn verify(&self, key: &VerifyingKey) -> Result<Dialect, Refused> {
        self.claims.iter().find_map(|claim| claim.fits(key)).ok_or(Refused::BadSignature)
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
    let claims = read(parts, config, now, true)?;
    let activity = read_envelope(body)?;
    claims.check_body(body)?;
    Ok(SignedRequest { claims: claims.claims, activity: Some(activity) })
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
    Ok(SignedRequest { claims: read(parts, config, now, false)?.claims, activity: None })
}

pub(super) fn required<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    label: &'static str,
    absent: Refused,
) -> Result<&'a str, Refused> {
    optional(headers, name, label)?.ok_or(absent)
}

pub(super) fn optional<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    label: &'static str,
) -> Result<Option<&'a str>, Refused> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refused::DuplicateHeader(label.into()));
    }
    value.to_str().map(|text| Some(text.trim())).map_err(|_| Refused::MalformedHeader(label))
}

fn read_envelope(body: &[u8]) -> Result<ActivityEnvelope, Refused> {
    let document = match json_limits::parse(body) {
        Ok(Value::Object(members)) => members,
        Err(JsonError::Limit(limit)) => return Err(limit.into()),
        Err(error @ JsonError::Invalid(_)) => return Err(Refused::NotAnActivity(error.to_string().into())),
        Ok(_) => return Err(Refused::NotAnActivity("one json object expected".into())),
    };
    let object_uri = document.get("object").and_then(id_of).and_then(read_id);
    let object_kind = document.get("object").and_then(|object| object.get("type")?.as_str()).map(ToOwned::to_owned);
    Ok(ActivityEnvelope {
        id: needed(&document, "id", "one url", |id| read_id(id.as_str()?))?,
        kind: needed(&document, "type", "one word", |kind| kind.as_str().map(ToOwned::to_owned))?,
        actor: needed(&document, "actor", "one url", |actor| read_id(id_of(actor)?))?,
        object_uri,
        object_kind,
    })
}

/// A member that an activity must have, read as `what` it must be.
fn needed<T>(
    document: &Map<String, Value>,
    name: &str,
    what: &str,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<T, Refused> {
    let Some(value) = document.get(name) else {
        return Err(Refused::NotAnActivity(format!("{name} is missing").into()));
    };
    read(value).ok_or_else(|| Refused::NotAnActivity(format!("{name} is not {what}").into()))
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
pub(super) fn read_id(text: &str) -> Option<Url> {
    let url = (text.len() <= 2048).then(|| Url::parse(text).ok()).flatten()?;
    let host = url.domain()?;
    let is_plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    (is_plain && !host.is_empty() && !host.ends_with('.')).then_some(url)
}
