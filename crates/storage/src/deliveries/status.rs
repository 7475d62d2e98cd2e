//! What people are shown: how it is with a host, and where a status arrived.

use sea_orm::{DbErr, FromQueryResult, QueryResult};
use staffroom_domain::Timestamp;
use staffroom_domain::host_health::{HostHealth, HostState};
use staffroom_domain::ids::{ActivityId, HostId, StatusId};

use super::{Reads, Writes, health};
use crate::error::Result;

/// A host and what waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostQueue {
    /// The host.
    pub id: HostId,
    /// Its name, with port where one is written.
    pub host: String,
    /// Its failures so far.
    pub health: HostHealth,
    /// When it may be tried again.
    pub next_attempt_at: Timestamp,
    /// When it last took something.
    pub last_ok_at: Option<Timestamp>,
    /// What happened at the last failure.
    pub last_error: Option<String>,
    /// Deliveries waiting in each lane.
    pub waiting: [i64; 3],
    /// The oldest activity waiting.
    pub oldest: Option<ActivityId>,
}

impl FromQueryResult for HostQueue {
    fn from_query_result(row: &QueryResult, prefix: &str) -> std::result::Result<Self, DbErr> {
        let time = |column| row.try_get::<Option<i64>>(prefix, column).map(|at| at.map(Timestamp));
        Ok(Self {
            id: HostId(row.try_get(prefix, "id")?),
            host: row.try_get(prefix, "host")?,
            health: health::Row::from_query_result(row, prefix)?.into(),
            next_attempt_at: time("next_attempt_at")?.unwrap_or_default(),
            last_ok_at: time("last_ok_at")?,
            last_error: row.try_get(prefix, "last_error")?,
            waiting: [row.try_get(prefix, "lane0")?, row.try_get(prefix, "lane1")?, row.try_get(prefix, "lane2")?],
            oldest: row.try_get::<Option<i64>>(prefix, "oldest")?.map(ActivityId),
        })
    }
}

/// A host that has not taken everything about a status yet.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct WaitingHost {
    /// Its name.
    pub host: String,
    /// The word of its state.
    pub state: String,
    /// What happened at the last failure.
    pub last_error: Option<String>,
}

/// A host that refused something about a status, or was given up.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct HostReport {
    /// Its name.
    pub host: String,
    /// HTTP status of its answer, if there was one.
    pub status: Option<i32>,
    /// The beginning of the answer, or why it was given up.
    pub answer: String,
}

fn select_host() -> String {
    let lane =
        |n: u8| format!("(SELECT COUNT(*) FROM deliveries d WHERE d.host_id = h.id AND d.lane = {n}) AS lane{n}");
    format!(
        "SELECT h.id, h.host, h.next_attempt_at, h.last_ok_at, h.last_error, {}, {}, {}, {}, \
         (SELECT MIN(d.activity_id) FROM deliveries d WHERE d.host_id = h.id) AS oldest FROM fed_hosts h",
        health::COLUMNS.join(", "),
        lane(0),
        lane(1),
        lane(2)
    )
}

impl Reads<'_> {
    /// Hosts in order of name after `after`, those in `state` alone if one is given.
    ///
    /// # Errors
    /// The database failed.
    pub async fn host_queues(&self, after: &str, state: Option<HostState>, limit: u64) -> Result<Vec<HostQueue>> {
        let sql =
            format!("{} WHERE h.host > $1 AND ($2 = '' OR h.state = $2) ORDER BY h.host LIMIT +$3", select_host());
        let state = state.map_or("", HostState::as_str);
        self.db.all(sql, vec![after.into(), state.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()]).await
    }

    /// The host of this name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn host_queue(&self, host: &str) -> Result<Option<HostQueue>> {
        self.db.one(format!("{} WHERE h.host = $1", select_host()), vec![host.into()]).await
    }

    /// Hosts for which something about `status` waits, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting_for(&self, status: StatusId) -> Result<Vec<WaitingHost>> {
        let sql = "SELECT DISTINCT h.host, h.state, h.last_error FROM outbox_activities a \
                   JOIN deliveries d ON d.activity_id = a.id JOIN fed_hosts h ON h.id = d.host_id \
                   WHERE a.status_id = $1 ORDER BY h.host";
        self.db.all(sql, vec![status.0.into()]).await
    }

    /// What was refused about `status`, newest first, one answer a host and time.
    ///
    /// # Errors
    /// The database failed.
    pub async fn refusals_of(&self, status: StatusId) -> Result<Vec<HostReport>> {
        let sql = "SELECT h.host, x.status, x.answer FROM dead_deliveries x \
                   JOIN fed_inboxes i ON i.id = x.inbox_id JOIN fed_hosts h ON h.id = i.host_id \
                   WHERE x.status_id = $1 ORDER BY x.at DESC, h.host";
        self.db.all(sql, vec![status.0.into()]).await
    }

    /// Names of the hosts `status` was sent to, whatever became of it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn hosts_reached(&self, status: StatusId) -> Result<Vec<String>> {
        #[derive(FromQueryResult)]
        struct Name {
            host: String,
        }
        let sql = "SELECT DISTINCT h.host FROM status_reach r JOIN fed_inboxes i ON i.id = r.inbox_id \
                   JOIN fed_hosts h ON h.id = i.host_id WHERE r.status_id = $1 ORDER BY h.host";
        Ok(self.db.all::<Name>(sql, vec![status.0.into()]).await?.into_iter().map(|row| row.host).collect())
    }
}

impl Writes<'_> {
    /// Nothing is sent to `host` until [`Writes::reset_host`]; `false` if there is no such host.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pause_host(&self, host: &str) -> Result<bool> {
        Ok(self.db.run("UPDATE fed_hosts SET state = 'paused' WHERE host = $1", vec![host.into()]).await? > 0)
    }

    /// Forgets the failures of `host` and makes it due, also if it was paused, down or gone; `false` if there is no such
    /// host.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reset_host(&self, host: &str) -> Result<bool> {
        let sql = "UPDATE fed_hosts SET state = 'ok', fail_streak = 0, failing_since = NULL, failing_days = 0, \
                   last_failed_day = NULL, gone_days = 0, last_gone_day = NULL, down_since = NULL, \
                   next_attempt_at = 0, last_error = NULL WHERE host = $1";
        Ok(self.db.run(sql, vec![host.into()]).await? > 0)
    }
}
