//! Accounts that sign with other keys after their server was away: perhaps somebody else has the name now.
//!
//! What they say is taken (keys are lost in moves and restored backups), but it is noticed: moderators have a list, and a
//! peer of the hashtag exchange is trusted no further than "a moderator looks first" until an operator says otherwise.

use std::time::Duration;

use staffroom_domain::account::{Account, PublicKey};
use staffroom_storage::Tx;
pub use staffroom_storage::keys::KeyChange;

use super::Accounts;
use crate::exchange::authority;
use crate::{Cx, Result};

/// So long after its return keys of a server are looked at: its accounts are heard of one after the other.
const WATCHED: Duration = Duration::from_hours(30 * 24);

impl Accounts<'_> {
    /// Accounts elsewhere that came back with other keys, newest first, at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn key_changes(&self, limit: u64) -> Result<Vec<KeyChange>> {
        Ok(self.service.storage().read().keys().changes(limit).await?)
    }
}

/// Notes that a known account has `keys` now, none of which it had before, if its server was down or gone until lately.
pub(super) async fn watch(tx: &Tx, cx: &Cx, account: &Account, keys: &[PublicKey]) -> Result<()> {
    let before = tx.keys().of_account(account.id).await?;
    let is_kept = keys.iter().any(|key| before.iter().any(|old| old.pem == key.pem));
    if before.is_empty() || keys.is_empty() || is_kept {
        return Ok(());
    }
    let Some(host) = authority(&account.uri) else { return Ok(()) };
    if !tx.deliveries().was_away(&host, cx.now().minus(WATCHED)).await? {
        return Ok(());
    }
    tx.keys().note_change(cx.id(), account.id, cx.now()).await?;
    let is_distrusted = tx.exchange().distrust(&host).await?;
    metrics::counter!("staffroom_key_changes_total").increment(1);
    tracing::warn!(
        account.uri = %account.uri, peer.host = %host, is_distrusted,
        "an account whose server was away signs with other keys"
    );
    Ok(())
}
