//! Handing received activities to the workers, and keeping what became of them.
//!
//! One node at a time works the inbox (a lease of its own): serial order by key needs no more, and a claim needs no
//! write.

use std::time::Duration;

use metrics::gauge;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::InboxItemId;
pub use staffroom_storage::inbox::{DeadItem, StoredItem as WaitingItem};

use super::Inbox;
use crate::{Cx, Result};

const LEASE_NAME: &str = "inbox";
const LEASE: Duration = Duration::from_secs(30);
/// Most hosts [`Inbox::hosts`] returns.
pub const HOSTS_AT_ONCE: usize = 256;

/// What became of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Worked off or ignored: forget it.
    Done(InboxItemId),
    /// Given up because of this: a note is kept for the operator.
    Dead(InboxItemId, String),
    /// To be tried again, not before this time.
    PutOff(InboxItemId, Timestamp),
}

impl Inbox<'_> {
    /// Takes or prolongs the right to work the inbox for half a minute; `None` while another node has it, else when
    /// it ends.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lease(&self, cx: &Cx, owner: &str) -> Result<Option<Timestamp>> {
        let until = cx.now().plus(LEASE);
        let tx = self.service.storage().begin().await?;
        let held = tx.upkeep().lease(LEASE_NAME, owner, cx.now(), until).await?;
        tx.commit().await?;
        Ok(held.then_some(until))
    }

    /// Gives that right back.
    ///
    /// # Errors
    /// The database failed.
    pub async fn release(&self, owner: &str) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.upkeep().release(LEASE_NAME, owner).await?;
        Ok(tx.commit().await?)
    }

    /// Hosts with items, in order of name after `after`, at most [`HOSTS_AT_ONCE`].
    ///
    /// # Errors
    /// The database failed.
    pub async fn hosts(&self, after: &str) -> Result<Vec<String>> {
        Ok(self.service.storage().read().inbox().hosts_after(after, HOSTS_AT_ONCE as u64).await?)
    }

    /// The oldest items of each host, at most as many as stand beside its name, in order of arrival. Items waiting
    /// for another try are among them: what has the same key must wait behind them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn oldest(&self, wanted: &[(String, u32)]) -> Result<Vec<WaitingItem>> {
        Ok(self.service.storage().read().inbox().oldest(wanted).await?)
    }

    /// The JSON of an item too long to be read ahead; `None` if it is done meanwhile.
    ///
    /// # Errors
    /// The database failed.
    pub async fn body(&self, id: InboxItemId) -> Result<Option<Vec<u8>>> {
        Ok(self.service.storage().read().inbox().body(id).await?)
    }

    /// Keeps what became of items, in one transaction.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ended(&self, cx: &Cx, ended: &[Ended]) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let mut done = Vec::with_capacity(ended.len());
        for one in ended {
            match one {
                Ended::Done(id) => done.push(*id),
                Ended::Dead(id, error) => {
                    tx.inbox().bury(*id, error, cx.now()).await?;
                    done.push(*id);
                }
                Ended::PutOff(id, at) => tx.inbox().put_off(*id, *at).await?,
            }
        }
        tx.inbox().remove(&done).await?;
        Ok(tx.commit().await?)
    }

    /// Since when the oldest item of `host` waits that was not tried yet; `None` where none does.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waits_since(&self, host: &str) -> Result<Option<Timestamp>> {
        Ok(self.service.storage().read().inbox().waits_since(host).await?)
    }

    /// Received activities that were given up, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dead(&self, limit: u64) -> Result<Vec<DeadItem>> {
        Ok(self.service.storage().read().inbox().dead(limit).await?)
    }

    /// Items waiting; also shown as the gauge `staffroom_inbox_pending`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pending(&self) -> Result<i64> {
        let waiting = self.service.storage().read().inbox().count().await?;
        #[expect(clippy::cast_precision_loss, reason = "a gauge")]
        gauge!("staffroom_inbox_pending").set(waiting as f64);
        Ok(waiting)
    }
}
