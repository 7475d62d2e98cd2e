//! What people are shown of deliveries: an author where a status arrived, administrators how it is with each host.

use std::collections::BTreeSet;

use staffroom_domain::Timestamp;
use staffroom_domain::host_health::HostState;
use staffroom_domain::ids::{AccountId, StatusId, made_at};
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_storage::Tx;
use staffroom_storage::deliveries::HostQueue;

use super::Deliveries;
use crate::auth::Authority;
use crate::moderation_log::Entry;
use crate::{Result, ServiceError};

/// Hosts named in each list of a [`StatusDelivery`].
const HOSTS_NAMED: usize = 100;

/// Where a status arrived, counted in hosts. A host counts once: as waiting if anything about the status waits for it,
/// else as refused if it refused anything about it, else as acknowledged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusDelivery {
    /// Hosts that took everything.
    pub acknowledged: usize,
    /// Hosts for which something waits.
    pub pending: usize,
    /// Hosts that refused something, or were given up.
    pub refused: usize,
    /// The first hundred of those it waits for.
    pub pending_hosts: Vec<PendingHost>,
    /// The first hundred of those that refused.
    pub refused_hosts: Vec<RefusedHost>,
}

/// A host a status waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingHost {
    /// Its name.
    pub host: String,
    /// How it is with it.
    pub state: HostState,
    /// What happened at the last attempt, if it failed.
    pub reason: Option<String>,
}

/// A host that refused something about a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedHost {
    /// Its name.
    pub host: String,
    /// HTTP status of its answer; `None` if it was given up.
    pub status: Option<u16>,
    /// The beginning of its answer, or why it was given up.
    pub reason: String,
}

/// A host as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostStatus {
    /// Its name, with port where one is written.
    pub host: String,
    /// What is done for it.
    pub state: HostState,
    /// Deliveries waiting: interactive, ordinary, bulk.
    pub waiting: [i64; 3],
    /// When the oldest of them was made.
    pub oldest_at: Option<Timestamp>,
    /// Since when it fails.
    pub failing_since: Option<Timestamp>,
    /// When it may be tried again, if that is later than now.
    pub next_attempt_at: Timestamp,
    /// When it last took something.
    pub last_ok_at: Option<Timestamp>,
    /// What happened at the last failure.
    pub last_error: Option<String>,
}

impl From<HostQueue> for HostStatus {
    fn from(row: HostQueue) -> Self {
        Self {
            host: row.host,
            state: row.health.state,
            waiting: row.waiting,
            oldest_at: row.oldest.map(|id| made_at(id.0)),
            failing_since: row.health.failing_since,
            next_attempt_at: row.next_attempt_at,
            last_ok_at: row.last_ok_at,
            last_error: row.last_error,
        }
    }
}

impl Deliveries<'_> {
    /// Where a status of `author` arrived.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for statuses of others; the database failed.
    pub async fn of_status(&self, author: AccountId, status: StatusId) -> Result<StatusDelivery> {
        let read = self.service.storage().read();
        let found = read.statuses().get(status).await?.filter(|found| found.account_id == author);
        found.ok_or(ServiceError::NotFound("status"))?;
        let waiting = read.deliveries().waiting_for(status).await?;
        let refusals = read.deliveries().refusals_of(status).await?;
        let reached = read.deliveries().hosts_reached(status).await?;

        let mut settled: BTreeSet<String> = waiting.iter().map(|host| host.host.clone()).collect();
        let pending = settled.len();
        let mut refused_hosts = Vec::new();
        for one in refusals {
            if settled.insert(one.host.clone()) {
                let status = one.status.and_then(|status| u16::try_from(status).ok());
                refused_hosts.push(RefusedHost { host: one.host, status, reason: one.answer });
            }
        }
        let acknowledged = reached.into_iter().filter(|host| !settled.contains(host)).count();
        let pending_hosts = waiting
            .into_iter()
            .take(HOSTS_NAMED)
            .map(|one| PendingHost {
                host: one.host,
                state: HostState::parse(&one.state).unwrap_or_default(),
                reason: one.last_error,
            })
            .collect();
        let refused = refused_hosts.len();
        refused_hosts.truncate(HOSTS_NAMED);
        Ok(StatusDelivery { acknowledged, pending, refused, pending_hosts, refused_hosts })
    }

    /// Hosts in order of name after `after`, those in `state` alone if one is given.
    ///
    /// # Errors
    /// The database failed.
    pub async fn hosts(&self, after: &str, state: Option<HostState>, limit: u64) -> Result<Vec<HostStatus>> {
        let rows = self.service.storage().read().deliveries().host_queues(after, state, limit).await?;
        Ok(rows.into_iter().map(HostStatus::from).collect())
    }

    /// One host.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for hosts nothing was ever sent to; the database failed.
    pub async fn host(&self, host: &str) -> Result<HostStatus> {
        let found = self.service.storage().read().deliveries().host_queue(&name_of(host)).await?;
        found.map(HostStatus::from).ok_or(ServiceError::NotFound("host"))
    }

    /// Stops sending to a host; what is queued from now on waits. Of what was queued before, a running server may still
    /// send what it read ahead, for ten seconds at most.
    ///
    /// # Errors
    /// As [`Deliveries::host`], and [`ServiceError::Forbidden`] for those without rights on the whole instance.
    pub async fn pause(&self, who: &Authority, host: &str) -> Result<HostStatus> {
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        if !tx.deliveries().pause_host(&name_of(host)).await? {
            return Err(ServiceError::NotFound("host"));
        }
        self.service.commit_deed(tx, entry(who, Deed::PauseHost, host)).await?;
        self.host(host).await
    }

    /// Sends to a host again that was paused, and forgets its failures.
    ///
    /// # Errors
    /// As [`Deliveries::pause`].
    pub async fn resume(&self, who: &Authority, host: &str) -> Result<HostStatus> {
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        self.try_again(tx, entry(who, Deed::ResumeHost, host), host).await
    }

    /// Forgets the failures of a host and tries it now. One that is paused stays so.
    ///
    /// # Errors
    /// As [`Deliveries::pause`].
    pub async fn reset(&self, who: &Authority, host: &str) -> Result<HostStatus> {
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        let known = tx.deliveries().host_queue(&name_of(host)).await?;
        let before = known.map(HostStatus::from).ok_or(ServiceError::NotFound("host"))?;
        if before.state == HostState::Paused {
            return Ok(before);
        }
        self.try_again(tx, entry(who, Deed::ResetHost, host), host).await
    }

    async fn try_again(self, tx: Tx, done: Entry, host: &str) -> Result<HostStatus> {
        if !tx.deliveries().reset_host(&name_of(host)).await? {
            return Err(ServiceError::NotFound("host"));
        }
        self.service.commit_deed(tx, done).await?;
        self.host(host).await
    }
}

/// Something done about a host, for the log.
fn entry(who: &Authority, deed: Deed, host: &str) -> Entry {
    Entry::new(who, deed, Subject::new("host", &name_of(host)))
}

/// The name of a host as it is stored.
fn name_of(host: &str) -> String {
    host.trim().to_ascii_lowercase()
}
