//! Muting: a private matter, nobody is told.

use std::time::Duration;

use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::Relationship;
use staffroom_storage::mutes::Mute;

use super::Follows;
use super::pair::{Pair, relationship};
use crate::{Cx, Result};

impl Follows<'_> {
    /// `actor` mutes `target`, or changes how; `duration_secs` 0 means for good.
    ///
    /// # Errors
    /// [`Forbidden`](crate::ServiceError::Forbidden) for oneself, [`NotFound`](crate::ServiceError::NotFound) for
    /// unknown accounts.
    pub async fn mute(
        &self,
        cx: &Cx,
        actor: AccountId,
        target: AccountId,
        notifications: bool,
        duration_secs: u64,
    ) -> Result<Relationship> {
        let tx = self.service.storage().begin().await?;
        Pair::load(&tx, actor, target).await?;
        let expires_at = (duration_secs > 0).then(|| cx.now().plus(Duration::from_secs(duration_secs)));
        let mute = Mute { id: cx.id(), account_id: actor, target_id: target, notifications, expires_at };
        tx.mutes().upsert(&mute, cx.now()).await?;
        if notifications {
            tx.notifications().remove_from(actor, target).await?;
        }
        let relationship = relationship(&tx, cx, actor, target).await?;
        tx.commit().await?;
        Ok(relationship)
    }

    /// Ends a mute; ending what is not there changes nothing.
    ///
    /// # Errors
    /// [`NotFound`](crate::ServiceError::NotFound) for unknown accounts.
    pub async fn unmute(&self, cx: &Cx, actor: AccountId, target: AccountId) -> Result<Relationship> {
        let tx = self.service.storage().begin().await?;
        Pair::load(&tx, actor, target).await?;
        tx.mutes().remove(actor, target).await?;
        let relationship = relationship(&tx, cx, actor, target).await?;
        tx.commit().await?;
        Ok(relationship)
    }
}
