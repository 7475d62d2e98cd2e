//! Removing notifications.

use staffroom_domain::ids::AccountId;
use staffroom_domain::notification::NotificationKind;

use super::Writes;
use crate::error::Result;

impl Writes<'_> {
    /// Takes back a notification that is about no status (a follow, a request).
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_kind(&self, account: AccountId, from: AccountId, kind: NotificationKind) -> Result<()> {
        let sql = "DELETE FROM notifications WHERE account_id = $1 AND from_account_id = $2 AND kind = $3";
        self.db.run(sql, vec![account.0.into(), from.0.into(), kind.as_str().into()]).await?;
        Ok(())
    }

    /// Removes all that `account` was told about `from`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_from(&self, account: AccountId, from: AccountId) -> Result<()> {
        let sql = "DELETE FROM notifications WHERE account_id = $1 AND from_account_id = $2";
        self.db.run(sql, vec![account.0.into(), from.0.into()]).await?;
        Ok(())
    }

    /// Removes everything told to or caused by an account that is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_all_of(&self, account: AccountId) -> Result<()> {
        let sql = "DELETE FROM notifications WHERE account_id = $1 OR from_account_id = $1";
        self.db.run(sql, vec![account.0.into()]).await?;
        Ok(())
    }
}
