//! What the instance says about itself.

use crate::{Result, Service};

/// What the instance says about itself.
#[derive(Clone, Copy)]
pub struct InstanceInfo<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> InstanceInfo<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

use staffroom_domain::account::Account;

/// Figures about the instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Local accounts of people.
    pub users: i64,
    /// Of these, active in the last 30 days.
    pub active_month: i64,
    /// Of these, active in the last half year.
    pub active_half_year: i64,
    /// Local statuses.
    pub statuses: i64,
    /// Hosts known.
    pub domains: i64,
}

impl InstanceInfo<'_> {
    /// Figures, at most a minute old.
    pub async fn stats(&self) -> Result<Stats> {
        unimplemented!()
    }
    /// The account that answers for the instance: the configured one, else the first admin.
    pub async fn contact(&self) -> Result<Option<Account>> {
        unimplemented!()
    }
    /// Whether the database answers.
    pub async fn ready(&self) -> Result<()> {
        unimplemented!()
    }
}
