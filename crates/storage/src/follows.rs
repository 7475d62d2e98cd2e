//! Queries about follows, follow requests and blocks.

mod blocks;
mod familiar;
mod listing;
mod relationships;

use sea_orm::{DbErr, FromQueryResult, QueryResult};
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, FollowId};
use staffroom_domain::relationship::Follow;

use crate::db::placeholders;
use crate::dialect;
use crate::error::{Result, StorageError};
pub use blocks::Block;
pub use listing::FollowerInbox;
pub(crate) use listing::ListedRow;

crate::db::noun!();

/// A follow as stored.
#[derive(Debug, FromQueryResult)]
#[expect(clippy::struct_excessive_bools, reason = "the columns of the table")]
pub(crate) struct Row {
    id: i64,
    account_id: i64,
    target_id: i64,
    uri: String,
    accepted: bool,
    show_reblogs: bool,
    notify: bool,
    languages: String,
    created_at: i64,
    relay: bool,
}

/// The select list of a follow.
pub(crate) const COLUMNS: &str =
    "id, account_id, target_id, uri, accepted, show_reblogs, notify, languages, created_at, relay";

impl TryFrom<Row> for Follow {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: FollowId(row.id),
            account_id: AccountId(row.account_id),
            target_id: AccountId(row.target_id),
            uri: row.uri,
            accepted: row.accepted,
            show_reblogs: row.show_reblogs,
            notify: row.notify,
            languages: languages(&row.languages)?,
            created_at: Timestamp(row.created_at),
            relay: row.relay,
        })
    }
}

/// A follow with the network id of who follows.
struct LocalRow {
    follower_uri: String,
    follow: Row,
}

impl FromQueryResult for LocalRow {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        Ok(Self { follower_uri: row.try_get(pre, "follower_uri")?, follow: Row::from_query_result(row, pre)? })
    }
}

fn languages(json: &str) -> Result<Vec<String>> {
    serde_json::from_str(json).map_err(|_| StorageError::Corrupt { what: "follows.languages" })
}

impl Reads<'_> {
    /// The follow (or request) of `target` by `account`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pair(&self, account: AccountId, target: AccountId) -> Result<Option<Follow>> {
        let sql = format!("SELECT {COLUMNS} FROM follows WHERE account_id = $1 AND target_id = $2");
        self.db.one::<Row>(sql, vec![account.0.into(), target.0.into()]).await?.map(Follow::try_from).transpose()
    }

    /// The follow (or request) with this network id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_uri(&self, uri: &str) -> Result<Option<Follow>> {
        let sql = format!("SELECT {COLUMNS} FROM follows WHERE uri = $1");
        self.db.one::<Row>(sql, vec![uri.into()]).await?.map(Follow::try_from).transpose()
    }

    /// Network ids of the accepted followers of `account` that lie on `origin` (`https://host`), in order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn followers_on(&self, account: AccountId, origin: &str) -> Result<Vec<String>> {
        #[derive(FromQueryResult)]
        struct Follower {
            uri: String,
        }
        // follows_origin
        let sql = "SELECT a.uri FROM follows f JOIN accounts a ON a.id = f.account_id \
                   WHERE f.target_id = $1 AND f.origin = $2 AND f.accepted ORDER BY f.id";
        let found = self.db.all::<Follower>(sql, vec![account.0.into(), origin.into()]).await?;
        Ok(found.into_iter().map(|row| row.uri).collect())
    }

    /// Follows and requests of `target` by people here, each with the network id of who follows.
    ///
    /// # Errors
    /// The database failed.
    pub async fn local_follows_of(&self, target: AccountId) -> Result<Vec<(String, Follow)>> {
        // follows_target
        let sql = "SELECT a.uri AS follower_uri, f.id, f.account_id, f.target_id, f.uri, f.accepted, f.show_reblogs, \
                   f.notify, f.languages, f.created_at, f.relay FROM follows f JOIN accounts a ON a.id = f.account_id \
                   WHERE f.target_id = $1 AND a.domain IS NULL";
        let follow = |local: LocalRow| Ok((local.follower_uri, Follow::try_from(local.follow)?));
        self.db.all::<LocalRow>(sql, vec![target.0.into()]).await?.into_iter().map(follow).collect()
    }

    /// Which of `targets` this account follows (accepted).
    ///
    /// # Errors
    /// The database failed.
    pub async fn followed_among(&self, account: AccountId, targets: &[AccountId]) -> Result<Vec<AccountId>> {
        if targets.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT target_id AS n FROM follows WHERE account_id = $1 AND accepted AND target_id IN ({})",
            placeholders(2, targets.len())
        );
        let values = std::iter::once(account).chain(targets.iter().copied()).map(|id| id.0.into()).collect();
        Ok(self.db.numbers(sql, values).await?.into_iter().map(AccountId).collect())
    }

    /// Some local accounts that follow or asked to follow `target`, with their follows, those made first first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn follows_from_here(&self, target: AccountId, after: FollowId, limit: u64) -> Result<Vec<Follow>> {
        // follows_target
        let sql = "SELECT f.id, f.account_id, f.target_id, f.uri, f.accepted, f.show_reblogs, f.notify, f.languages, \
                   f.created_at, f.relay FROM follows f JOIN users u ON u.account_id = f.account_id \
                   WHERE f.target_id = $1 AND f.id > $2 ORDER BY f.id LIMIT +$3";
        let values = vec![target.0.into(), after.0.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
        self.db.all::<Row>(sql, values).await?.into_iter().map(Follow::try_from).collect()
    }
}

impl Writes<'_> {
    /// Stores a new follow. A second one between the same two is a unique violation.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, follow: &Follow) -> Result<()> {
        let sql = format!(
            "INSERT INTO follows ({COLUMNS}, origin) VALUES ({}, \
             (SELECT SUBSTR(a.uri, 1, {}(SUBSTR(a.uri, 9), '/') + 7) FROM accounts a WHERE a.id = $2))",
            placeholders(1, 10),
            dialect::find(self.db.backend)
        );
        let values = vec![
            follow.id.0.into(),
            follow.account_id.0.into(),
            follow.target_id.0.into(),
            follow.uri.clone().into(),
            follow.accepted.into(),
            follow.show_reblogs.into(),
            follow.notify.into(),
            crate::db::json(&follow.languages).into(),
            follow.created_at.as_millis().into(),
            follow.relay.into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Stores network id and wishes of a known follow; whether it was accepted is [`Writes::accept`]'s.
    ///
    /// # Errors
    /// The database failed.
    pub async fn update(&self, follow: &Follow) -> Result<()> {
        let sql =
            "UPDATE follows SET uri = $2, show_reblogs = $3, notify = $4, languages = $5, relay = $6 WHERE id = $1";
        let values = vec![
            follow.id.0.into(),
            follow.uri.clone().into(),
            follow.show_reblogs.into(),
            follow.notify.into(),
            crate::db::json(&follow.languages).into(),
            follow.relay.into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Turns a request into a follow; false when it was one already (or is gone).
    ///
    /// # Errors
    /// The database failed.
    pub async fn accept(&self, id: FollowId) -> Result<bool> {
        let sql = "UPDATE follows SET accepted = $2 WHERE id = $1 AND NOT accepted";
        Ok(self.db.run(sql, vec![id.0.into(), true.into()]).await? > 0)
    }

    /// Ends a follow or request; returns whether it was accepted at that moment, nothing when it was gone already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, id: FollowId) -> Result<Option<bool>> {
        #[derive(FromQueryResult)]
        struct Removed {
            accepted: bool,
        }
        let sql = "DELETE FROM follows WHERE id = $1 RETURNING accepted";
        Ok(self.db.one::<Removed>(sql, vec![id.0.into()]).await?.map(|removed| removed.accepted))
    }

    /// Ends all follows and requests of an account in both directions and counts them off the others; who was in a list
    /// because of one leaves it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_all_of(&self, account: AccountId) -> Result<()> {
        // Whoever changes a follow holds both accounts: what is counted off here is what then goes.
        let lock = format!(
            "SELECT a.id AS n FROM accounts a WHERE a.id IN (SELECT CAST($1 AS BIGINT) UNION ALL \
             SELECT target_id FROM follows WHERE account_id = $1 UNION ALL \
             SELECT account_id FROM follows WHERE target_id = $1) ORDER BY a.id{}",
            dialect::for_no_key_update(self.db.backend)
        );
        self.db.numbers(lock, vec![account.0.into()]).await?;
        let counts = [
            "DELETE FROM list_accounts WHERE (list_id, account_id) IN (SELECT l.id, f.target_id FROM follows f \
             JOIN lists l ON l.account_id = f.account_id WHERE f.target_id = $1)",
            "DELETE FROM list_accounts WHERE list_id IN (SELECT id FROM lists WHERE account_id = $1)",
            "UPDATE accounts SET followers_count = followers_count - 1 WHERE id IN \
             (SELECT target_id FROM follows WHERE account_id = $1 AND accepted)",
            "UPDATE accounts SET following_count = following_count - 1 WHERE id IN \
             (SELECT account_id FROM follows WHERE target_id = $1 AND accepted)",
            "DELETE FROM follows WHERE account_id = $1 OR target_id = $1",
            "UPDATE accounts SET followers_count = 0, following_count = 0 WHERE id = $1",
        ];
        for sql in counts {
            self.db.run(sql, vec![account.0.into()]).await?;
        }
        Ok(())
    }
}
