//! What must be covered, which host and which times are accepted, which algorithms.

use super::*;
use crate::gate::{MAX_AGE_SECS, MAX_AHEAD_SECS};
use crate::signature::digest::DigestError;
use crate::signature::parse::ParseError;

fn dated(offset_secs: i64) -> Draft {
    Draft::post().with("date", http_date(Timestamp::from_secs(NOW.as_secs() + offset_secs)))
}

fn with_times(times: String, covered: &'static str) -> Draft {
    let mut draft = Draft::post().covering(covered);
    draft.algorithm = r#"algorithm="hs2019","#;
    draft.times = times;
    draft
}

#[test]
fn everything_that_matters_must_be_covered() {
    for (covered, missing) in [
        ("host date digest", "(request-target)"),
        ("(request-target) date digest", "host"),
        ("(request-target) host digest", "date"),
        ("(request-target) host date", "digest"),
        ("digest", "(request-target)"),
    ] {
        assert_eq!(Draft::post().covering(covered).judge().unwrap_err(), Refused::NotCovered(missing), "{covered}");
    }
    for (covered, missing) in
        [("host date", "(request-target)"), ("(request-target) date", "host"), ("(request-target) host", "date")]
    {
        assert_eq!(Draft::get().covering(covered).judge().unwrap_err(), Refused::NotCovered(missing), "{covered}");
    }
}

#[test]
fn a_covered_header_must_be_in_the_request() {
    for name in ["date", "digest", "host"] {
        assert_eq!(Draft::post().without(name).judge().unwrap_err(), Refused::CoveredMissing(name.into()));
    }
    let odd = Draft::post().covering("(request-target) host date digest x-none");
    assert_eq!(odd.judge().unwrap_err(), Refused::CoveredMissing("x-none".into()));
    let pseudo = Draft::post().covering("(request-target) host date digest (other)");
    assert_eq!(pseudo.judge().unwrap_err(), Refused::CoveredMissing("(other)".into()));
}

#[test]
fn the_host_must_be_ours() {
    for ours in ["oak.test", "OAK.test", "oak.test:443", "localhost:3001"] {
        assert!(Draft::post().with("host", ours).judge().is_ok(), "{ours}");
    }
    for foreign in ["elm.test", "oak.test:8443", "oak.test.evil.test", "localhost", "localhost:3002", ""] {
        assert_eq!(Draft::post().with("host", foreign).judge().unwrap_err(), Refused::ForeignHost, "{foreign}");
    }
    // HTTP/2 says it in the URI; both must agree
    let (mut parts, body) = Draft::post().sign();
    parts.uri = "https://oak.test/inbox".parse().unwrap();
    assert!(judge(&parts, &body).is_ok());
    parts.headers.remove("host");
    assert!(judge(&parts, &body).is_ok());
    parts.uri = "https://elm.test/inbox".parse().unwrap();
    assert_eq!(judge(&parts, &body).unwrap_err(), Refused::ForeignHost);
    add(&mut parts.headers, "host", "oak.test");
    assert_eq!(judge(&parts, &body).unwrap_err(), Refused::ForeignHost);
}

#[test]
fn dates_count_from_twelve_hours_ago_to_five_minutes_ahead() {
    for good in [0, -MAX_AGE_SECS, MAX_AHEAD_SECS] {
        assert!(dated(good).judge().is_ok(), "{good}");
    }
    assert_eq!(dated(-MAX_AGE_SECS - 1).judge().unwrap_err(), Refused::TooOld);
    assert_eq!(dated(MAX_AHEAD_SECS + 1).judge().unwrap_err(), Refused::FromTheFuture);
    for bad in ["yesterday", "", "2026-11-21T19:00:00Z", "1795000000", "Sat, 31 Feb 2026 00:00:00 GMT"] {
        assert_eq!(Draft::post().with("date", bad).judge().unwrap_err(), Refused::MalformedHeader("date"), "{bad}");
    }
}

#[test]
fn created_replaces_date_and_expires_is_respected() {
    let covered = "(request-target) (created) (expires) host digest";
    let now = NOW.as_secs();
    let fresh = |created: i64, expires: i64| with_times(format!("created={created},expires={expires},"), covered);
    assert!(fresh(now, now + 60).without("date").judge().is_ok());
    assert!(fresh(now, now).judge().is_ok());
    assert_eq!(fresh(now - 60, now - 1).judge().unwrap_err(), Refused::Expired);
    assert_eq!(fresh(now - MAX_AGE_SECS - 1, now + 60).judge().unwrap_err(), Refused::TooOld);
    assert_eq!(fresh(now + MAX_AHEAD_SECS + 1, now + 900).judge().unwrap_err(), Refused::FromTheFuture);
    // an old Date beside a fresh (created) is still an old request
    let old = http_date(Timestamp::from_secs(now - MAX_AGE_SECS - 1));
    assert_eq!(fresh(now, now + 60).with("date", old).judge().unwrap_err(), Refused::TooOld);

    // covered but absent
    let (mut parts, body) = fresh(now, now + 60).sign();
    let value = parts.headers["signature"].to_str().unwrap().replace(&format!("created={now},"), "");
    parts.headers.insert("signature", HeaderValue::try_from(value).unwrap());
    assert_eq!(judge(&parts, &body).unwrap_err(), Refused::CoveredMissing("(created)".into()));

    let mut classic = fresh(now, now + 60);
    classic.algorithm = r#"algorithm="rsa-sha256","#;
    assert_eq!(classic.judge().unwrap_err(), Refused::Signature(ParseError::CreatedWithoutHs2019));
    classic.algorithm = "";
    assert!(classic.judge().is_ok());
}

#[test]
fn the_digest_must_be_of_the_body_read() {
    let other = header_value(&sha256(b"other"));
    for (digest, expected) in [
        (other, DigestError::Mismatch),
        (String::new(), DigestError::Malformed),
        ("SHA-256=".into(), DigestError::Mismatch),
        ("md5=Q2hlY2sgSW50ZWdyaXR5IQ==".into(), DigestError::NoStrong),
        (format!("SHA-256={}", "0".repeat(64)), DigestError::Mismatch),
    ] {
        let refused = Draft::post().with("digest", digest.as_str()).judge().unwrap_err();
        assert_eq!(refused, Refused::Digest(expected), "{digest}");
        assert_eq!(refused.status(), 401);
    }
    let two = format!("{},SHA-1=abc", header_value(&sha256(ACTIVITY.as_bytes())));
    assert!(Draft::post().with("digest", two).judge().is_ok());
}

#[test]
fn only_rsa_with_sha256_is_an_algorithm() {
    for good in ["", r#"algorithm="hs2019","#, r#"algorithm="rsa-sha256","#] {
        let mut draft = Draft::post();
        draft.algorithm = good;
        assert!(draft.judge().is_ok(), "{good}");
    }
    for bad in ["rsa-sha1", "rsa-sha512", "hmac-sha256", "ecdsa-sha256", "ed25519", "none", ""] {
        let (mut parts, body) = Draft::post().sign();
        let value = parts.headers["signature"].to_str().unwrap().replace("rsa-sha256", bad);
        parts.headers.insert("signature", HeaderValue::try_from(value).unwrap());
        assert_eq!(judge(&parts, &body).unwrap_err(), Refused::Signature(ParseError::Algorithm), "{bad}");
    }
}

#[test]
fn the_query_may_be_signed_or_left_out_but_not_exchanged() {
    let mut draft = Draft::get();
    draft.target = "/users/ben/outbox?page=1";
    draft.signed_target = "/users/ben/outbox?page=1";
    assert!(draft.judge().is_ok());
    draft.signed_target = "/users/ben/outbox";
    assert!(draft.judge().is_ok());
    draft.signed_target = "/users/ben/outbox?page=2";
    assert_eq!(draft.judge().unwrap_err(), Refused::BadSignature);
}

#[test]
fn key_ids_are_urls_of_named_hosts() {
    for bad in
        ["", "main-key", "acct:amy@elm.test", "ftp://elm.test/key", "https://127.0.0.1/key", "https://amy@elm.test/key"]
    {
        let mut draft = Draft::post();
        draft.key_id = bad;
        let refused = draft.judge().unwrap_err();
        assert!(matches!(refused, Refused::KeyId | Refused::Signature(ParseError::Missing)), "{bad}: {refused}");
    }
}
