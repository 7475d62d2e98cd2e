//! How often keys are fetched because of what a stranger sent.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use staffroom_domain::clock::Timestamp;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;
use url::Url;

use super::verify::{KeyLookupError, KeyRecord, KeySource};
use crate::http::host_of;

/// At most one fruitless fetch for the keys of an actor in this time; and at most one from a host, whatever actors of
/// its are named, because of what one client sends: not because of what others send, who may merely say to be of it.
pub const REFETCH_EVERY: Duration = Duration::from_mins(5);
/// A server that did not answer is asked again after this time.
const UNAVAILABLE_FOR: Duration = Duration::from_secs(15);
/// So long a request waits until the fetches before it, from the same host because of the same client, have proved
/// worth it or not.
const TURN_WITHIN: Duration = Duration::from_secs(5);
/// Of a host so many who are gone are asked for, one after the other: those are common where spammers are suspended as
/// they come, and nobody else of their host is to wait for it.
const GONE: u32 = 10;
/// Addresses, and pairs of host and client, remembered.
const REMEMBERED: u64 = 50_000;

/// What a fetch for keys brought.
type Outcome = Result<Arc<[KeyRecord]>, KeyLookupError>;

/// What a fetch for keys brought, now or before. To be judged: [`KeyFetches::fitted`],
/// [`Fetched::failed`] or [`Fetched::excused`].
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) outcome: Outcome,
    /// It was made for this very request, and whoever comes next waits until it is judged.
    turn: Option<OwnedMutexGuard<Patience>>,
    at: Timestamp,
}

/// Whether a host is asked for keys because of a client.
#[derive(Debug, Default)]
struct Patience {
    /// Not before this.
    until: Timestamp,
    /// So many were gone since the last one whose key fitted.
    gone: u32,
}

/// Remembers fetches for keys by the address asked. Bounded; share one per process (it is cheap to clone).
///
/// A fetch that led to a valid signature is forgotten, so that the next change of keys is noticed at once. One that did
/// not stands for five minutes: whatever else fails in that time costs nobody a request. Of several callers at once one
/// fetches and all get what it brought.
#[derive(Clone, Debug)]
pub struct KeyFetches {
    made: Cache<Url, Made>,
    turns: Cache<(String, Option<IpAddr>), Arc<Mutex<Patience>>>,
}

#[derive(Clone, Debug)]
struct Made {
    at: Timestamp,
    outcome: Outcome,
}

/// How long a fetch that was not worth it stands.
fn lasts(outcome: &Outcome) -> Duration {
    if let Err(KeyLookupError::Unavailable) = outcome { UNAVAILABLE_FOR } else { REFETCH_EVERY }
}

impl KeyFetches {
    /// Nothing was fetched yet.
    pub fn new() -> Self {
        Self { made: Cache::new(REMEMBERED), turns: Cache::new(REMEMBERED) }
    }

    /// What lies at `address` now, or what the last fruitless fetch found there.
    pub(super) async fn once(&self, address: &Url, now: Timestamp, keys: &dyn KeySource) -> Fetched {
        let mut turn = None;
        let fetch = async {
            turn = self.turn(address, now, keys).await;
            let outcome = match turn {
                Some(_) => keys.fetch(address).await.map(Into::into),
                None => Err(KeyLookupError::Unavailable),
            };
            Made { at: now, outcome }
        };
        let is_over = |made: &Made| now >= made.at.plus(lasts(&made.outcome));
        let outcome = self.made.entry_by_ref(address).or_insert_with_if(fetch, is_over).await.into_value().outcome;
        Fetched { outcome, turn, at: now }
    }

    /// A fetch of `address` was worth it: the next who names a key that does not fit makes us look again.
    pub(super) async fn fitted(&self, fetched: Fetched, address: &Url, keys: &dyn KeySource) {
        self.made.invalidate(address).await;
        let turn = match fetched.turn {
            Some(turn) => Some(turn),
            // it had been thought in vain
            None => self.turns.get(&asked(address, keys)).await.and_then(|turn| turn.try_lock_owned().ok()),
        };
        if let Some(mut turn) = turn {
            *turn = Patience::default();
        }
    }

    /// The right to ask the host for keys because of this client, unless that was in vain lately.
    async fn turn(&self, address: &Url, now: Timestamp, keys: &dyn KeySource) -> Option<OwnedMutexGuard<Patience>> {
        let turn = self.turns.get_with(asked(address, keys), async { Arc::default() }).await;
        let mut turn = timeout(TURN_WITHIN, turn.lock_owned()).await.ok()?;
        if turn.until > now {
            return None;
        }
        // holds if nobody waits for the outcome: whoever hangs up early gains nothing
        turn.until = now.plus(UNAVAILABLE_FOR);
        Some(turn)
    }
}

impl Fetched {
    /// Whether it was made for this very request.
    pub(super) fn is_fresh(&self) -> bool {
        self.turn.is_some()
    }

    /// It was in vain, and that was to be expected.
    pub(super) fn excused(self) {
        if let Some(mut turn) = self.turn {
            turn.until = self.at;
        }
    }

    /// It was in vain: the host is left alone for a while, as far as this client goes.
    pub(super) fn failed(self) {
        if let Some(mut turn) = self.turn {
            let is_common = matches!(self.outcome, Err(KeyLookupError::Gone)) && turn.gone < GONE;
            turn.gone += u32::from(is_common);
            turn.until = if is_common { self.at } else { self.at.plus(lasts(&self.outcome)) };
        }
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
