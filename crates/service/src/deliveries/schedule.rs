//! What the scheduler asks and reports. It decides when and how to send; what is kept is decided here.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use metrics::gauge;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, ActivityId, HostId, InboxId, made_at};
pub use staffroom_storage::deliveries::{DeadDelivery, DueDelivery, DueHost, HostFailure, LeasedHost, Wanted};
pub use staffroom_storage::outbox::OutboxActivity;

use super::{Deliveries, InboxRef, Lane, enqueue_rendered};
use crate::ports::Rendered;
use crate::{Cx, Result};

/// How long a lease on a host lasts unless renewed.
pub const LEASE: Duration = Duration::from_secs(30);
/// A host that speaks to us is looked up at most this often …
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// … and its pause ended at most this often, so that one that speaks but does not listen is not hammered.
const WAKE_EVERY: Duration = Duration::from_secs(30);
/// Hosts remembered for that.
const MAX_HOSTS_REMEMBERED: usize = 10_000;
/// A host that took something in this time is taken for healthy.
const PROVEN_FOR: Duration = Duration::from_hours(7 * 24);

/// One activity for one inbox.
pub type DeliveryKey = (ActivityId, InboxId);

/// What became of deliveries and hosts since the last report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Taken by the receiver.
    pub delivered: Vec<DeliveryKey>,
    /// Refused for good.
    pub dead: Vec<DeadDelivery>,
    /// Personal inboxes that are gone.
    pub gone: Vec<InboxId>,
    /// Not taken, to be tried again.
    pub failed: Vec<DeliveryKey>,
    /// Hosts that answer again after a failure; still leased.
    pub recovered: Vec<HostId>,
    /// Hosts with nothing left to do; leases end.
    pub drained: Vec<HostId>,
    /// Hosts given back untried; leases end.
    pub released: Vec<HostId>,
    /// Hosts in trouble; leases end.
    pub failing: Vec<HostFailure>,
}

impl Report {
    /// Nothing to say.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Rows it will touch.
    pub fn len(&self) -> usize {
        self.delivered.len() + self.dead.len() + self.failed.len() + self.drained.len() + self.failing.len()
    }
}

/// Hosts that spoke to us lately: when looked up, when woken.
#[derive(Debug, Default)]
pub(crate) struct SeenHosts(Mutex<HashMap<String, (Timestamp, Timestamp)>>);

impl Deliveries<'_> {
    /// Queues a finished activity in a transaction of its own; how many inboxes it will reach.
    ///
    /// # Errors
    /// The database failed.
    pub async fn queue(
        &self,
        cx: &Cx,
        sender: AccountId,
        rendered: Rendered,
        lane: Lane,
        inboxes: &[InboxRef],
    ) -> Result<usize> {
        let tx = self.service.storage().begin().await?;
        let queued = enqueue_rendered(&tx, self.service, cx, sender, rendered, lane, inboxes).await?;
        tx.commit().await?;
        self.service.signals().deliveries.notify_one();
        Ok(queued.inbox_ids.len())
    }

    /// Ends leases left behind by a former life of `owner`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin(&self, owner: &str) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.deliveries().expire_all(owner).await?;
        Ok(tx.commit().await?)
    }

    /// At most `limit` hosts nobody works on that have deliveries due, healthy ones first, of those in trouble at most
    /// `failing`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn due_hosts(&self, cx: &Cx, limit: u64, failing: u64) -> Result<Vec<DueHost>> {
        let proven_since = cx.now().minus(PROVEN_FOR);
        Ok(self.service.storage().read().deliveries().due_hosts(cx.now(), proven_since, limit, failing).await?)
    }

    /// Leases those of `hosts` that are still free.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lease(&self, cx: &Cx, owner: &str, hosts: &[HostId]) -> Result<Vec<LeasedHost>> {
        let tx = self.service.storage().begin().await?;
        let leased = tx.deliveries().lease(hosts, owner, cx.now(), cx.now().plus(LEASE)).await?;
        tx.commit().await?;
        Ok(leased)
    }

    /// Prolongs the leases of `owner`; the hosts it may go on delivering to.
    ///
    /// # Errors
    /// The database failed.
    pub async fn renew(&self, cx: &Cx, owner: &str) -> Result<Vec<HostId>> {
        let tx = self.service.storage().begin().await?;
        let kept = tx.deliveries().renew(owner, cx.now().plus(LEASE)).await?;
        tx.commit().await?;
        Ok(kept)
    }

    /// The next deliveries of leased hosts.
    ///
    /// # Errors
    /// The database failed.
    pub async fn due(&self, cx: &Cx, wanted: &[Wanted]) -> Result<Vec<DueDelivery>> {
        Ok(self.service.storage().read().deliveries().due(wanted, cx.now()).await?)
    }

    /// Activities with their bodies, in no order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn activities(&self, ids: &[ActivityId]) -> Result<Vec<OutboxActivity>> {
        Ok(self.service.storage().read().outbox().activities(ids).await?)
    }

    /// Keeps a report by `owner`, in one transaction; only leases it has are ended. Activities that wait nowhere any more
    /// are removed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn report(&self, cx: &Cx, owner: &str, report: &Report) -> Result<()> {
        let now = cx.now();
        let tx = self.service.storage().begin().await?;
        let deliveries = tx.deliveries();
        deliveries.insert_dead(&report.dead, now).await?;
        let dead = report.dead.iter().map(|dead| (dead.activity_id, dead.inbox_id));
        let done: Vec<DeliveryKey> = report.delivered.iter().copied().chain(dead).collect();
        deliveries.remove(&done).await?;
        deliveries.count_attempts(&report.failed).await?;
        let mut ended = deliveries.retire_inboxes(&report.gone, now).await?;
        ended.extend(done.iter().map(|(activity, _)| *activity));
        ended.sort_unstable();
        ended.dedup();
        tx.outbox().remove_delivered(&ended).await?;
        deliveries.hosts_ok(&report.recovered, now, None).await?;
        deliveries.hosts_ok(&report.drained, now, Some(owner)).await?;
        deliveries.release(&report.released, owner).await?;
        for failure in &report.failing {
            deliveries.host_failed(failure, owner).await?;
        }
        Ok(tx.commit().await?)
    }

    /// An authenticated request from `host` came in: if deliveries to it pause after a failure, the pause ends, and if it
    /// was given up it gets another chance.
    ///
    /// # Errors
    /// The database failed.
    pub async fn host_seen(&self, cx: &Cx, host: &str) -> Result<()> {
        let now = cx.now();
        if !self.service.inner.seen_hosts.should_look(host, now) {
            return Ok(());
        }
        let storage = self.service.storage();
        if !storage.read().deliveries().is_left_alone(host, now).await? {
            return Ok(());
        }
        self.service.inner.seen_hosts.woken(host, now);
        let tx = storage.begin().await?;
        tx.deliveries().make_due(host, now).await?;
        tx.commit().await?;
        self.service.signals().deliveries.notify_one();
        Ok(())
    }

    /// Whether a host was met before: somebody of it is known here, or something was sent there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_known_host(&self, host: &str) -> Result<bool> {
        Ok(self.service.storage().read().deliveries().is_known_host(host).await?)
    }

    /// Deliveries given up, newest first, with the network id of the activity.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dead(&self, limit: u64) -> Result<Vec<(String, DeadDelivery)>> {
        Ok(self.service.storage().read().deliveries().dead(limit).await?)
    }

    /// Deliveries waiting, failing hosts included; also shown as the gauges `staffroom_delivery_pending` and
    /// `staffroom_delivery_oldest_seconds` (the age of the oldest) of each lane.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pending(&self) -> Result<i64> {
        let now = self.service.cx().now();
        let lanes = self.service.storage().read().deliveries().pending_by_lane().await?;
        for lane in [Lane::Interactive, Lane::Ordinary, Lane::Bulk] {
            let pending = lanes.iter().find(|pending| pending.lane == lane.code());
            let waiting = pending.map_or(0, |pending| pending.count);
            let oldest_ms = pending.map_or(0, |pending| now.0.saturating_sub(made_at(pending.oldest.0).0).max(0));
            #[expect(clippy::cast_precision_loss, reason = "gauges")]
            let (waiting, age) = (waiting as f64, oldest_ms as f64 / 1000.0);
            gauge!("staffroom_delivery_pending", "lane" => lane.as_str()).set(waiting);
            gauge!("staffroom_delivery_oldest_seconds", "lane" => lane.as_str()).set(age);
        }
        Ok(lanes.iter().map(|pending| pending.count).sum())
    }
}

impl SeenHosts {
    fn should_look(&self, host: &str, now: Timestamp) -> bool {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((looked, woken)) = hosts.get_mut(host) {
            let due = looked.plus(LOOK_EVERY) <= now && woken.plus(WAKE_EVERY) <= now;
            if due {
                *looked = now;
            }
            return due;
        }
        if hosts.len() >= MAX_HOSTS_REMEMBERED {
            hosts.clear();
        }
        hosts.insert(host.to_owned(), (now, Timestamp(0)));
        true
    }

    fn woken(&self, host: &str, now: Timestamp) {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.insert(host.to_owned(), (now, now));
    }
}
