//! What has had its time: deliveries nobody took, hosts nobody hears of.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{ActivityId, HostId, InboxId, floor_at};

use super::finish::{is_one_of, pair_values};
use super::{Reads, Writes};
use crate::db::{in_list, pad, placeholders};
use crate::error::Result;

#[derive(FromQueryResult)]
struct Key {
    activity_id: i64,
    inbox_id: i64,
}

fn keys(rows: Vec<Key>) -> Vec<(ActivityId, InboxId)> {
    rows.into_iter().map(|row| (ActivityId(row.activity_id), InboxId(row.inbox_id))).collect()
}

fn limited(limit: u64) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl Reads<'_> {
    /// Deliveries of activities made before `before`, those of the types in `longer` only if made before
    /// `longer_before`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn expired(
        &self,
        before: Timestamp,
        longer: &[&str],
        longer_before: Timestamp,
        limit: u64,
    ) -> Result<Vec<(ActivityId, InboxId)>> {
        let sql = format!(
            "SELECT d.activity_id, d.inbox_id FROM outbox_activities a JOIN deliveries d ON d.activity_id = a.id \
             WHERE a.id < $1 AND (a.id < $2 OR a.kind NOT IN ({})) LIMIT +$3",
            placeholders(4, longer.len())
        );
        let mut values = vec![floor_at(before).into(), floor_at(longer_before).into(), limited(limit).into()];
        values.extend(longer.iter().map(|kind| (*kind).into()));
        Ok(keys(self.db.all(sql, values).await?))
    }

    /// Deliveries to hosts that are gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of_gone_hosts(&self, limit: u64) -> Result<Vec<(ActivityId, InboxId)>> {
        let sql = "SELECT activity_id, inbox_id FROM deliveries \
                   WHERE host_id IN (SELECT id FROM fed_hosts WHERE state = 'gone') LIMIT +$1";
        Ok(keys(self.db.all(sql, vec![limited(limit).into()]).await?))
    }

    /// Hosts met before `before` that never took anything, for which nothing waits. What is known of those that are
    /// down or gone is kept as long as somebody of theirs is known here.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forgettable_hosts(&self, now: Timestamp, before: Timestamp, limit: u64) -> Result<Vec<HostId>> {
        let sql = "SELECT h.id AS n FROM fed_hosts h WHERE h.id < $1 AND h.last_ok_at IS NULL AND h.lease_until <= $2 \
                   AND h.state <> 'paused' AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.host_id = h.id) \
                   AND (h.state NOT IN ('down', 'gone') OR NOT EXISTS (SELECT 1 FROM accounts a WHERE a.domain = h.host)) \
                   LIMIT +$3";
        let values = vec![floor_at(before).into(), now.0.into(), limited(limit).into()];
        Ok(self.db.numbers(sql, values).await?.into_iter().map(HostId).collect())
    }
}

impl Writes<'_> {
    /// Keeps deliveries that are given up for the operator, with `why` and the last error of their host; removing them
    /// from the queue is [`Writes::remove`]'s work.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bury(&self, given_up: &[(ActivityId, InboxId)], why: &str, now: Timestamp) -> Result<()> {
        if given_up.is_empty() {
            return Ok(());
        }
        let mut given_up = given_up.to_vec();
        pad(&mut given_up);
        let sql = format!(
            "INSERT INTO dead_deliveries (activity_id, inbox_id, uri, status, answer, at, status_id) \
             SELECT d.activity_id, d.inbox_id, a.uri, NULL, $1 || COALESCE(': ' || h.last_error, ''), \
             CAST($2 AS BIGINT), a.status_id FROM deliveries d JOIN outbox_activities a ON a.id = d.activity_id \
             JOIN fed_hosts h ON h.id = d.host_id WHERE {} ON CONFLICT (activity_id, inbox_id) DO NOTHING",
            is_one_of("d.activity_id, d.inbox_id", 3, given_up.len())
        );
        let values = [why.into(), now.0.into()].into_iter().chain(pair_values(&given_up)).collect();
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Hosts that are down since before `since` are gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn give_up_hosts(&self, since: Timestamp) -> Result<u64> {
        let sql = "UPDATE fed_hosts SET state = 'gone' WHERE state = 'down' AND down_since <= $1";
        self.db.run(sql, vec![since.0.into()]).await
    }

    /// Forgets these hosts and their inboxes. Nothing may wait for them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_hosts(&self, hosts: &[HostId]) -> Result<u64> {
        if hosts.is_empty() {
            return Ok(0);
        }
        for table in ["fed_inboxes WHERE host_id", "fed_hosts WHERE id"] {
            let mut values = Vec::new();
            let list = in_list(&mut values, hosts.iter().map(|id| id.0));
            self.db.run(format!("DELETE FROM {table} IN ({list})"), values).await?;
        }
        Ok(u64::try_from(hosts.len()).unwrap_or(0))
    }
}
