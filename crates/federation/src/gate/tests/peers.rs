//! Signatures in the forms of Mastodon, GoToSocial, Lemmy and Fedify, made by libraries that are not ours, are
//! accepted; and what we sign is accepted by them.
//!
//! Sources of the forms: Mastodon `app/lib/request.rb`
//! <https://github.com/mastodon/mastodon/blob/main/app/lib/request.rb>; GoToSocial's documentation
//! <https://docs.gotosocial.org/en/latest/federation/http_signatures/>; Fedify: `tests/fixtures/fedify/README.md`.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use actpub_httpsig as actpub;
use http_signature_normalization as normalization;
use serde::Deserialize;
use staffroom_domain::clock::{Clock, SystemClock};
use url::Url;

use super::*;
use crate::http::content_type::ACTIVITY_JSON;
use crate::signature::cavage::{parse_http_date, sign_get, sign_post};

/// A key pair made by actpub-httpsig.
static PEER: LazyLock<actpub::SigningKey> =
    LazyLock::new(|| actpub::SigningKey::generate_rsa(actpub::RsaBits::Rsa2048).unwrap());

fn peer_key() -> VerifyingKey {
    VerifyingKey::from_pem(&PEER.verifying_key().to_pem()).unwrap()
}

fn request(method: &str, target: &str, headers: &[(&str, &str)]) -> Request<Vec<u8>> {
    let mut builder = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(if method == "POST" { ACTIVITY.into() } else { Vec::new() }).unwrap()
}

fn accept(request: Request<Vec<u8>>, key: &VerifyingKey, now: Timestamp) -> Result<SignedRequest, Refused> {
    let (parts, body) = request.into_parts();
    let checked = if parts.method == Method::POST {
        check_envelope(&parts, &body, &config(), now)?
    } else {
        check_fetch(&parts, &config(), now)?
    };
    checked.verify(key)?;
    Ok(checked)
}

fn mastodon(method: &str, covered: &[&str]) -> Request<Vec<u8>> {
    let (date, digest) = (http_date(NOW), actpub::sha256_digest_header(ACTIVITY.as_bytes()));
    let mut headers = vec![("host", "oak.test"), ("date", date.as_str())];
    if method == "POST" {
        headers.extend([("digest", digest.as_str()), ("content-type", "application/activity+json")]);
    } else {
        headers.push(("accept", "application/activity+json, application/ld+json"));
    }
    let mut request = request(method, "/inbox", &headers);
    actpub::CavageSigner::new(&PEER, KEY_ID).with_headers(covered.iter().copied()).sign(&mut request).unwrap();
    request
}

#[test]
fn mastodons_form_by_actpub_httpsig_is_accepted() {
    for (method, covered) in [
        ("POST", &["(request-target)", "host", "date", "digest", "content-type"][..]),
        ("POST", &["host", "date", "digest", "content-type", "(request-target)"]),
        ("GET", &["(request-target)", "host", "date", "accept"]),
    ] {
        let request = mastodon(method, covered);
        assert!(request.headers()["signature"].to_str().unwrap().contains(r#"algorithm="rsa-sha256""#));
        assert!(accept(request, &peer_key(), NOW).is_ok(), "{method} {covered:?}");
    }
}

#[test]
fn mastodons_form_altered_or_under_another_key_is_refused() {
    let covered = ["(request-target)", "host", "date", "digest", "content-type"];
    let mut altered = mastodon("POST", &covered);
    altered.body_mut().push(b' ');
    assert!(matches!(accept(altered, &peer_key(), NOW), Err(Refused::Digest(_))));
    assert_eq!(accept(mastodon("POST", &covered), &KEY.1, NOW).unwrap_err(), Refused::BadSignature);
}

/// Signed by http-signature-normalization, which writes `algorithm="hs2019"` and covers every header it is given.
fn normalized(
    config: &normalization::Config,
    key_id: &str,
    method: &str,
    signed_target: &str,
    headers: &[(&str, &str)],
) -> String {
    let headers: BTreeMap<String, String> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let unsigned = config.begin_sign(method, signed_target, headers).unwrap();
    let sign = |text: &str| PEER.sign(text.as_bytes()).map(|signature| BASE64.encode(signature));
    unsigned.sign(key_id.to_owned(), sign).unwrap().signature_header()
}

#[test]
fn gotosocials_form_by_http_signature_normalization_is_accepted() {
    let key_id = "https://elm.test/users/amy/main-key";
    let config = normalization::Config::new().mastodon_compat();
    let (date, digest) = (http_date(NOW), actpub::sha256_digest_header(ACTIVITY.as_bytes()));
    let covered = [("host", "oak.test"), ("date", date.as_str()), ("digest", digest.as_str())];

    let signature = normalized(&config, key_id, "POST", "/users/ben/inbox", &covered);
    assert!(signature.contains(r#"algorithm="hs2019""#));
    let mut post = request("POST", "/users/ben/inbox", &covered);
    add(post.headers_mut(), "content-type", r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#);
    add(post.headers_mut(), "signature", &signature);
    let accepted = accept(post, &peer_key(), NOW).unwrap();
    assert_eq!(accepted.key_id().unwrap().as_str(), key_id);

    // GoToSocial signs the path alone where a peer refuses the query
    for signed_target in ["/users/ben/outbox?page=true", "/users/ben/outbox"] {
        let signature = normalized(&config, key_id, "GET", signed_target, &covered[..2]);
        let mut get = request("GET", "/users/ben/outbox?page=true", &covered[..2]);
        add(get.headers_mut(), "signature", &signature);
        assert!(accept(get, &peer_key(), NOW).is_ok(), "{signed_target}");
    }
}

#[test]
fn lemmys_form_with_created_and_expires_is_accepted() {
    let now = SystemClock.now();
    let config = normalization::Config::new().set_expiration(Duration::from_hours(1));
    let digest = actpub::sha256_digest_header(ACTIVITY.as_bytes());
    let headers = [("host", "oak.test"), ("digest", digest.as_str()), ("content-type", "application/activity+json")];
    let mut post = request("POST", "/inbox", &headers);
    let signature = normalized(&config, KEY_ID, "POST", "/inbox", &headers);
    add(post.headers_mut(), "signature", &signature);
    assert!(accept(post.clone(), &peer_key(), now).is_ok());
    let later = now.plus(Duration::from_hours(2));
    assert_eq!(accept(post, &peer_key(), later).unwrap_err(), Refused::Expired);
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fixture {
    key_id: String,
    public_key_pem: String,
    requests: Vec<FixtureRequest>,
}

#[derive(Deserialize)]
struct FixtureRequest {
    name: String,
    method: String,
    url: Url,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

#[test]
fn fedifys_forms_are_accepted_and_refused_once_altered() {
    let cavage = include_str!("../../../../../tests/fixtures/fedify/requests.json");
    let rfc9421 = include_str!("../../../../../tests/fixtures/fedify/rfc9421.json");
    let fixtures: [Fixture; 2] = [cavage, rfc9421].map(|json| serde_json::from_str(json).unwrap());
    assert_eq!(fixtures.each_ref().map(|fixture| fixture.requests.len()), [3, 2]);
    for fixture in fixtures {
        accept_and_refuse(fixture);
    }
}

fn accept_and_refuse(fixture: Fixture) {
    let key = VerifyingKey::from_pem(&fixture.public_key_pem).unwrap();
    for case in fixture.requests {
        let target = case.url.as_str().split_once("oak.test").unwrap().1;
        let mut request = request(&case.method, target, &[]);
        for (name, value) in &case.headers {
            add(request.headers_mut(), name, value);
        }
        *request.body_mut() = case.body.unwrap_or_default().into();
        let now = parse_http_date(request.headers()["date"].to_str().unwrap()).unwrap();
        let accepted = accept(request.clone(), &key, now).unwrap_or_else(|refused| panic!("{}: {refused}", case.name));
        assert_eq!(accepted.key_id().unwrap().as_str(), fixture.key_id);

        let mut elsewhere = request;
        *elsewhere.uri_mut() = "/users/eve".parse().unwrap();
        assert_eq!(accept(elsewhere, &key, now).unwrap_err(), Refused::BadSignature);
    }
}

#[test]
fn what_we_sign_is_accepted_by_both_libraries() {
    let url: Url = "https://oak.test/users/ben/inbox?x=1".parse().unwrap();
    let now = SystemClock.now();
    let ours = actpub::VerifyingKey::from_pem(&KEY.0.public_pem().unwrap()).unwrap();
    let post = sign_post(&KEY.0, &url, &sha256(ACTIVITY.as_bytes()), ACTIVITY_JSON, now).unwrap();
    let get = sign_get(&KEY.0, &url, now).unwrap();
    for (method, signed) in [("POST", post), ("GET", get)] {
        let mut request = request(method, "/users/ben/inbox?x=1", &[("host", "oak.test")]);
        request.headers_mut().extend(signed);
        let at = UNIX_EPOCH + Duration::from_secs(u64::try_from(now.as_secs()).unwrap());
        assert_eq!(request.headers()["date"].to_str().unwrap(), httpdate::fmt_http_date(at));
        actpub::cavage_verify(&request, |_| Ok(ours.clone())).unwrap();

        let headers =
            request.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let config = normalization::Config::new().mastodon_compat();
        let unverified = config.begin_verify(method, "/users/ben/inbox?x=1", headers.collect()).unwrap();
        let fits =
            unverified.verify(|signature, text| KEY.1.verifies(text.as_bytes(), &BASE64.decode(signature).unwrap()));
        assert!(fits);
        assert!(accept(request, &KEY.1, now).is_ok());
    }
}
