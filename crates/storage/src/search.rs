//! Finding hashtags by what they begin with.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::hashtag::{Hashtag, Tag};
use staffroom_domain::ids::TagId;

use crate::error::Result;

crate::db::noun!();

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    display: String,
    last_status_at: Option<i64>,
}

impl Reads<'_> {
    /// Hashtags whose canonical name begins with `prefix` (canonical itself), shortest name first. Walks the unique
    /// index on `hashtags.name` as a range.
    ///
    /// # Errors
    /// The database failed.
    pub async fn hashtags(&self, prefix: &str, limit: u64, offset: u64) -> Result<Vec<Hashtag>> {
        let sql = "SELECT id, display, last_status_at FROM hashtags \
                   WHERE name >= $1 AND name < $2 ORDER BY LENGTH(name), name LIMIT +$3 OFFSET $4";
        let bound = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let values = vec![
            prefix.into(),
            // The last code point there is: nothing that begins with the prefix sorts behind it.
            format!("{prefix}\u{10ffff}").into(),
            bound(limit).into(),
            bound(offset).into(),
        ];
        let rows = self.db.all::<Row>(sql, values).await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let tag = Tag::parse(&row.display)?;
                Some(Hashtag { id: TagId(row.id), tag, last_status_at: row.last_status_at.map(Timestamp) })
            })
            .collect())
    }
}
