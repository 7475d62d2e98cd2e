//! Deliveries that became needless before anybody tried them.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, ActivityId, InboxId};

use super::Writes;
use crate::dialect;
use crate::error::Result;

/// A delivery nobody has tried, to a host nobody works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untried {
    /// Where to.
    pub inbox_id: InboxId,
    /// What.
    pub activity_id: ActivityId,
    /// Network id of the activity.
    pub uri: String,
    /// Type of the activity.
    pub kind: String,
}

impl Writes<'_> {
    /// Deliveries of activities of `sender` with this order key that surely reached nobody, oldest first. Their hosts
    /// cannot be leased before this transaction ends. Index `outbox_activities_order`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn untried(&self, sender: AccountId, order_key: i64, now: Timestamp) -> Result<Vec<Untried>> {
        #[derive(FromQueryResult)]
        struct Row {
            inbox_id: i64,
            activity_id: i64,
            uri: String,
            kind: String,
        }
        let sql = format!(
            "SELECT d.inbox_id, d.activity_id, a.uri, a.kind FROM outbox_activities a \
             JOIN deliveries d ON d.activity_id = a.id JOIN fed_hosts h ON h.id = d.host_id \
             WHERE a.order_key = $1 AND a.account_id = $2 AND d.attempts = 0 AND h.lease_until <= $3 \
             AND h.lease_owner IS NULL ORDER BY a.id{}",
            dialect::for_update(self.db.backend)
        );
        let rows: Vec<Row> = self.db.all(sql, vec![order_key.into(), sender.0.into(), now.0.into()]).await?;
        let untried = |row: Row| Untried {
            inbox_id: InboxId(row.inbox_id),
            activity_id: ActivityId(row.activity_id),
            uri: row.uri,
            kind: row.kind,
        };
        Ok(rows.into_iter().map(untried).collect())
    }
}
