//! Ending a follow.

use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::{Follow, Relationship};

use super::Follows;
use super::pair::{Pair, end_follow, relationship, tell};
use crate::ports::Event;
use crate::{Cx, Origin, Result};

impl Follows<'_> {
    /// Ends a follow or request; ending what is not there changes nothing.
    ///
    /// # Errors
    /// [`NotFound`](crate::ServiceError::NotFound) for unknown accounts.
    pub async fn unfollow(&self, cx: &Cx, actor: AccountId, target: AccountId, origin: Origin) -> Result<Relationship> {
        let tx = self.service.storage().begin().await?;
        let pair = Pair::lock(&tx, actor, target).await?;
        if let Some(follow) = tx.follows().pair(actor, target).await? {
            end_follow(&tx, cx, &follow).await?;
            if origin.is_local() {
                let event = Event::FollowUndone { account: &pair.actor, target: &pair.target, follow: &follow };
                tell(&tx, self.service, cx, actor, &pair.target, event).await?;
            }
        }
        let relationship = relationship(&tx, cx, actor, target).await?;
        self.service.commit(tx).await?;
        Ok(relationship)
    }

    /// The follow (or request) with this network id, for an `Undo` that names nothing else.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_uri(&self, uri: &str) -> Result<Option<Follow>> {
        Ok(self.service.storage().read().follows().by_uri(uri).await?)
    }
}
