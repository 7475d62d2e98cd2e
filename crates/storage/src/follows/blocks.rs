//! Blocks between accounts.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, BlockId};
use staffroom_domain::relationship::Listed;
use staffroom_domain::{Page, PageRequest, Timestamp};

use super::listing::ListedRow;
use super::{Reads, Writes};
use crate::accounts::COLUMNS as ACCOUNT;
use crate::db::placeholders;
use crate::error::Result;
use crate::page::keyset;

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Our id.
    pub id: BlockId,
    /// Who blocks.
    pub account_id: AccountId,
    /// Who is blocked.
    pub target_id: AccountId,
    /// The id the block has on the network.
    pub uri: String,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    account_id: i64,
    target_id: i64,
    uri: String,
}

impl From<Row> for Block {
    fn from(row: Row) -> Self {
        Self {
            id: BlockId(row.id),
            account_id: AccountId(row.account_id),
            target_id: AccountId(row.target_id),
            uri: row.uri,
        }
    }
}

impl Reads<'_> {
    /// The block of `target` by `account`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn block(&self, account: AccountId, target: AccountId) -> Result<Option<Block>> {
        let sql = "SELECT id, account_id, target_id, uri FROM blocks WHERE account_id = $1 AND target_id = $2";
        Ok(self.db.one::<Row>(sql, vec![account.0.into(), target.0.into()]).await?.map(Into::into))
    }

    /// The block with this network id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn block_by_uri(&self, uri: &str) -> Result<Option<Block>> {
        let sql = "SELECT id, account_id, target_id, uri FROM blocks WHERE uri = $1";
        Ok(self.db.one::<Row>(sql, vec![uri.into()]).await?.map(Into::into))
    }

    /// Which of `others` block `account` or are blocked by it, by name or with their whole domain.
    ///
    /// # Errors
    /// The database failed.
    pub async fn blocked_either_way(&self, account: AccountId, others: &[AccountId]) -> Result<Vec<AccountId>> {
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let list = placeholders(2, others.len());
        let sql = format!(
            "SELECT target_id AS n FROM blocks WHERE account_id = $1 AND target_id IN ({list}) \
             UNION SELECT account_id AS n FROM blocks WHERE target_id = $1 AND account_id IN ({list}) \
             UNION SELECT a.id AS n FROM accounts a JOIN account_domain_blocks d ON d.domain = a.domain \
             WHERE a.id IN ({list}) AND d.account_id = $1 \
             UNION SELECT d.account_id AS n FROM account_domain_blocks d JOIN accounts a ON a.domain = d.domain \
             WHERE a.id = $1 AND d.account_id IN ({list})"
        );
        let values: Vec<Value> = std::iter::once(account).chain(others.iter().copied()).map(|id| id.0.into()).collect();
        Ok(self.db.numbers(sql, values).await?.into_iter().map(AccountId).collect())
    }

    /// Which of `others` block `account`, by name or with its whole domain.
    ///
    /// # Errors
    /// The database failed.
    pub async fn blocking(&self, account: AccountId, others: &[AccountId]) -> Result<Vec<AccountId>> {
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let list = placeholders(2, others.len());
        let sql = format!(
            "SELECT account_id AS n FROM blocks WHERE target_id = $1 AND account_id IN ({list}) \
             UNION SELECT d.account_id AS n FROM account_domain_blocks d JOIN accounts a ON a.domain = d.domain \
             WHERE a.id = $1 AND d.account_id IN ({list})"
        );
        let values: Vec<Value> = std::iter::once(account).chain(others.iter().copied()).map(|id| id.0.into()).collect();
        Ok(self.db.numbers(sql, values).await?.into_iter().map(AccountId).collect())
    }

    /// Accounts `account` blocks, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn blocks(&self, account: AccountId, page: &PageRequest) -> Result<Page<Listed>> {
        let mut values: Vec<Value> = vec![account.0.into()];
        let (bounds, order) = keyset(page, "b.id", &mut values);
        let sql = format!(
            "SELECT b.id AS cursor_id, CAST(NULL AS BIGINT) AS list_expires_at, {ACCOUNT} FROM blocks b \
             JOIN accounts a ON a.id = b.target_id WHERE b.account_id = $1 AND a.deleted_at IS NULL{bounds}{order}"
        );
        let rows = self.db.all::<ListedRow>(sql, values).await?;
        Ok(Page::from_rows(rows.into_iter().map(|row| row.0).collect(), page, |l: &Listed| l.cursor))
    }

    /// Local accounts that block `target`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn local_blockers(&self, target: AccountId) -> Result<Vec<AccountId>> {
        let sql = "SELECT b.account_id AS n FROM blocks b JOIN users u ON u.account_id = b.account_id \
                   WHERE b.target_id = $1";
        Ok(self.db.numbers(sql, vec![target.0.into()]).await?.into_iter().map(AccountId).collect())
    }
}

impl Writes<'_> {
    /// Stores a block; false when there was one already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_block(&self, block: &Block, now: Timestamp) -> Result<bool> {
        let values = vec![
            block.id.0.into(),
            block.account_id.0.into(),
            block.target_id.0.into(),
            block.uri.clone().into(),
            now.as_millis().into(),
        ];
        let head = "INSERT INTO blocks (id, account_id, target_id, uri, created_at)";
        Ok(self.db.insert_many(head, vec![values], "ON CONFLICT (account_id, target_id) DO NOTHING").await? > 0)
    }

    /// Ends a block.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_block(&self, id: BlockId) -> Result<()> {
        self.db.run("DELETE FROM blocks WHERE id = $1", vec![id.0.into()]).await?;
        Ok(())
    }

    /// Removes all blocks by and of an account that is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_blocks_of(&self, account: AccountId) -> Result<()> {
        self.db.run("DELETE FROM blocks WHERE account_id = $1 OR target_id = $1", vec![account.0.into()]).await?;
        Ok(())
    }
}
