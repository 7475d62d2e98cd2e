//! Endings: delivered, refused for good, inbox gone, host in trouble.

use sea_orm::Value;
use staffroom_domain::Timestamp;
use staffroom_domain::host_health::HostHealth;
use staffroom_domain::ids::{ActivityId, HostId, InboxId, StatusId};

use super::{Reads, Writes, health};
use crate::db::{pad, pairs, placeholders};
use crate::error::Result;

/// Why something is not sent to an inbox that said so.
pub const INBOX_GONE: &str = "its inbox said a short time ago that it is gone";

/// A delivery the receiver refused for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadDelivery {
    /// What was sent.
    pub activity_id: ActivityId,
    /// Where to.
    pub inbox_id: InboxId,
    /// HTTP status of the answer; `None` if it was never sent.
    pub status: Option<u16>,
    /// The beginning of the answer.
    pub answer: String,
}

/// A host that did not take a delivery and is left alone for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostFailure {
    /// The host.
    pub host_id: HostId,
    /// How it is with it, this failure included.
    pub health: HostHealth,
    /// When it may be tried again.
    pub next_attempt_at: Timestamp,
    /// What happened, for the operator.
    pub error: String,
}

impl Reads<'_> {
    /// Deliveries given up, newest first, with the network id of the activity.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dead(&self, limit: u64) -> Result<Vec<(String, DeadDelivery)>> {
        #[derive(sea_orm::FromQueryResult)]
        struct Row {
            activity_id: i64,
            inbox_id: i64,
            uri: String,
            status: Option<i32>,
            answer: String,
        }
        let sql = "SELECT activity_id, inbox_id, uri, status, answer FROM dead_deliveries ORDER BY at DESC LIMIT +$1";
        let rows: Vec<Row> = self.db.all(sql, vec![i64::try_from(limit).unwrap_or(i64::MAX).into()]).await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let dead = DeadDelivery {
                    activity_id: ActivityId(row.activity_id),
                    inbox_id: InboxId(row.inbox_id),
                    status: row.status.and_then(|status| u16::try_from(status).ok()),
                    answer: row.answer,
                };
                (row.uri, dead)
            })
            .collect())
    }
}

impl Writes<'_> {
    /// Deletes deliveries that are done.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, done: &[(ActivityId, InboxId)]) -> Result<u64> {
        if done.is_empty() {
            return Ok(0);
        }
        let mut keys = done.to_vec();
        pad(&mut keys);
        let sql = format!("DELETE FROM deliveries WHERE (activity_id, inbox_id) IN (VALUES {})", pairs(1, keys.len()));
        self.db.run(sql, pair_values(&keys)).await
    }

    /// Counts a failed attempt at each.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_attempts(&self, failed: &[(ActivityId, InboxId)]) -> Result<()> {
        if failed.is_empty() {
            return Ok(());
        }
        let mut keys = failed.to_vec();
        pad(&mut keys);
        let sql = format!(
            "UPDATE deliveries SET attempts = attempts + 1 WHERE {}",
            is_one_of("activity_id, inbox_id", 1, keys.len())
        );
        self.db.run(sql, pair_values(&keys)).await?;
        Ok(())
    }

    /// Keeps refused deliveries for the operator; removing them from the queue is [`Writes::remove`]'s work.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_dead(&self, dead: &[DeadDelivery], now: Timestamp) -> Result<()> {
        for one in dead {
            let sql = "INSERT INTO dead_deliveries (activity_id, inbox_id, uri, status, answer, at, status_id) \
                       SELECT a.id, $2, a.uri, $3, $4, $5, a.status_id FROM outbox_activities a WHERE a.id = $1 \
                       ON CONFLICT (activity_id, inbox_id) DO NOTHING";
            let values = vec![
                one.activity_id.0.into(),
                one.inbox_id.0.into(),
                one.status.map(i32::from).into(),
                one.answer.as_str().into(),
                now.0.into(),
            ];
            self.db.run(sql, values).await?;
        }
        Ok(())
    }

    /// Keeps, for author and operator, that an activity about `status` was not sent to some inboxes at all, and `why`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_unsent(
        &self,
        (activity, uri): (ActivityId, &str),
        status: StatusId,
        inboxes: &[InboxId],
        why: &str,
        now: Timestamp,
    ) -> Result<()> {
        let row = |inbox: &InboxId| {
            vec![activity.0.into(), inbox.0.into(), uri.into(), why.into(), now.0.into(), status.0.into()]
        };
        let head = "INSERT INTO dead_deliveries (activity_id, inbox_id, uri, answer, at, status_id)";
        self.db.insert_many(head, inboxes.iter().map(row).collect(), "ON CONFLICT DO NOTHING").await?;
        Ok(())
    }

    /// Notes that inboxes say they are gone; what waited for them is given up. The activities concerned.
    ///
    /// # Errors
    /// The database failed.
    pub async fn retire_inboxes(&self, inboxes: &[InboxId], now: Timestamp) -> Result<Vec<ActivityId>> {
        if inboxes.is_empty() {
            return Ok(Vec::new());
        }
        let ids = || inboxes.iter().map(|id| Value::from(id.0));
        let list = placeholders(2, inboxes.len());
        let values = std::iter::once(now.0.into()).chain(ids()).collect();
        self.db.run(format!("UPDATE fed_inboxes SET gone_at = $1 WHERE id IN ({list})"), values).await?;
        let list = placeholders(3, inboxes.len());
        let sql = format!(
            "INSERT INTO dead_deliveries (activity_id, inbox_id, uri, answer, at, status_id) \
             SELECT d.activity_id, d.inbox_id, a.uri, $2, $1, a.status_id FROM deliveries d \
             JOIN outbox_activities a ON a.id = d.activity_id \
             WHERE d.host_id IN (SELECT host_id FROM fed_inboxes WHERE id IN ({list})) AND d.inbox_id IN ({list}) \
             ON CONFLICT DO NOTHING"
        );
        self.db.run(sql, [now.0.into(), INBOX_GONE.into()].into_iter().chain(ids()).collect()).await?;
        let list = placeholders(1, inboxes.len());
        let sql = format!(
            "DELETE FROM deliveries WHERE host_id IN (SELECT host_id FROM fed_inboxes WHERE id IN ({list})) \
             AND inbox_id IN ({list}) RETURNING activity_id AS n"
        );
        Ok(self.db.numbers(sql, ids().collect()).await?.into_iter().map(ActivityId).collect())
    }

    /// Notes that these hosts took something. An outage that the first probe did not find over already is remembered,
    /// so that the host is not overrun. With `release` the leases of that owner end too.
    ///
    /// # Errors
    /// The database failed.
    pub async fn hosts_ok(&self, hosts: &[HostId], now: Timestamp, release: Option<&str>) -> Result<()> {
        if hosts.is_empty() {
            return Ok(());
        }
        let mut ids: Vec<Value> = hosts.iter().map(|id| id.0.into()).collect();
        pad(&mut ids);
        let lease = ", lease_until = CASE WHEN lease_owner = $2 THEN 0 ELSE lease_until END, \
                     lease_owner = CASE WHEN lease_owner = $2 THEN NULL ELSE lease_owner END";
        let values: Vec<Value> = match release {
            Some(owner) => vec![now.0.into(), owner.into()],
            None => vec![now.0.into()],
        };
        let sql = format!(
            "UPDATE fed_hosts SET state = CASE WHEN state = 'paused' THEN state ELSE 'ok' END, \
             recovered_at = CASE WHEN fail_streak > 1 THEN $1 ELSE recovered_at END, fail_streak = 0, \
             returned_at = CASE WHEN state IN ('down', 'gone') THEN $1 ELSE returned_at END, \
             failing_since = NULL, failing_days = 0, gone_days = 0, down_since = NULL, last_error = NULL, \
             next_attempt_at = 0, last_ok_at = $1{} WHERE id IN ({})",
            if release.is_some() { lease } else { "" },
            placeholders(values.len() + 1, ids.len())
        );
        self.db.run(sql, values.into_iter().chain(ids).collect()).await?;
        Ok(())
    }

    /// Ends the leases of `owner` on these hosts without a word about their health.
    ///
    /// # Errors
    /// The database failed.
    pub async fn release(&self, hosts: &[HostId], owner: &str) -> Result<()> {
        if hosts.is_empty() {
            return Ok(());
        }
        let mut ids: Vec<Value> = hosts.iter().map(|id| id.0.into()).collect();
        pad(&mut ids);
        let sql = format!(
            "UPDATE fed_hosts SET lease_owner = NULL, lease_until = 0 WHERE lease_owner = $1 AND id IN ({})",
            placeholders(2, ids.len())
        );
        self.db.run(sql, std::iter::once(owner.into()).chain(ids).collect()).await?;
        Ok(())
    }

    /// Leaves a host alone until `next_attempt_at` and ends the lease of `owner`. One that is paused stays so.
    ///
    /// # Errors
    /// The database failed.
    pub async fn host_failed(&self, failure: &HostFailure, owner: &str) -> Result<()> {
        let sets: Vec<String> = (5..)
            .zip(health::COLUMNS)
            .map(|(n, column)| match column {
                "state" => format!("state = CASE WHEN state = 'paused' THEN state ELSE ${n} END"),
                column => format!("{column} = ${n}"),
            })
            .collect();
        let sql = format!(
            "UPDATE fed_hosts SET {}, next_attempt_at = $2, last_error = $3, lease_owner = NULL, lease_until = 0 \
             WHERE id = $1 AND lease_owner = $4",
            sets.join(", ")
        );
        let mut values: Vec<Value> = vec![
            failure.host_id.0.into(),
            failure.next_attempt_at.0.into(),
            failure.error.as_str().into(),
            owner.into(),
        ];
        values.extend(health::values(&failure.health));
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Drops what waits for the hosts of a domain and of everything below it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn drop_domain(&self, domain: &str) -> Result<u64> {
        let escaped = domain.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let sql = "DELETE FROM deliveries WHERE host_id IN (SELECT id FROM fed_hosts WHERE host = $1 \
                   OR host LIKE $2 ESCAPE '\\' OR host LIKE $3 ESCAPE '\\' OR host LIKE $4 ESCAPE '\\')";
        let values = vec![
            domain.into(),
            format!("%.{escaped}").into(),
            format!("{escaped}:%").into(),
            format!("%.{escaped}:%").into(),
        ];
        self.db.run(sql, values).await
    }

    /// Forgets all but the newest `keep` deliveries given up.
    ///
    /// # Errors
    /// The database failed.
    pub async fn cap_dead(&self, keep: u64) -> Result<u64> {
        let sql = "DELETE FROM dead_deliveries WHERE at < \
                   (SELECT at FROM dead_deliveries ORDER BY at DESC LIMIT 1 OFFSET $1)";
        self.db.run(sql, vec![i64::try_from(keep).unwrap_or(i64::MAX).into()]).await
    }
}

/// That the pair of `columns` is one of `count` pairs beginning at placeholder `first`. Written as a sub-select: a plain
/// list of pairs makes SQLite read the whole table.
pub(super) fn is_one_of(columns: &str, first: usize, count: usize) -> String {
    format!("({columns}) IN (SELECT column1, column2 FROM (VALUES {}) AS k)", pairs(first, count))
}

pub(super) fn pair_values(keys: &[(ActivityId, InboxId)]) -> Vec<Value> {
    keys.iter().flat_map(|(activity, inbox)| [Value::from(activity.0), Value::from(inbox.0)]).collect()
}
