//! The answer of a remote account to a follow of somebody here.

use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::Follow;
use staffroom_storage::Tx;

use super::pair::end_follow;
use super::{FollowRef, Follows};
use crate::{Cx, Result};

impl Follows<'_> {
    /// A remote account accepted or rejected the follow of somebody here; rejecting also ends a follow accepted before.
    /// Only the very account that is followed can answer; what fits no follow of somebody here is ignored.
    ///
    /// # Errors
    /// The database failed.
    pub async fn answered(&self, cx: &Cx, by: AccountId, follow: FollowRef, accepted: bool) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let Some(follow) = find(&tx, by, &follow).await? else { return Ok(()) };
        let follower = tx.accounts().by_id(follow.account_id).await?;
        if !follower.is_some_and(|follower| follower.is_local()) {
            return Ok(());
        }
        if !accepted {
            end_follow(&tx, cx, &follow).await?;
        } else if tx.follows().accept(follow.id).await? {
            tx.accounts().count_follow(follow.account_id, by, 1).await?;
            tx.timelines().add_author(follow.account_id, by).await?;
        }
        self.service.commit(tx).await
    }
}

/// By its id if that is one of ours, else by who follows: some servers answer with an id of their own.
async fn find(tx: &Tx, by: AccountId, follow: &FollowRef) -> Result<Option<Follow>> {
    if let Some(uri) = &follow.uri
        && let Some(found) = tx.follows().by_uri(uri).await?
    {
        return Ok(Some(found).filter(|found| found.target_id == by));
    }
    let Some(uri) = &follow.follower_uri else { return Ok(None) };
    let Some(follower) = tx.accounts().by_uri(uri).await? else { return Ok(None) };
    Ok(tx.follows().pair(follower.id, by).await?)
}
