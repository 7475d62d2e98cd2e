//! Blocking.

use staffroom_domain::ids::{AccountId, BlockId};
use staffroom_domain::relationship::Relationship;
use staffroom_storage::follows::Block;

use super::Follows;
use super::pair::{Pair, end_follow, relationship, tell};
use crate::ports::Event;
use crate::{Cx, Origin, Result, ServiceError};

impl Follows<'_> {
    /// `actor` blocks `target`: follows both ways end, neither sees the other's statuses at home, and what the actor was
    /// told about the target is taken back. Repeating changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for oneself, [`ServiceError::NotFound`] for unknown accounts,
    /// [`ServiceError::Conflict`] for a network id that is another block's.
    pub async fn block(&self, cx: &Cx, actor: AccountId, target: AccountId, origin: Origin) -> Result<Relationship> {
        let tx = self.service.storage().begin().await?;
        let pair = Pair::lock(&tx, actor, target).await?;
        let id: BlockId = cx.id();
        let uri = match &origin {
            Origin::Local => format!("{}#blocks/{id}", pair.actor.uri),
            Origin::Remote(uri) => uri.clone(),
        };
        let taken = tx.follows().block_by_uri(&uri).await?;
        if taken.is_some_and(|other| (other.account_id, other.target_id) != (actor, target)) {
            return Err(ServiceError::Conflict("this id belongs to another block".to_owned()));
        }
        let block = Block { id, account_id: actor, target_id: target, uri };
        if tx.follows().insert_block(&block, cx.now()).await? {
            let followed = tx.follows().pair(actor, target).await?;
            let followed_back = tx.follows().pair(target, actor).await?;
            for follow in followed.iter().chain(&followed_back) {
                end_follow(&tx, cx, follow).await?;
            }
            tx.timelines().remove_author(actor, target).await?;
            tx.timelines().remove_author(target, actor).await?;
            tx.notifications().remove_from(actor, target).await?;
            if origin.is_local() {
                let Pair { actor: account, target: blocked } = &pair;
                if let Some(follow) = &followed_back {
                    let event = Event::FollowRejected { target: account, follower: blocked, follow };
                    tell(&tx, self.service, cx, actor, blocked, event).await?;
                }
                if let Some(follow) = &followed {
                    let event = Event::FollowUndone { account, target: blocked, follow };
                    tell(&tx, self.service, cx, actor, blocked, event).await?;
                }
                let event = Event::Blocked { account, target: blocked, uri: &block.uri };
                tell(&tx, self.service, cx, actor, blocked, event).await?;
            }
        }
        let relationship = relationship(&tx, cx, actor, target).await?;
        self.service.commit(tx).await?;
        Ok(relationship)
    }
}
