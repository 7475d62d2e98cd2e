//! Received activities that wait to be worked off, and which ones were received before.

use std::fmt::Write as _;
use std::time::Duration;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::ids::InboxItemId;

use crate::db::{pad, placeholders};
use crate::error::Result;

/// Hosts asked for in one statement.
const HOSTS_AT_ONCE: usize = 64;
/// Longer bodies are read when their turn comes, not ahead of it. Bytes.
const READ_AHEAD_BYTES: i64 = 16 * 1024;

crate::db::noun!();

/// A received activity, its signature checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewItem {
    /// Our id.
    pub id: InboxItemId,
    /// Its id on the network.
    pub uri: String,
    /// Host of the actor, as authenticated.
    pub host: String,
    /// Network id of the actor, as authenticated.
    pub actor_uri: String,
    /// Activities with the same key are worked off one after the other.
    pub order_key: i64,
    /// The JSON as received.
    pub body: Vec<u8>,
}

/// A received activity as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredItem {
    /// Our id.
    pub id: InboxItemId,
    /// Its id on the network.
    pub uri: String,
    /// Host of the actor.
    pub host: String,
    /// Network id of the actor.
    pub actor_uri: String,
    /// Activities with the same key are worked off one after the other.
    pub order_key: i64,
    /// When it was accepted.
    pub received_at: Timestamp,
    /// Failed attempts before.
    pub attempts: u32,
    /// Not to be tried earlier.
    pub next_attempt_at: Timestamp,
    /// The JSON as received; `None` if it is long, see [`Reads::body`].
    pub body: Option<Vec<u8>>,
}

/// A received activity that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadItem {
    /// Its id on the network.
    pub uri: String,
    /// Host of the actor.
    pub host: String,
    /// When it was accepted.
    pub received_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// What happened the last time.
    pub error: String,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    uri: String,
    host: String,
    actor_uri: String,
    order_key: i64,
    received_at: i64,
    attempts: i32,
    next_attempt_at: i64,
    body: Option<Vec<u8>>,
}

impl From<Row> for StoredItem {
    fn from(row: Row) -> Self {
        Self {
            id: InboxItemId(row.id),
            uri: row.uri,
            host: row.host,
            actor_uri: row.actor_uri,
            order_key: row.order_key,
            received_at: Timestamp(row.received_at),
            attempts: u32::try_from(row.attempts).unwrap_or(0),
            next_attempt_at: Timestamp(row.next_attempt_at),
            body: row.body,
        }
    }
}

fn ended(uri_hash: &[u8], at: Timestamp, apart: Duration) -> Vec<Value> {
    let apart = i64::try_from(apart.as_millis()).unwrap_or(i64::MAX);
    vec![uri_hash.to_vec().into(), at.0.into(), apart.into()]
}

impl Reads<'_> {
    /// Whether an activity with this hash was accepted before, and one signed at `signed_at` is a copy of it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_seen(&self, uri_hash: &[u8], signed_at: Timestamp) -> Result<bool> {
        let sql = "SELECT CAST(1 AS BIGINT) AS n FROM seen_activities WHERE uri_hash = $1 \
                   AND (returns_after IS NULL OR returns_after > $2)";
        Ok(self.db.number(sql, vec![uri_hash.to_vec().into(), signed_at.0.into()]).await?.is_some())
    }

    /// Whether what was received under this hash was ended by something that came after it, see
    /// [`Writes::end_seen`].
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_ended(&self, uri_hash: &[u8]) -> Result<bool> {
        let sql = "SELECT CAST(1 AS BIGINT) AS n FROM seen_activities WHERE uri_hash = $1 AND ended_by IS NOT NULL";
        Ok(self.db.number(sql, vec![uri_hash.to_vec().into()]).await?.is_some())
    }

    /// Distinct hosts with items, in order of name after `after`, at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn hosts_after(&self, after: &str, limit: u64) -> Result<Vec<String>> {
        #[derive(FromQueryResult)]
        struct Host {
            h: String,
        }
        // Jumps from host to host: the cost follows the number of hosts, not of items.
        let sql = "WITH RECURSIVE waiting(h) AS (SELECT MIN(host) FROM inbox_items WHERE host > $1 UNION ALL \
                   SELECT (SELECT MIN(i.host) FROM inbox_items i WHERE i.host > waiting.h) FROM waiting \
                   WHERE waiting.h IS NOT NULL) SELECT h FROM waiting WHERE h IS NOT NULL LIMIT +$2";
        let values = vec![after.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
        Ok(self.db.all::<Host>(sql, values).await?.into_iter().map(|row| row.h).collect())
    }

    /// The oldest items of each host, at most as many as stand beside its name, those waiting for another try
    /// included. In order of id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn oldest(&self, wanted: &[(String, u32)]) -> Result<Vec<StoredItem>> {
        let mut found = Vec::new();
        for chunk in wanted.chunks(HOSTS_AT_ONCE) {
            let mut chunk: Vec<Option<&(String, u32)>> = chunk.iter().map(Some).collect();
            chunk.resize(chunk.len().next_power_of_two(), None);
            let mut sql = String::new();
            let mut values: Vec<Value> = Vec::new();
            for wanted in chunk {
                // The empty name only fills the list up to a length whose statement is kept.
                values.push(wanted.map_or("", |(host, _)| host).into());
                values.push(wanted.map_or(0, |(_, limit)| i64::from(*limit)).into());
                let (host, limit) = (values.len() - 1, values.len());
                let union = if sql.is_empty() { "" } else { " UNION ALL " };
                // Writing to a String cannot fail.
                let _ = write!(
                    sql,
                    "{union}SELECT * FROM (SELECT id, uri, host, actor_uri, order_key, received_at, attempts, \
                     next_attempt_at, CASE WHEN length(body) <= {READ_AHEAD_BYTES} THEN body END AS body \
                     FROM inbox_items WHERE host = ${host} ORDER BY id LIMIT +${limit}) AS h{host}"
                );
            }
            let rows: Vec<Row> = self.db.all(sql, values).await?;
            found.extend(rows.into_iter().map(StoredItem::from));
        }
        found.sort_unstable_by_key(|item| item.id);
        Ok(found)
    }

    /// The JSON of an item as received.
    ///
    /// # Errors
    /// The database failed.
    pub async fn body(&self, id: InboxItemId) -> Result<Option<Vec<u8>>> {
        #[derive(FromQueryResult)]
        struct Body {
            body: Vec<u8>,
        }
        let sql = "SELECT body FROM inbox_items WHERE id = $1";
        Ok(self.db.one::<Body>(sql, vec![id.0.into()]).await?.map(|row| row.body))
    }

    /// When the oldest item of `host` came that was not tried yet.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waits_since(&self, host: &str) -> Result<Option<Timestamp>> {
        // inbox_items_host
        let sql = "SELECT received_at AS n FROM inbox_items WHERE host = $1 AND attempts = 0 ORDER BY id LIMIT 1";
        Ok(self.db.number(sql, vec![host.into()]).await?.map(Timestamp))
    }

    /// Received activities that were given up, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dead(&self, limit: u64) -> Result<Vec<DeadItem>> {
        #[derive(FromQueryResult)]
        struct Dead {
            uri: String,
            host: String,
            received_at: i64,
            attempts: i32,
            error: String,
        }
        let sql = "SELECT uri, host, received_at, attempts, error FROM dead_inbox_items ORDER BY at DESC LIMIT +$1";
        let rows: Vec<Dead> = self.db.all(sql, vec![i64::try_from(limit).unwrap_or(i64::MAX).into()]).await?;
        let dead = |row: Dead| DeadItem {
            uri: row.uri,
            host: row.host,
            received_at: Timestamp(row.received_at),
            attempts: u32::try_from(row.attempts).unwrap_or(0),
            error: row.error,
        };
        Ok(rows.into_iter().map(dead).collect())
    }

    /// Items waiting.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count(&self) -> Result<i64> {
        Ok(self.db.number("SELECT COUNT(*) AS n FROM inbox_items", vec![]).await?.unwrap_or(0))
    }
}

impl Writes<'_> {
    /// Remembers that an activity, signed at `signed_at`, was received; `false` when it was received before.
    ///
    /// One that was ended meanwhile and is signed late enough is another one under the same id: it counts anew, and
    /// so may what ended it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn mark_seen(&self, uri_hash: &[u8], signed_at: Timestamp, now: Timestamp) -> Result<bool> {
        #[derive(FromQueryResult)]
        struct Again {
            ended_by: Option<Vec<u8>>,
        }
        let values: Vec<Value> = vec![uri_hash.to_vec().into(), now.0.into(), signed_at.0.into()];
        let sql = "INSERT INTO seen_activities (uri_hash, at, signed_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (uri_hash) DO NOTHING";
        if self.db.run(sql, values.clone()).await? > 0 {
            return Ok(true);
        }
        let sql = "UPDATE seen_activities SET at = $2, signed_at = $3, returns_after = NULL WHERE uri_hash = $1 \
                   AND returns_after <= $3 RETURNING ended_by";
        let Some(again) = self.db.one::<Again>(sql, values).await? else { return Ok(false) };
        if let Some(ended_by) = again.ended_by {
            let sql = "UPDATE seen_activities SET returns_after = $2 WHERE uri_hash = $1";
            self.db.run(sql, vec![ended_by.into(), signed_at.0.into()]).await?;
        }
        Ok(true)
    }

    /// What was received under `uri_hash` was ended at `at` by the activity with the hash `ended_by`: its id counts anew
    /// in what is signed at least `apart` later than that, and than itself. Changes nothing where it was not received.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_seen(&self, uri_hash: &[u8], ended_by: &[u8], at: Timestamp, apart: Duration) -> Result<()> {
        let sql = "UPDATE seen_activities SET ended_by = $4, \
                   returns_after = CASE WHEN signed_at > $2 THEN signed_at ELSE $2 END + $3 WHERE uri_hash = $1";
        let mut values = ended(uri_hash, at, apart);
        values.push(ended_by.to_vec().into());
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Like [`Writes::end_seen`], where it was ended here; changes nothing where something else ended it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn let_return(&self, uri_hash: &[u8], at: Timestamp, apart: Duration) -> Result<()> {
        let sql = "UPDATE seen_activities SET returns_after = CASE WHEN signed_at > $2 THEN signed_at ELSE $2 END + $3 \
                   WHERE uri_hash = $1 AND returns_after IS NULL";
        self.db.run(sql, ended(uri_hash, at, apart)).await?;
        Ok(())
    }

    /// Keeps a received activity.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, item: NewItem, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO inbox_items (id, uri, host, actor_uri, order_key, received_at, attempts, \
                   next_attempt_at, body) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7)";
        let values = vec![
            item.id.0.into(),
            item.uri.into(),
            item.host.into(),
            item.actor_uri.into(),
            item.order_key.into(),
            now.0.into(),
            item.body.into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Deletes items that are done.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, done: &[InboxItemId]) -> Result<()> {
        if done.is_empty() {
            return Ok(());
        }
        let mut ids: Vec<Value> = done.iter().map(|id| id.0.into()).collect();
        pad(&mut ids);
        let sql = format!("DELETE FROM inbox_items WHERE id IN ({})", placeholders(1, ids.len()));
        self.db.run(sql, ids).await?;
        Ok(())
    }

    /// Counts a failed attempt and puts the item off until `at`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn put_off(&self, id: InboxItemId, at: Timestamp) -> Result<()> {
        let sql = "UPDATE inbox_items SET attempts = attempts + 1, next_attempt_at = $2 WHERE id = $1";
        self.db.run(sql, vec![id.0.into(), at.0.into()]).await?;
        Ok(())
    }

    /// Keeps an item that is given up for the operator; removing it is [`Writes::remove`]'s work.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bury(&self, id: InboxItemId, error: &str, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO dead_inbox_items (id, uri, host, received_at, attempts, error, at) \
                   SELECT id, uri, host, received_at, attempts + 1, $2, $3 FROM inbox_items WHERE id = $1 \
                   ON CONFLICT (id) DO NOTHING";
        self.db.run(sql, vec![id.0.into(), error.into(), now.0.into()]).await?;
        Ok(())
    }

    /// Forgets all but the newest `keep` items given up.
    ///
    /// # Errors
    /// The database failed.
    pub async fn cap_dead(&self, keep: u64) -> Result<u64> {
        let sql = "DELETE FROM dead_inbox_items WHERE at < \
                   (SELECT at FROM dead_inbox_items ORDER BY at DESC LIMIT 1 OFFSET $1)";
        self.db.run(sql, vec![i64::try_from(keep).unwrap_or(i64::MAX).into()]).await
    }
}
