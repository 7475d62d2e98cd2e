//! What has had its time: deliveries nobody took, hosts nobody hears of. Part of the sweep.

use std::time::Duration;

use staffroom_domain::host_health::GONE_AFTER;
use staffroom_domain::ids::{ActivityId, InboxId};

use super::{Deliveries, MUST_ARRIVE};
use crate::{Cx, Result};

/// How long ordinary activities wait …
const ORDINARY: Duration = Duration::from_hours(7 * 24);
/// … and how long those that must arrive.
const LONGER: Duration = Duration::from_hours(30 * 24);
/// How long a host is remembered that never took anything.
const UNPROVEN: Duration = Duration::from_hours(7 * 24);
/// Rows touched in one transaction.
const CHUNK: u64 = 500;

impl Deliveries<'_> {
    /// Gives up what waited too long and what waits for hosts that are gone, keeping a note of each, and forgets hosts
    /// that never took anything. How many rows were removed.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn expire(&self, cx: &Cx) -> Result<u64> {
        let now = cx.now();
        let storage = self.service.storage();
        let tx = storage.begin().await?;
        tx.deliveries().give_up_hosts(now.minus(GONE_AFTER)).await?;
        tx.commit().await?;
        let mut removed = 0;
        loop {
            let old = {
                let reads = storage.read();
                let (ordinary, longer) = (now.minus(ORDINARY), now.minus(LONGER));
                reads.deliveries().expired(ordinary, &MUST_ARRIVE, longer, CHUNK).await?
            };
            removed += self.give_up(cx, &old, "waited too long").await?;
            let orphaned = storage.read().deliveries().of_gone_hosts(CHUNK).await?;
            removed += self.give_up(cx, &orphaned, "host is gone").await?;
            if old.is_empty() && orphaned.is_empty() {
                break;
            }
        }
        loop {
            let forgotten = storage.read().deliveries().forgettable_hosts(now, now.minus(UNPROVEN), CHUNK).await?;
            if forgotten.is_empty() {
                return Ok(removed);
            }
            let tx = storage.begin().await?;
            removed += tx.deliveries().forget_hosts(&forgotten).await?;
            tx.commit().await?;
        }
    }

    async fn give_up(&self, cx: &Cx, deliveries: &[(ActivityId, InboxId)], why: &str) -> Result<u64> {
        if deliveries.is_empty() {
            return Ok(0);
        }
        let tx = self.service.storage().begin().await?;
        tx.deliveries().bury(deliveries, why, cx.now()).await?;
        let removed = tx.deliveries().remove(deliveries).await?;
        let mut activities: Vec<ActivityId> = deliveries.iter().map(|(activity, _)| *activity).collect();
        activities.sort_unstable();
        activities.dedup();
        tx.outbox().remove_delivered(&activities).await?;
        tx.commit().await?;
        Ok(removed)
    }
}
