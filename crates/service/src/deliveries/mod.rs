//! Outgoing deliveries: queueing them inside a use case's transaction, and working them off for the scheduler.
//!
//! `enqueue.rs` is for the use cases, `schedule.rs` for whoever holds the connections to other servers, `visible.rs` for
//! people who want to know, `expire.rs` for the sweep.

mod collapse;
mod dialects;
mod enqueue;
mod expire;
mod schedule;
#[cfg(test)]
mod tests;
mod visible;

pub use dialects::HostDialect;
pub(crate) use schedule::SeenHosts;
pub use schedule::{
    DeadDelivery, DeliveryKey, DueDelivery, DueHost, HostFailure, LEASE, LeasedHost, OutboxActivity, Report, Wanted,
};
pub use staffroom_domain::host_health::{HostHealth, HostState};
pub use visible::{HostStatus, PendingHost, RefusedHost, StatusDelivery};

use crate::Service;
pub(crate) use enqueue::enqueue;
pub(crate) use enqueue::enqueue_rendered;
use staffroom_domain::Timestamp;

/// Outgoing deliveries, for the scheduler.
#[derive(Clone, Copy)]
pub struct Deliveries<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Deliveries<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

/// Types of activities that must not be missed: whoever does not hear of them shows what is not so any more.
const MUST_ARRIVE: [&str; 4] = ["Delete", "Undo", "Move", "Block"];

/// Whether an activity of this type is kept for a host that is down, and longer than others.
pub fn must_arrive(kind: &str) -> bool {
    MUST_ARRIVE.contains(&kind)
}

/// How urgent a delivery is. A host takes from its lanes in the proportion 8 : 4 : 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Somebody waits: mentions, direct statuses, follows and their answers, deletions and blocks.
    Interactive = 0,
    /// Ordinary statuses.
    Ordinary = 1,
    /// Profile changes, account deletions, announcements by tag accounts.
    Bulk = 2,
}

impl Lane {
    /// The number kept in the database.
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// From the number kept in the database; unknown numbers read as bulk.
    pub const fn from_code(code: i16) -> Self {
        match code {
            0 => Self::Interactive,
            1 => Self::Ordinary,
            _ => Self::Bulk,
        }
    }

    /// Name in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::Ordinary => "ordinary",
            Self::Bulk => "bulk",
        }
    }
}

/// Where a delivery goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InboxRef {
    /// URL of the inbox.
    pub url: String,
    /// Shared by all accounts of its host.
    pub shared: bool,
    /// Not to be sent earlier: spreads out what makes every receiver fetch from us at once.
    pub not_before: Option<Timestamp>,
}

impl InboxRef {
    /// A shared inbox, to be reached as soon as possible.
    pub fn shared(url: impl Into<String>) -> Self {
        Self { url: url.into(), shared: true, not_before: None }
    }

    /// A personal inbox, to be reached as soon as possible.
    pub fn personal(url: impl Into<String>) -> Self {
        Self { url: url.into(), shared: false, not_before: None }
    }
}

impl From<staffroom_storage::follows::FollowerInbox> for InboxRef {
    fn from(inbox: staffroom_storage::follows::FollowerInbox) -> Self {
        Self { url: inbox.url, shared: inbox.shared, not_before: None }
    }
}
