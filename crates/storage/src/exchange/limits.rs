//! Limits of the exchange: what authors agree to, what each host took in a day, and the hours of chats.

use sea_orm::FromQueryResult;
use staffroom_domain::exchange::ChatTime;
use staffroom_domain::ids::{ChatHourId, StatusId, TagId};
use staffroom_domain::{Tag, Timestamp};

use super::{Reads, Writes};
use crate::db::in_list;
use crate::error::Result;

/// What one host took or brought in a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayCount {
    /// The host.
    pub host: String,
    /// Whether it brought them to us.
    pub inbound: bool,
    /// Statuses shared.
    pub taken: i64,
    /// Statuses beyond the limit.
    pub left_out: i64,
}

#[derive(FromQueryResult)]
struct DayRow {
    host: String,
    inbound: bool,
    taken: i64,
    left_out: i64,
}

impl From<DayRow> for DayCount {
    fn from(row: DayRow) -> Self {
        Self { host: row.host, inbound: row.inbound, taken: row.taken, left_out: row.left_out }
    }
}

#[derive(FromQueryResult)]
struct ChatRow {
    id: i64,
    tag_id: i64,
    display: String,
    hours: String,
}

const CHAT: &str = "SELECT c.id, c.tag_id, h.display, c.hours FROM chat_hours c JOIN hashtags h ON h.id = c.tag_id";

impl ChatRow {
    fn read(self) -> Option<(ChatHourId, TagId, Tag, ChatTime)> {
        let hours = ChatTime::parse(&self.hours).ok()?;
        Some((ChatHourId(self.id), TagId(self.tag_id), Tag::parse(&self.display)?, hours))
    }
}

impl Reads<'_> {
    /// What its author (or a moderator) decided about sharing this one status; `None` leaves it to the author's default.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sharing_of(&self, status: StatusId) -> Result<Option<bool>> {
        #[derive(FromQueryResult)]
        struct Choice {
            shared: bool,
        }
        let sql = "SELECT shared FROM status_sharing WHERE status_id = $1";
        Ok(self.db.one::<Choice>(sql, vec![status.0.into()]).await?.map(|choice| choice.shared))
    }

    /// Hours of chats on `tags`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn chat_hours_of(&self, tags: &[TagId]) -> Result<Vec<(TagId, ChatTime)>> {
        if tags.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = Vec::new();
        let list = in_list(&mut values, tags.iter().map(|t| t.0));
        let rows = self.db.all::<ChatRow>(format!("{CHAT} WHERE c.tag_id IN ({list})"), values).await?;
        Ok(rows.into_iter().filter_map(|row| row.read().map(|(_, tag, _, hours)| (tag, hours))).collect())
    }

    /// Hours of all chats.
    ///
    /// # Errors
    /// The database failed.
    pub async fn chat_hours(&self) -> Result<Vec<(ChatHourId, Tag, ChatTime)>> {
        let rows = self.db.all::<ChatRow>(format!("{CHAT} ORDER BY c.id"), vec![]).await?;
        Ok(rows.into_iter().filter_map(|row| row.read().map(|(id, _, tag, hours)| (id, tag, hours))).collect())
    }

    /// What each host took and brought on `day` (days since the Unix epoch), by host.
    ///
    /// # Errors
    /// The database failed.
    pub async fn day_counts(&self, day: i64) -> Result<Vec<DayCount>> {
        let sql = "SELECT host, inbound, taken, left_out FROM exchange_days WHERE day = $1 ORDER BY host, inbound";
        Ok(self.db.all::<DayRow>(sql, vec![day.into()]).await?.into_iter().map(DayCount::from).collect())
    }
}

impl Writes<'_> {
    /// Keeps a decision about sharing one status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_sharing(&self, status: StatusId, shared: bool) -> Result<()> {
        let sql = "INSERT INTO status_sharing (status_id, shared) VALUES ($1, $2) \
                   ON CONFLICT (status_id) DO UPDATE SET shared = excluded.shared";
        self.db.run(sql, vec![status.0.into(), shared.into()]).await?;
        Ok(())
    }

    /// Counts one more status for each of `hosts` (each once) on `day`, at most `most`; returns the counts. A host
    /// with something left out has had its share before this one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_day(&self, hosts: &[&str], inbound: bool, day: i64, most: i64) -> Result<Vec<DayCount>> {
        if hosts.is_empty() {
            return Ok(Vec::new());
        }
        // In one order: two transactions never wait for each other in a circle.
        let mut hosts = hosts.to_vec();
        hosts.sort_unstable();
        let mut values = vec![inbound.into(), day.into(), most.into()];
        let mut rows = Vec::new();
        for host in hosts {
            values.push(host.into());
            rows.push(format!("(${}, $1, $2, CAST(1 AS BIGINT), CAST(0 AS BIGINT))", values.len()));
        }
        let sql = format!(
            "INSERT INTO exchange_days (host, inbound, day, taken, left_out) VALUES {} \
             ON CONFLICT (host, inbound, day) DO UPDATE SET \
             taken = exchange_days.taken + CASE WHEN exchange_days.taken < $3 THEN 1 ELSE 0 END, \
             left_out = CASE WHEN exchange_days.taken < $3 THEN 0 ELSE exchange_days.left_out + 1 END \
             RETURNING host, inbound, taken, left_out",
            rows.join(", ")
        );
        Ok(self.db.all::<DayRow>(sql, values).await?.into_iter().map(DayCount::from).collect())
    }

    /// Adds hours of a chat.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_chat_hours(&self, id: ChatHourId, tag: TagId, hours: &ChatTime) -> Result<()> {
        let sql = "INSERT INTO chat_hours (id, tag_id, hours) VALUES ($1, $2, $3)";
        self.db.run(sql, vec![id.0.into(), tag.0.into(), hours.to_string().into()]).await?;
        Ok(())
    }

    /// Removes them; `false` when there are none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_chat_hours(&self, id: ChatHourId) -> Result<bool> {
        Ok(self.db.run("DELETE FROM chat_hours WHERE id = $1", vec![id.0.into()]).await? > 0)
    }

    /// Forgets counts of days, and decisions about items held, before `before`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_old(&self, before: Timestamp) -> Result<u64> {
        let sql = "DELETE FROM exchange_days WHERE day < $1 / 86400000";
        let counts = self.db.run(sql, vec![before.0.into()]).await?;
        let sql = "DELETE FROM held_feed_items WHERE decision IS NOT NULL AND created_at < $1";
        Ok(counts + self.db.run(sql, vec![before.0.into()]).await?)
    }
}
