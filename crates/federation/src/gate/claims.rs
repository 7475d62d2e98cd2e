//! Reads what a request's signature headers claim, in either dialect.
//!
//! A request speaks one dialect: with `Signature-Input` it is RFC 9421, without it is draft-cavage, and nothing signed
//! in one is ever vouched for by the other.

use http::HeaderMap;
use http::header::{AUTHORIZATION, DATE, HOST};
use http::request::Parts;
use staffroom_domain::account::KeyAlgorithm;
use staffroom_domain::clock::Timestamp;
use url::Url;

use super::envelope::{GateConfig, optional, read_id, required};
use super::{MAX_AGE_SECS, MAX_AHEAD_SECS, Refused};
use crate::keys::VerifyingKey;
use crate::signature::cavage::{CoverError, DIGEST, SIGNATURE, parse_http_date, signing_string};
use crate::signature::dialect::Dialect;
use crate::signature::parse::{SignatureHeader, parse};
use crate::signature::rfc9421::{CONTENT_DIGEST, Labelled, SIGNATURE_INPUT, Target};
use crate::signature::{digest, rfc9421};

/// One signature that covers what it must, with the texts that may have been signed.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) key_id: Url,
    /// What kind of key it says, or must, be made with.
    algorithm: Option<KeyAlgorithm>,
    signature: Vec<u8>,
    /// A query string is tried with and then without in draft-cavage: some peers sign the path alone.
    texts: Vec<String>,
    is_rfc9421: bool,
    /// The earliest date it covers, seconds since the epoch.
    pub(super) signed_at_secs: i64,
}

impl Claim {
    /// Does the arithmetic; the dialect spoken if the signature is `key`'s.
    pub(super) fn fits(&self, key: &VerifyingKey) -> Option<Dialect> {
        let is_kind = self.algorithm.is_none_or(|algorithm| algorithm == key.algorithm());
        let fits = is_kind && self.texts.iter().any(|text| key.verifies(text.as_bytes(), &self.signature));
        fits.then(|| if self.is_rfc9421 { Dialect::Rfc9421(key.algorithm()) } else { Dialect::Cavage })
    }
}

/// Everything signed in a request.
#[derive(Debug)]
pub(super) struct Claims<'a> {
    /// At least one, at most four, all with keys on one server.
    pub(super) claims: Vec<Claim>,
    /// The digest header they cover, for a request with a body.
    digest: Option<BodyDigest<'a>>,
}

#[derive(Debug)]
enum BodyDigest<'a> {
    Digest(&'a str),
    ContentDigest(&'a str),
}

impl Claims<'_> {
    /// Compares the covered digest with the bytes read.
    pub(super) fn check_body(&self, body: &[u8]) -> Result<(), Refused> {
        match self.digest {
            Some(BodyDigest::Digest(value)) => digest::check(value, body)?,
            Some(BodyDigest::ContentDigest(value)) => digest::check_content_digest(value, body)?,
            None => {}
        }
        Ok(())
    }
}

/// Reads the signatures of a request. `has_body` asks for a covered digest.
pub(super) fn read<'a>(
    parts: &'a Parts,
    config: &GateConfig,
    now: Timestamp,
    has_body: bool,
) -> Result<Claims<'a>, Refused> {
    match optional(&parts.headers, &SIGNATURE_INPUT, "signature-input")? {
        Some(input) => read_rfc9421(parts, input, config, now, has_body),
        None => read_cavage(parts, config, now, has_body),
    }
}

fn read_cavage<'a>(
    parts: &'a Parts,
    config: &GateConfig,
    now: Timestamp,
    has_body: bool,
) -> Result<Claims<'a>, Refused> {
    let headers = &parts.headers;
    let value = required(headers, &SIGNATURE, "signature", Refused::Unsigned)?;
    refuse_second_signature(headers, Some(value))?;
    let (host, _) = effective_host(parts, config)?;
    let header = parse(value)?;
    let covers = |name: &str| header.covered.iter().any(|covered| covered == name);
    for name in ["(request-target)", "host"] {
        if !covers(name) {
            return Err(Refused::NotCovered(name));
        }
    }
    if !covers("date") && !covers("(created)") {
        return Err(Refused::NotCovered("date"));
    }
    let date = check_times(headers, covers("date"), header.created, header.expires, now)?;
    let created = header.created.filter(|_| covers("(created)"));
    let digest = if has_body {
        if !covers("digest") {
            return Err(Refused::NotCovered("digest"));
        }
        let value = required(headers, &DIGEST, "digest", Refused::CoveredMissing("digest".into()))?;
        Some(BodyDigest::Digest(value))
    } else {
        None
    };
    let claim = Claim {
        key_id: read_id(&header.key_id).ok_or(Refused::KeyId)?,
        algorithm: Some(KeyAlgorithm::Rsa),
        texts: cavage_texts(parts, &header, host)?,
        signature: header.signature,
        is_rfc9421: false,
        signed_at_secs: [date, created].into_iter().flatten().min().unwrap_or(0),
    };
    Ok(Claims { claims: vec![claim], digest })
}

fn cavage_texts(parts: &Parts, header: &SignatureHeader, host: &str) -> Result<Vec<String>, Refused> {
    let path = parts.uri.path();
    let with_query = parts.uri.path_and_query().map_or(path, http::uri::PathAndQuery::as_str);
    let mut targets = vec![with_query];
    if with_query != path {
        targets.push(path);
    }
    let texts = targets.into_iter().map(|target| signing_string(header, &parts.method, target, host, &parts.headers));
    Ok(texts.collect::<Result<Vec<_>, _>>()?)
}

fn read_rfc9421<'a>(
    parts: &'a Parts,
    input: &str,
    config: &GateConfig,
    now: Timestamp,
    has_body: bool,
) -> Result<Claims<'a>, Refused> {
    let headers = &parts.headers;
    let signatures = required(headers, &SIGNATURE, "signature", Refused::Unsigned)?;
    refuse_second_signature(headers, None)?;
    let (host, authority) = effective_host(parts, config)?;
    let target = Target {
        method: &parts.method,
        scheme: config.scheme(),
        authority,
        path: parts.uri.path(),
        query: parts.uri.query(),
        host,
        headers,
    };
    let content_digest = optional(headers, &CONTENT_DIGEST, "content-digest")?;
    let (mut claims, mut first_refusal): (Vec<Claim>, _) = (Vec::new(), None);
    for labelled in rfc9421::parse(input, signatures)? {
        match labelled.map_err(Refused::from).and_then(|label| rfc9421_claim(label, &target, now, has_body)) {
            Ok(claim) => claims.push(claim),
            Err(refused) => drop(first_refusal.get_or_insert(refused)),
        }
    }
    // a label whose key lies elsewhere would only make us ask more servers
    let origin = claims.first().map(|claim| claim.key_id.origin());
    claims.retain(|claim| Some(claim.key_id.origin()) == origin);
    if claims.is_empty() {
        return Err(first_refusal.unwrap_or(Refused::Unsigned));
    }
    let digest = if has_body {
        let value = content_digest.ok_or_else(|| Refused::CoveredMissing("content-digest".into()))?;
        Some(BodyDigest::ContentDigest(value))
    } else {
        None
    };
    Ok(Claims { claims, digest })
}

/// One label, if it covers everything that matters.
fn rfc9421_claim(label: Labelled, target: &Target<'_>, now: Timestamp, has_body: bool) -> Result<Claim, Refused> {
    let covers = |name: &str| label.covered.iter().any(|covered| covered == name);
    if !covers("@method") {
        return Err(Refused::NotCovered("@method"));
    }
    if !covers("@target-uri") {
        for name in ["@authority", "@path"] {
            if !covers(name) {
                return Err(Refused::NotCovered(name));
            }
        }
        if target.query.is_some() && !covers("@query") {
            return Err(Refused::NotCovered("@query"));
        }
    }
    if has_body && !covers("content-digest") {
        return Err(Refused::NotCovered("content-digest"));
    }
    let date = check_times(target.headers, covers("date"), Some(label.created), label.expires, now)?;
    Ok(Claim {
        key_id: read_id(&label.key_id).ok_or(Refused::KeyId)?,
        algorithm: label.algorithm,
        texts: vec![label.base(target)?],
        signature: label.signature,
        is_rfc9421: true,
        signed_at_secs: date.map_or(label.created, |date| date.min(label.created)),
    })
}

/// `Authorization: Signature …` may repeat the `Signature` header and say nothing else.
fn refuse_second_signature(headers: &HeaderMap, allowed: Option<&str>) -> Result<(), Refused> {
    for authorization in headers.get_all(AUTHORIZATION) {
        let text = authorization.to_str().map_err(|_| Refused::MalformedHeader("authorization"))?.trim();
        if let Some((scheme, credentials)) = text.split_once(' ')
            && scheme.eq_ignore_ascii_case("signature")
            && Some(credentials.trim()) != allowed
        {
            return Err(Refused::TwoSignatures);
        }
    }
    Ok(())
}

/// The `Host` header, or HTTP/2's `:authority`, and our name for it; both must agree where both are there.
fn effective_host<'a, 'b>(parts: &'a Parts, config: &'b GateConfig) -> Result<(&'a str, &'b str), Refused> {
    let from_uri = parts.uri.authority().map(http::uri::Authority::as_str);
    let from_header = optional(&parts.headers, &HOST, "host")?;
    let host = match (from_header, from_uri) {
        (Some(header), Some(uri)) if !header.eq_ignore_ascii_case(uri) => return Err(Refused::ForeignHost),
        (Some(host), _) | (None, Some(host)) => host,
        (None, None) => return Err(Refused::CoveredMissing("host".into())),
    };
    config.ours(host).map(|ours| (host, ours)).ok_or(Refused::ForeignHost)
}

/// Judges all times a request names; the `Date` if it is covered, seconds since the epoch.
fn check_times(
    headers: &HeaderMap,
    covers_date: bool,
    created: Option<i64>,
    expires: Option<i64>,
    now: Timestamp,
) -> Result<Option<i64>, Refused> {
    let date = match optional(headers, &DATE, "date")? {
        Some(text) => Some(parse_http_date(text).ok_or(Refused::MalformedHeader("date"))?.as_secs()),
        None => None,
    };
    if covers_date && date.is_none() {
        return Err(Refused::CoveredMissing("date".into()));
    }
    let now = now.as_secs();
    for at in [date, created].into_iter().flatten() {
        if at < now.saturating_sub(MAX_AGE_SECS) {
            return Err(Refused::TooOld);
        }
        if at > now.saturating_add(MAX_AHEAD_SECS) {
            return Err(Refused::FromTheFuture);
        }
    }
    if expires.is_some_and(|expires| expires < now) {
        return Err(Refused::Expired);
    }
    Ok(date.filter(|_| covers_date))
}

impl From<CoverError> for Refused {
    fn from(error: CoverError) -> Self {
        match error {
            CoverError::Missing(name) => Self::CoveredMissing(name),
            CoverError::Duplicate(name) => Self::DuplicateHeader(name),
            CoverError::NotText(_) => Self::MalformedHeader("covered by the signature"),
        }
    }
}
