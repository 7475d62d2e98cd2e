//! What is remembered of fetches: who is asking for what now, what could not be had, which hosts are new.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::future::Cache;
use serde_json::Value;
use staffroom_domain::Timestamp;
use staffroom_service::Service;
use url::Url;

use super::Found;
use super::budget::NewHosts;
use super::rates::Rates;
use crate::error::FederationError;
use crate::http::Purpose;

/// Documents remembered.
const REMEMBERED: u64 = 50_000;
/// How long a refusal that would be the same again is remembered (absent, of a wrong type, redirected in circles …).
const KEEP_REFUSED: Duration = Duration::from_mins(10);
/// Requests in an hour to complete one thread, and threads that one host knows of.
const PER_THREAD: u32 = 100;
const PER_HOST: u32 = 600;
/// How long trouble on the way is.
const KEEP_TROUBLE: Duration = Duration::from_secs(5);

type Outcome = Result<Arc<Found<Value>>, Arc<FederationError>>;
type Asking<'a> = Pin<Box<dyn Future<Output = Result<Found<Value>, FederationError>> + Send + 'a>>;

/// See the module. One per process.
pub(crate) struct Memory {
    outcomes: Cache<(Purpose, Url), Outcome>,
    hosts: NewHosts,
    threads: Rates,
    thread_hosts: Rates,
}

impl Memory {
    /// Remembers nothing yet.
    pub(crate) fn new() -> Self {
        Self {
            outcomes: Cache::builder().max_capacity(REMEMBERED).expire_after(Failures).build(),
            hosts: NewHosts::new(),
            threads: Rates::new(PER_THREAD),
            thread_hosts: Rates::new(PER_HOST),
        }
    }

    /// Takes one request to `host` from what may be asked in an hour for `thread`, and for threads of that host.
    ///
    /// # Errors
    /// [`FederationError::Refused`] when nothing is left.
    pub(super) fn spend_for_thread(&self, thread: &str, host: &str, now: Timestamp) -> Result<(), FederationError> {
        if self.threads.take(thread, now) && self.thread_hosts.take(host, now) {
            Ok(())
        } else {
            Err(FederationError::Refused("too much was fetched for this thread lately"))
        }
    }

    /// Whether more may be asked for `thread` in this hour.
    pub(crate) fn has_more_for_thread(&self, thread: &str, now: Timestamp) -> bool {
        self.threads.has_more(thread, now)
    }

    /// The document, asked for by `ask` unless somebody is asking now or it could not be had a moment ago.
    pub(super) async fn get<'a>(&self, purpose: Purpose, url: &Url, ask: impl FnOnce() -> Asking<'a>) -> Outcome {
        let asking = async { ask().await.map(Arc::new).map_err(Arc::new) };
        self.outcomes.get_with((purpose, url.clone()), asking).await
    }

    /// Takes note of a host we are about to speak with.
    ///
    /// # Errors
    /// [`FederationError::TooManyHosts`] when its domain has shown too many new ones lately.
    pub(super) async fn meet(&self, service: &Service, host: &str) -> Result<(), FederationError> {
        // names cost nothing to make, ports have to be listed one by one
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        if self.hosts.is_met(name) {
            return Ok(());
        }
        if service.deliveries().is_known_host(host).await? {
            self.hosts.remember(name);
            return Ok(());
        }
        if self.hosts.meet(name, service.cx().now()) { Ok(()) } else { Err(FederationError::TooManyHosts) }
    }
}

/// Found documents are not kept (the database is where they belong), failures are.
struct Failures;

impl Expiry<(Purpose, Url), Outcome> for Failures {
    fn expire_after_create(&self, _: &(Purpose, Url), outcome: &Outcome, _: Instant) -> Option<Duration> {
        Some(match outcome {
            Ok(_) => Duration::ZERO,
            Err(error) if error.is_temporary() => KEEP_TROUBLE,
            Err(_) => KEEP_REFUSED,
        })
    }
}
