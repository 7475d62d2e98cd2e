//! Accounts that somebody asked for and never confirmed.

use std::time::Duration;

use staffroom_domain::ids::AccountId;

use super::Accounts;
use crate::organisations::lock_account;
use crate::{Cx, Result, ServiceError};

/// So long an address may stay unconfirmed, as with Mastodon.
const CONFIRMED_WITHIN: Duration = Duration::from_hours(7 * 24);
/// Looked through at once.
const CHUNK: u64 = 100;

impl Accounts<'_> {
    /// Deletes accounts that people asked for a week ago and that nobody has confirmed, unless a link for that is on
    /// its way. E-mail address and name are free again; the name not, where somebody elsewhere knows the account
    /// already. Returns how many.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn remove_unconfirmed(&self, cx: &Cx) -> Result<u64> {
        let (mut removed, mut after) = (0, AccountId(0));
        let before = cx.now().minus(CONFIRMED_WITHIN);
        loop {
            let users = self.service.storage().read().users().unconfirmed(before, cx.now(), after, CHUNK).await?;
            for id in &users {
                match self.remove_if_unconfirmed(cx, *id).await {
                    Ok(done) => removed += u64::from(done),
                    // the last admin of a school, or somebody else changes it in this moment
                    Err(error @ (ServiceError::Forbidden(_) | ServiceError::Conflict(_))) => {
                        tracing::info!(account = %id, %error, "an account that nobody confirmed stays for now");
                    }
                    Err(error) => return Err(error),
                }
            }
            match users.last() {
                Some(last) if u64::try_from(users.len()).is_ok_and(|found| found == CHUNK) => after = *last,
                _ => return Ok(removed),
            }
        }
    }

    async fn remove_if_unconfirmed(self, cx: &Cx, id: AccountId) -> Result<bool> {
        let tx = self.service.storage().begin().await?;
        let Some(account) = lock_account(&tx, id).await? else { return Ok(false) };
        let user = tx.users().lock(id).await?;
        if user.is_none_or(|user| user.confirmed_at.is_some()) {
            return Ok(false);
        }
        let is_known = !tx.follows().acquainted_inboxes(id).await?.is_empty();
        self.delete_within(&tx, cx, &account).await?;
        if !is_known {
            tx.keys().remove(id).await?;
            tx.accounts().release_name(id).await?;
        }
        self.service.commit(tx).await?;
        Ok(true)
    }
}
