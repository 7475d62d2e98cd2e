//! Other servers that ask to follow our tag accounts: peers are let in at once, others wait for a moderator.

use staffroom_domain::account::{Account, AccountKind};
use staffroom_domain::ids::FollowId;
use staffroom_storage::Tx;
pub use staffroom_storage::exchange::FollowRequest;

use super::{Exchange, authority};
use crate::{Cx, Result, ServiceError};

/// Whether a moderator decides about a follow: another instance that is no peer (its own account, or a hub's tag
/// account) wants all of a hashtag first-hand, or to push to us as to a relay. People may follow tag accounts as they
/// please, and so may servers that take them for relays: they get no more than people do.
pub(crate) async fn must_wait(tx: &Tx, follower: &Account, target: &Account, as_relay: bool) -> Result<bool> {
    let is_instance = follower.kind == AccountKind::Application || follower.tag.is_some();
    let wants_tag = target.tag.is_some() && is_instance && !as_relay;
    let wants_to_push = target.kind == AccountKind::Application && as_relay;
    if !target.is_local() || follower.is_local() || !(wants_tag || wants_to_push) {
        return Ok(false);
    }
    let Some(host) = authority(&follower.uri) else { return Ok(true) };
    Ok(tx.exchange().peer_by_host(&host).await?.is_none())
}

impl Exchange<'_> {
    /// Follows of our tag accounts (and of the instance as a relay) that wait for an answer, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn follow_requests(&self) -> Result<Vec<FollowRequest>> {
        Ok(self.service.storage().read().exchange().follow_requests(false).await?)
    }

    /// Instances, peers or not, that follow our tag accounts, and whoever has us for a relay, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn followers(&self) -> Result<Vec<FollowRequest>> {
        Ok(self.service.storage().read().exchange().follow_requests(true).await?)
    }

    /// A moderator answers one of those who wait, or turns one away who was let in.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when nobody asked.
    pub async fn answer_follow_request(&self, cx: &Cx, id: FollowId, accept: bool) -> Result<()> {
        let with_id = |some: Vec<FollowRequest>| some.into_iter().find(|request| request.id == id);
        if let Some(asked) = with_id(self.follow_requests().await?) {
            self.service.follows().answer(cx, asked.target, asked.follower, accept).await?;
        } else {
            let missing = || ServiceError::NotFound("follow request");
            let follower = with_id(self.followers().await?).filter(|_| !accept).ok_or_else(missing)?;
            self.service.follows().remove_follower(cx, follower.target, follower.follower).await?;
        }
        Ok(())
    }

    /// Lets in what `host` asked for before it became a peer.
    pub(super) async fn accept_requests_of(&self, cx: &Cx, host: &str) -> Result<()> {
        for asked in self.follow_requests().await? {
            if authority(&asked.follower_uri).as_deref() == Some(host) {
                self.service.follows().answer(cx, asked.target, asked.follower, true).await?;
            }
        }
        Ok(())
    }
}
