//! Whose key it is, which keys are accepted at all, and how often one is fetched again.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use url::Url;

use super::*;
use crate::gate::{KeyFetches, KeyLookupError, KeyRecord, KeySource, REFETCH_EVERY, Verified, verify_request};
use crate::keys::{KeyError, SigningKeys};

/// Knows one record or none, and finds others when it fetches; counts what it is asked.
struct Source {
    known: Result<Option<KeyRecord>, KeyLookupError>,
    fetched: Result<Vec<KeyRecord>, KeyLookupError>,
    asked: Mutex<(usize, usize)>,
}

impl Source {
    fn new(known: KeyRecord, fetched: KeyRecord) -> Self {
        Self { known: Ok(Some(known)), fetched: Ok(vec![fetched]), asked: Mutex::default() }
    }

    fn stranger(fetched: Result<Vec<KeyRecord>, KeyLookupError>) -> Self {
        Self { known: Ok(None), fetched, asked: Mutex::default() }
    }

    fn asked(&self) -> (usize, usize) {
        *self.asked.lock().unwrap()
    }
}

#[async_trait]
impl KeySource for Source {
    async fn known(&self, _: &Url) -> Result<Option<KeyRecord>, KeyLookupError> {
        self.asked.lock().unwrap().0 += 1;
        self.known.clone()
    }

    async fn fetch(&self, _: &Url) -> Result<Vec<KeyRecord>, KeyLookupError> {
        self.asked.lock().unwrap().1 += 1;
        self.fetched.clone()
    }
}

fn record(key_id: &str, owner: &str, key: &VerifyingKey) -> KeyRecord {
    KeyRecord { key_id: key_id.parse().unwrap(), owner_uri: owner.parse().unwrap(), key: key.clone() }
}

fn amys() -> KeyRecord {
    record(KEY_ID, "https://elm.test/users/amy", &KEY.1)
}

fn somebody_elses_key() -> VerifyingKey {
    static OTHER: LazyLock<VerifyingKey> =
        LazyLock::new(|| VerifyingKey::from_pem(&generate_rsa().unwrap().public_pem).unwrap());
    OTHER.clone()
}

async fn verify(draft: &Draft, source: &Source) -> Result<Verified, Refused> {
    verify_at(draft, source, &KeyFetches::new(), NOW).await
}

async fn verify_at(draft: &Draft, source: &Source, fetches: &KeyFetches, now: Timestamp) -> Result<Verified, Refused> {
    let (parts, body) = draft.sign();
    let request = if parts.method == Method::POST {
        check_envelope(&parts, &body, &config(), NOW)?
    } else {
        check_fetch(&parts, &config(), NOW)?
    };
    verify_request(&request, source, fetches, now).await
}

#[tokio::test]
async fn the_owner_of_the_key_may_speak() {
    let source = Source::new(amys(), amys());
    let verified = verify(&Draft::post(), &source).await.unwrap();
    assert_eq!(verified.owner_uri.as_str(), "https://elm.test/users/amy");
    assert_eq!(verified.activity.unwrap().kind, "Create");
    assert_eq!(verify(&Draft::get(), &source).await.unwrap().owner_uri.as_str(), "https://elm.test/users/amy");
    assert_eq!(source.asked(), (2, 0));
    let source = Source::stranger(Ok(vec![amys()]));
    assert!(verify(&Draft::post(), &source).await.is_ok());
    assert_eq!(source.asked(), (1, 1));
}

#[tokio::test]
async fn keys_and_activities_of_other_hosts_are_refused_before_any_look_up() {
    let source = Source::new(amys(), amys());
    let forged_actor = ACTIVITY
        .replace("https://elm.test/users/amy", "https://fir.test/users/eve")
        .replace("https://elm.test/activities", "https://fir.test/activities");
    assert_eq!(verify(&Draft::post_of(&forged_actor), &source).await.unwrap_err(), Refused::ForeignKey);
    let other_port = ACTIVITY.replace("https://elm.test/", "https://elm.test:8443/");
    assert_eq!(verify(&Draft::post_of(&other_port), &source).await.unwrap_err(), Refused::ForeignKey);
    let forged_id = ACTIVITY.replace("https://elm.test/activities/1", "https://oak.test/activities/1");
    assert_eq!(verify(&Draft::post_of(&forged_id), &source).await.unwrap_err(), Refused::ForeignActivity);
    assert_eq!(source.asked(), (0, 0));
}

#[tokio::test]
async fn a_key_of_somebody_else_on_the_same_host_is_refused() {
    let eves = record(KEY_ID, "https://elm.test/users/eve", &KEY.1);
    let source = Source::new(eves.clone(), eves);
    assert_eq!(verify(&Draft::post(), &source).await.unwrap_err(), Refused::WrongOwner);
}

#[tokio::test]
async fn a_record_under_another_id_or_with_a_foreign_owner_is_refused() {
    let renamed = record("https://elm.test/users/amy#other-key", "https://elm.test/users/amy", &KEY.1);
    let source = Source::new(renamed.clone(), renamed);
    assert_eq!(verify(&Draft::get(), &source).await.unwrap_err(), Refused::KeyNotFound);
    let foreign = record(KEY_ID, "https://fir.test/users/amy", &KEY.1);
    let source = Source::new(foreign.clone(), foreign);
    assert_eq!(verify(&Draft::get(), &source).await.unwrap_err(), Refused::ForeignKey);
}

#[tokio::test]
async fn sec_12_a_rotated_key_is_fetched_once_and_then_accepted() {
    let stale = record(KEY_ID, "https://elm.test/users/amy", &somebody_elses_key());
    let source = Source::new(stale, amys());
    let fetches = KeyFetches::new();
    assert!(verify_at(&Draft::post(), &source, &fetches, NOW).await.is_ok());
    assert_eq!(source.asked(), (1, 1));
    // the fetch was worth it: the next rotation is noticed as well
    assert!(verify_at(&Draft::post(), &source, &fetches, NOW).await.is_ok());
    assert_eq!(source.asked(), (2, 2));
}

#[tokio::test]
async fn sec_12_a_storm_of_bad_signatures_costs_one_fetch_in_five_minutes() {
    let wrong = record(KEY_ID, "https://elm.test/users/amy", &somebody_elses_key());
    for source in [Source::new(wrong.clone(), wrong.clone()), Source::stranger(Ok(vec![wrong.clone()]))] {
        let fetches = KeyFetches::new();
        for n in 0..1000 {
            let mut draft = Draft::post();
            // the ids of keys that are not there are as cheap
            draft.key_id = if n % 2 == 0 { KEY_ID } else { "https://elm.test/users/amy/another-key" };
            assert!(verify_at(&draft, &source, &fetches, NOW).await.is_err());
        }
        assert_eq!(source.asked(), (1000, 1));
        let just_before = NOW.plus(REFETCH_EVERY).minus(Duration::from_millis(1));
        verify_at(&Draft::post(), &source, &fetches, just_before).await.unwrap_err();
        assert_eq!(source.asked().1, 1);
        verify_at(&Draft::post(), &source, &fetches, NOW.plus(REFETCH_EVERY)).await.unwrap_err();
        assert_eq!(source.asked().1, 2);
    }
}

#[tokio::test]
async fn sec_12_a_storm_from_many_sides_at_once_costs_one_fetch() {
    let wrong = record(KEY_ID, "https://elm.test/users/amy", &somebody_elses_key());
    let source = Source::stranger(Ok(vec![wrong]));
    let fetches = KeyFetches::new();
    let draft = Draft::post();
    let all = futures_util::future::join_all((0..100).map(|_| verify_at(&draft, &source, &fetches, NOW))).await;
    assert!(all.iter().all(Result::is_err));
    assert_eq!(source.asked(), (100, 1));
}

/// Never tells what it finds; counts how often it is asked.
#[derive(Default)]
struct Silence(Mutex<usize>);

#[async_trait]
impl KeySource for Silence {
    async fn known(&self, _: &Url) -> Result<Option<KeyRecord>, KeyLookupError> {
        Ok(None)
    }

    async fn fetch(&self, _: &Url) -> Result<Vec<KeyRecord>, KeyLookupError> {
        *self.0.lock().unwrap() += 1;
        std::future::pending().await
    }
}

#[tokio::test]
async fn sec_12_whoever_hangs_up_early_gains_no_more_fetches() {
    let (source, fetches) = (Silence::default(), KeyFetches::new());
    let hang_up = |n: usize, now: Timestamp| {
        let (parts, body) = of_somebody(n).sign();
        let request = check_envelope(&parts, &body, &config(), NOW).unwrap();
        verify_request(&request, &source, &fetches, now).now_or_never()
    };
    assert!(hang_up(0, NOW).is_none());
    for n in 1..50 {
        assert_eq!(hang_up(n, NOW).unwrap().unwrap_err(), Refused::KeyUnavailable);
    }
    assert!(hang_up(50, NOW.plus(Duration::from_secs(15))).is_none());
    assert_eq!(*source.0.lock().unwrap(), 2);
}

/// A request in the name of somebody else each time, whose keys, if any, are amy's.
fn of_somebody(n: usize) -> Draft {
    let mut draft = Draft::post_of(&ACTIVITY.replace("users/amy", &format!("users/nobody{n}")));
    draft.key_id = format!("https://elm.test/users/nobody{n}#main-key").leak();
    draft
}

#[tokio::test]
async fn sec_12_people_who_do_not_exist_cost_one_fetch_whatever_fitted_before() {
    let source = Source::stranger(Ok(vec![amys()]));
    let fetches = KeyFetches::new();
    let storm = async |now: Timestamp| {
        let before = source.asked().1;
        let drafts: Vec<_> = (0..50).map(of_somebody).collect();
        // one after the other, then all at once
        for draft in &drafts {
            assert!(verify_at(draft, &source, &fetches, now).await.is_err());
        }
        let all = futures_util::future::join_all(drafts.iter().map(|it| verify_at(it, &source, &fetches, now))).await;
        assert!(all.iter().all(Result::is_err));
        source.asked().1 - before
    };
    assert_eq!(storm(NOW).await, 1);
    let later = NOW.plus(REFETCH_EVERY);
    assert!(verify_at(&Draft::post(), &source, &fetches, later).await.is_ok());
    assert_eq!(storm(later).await, 1);
    assert_eq!(verify_at(&Draft::post(), &source, &fetches, later).await.unwrap_err(), Refused::KeyUnavailable);
    assert_eq!(storm(later.plus(REFETCH_EVERY)).await, 1);
}

#[tokio::test]
async fn sec_12_many_at_once_whose_keys_fit_are_all_heard() {
    let records = (0..50).map(|n| {
        let owner = format!("https://elm.test/users/nobody{n}");
        record(&format!("{owner}#main-key"), &owner, &KEY.1)
    });
    let source = Source::stranger(Ok(records.collect()));
    let fetches = KeyFetches::new();
    let drafts: Vec<_> = (0..50).map(of_somebody).collect();
    let all = futures_util::future::join_all(drafts.iter().map(|it| verify_at(it, &source, &fetches, NOW))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(source.asked(), (50, 50));
}

#[tokio::test]
async fn sec_12_whoever_says_farewell_and_is_gone_keeps_nobody_else_out() {
    let source = Source::stranger(Err(KeyLookupError::Gone));
    let fetches = KeyFetches::new();
    for n in 0..3 {
        let actor = format!("https://elm.test/users/nobody{n}");
        let farewell =
            format!(r#"{{"id": "{actor}#delete", "type": "Delete", "actor": "{actor}", "object": "{actor}"}}"#);
        let mut draft = Draft::post_of(&farewell);
        draft.key_id = format!("{actor}#main-key").leak();
        assert_eq!(verify_at(&draft, &source, &fetches, NOW).await.unwrap_err(), Refused::KeyGone);
    }
    assert_eq!(source.asked().1, 3);
    // a few of those who are gone and say anything else do not either
    for n in 3..14 {
        assert_eq!(verify_at(&of_somebody(n), &source, &fetches, NOW).await.unwrap_err(), Refused::KeyGone);
    }
    assert_eq!(verify_at(&of_somebody(14), &source, &fetches, NOW).await.unwrap_err(), Refused::KeyUnavailable);
    assert_eq!(source.asked().1, 14);
}

#[tokio::test]
async fn failed_look_ups_say_whether_trying_again_helps() {
    for (error, refused, status) in [
        (KeyLookupError::NotFound, Refused::KeyNotFound, 401),
        (KeyLookupError::Gone, Refused::KeyGone, 401),
        (KeyLookupError::Blocked, Refused::Blocked, 403),
        (KeyLookupError::Unavailable, Refused::KeyUnavailable, 503),
    ] {
        let unknown = Source::stranger(Err(error));
        let known = Source { known: Err(error), ..Source::stranger(Ok(vec![amys()])) };
        for (source, fetches) in [(unknown, 1), (known, 0)] {
            let outcome = verify(&Draft::post(), &source).await.unwrap_err();
            assert_eq!((outcome.clone(), outcome.status().as_u16()), (refused.clone(), status));
            assert_eq!(source.asked(), (1, fetches));
        }
    }
}

#[test]
fn keys_in_both_encodings_are_read() {
    let made = generate_rsa().unwrap();
    let key = SigningKey::from_pkcs8(KEY_ID, KeyAlgorithm::Rsa, &made.private_pkcs8).unwrap();
    let signature = key.sign(b"text").unwrap();
    let spki = VerifyingKey::from_pem(&made.public_pem).unwrap();
    assert!(spki.verifies(b"text", &signature) && !spki.verifies(b"Text", &signature));
    assert!(!spki.verifies(b"text", &[]));

    // PKCS#1 is what is inside SPKI behind a 24-byte header for 2048-bit keys
    let spki_der = BASE64.decode(made.public_pem.lines().filter(|l| !l.starts_with('-')).collect::<String>()).unwrap();
    let pkcs1 = format!(
        "-----BEGIN RSA PUBLIC KEY-----\r\n{}\r\n-----END RSA PUBLIC KEY-----\r\n",
        BASE64.encode(&spki_der[24..])
    );
    assert!(VerifyingKey::from_pem(&pkcs1).unwrap().verifies(b"text", &signature));
    assert_eq!(key.public_pem().unwrap(), made.public_pem);

    let cache = SigningKeys::new();
    assert!(cache.find(KEY_ID).is_none());
    cache.insert(KEY_ID, KeyAlgorithm::Rsa, &made.private_pkcs8).unwrap();
    assert_eq!(cache.find(KEY_ID).unwrap().key_id(), KEY_ID);
    cache.forget(KEY_ID);
    assert!(cache.find(KEY_ID).is_none());
    assert_eq!(cache.insert(KEY_ID, KeyAlgorithm::Rsa, b"junk").unwrap_err(), KeyError::DamagedPrivateKey);
}

/// DER of a PKCS#1 public key with a modulus of `bits` ones and the given exponent.
fn weak_pem(bits: usize, exponent: &[u8]) -> String {
    let integer = |bytes: &[u8]| {
        let mut value = bytes.to_vec();
        if value[0] & 0x80 != 0 {
            value.insert(0, 0);
        }
        tagged(0x02, &value)
    };
    let body = [integer(&vec![0xff; bits / 8]), integer(exponent)].concat();
    let text = BASE64.encode(tagged(0x30, &body));
    format!("-----BEGIN RSA PUBLIC KEY-----\n{text}\n-----END RSA PUBLIC KEY-----")
}

fn tagged(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    let mut out = match body.len() {
        0..=127 => vec![tag, length[1]],
        128..=255 => vec![tag, 0x81, length[1]],
        _ => vec![tag, 0x82, length[0], length[1]],
    };
    out.extend_from_slice(body);
    out
}

#[test]
fn weak_oversized_and_foreign_keys_are_refused() {
    const E: &[u8] = &[1, 0, 1];
    assert!(VerifyingKey::from_pem(&weak_pem(2048, E)).is_ok());
    assert!(VerifyingKey::from_pem(&weak_pem(8192, E)).is_ok());
    for bits in [512, 1024, 2040, 8200, 16_384] {
        assert!(VerifyingKey::from_pem(&weak_pem(bits, E)).is_err(), "{bits}");
    }
    assert_eq!(VerifyingKey::from_pem(&weak_pem(1024, E)).unwrap_err(), KeyError::Size { bits: 1024 });
    for exponent in [&[0][..], &[1], &[2], &[1, 0, 0], &[1; 40]] {
        assert!(VerifyingKey::from_pem(&weak_pem(2048, exponent)).is_err(), "{exponent:?}");
    }
    let ed25519 = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----";
    assert_eq!(VerifyingKey::from_pem(ed25519).unwrap_err(), KeyError::NotRsa);
    let good = generate_rsa().unwrap().public_pem;
    for bad in [
        String::new(),
        "junk".into(),
        good.replace("PUBLIC KEY", "PRIVATE KEY"),
        format!("{good}{good}"),
        good.replace("-----END PUBLIC KEY-----", ""),
        format!("{good}{}", "x".repeat(9000)),
    ] {
        assert_eq!(VerifyingKey::from_pem(&bad).unwrap_err(), KeyError::NotPem, "{bad:.80}");
    }
}
