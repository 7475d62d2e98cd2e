//! Keys that rule packs are signed with: an Ed25519 key in a file of whoever publishes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use staffroom_domain::account::KeyAlgorithm;

use super::{KeyError, SigningKey, generate_ed25519, multikey};

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";
/// Longest file looked at, in bytes.
const MAX_PEM_BYTES: usize = 4 * 1024;

/// A publisher's key.
#[derive(Debug)]
pub struct PublisherKey {
    key: SigningKey,
    multikey: String,
}

impl PublisherKey {
    /// Reads an unencrypted PKCS#8 key in PEM, as this program and `openssl genpkey -algorithm ed25519` write it.
    ///
    /// # Errors
    /// [`KeyError::NotPrivatePem`], or [`KeyError::DamagedPrivateKey`] for another kind of key.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem.len() > MAX_PEM_BYTES {
            return Err(KeyError::NotPrivatePem);
        }
        let body =
            pem.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END)).ok_or(KeyError::NotPrivatePem)?;
        let text: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        Self::from_pkcs8(&BASE64.decode(text).map_err(|_| KeyError::NotPrivatePem)?)
    }

    fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let key = SigningKey::from_pkcs8("publisher", KeyAlgorithm::Ed25519, pkcs8)?;
        let multikey = multikey::encode(&key.public_pem()?)?;
        Ok(Self { key, multikey })
    }

    /// Makes a key; returns it with the text of its file.
    ///
    /// # Errors
    /// [`KeyError::Crypto`] if the crypto library fails.
    pub fn generate() -> Result<(Self, String), KeyError> {
        let made = generate_ed25519()?;
        let key = Self::from_pkcs8(&made.private_pkcs8)?;
        Ok((key, format!("{BEGIN}\n{}\n{END}\n", BASE64.encode(&made.private_pkcs8))))
    }

    /// Its public half, a Multikey.
    pub fn multikey(&self) -> &str {
        &self.multikey
    }

    /// The signature over `message`, multibase base58.
    ///
    /// # Errors
    /// [`KeyError::Crypto`] if the crypto library fails.
    pub fn sign(&self, message: &[u8]) -> Result<String, KeyError> {
        Ok(multikey::encode_base58(&self.key.sign(message)?))
    }
}

#[cfg(test)]
mod tests {
    use staffroom_service::ports::KeyMaker as _;

    use super::*;
    use crate::keys::{AccountKeyMaker, generate_rsa};

    #[test]
    fn what_a_key_signs_holds_for_it_and_for_no_other() {
        let (key, pem) = PublisherKey::generate().unwrap();
        let again = PublisherKey::from_pem(&pem).unwrap();
        assert_eq!(key.multikey(), again.multikey());
        let signature = again.sign(b"a pack").unwrap();
        let holds = |key: &str, message: &[u8], signature: &str| AccountKeyMaker.verifies(key, message, signature);
        assert!(holds(key.multikey(), b"a pack", &signature));
        let other = PublisherKey::generate().unwrap().0;
        assert!(!holds(other.multikey(), b"a pack", &signature) && !holds(key.multikey(), b"a Pack", &signature));
        for bad in ["", "z", "zzz", signature.trim_start_matches('z')] {
            assert!(!holds(key.multikey(), b"a pack", bad) && !holds(bad, b"a pack", &signature), "{bad}");
        }
    }

    #[test]
    fn a_key_of_openssl_is_read_and_other_files_are_refused() {
        // RFC 8410 §10.3
        let pem = "-----BEGIN PRIVATE KEY-----\n\
                   MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
                   -----END PRIVATE KEY-----\n";
        assert!(PublisherKey::from_pem(pem).unwrap().multikey().starts_with("z6Mk"));
        let rsa = format!("{BEGIN}\n{}\n{END}", BASE64.encode(generate_rsa().unwrap().private_pkcs8));
        for wrong in ["", "-----BEGIN PRIVATE KEY-----", pem.trim_start_matches('-'), &rsa] {
            assert!(PublisherKey::from_pem(wrong).is_err(), "{wrong:.40}");
        }
    }
}
