//! HTTP signatures as the Fediverse speaks them: draft-cavage-http-signatures-12
//! <https://datatracker.ietf.org/doc/html/draft-cavage-http-signatures-12> with RSA and SHA-256.
//!
//! Pure: bytes and headers in, verdict or headers out. It knows neither actors nor where keys come from;
//! [`crate::gate`] puts it to use for what arrives, [`cavage::sign_post`] and [`cavage::sign_get`] for what leaves.

pub mod cavage;
pub mod digest;
pub mod parse;
