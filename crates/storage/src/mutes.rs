//! Queries about mutes.

use sea_orm::Value;
use staffroom_domain::ids::{AccountId, MuteId};
use staffroom_domain::relationship::Listed;
use staffroom_domain::{Page, PageRequest, Timestamp};

use crate::accounts::COLUMNS as ACCOUNT;
use crate::error::Result;
use crate::follows::ListedRow;
use crate::page::keyset;

crate::db::noun!();

/// A mute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mute {
    /// Our id.
    pub id: MuteId,
    /// Who mutes.
    pub account_id: AccountId,
    /// Who is muted.
    pub target_id: AccountId,
    /// Notifications too.
    pub notifications: bool,
    /// When it ends; `None` for good.
    pub expires_at: Option<Timestamp>,
}

impl Reads<'_> {
    /// Accounts `account` mutes at `now`, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, account: AccountId, now: Timestamp, page: &PageRequest) -> Result<Page<Listed>> {
        let mut values: Vec<Value> = vec![account.0.into(), now.as_millis().into()];
        let (bounds, order) = keyset(page, "m.id", &mut values);
        let sql = format!(
            "SELECT m.id AS cursor_id, m.expires_at AS list_expires_at, {ACCOUNT} FROM mutes m \
             JOIN accounts a ON a.id = m.target_id WHERE m.account_id = $1 AND a.deleted_at IS NULL \
             AND (m.expires_at IS NULL OR m.expires_at > $2){bounds}{order}"
        );
        let rows = self.db.all::<ListedRow>(sql, values).await?;
        Ok(Page::from_rows(rows.into_iter().map(|row| row.0).collect(), page, |l: &Listed| l.cursor))
    }
}

impl Writes<'_> {
    /// Stores a mute, or changes the one there is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn upsert(&self, mute: &Mute, now: Timestamp) -> Result<()> {
        let head = "INSERT INTO mutes (id, account_id, target_id, notifications, expires_at, created_at)";
        let values = vec![
            mute.id.0.into(),
            mute.account_id.0.into(),
            mute.target_id.0.into(),
            mute.notifications.into(),
            mute.expires_at.map(Timestamp::as_millis).into(),
            now.as_millis().into(),
        ];
        let tail = "ON CONFLICT (account_id, target_id) DO UPDATE SET notifications = excluded.notifications, \
                    expires_at = excluded.expires_at";
        self.db.insert_many(head, vec![values], tail).await?;
        Ok(())
    }

    /// Ends a mute.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, account: AccountId, target: AccountId) -> Result<()> {
        let sql = "DELETE FROM mutes WHERE account_id = $1 AND target_id = $2";
        self.db.run(sql, vec![account.0.into(), target.0.into()]).await?;
        Ok(())
    }

    /// Removes all mutes by and of an account that is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_all_of(&self, account: AccountId) -> Result<()> {
        self.db.run("DELETE FROM mutes WHERE account_id = $1 OR target_id = $1", vec![account.0.into()]).await?;
        Ok(())
    }
}
