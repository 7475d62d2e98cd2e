//! HTTP signatures as the Fediverse speaks them: draft-cavage-http-signatures-12
//! <https://datatracker.ietf.org/doc/html/draft-cavage-http-signatures-12> with RSA and SHA-256, and RFC 9421
//! <https://www.rfc-editor.org/rfc/rfc9421> with RSA or Ed25519.
//!
//! Pure: bytes and headers in, verdict or headers out. It knows neither actors nor where keys come from;
//! [`crate::gate`] puts it to use for what arrives, [`cavage`] and [`rfc9421`] sign what leaves.

pub mod cavage;
pub mod dialect;
pub mod digest;
pub mod parse;
pub mod rfc9421;
pub mod structured;
