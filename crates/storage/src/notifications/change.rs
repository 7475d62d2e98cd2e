//! Adding and removing notifications.

use staffroom_domain::ids::AccountId;
use staffroom_domain::notification::{Notification, NotificationKind};

use super::Writes;
use crate::error::Result;

impl Writes<'_> {
    /// Stores a notification; false when the same one (recipient, cause, kind, status) is there already, or when it
    /// comes from somebody silenced whom the recipient does not follow.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, notification: &Notification) -> Result<bool> {
        let sql = "INSERT INTO notifications (id, account_id, from_account_id, kind, status_id, created_at) \
                   SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT), \
                   CAST($5 AS BIGINT), CAST($6 AS BIGINT) WHERE NOT EXISTS (SELECT 1 FROM accounts a \
                   WHERE a.id = $3 AND a.silenced_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM follows f \
                   WHERE f.account_id = $2 AND f.target_id = a.id AND f.accepted)) ON CONFLICT DO NOTHING";
        let values = vec![
            notification.id.0.into(),
            notification.account_id.0.into(),
            notification.from_account_id.0.into(),
            notification.kind.as_str().into(),
            notification.status_id.map(|id| id.0).into(),
            notification.created_at.as_millis().into(),
        ];
        Ok(self.db.run(sql, values).await? > 0)
    }

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
