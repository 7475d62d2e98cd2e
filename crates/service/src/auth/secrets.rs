//! Hashes of secrets. Plain SHA-256 is right here: the secrets are 256 random bits, nothing can be guessed.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

/// Bytes of randomness in every secret.
pub(crate) const SECRET_BYTES: usize = 32;
/// Longest secret looked at, in bytes.
pub(crate) const MAX_SECRET_BYTES: usize = 256;

/// SHA-256 of a secret, as kept.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, secret.as_bytes()).as_ref());
    out
}

/// Whether `secret` is the one kept as `kept`; takes the same time either way.
pub(crate) fn matches(secret: &str, kept: &[u8]) -> bool {
    hash(secret).ct_eq(kept).into()
}

/// Whether `verifier` belongs to a PKCE challenge of method S256 (RFC 7636, 4.6).
pub(crate) fn verifies(verifier: &str, challenge: &str) -> bool {
    let made = URL_SAFE_NO_PAD.encode(hash(verifier));
    made.as_bytes().ct_eq(challenge.trim_end_matches('=').as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pkce_follows_the_example_of_rfc_7636() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(verifies("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", challenge));
        assert!(!verifies("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK", challenge));
        assert!(!verifies(challenge, challenge));
    }
}
