//! The strict gate in front of every inbox and of every signed fetch.
//!
//! Two steps, so that strangers cost us as little as possible: [`check_envelope`] (or [`check_fetch`]) looks at
//! everything that needs no key, [`verify_request`] then finds the key and does the arithmetic. Nothing is stored
//! here, and nothing is fetched except through [`KeySource`].
//!
//! What "strict" means is written down in the doc of each refusal, [`Refused`].

mod claims;
mod envelope;
mod refetch;
mod refused;
mod verify;

#[cfg(test)]
mod tests;

pub use envelope::{ActivityEnvelope, GateConfig, SignedRequest, check_envelope, check_fetch};
pub use refetch::{KeyFetches, REFETCH_EVERY};
pub use refused::Refused;
pub use verify::{KeyLookupError, KeyRecord, KeySource, Verified, verify_messenger, verify_proof, verify_request};

/// Largest body an inbox reads, in bytes.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// How old a `Date` or `(created)` may be, in seconds (12 h: peers retry with the old signature).
pub const MAX_AGE_SECS: i64 = 12 * 60 * 60;
/// How far in the future it may be, in seconds.
pub const MAX_AHEAD_SECS: i64 = 5 * 60;
