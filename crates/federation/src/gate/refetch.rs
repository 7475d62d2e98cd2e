//! How often keys are fetched because of what a stranger sent.

use std::future::ready;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use moka::Entry;
use moka::future::Cache;
use moka::ops::compute::Op;
use staffroom_domain::clock::Timestamp;
use url::Url;

use super::verify::{KeyLookupError, KeyRecord, KeySource};
use crate::http::host_of;

/// At most one fruitless fetch for the keys of an actor in this time.
pub const REFETCH_EVERY: Duration = Duration::from_mins(5);
/// At most so many fruitless fetches from one host in that time, whatever actors of its are named, because of what one
/// client sends: not because of what others send, who may merely say to be of that host. It is one until a key that was
/// fetched from there has fitted what this client sent.
const FRUITLESS_PER_HOST: u32 = 10;
/// Hosts and clients counted.
const COUNTED: u64 = 50_000;
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
    fruitless: Cache<(String, Option<IpAddr>), Fruitless>,
}

/// Fetches that have not proved worth it, since when.
#[derive(Clone, Copy, Debug)]
struct Fruitless {
    since: Timestamp,
    count: u32,
    /// A fetch was worth it once.
    has_fitted: bool,
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
        Self { made: Cache::new(50_000), fruitless: Cache::new(COUNTED) }
    }

    /// What lies at `address` now, or what the last fruitless fetch found there.
    pub(super) async fn once(&self, address: &Url, now: Timestamp, keys: &dyn KeySource) -> Fetched {
        let fetch = async {
            let outcome = if self.may_ask(address, now, keys).await {
                keys.fetch(address).await.map(Into::into)
            } else {
                Err(KeyLookupError::Unavailable)
            };
            Made { at: now, outcome }
        };
        let entry = self.made.entry_by_ref(address).or_insert_with_if(fetch, |made| made.is_over(now)).await;
        Fetched { is_fresh: entry.is_fresh(), outcome: entry.into_value().outcome }
    }

    /// The fetch was worth it.
    pub(super) async fn worth_it(&self, address: &Url, keys: &dyn KeySource) {
        self.made.invalidate(address).await;
        let repaid = |entry: Option<Entry<_, Fruitless>>| match entry {
            Some(entry) => {
                let Fruitless { since, count, .. } = entry.into_value();
                Op::Put(Fruitless { since, count: count.saturating_sub(1), has_fitted: true })
            }
            None => Op::Nop,
        };
        self.fruitless.entry(asked(address, keys)).and_compute_with(|entry| ready(repaid(entry))).await;
    }

    /// Counts a fetch in advance; whether it may be made.
    async fn may_ask(&self, address: &Url, now: Timestamp, keys: &dyn KeySource) -> bool {
        let counted = |entry: Option<Entry<_, Fruitless>>| {
            let new = Fruitless { since: now, count: 0, has_fitted: false };
            let before = entry.map_or(new, Entry::into_value);
            let is_over = before.since.plus(REFETCH_EVERY) <= now;
            let before = if is_over { Fruitless { has_fitted: before.has_fitted, ..new } } else { before };
            Fruitless { count: before.count.saturating_add(1), ..before }
        };
        let entry = self.fruitless.entry(asked(address, keys)).and_upsert_with(|entry| ready(counted(entry))).await;
        let Fruitless { count, has_fitted, .. } = entry.into_value();
        count <= if has_fitted { FRUITLESS_PER_HOST } else { 1 }
    }
}

/// Which host is asked, because of whom.
fn asked(address: &Url, keys: &dyn KeySource) -> (String, Option<IpAddr>) {
    (host_of(address), keys.client())
}

impl Default for KeyFetches {
    fn default() -> Self {
        Self::new()
    }
}
