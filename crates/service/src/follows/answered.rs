//! The answer of a remote account to a follow of somebody here.

use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::Follow;
use staffroom_storage::Tx;

use super::pair::{Pair, accept_follow, end_follow};
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
        let Some(named) = find(&tx, by, &follow).await? else { return Ok(()) };
        if !Pair::lock(&tx, named.account_id, by).await?.actor.is_local() {
            return Ok(());
        }
        // As it is now that nobody else changes it.
        let Some(follow) = tx.follows().pair(named.account_id, by).await?.filter(|now| now.id == named.id) else {
            return Ok(());
        };
        if accepted {
            accept_follow(&tx, &follow).await?;
        } else {
            end_follow(&tx, cx, &follow).await?;
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
