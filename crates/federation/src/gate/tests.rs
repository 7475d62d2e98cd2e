//! What the gate lets in and what it does not. Requests are signed here component by component, so that each test
//! can leave out, double or falsify exactly one thing.

mod cover;
mod keys;
mod peers;
mod rfc9421;

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request};
use staffroom_domain::account::KeyAlgorithm;
use staffroom_domain::clock::Timestamp;

use super::{GateConfig, Refused, SignedRequest, check_envelope, check_fetch};
use crate::keys::{SigningKey, VerifyingKey, generate_rsa};
use crate::signature::cavage::http_date;
use crate::signature::digest::{header_value, sha256};

const ACTIVITY: &str = r#"{"id":"https://elm.test/activities/1","type":"Create","actor":"https://elm.test/users/amy","object":{"id":"https://elm.test/statuses/1","type":"Note"}}"#;
const KEY_ID: &str = "https://elm.test/users/amy#main-key";
const POST_COVER: &str = "(request-target) host date digest content-type";
const GET_COVER: &str = "(request-target) host date";
const NOW: Timestamp = Timestamp(1_795_000_000_000);

/// One key for all tests: making one costs a tenth of a second.
static KEY: LazyLock<(SigningKey, VerifyingKey)> = LazyLock::new(|| {
    let made = generate_rsa().unwrap();
    (
        SigningKey::from_pkcs8(KEY_ID, KeyAlgorithm::Rsa, &made.private_pkcs8).unwrap(),
        VerifyingKey::from_pem(&made.public_pem).unwrap(),
    )
});

fn config() -> GateConfig {
    GateConfig::new(true, ["oak.test".to_owned(), "localhost:3001".to_owned()])
}

/// A request to be signed; fields say what is put into it, valid unless a test changes one.
struct Draft {
    method: Method,
    target: &'static str,
    signed_target: &'static str,
    headers: Vec<(&'static str, String)>,
    covered: &'static str,
    algorithm: &'static str,
    times: String,
    key_id: &'static str,
    body: Vec<u8>,
}

impl Draft {
    fn post() -> Self {
        Self::post_of(ACTIVITY)
    }

    fn post_of(body: &str) -> Self {
        Self {
            method: Method::POST,
            target: "/inbox",
            signed_target: "/inbox",
            headers: vec![
                ("host", "oak.test".into()),
                ("date", http_date(NOW)),
                ("digest", header_value(&sha256(body.as_bytes()))),
                ("content-type", "application/activity+json".into()),
            ],
            covered: POST_COVER,
            algorithm: r#"algorithm="rsa-sha256","#,
            times: String::new(),
            key_id: KEY_ID,
            body: body.into(),
        }
    }

    fn get() -> Self {
        let mut draft = Self::post_of("");
        draft.method = Method::GET;
        draft.headers.truncate(2);
        draft.covered = GET_COVER;
        draft
    }

    /// Replaces a header before signing.
    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(present, _)| *present != name);
        self.headers.push((name, value.into()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(present, _)| *present != name);
        self
    }

    fn covering(mut self, covered: &'static str) -> Self {
        self.covered = covered;
        self
    }

    /// Signs; what a test changes afterwards is a forgery.
    fn sign(&self) -> (Parts, Vec<u8>) {
        let param = |name: &str| {
            let (_, after) = self.times.split_once(&format!("{name}=")).unwrap();
            after.split(',').next().unwrap().to_owned()
        };
        let lines: Vec<String> = self
            .covered
            .split(' ')
            .map(|name| match name {
                "(request-target)" => {
                    format!("(request-target): {} {}", self.method.as_str().to_lowercase(), self.signed_target)
                }
                "(created)" => format!("(created): {}", param("created")),
                "(expires)" => format!("(expires): {}", param("expires")),
                name => {
                    let value = self.headers.iter().find(|(present, _)| *present == name);
                    format!("{name}: {}", value.map_or("", |(_, value)| value.as_str()))
                }
            })
            .collect();
        let signature = BASE64.encode(KEY.0.sign(lines.join("\n").as_bytes()).unwrap());
        let (key_id, algorithm, times, covered) = (self.key_id, self.algorithm, &self.times, self.covered);
        let value = format!(r#"keyId="{key_id}",{algorithm}{times}headers="{covered}",signature="{signature}""#);
        let mut request = Request::builder().method(self.method.clone()).uri(self.target).body(()).unwrap();
        for (name, value) in &self.headers {
            add(request.headers_mut(), name, value);
        }
        add(request.headers_mut(), "signature", &value);
        (request.into_parts().0, self.body.clone())
    }

    fn judge(&self) -> Result<SignedRequest, Refused> {
        let (parts, body) = self.sign();
        judge(&parts, &body)
    }
}

fn add(headers: &mut http::HeaderMap, name: &str, value: &str) {
    headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap());
}

/// Envelope and arithmetic, without any key look-up.
fn judge(parts: &Parts, body: &[u8]) -> Result<SignedRequest, Refused> {
    let request = if parts.method == Method::POST {
        check_envelope(parts, body, &config(), NOW)?
    } else {
        check_fetch(parts, &config(), NOW)?
    };
    request.verify(&KEY.1)?;
    Ok(request)
}

#[test]
fn a_signed_activity_passes_and_says_who_speaks() {
    let request = Draft::post().judge().unwrap();
    let activity = request.activity().unwrap();
    assert_eq!(request.key_id().unwrap().as_str(), KEY_ID);
    assert_eq!(activity.kind, "Create");
    assert_eq!(activity.actor.as_str(), "https://elm.test/users/amy");
    assert_eq!(activity.object_uri.as_ref().unwrap().as_str(), "https://elm.test/statuses/1");
}

#[test]
fn a_signed_fetch_passes_without_a_digest() {
    assert!(Draft::get().judge().unwrap().activity().is_none());
    let mut head = Draft::get();
    head.method = Method::HEAD;
    assert!(head.judge().is_ok());
}

#[test]
fn what_is_altered_after_signing_is_refused() {
    let (parts, body) = Draft::post().sign();
    let altered = String::from_utf8(body.clone()).unwrap().replace("Create", "Delete");
    let mismatch = crate::signature::digest::DigestError::Mismatch;
    assert_eq!(judge(&parts, altered.as_bytes()).unwrap_err(), Refused::Digest(mismatch));

    // body and digest exchanged together: the signature covers the digest
    let (mut both, _) = Draft::post().sign();
    let digest = header_value(&sha256(altered.as_bytes()));
    both.headers.insert("digest", HeaderValue::try_from(digest).unwrap());
    assert_eq!(judge(&both, altered.as_bytes()).unwrap_err(), Refused::BadSignature);

    // signed for one inbox, sent to another
    let (mut elsewhere, _) = Draft::post().sign();
    elsewhere.uri = "/users/ben/inbox".parse().unwrap();
    assert_eq!(judge(&elsewhere, &body).unwrap_err(), Refused::BadSignature);

    let (mut later, _) = Draft::post().sign();
    later.headers.insert("date", HeaderValue::try_from(http_date(Timestamp(NOW.0 + 1000))).unwrap());
    assert_eq!(judge(&later, &body).unwrap_err(), Refused::BadSignature);

    let (mut broken, _) = Draft::post().sign();
    let value = broken.headers["signature"].to_str().unwrap().replace("signature=\"", "signature=\"AAAA");
    broken.headers.insert("signature", HeaderValue::try_from(value).unwrap());
    assert_eq!(judge(&broken, &body).unwrap_err(), Refused::BadSignature);
}

#[test]
fn an_unsigned_request_is_refused() {
    for draft in [Draft::post(), Draft::get()] {
        let (mut parts, body) = draft.sign();
        let signature = parts.headers.remove("signature").unwrap();
        assert_eq!(judge(&parts, &body).unwrap_err(), Refused::Unsigned);
        // the Authorization form alone is no signature either
        let credentials = format!("Signature {}", signature.to_str().unwrap());
        add(&mut parts.headers, "authorization", &credentials);
        assert_eq!(judge(&parts, &body).unwrap_err(), Refused::Unsigned);
    }
}

#[test]
fn two_different_signatures_are_refused_and_one_said_twice_is_not() {
    let (mut parts, body) = Draft::post().sign();
    let same = format!("Signature {}", parts.headers["signature"].to_str().unwrap());
    add(&mut parts.headers, "authorization", &same);
    assert!(judge(&parts, &body).is_ok());
    let (mut parts, body) = Draft::post().sign();
    add(&mut parts.headers, "authorization", "signature keyId=\"x\"");
    assert_eq!(judge(&parts, &body).unwrap_err(), Refused::TwoSignatures);
}

#[test]
fn every_relevant_header_must_be_there_once() {
    for name in ["signature", "host", "date", "digest", "content-type"] {
        let (mut parts, body) = Draft::post().sign();
        let value = parts.headers[name].clone();
        parts.headers.append(HeaderName::from_static(name), value);
        assert_eq!(judge(&parts, &body).unwrap_err(), Refused::DuplicateHeader(name.into()));
    }
    let (mut parts, body) =
        Draft::post().with("x-extra", "1").covering("(request-target) host date digest x-extra").sign();
    assert!(judge(&parts, &body).is_ok());
    add(&mut parts.headers, "x-extra", "2");
    assert_eq!(judge(&parts, &body).unwrap_err(), Refused::DuplicateHeader("x-extra".into()));
}

#[test]
fn refusals_of_the_body_come_before_any_key_is_looked_for() {
    let cases: [(String, &str); 12] = [
        ("not json".into(), "not_an_activity"),
        ("[]".into(), "not_an_activity"),
        (format!("[{ACTIVITY}]"), "not_an_activity"),
        (r#"["https://elm.test/1","Create","https://elm.test/users/amy",null]"#.into(), "not_an_activity"),
        (ACTIVITY.replace(r#""id":"https://elm.test/activities/1","#, ""), "not_an_activity"),
        (ACTIVITY.replace(r#""type":"Create","#, ""), "not_an_activity"),
        (ACTIVITY.replace(r#""Create""#, r#"["Create","Delete"]"#), "not_an_activity"),
        (ACTIVITY.replace(r#""https://elm.test/users/amy""#, r#"["https://elm.test/users/amy"]"#), "not_an_activity"),
        (ACTIVITY.replacen('{', r#"{"actor":"https://fir.test/users/eve","#, 1), "not_an_activity"),
        (ACTIVITY.replace("https://elm.test/activities/1", "https://elm.test./activities/1"), "not_an_activity"),
        (ACTIVITY.replace(r#""Note""#, &"[".repeat(100_000)), "json_limit"),
        (ACTIVITY.replace(r#""Note""#, &"9".repeat(1000)), "json_limit"),
    ];
    for (body, expected) in cases {
        let refused = Draft::post_of(&body).judge().unwrap_err();
        assert_eq!(refused.reason(), expected, "{body:.200}");
        assert_eq!(refused.status(), 400);
    }
    for (body, said) in [
        ("{\n  \"id\": secret".to_owned(), "expected value at line 2 column 9"),
        (String::new(), "EOF while parsing a value at line 1 column 0"),
        (ACTIVITY.replacen('{', r#"{"id":1,"#, 1), "an object names a member twice at line 1 column"),
        ("[1]".to_owned(), "one json object expected"),
        (ACTIVITY.replace(r#""type":"Create","#, ""), "type is missing"),
        (ACTIVITY.replace(r#""Create""#, r#"["Create"]"#), "type is not one word"),
        (ACTIVITY.replace("https://elm.test/activities/1", "urn:secret"), "id is not one url"),
        (ACTIVITY.replace(r#""https://elm.test/users/amy""#, "7"), "actor is not one url"),
    ] {
        let answer = Draft::post_of(&body).judge().unwrap_err().to_string();
        assert!(answer.starts_with("body is not an activity: ") && answer.contains(said), "{answer}");
        assert!(!answer.contains("secret"), "{answer}");
    }
    let huge = format!("{ACTIVITY}{}", " ".repeat(super::MAX_BODY_BYTES));
    let refused = Draft::post_of(&huge).judge().unwrap_err();
    assert_eq!((refused.clone(), refused.status().as_u16()), (Refused::BodyTooLarge, 413));
}

#[test]
fn only_activities_are_posted_and_only_documents_fetched() {
    for media_type in ["application/json", "text/html", "application/ld+json"] {
        assert_eq!(Draft::post().with("content-type", media_type).judge().unwrap_err(), Refused::ContentType);
    }
    assert_eq!(Draft::post().without("content-type").judge().unwrap_err(), Refused::ContentType);
    let ld = r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#;
    assert!(Draft::post().with("content-type", ld).judge().is_ok());

    let (mut parts, body) = Draft::post().sign();
    parts.method = Method::PUT;
    assert_eq!(check_envelope(&parts, &body, &config(), NOW).unwrap_err(), Refused::Method);
    assert_eq!(check_fetch(&parts, &config(), NOW).unwrap_err(), Refused::Method);
}
