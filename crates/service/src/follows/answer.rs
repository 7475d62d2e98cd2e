//! Answering a follow request.

use staffroom_domain::ids::AccountId;
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::relationship::Relationship;

use super::Follows;
use super::pair::{Pair, accept_follow, end_follow, relationship, tell};
use crate::ports::Event;
use crate::{Cx, Result, ServiceError};

impl Follows<'_> {
    /// A local account accepts or rejects a follow request; rejecting also ends a follow accepted before.
    /// Returns how `target` stands to `follower`.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when nobody asked.
    pub async fn answer(&self, cx: &Cx, target: AccountId, follower: AccountId, accept: bool) -> Result<Relationship> {
        let tx = self.service.storage().begin().await?;
        let pair = Pair::lock(&tx, follower, target).await?;
        let follow = tx.follows().pair(follower, target).await?;
        let mut follow = follow.filter(|_| pair.target.is_local()).ok_or(ServiceError::NotFound("follow request"))?;
        if accept {
            if accept_follow(&tx, &follow).await? {
                follow.accepted = true;
                tx.notifications().remove_kind(target, follower, NotificationKind::FollowRequest).await?;
                let event = Event::FollowAccepted { target: &pair.target, follower: &pair.actor, follow: &follow };
                tell(&tx, self.service, cx, target, &pair.actor, event).await?;
            }
        } else {
            end_follow(&tx, cx, &follow).await?;
            let event = Event::FollowRejected { target: &pair.target, follower: &pair.actor, follow: &follow };
            tell(&tx, self.service, cx, target, &pair.actor, event).await?;
        }
        let relationship = relationship(&tx, cx, target, follower).await?;
        self.service.commit(tx).await?;
        Ok(relationship)
    }
}
