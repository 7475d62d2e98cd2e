//! Having somebody follow no more.

use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::Relationship;

use super::Follows;
use super::pair::{Pair, end_follow, relationship, tell};
use crate::ports::Event;
use crate::{Cx, Result};

impl Follows<'_> {
    /// `account` no longer wants `follower` to follow: the follow (or request) ends, and who follows from elsewhere is
    /// told by a rejection. Ending what is not there changes nothing. Returns how `account` stands to `follower`.
    ///
    /// # Errors
    /// [`Forbidden`](crate::ServiceError::Forbidden) for oneself, [`NotFound`](crate::ServiceError::NotFound) for unknown
    /// accounts.
    pub async fn remove_follower(&self, cx: &Cx, account: AccountId, follower: AccountId) -> Result<Relationship> {
        let tx = self.service.storage().begin().await?;
        let pair = Pair::lock(&tx, account, follower).await?;
        if let Some(follow) = tx.follows().pair(follower, account).await? {
            end_follow(&tx, cx, &follow).await?;
            let event = Event::FollowRejected { target: &pair.actor, follower: &pair.target, follow: &follow };
            tell(&tx, self.service, cx, account, &pair.target, event).await?;
        }
        let relationship = relationship(&tx, cx, account, follower).await?;
        self.service.commit(tx).await?;
        Ok(relationship)
    }
}
