//! Seals secrets kept in the database (AES-256-GCM), so that a copied file gives away no private key, and signs what the
//! world hands back to us (HMAC-SHA256).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};

use crate::error::{Result, StorageError};

/// Keeps the key for signatures apart from the one that seals.
const SIGNATURES: &[u8] = b"staffroom signatures";

/// The key that seals secrets. 32 bytes, kept outside the database.
pub struct Vault {
    key: LessSafeKey,
    signing: hmac::Key,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// A vault with `key`.
    ///
    /// # Errors
    /// [`StorageError::Sealed`] if the algorithm refuses the key.
    pub fn new(key: &[u8; 32]) -> Result<Self> {
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), SIGNATURES);
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| StorageError::Sealed)?;
        Ok(Self { key: LessSafeKey::new(key), signing: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()) })
    }

    /// A signature (32 bytes) of `data`, good for the purpose `label` alone. The same every time.
    pub fn sign(&self, label: &str, data: &[u8]) -> Vec<u8> {
        hmac::sign(&self.signing, &labelled(label, data)).as_ref().to_vec()
    }

    /// Whether `signature` is what [`Vault::sign`] makes, compared in constant time.
    pub fn is_signed(&self, label: &str, data: &[u8], signature: &[u8]) -> bool {
        hmac::verify(&self.signing, &labelled(label, data), signature).is_ok()
    }

    /// Seals `secret`, bound to `label` (the place it is kept under). Nonce first, then ciphertext and tag.
    ///
    /// # Errors
    /// [`StorageError::Sealed`] if the machine gives no randomness.
    pub fn seal(&self, label: &str, secret: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0_u8; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| StorageError::Sealed)?;
        let mut sealed = secret.to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(label.as_bytes()), &mut sealed)
            .map_err(|_| StorageError::Sealed)?;
        let mut out = nonce.to_vec();
        out.append(&mut sealed);
        Ok(out)
    }

    /// Opens what [`Vault::seal`] made under the same `label`.
    ///
    /// # Errors
    /// [`StorageError::Sealed`] if key, label or bytes differ.
    pub fn open(&self, label: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or(StorageError::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| StorageError::Sealed)?;
        let mut buffer = rest.to_vec();
        let plain = self
            .key
            .open_in_place(nonce, Aad::from(label.as_bytes()), &mut buffer)
            .map_err(|_| StorageError::Sealed)?;
        Ok(plain.to_vec())
    }
}

fn labelled(label: &str, data: &[u8]) -> Vec<u8> {
    [label.as_bytes(), b"\0", data].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_hold_for_one_key_label_and_text() {
        let vault = Vault::new(&[7; 32]).unwrap();
        let signature = vault.sign("a", b"text");
        assert!(vault.is_signed("a", b"text", &signature));
        assert!(!vault.is_signed("b", b"text", &signature) && !vault.is_signed("a", b"test", &signature));
        assert!(!vault.is_signed("a", b"text", &signature[..31]) && !vault.is_signed("a", b"text", b""));
        assert!(!Vault::new(&[8; 32]).unwrap().is_signed("a", b"text", &signature));
    }

    #[test]
    fn opens_only_with_the_same_key_and_label() {
        let vault = Vault::new(&[7; 32]).unwrap();
        let sealed = vault.seal("a", b"secret").unwrap();
        assert_eq!(vault.open("a", &sealed).unwrap(), b"secret");
        assert!(vault.open("b", &sealed).is_err());
        assert!(Vault::new(&[8; 32]).unwrap().open("a", &sealed).is_err());
        assert!(vault.open("a", &sealed[..sealed.len() - 1]).is_err());
        assert!(vault.open("a", b"").is_err());
    }
}
