//! What the instance remembers about itself: names and values fixed at first start.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::AccountId;

use crate::error::Result;

crate::db::noun!();

/// Figures about the instance.
#[derive(Clone, Copy, Debug, Default, FromQueryResult)]
pub struct Stats {
    /// Local people.
    pub users: i64,
    /// Of these, seen since the first bound.
    pub active_month: i64,
    /// Of these, seen since the second bound.
    pub active_half_year: i64,
    /// Local statuses.
    pub statuses: i64,
    /// Hosts known.
    pub domains: i64,
}

/// What went on in a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Week {
    /// When it began, in milliseconds.
    pub start: i64,
    /// Statuses written here.
    pub statuses: i64,
    /// People active.
    pub active: i64,
    /// People who came.
    pub registrations: i64,
}

impl Reads<'_> {
    /// What went on from `start` to before `end`; `ids` are the bounds of ids made in that time.
    ///
    /// # Errors
    /// The database failed.
    pub async fn week(&self, start: Timestamp, end: Timestamp, ids: (i64, i64)) -> Result<Week> {
        // statuses_local, primary key of active_weeks; people here are few
        let sql = "SELECT CAST($1 AS BIGINT) AS start, \
            (SELECT COUNT(*) FROM statuses WHERE local AND deleted_at IS NULL AND id >= $3 AND id < $4) AS statuses, \
            (SELECT COUNT(*) FROM active_weeks WHERE week = $1) AS active, \
            (SELECT COUNT(*) FROM users WHERE created_at >= $1 AND created_at < $2) AS registrations";
        let values = vec![start.0.into(), end.0.into(), ids.0.into(), ids.1.into()];
        let nothing = Week { start: start.0, statuses: 0, active: 0, registrations: 0 };
        Ok(self.db.one(sql, values).await?.unwrap_or(nothing))
    }

    /// Servers we have heard of, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn peers(&self, limit: u64) -> Result<Vec<String>> {
        #[derive(FromQueryResult)]
        struct Host {
            host: String,
        }
        let sql = "SELECT host FROM fed_hosts ORDER BY host LIMIT +$1";
        let rows = self.db.all::<Host>(sql, vec![i64::try_from(limit).unwrap_or(i64::MAX).into()]).await?;
        Ok(rows.into_iter().map(|row| row.host).collect())
    }

    /// Figures; "active" means seen since `month` and since `half_year`. Counters of accounts are summed, so the cost
    /// grows with local people, not with statuses.
    ///
    /// # Errors
    /// The database failed.
    pub async fn stats(&self, month: Timestamp, half_year: Timestamp) -> Result<Stats> {
        let sql = "SELECT \
            (SELECT COUNT(*) FROM users WHERE confirmed_at IS NOT NULL AND approved_at IS NOT NULL) AS users, \
            (SELECT COUNT(*) FROM users WHERE last_active_at >= $1) AS active_month, \
            (SELECT COUNT(*) FROM users WHERE last_active_at >= $2) AS active_half_year, \
            (SELECT CAST(COALESCE(SUM(a.statuses_count), 0) AS BIGINT) FROM accounts a \
                JOIN users u ON u.account_id = a.id) AS statuses, \
            (SELECT COUNT(*) FROM fed_hosts) AS domains";
        Ok(self.db.one(sql, vec![month.0.into(), half_year.0.into()]).await?.unwrap_or_default())
    }

    /// A remembered value.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get(&self, name: &str) -> Result<Option<String>> {
        #[derive(FromQueryResult)]
        struct Row {
            value: String,
        }
        let sql = "SELECT value FROM instance_settings WHERE name = $1";
        Ok(self.db.one::<Row>(sql, vec![name.into()]).await?.map(|row| row.value))
    }
}

impl Writes<'_> {
    /// Somebody was active in the week that began at `week`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn note_active(&self, week: Timestamp, account: AccountId) -> Result<()> {
        let sql = "INSERT INTO active_weeks (week, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.db.run(sql, vec![week.0.into(), account.0.into()]).await?;
        Ok(())
    }

    /// Forgets who was active in weeks that began before `week`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_active(&self, week: Timestamp) -> Result<u64> {
        self.db.run("DELETE FROM active_weeks WHERE week < $1", vec![week.0.into()]).await
    }

    /// Remembers a value unless there is one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_once(&self, name: &str, value: &str) -> Result<()> {
        let sql = "INSERT INTO instance_settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        self.db.run(sql, vec![name.into(), value.into()]).await?;
        Ok(())
    }

    /// Remembers a value, in place of an older one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set(&self, name: &str, value: &str) -> Result<()> {
        let sql = "INSERT INTO instance_settings (name, value) VALUES ($1, $2) \
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.db.run(sql, vec![name.into(), value.into()]).await?;
        Ok(())
    }
}
