//! RFC 9421: signatures made by actpub-httpsig and httpsig are accepted, with RSA and with Ed25519, and every twin that
//! leaves something uncovered, unsigned or ambiguous is refused.

use actpub_httpsig as actpub;
use actpub_httpsig::{Component, Rfc9421Signer};
use http::Request;
use httpsig::prelude::message_component::{HttpMessageComponent, HttpMessageComponentId};
use httpsig::prelude::{AlgorithmName, HttpSignatureBase, HttpSignatureParams, PublicKey, SecretKey};
use staffroom_domain::clock::{Clock, SystemClock};

use super::*;
use crate::http::content_type::ACTIVITY_JSON;
use crate::keys::{ed25519_of_pem, generate_ed25519};
use crate::signature::dialect::Dialect;
use crate::signature::digest::DigestError;
use crate::signature::parse::ParseError;
use crate::signature::rfc9421::{sign_get, sign_post};

const ED25519_ID: &str = "https://elm.test/users/amy#ed25519-key";
const FULL: [&str; 3] = ["@method", "@target-uri", "content-digest"];
const RSA: Dialect = Dialect::Rfc9421(KeyAlgorithm::Rsa);
const ED25519: Dialect = Dialect::Rfc9421(KeyAlgorithm::Ed25519);

/// Key pairs made by actpub-httpsig.
static PEERS: LazyLock<[actpub::SigningKey; 2]> = LazyLock::new(|| {
    [actpub::SigningKey::generate_rsa(actpub::RsaBits::Rsa2048).unwrap(), actpub::SigningKey::generate_ed25519()]
});

fn rsa() -> (&'static actpub::SigningKey, VerifyingKey) {
    (&PEERS[0], VerifyingKey::from_pem(&PEERS[0].verifying_key().to_pem()).unwrap())
}

fn ed25519() -> (&'static actpub::SigningKey, VerifyingKey) {
    let pem = PEERS[1].verifying_key().to_pem();
    (&PEERS[1], VerifyingKey::from_ed25519(&ed25519_of_pem(&pem).unwrap()).unwrap())
}

/// A POST (or a GET, without a body) to `target` of ours, not signed.
fn plain(method: &str, target: &str) -> Request<Vec<u8>> {
    let builder = Request::builder().method(method).uri(format!("https://oak.test{target}")).header("host", "oak.test");
    if method == "GET" {
        return builder.body(Vec::new()).unwrap();
    }
    let digest = actpub::content_digest_header(ACTIVITY.as_bytes());
    builder.header("content-type", ACTIVITY_JSON).header("content-digest", digest).body(ACTIVITY.into()).unwrap()
}

fn signer<'a>(key: &'a actpub::SigningKey, key_id: &'a str, covered: &[&str]) -> Rfc9421Signer<'a> {
    let components = covered.iter().map(|name| Component::parse(name).unwrap()).collect();
    Rfc9421Signer::new(key, key_id).with_components(components).with_created(NOW.as_secs())
}

fn signed(method: &str, target: &str, covered: &[&str]) -> Request<Vec<u8>> {
    let mut request = plain(method, target);
    signer(rsa().0, KEY_ID, covered).sign(&mut request).unwrap();
    request
}

/// As it arrives: the target without scheme and host.
fn arrive(request: Request<Vec<u8>>, key: &VerifyingKey) -> Result<Dialect, Refused> {
    arrive_at(request, key, NOW)
}

fn arrive_at(request: Request<Vec<u8>>, key: &VerifyingKey, now: Timestamp) -> Result<Dialect, Refused> {
    let (mut parts, body) = request.into_parts();
    parts.uri = parts.uri.path_and_query().unwrap().as_str().parse().unwrap();
    if parts.method == Method::POST {
        check_envelope(&parts, &body, &config(), now)?.verify(key)
    } else {
        check_fetch(&parts, &config(), now)?.verify(key)
    }
}

fn header<'a>(request: &'a Request<Vec<u8>>, name: &str) -> &'a str {
    request.headers()[name].to_str().unwrap()
}

fn set(request: &mut Request<Vec<u8>>, name: &'static str, value: &str) {
    request.headers_mut().insert(name, HeaderValue::try_from(value).unwrap());
}

#[test]
fn signatures_of_actpub_httpsig_are_accepted() {
    for (key, key_id, spoken) in [(rsa(), KEY_ID, RSA), (ed25519(), ED25519_ID, ED25519)] {
        for covered in [
            &FULL[..],
            &["@method", "@authority", "@path", "content-digest"],
            &["@method", "@target-uri", "host", "content-type", "content-digest"],
            &["@path", "@method", "@scheme", "@request-target", "@query", "@authority", "content-digest"],
        ] {
            let mut request = plain("POST", "/users/ben/inbox");
            signer(key.0, key_id, covered).sign(&mut request).unwrap();
            assert_eq!(arrive(request, &key.1), Ok(spoken), "{covered:?}");
        }
        for (target, covered) in [
            ("/users/ben", &["@method", "@authority", "@path"][..]),
            ("/users/ben/outbox?page=1", &["@method", "@target-uri"]),
            ("/users/ben/outbox?page=1", &["@method", "@authority", "@path", "@query"]),
        ] {
            let mut request = plain("GET", target);
            signer(key.0, key_id, covered).emit_alg(false).sign(&mut request).unwrap();
            assert_eq!(arrive(request, &key.1), Ok(spoken), "{covered:?}");
        }
    }
}

/// Signed by httpsig, which knows components as text only.
fn by_httpsig(key: &SecretKey, alg: &AlgorithmName, key_id: &str) -> Request<Vec<u8>> {
    let mut request = plain("POST", "/inbox");
    let digest = header(&request, "content-digest").to_owned();
    let lines = [
        (r#""@method""#, "POST".to_owned()),
        (r#""@authority""#, "oak.test".to_owned()),
        (r#""@path""#, "/inbox".to_owned()),
        (r#""content-digest""#, digest),
    ];
    let components: Vec<HttpMessageComponent> = lines
        .into_iter()
        .map(|(id, value)| {
            HttpMessageComponent::try_from((&HttpMessageComponentId::try_from(id).unwrap(), &[value][..])).unwrap()
        })
        .collect();
    let ids: Vec<HttpMessageComponentId> = components.iter().map(|component| component.id.clone()).collect();
    let mut params = HttpSignatureParams::try_new(&ids).unwrap();
    params.set_created(u64::try_from(NOW.as_secs()).unwrap()).set_keyid(key_id).set_alg(alg);
    let base = HttpSignatureBase::try_new(&components, &params).unwrap();
    let headers = base.build_signature_headers(key, Some("by-httpsig")).unwrap();
    set(&mut request, "signature-input", &headers.signature_input_header_value());
    set(&mut request, "signature", &headers.signature_header_value());
    request
}

#[test]
fn signatures_of_httpsig_are_accepted() {
    for (peer, alg, key_id, spoken) in
        [(rsa(), AlgorithmName::RsaV1_5Sha256, KEY_ID, RSA), (ed25519(), AlgorithmName::Ed25519, ED25519_ID, ED25519)]
    {
        let secret = SecretKey::from_pem(&alg, &peer.0.to_pem()).unwrap();
        let request = by_httpsig(&secret, &alg, key_id);
        assert_eq!(arrive(request.clone(), &peer.1), Ok(spoken));
        let mut elsewhere = request.clone();
        *elsewhere.uri_mut() = "https://oak.test/users/ben/inbox".parse().unwrap();
        assert_eq!(arrive(elsewhere, &peer.1), Err(Refused::BadSignature));
        let other = if spoken == RSA { ed25519().1 } else { rsa().1 };
        assert_eq!(arrive(request, &other), Err(Refused::BadSignature), "of the other kind of key");
    }
}

#[test]
fn what_we_sign_is_accepted_by_both_libraries() {
    let made = generate_ed25519().unwrap();
    let ours = SigningKey::from_pkcs8(ED25519_ID, KeyAlgorithm::Ed25519, &made.private_pkcs8).unwrap();
    let now = SystemClock.now();
    for (key, alg) in [(&KEY.0, AlgorithmName::RsaV1_5Sha256), (&ours, AlgorithmName::Ed25519)] {
        let target = "/users/ben/inbox?x=1";
        let url = format!("https://oak.test{target}").parse().unwrap();
        let pem = key.public_pem().unwrap();
        let post = sign_post(key, &url, &sha256(ACTIVITY.as_bytes()), ACTIVITY_JSON, now).unwrap();
        for (method, headers) in [("POST", post), ("GET", sign_get(key, &url, now).unwrap())] {
            let mut request = plain(method, target);
            request.headers_mut().extend(headers);
            let known = actpub::VerifyingKey::from_pem(&pem).unwrap();
            actpub::rfc9421_verify(&request, |_| Ok(known.clone())).unwrap();

            let (signature, input) = (header(&request, "signature"), header(&request, "signature-input"));
            let theirs = httpsig::prelude::HttpSignatureHeaders::try_parse(signature, input).unwrap();
            let digest = request.headers().get("content-digest").map(|value| value.to_str().unwrap().to_owned());
            let mut lines =
                vec![(r#""@method""#, method.to_owned()), (r#""@target-uri""#, format!("https://oak.test{target}"))];
            if let Some(digest) = digest {
                lines.extend([(r#""content-digest""#, digest), (r#""content-type""#, ACTIVITY_JSON.to_owned())]);
            }
            let components: Vec<HttpMessageComponent> = lines
                .into_iter()
                .map(|(id, value)| {
                    let id = HttpMessageComponentId::try_from(id).unwrap();
                    HttpMessageComponent::try_from((&id, &[value][..])).unwrap()
                })
                .collect();
            let base = HttpSignatureBase::try_new(&components, theirs["sig1"].signature_params()).unwrap();
            let public = PublicKey::from_pem(&alg, &pem).unwrap();
            base.verify_signature_headers(&public, &theirs["sig1"]).unwrap();

            let verifying = VerifyingKey::stored(key.algorithm(), &pem).unwrap();
            assert_eq!(arrive_at(request, &verifying, now), Ok(Dialect::Rfc9421(key.algorithm())));
        }
    }
}

#[test]
fn sec_15_everything_that_matters_must_be_covered() {
    for (covered, missing) in [
        (&["@target-uri", "content-digest"][..], "@method"),
        (&["@method", "content-digest"], "@authority"),
        (&["@method", "@path", "host", "content-digest"], "@authority"),
        (&["@method", "@authority", "content-digest"], "@path"),
        (&["@method", "@target-uri"], "content-digest"),
        (&["@method", "@target-uri", "digest"], "content-digest"),
    ] {
        let mut request = plain("POST", "/inbox");
        set(&mut request, "digest", &header_value(&sha256(ACTIVITY.as_bytes())));
        signer(rsa().0, KEY_ID, covered).sign(&mut request).unwrap();
        assert_eq!(arrive(request, &rsa().1), Err(Refused::NotCovered(missing)), "{covered:?}");
    }
    let unasked = signed("GET", "/users/ben/outbox?page=1", &["@method", "@authority", "@path"]);
    assert_eq!(arrive(unasked, &rsa().1), Err(Refused::NotCovered("@query")));
}

#[test]
fn sec_15_another_authority_or_scheme_is_refused() {
    let mut foreign = plain("POST", "/inbox");
    *foreign.uri_mut() = "https://elm.test/inbox".parse().unwrap();
    set(&mut foreign, "host", "elm.test");
    signer(rsa().0, KEY_ID, &["@method", "@authority", "@path", "content-digest"]).sign(&mut foreign).unwrap();
    assert_eq!(arrive(foreign.clone(), &rsa().1), Err(Refused::ForeignHost));
    // signed for another host, sent to ours
    set(&mut foreign, "host", "oak.test");
    assert_eq!(arrive(foreign, &rsa().1), Err(Refused::BadSignature));

    let mut plaintext = plain("POST", "/inbox");
    *plaintext.uri_mut() = "http://oak.test/inbox".parse().unwrap();
    signer(rsa().0, KEY_ID, &FULL).sign(&mut plaintext).unwrap();
    assert_eq!(arrive(plaintext, &rsa().1), Err(Refused::BadSignature));
}

#[test]
fn sec_15_of_several_labels_only_a_fully_covering_valid_one_counts() {
    let join = |first: &Request<Vec<u8>>, second: &Request<Vec<u8>>| {
        let mut both = first.clone();
        for name in ["signature-input", "signature"] {
            let second = header(second, name).replacen("sig1=", "sig2=", 1);
            set(&mut both, name, &format!("{}, {second}", header(first, name)));
        }
        both
    };
    let good = signed("POST", "/inbox", &FULL);
    let narrow = signed("POST", "/inbox", &["@method"]);
    let mut forged = plain("POST", "/inbox");
    signer(ed25519().0, KEY_ID, &FULL).emit_alg(false).sign(&mut forged).unwrap();

    for both in [join(&good, &narrow), join(&narrow, &good), join(&forged, &good), join(&good, &forged)] {
        assert_eq!(arrive(both, &rsa().1), Ok(RSA));
    }
    // one is valid, another covers enough: neither does both
    for both in [join(&narrow, &forged), join(&forged, &narrow)] {
        assert_eq!(arrive(both, &rsa().1), Err(Refused::BadSignature));
    }
    assert_eq!(arrive(join(&narrow, &narrow), &rsa().1), Err(Refused::NotCovered("@authority")));

    // the signature of one label under the name of another
    let mut swapped = join(&good, &narrow);
    let signatures =
        header(&swapped, "signature").replace("sig1=", "x=").replace("sig2=", "sig1=").replace("x=", "sig2=");
    set(&mut swapped, "signature", &signatures);
    assert_eq!(arrive(swapped, &rsa().1), Err(Refused::BadSignature));
    let mut unlabelled = good;
    let other = header(&unlabelled, "signature").replace("sig1=", "sig2=");
    set(&mut unlabelled, "signature", &other);
    assert_eq!(arrive(unlabelled, &rsa().1), Err(Refused::Signature(ParseError::Missing)));
}

#[test]
fn sec_15_neither_dialect_vouches_for_the_other() {
    // a good draft-cavage signature beside an RFC 9421 label that covers nothing
    let (parts, body) = Draft::post().sign();
    let mut both = Request::from_parts(parts, body);
    *both.uri_mut() = "https://oak.test/inbox".parse().unwrap();
    assert_eq!(arrive(both.clone(), &KEY.1), Ok(Dialect::Cavage));
    set(
        &mut both,
        "signature-input",
        r#"sig1=("@method");created=1795000000;keyid="https://elm.test/users/amy#main-key""#,
    );
    assert_eq!(arrive(both.clone(), &KEY.1), Err(Refused::Signature(ParseError::Malformed)));

    // both Signature headers
    let good = signed("POST", "/inbox", &FULL);
    for name in ["signature-input", "signature", "content-digest"] {
        both.headers_mut().append(HeaderName::from_static(name), good.headers()[name].clone());
    }
    assert!(matches!(arrive(both, &rsa().1), Err(Refused::DuplicateHeader(_))));

    // a digest that only the other dialect covers
    let mut undigested = signed("POST", "/inbox", &["@method", "@target-uri", "digest-of-mine"][..2]);
    undigested.headers_mut().remove("content-digest");
    set(&mut undigested, "digest", &header_value(&sha256(ACTIVITY.as_bytes())));
    assert_eq!(arrive(undigested, &rsa().1), Err(Refused::NotCovered("content-digest")));

    let mut stolen = good;
    let credentials = format!("Signature {}", header(&stolen, "signature"));
    set(&mut stolen, "authorization", &credentials);
    assert_eq!(arrive(stolen, &rsa().1), Err(Refused::TwoSignatures));
}

#[test]
fn sec_02_content_digest_must_be_of_the_body_read() {
    let mut altered = signed("POST", "/inbox", &FULL);
    altered.body_mut().push(b' ');
    assert_eq!(arrive(altered.clone(), &rsa().1), Err(Refused::Digest(DigestError::Mismatch)));
    let digest = actpub::content_digest_header(altered.body());
    set(&mut altered, "content-digest", &digest);
    assert_eq!(arrive(altered, &rsa().1), Err(Refused::BadSignature));

    let mut absent = signed("POST", "/inbox", &FULL);
    absent.headers_mut().remove("content-digest");
    assert_eq!(arrive(absent, &rsa().1), Err(Refused::CoveredMissing("content-digest".into())));
    let hex = format!("sha-256=:{}:", sha256(ACTIVITY.as_bytes()).map(|byte| format!("{byte:02x}")).concat());
    for (digest, expected) in [
        (hex.as_str(), DigestError::Mismatch),
        ("md5=:AAAA:", DigestError::NoStrong),
        ("", DigestError::Malformed),
        ("sha-256=AAAA", DigestError::Malformed),
    ] {
        let mut request = plain("POST", "/inbox");
        set(&mut request, "content-digest", digest);
        signer(rsa().0, KEY_ID, &FULL).sign(&mut request).unwrap();
        assert_eq!(arrive(request, &rsa().1), Err(Refused::Digest(expected)), "{digest}");
    }
}

#[test]
fn created_is_needed_and_kept_to_the_window() {
    let now = NOW.as_secs();
    let at = |created: i64, expires: Option<i64>| {
        let mut request = plain("POST", "/inbox");
        let mut signer = signer(rsa().0, KEY_ID, &FULL).with_created(created);
        if let Some(expires) = expires {
            signer = signer.with_expires(expires);
        }
        signer.sign(&mut request).unwrap();
        arrive(request, &rsa().1)
    };
    assert!(at(now - super::super::MAX_AGE_SECS, None).is_ok() && at(now, Some(now)).is_ok());
    assert_eq!(at(now - super::super::MAX_AGE_SECS - 1, None), Err(Refused::TooOld));
    assert_eq!(at(now + super::super::MAX_AHEAD_SECS + 1, None), Err(Refused::FromTheFuture));
    assert_eq!(at(now, Some(now - 1)), Err(Refused::Expired));

    let mut dated = plain("POST", "/inbox");
    set(&mut dated, "date", &http_date(Timestamp::from_secs(now - super::super::MAX_AGE_SECS - 1)));
    signer(rsa().0, KEY_ID, &FULL).sign(&mut dated).unwrap();
    assert_eq!(arrive(dated, &rsa().1), Err(Refused::TooOld));

    let mut undated = signed("POST", "/inbox", &FULL);
    let input = header(&undated, "signature-input").replace(&format!(";created={now}"), "");
    set(&mut undated, "signature-input", &input);
    assert_eq!(arrive(undated, &rsa().1), Err(Refused::Signature(ParseError::Missing)));
}

#[test]
fn sec_13_algorithms_and_keys_are_not_mixed() {
    for (key, from, bad) in [
        (rsa(), "rsa-v1_5-sha256", "hmac-sha256"),
        (rsa(), "rsa-v1_5-sha256", "rsa-pss-sha512"),
        (rsa(), "rsa-v1_5-sha256", "ecdsa-p256-sha256"),
        (ed25519(), "ed25519", "none"),
    ] {
        let mut request = plain("POST", "/inbox");
        signer(key.0, KEY_ID, &FULL).sign(&mut request).unwrap();
        let input = header(&request, "signature-input").replace(from, bad);
        set(&mut request, "signature-input", &input);
        assert_eq!(arrive(request, &key.1), Err(Refused::Signature(ParseError::Algorithm)), "{bad}");
    }
    // says Ed25519, is RSA; and the other way round
    for (key, from, to) in [(rsa(), "rsa-v1_5-sha256", "ed25519"), (ed25519(), "ed25519", "rsa-v1_5-sha256")] {
        let mut request = plain("POST", "/inbox");
        signer(key.0, KEY_ID, &FULL).sign(&mut request).unwrap();
        let input = header(&request, "signature-input").replace(from, to);
        set(&mut request, "signature-input", &input);
        assert_eq!(arrive(request, &key.1), Err(Refused::BadSignature), "{to}");
    }
    // an Ed25519 key never fits draft-cavage
    let mut request = plain("POST", "/inbox");
    for (name, value) in [("date", http_date(NOW)), ("digest", header_value(&sha256(ACTIVITY.as_bytes())))] {
        set(&mut request, name, &value);
    }
    let covered = ["(request-target)", "host", "date", "digest"];
    actpub::CavageSigner::new(ed25519().0, KEY_ID).with_headers(covered).sign(&mut request).unwrap();
    let value = header(&request, "signature").replace(r#"algorithm="ed25519""#, r#"algorithm="hs2019""#);
    set(&mut request, "signature", &value);
    assert_eq!(arrive(request, &ed25519().1), Err(Refused::BadSignature));
}

#[test]
fn sec_13_a_signature_of_ed25519_has_one_form() {
    let mut request = plain("POST", "/inbox");
    signer(ed25519().0, ED25519_ID, &FULL).sign(&mut request).unwrap();
    let text = header(&request, "signature").trim_start_matches("sig1=:").trim_end_matches(':').to_owned();
    let mut bytes = BASE64.decode(text).unwrap();
    // the order of the group, little-endian, added to the scalar: the same signature to a careless verifier
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0_u16;
    for (byte, more) in bytes[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(more) + carry;
        *byte = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    set(&mut request, "signature", &format!("sig1=:{}:", BASE64.encode(&bytes)));
    assert_eq!(arrive(request, &ed25519().1), Err(Refused::BadSignature));
}

#[test]
fn components_with_parameters_and_doubled_ones_are_refused() {
    for (from, to, expected) in [
        (r#""@method""#, r#""@method";req"#, ParseError::Component),
        (r#""@method""#, r#""@signature-params""#, ParseError::Component),
        (r#""content-digest""#, r#""Content-Digest""#, ParseError::Component),
        (r#""content-digest""#, r#""content-digest" "@method""#, ParseError::Duplicate),
        ("sig1=(", "sig1=(\"@method\"", ParseError::Malformed),
    ] {
        let mut request = signed("POST", "/inbox", &FULL);
        let input = header(&request, "signature-input").replacen(from, to, 1);
        set(&mut request, "signature-input", &input);
        assert_eq!(arrive(request, &rsa().1), Err(Refused::Signature(expected)), "{to}");
    }
    let unknown = signed("POST", "/inbox", &FULL);
    let mut status = unknown.clone();
    let input = header(&unknown, "signature-input").replace(r#""@method""#, r#""@method" "@status""#);
    set(&mut status, "signature-input", &input);
    assert_eq!(arrive(status, &rsa().1), Err(Refused::CoveredMissing("@status".into())));
}
