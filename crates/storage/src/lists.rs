//! Lists and their members.

use sea_orm::FromQueryResult;
use staffroom_domain::ids::{AccountId, ListId};
use staffroom_domain::list::List;
use staffroom_domain::{PageRequest, Timestamp};

use crate::db::{in_order, placeholders};
use crate::error::Result;
use crate::page::keyset;

crate::db::noun!();

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    title: String,
    replies_policy: String,
    exclusive: bool,
}

impl From<Row> for List {
    fn from(row: Row) -> Self {
        Self { id: ListId(row.id), title: row.title, replies_policy: row.replies_policy, exclusive: row.exclusive }
    }
}

impl Reads<'_> {
    /// Lists of `owner`, oldest first. Index `lists_account`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_of(&self, owner: AccountId) -> Result<Vec<List>> {
        let sql = "SELECT id, title, replies_policy, exclusive FROM lists WHERE account_id = $1 ORDER BY id";
        Ok(self.db.all::<Row>(sql, vec![owner.0.into()]).await?.into_iter().map(List::from).collect())
    }

    /// Lists of `owner` that `member` is in, oldest first. Index `lists_account`, primary key of `list_accounts`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn with_member(&self, owner: AccountId, member: AccountId) -> Result<Vec<List>> {
        let sql = "SELECT l.id, l.title, l.replies_policy, l.exclusive FROM lists l JOIN list_accounts m \
                   ON m.list_id = l.id AND m.account_id = $2 WHERE l.account_id = $1 ORDER BY l.id";
        let rows = self.db.all::<Row>(sql, vec![owner.0.into(), member.0.into()]).await?;
        Ok(rows.into_iter().map(List::from).collect())
    }

    /// A list, if `owner` has it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find(&self, owner: AccountId, id: ListId) -> Result<Option<List>> {
        let sql = "SELECT id, title, replies_policy, exclusive FROM lists WHERE id = $1 AND account_id = $2";
        Ok(self.db.one::<Row>(sql, vec![id.0.into(), owner.0.into()]).await?.map(List::from))
    }

    /// How many lists `owner` has.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count(&self, owner: AccountId) -> Result<i64> {
        let sql = "SELECT COUNT(*) AS n FROM lists WHERE account_id = $1";
        Ok(self.db.number(sql, vec![owner.0.into()]).await?.unwrap_or(0))
    }

    /// Members of a list by account id, those who are suspended left out; one row more than asked for. Primary key of
    /// `list_accounts`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn members(&self, id: ListId, page: &PageRequest) -> Result<Vec<AccountId>> {
        let mut values = vec![id.0.into()];
        let (bounds, order) = keyset(page, "m.account_id", &mut values);
        let sql = format!(
            "SELECT m.account_id AS n FROM list_accounts m JOIN accounts a ON a.id = m.account_id \
             WHERE m.list_id = $1 AND a.suspended_at IS NULL AND a.deleted_at IS NULL{bounds}{order}"
        );
        Ok(self.db.numbers(sql, values).await?.into_iter().map(AccountId).collect())
    }
}

impl Writes<'_> {
    /// Adds a list.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, owner: AccountId, list: &List, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO lists (id, account_id, title, replies_policy, exclusive, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let values = vec![
            list.id.0.into(),
            owner.0.into(),
            list.title.clone().into(),
            list.replies_policy.clone().into(),
            list.exclusive.into(),
            now.0.into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Changes a list.
    ///
    /// # Errors
    /// The database failed.
    pub async fn update(&self, list: &List) -> Result<()> {
        let sql = "UPDATE lists SET title = $2, replies_policy = $3, exclusive = $4 WHERE id = $1";
        let values = vec![
            list.id.0.into(),
            list.title.clone().into(),
            list.replies_policy.clone().into(),
            list.exclusive.into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Removes a list and its members.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete(&self, id: ListId) -> Result<()> {
        self.db.run("DELETE FROM list_accounts WHERE list_id = $1", vec![id.0.into()]).await?;
        self.db.run("DELETE FROM lists WHERE id = $1", vec![id.0.into()]).await?;
        Ok(())
    }

    /// Adds members; those already there stay.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_members(&self, id: ListId, accounts: &[AccountId]) -> Result<()> {
        // In one order: two requests at once do not wait for each other in a circle.
        let rows = in_order(accounts).into_iter().map(|a| vec![id.0.into(), a.0.into()]).collect();
        self.db.insert_many("INSERT INTO list_accounts (list_id, account_id)", rows, "ON CONFLICT DO NOTHING").await?;
        Ok(())
    }

    /// Removes members.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_members(&self, id: ListId, accounts: &[AccountId]) -> Result<()> {
        let mut values = vec![id.0.into()];
        values.extend(accounts.iter().map(|a| sea_orm::Value::from(a.0)));
        let list = placeholders(2, accounts.len());
        self.db.run(format!("DELETE FROM list_accounts WHERE list_id = $1 AND account_id IN ({list})"), values).await?;
        Ok(())
    }

    /// `owner` follows `member` no more: it leaves their lists. Index `lists_account`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn leave(&self, owner: AccountId, member: AccountId) -> Result<()> {
        let sql = "DELETE FROM list_accounts WHERE account_id = $2 \
                   AND list_id IN (SELECT id FROM lists WHERE account_id = $1)";
        self.db.run(sql, vec![owner.0.into(), member.0.into()]).await?;
        Ok(())
    }

    /// `member` moved: where `owner` follows (or asked to follow) `target` now, that one is in the same lists.
    ///
    /// # Errors
    /// The database failed.
    pub async fn join_like(&self, owner: AccountId, member: AccountId, target: AccountId) -> Result<()> {
        // lists_account, primary key of list_accounts
        let sql = "INSERT INTO list_accounts (list_id, account_id) SELECT m.list_id, f.target_id FROM lists l \
                   JOIN list_accounts m ON m.list_id = l.id AND m.account_id = $2 \
                   JOIN follows f ON f.account_id = l.account_id AND f.target_id = $3 \
                   WHERE l.account_id = $1 ON CONFLICT DO NOTHING";
        self.db.run(sql, vec![owner.0.into(), member.0.into(), target.0.into()]).await?;
        Ok(())
    }
}
