//! Accounts somebody may want to know: the directory, and suggestions.

use sea_orm::Value;
use staffroom_domain::Viewer;
use staffroom_domain::account::Account;
use staffroom_domain::ids::AccountId;

use crate::accounts::{AccountRow, COLUMNS as ACCOUNT};
use crate::error::Result;

crate::db::noun!();

/// Accounts that want to be found; the words of the partial indexes.
const FOUND: &str = "a.discoverable AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.silenced_at IS NULL";
/// People, who are still where they were.
const PEOPLE: &str = "a.tag IS NULL AND a.moved_to IS NULL AND a.kind <> 2";
/// People one follows whose follows are looked at for suggestions, the newest.
const FRIENDS: i64 = 100;

/// In which order the directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Who wrote last first.
    Active,
    /// Who came last first.
    New,
}

/// Keeps out whom the viewer blocks (by name or with their domain) or mutes, and who blocks the viewer.
fn unwanted(viewer: Viewer, values: &mut Vec<Value>) -> String {
    let Some(viewer) = viewer.account() else { return String::new() };
    values.push(viewer.0.into());
    let v = values.len();
    format!(
        " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE (b.account_id = ${v} AND b.target_id = a.id) \
         OR (b.account_id = a.id AND b.target_id = ${v})) \
         AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = ${v} AND m.target_id = a.id) \
         AND NOT EXISTS (SELECT 1 FROM account_domain_blocks d WHERE d.account_id = ${v} AND d.domain = a.domain)"
    )
}

/// What makes an account one that can be suggested to `$1`.
const NEW_TO_THEM: &str = " AND a.id <> $1 \
     AND NOT EXISTS (SELECT 1 FROM follows k WHERE k.account_id = $1 AND k.target_id = a.id) \
     AND NOT EXISTS (SELECT 1 FROM dismissed_suggestions x WHERE x.account_id = $1 AND x.target_id = a.id)";

fn bound(n: u64) -> Value {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

impl Reads<'_> {
    /// People who want to be found; with `local`, only those here.
    ///
    /// # Errors
    /// The database failed.
    pub async fn directory(
        &self,
        viewer: Viewer,
        order: Order,
        local: bool,
        limit: u64,
        offset: u64,
    ) -> Result<Vec<Account>> {
        // accounts_directory_active, accounts_directory_new
        let mut values: Vec<Value> = vec![bound(limit), bound(offset)];
        let unwanted = unwanted(viewer, &mut values);
        let here = if local { " AND a.domain IS NULL" } else { "" };
        let (wrote, order) = match order {
            Order::Active => (" AND a.last_status_at IS NOT NULL", "a.last_status_at DESC, a.id DESC"),
            Order::New => ("", "a.id DESC"),
        };
        let sql = format!(
            "SELECT {ACCOUNT} FROM accounts a WHERE {FOUND} AND {PEOPLE}{here}{wrote}{unwanted} \
             ORDER BY {order} LIMIT +$1 OFFSET $2"
        );
        self.accounts(sql, values).await
    }

    /// People followed by those `account` follows, whom most of them follow first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn friends_of_friends(&self, account: AccountId, limit: u64) -> Result<Vec<Account>> {
        // follows_account, both times
        let mut values: Vec<Value> = vec![account.0.into(), FRIENDS.into(), bound(limit)];
        let unwanted = unwanted(Viewer::Account(account), &mut values);
        let sql = format!(
            "SELECT {ACCOUNT} FROM (SELECT f.target_id, COUNT(*) AS friends FROM \
             (SELECT o.target_id FROM follows o WHERE o.account_id = $1 AND o.accepted ORDER BY o.id DESC LIMIT +$2) n \
             JOIN follows f ON f.account_id = n.target_id AND f.accepted GROUP BY f.target_id) c \
             JOIN accounts a ON a.id = c.target_id WHERE {FOUND} AND {PEOPLE}{NEW_TO_THEM}{unwanted} \
             ORDER BY c.friends DESC, a.followers_count DESC, a.id DESC LIMIT +$3"
        );
        self.accounts(sql, values).await
    }

    /// People whom most people follow.
    ///
    /// # Errors
    /// The database failed.
    pub async fn most_followed(&self, account: AccountId, limit: u64) -> Result<Vec<Account>> {
        // accounts_directory_followed
        let mut values: Vec<Value> = vec![account.0.into(), bound(limit)];
        let unwanted = unwanted(Viewer::Account(account), &mut values);
        let sql = format!(
            "SELECT {ACCOUNT} FROM accounts a WHERE {FOUND} AND {PEOPLE}{NEW_TO_THEM}{unwanted} \
             ORDER BY a.followers_count DESC, a.id DESC LIMIT +$2"
        );
        self.accounts(sql, values).await
    }

    async fn accounts(&self, sql: String, values: Vec<Value>) -> Result<Vec<Account>> {
        Ok(self.db.all::<AccountRow>(sql, values).await?.into_iter().map(|row| row.0).collect())
    }
}

impl Writes<'_> {
    /// `target` is not suggested to `account` again.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dismiss(&self, account: AccountId, target: AccountId) -> Result<()> {
        let sql = "INSERT INTO dismissed_suggestions (account_id, target_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.db.run(sql, vec![account.0.into(), target.0.into()]).await?;
        Ok(())
    }

    /// Removes what is kept by and about an account that is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_all_of(&self, account: AccountId) -> Result<()> {
        let sql = "DELETE FROM dismissed_suggestions WHERE account_id = $1 OR target_id = $1";
        self.db.run(sql, vec![account.0.into()]).await?;
        Ok(())
    }
}
