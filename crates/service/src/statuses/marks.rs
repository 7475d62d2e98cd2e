//! What people keep for themselves: bookmarks, muted threads.

use staffroom_domain::ids::{AccountId, StatusId};

use super::Statuses;
use super::favourite::{original, visible_original};
use crate::{Cx, Result};

impl Statuses<'_> {
    /// Bookmarks (or not); doing it twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if `actor` may not see the status.
    pub async fn bookmark(&self, cx: &Cx, actor: AccountId, id: StatusId, on: bool) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if on {
            let status = visible_original(&tx, actor, id).await?;
            tx.favourites().bookmark(cx.id(), actor, status.id, cx.now()).await?;
        } else {
            let status = original(&tx, id).await?;
            tx.favourites().unbookmark(actor, status.id).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Mutes notifications of a thread (or not).
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if `actor` may not see the status.
    pub async fn mute_thread(&self, cx: &Cx, actor: AccountId, id: StatusId, on: bool) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let status = visible_original(&tx, actor, id).await?;
        if on {
            tx.favourites().mute_thread(actor, status.thread_id, cx.now()).await?;
        } else {
            tx.favourites().unmute_thread(actor, status.thread_id).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
