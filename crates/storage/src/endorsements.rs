//! Accounts people recommend on their profiles.

use sea_orm::Value;
use staffroom_domain::ids::{AccountId, EndorsementId};
use staffroom_domain::relationship::Listed;
use staffroom_domain::{Page, PageRequest, Timestamp, Viewer};

use crate::accounts::COLUMNS as ACCOUNT;
use crate::error::Result;
use crate::follows::ListedRow;
use crate::page::keyset;

crate::db::noun!();

impl Reads<'_> {
    /// Accounts `account` recommends, newest first. Accounts that are gone are left out, and those between which and
    /// the viewer there is a block.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, viewer: Viewer, account: AccountId, page: &PageRequest) -> Result<Page<Listed>> {
        // endorsements_pair, sorted: one person recommends few
        let mut values: Vec<Value> = vec![account.0.into()];
        let hidden = match viewer.account() {
            None => "",
            Some(viewer) => {
                values.push(viewer.0.into());
                " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE (b.account_id = a.id AND b.target_id = $2) \
                 OR (b.account_id = $2 AND b.target_id = a.id)) \
                 AND NOT EXISTS (SELECT 1 FROM account_domain_blocks d WHERE d.account_id = $2 AND d.domain = a.domain)"
            }
        };
        let (bounds, order) = keyset(page, "e.id", &mut values);
        let sql = format!(
            "SELECT e.id AS cursor_id, CAST(NULL AS BIGINT) AS list_expires_at, {ACCOUNT} FROM endorsements e \
             JOIN accounts a ON a.id = e.target_id WHERE e.account_id = $1 AND a.suspended_at IS NULL \
             AND a.deleted_at IS NULL{hidden}{bounds}{order}"
        );
        let rows = self.db.all::<ListedRow>(sql, values).await?;
        Ok(Page::from_rows(rows.into_iter().map(|row| row.0).collect(), page, |l: &Listed| l.cursor))
    }
}

impl Writes<'_> {
    /// Recommends an account; twice changes nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add(&self, id: EndorsementId, account: AccountId, target: AccountId, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO endorsements (id, account_id, target_id, created_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (account_id, target_id) DO NOTHING";
        self.db.run(sql, vec![id.0.into(), account.0.into(), target.0.into(), now.0.into()]).await?;
        Ok(())
    }

    /// Ends that.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, account: AccountId, target: AccountId) -> Result<()> {
        let sql = "DELETE FROM endorsements WHERE account_id = $1 AND target_id = $2";
        self.db.run(sql, vec![account.0.into(), target.0.into()]).await?;
        Ok(())
    }

    /// Removes all by and of an account that is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_all_of(&self, account: AccountId) -> Result<()> {
        let sql = "DELETE FROM endorsements WHERE account_id = $1 OR target_id = $1";
        self.db.run(sql, vec![account.0.into()]).await?;
        Ok(())
    }
}
