//! Statuses of feeds that wait for a moderator.

use staffroom_domain::ids::HeldItemId;
pub use staffroom_storage::exchange::HeldItem;

use super::Exchange;
use crate::{Cx, Result, ServiceError};

impl Exchange<'_> {
    /// What waits, oldest first, after `after` (0 for the beginning), at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn held(&self, after: HeldItemId, limit: u64) -> Result<Vec<HeldItem>> {
        Ok(self.service.storage().read().exchange().waiting(after, limit).await?)
    }

    /// A moderator lets a status in (it is fetched from its own server) or refuses it for good.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when nothing waits under this id, [`ServiceError::Conflict`] when its author changed
    /// it since (then it waits again, with its new words) or it is gone, [`ServiceError::Remote`] when its server does
    /// not answer (then it waits as before).
    pub async fn decide_held(&self, _cx: &Cx, id: HeldItemId, allow: bool) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let item = tx.exchange().held_by_id(id).await?.filter(|item| item.allowed.is_none());
        let item = item.ok_or(ServiceError::NotFound("held status"))?;
        tx.exchange().decide(id, allow).await?;
        tx.commit().await?;
        if !allow {
            return Ok(());
        }
        let remote = self.service.remote();
        let remote =
            remote.ok_or_else(|| ServiceError::Remote("other servers cannot be asked from here".to_owned()))?;
        match remote.status_by_feed(&item.uri, item.tag_account).await {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(ServiceError::Conflict("the status was changed since, or is gone".to_owned())),
            Err(error) => {
                let tx = self.service.storage().begin().await?;
                tx.exchange().undecide(id).await?;
                tx.commit().await?;
                Err(error)
            }
        }
    }
}
