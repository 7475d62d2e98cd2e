//! Ending a block.

use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::Relationship;

use super::Follows;
use super::pair::{Pair, relationship, tell};
use crate::ports::Event;
use crate::{Cx, Origin, Result};

impl Follows<'_> {
    /// Ends a block; ending what is not there changes nothing. Follows do not come back.
    ///
    /// # Errors
    /// [`NotFound`](crate::ServiceError::NotFound) for unknown accounts.
    pub async fn unblock(&self, cx: &Cx, actor: AccountId, target: AccountId, origin: Origin) -> Result<Relationship> {
        let tx = self.service.storage().begin().await?;
        let pair = Pair::load(&tx, actor, target).await?;
        if let Some(block) = tx.follows().block(actor, target).await? {
            tx.follows().remove_block(block.id).await?;
            if origin.is_local() {
                let event = Event::BlockUndone { account: &pair.actor, target: &pair.target, uri: &block.uri };
                tell(&tx, self.service, cx, actor, &pair.target, event).await?;
            }
        }
        let relationship = relationship(&tx, cx, actor, target).await?;
        self.service.commit(tx).await?;
        Ok(relationship)
    }
}
