//! What people keep for themselves: bookmarks, pins, muted threads.

use staffroom_domain::Visibility;
use staffroom_domain::ids::{AccountId, StatusId};

use super::Statuses;
use super::favourite::{original, visible_original};
use crate::{Cx, Result, ServiceError};

/// Statuses one account can pin, as on Mastodon.
const MAX_PINS: i64 = 5;

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

    /// Pins a status of one's own to the profile (or not).
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such status; [`ServiceError::Invalid`] for somebody else's, a boost, a
    /// direct one, or one too many.
    pub async fn pin(&self, cx: &Cx, actor: AccountId, id: StatusId, on: bool) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let status = visible_original(&tx, actor, id).await?;
        if !on {
            tx.favourites().unpin(actor, status.id).await?;
            tx.commit().await?;
            return Ok(());
        }
        if status.account_id != actor || status.id != id {
            return Err(ServiceError::invalid("Status", "of somebody else cannot be pinned"));
        }
        if status.visibility == Visibility::Direct {
            return Err(ServiceError::invalid("Status", "that only the people named can see cannot be pinned"));
        }
        if tx.favourites().pin_count(actor).await? >= MAX_PINS {
            return Err(ServiceError::invalid("Pins", format!("can't be more than {MAX_PINS}")));
        }
        tx.favourites().pin(actor, status.id, cx.now()).await?;
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
