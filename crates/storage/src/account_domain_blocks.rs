//! Domains somebody wants nothing of: their own choice, beside the rules of the instance in `domains`.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountDomainBlockId, AccountId};
use staffroom_domain::relationship::Follow;
use staffroom_domain::{Page, PageRequest, Timestamp};

use crate::error::Result;
use crate::follows::Row as FollowRow;
use crate::page::keyset;

crate::db::noun!();

impl Reads<'_> {
    /// Domains `account` blocks, newest block first: (cursor, domain). Index `account_domain_blocks_pair`, sorted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, account: AccountId, page: &PageRequest) -> Result<Page<(i64, String)>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: i64,
            domain: String,
        }
        let mut values: Vec<Value> = vec![account.0.into()];
        let (bounds, order) = keyset(page, "id", &mut values);
        let sql = format!("SELECT id, domain FROM account_domain_blocks WHERE account_id = $1{bounds}{order}");
        let rows = self.db.all::<Row>(sql, values).await?;
        Ok(Page::from_rows(rows, page, |row| row.id).map(|row| (row.id, row.domain)))
    }

    /// How many domains `account` blocks.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count(&self, account: AccountId) -> Result<i64> {
        let sql = "SELECT COUNT(*) AS n FROM account_domain_blocks WHERE account_id = $1";
        Ok(self.db.number(sql, vec![account.0.into()]).await?.unwrap_or(0))
    }

    /// Whether `account` blocks exactly this domain.
    ///
    /// # Errors
    /// The database failed.
    pub async fn holds(&self, account: AccountId, domain: &str) -> Result<bool> {
        let sql = "SELECT id AS n FROM account_domain_blocks WHERE account_id = $1 AND domain = $2";
        Ok(self.db.number(sql, vec![account.0.into(), domain.into()]).await?.is_some())
    }

    /// How many of a domain `account` follows, and how many of it follow `account`; requests do not count.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ties_with(&self, account: AccountId, domain: &str) -> Result<(i64, i64)> {
        let count = async |ours: &str, theirs: &str| -> Result<i64> {
            let sql = format!(
                "SELECT COUNT(*) AS n FROM follows f JOIN accounts a ON a.id = f.{theirs} \
                 WHERE f.{ours} = $1 AND a.domain = $2 AND f.accepted"
            );
            Ok(self.db.number(sql, vec![account.0.into(), domain.into()]).await?.unwrap_or(0))
        };
        // follows_account, follows_target
        Ok((count("account_id", "target_id").await?, count("target_id", "account_id").await?))
    }

    /// Some follows and requests between `account` and a domain, in either direction, the oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn follows_with(&self, account: AccountId, domain: &str, limit: u64) -> Result<Vec<Follow>> {
        // follows_account, follows_target
        let sql = "SELECT f.id, f.account_id, f.target_id, f.uri, f.accepted, f.show_reblogs, f.notify, f.languages, \
                   f.created_at, f.relay FROM follows f JOIN accounts a ON a.id = f.account_id \
                   WHERE f.target_id = $1 AND a.domain = $2 \
                   UNION ALL SELECT f.id, f.account_id, f.target_id, f.uri, f.accepted, f.show_reblogs, f.notify, \
                   f.languages, f.created_at, f.relay FROM follows f JOIN accounts a ON a.id = f.target_id \
                   WHERE f.account_id = $1 AND a.domain = $2 ORDER BY 1 LIMIT +$3";
        let values = vec![account.0.into(), domain.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
        self.db.all::<FollowRow>(sql, values).await?.into_iter().map(Follow::try_from).collect()
    }
}

impl Writes<'_> {
    /// Blocks a domain; false when it was blocked already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add(
        &self,
        id: AccountDomainBlockId,
        account: AccountId,
        domain: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "INSERT INTO account_domain_blocks (id, account_id, domain, created_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (account_id, domain) DO NOTHING";
        Ok(self.db.run(sql, vec![id.0.into(), account.0.into(), domain.into(), now.0.into()]).await? > 0)
    }

    /// Ends that.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, account: AccountId, domain: &str) -> Result<()> {
        let sql = "DELETE FROM account_domain_blocks WHERE account_id = $1 AND domain = $2";
        self.db.run(sql, vec![account.0.into(), domain.into()]).await?;
        Ok(())
    }

    /// Removes what `account` was told about accounts of a domain.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_notifications(&self, account: AccountId, domain: &str) -> Result<()> {
        // notifications_account
        let sql = "DELETE FROM notifications WHERE account_id = $1 AND from_account_id IN \
                   (SELECT a.id FROM accounts a WHERE a.domain = $2)";
        self.db.run(sql, vec![account.0.into(), domain.into()]).await?;
        Ok(())
    }

    /// Removes the blocks of an account that is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_all_of(&self, account: AccountId) -> Result<()> {
        self.db.run("DELETE FROM account_domain_blocks WHERE account_id = $1", vec![account.0.into()]).await?;
        Ok(())
    }
}
