//! What a remote account took back, perhaps before it arrived.

use super::Inbox;
use super::accept::hash;
use crate::{Cx, Result};

impl Inbox<'_> {
    /// `by_uri` takes back what it said in the activity `uri`; remembered for 30 days, so that the activity has no effect
    /// if it arrives only now. A follow that had come before it was taken back is not remembered: its id may be used
    /// again.
    ///
    /// # Errors
    /// The database failed.
    pub async fn withdraw(&self, cx: &Cx, uri: &str, by_uri: &str) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if !tx.inbox().is_ended(&hash(uri)).await? {
            tx.statuses().bury(uri, by_uri, cx.now()).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Whether `by_uri` took the activity `uri` back in the last 30 days.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_withdrawn(&self, uri: &str, by_uri: &str) -> Result<bool> {
        let by = self.service.storage().read().statuses().tombstone(uri).await?;
        Ok(by.is_some_and(|by| by == by_uri))
    }
}
