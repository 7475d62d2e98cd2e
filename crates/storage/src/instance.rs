//! What the instance remembers about itself: names and values fixed at first start.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;

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

impl Reads<'_> {
    /// Figures; "active" means seen since `month` and since `half_year`. Counters of accounts are summed, so the cost
    /// grows with local people, not with statuses.
    ///
    /// # Errors
    /// The database failed.
    pub async fn stats(&self, month: Timestamp, half_year: Timestamp) -> Result<Stats> {
        let sql = "SELECT \
            (SELECT COUNT(*) FROM users) AS users, \
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
