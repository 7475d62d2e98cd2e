//! Keys of actors, RSA and Ed25519: making them, reading other people's public ones, signing and checking with them.
//!
//! Every operation runs in `aws-lc-rs` (constant-time, blinded), because remote parties can make us sign on demand
//! and time the answer (RUSTSEC-2023-0071 names the library we therefore keep away from). Nothing here knows HTTP
//! or where keys are stored.

pub mod multikey;
pub mod publisher;

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKey};
use aws_lc_rs::signature::{
    ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use moka::sync::Cache;
use staffroom_domain::account::{KeyAlgorithm, KeyPair as AccountKeyPair};
use staffroom_service::ServiceError;
use staffroom_service::ports::{KeyMaker, NewKey};

/// Smallest RSA modulus we accept, in bits.
pub const MIN_RSA_BITS: usize = 2048;
/// Largest RSA modulus we accept, in bits: verification cost grows with the square of it.
pub const MAX_RSA_BITS: usize = 8192;

/// What stands before the 32 bytes of an Ed25519 key in a `SubjectPublicKeyInfo` (RFC 8410 §10.1).
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// Length of an Ed25519 public key, in bytes.
const ED25519_BYTES: usize = 32;
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
    /// Not PEM, or not the PEM of an unencrypted private key.
    #[error("not an unencrypted private key in PEM form (PKCS#8)")]
    NotPrivatePem,
    /// PEM, but not an RSA key inside.
    #[error("not an RSA public key")]
    NotRsa,
    /// Not an Ed25519 key in the form asked for.
    #[error("not an Ed25519 public key")]
    NotEd25519,
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

/// Makes an Ed25519 key pair. Takes some 50 µs.
///
/// # Errors
/// [`KeyError::Crypto`] if the crypto library fails.
pub fn generate_ed25519() -> Result<GeneratedKey, KeyError> {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeyError::Crypto)?;
    let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).map_err(|_| KeyError::Crypto)?;
    let public_pem = encode_pem(&ed25519_spki(pair.public_key().as_ref()));
    Ok(GeneratedKey { private_pkcs8: document.as_ref().to_vec(), public_pem })
}

/// Makes the keys of accounts for the use cases.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccountKeyMaker;

impl KeyMaker for AccountKeyMaker {
    fn generate(&self, algorithm: KeyAlgorithm) -> Result<NewKey, ServiceError> {
        let made = match algorithm {
            KeyAlgorithm::Rsa => generate_rsa(),
            KeyAlgorithm::Ed25519 => generate_ed25519(),
        };
        let made = made.map_err(|error| ServiceError::Internal(error.to_string()))?;
        Ok(NewKey { public_pem: made.public_pem, private_pkcs8: made.private_pkcs8 })
    }

    fn sign(&self, key: &AccountKeyPair, message: &[u8]) -> Result<Vec<u8>, ServiceError> {
        let key = SigningKey::from_pkcs8(&key.uri, key.algorithm, &key.private_pkcs8);
        key.and_then(|key| key.sign(message)).map_err(|error| ServiceError::Internal(error.to_string()))
    }

    fn verifies(&self, key: &str, message: &[u8], signature: &str) -> bool {
        let Some(signature) = multikey::decode_base58(signature) else { return false };
        let key = multikey::decode(key).and_then(|pem| VerifyingKey::stored(KeyAlgorithm::Ed25519, &pem));
        key.is_ok_and(|key| key.verifies(message, &signature))
    }
}

/// Somebody's public key, parsed once and cheap to clone.
#[derive(Clone)]
pub struct VerifyingKey {
    algorithm: KeyAlgorithm,
    parsed: Arc<ParsedPublicKey>,
}

impl VerifyingKey {
    /// Reads an RSA public key from PEM, as actors publish it: SPKI (`PUBLIC KEY`) or PKCS#1 (`RSA PUBLIC KEY`).
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
        Ok(Self { algorithm: KeyAlgorithm::Rsa, parsed: Arc::new(parsed) })
    }

    /// Takes the 32 bytes of an Ed25519 public key.
    ///
    /// # Errors
    /// [`KeyError::NotEd25519`] for anything that is not a point of the curve.
    pub fn from_ed25519(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() != ED25519_BYTES {
            return Err(KeyError::NotEd25519);
        }
        let parsed = ParsedPublicKey::new(&ED25519, bytes).map_err(|_| KeyError::NotEd25519)?;
        Ok(Self { algorithm: KeyAlgorithm::Ed25519, parsed: Arc::new(parsed) })
    }

    /// Reads a key as we store it: PEM of `algorithm`.
    ///
    /// # Errors
    /// As [`VerifyingKey::from_pem`] and [`VerifyingKey::from_ed25519`].
    pub fn stored(algorithm: KeyAlgorithm, pem: &str) -> Result<Self, KeyError> {
        match algorithm {
            KeyAlgorithm::Rsa => Self::from_pem(pem),
            KeyAlgorithm::Ed25519 => Self::from_ed25519(&ed25519_of_pem(pem)?),
        }
    }

    /// What it signs with.
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// Whether `signature` is this key's signature over `message`: RSASSA-PKCS1-v1_5/SHA-256, or Ed25519.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VerifyingKey").field(&self.algorithm).finish()
    }
}

/// One of our own keys together with the id under which peers find it. Cheap to clone; never prints the key.
#[derive(Clone)]
pub struct SigningKey {
    key_id: Arc<str>,
    pair: Pair,
}

#[derive(Clone)]
enum Pair {
    Rsa(Arc<RsaKeyPair>),
    Ed25519(Arc<Ed25519KeyPair>),
}

impl SigningKey {
    /// Parses a stored private key. `key_id` is the URI peers look it up by (`…#main-key`).
    ///
    /// # Errors
    /// [`KeyError::DamagedPrivateKey`] if the bytes are not an unencrypted PKCS#8 document of that algorithm.
    pub fn from_pkcs8(key_id: &str, algorithm: KeyAlgorithm, pkcs8: &[u8]) -> Result<Self, KeyError> {
        let damaged = |_| KeyError::DamagedPrivateKey;
        let pair = match algorithm {
            KeyAlgorithm::Rsa => Pair::Rsa(Arc::new(RsaKeyPair::from_pkcs8(pkcs8).map_err(damaged)?)),
            KeyAlgorithm::Ed25519 => Pair::Ed25519(Arc::new(Ed25519KeyPair::from_pkcs8(pkcs8).map_err(damaged)?)),
        };
        Ok(Self { key_id: key_id.into(), pair })
    }

    /// The URI peers look this key up by.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// What it signs with.
    pub fn algorithm(&self) -> KeyAlgorithm {
        match self.pair {
            Pair::Rsa(_) => KeyAlgorithm::Rsa,
            Pair::Ed25519(_) => KeyAlgorithm::Ed25519,
        }
    }

    /// RSASSA-PKCS1-v1_5/SHA-256 (about 0.6 ms of CPU for 2048 bits) or Ed25519 (about 0.02 ms) over `message`.
    ///
    /// # Errors
    /// [`KeyError::Crypto`] if the crypto library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| KeyError::Crypto)?;
                Ok(signature)
            }
            Pair::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }

    /// The public half as SPKI PEM.
    ///
    /// # Errors
    /// [`KeyError::Crypto`] if the crypto library fails.
    pub fn public_pem(&self) -> Result<String, KeyError> {
        match &self.pair {
            Pair::Rsa(pair) => {
                let public: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| KeyError::Crypto)?;
                Ok(encode_pem(public.as_ref()))
            }
            Pair::Ed25519(pair) => Ok(encode_pem(&ed25519_spki(pair.public_key().as_ref()))),
        }
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
    pub fn insert(&self, key_id: &str, algorithm: KeyAlgorithm, pkcs8: &[u8]) -> Result<SigningKey, KeyError> {
        let key = SigningKey::from_pkcs8(key_id, algorithm, pkcs8)?;
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

fn ed25519_spki(key: &[u8]) -> Vec<u8> {
    [&ED25519_SPKI, key].concat()
}

/// The 32 bytes of an Ed25519 key in SPKI PEM.
///
/// # Errors
/// [`KeyError::NotPem`], or [`KeyError::NotEd25519`] for another kind of key.
pub fn ed25519_of_pem(pem: &str) -> Result<Vec<u8>, KeyError> {
    let der = decode_pem(pem)?;
    let key = der.strip_prefix(&ED25519_SPKI).filter(|key| key.len() == ED25519_BYTES);
    key.map(<[u8]>::to_vec).ok_or(KeyError::NotEd25519)
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
