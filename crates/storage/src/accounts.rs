//! Queries about accounts, local and remote.

mod moderation;
mod row;

use sea_orm::Value;
use staffroom_domain::Timestamp;
use staffroom_domain::account::{Account, Emoji};
use staffroom_domain::ids::AccountId;
use staffroom_domain::news::News;

use crate::db::{in_list, placeholders};
use crate::dialect;
use crate::error::Result;
use row::PENDING;
pub(crate) use row::{AccountRow, COLUMNS};

crate::db::noun!();

/// The columns [`Writes::update`] leaves alone: identity, counters that only move by steps, and what was decided about the
/// account.
const KEPT: [&str; 16] = [
    "id",
    "uri",
    "username",
    "domain",
    "handle_key",
    "created_at",
    "last_status_at",
    "statuses_count",
    "followers_count",
    "following_count",
    "organisation_id",
    "suspended_at",
    "suspended_by_origin",
    "silenced_at",
    "sensitized_at",
    "deleted_at",
];

impl Reads<'_> {
    /// The account with this id, also when suspended or deleted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_id(&self, id: AccountId) -> Result<Option<Account>> {
        self.one_where("a.id = $1", id.0.into()).await
    }

    /// Accounts in the order of `ids`, unknown ones left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_ids(&self, ids: &[AccountId]) -> Result<Vec<Account>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!("SELECT {COLUMNS} FROM accounts a WHERE a.id IN ({})", placeholders(1, ids.len()));
        let rows = self.db.all::<AccountRow>(sql, ids.iter().map(|id| id.0.into()).collect()).await?;
        let mut found: std::collections::HashMap<_, _> = rows.into_iter().map(|row| (row.0.id, row.0)).collect();
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Those of `ids` that are known and were let in, in their order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn known(&self, ids: &[AccountId]) -> Result<Vec<AccountId>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT a.id AS n FROM accounts a WHERE a.id IN ({}) AND NOT {PENDING}",
            placeholders(1, ids.len())
        );
        let found = self.db.numbers(sql, ids.iter().map(|id| id.0.into()).collect()).await?;
        Ok(ids.iter().copied().filter(|id| found.contains(&id.0)).collect())
    }

    /// The account with this network id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_uri(&self, uri: &str) -> Result<Option<Account>> {
        self.one_where("a.uri = $1", uri.into()).await
    }

    /// The accounts with these network ids, in no order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_uris(&self, uris: &[String]) -> Result<Vec<Account>> {
        self.all_in("a.uri", uris.iter().map(Value::from).collect()).await
    }

    /// The account called `username` on `domain` (`None`: here), whatever the case.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_handle(&self, username: &str, domain: Option<&str>) -> Result<Option<Account>> {
        self.one_where("a.handle_key = $1", row::handle_key(username, domain).into()).await
    }

    /// The accounts behind these handles (name, host), in no order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_handles(&self, handles: &[(String, Option<String>)]) -> Result<Vec<Account>> {
        let keys = handles.iter().map(|(name, domain)| row::handle_key(name, domain.as_deref()).into()).collect();
        self.all_in("a.handle_key", keys).await
    }

    /// Accounts that are not gone, were let in, and whose handle or shown name begins with `query`, best known first;
    /// with `followed_by`, only those this account follows. Hosts match after an `@`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn search(
        &self,
        query: &str,
        followed_by: Option<AccountId>,
        limit: u64,
        offset: u64,
    ) -> Result<Vec<Account>> {
        let mut escaped = String::with_capacity(query.len() + 1);
        for c in query.to_lowercase().chars() {
            if matches!(c, '%' | '_' | '\\') {
                escaped.push('\\');
            }
            escaped.push(c);
        }
        escaped.push('%');
        let mut values: Vec<Value> = vec![
            escaped.into(),
            i64::try_from(limit).unwrap_or(i64::MAX).into(),
            i64::try_from(offset).unwrap_or(i64::MAX).into(),
        ];
        let followed = match followed_by {
            None => "",
            Some(id) => {
                values.push(id.0.into());
                "AND EXISTS (SELECT 1 FROM follows f WHERE f.account_id = $4 AND f.target_id = a.id AND f.accepted)"
            }
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM accounts a \
             WHERE (a.handle_key LIKE $1 ESCAPE '\\' OR LOWER(a.display_name) LIKE $1 ESCAPE '\\') \
             AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND NOT {PENDING} {followed} \
             ORDER BY CASE WHEN a.domain IS NULL THEN 0 ELSE 1 END, a.followers_count DESC, a.id DESC \
             LIMIT +$2 OFFSET $3"
        );
        Ok(self.db.all::<AccountRow>(sql, values).await?.into_iter().map(|row| row.0).collect())
    }

    async fn one_where(&self, condition: &str, value: Value) -> Result<Option<Account>> {
        let sql = format!("SELECT {COLUMNS} FROM accounts a WHERE {condition}");
        Ok(self.db.one::<AccountRow>(sql, vec![value]).await?.map(|row| row.0))
    }

    async fn all_in(&self, column: &str, values: Vec<Value>) -> Result<Vec<Account>> {
        if values.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!("SELECT {COLUMNS} FROM accounts a WHERE {column} IN ({})", placeholders(1, values.len()));
        Ok(self.db.all::<AccountRow>(sql, values).await?.into_iter().map(|row| row.0).collect())
    }
}

impl Writes<'_> {
    /// Stores a new account. A taken network id or handle is a unique violation.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, account: &Account) -> Result<()> {
        let head = format!("INSERT INTO accounts ({})", row::NAMES.join(", "));
        self.db.insert_many(&head, vec![row::values(account)], "").await?;
        Ok(())
    }

    /// An account as it is, which nobody else changes until this transaction ends.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lock(&self, id: AccountId) -> Result<Option<Account>> {
        let lock = dialect::for_no_key_update(self.db.backend);
        let sql = format!("SELECT {COLUMNS} FROM accounts a WHERE a.id = $1{lock}");
        Ok(self.db.one::<AccountRow>(sql, vec![id.0.into()]).await?.map(|row| row.0))
    }

    /// Accounts in the order of `ids`, unknown ones left out, which nobody else changes until this transaction ends. They
    /// are taken in the order of their ids, so that those who want some of the same never wait in a circle.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lock_all(&self, ids: &[AccountId]) -> Result<Vec<Account>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = Vec::new();
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let lock = dialect::for_no_key_update(self.db.backend);
        let sql = format!("SELECT {COLUMNS} FROM accounts a WHERE a.id IN ({list}) ORDER BY a.id{lock}");
        let rows = self.db.all::<AccountRow>(sql, values).await?;
        let mut found: std::collections::HashMap<_, _> = rows.into_iter().map(|row| (row.0.id, row.0)).collect();
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Stores everything about a known account except its identity, its counters and what was decided about it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn update(&self, account: &Account) -> Result<()> {
        let mut values: Vec<Value> = vec![account.id.0.into()];
        let mut sets = Vec::new();
        for (name, value) in row::NAMES.into_iter().zip(row::values(account)) {
            if !KEPT.contains(&name) {
                values.push(value);
                sets.push(format!("{name} = ${}", values.len()));
            }
        }
        self.db.run(format!("UPDATE accounts SET {} WHERE id = $1", sets.join(", ")), values).await?;
        Ok(())
    }

    /// Gives a remote account another handle, after its server was asked.
    ///
    /// # Errors
    /// The database failed; a taken handle is a unique violation.
    pub async fn rename(&self, id: AccountId, username: &str, domain: Option<&str>) -> Result<()> {
        let sql = "UPDATE accounts SET username = $2, domain = $3, handle_key = $4 WHERE id = $1";
        let key = row::handle_key(username, domain);
        let domain = domain.map(str::to_owned);
        self.db.run(sql, vec![id.0.into(), username.into(), domain.into(), key.into()]).await?;
        Ok(())
    }

    /// Frees the handle of an account that is gone, so that another account of its host can have it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn release_handle(&self, id: AccountId) -> Result<()> {
        // A space never occurs in a handle, so the replacement collides with nothing.
        let key = format!("gone {}", id.0);
        self.db.run("UPDATE accounts SET handle_key = $2 WHERE id = $1", vec![id.0.into(), key.into()]).await?;
        Ok(())
    }

    /// Frees name and network id of a deleted account of ours that nobody elsewhere ever heard of.
    ///
    /// # Errors
    /// The database failed.
    pub async fn release_name(&self, id: AccountId) -> Result<()> {
        self.release_handle(id).await?;
        let sql = "UPDATE accounts SET uri = uri || $2 WHERE id = $1 AND deleted_at IS NOT NULL";
        self.db.run(sql, vec![id.0.into(), format!("#gone-{}", id.0).into()]).await?;
        Ok(())
    }

    /// Counts accepted follows on both sides: `step` is 1 or −1.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_follow(&self, follower: AccountId, target: AccountId, step: i64) -> Result<()> {
        // In the order of the ids: PostgreSQL then never waits in a circle.
        let following = ("UPDATE accounts SET following_count = following_count + $2 WHERE id = $1", follower);
        let followers = ("UPDATE accounts SET followers_count = followers_count + $2 WHERE id = $1", target);
        let steps = if follower < target { [following, followers] } else { [followers, following] };
        for (sql, id) in steps {
            self.db.run(sql, vec![id.0.into(), step.into()]).await?;
        }
        Ok(())
    }

    /// Counts statuses, direct ones not: `step` is 1, 0 or −1; `newest` moves the time of the last status forward.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_status(&self, id: AccountId, step: i64, newest: Option<Timestamp>) -> Result<()> {
        let sql = "UPDATE accounts SET statuses_count = statuses_count + $2, \
                   last_status_at = CASE WHEN $3 > COALESCE(last_status_at, 0) THEN $3 ELSE last_status_at END \
                   WHERE id = $1";
        let newest = newest.map_or(0, Timestamp::as_millis);
        self.db.run(sql, vec![id.0.into(), step.into(), newest.into()]).await?;
        Ok(())
    }

    /// Suspends an account by a decision made here (`None` lifts any suspension).
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_suspended(&self, id: AccountId, at: Option<Timestamp>) -> Result<()> {
        let at = at.map(Timestamp::as_millis);
        self.db
            .run(
                "UPDATE accounts SET suspended_at = $2, suspended_by_origin = FALSE WHERE id = $1",
                vec![id.0.into(), at.into()],
            )
            .await?;
        self.db.tell(News::AccessChanged(id));
        Ok(())
    }

    /// Notes that the own server of an account suspended it (`None`: ended that). Decisions made here stay.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_suspended_by_origin(&self, id: AccountId, at: Option<Timestamp>) -> Result<()> {
        let sql = "UPDATE accounts SET suspended_at = $2, suspended_by_origin = $3 \
                   WHERE id = $1 AND (suspended_at IS NULL OR suspended_by_origin)";
        let values = vec![id.0.into(), at.map(Timestamp::as_millis).into(), at.is_some().into()];
        self.db.run(sql, values).await?;
        self.db.tell(News::AccessChanged(id));
        Ok(())
    }

    /// Notes that what an account pinned is being asked for, unless that was so after `since`; then false.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ask_for_featured(&self, id: AccountId, now: Timestamp, since: Timestamp) -> Result<bool> {
        let sql = "UPDATE accounts SET featured_fetched_at = $2 WHERE id = $1 \
                   AND (featured_fetched_at IS NULL OR featured_fetched_at <= $3)";
        Ok(self.db.run(sql, vec![id.0.into(), now.0.into(), since.0.into()]).await? > 0)
    }

    /// Takes a custom emoji of ours out of the accounts here that show it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_emoji(&self, emoji: &Emoji) -> Result<()> {
        let find = dialect::find(self.db.backend);
        // One of several, the last of several, the only one.
        let sql = format!(
            "UPDATE accounts SET emojis = REPLACE(REPLACE(REPLACE(emojis, $1, ''), $2, ''), $3, '') \
             WHERE domain IS NULL AND {find}(emojis, $3) > 0"
        );
        let entry = row::emoji_text(emoji);
        self.db.run(sql, vec![format!("{entry},").into(), format!(",{entry}").into(), entry.into()]).await?;
        Ok(())
    }

    /// Turns an account into a tombstone: profile emptied, counters zero, name still taken.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_deleted(&self, id: AccountId, at: Timestamp) -> Result<()> {
        let sql = "UPDATE accounts SET deleted_at = $2, display_name = '', name_key = NULL, note = '', note_source = '', \
                   fields = '[]', emojis = '[]', avatar = NULL, header = NULL, discoverable = NULL, \
                   indexable = $3, attribution_domains = '', statuses_count = 0, followers_count = 0, following_count = 0 WHERE id = $1";
        self.db.run(sql, vec![id.0.into(), at.as_millis().into(), false.into()]).await?;
        self.db.tell(News::AccessChanged(id));
        Ok(())
    }
}
