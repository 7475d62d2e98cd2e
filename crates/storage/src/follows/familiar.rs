//! Followers of somebody whom the viewer follows too.

use std::collections::HashMap;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::AccountId;

use super::Reads;
use crate::db::in_list;
use crate::error::Result;

impl Reads<'_> {
    /// For each of `targets`: its newest followers whom `viewer` follows, at most `limit`. Accounts that are gone are
    /// left out, and targets that block the viewer have none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn familiar(
        &self,
        viewer: AccountId,
        targets: &[AccountId],
        limit: u64,
    ) -> Result<HashMap<AccountId, Vec<AccountId>>> {
        #[derive(FromQueryResult)]
        struct Row {
            target_id: i64,
            account_id: i64,
        }
        if targets.is_empty() {
            return Ok(HashMap::new());
        }
        // follows_target, then follows_pair
        let mut values: Vec<Value> = vec![viewer.0.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
        let list = in_list(&mut values, targets.iter().map(|id| id.0));
        let sql = format!(
            "SELECT n.target_id, n.account_id FROM (SELECT f.target_id, f.account_id, \
             ROW_NUMBER() OVER (PARTITION BY f.target_id ORDER BY f.id DESC) AS place FROM follows f \
             JOIN follows m ON m.account_id = $1 AND m.target_id = f.account_id AND m.accepted \
             JOIN accounts a ON a.id = f.account_id AND a.suspended_at IS NULL AND a.deleted_at IS NULL \
             WHERE f.target_id IN ({list}) AND f.accepted AND NOT EXISTS (SELECT 1 FROM blocks b \
             WHERE b.account_id = f.target_id AND b.target_id = $1)) n WHERE n.place <= $2 ORDER BY n.target_id, n.place"
        );
        let mut found: HashMap<AccountId, Vec<AccountId>> = HashMap::new();
        for row in self.db.all::<Row>(sql, values).await? {
            found.entry(AccountId(row.target_id)).or_default().push(AccountId(row.account_id));
        }
        Ok(found)
    }
}
