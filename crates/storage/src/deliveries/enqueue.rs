//! Finding or adding hosts and inboxes, and queueing deliveries, each with a fixed number of statements.

use std::collections::{HashMap, HashSet};

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{ActivityId, HostId, InboxId};

use super::{Reads, Writes};
use crate::db::{json, placeholders};
use crate::dialect::items;
use crate::error::Result;

/// An inbox somebody wants to deliver to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInbox {
    /// Its URL.
    pub url: String,
    /// Host of that URL, with port where one is written.
    pub host: String,
    /// Shared by all accounts of the host.
    pub is_shared: bool,
}

/// A known inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxRow {
    /// Its id.
    pub id: InboxId,
    /// Its host.
    pub host_id: HostId,
    /// Its URL.
    pub url: String,
    /// When it last said that it is gone.
    pub gone_at: Option<Timestamp>,
    /// Its host is gone.
    pub is_host_gone: bool,
    /// Its host is down: only what must not be missed is sent.
    pub is_down: bool,
}

/// A delivery to be queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// Host of the inbox.
    pub host_id: HostId,
    /// The inbox.
    pub inbox_id: InboxId,
    /// Not to be sent earlier.
    pub not_before: Timestamp,
}

/// As [`INBOX`] reads it.
type Row = (i64, i64, String, Option<i64>, i64);

const INBOX: &str = "i.id, i.host_id, i.url, i.gone_at, CASE h.state WHEN 'gone' THEN 2 WHEN 'down' THEN 1 ELSE 0 END";
const INBOXES: &str = "fed_inboxes i JOIN fed_hosts h ON h.id = i.host_id";

fn inbox_of((id, host_id, url, gone_at, state): Row) -> InboxRow {
    InboxRow {
        id: InboxId(id),
        host_id: HostId(host_id),
        url,
        gone_at: gone_at.map(Timestamp),
        is_host_gone: state == 2,
        is_down: state == 1,
    }
}

impl Reads<'_> {
    /// Known inboxes with these URLs, in no order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn inboxes_by_url(&self, urls: &[&str]) -> Result<Vec<InboxRow>> {
        let urls_of = items(self.db.backend, 1, "TEXT");
        let source = format!("{INBOXES} WHERE i.url IN {urls_of}");
        let rows: Vec<Row> = self.db.gathered(INBOX, &source, vec![json(&urls).into()]).await?;
        Ok(rows.into_iter().map(inbox_of).collect())
    }

    /// Known inboxes with these ids, in no order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn inboxes(&self, ids: &[InboxId]) -> Result<Vec<InboxRow>> {
        let source = format!("{INBOXES} WHERE i.id IN {}", items(self.db.backend, 1, "BIGINT"));
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let rows: Vec<Row> = self.db.gathered(INBOX, &source, vec![json(&ids).into()]).await?;
        Ok(rows.into_iter().map(inbox_of).collect())
    }

    async fn hosts_by_name(&self, hosts: &[&str]) -> Result<HashMap<String, i64>> {
        #[derive(FromQueryResult)]
        struct Host {
            id: i64,
            host: String,
        }
        let sql = format!("SELECT id, host FROM fed_hosts WHERE host IN {}", items(self.db.backend, 1, "TEXT"));
        let rows: Vec<Host> = self.db.all(sql, vec![json(&hosts).into()]).await?;
        Ok(rows.into_iter().map(|row| (row.host, row.id)).collect())
    }

    /// The smallest lane number in which one of these activities waits.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lowest_lane(&self, activities: &[ActivityId]) -> Result<Option<i64>> {
        let sql = format!(
            "SELECT CAST(lane AS BIGINT) AS n FROM deliveries WHERE activity_id IN ({}) ORDER BY lane LIMIT 1",
            placeholders(1, activities.len())
        );
        self.db.number(sql, activities.iter().map(|id| id.0.into()).collect()).await
    }
}

impl Writes<'_> {
    /// The inboxes with these URLs, added where unknown, in no order. `wanted` holds no URL twice; `next_id` makes ids.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_or_add_inboxes(
        &self,
        wanted: &[NewInbox],
        mut next_id: impl FnMut() -> i64,
    ) -> Result<Vec<InboxRow>> {
        let urls: Vec<&str> = wanted.iter().map(|inbox| inbox.url.as_str()).collect();
        let mut found = self.inboxes_by_url(&urls).await?;
        if found.len() == wanted.len() {
            return Ok(found);
        }
        let known: HashSet<&str> = found.iter().map(|inbox| inbox.url.as_str()).collect();
        let mut missing: Vec<&NewInbox> = wanted.iter().filter(|inbox| !known.contains(inbox.url.as_str())).collect();
        // In one order, so that two transactions adding the same inboxes do not wait for each other in a circle.
        missing.sort_unstable_by_key(|inbox| inbox.url.as_str());
        let hosts = self.find_or_add_hosts(&missing, &mut next_id).await?;
        let rows = missing
            .iter()
            .filter_map(|inbox| {
                let host_id = *hosts.get(&inbox.host)?;
                Some(vec![next_id().into(), host_id.into(), inbox.url.as_str().into(), inbox.is_shared.into()])
            })
            .collect();
        let head = "INSERT INTO fed_inboxes (id, host_id, url, is_shared)";
        self.db.insert_many(head, rows, "ON CONFLICT (url) DO NOTHING").await?;
        let urls: Vec<&str> = missing.iter().map(|inbox| inbox.url.as_str()).collect();
        found.extend(self.inboxes_by_url(&urls).await?);
        Ok(found)
    }

    async fn find_or_add_hosts(
        &self,
        inboxes: &[&NewInbox],
        next_id: &mut impl FnMut() -> i64,
    ) -> Result<HashMap<String, i64>> {
        let names: HashSet<&str> = inboxes.iter().map(|inbox| inbox.host.as_str()).collect();
        let mut names: Vec<&str> = names.into_iter().collect();
        // In one order, as the inboxes are.
        names.sort_unstable();
        let mut hosts = self.hosts_by_name(&names).await?;
        names.retain(|name| !hosts.contains_key(*name));
        if names.is_empty() {
            return Ok(hosts);
        }
        let row =
            |name: &&str| vec![next_id().into(), (*name).into(), "ok".into(), 0_i32.into(), 0_i64.into(), 0_i64.into()];
        let rows = names.iter().map(row).collect();
        let head = "INSERT INTO fed_hosts (id, host, state, fail_streak, next_attempt_at, lease_until)";
        self.db.insert_many(head, rows, "ON CONFLICT (host) DO NOTHING").await?;
        hosts.extend(self.hosts_by_name(&names).await?);
        Ok(hosts)
    }

    /// Queues `activity` in `lane` for each of `rows`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, activity: ActivityId, lane: i16, rows: &[NewDelivery]) -> Result<()> {
        let (now, later): (Vec<&NewDelivery>, Vec<&NewDelivery>) =
            rows.iter().partition(|row| row.not_before == Timestamp::default());
        if !now.is_empty() {
            let sql = format!(
                "INSERT INTO deliveries (host_id, lane, activity_id, inbox_id, attempts, not_before) \
                 SELECT i.host_id, $2, $3, i.id, 0, 0 FROM fed_inboxes i WHERE i.id IN {}",
                items(self.db.backend, 1, "BIGINT")
            );
            let inboxes: Vec<i64> = now.iter().map(|row| row.inbox_id.0).collect();
            self.db.run(sql, vec![json(&inboxes).into(), lane.into(), activity.0.into()]).await?;
        }
        let value_of = |row: &&NewDelivery| {
            let (host, inbox) = (row.host_id.0.into(), row.inbox_id.0.into());
            vec![host, lane.into(), activity.0.into(), inbox, 0_i32.into(), row.not_before.0.into()]
        };
        let head = "INSERT INTO deliveries (host_id, lane, activity_id, inbox_id, attempts, not_before)";
        self.db.insert_many(head, later.iter().map(value_of).collect(), "").await?;
        Ok(())
    }

    /// Moves waiting deliveries of these activities up into `lane` and makes them due, so that what follows them there
    /// stays behind them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn promote(&self, activities: &[ActivityId], lane: i16) -> Result<()> {
        let sql = format!(
            "UPDATE deliveries SET lane = $1, not_before = 0 WHERE activity_id IN ({})",
            placeholders(2, activities.len())
        );
        let mut values = vec![lane.into()];
        values.extend(activities.iter().map(|id| Value::from(id.0)));
        self.db.run(sql, values).await?;
        Ok(())
    }
}
