//! How far each feed was read, and what was missed of it and is still to be fetched.

use sea_orm::{FromQueryResult, QueryResult};
use staffroom_domain::Timestamp;
use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, BacklogId};

use super::{PEER, Peer, PeerRow, Reads, Writes};
use crate::accounts::{AccountRow, COLUMNS as ACCOUNT};
use crate::dialect;
use crate::error::Result;

/// A feed we follow, and where to read on.
#[derive(Clone, Debug)]
pub struct FeedState {
    /// The tag account.
    pub account: Account,
    /// The page to begin with; `None` before the first.
    pub cursor: Option<String>,
}

/// A status of a feed that was missed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Our id.
    pub id: BacklogId,
    /// Network id of the status.
    pub uri: String,
    /// The tag account that announced it.
    pub tag_account: AccountId,
    /// Host of the feed.
    pub host: String,
    /// How often it was tried.
    pub attempts: i32,
}

#[derive(FromQueryResult)]
struct BacklogRow {
    id: i64,
    uri: String,
    account_id: i64,
    host: String,
    attempts: i32,
}

struct FeedRow(FeedState);

impl FromQueryResult for FeedRow {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, sea_orm::DbErr> {
        let account = AccountRow::from_query_result(row, pre)?.0;
        Ok(Self(FeedState { account, cursor: row.try_get("", "next_page")? }))
    }
}

impl Reads<'_> {
    /// Whether a peer is to be paged.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_catch_up_due(&self, now: Timestamp) -> Result<bool> {
        let sql = "SELECT id AS n FROM peers WHERE catch_up_at <= $1 LIMIT 1";
        Ok(self.db.number(sql, vec![now.0.into()]).await?.is_some())
    }

    /// The tag accounts on `host` (with port where one is written) that are followed here.
    ///
    /// # Errors
    /// The database failed.
    pub async fn feeds_of(&self, host: &str) -> Result<Vec<FeedState>> {
        let escaped = host.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let sql = format!(
            "SELECT {ACCOUNT}, c.next_page FROM accounts a LEFT JOIN feed_cursors c ON c.account_id = a.id \
             WHERE a.tag IS NOT NULL AND a.domain IS NOT NULL AND (a.uri LIKE $1 ESCAPE '\\' OR a.uri LIKE $2 ESCAPE '\\') \
             AND a.suspended_at IS NULL AND a.deleted_at IS NULL \
             AND EXISTS (SELECT 1 FROM follows f JOIN accounts l ON l.id = f.account_id \
             WHERE f.target_id = a.id AND f.accepted AND l.domain IS NULL) ORDER BY a.id LIMIT 100"
        );
        let rows = self
            .db
            .all::<FeedRow>(sql, vec![format!("https://{escaped}/%").into(), format!("http://{escaped}/%").into()])
            .await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// What was missed, oldest first, at most `per_host` of each host.
    ///
    /// # Errors
    /// The database failed.
    pub async fn backlog(&self, per_host: u32) -> Result<Vec<Backlog>> {
        let sql = "SELECT id, uri, account_id, host, attempts FROM (SELECT b.*, ROW_NUMBER() OVER \
                   (PARTITION BY b.host ORDER BY b.id) AS place FROM feed_backlog b) w WHERE place <= $1 ORDER BY id";
        let item = |row: BacklogRow| Backlog {
            id: BacklogId(row.id),
            uri: row.uri,
            tag_account: AccountId(row.account_id),
            host: row.host,
            attempts: row.attempts,
        };
        Ok(self.db.all::<BacklogRow>(sql, vec![i64::from(per_host).into()]).await?.into_iter().map(item).collect())
    }
}

impl Writes<'_> {
    /// Makes one peer (or all) due to be paged at `now`, if not earlier.
    ///
    /// # Errors
    /// The database failed.
    pub async fn make_catch_up_due(&self, host: Option<&str>, now: Timestamp) -> Result<()> {
        let (one, mut values) = (" AND host = $2", vec![now.0.into()]);
        let one = if host.is_some() { one } else { "" };
        values.extend(host.map(sea_orm::Value::from));
        let sql = format!("UPDATE peers SET catch_up_at = $1 WHERE catch_up_at > $1{one}");
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Takes the peer that is due longest, and puts it off until `next`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim_catch_up(&self, now: Timestamp, next: Timestamp) -> Result<Option<Peer>> {
        let sql = format!(
            "UPDATE peers SET catch_up_at = $2 WHERE id IN (SELECT id FROM peers WHERE catch_up_at <= $1 \
             ORDER BY catch_up_at, id LIMIT 1{}) RETURNING {PEER}",
            dialect::skip_locked(self.db.backend)
        );
        Ok(self.db.one::<PeerRow>(sql, vec![now.0.into(), next.0.into()]).await?.map(Peer::from))
    }

    /// Keeps where to read a feed on.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_feed_cursor(&self, feed: AccountId, next_page: &str) -> Result<()> {
        let sql = "INSERT INTO feed_cursors (account_id, next_page) VALUES ($1, $2) \
                   ON CONFLICT (account_id) DO UPDATE SET next_page = excluded.next_page";
        self.db.run(sql, vec![feed.0.into(), next_page.into()]).await?;
        Ok(())
    }

    /// Takes down what was missed of a feed; what is there already stays as it is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_backlog(
        &self,
        feed: AccountId,
        host: &str,
        uris: &[String],
        mut next_id: impl FnMut() -> i64,
    ) -> Result<()> {
        let row = |uri: &String| vec![next_id().into(), uri.as_str().into(), feed.0.into(), host.into(), 0_i32.into()];
        let head = "INSERT INTO feed_backlog (id, uri, account_id, host, attempts)";
        self.db.insert_many(head, uris.iter().map(row).collect(), "ON CONFLICT DO NOTHING").await?;
        Ok(())
    }

    /// Forgets what was fetched or given up.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_backlog(&self, id: BacklogId) -> Result<()> {
        self.db.run("DELETE FROM feed_backlog WHERE id = $1", vec![id.0.into()]).await?;
        Ok(())
    }

    /// Counts a try that failed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_backlog_try(&self, id: BacklogId) -> Result<()> {
        self.db.run("UPDATE feed_backlog SET attempts = attempts + 1 WHERE id = $1", vec![id.0.into()]).await?;
        Ok(())
    }
}
