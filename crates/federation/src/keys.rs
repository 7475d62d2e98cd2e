//! RSA keys of actors: making them, reading other people's public ones, signing and checking with them.
//!
//! Every operation runs in `aws-lc-rs` (constant-time, blinded), because remote parties can make us sign on demand
//! and time the answer (RUSTSEC-2023-0071 names the library we therefore keep away from). Nothing here knows HTTP
//! or where keys are stored.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKey};
use aws_lc_rs::signature::{KeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use moka::sync::Cache;
use staffroom_service::ServiceError;
use staffroom_service::ports::{KeyMaker, NewKey};

/// Smallest RSA modulus we accept, in bits.
pub const MIN_RSA_BITS: usize = 2048;
/// Largest RSA modulus we accept, in bits: verification cost grows with the square of it.
pub const MAX_RSA_BITS: usize = 8192;

/// Longest PEM text we look at, in bytes (an 8192-bit key needs about 1.5 kB).
const MAX_PEM_BYTES: usize = 8 * 1024;
/// Parsed signing keys kept in memory; one per local actor that speaks.
const SIGNING_KEYS_CACHED: u64 = 2_000;

/// Why a key was not made or not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not PEM, or not the PEM of a public key.
    #[error("not a public key in PEM form")]
    NotPem,
    /// PEM, but not an RSA key inside.
    #[error("not an RSA public key")]
    NotRsa,
    /// Modulus shorter than [`MIN_RSA_BITS`] or longer than [`MAX_RSA_BITS`].
    #[error("RSA key of {bits} bits, accepted are {MIN_RSA_BITS} to {MAX_RSA_BITS}")]
    Size {
        /// Length of the refused modulus.
        bits: usize,
    },
    /// Exponent 1, even, or longer than 64 bits.
    #[error("unsafe RSA exponent")]
    Exponent,
    /// The stored private key does not parse.
    #[error("stored private key is damaged")]
    DamagedPrivateKey,
    /// The crypto library refused to work.
    #[error("key operation failed")]
    Crypto,
}

/// A fresh key pair, in the two forms we store and publish.
pub struct GeneratedKey {
    /// Unencrypted PKCS#8 DER; encrypt before storing.
    pub private_pkcs8: Vec<u8>,
    /// SPKI PEM (`-----BEGIN PUBLIC KEY-----`), as published in `publicKey.publicKeyPem`.
    pub public_pem: String,
}

impl fmt::Debug for GeneratedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GeneratedKey").field("public_pem", &self.public_pem).finish_non_exhaustive()
    }
}

/// Makes an RSA-2048 key pair. Takes about 0.1 s of CPU: call it from `spawn_blocking`.
///
/// # Errors
/// [`KeyError::Crypto`] if the crypto library fails.
pub fn generate_rsa() -> Result<GeneratedKey, KeyError> {
    let pair = aws_lc_rs::rsa::KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Crypto)?;
    let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Crypto)?;
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| KeyError::Crypto)?;
    Ok(GeneratedKey { private_pkcs8: private.as_ref().to_vec(), public_pem: encode_pem(public.as_ref()) })
}

/// Makes the keys of new accounts for the use cases.
#[derive(Clone, Copy, Debug, Default)]
pub struct RsaKeyMaker;

impl KeyMaker for RsaKeyMaker {
    fn generate(&self) -> Result<NewKey, ServiceError> {
        let made = generate_rsa().map_err(|error| ServiceError::Internal(error.to_string()))?;
        Ok(NewKey { public_pem: made.public_pem, private_pkcs8: made.private_pkcs8 })
    }
}

/// Somebody's public RSA key, parsed once and cheap to clone.
#[derive(Clone)]
pub struct VerifyingKey {
    parsed: Arc<ParsedPublicKey>,
}

impl VerifyingKey {
    /// Reads a public key from PEM: SPKI (`PUBLIC KEY`) or PKCS#1 (`RSA PUBLIC KEY`).
    ///
    /// # Errors
    /// [`KeyError`] names what is wrong; keys under 2048 or over 8192 bits and exponents 1 or even are refused.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let der = decode_pem(pem)?;
        let key = PublicKey::from_der(&der).map_err(|_| KeyError::NotRsa)?;
        let modulus = key.modulus();
        let bits = bit_length(modulus.big_endian_without_leading_zero());
        if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
            return Err(KeyError::Size { bits });
        }
        let exponent = key.exponent();
        let exponent = exponent.big_endian_without_leading_zero();
        let is_odd = exponent.last().is_some_and(|byte| byte % 2 == 1);
        if exponent == [1] || !is_odd || bit_length(exponent) > 64 {
            return Err(KeyError::Exponent);
        }
        let parsed = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.as_ref()).map_err(|_| KeyError::NotRsa)?;
        Ok(Self { parsed: Arc::new(parsed) })
    }

    /// Whether `signature` is this key's RSASSA-PKCS1-v1_5/SHA-256 signature over `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifyingKey(RSA)")
    }
}

/// One of our own keys together with the id under which peers find it. Cheap to clone; never prints the key.
#[derive(Clone)]
pub struct SigningKey {
    key_id: Arc<str>,
    pair: Arc<RsaKeyPair>,
}

impl SigningKey {
    /// Parses a stored private key. `key_id` is the URI peers look it up by (`…#main-key`).
    ///
    /// # Errors
    /// [`KeyError::DamagedPrivateKey`] if the bytes are not an unencrypted RSA PKCS#8 document.
    pub fn from_pkcs8(key_id: &str, pkcs8: &[u8]) -> Result<Self, KeyError> {
        let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::DamagedPrivateKey)?;
        Ok(Self { key_id: key_id.into(), pair: Arc::new(pair) })
    }

    /// The URI peers look this key up by.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// RSASSA-PKCS1-v1_5/SHA-256 over `message`. About 0.6 ms of CPU for 2048 bits.
    ///
    /// # Errors
    /// [`KeyError::Crypto`] if the crypto library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| KeyError::Crypto)?;
        Ok(signature)
    }

    /// The public half as SPKI PEM.
    ///
    /// # Errors
    /// [`KeyError::Crypto`] if the crypto library fails.
    pub fn public_pem(&self) -> Result<String, KeyError> {
        let public: PublicKeyX509Der<'_> = self.pair.public_key().as_der().map_err(|_| KeyError::Crypto)?;
        Ok(encode_pem(public.as_ref()))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// Parsed signing keys by key id, so that a delivery does not parse PKCS#8 again. Bounded; cheap to clone.
#[derive(Clone, Debug)]
pub struct SigningKeys {
    cache: Cache<String, SigningKey>,
}

impl SigningKeys {
    /// An empty cache.
    pub fn new() -> Self {
        Self { cache: Cache::new(SIGNING_KEYS_CACHED) }
    }

    /// The key if it has been used before.
    pub fn find(&self, key_id: &str) -> Option<SigningKey> {
        self.cache.get(key_id)
    }

    /// Parses and keeps a key read from storage.
    ///
    /// # Errors
    /// As [`SigningKey::from_pkcs8`].
    pub fn insert(&self, key_id: &str, pkcs8: &[u8]) -> Result<SigningKey, KeyError> {
        let key = SigningKey::from_pkcs8(key_id, pkcs8)?;
        self.cache.insert(key_id.to_owned(), key.clone());
        Ok(key)
    }

    /// Drops a key that was rotated or deleted.
    pub fn forget(&self, key_id: &str) {
        self.cache.invalidate(key_id);
    }
}

impl Default for SigningKeys {
    fn default() -> Self {
        Self::new()
    }
}

fn bit_length(big_endian: &[u8]) -> usize {
    match big_endian.first() {
        Some(first) => big_endian.len() * 8 - first.leading_zeros() as usize,
        None => 0,
    }
}

/// SPKI DER as PEM with 64-character lines (RFC 7468 §2), newline at the end.
fn encode_pem(spki: &[u8]) -> String {
    let text = BASE64.encode(spki);
    let mut pem = String::with_capacity(text.len() + 80);
    pem.push_str("-----BEGIN PUBLIC KEY-----\n");
    for (at, character) in text.chars().enumerate() {
        if at > 0 && at % 64 == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    pem.push_str("\n-----END PUBLIC KEY-----\n");
    pem
}

/// The DER inside a public-key PEM; whitespace and line lengths do not matter, a second document does.
fn decode_pem(pem: &str) -> Result<Vec<u8>, KeyError> {
    if pem.len() > MAX_PEM_BYTES {
        return Err(KeyError::NotPem);
    }
    let body = ["PUBLIC KEY", "RSA PUBLIC KEY"]
        .iter()
        .find_map(|label| {
            let begin = format!("-----BEGIN {label}-----");
            let end = format!("-----END {label}-----");
            pem.trim().strip_prefix(&begin)?.strip_suffix(&end)
        })
        .ok_or(KeyError::NotPem)?;
    let text: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    BASE64.decode(text).map_err(|_| KeyError::NotPem)
}
