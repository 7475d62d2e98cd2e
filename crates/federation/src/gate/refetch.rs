//! How often a key may be fetched again after a signature failed.

use std::time::Duration;

use moka::ops::compute::{CompResult, Op};
use moka::sync::Cache;
use staffroom_domain::clock::Timestamp;
use url::Url;

/// At most one refetch per actor in this time.
pub const REFETCH_EVERY: Duration = Duration::from_mins(5);

/// Remembers refetches. Bounded; share one per process (it is cheap to clone).
#[derive(Clone, Debug)]
pub struct RefetchLimiter {
    last: Cache<String, Timestamp>,
}

impl RefetchLimiter {
    /// A limiter that has seen nothing.
    pub fn new() -> Self {
        Self { last: Cache::new(50_000) }
    }

    /// Takes the permission to refetch of keys of `owner`; `false` if it was taken within
    /// [`REFETCH_EVERY`]. Of several callers at once exactly one gets it.
    pub fn take(&self, owner: &Url, now: Timestamp) -> bool {
        let outcome = self.last.entry(owner.to_string()).and_compute_with(|entry| match entry {
            Some(entry) if now < entry.value().plus(REFETCH_EVERY) => Op::Nop,
            _ => Op::Put(now),
        });
        matches!(outcome, CompResult::Inserted(_) | CompResult::ReplacedWith(_))
    }
}

impl Default for RefetchLimiter {
    fn default() -> Self {
        Self::new()
    }
}
