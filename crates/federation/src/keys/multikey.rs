//! Multikeys (FEP-521a): Ed25519 public keys as `publicKeyMultibase`, and the base58 text of signatures.
//!
//! Knows nothing of documents; [`crate::vocab::actor`] reads them, [`crate::render::actor`] writes them.

use super::{KeyError, ed25519_of_pem, ed25519_spki, encode_pem};

/// The multicodec of Ed25519 public keys, 0xed, as a varint.
const ED25519_CODEC: [u8; 2] = [0xed, 0x01];
/// Longest multibase text decoded, in bytes: decoding takes time in the square of it (a key has 48, a signature 89).
const MAX_TEXT_BYTES: usize = 128;

/// Multibase base58btc: `z` and the digits.
pub fn encode_base58(bytes: &[u8]) -> String {
    format!("z{}", bs58::encode(bytes).into_string())
}

/// The bytes of a multibase base58btc text; `None` for other bases, foreign characters and long texts.
pub fn decode_base58(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix('z').filter(|digits| digits.len() <= MAX_TEXT_BYTES)?;
    bs58::decode(digits).into_vec().ok()
}

/// The `publicKeyMultibase` of an Ed25519 key given as SPKI PEM.
///
/// # Errors
/// [`KeyError`] if it is not one.
pub fn encode(pem: &str) -> Result<String, KeyError> {
    Ok(encode_base58(&[ED25519_CODEC.as_slice(), &ed25519_of_pem(pem)?].concat()))
}

/// The SPKI PEM of an Ed25519 key given as `publicKeyMultibase`.
///
/// # Errors
/// [`KeyError::NotEd25519`] for other kinds of keys and everything unreadable.
pub fn decode(text: &str) -> Result<String, KeyError> {
    let bytes = decode_base58(text).ok_or(KeyError::NotEd25519)?;
    let key = bytes.strip_prefix(&ED25519_CODEC).ok_or(KeyError::NotEd25519)?;
    super::VerifyingKey::from_ed25519(key)?;
    Ok(encode_pem(&ed25519_spki(key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::generate_ed25519;

    /// From FEP-8b32's example actor.
    const ALICE: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";

    #[test]
    fn keys_survive_the_way_there_and_back() {
        assert_eq!(encode(&decode(ALICE).unwrap()).unwrap(), ALICE);
        let pem = generate_ed25519().unwrap().public_pem;
        assert_eq!(decode(&encode(&pem).unwrap()).unwrap(), pem);
        assert!(encode(&pem).unwrap().starts_with("z6Mk"));
    }

    #[test]
    fn other_keys_and_texts_are_refused() {
        let secret = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq";
        let without_codec = encode_base58(&[7; 32]);
        let short = encode_base58(&[ED25519_CODEC.as_slice(), &[7; 31]].concat());
        let long = format!("z{}", "1".repeat(10_000));
        for bad in ["", "z", "z0OIl", "m6MkrJVn", ALICE.trim_start_matches('z'), secret, &without_codec, &short, &long]
        {
            assert_eq!(decode(bad).unwrap_err(), KeyError::NotEd25519, "{bad:.60}");
        }
        assert!(encode(&crate::keys::generate_rsa().unwrap().public_pem).is_err());
    }
}
