//! What the instance says about itself.

mod activity;
mod figures;
mod neighbours;
mod texts;

pub(crate) use activity::{KEPT as WEEKS_KEPT, week_of};
pub(crate) use figures::Figures;
pub use neighbours::BlockedDomain;
pub use texts::Page;

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

use std::time::Duration;

use staffroom_domain::account::Account;

const MONTH: Duration = Duration::from_secs(30 * 86_400);
const HALF_YEAR: Duration = Duration::from_secs(182 * 86_400);

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
    ///
    /// # Errors
    /// The database failed.
    pub async fn stats(&self) -> Result<Stats> {
        let now = self.service.cx().now();
        if let Some(stats) = self.service.inner.stats.fresh(now) {
            return Ok(stats);
        }
        let row = self.service.storage().read().instance().stats(now.minus(MONTH), now.minus(HALF_YEAR)).await?;
        let stats = Stats {
            users: row.users,
            active_month: row.active_month,
            active_half_year: row.active_half_year,
            statuses: row.statuses,
            domains: row.domains,
        };
        self.service.inner.stats.keep(now, stats);
        Ok(stats)
    }

    /// The account that answers for the instance: the configured one, else the first admin.
    ///
    /// # Errors
    /// The database failed.
    pub async fn contact(&self) -> Result<Option<Account>> {
        let configured = &self.service.settings().contact_account;
        if !configured.is_empty()
            && let Some(account) = self.service.accounts().by_handle(configured).await?
        {
            return Ok(Some(account).filter(|a| a.is_local() && !a.is_gone()));
        }
        let read = self.service.storage().read();
        match read.users().first_admin().await? {
            Some(id) => Ok(Some(self.service.accounts().get(id).await?)),
            None => Ok(None),
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ready(&self) -> Result<()> {
        Ok(self.service.storage().ping().await?)
    }
}
