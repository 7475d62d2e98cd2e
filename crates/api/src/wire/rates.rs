//! Counting requests: fixed windows per account or address, in memory, bounded.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use moka::sync::Cache;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::AccountId;
use staffroom_domain::subscriber::subscriber;

use crate::routes::Kind;

/// Callers remembered at once; beyond that the ones asking least are forgotten first.
const MAX_KEYS: u64 = 100_000;

/// Files an address may have other servers asked for, for each of its ordinary requests: a whole school sits behind one,
/// and a page shows many faces.
const FETCHES_PER_REQUEST: u64 = 4;

/// So many requests in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests.
    pub requests: u64,
    /// Seconds; at least 1.
    pub window_secs: u64,
}

/// How often clients may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Ordinary requests, per account, or per address without a token.
    pub general: Quota,
    /// Uploads of attachments.
    pub media: Quota,
    /// Statuses deleted and boosts taken back.
    pub removal: Quota,
    /// Statuses translated.
    pub translation: Quota,
}

impl Default for RateLimits {
    /// Mastodon's own limits, so that apps pace themselves as they do there; translations, which others work for, are
    /// fewer.
    fn default() -> Self {
        let half_hour = Quota { requests: 30, window_secs: 30 * 60 };
        Self {
            general: Quota { requests: 300, window_secs: 5 * 60 },
            media: half_hour,
            removal: half_hour,
            translation: Quota { requests: 30, window_secs: 5 * 60 },
        }
    }
}

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// Somebody signed in.
    Account(AccountId),
    /// A subscriber, see [`subscriber`].
    Address(IpAddr),
}

impl Key {
    /// Counts by address.
    pub(crate) fn address(ip: IpAddr) -> Self {
        Self::Address(subscriber(ip))
    }
}

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Class {
    Plain,
    Media,
    Removal,
    Translation,
    Fetch,
}

/// Remembers who asked how often.
pub(crate) struct Limiter {
    limits: RateLimits,
    seen: Cache<(Class, Key, i64), Arc<AtomicU64>>,
}

impl Limiter {
    /// Nobody asked yet.
    pub(crate) fn new(limits: RateLimits) -> Self {
        let quotas = [limits.general, limits.media, limits.removal, limits.translation];
        let longest = quotas.iter().map(|quota| quota.window_secs).max().unwrap_or(1);
        let seen = Cache::builder().max_capacity(MAX_KEYS).time_to_live(Duration::from_secs(longest.max(1))).build();
        Self { limits, seen }
    }

    /// Counts one request at `now`.
    pub(crate) fn count(&self, kind: Kind, key: Key, now: Timestamp) -> Count {
        let (class, quota) = match kind {
            Kind::Plain | Kind::Upload | Kind::Stream => (Class::Plain, self.limits.general),
            Kind::Media => (Class::Media, self.limits.media),
            Kind::Removal => (Class::Removal, self.limits.removal),
            Kind::Translation => (Class::Translation, self.limits.translation),
        };
        self.add(class, quota, key, now)
    }

    /// Counts one file of another server that has to be fetched at `now`.
    pub(crate) fn count_fetch(&self, key: Key, now: Timestamp) -> Count {
        let general = self.limits.general;
        let requests = general.requests.saturating_mul(FETCHES_PER_REQUEST);
        self.add(Class::Fetch, Quota { requests, ..general }, key, now)
    }

    fn add(&self, class: Class, quota: Quota, key: Key, now: Timestamp) -> Count {
        let window_secs = i64::try_from(quota.window_secs.max(1)).unwrap_or(i64::MAX);
        let window = now.as_secs().div_euclid(window_secs);
        let counter = self.seen.get_with((class, key, window), Arc::default);
        let used = counter.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let reset = Timestamp::from_secs(window.saturating_add(1).saturating_mul(window_secs));
        Count { limit: quota.requests, used, reset }
    }
}

/// Where a caller stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    limit: u64,
    used: u64,
    reset: Timestamp,
}

impl Count {
    /// Whether this request was one too many.
    pub(crate) const fn exceeded(&self) -> bool {
        self.used > self.limit
    }

    /// Seconds until the next window, at least 1.
    pub(crate) fn wait_secs(&self, now: Timestamp) -> u64 {
        let millis = self.reset.as_millis().saturating_sub(now.as_millis());
        u64::try_from(millis).unwrap_or(0).div_ceil(1000).max(1)
    }

    /// Tells the caller, in the three headers Mastodon's apps read.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        headers.insert("x-ratelimit-limit", HeaderValue::from(self.limit));
        headers.insert("x-ratelimit-remaining", HeaderValue::from(self.limit.saturating_sub(self.used)));
        if let Ok(reset) = HeaderValue::from_str(&self.reset.to_rfc3339()) {
            headers.insert("x-ratelimit-reset", reset);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter() -> Limiter {
        Limiter::new(RateLimits { general: Quota { requests: 2, window_secs: 300 }, ..RateLimits::default() })
    }

    const AMY: Key = Key::Account(AccountId(1));
    const BEN: Key = Key::Account(AccountId(2));
    const START: Timestamp = Timestamp(1_790_000_100_000);

    #[test]
    fn one_too_many_waits_for_the_next_window_and_others_do_not() {
        let limiter = limiter();
        let counts: Vec<_> = (0..3).map(|_| limiter.count(Kind::Plain, AMY, START)).collect();
        assert_eq!(counts.iter().map(Count::exceeded).collect::<Vec<_>>(), [false, false, true]);
        assert!(!limiter.count(Kind::Plain, BEN, START).exceeded());
        assert!(!limiter.count(Kind::Removal, AMY, START).exceeded(), "removals are counted apart");
        let wait = counts[2].wait_secs(START);
        assert!((1..=300).contains(&wait));
        let later = START.plus(Duration::from_secs(wait));
        assert!(!limiter.count(Kind::Plain, AMY, later).exceeded());
    }

    #[test]
    fn the_headers_say_what_is_left_and_never_go_below_nothing() {
        let limiter = limiter();
        let mut headers = HeaderMap::new();
        for left in ["1", "0", "0"] {
            limiter.count(Kind::Plain, AMY, START).write(&mut headers);
            assert_eq!(headers["x-ratelimit-remaining"], left);
        }
        assert_eq!(headers["x-ratelimit-limit"], "2");
        let reset = Timestamp::parse(headers["x-ratelimit-reset"].to_str().unwrap());
        assert!(reset.is_some_and(|reset| reset > START));
    }
}
