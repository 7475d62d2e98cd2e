//! Which domains we speak with, and how: blocks and limits in an open network, a list of friends in a closed one.
//!
//! Every rule is read from [`Rules`], a copy in memory; `change.rs` keeps it and the database together. Rules cover
//! everything below their domain; where several fit, the longest name decides.

mod change;
mod csv;
mod lists;
mod manage;
mod rules;
#[cfg(test)]
mod tests;

pub use change::NewBlock;
pub use lists::{Fate, Listed, TakenOver};
pub(crate) use rules::Current;
pub use rules::{Limits, Rules};
pub use staffroom_domain::domain_rule::{DomainAllow, DomainBlock, Severity};
pub use staffroom_storage::severances::Ended;

use std::sync::Arc;
use std::time::Duration;

use staffroom_domain::Timestamp;

use crate::Service;

/// How long good-byes may take to get out.
const GOODBYE: Duration = Duration::from_mins(10);

/// Which domains we speak with, and how.
#[derive(Clone, Copy)]
pub struct Domains<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Domains<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }

    /// Whether this is a closed network: nobody is spoken with who is not allowed by name.
    pub fn is_closed(&self) -> bool {
        self.service.settings().closed
    }

    /// Whether anything may come from `host` or go there (a host name, with or without a port). Our own may.
    pub fn permits(&self, host: &str) -> bool {
        let identity = &self.service.settings().identity;
        host == identity.host() || host == identity.account_domain || self.rules().permits(host, self.is_closed())
    }

    /// Whether what is queued for `host` may still go there: also for some minutes after it was suspended, when nothing
    /// but the good-byes of the hashtag exchange is left to be sent.
    pub fn may_hear(&self, host: &str, now: Timestamp) -> bool {
        let parting = || self.limits(host).suspended_since.is_some_and(|since| since.plus(GOODBYE) > now);
        self.permits(host) || (!self.is_closed() && parting())
    }

    /// The limits on `host`.
    pub fn limits(&self, host: &str) -> Limits {
        self.rules().limits(host)
    }

    /// The rules now.
    pub(crate) fn rules(&self) -> Arc<Rules> {
        self.service.inner.domains.now()
    }
}
