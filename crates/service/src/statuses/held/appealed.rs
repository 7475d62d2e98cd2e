//! What a moderator rejected, after an appeal against that was granted.

use staffroom_domain::account::Account;
use staffroom_domain::hold::{Hold, HoldState};
use staffroom_domain::ids::StatusId;
use staffroom_storage::Tx;

use super::words;
use crate::auth::Authority;
use crate::statuses::Statuses;
use crate::{Cx, Result};

impl Statuses<'_> {
    /// Holds again what was rejected, so that its author can publish it as it is, and tells them in the name of `voice`.
    /// No moderator decides about it any more, unless rules hold what its author makes of it or they send it for review.
    /// `false` where that cannot be done: its text had its time, or what it would change is gone or has another held edit.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn bring_back(
        &self,
        tx: &Tx,
        cx: &Cx,
        who: &Authority,
        (voice, author): (&Account, &Account),
        id: StatusId,
    ) -> Result<bool> {
        tx.holds().lock(id).await?;
        let rejected = tx.holds().by_id(id).await?.filter(|hold| hold.state == HoldState::Rejected);
        let Some(rejected) = rejected else { return Ok(false) };
        if let Some(published) = rejected.edits {
            let status = tx.statuses().get(published).await?;
            let is_there = status.is_some_and(|status| status.deleted_at.is_none());
            if !is_there || tx.holds().edit_of(published).await?.is_some() {
                return Ok(false);
            }
        }
        let hold = Hold {
            state: HoldState::Held,
            may_publish: true,
            note: String::new(),
            updated_at: cx.now(),
            deadline: None,
            decided_at: None,
            decided_by: None,
            ..rejected
        };
        if !tx.holds().reopen(&hold).await? {
            return Ok(false);
        }
        self.service.moderation().record_decided(cx, tx, &hold, "brought-back", who.by()).await?;
        self.say(tx, cx, (voice, author), &hold, None, &words::brought_back(self.service, &hold)).await?;
        Ok(true)
    }
}
