//! Choosing what to send: which hosts have work that is due, leasing them, and reading their next deliveries.
//!
//! Nodes lease hosts, not rows: order within a host survives, and a lease costs one write per host instead of one
//! per delivery.

use std::fmt::Write as _;

use sea_orm::{DbErr, FromQueryResult, QueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::host_health::HostHealth;
use staffroom_domain::ids::{ActivityId, HostId, InboxId};

use super::{Reads, Writes, health};
use crate::db::{pad, placeholders};
use crate::dialect;
use crate::error::Result;

/// Hosts asked for in one statement: three parts each, and SQLite allows 500 parts.
const HOSTS_AT_ONCE: usize = 64;
const LANES: i16 = 3;

/// Distinct hosts with deliveries, found by jumping from one to the next: the cost follows the number of such hosts,
/// not the length of their queues.
const PENDING: &str = "WITH RECURSIVE pending(h) AS (SELECT MIN(host_id) FROM deliveries UNION ALL \
     SELECT (SELECT MIN(d.host_id) FROM deliveries d WHERE d.host_id > pending.h) FROM pending \
     WHERE pending.h IS NOT NULL)";

/// A host with deliveries that are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueHost {
    /// The host.
    pub id: HostId,
    /// Whether its last attempt failed.
    pub is_failing: bool,
    /// Whether it took something lately.
    pub is_proven: bool,
}

/// A host this node may deliver to until the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeasedHost {
    /// The host.
    pub id: HostId,
    /// Its name, with port where one is written.
    pub host: String,
    /// Its failures so far.
    pub health: HostHealth,
    /// When it last took something.
    pub last_ok_at: Option<Timestamp>,
    /// When it last took something after an outage.
    pub recovered_at: Option<Timestamp>,
}

impl FromQueryResult for LeasedHost {
    fn from_query_result(row: &QueryResult, prefix: &str) -> std::result::Result<Self, DbErr> {
        let time = |column| row.try_get::<Option<i64>>(prefix, column).map(|at| at.map(Timestamp));
        Ok(Self {
            id: HostId(row.try_get(prefix, "id")?),
            host: row.try_get(prefix, "host")?,
            health: health::Row::from_query_result(row, prefix)?.into(),
            last_ok_at: time("last_ok_at")?,
            recovered_at: time("recovered_at")?,
        })
    }
}

/// What waits in a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LanePending {
    /// Number of the lane.
    pub lane: i16,
    /// Deliveries, failing hosts included.
    pub count: i64,
    /// The oldest activity among them.
    pub oldest: ActivityId,
}

/// How much to read for a host: at most `limit` from each lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The host.
    pub host_id: HostId,
    /// Deliveries per lane.
    pub limit: u32,
}

/// A delivery to be sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDelivery {
    /// The host.
    pub host_id: HostId,
    /// Number of the lane.
    pub lane: i16,
    /// What to send.
    pub activity_id: ActivityId,
    /// Where to.
    pub inbox_id: InboxId,
    /// URL of the inbox.
    pub url: String,
    /// Shared by all accounts of the host.
    pub is_shared: bool,
    /// Failed attempts before.
    pub attempts: u32,
    /// Activities with the same key stay in order.
    pub order_key: i64,
}

#[derive(FromQueryResult)]
struct Row {
    host_id: i64,
    lane: i16,
    activity_id: i64,
    inbox_id: i64,
    url: String,
    is_shared: bool,
    attempts: i32,
    order_key: i64,
}

impl From<Row> for DueDelivery {
    fn from(row: Row) -> Self {
        Self {
            host_id: HostId(row.host_id),
            lane: row.lane,
            activity_id: ActivityId(row.activity_id),
            inbox_id: InboxId(row.inbox_id),
            url: row.url,
            is_shared: row.is_shared,
            attempts: u32::try_from(row.attempts).unwrap_or(0),
            order_key: row.order_key,
        }
    }
}

impl Reads<'_> {
    /// Whether anybody of this host is known here, or anything was ever sent there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_known_host(&self, host: &str) -> Result<bool> {
        let sql = "SELECT id AS n FROM fed_hosts WHERE host = $1 UNION ALL \
                   SELECT * FROM (SELECT id AS n FROM accounts WHERE domain = $1 LIMIT 1) AS met";
        Ok(self.db.number(sql, vec![host.into()]).await?.is_some())
    }

    /// At most `limit` hosts nobody works on that have deliveries due: first those that took something since
    /// `proven_since`, then those of which nothing is known, then at most `failing` of those in trouble, each kind in
    /// the order it came due.
    ///
    /// The cost follows the number of hosts with deliveries, those in a pause included.
    ///
    /// # Errors
    /// The database failed.
    pub async fn due_hosts(
        &self,
        now: Timestamp,
        proven_since: Timestamp,
        limit: u64,
        failing: u64,
    ) -> Result<Vec<DueHost>> {
        #[derive(FromQueryResult)]
        struct Host {
            id: i64,
            class: i64,
        }
        let is_due = "f.lease_until <= $1 AND f.next_attempt_at <= $1 AND f.state NOT IN ('paused', 'gone') \
             AND EXISTS (SELECT 1 FROM deliveries d WHERE d.host_id = f.id AND d.not_before <= $1)";
        let sql = format!(
            "{PENDING} SELECT id, class FROM (SELECT * FROM (SELECT f.id, f.next_attempt_at, \
             CAST(CASE WHEN f.last_ok_at >= $2 THEN 0 ELSE 1 END AS BIGINT) AS class FROM fed_hosts f \
             WHERE f.id IN (SELECT h FROM pending) AND f.fail_streak = 0 AND {is_due} \
             ORDER BY 3, 2, 1 LIMIT +$3) AS others UNION ALL SELECT * FROM (SELECT f.id, f.next_attempt_at, \
             CAST(2 AS BIGINT) AS class FROM fed_hosts f WHERE f.fail_streak > 0 AND {is_due} \
             ORDER BY f.next_attempt_at, f.id LIMIT +$4) AS failing) AS due \
             ORDER BY class, next_attempt_at, id LIMIT +$3"
        );
        let most = |n: u64| Value::from(i64::try_from(n).unwrap_or(i64::MAX));
        let values = vec![now.0.into(), proven_since.0.into(), most(limit), most(failing)];
        let rows: Vec<Host> = self.db.all(sql, values).await?;
        let due = |row: Host| DueHost { id: HostId(row.id), is_failing: row.class == 2, is_proven: row.class == 0 };
        Ok(rows.into_iter().map(due).collect())
    }

    /// The next deliveries of each host that are due, by lane and age; none of a host that was paused since it was leased.
    ///
    /// # Errors
    /// The database failed.
    pub async fn due(&self, wanted: &[Wanted], now: Timestamp) -> Result<Vec<DueDelivery>> {
        let mut found = Vec::new();
        for chunk in wanted.chunks(HOSTS_AT_ONCE) {
            let mut chunk: Vec<Option<Wanted>> = chunk.iter().copied().map(Some).collect();
            chunk.resize(chunk.len().next_power_of_two(), None);
            let mut parts = String::new();
            let mut values: Vec<Value> = vec![now.0.into()];
            for wanted in chunk {
                // Host 0 does not exist: it only fills the list up to a length whose statement is kept.
                values.push(wanted.map_or(0, |wanted| wanted.host_id.0).into());
                values.push(wanted.map_or(0, |wanted| i64::from(wanted.limit)).into());
                let (host, limit) = (values.len() - 1, values.len());
                for lane in 0..LANES {
                    let union = if parts.is_empty() { "" } else { " UNION ALL " };
                    // Writing to a String cannot fail.
                    let _ = write!(
                        parts,
                        "{union}SELECT * FROM (SELECT host_id, lane, activity_id, inbox_id, attempts FROM deliveries \
                         WHERE host_id = ${host} AND lane = {lane} AND not_before <= $1 \
                         ORDER BY activity_id, inbox_id LIMIT +${limit}) AS h{host}l{lane}"
                    );
                }
            }
            let sql = format!(
                "SELECT q.host_id, q.lane, q.activity_id, q.inbox_id, i.url, i.is_shared, q.attempts, a.order_key \
                 FROM ({parts}) AS q JOIN fed_hosts h ON h.id = q.host_id AND h.state <> 'paused' \
                 JOIN fed_inboxes i ON i.id = q.inbox_id JOIN outbox_activities a ON a.id = q.activity_id"
            );
            let rows: Vec<Row> = self.db.all(sql, values).await?;
            found.extend(rows.into_iter().map(DueDelivery::from));
        }
        found.sort_unstable_by_key(|row| (row.host_id, row.lane, row.activity_id, row.inbox_id));
        Ok(found)
    }

    /// What waits in each lane that is not empty.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pending_by_lane(&self) -> Result<Vec<LanePending>> {
        #[derive(FromQueryResult)]
        struct Lane {
            lane: i16,
            n: i64,
            oldest: i64,
        }
        let sql = "SELECT lane, COUNT(*) AS n, MIN(activity_id) AS oldest FROM deliveries GROUP BY lane";
        let pending = |row: Lane| LanePending { lane: row.lane, count: row.n, oldest: ActivityId(row.oldest) };
        Ok(self.db.all::<Lane>(sql, vec![]).await?.into_iter().map(pending).collect())
    }

    /// Whether nothing is sent to `host` now: it is in a pause after a failure, down or gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_left_alone(&self, host: &str, now: Timestamp) -> Result<bool> {
        let sql =
            "SELECT id AS n FROM fed_hosts WHERE host = $1 AND (next_attempt_at > $2 OR state IN ('down', 'gone'))";
        Ok(self.db.number(sql, vec![host.into(), now.0.into()]).await?.is_some())
    }

    /// Whether `host` is down or gone, or came back from that after `since`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn was_away(&self, host: &str, since: Timestamp) -> Result<bool> {
        let sql = "SELECT id AS n FROM fed_hosts WHERE host = $1 AND (state IN ('down', 'gone') OR returned_at > $2)";
        Ok(self.db.number(sql, vec![host.into(), since.0.into()]).await?.is_some())
    }
}

impl Writes<'_> {
    /// Leases those of `hosts` that are still free and due until `until`; another node may have been faster.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lease(
        &self,
        hosts: &[HostId],
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<LeasedHost>> {
        if hosts.is_empty() {
            return Ok(Vec::new());
        }
        let mut ids: Vec<Value> = hosts.iter().map(|host| host.0.into()).collect();
        pad(&mut ids);
        self.doubt_orphans(&ids, now).await?;
        let sql = format!(
            "UPDATE fed_hosts SET lease_owner = $1, lease_until = $2 WHERE id IN (SELECT id FROM fed_hosts \
             WHERE id IN ({}) AND lease_until <= $3 AND next_attempt_at <= $3 AND state NOT IN ('paused', 'gone'){}) \
             RETURNING id, host, last_ok_at, recovered_at, {}",
            placeholders(4, ids.len()),
            dialect::skip_locked(self.db.backend),
            health::COLUMNS.join(", ")
        );
        let mut values = vec![owner.into(), until.0.into(), now.0.into()];
        values.append(&mut ids);
        self.db.all(sql, values).await
    }

    /// Prolongs the leases of `owner` that nobody else has taken since; the hosts it still has. Those paused meanwhile
    /// are not among them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn renew(&self, owner: &str, until: Timestamp) -> Result<Vec<HostId>> {
        let sql = "UPDATE fed_hosts SET lease_until = $2 WHERE lease_owner = $1 AND lease_until > 0 \
                   AND state NOT IN ('paused', 'gone') RETURNING id AS n";
        Ok(self.db.numbers(sql, vec![owner.into(), until.0.into()]).await?.into_iter().map(HostId).collect())
    }

    /// Whoever leased these hosts died: what they tried last is not known, so that nothing counts as untried.
    async fn doubt_orphans(&self, hosts: &[Value], now: Timestamp) -> Result<()> {
        let list = placeholders(2, hosts.len());
        let sql = format!(
            "UPDATE deliveries SET attempts = 1 WHERE attempts = 0 AND host_id IN (SELECT id FROM fed_hosts \
             WHERE id IN ({list}) AND lease_owner IS NOT NULL AND lease_until <= $1)"
        );
        self.db.run(sql, std::iter::once(now.0.into()).chain(hosts.iter().cloned()).collect()).await?;
        Ok(())
    }

    /// Lets the leases end that a former life of `owner` left behind; whose they were stays on record.
    ///
    /// # Errors
    /// The database failed.
    pub async fn expire_all(&self, owner: &str) -> Result<u64> {
        self.db.run("UPDATE fed_hosts SET lease_until = 0 WHERE lease_owner = $1", vec![owner.into()]).await
    }

    /// Ends the pause of a failing host. One that was down or gone is given a fresh chance: its next failure is the
    /// first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn make_due(&self, host: &str, now: Timestamp) -> Result<bool> {
        let returned = "state IN ('down', 'gone')";
        let sql = format!(
            "UPDATE fed_hosts SET next_attempt_at = $2, \
             failing_since = CASE WHEN {returned} THEN NULL ELSE failing_since END, \
             failing_days = CASE WHEN {returned} THEN 0 ELSE failing_days END, \
             gone_days = CASE WHEN {returned} THEN 0 ELSE gone_days END, \
             down_since = CASE WHEN {returned} THEN NULL ELSE down_since END, \
             returned_at = CASE WHEN {returned} THEN $2 ELSE returned_at END, \
             state = CASE WHEN {returned} THEN 'failing' ELSE state END \
             WHERE host = $1 AND (next_attempt_at > $2 OR {returned})"
        );
        Ok(self.db.run(sql, vec![host.into(), now.0.into()]).await? > 0)
    }
}
