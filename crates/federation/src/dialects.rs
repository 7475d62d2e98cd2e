//! Which dialect each host is spoken to in.
//!
//! draft-cavage unless we know better: a host that has itself sent us a valid RFC 9421 request is answered in kind, and
//! where a dialect is refused the other is tried once. Either is remembered for a week. Whoever sends asks here;
//! nothing in here sends.

use std::time::Duration;

use http::StatusCode;
use moka::future::Cache;
use staffroom_domain::Timestamp;
use staffroom_service::Service;

use crate::signature::dialect::Dialect;

/// How long a host's dialect is remembered.
const REMEMBERED_FOR: Duration = Duration::from_hours(7 * 24);
/// What is heard again is written down again once a day.
const RENEWED_AFTER: Duration = Duration::from_hours(24);
/// How long a host's dialect is believed without asking storage, where several nodes may learn.
const CACHED_FOR: Duration = Duration::from_mins(5);
/// After both dialects were refused the second is left alone this long: it is not the signature that is wrong.
const SETTLED_FOR: Duration = Duration::from_hours(1);
/// Hosts kept in memory.
const HOSTS_CACHED: u64 = 10_000;

/// What is known of a host: its dialect, and until when that was learned.
type Known = (Dialect, Option<Timestamp>);

/// Dialects by host. One per process; cheap to clone.
#[derive(Clone)]
pub struct Dialects {
    service: Service,
    known: Cache<String, Known>,
    settled: Cache<String, ()>,
}

impl Dialects {
    /// Dialects as `service` remembers them.
    pub fn new(service: Service) -> Self {
        Self {
            service,
            known: Cache::builder().max_capacity(HOSTS_CACHED).time_to_live(CACHED_FOR).build(),
            settled: Cache::builder().max_capacity(HOSTS_CACHED).time_to_live(SETTLED_FOR).build(),
        }
    }

    /// How `host` (with its port, if unusual) is spoken to.
    pub async fn of(&self, host: &str) -> Dialect {
        self.known(host).await.0
    }

    /// Whether a refusal with this status may be about the dialect, and the other one has not been refused as well
    /// within the last hour.
    pub fn may_try_other(&self, host: &str, status: StatusCode) -> bool {
        matches!(status.as_u16(), 400 | 401 | 403) && !self.settled.contains_key(host)
    }

    /// `host` took in `dialect` what it had refused in the other.
    pub async fn took(&self, host: &str, dialect: Dialect) {
        self.remember(host, dialect).await;
    }

    /// `host` refused both.
    pub async fn took_neither(&self, host: &str) {
        self.settled.insert(host.to_owned(), ()).await;
    }

    /// `host` sent us a valid request in `dialect`. Changes nothing where we learned by trying what it takes.
    pub async fn heard(&self, host: &str, dialect: Dialect) {
        let (spoken, until) = self.known(host).await;
        let now = self.service.cx().now();
        let is_due = match until {
            None => dialect != Dialect::Cavage,
            Some(until) => spoken == dialect && until.minus(REMEMBERED_FOR).plus(RENEWED_AFTER) <= now,
        };
        if is_due {
            self.remember(host, dialect).await;
        }
    }

    async fn known(&self, host: &str) -> Known {
        let load = async {
            let stored = self.service.deliveries().dialect(&self.service.cx(), host).await.unwrap_or_else(|error| {
                tracing::warn!(%error, peer.host = %host, "dialect of a host cannot be read");
                None
            });
            let read = stored.and_then(|stored| Some((Dialect::parse(&stored.dialect)?, Some(stored.until))));
            read.unwrap_or((Dialect::Cavage, None))
        };
        let now = self.service.cx().now();
        let is_over = |(_, until): &Known| until.is_some_and(|until| until <= now);
        self.known.entry_by_ref(host).or_insert_with_if(load, is_over).await.into_value()
    }

    async fn remember(&self, host: &str, dialect: Dialect) {
        let until = self.service.cx().now().plus(REMEMBERED_FOR);
        if let Err(error) = self.service.deliveries().remember_dialect(host, dialect.as_str(), until).await {
            tracing::warn!(%error, peer.host = %host, "dialect of a host cannot be kept");
        }
        self.known.insert(host.to_owned(), (dialect, Some(until))).await;
    }
}
