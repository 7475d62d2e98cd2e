//! How far people have read.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::AccountId;

use crate::db::placeholders;
use crate::error::Result;

crate::db::noun!();

/// A marker as stored.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    /// `home` or `notifications`.
    pub timeline: String,
    /// The newest id read.
    pub last_read_id: i64,
    /// Counts changes.
    pub version: i64,
    /// Last change, milliseconds.
    pub updated_at: i64,
}

impl Reads<'_> {
    /// Markers of `owner` for `timelines`. Primary key of `markers`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find(&self, owner: AccountId, timelines: &[String]) -> Result<Vec<Row>> {
        let mut values = vec![owner.0.into()];
        values.extend(timelines.iter().map(|t| sea_orm::Value::from(t.clone())));
        let list = placeholders(2, timelines.len());
        let sql = format!(
            "SELECT timeline, last_read_id, version, updated_at FROM markers \
             WHERE account_id = $1 AND timeline IN ({list}) ORDER BY timeline"
        );
        self.db.all(sql, values).await
    }
}

impl Writes<'_> {
    /// Moves a marker.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set(&self, owner: AccountId, timeline: &str, last_read_id: i64, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO markers (account_id, timeline, last_read_id, version, updated_at) \
                   VALUES ($1, $2, $3, 1, $4) ON CONFLICT (account_id, timeline) DO UPDATE SET \
                   last_read_id = excluded.last_read_id, version = markers.version + 1, updated_at = excluded.updated_at";
        self.db.run(sql, vec![owner.0.into(), timeline.into(), last_read_id.into(), now.0.into()]).await?;
        Ok(())
    }
}
