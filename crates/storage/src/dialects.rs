//! How hosts want requests signed, remembered for a while. What the words mean is the federation side's business.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;

use crate::error::Result;

crate::db::noun!();

/// What is remembered of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostDialect {
    /// The word.
    pub dialect: String,
    /// When it is forgotten.
    pub until: Timestamp,
}

impl Reads<'_> {
    /// What is remembered of `host` at `now`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of(&self, host: &str, now: Timestamp) -> Result<Option<HostDialect>> {
        #[derive(FromQueryResult)]
        struct Row {
            dialect: String,
            until: i64,
        }
        let sql = "SELECT dialect, until FROM host_dialects WHERE host = $1 AND until > $2";
        let row = self.db.one::<Row>(sql, vec![host.into(), now.0.into()]).await?;
        Ok(row.map(|row| HostDialect { dialect: row.dialect, until: Timestamp(row.until) }))
    }
}

impl Writes<'_> {
    /// Remembers `dialect` for `host`; what was remembered before is forgotten.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remember(&self, host: &str, remembered: &HostDialect) -> Result<()> {
        let sql = "INSERT INTO host_dialects (host, dialect, until) VALUES ($1, $2, $3) ON CONFLICT (host) DO UPDATE \
                   SET dialect = excluded.dialect, until = excluded.until";
        let values = vec![host.into(), remembered.dialect.clone().into(), remembered.until.0.into()];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Forgets what has run out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_old(&self, now: Timestamp) -> Result<u64> {
        self.db.run("DELETE FROM host_dialects WHERE until <= $1", vec![now.0.into()]).await
    }
}
