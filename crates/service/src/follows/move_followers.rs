//! People here follow an account to where it moved.

use staffroom_domain::ids::{AccountId, FollowId};
use staffroom_domain::language::language_tag;
use staffroom_domain::relationship::{Follow, FollowOptions};

use super::Follows;
use crate::{Cx, Origin, Result, ServiceError};

/// Follows read at a time.
const CHUNK: u64 = 100;

impl Follows<'_> {
    /// Everybody here who follows `from` (or asked to) follows `target` instead, in the same way and lists; who
    /// blocks `from` blocks that one too (a job). Running it again goes on where it stopped.
    ///
    /// Nobody follows across a block: whoever blocks the new account, or is blocked by it, follows neither.
    pub(crate) async fn move_followers(&self, cx: &Cx, from: AccountId, target: AccountId) -> Result<()> {
        let read = self.service.storage().read();
        for blocker in read.follows().local_blockers(from).await?.into_iter().filter(|blocker| *blocker != target) {
            self.block(cx, blocker, target, Origin::Local).await?;
        }
        let mut after = FollowId(0);
        loop {
            let some = read.follows().follows_from_here(from, after, CHUNK).await?;
            let Some(last) = some.last() else { return Ok(()) };
            after = last.id;
            for follow in some {
                self.follow_instead(cx, &follow, target).await?;
            }
        }
    }

    async fn follow_instead(self, cx: &Cx, follow: &Follow, target: AccountId) -> Result<()> {
        let follower = follow.account_id;
        if follower != target {
            let is_one = |language: &&String| language_tag(language).is_some();
            let options = FollowOptions {
                reblogs: Some(follow.show_reblogs),
                notify: Some(follow.notify),
                // older follows may have others
                languages: Some(follow.languages.iter().filter(is_one).cloned().collect()),
                ..FollowOptions::default()
            };
            match self.follow(cx, follower, target, options, Origin::Local).await {
                // blocked either way, gone, or moved on again: then the old follow ends all the same
                Ok(_) => {
                    let tx = self.service.storage().begin().await?;
                    tx.lists().join_like(follower, follow.target_id, target).await?;
                    tx.commit().await?;
                }
                Err(ServiceError::Forbidden(_) | ServiceError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        self.unfollow(cx, follower, follow.target_id, Origin::Local).await.map(drop)
    }
}
