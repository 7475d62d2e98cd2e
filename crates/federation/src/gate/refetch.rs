//! How often keys are fetched because of what a stranger sent.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use staffroom_domain::clock::Timestamp;
use url::Url;

use super::verify::{KeyLookupError, KeyRecord, KeySource};

/// At most one fruitless fetch for the keys of an actor in this time.
pub const REFETCH_EVERY: Duration = Duration::from_mins(5);
/// A server that did not answer is asked again after this time.
const UNAVAILABLE_FOR: Duration = Duration::from_secs(15);

/// What a fetch for keys brought.
type Outcome = Result<Arc<[KeyRecord]>, KeyLookupError>;

/// What a fetch for keys brought, now or before.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) outcome: Outcome,
    /// It was made for this very request.
    pub(super) is_fresh: bool,
}

/// Remembers fetches for keys by the address asked. Bounded; share one per process (it is cheap to clone).
///
/// A fetch that led to a valid signature is forgotten, so that the next change of keys is noticed at once. One that did
/// not stands for five minutes: whatever else fails in that time costs nobody a request. Of several callers at once one
/// fetches and all get what it brought.
#[derive(Clone, Debug)]
pub struct KeyFetches {
    made: Cache<Url, Made>,
}

#[derive(Clone, Debug)]
struct Made {
    at: Timestamp,
    outcome: Outcome,
}

impl Made {
    fn is_over(&self, now: Timestamp) -> bool {
        let lasts = match self.outcome {
            Err(KeyLookupError::Unavailable) => UNAVAILABLE_FOR,
            _ => REFETCH_EVERY,
        };
        now >= self.at.plus(lasts)
    }
}

impl KeyFetches {
    /// Nothing was fetched yet.
    pub fn new() -> Self {
        Self { made: Cache::new(50_000) }
    }

    /// What lies at `address` now, or what the last fruitless fetch found there.
    pub(super) async fn once(&self, address: &Url, now: Timestamp, keys: &dyn KeySource) -> Fetched {
        let fetch = async { Made { at: now, outcome: keys.fetch(address).await.map(Into::into) } };
        let entry = self.made.entry_by_ref(address).or_insert_with_if(fetch, |made| made.is_over(now)).await;
        Fetched { is_fresh: entry.is_fresh(), outcome: entry.into_value().outcome }
    }

    /// The fetch was worth it.
    pub(super) async fn worth_it(&self, address: &Url) {
        self.made.invalidate(address).await;
    }
}

impl Default for KeyFetches {
    fn default() -> Self {
        Self::new()
    }
}
