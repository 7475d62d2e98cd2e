//! Activities waiting to be delivered: each kept once, however many inboxes it goes to.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, ActivityId, StatusId};

use crate::db::placeholders;
use crate::error::{Result, StorageError};

crate::db::noun!();

/// A finished activity of a local account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxActivity {
    /// Our id; grows with time.
    pub id: ActivityId,
    /// Its id on the network.
    pub uri: String,
    /// The local account that signs it.
    pub account_id: AccountId,
    /// Its type.
    pub kind: String,
    /// The status it is about, if it is about one.
    pub status_id: Option<StatusId>,
    /// Activities with the same key stay in order.
    pub order_key: i64,
    /// SHA-256 of the body.
    pub digest: [u8; 32],
    /// The JSON as it goes over the wire.
    pub body: Vec<u8>,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    uri: String,
    account_id: i64,
    kind: String,
    status_id: Option<i64>,
    order_key: i64,
    digest: Vec<u8>,
    body: Vec<u8>,
}

impl Reads<'_> {
    /// Activities with their bodies, in no order; unknown ids are left out.
    ///
    /// # Errors
    /// The database failed, or a digest is not 32 bytes.
    pub async fn activities(&self, ids: &[ActivityId]) -> Result<Vec<OutboxActivity>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT id, uri, account_id, kind, status_id, order_key, digest, body FROM outbox_activities WHERE id IN ({})",
            placeholders(1, ids.len())
        );
        let rows: Vec<Row> = self.db.all(sql, ids.iter().map(|id| id.0.into()).collect()).await?;
        rows.into_iter()
            .map(|row| {
                Ok(OutboxActivity {
                    id: ActivityId(row.id),
                    uri: row.uri,
                    account_id: AccountId(row.account_id),
                    kind: row.kind,
                    status_id: row.status_id.map(StatusId),
                    order_key: row.order_key,
                    digest: row.digest.try_into().map_err(|_| StorageError::Corrupt { what: "activity digest" })?,
                    body: row.body,
                })
            })
            .collect()
    }

    /// Activities with this order key that still wait somewhere.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting_with_key(&self, order_key: i64) -> Result<Vec<ActivityId>> {
        let sql = "SELECT id AS n FROM outbox_activities WHERE order_key = $1 ORDER BY id";
        Ok(self.db.numbers(sql, vec![order_key.into()]).await?.into_iter().map(ActivityId).collect())
    }
}

impl Writes<'_> {
    /// Keeps an activity.
    ///
    /// # Errors
    /// The database failed, or the network id is taken.
    pub async fn insert(&self, activity: &OutboxActivity, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO outbox_activities (id, uri, account_id, kind, order_key, digest, created_at, body, \
                   status_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let values = vec![
            activity.id.0.into(),
            activity.uri.as_str().into(),
            activity.account_id.0.into(),
            activity.kind.as_str().into(),
            activity.order_key.into(),
            activity.digest.to_vec().into(),
            now.0.into(),
            activity.body.clone().into(),
            activity.status_id.map(|id| id.0).into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Removes those of `ids` that wait nowhere any more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_delivered(&self, ids: &[ActivityId]) -> Result<u64> {
        if ids.is_empty() {
            return Ok(0);
        }
        let sql = format!(
            "DELETE FROM outbox_activities WHERE id IN ({}) \
             AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.activity_id = outbox_activities.id)",
            placeholders(1, ids.len())
        );
        self.db.run(sql, ids.iter().map(|id| id.0.into()).collect()).await
    }

    /// Removes activities made before `before` that wait nowhere: two nodes finishing the last two deliveries of one
    /// activity at the same time each leave it to the other.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_leftovers(&self, before: Timestamp, limit: u64) -> Result<u64> {
        let sql = "DELETE FROM outbox_activities WHERE id IN (SELECT a.id FROM outbox_activities a \
                   WHERE a.id < $1 AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.activity_id = a.id) LIMIT +$2)";
        let values =
            vec![staffroom_domain::ids::floor_at(before).into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
        self.db.run(sql, values).await
    }
}
