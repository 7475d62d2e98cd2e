//! What shows a push service who we are: a token of a few hours, signed by the instance's key (VAPID, RFC 8292).

use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use staffroom_domain::Timestamp;
use url::Url;

use super::Unusable;

/// How long a token holds; a day is the most there may be.
const HOLDS: Duration = Duration::from_hours(12);

/// Reads the key from PKCS#8 DER.
///
/// # Errors
/// It is damaged.
pub(super) fn open(pkcs8: &[u8]) -> Result<EcdsaKeyPair, Unusable> {
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8);
    key.map_err(|_| Unusable("the key for push services is damaged"))
}

/// The public half: an uncompressed point as URL-safe base64.
pub(super) fn public(key: &EcdsaKeyPair) -> String {
    URL_SAFE_NO_PAD.encode(key.public_key())
}

/// A token for the push service at `endpoint`: nobody else can use it. `contact` is whom the service may ask.
///
/// # Errors
/// The machine gives no randomness.
pub(super) fn token(key: &EcdsaKeyPair, endpoint: &Url, contact: &str, now: Timestamp) -> Result<String, Unusable> {
    let claims = json!({
        "aud": endpoint.origin().ascii_serialization(),
        "exp": now.plus(HOLDS).as_millis() / 1000,
        "sub": contact,
    });
    let head = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
    let text = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = key.sign(&SystemRandom::new(), text.as_bytes());
    let signature = signature.map_err(|_| Unusable("there is no randomness"))?;
    Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}
