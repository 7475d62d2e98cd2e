//! Announcements, who dismissed them, and what people put to them.

use std::collections::HashMap;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::announcement::Announcement;
use staffroom_domain::ids::{AccountId, AnnouncementId};
use staffroom_domain::reaction::Reaction;
use staffroom_domain::{Timestamp, Viewer};

use crate::db::in_list;
use crate::error::Result;

crate::db::noun!();

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    text: String,
    starts_at: Option<i64>,
    ends_at: Option<i64>,
    all_day: bool,
    published_at: Option<i64>,
    updated_at: i64,
}

impl From<Row> for Announcement {
    fn from(row: Row) -> Self {
        Self {
            id: AnnouncementId(row.id),
            text: row.text,
            starts_at: row.starts_at.map(Timestamp),
            ends_at: row.ends_at.map(Timestamp),
            all_day: row.all_day,
            published_at: row.published_at.map(Timestamp),
            updated_at: Timestamp(row.updated_at),
        }
    }
}

const COLUMNS: &str = "id, text, starts_at, ends_at, all_day, published_at, updated_at";

impl Reads<'_> {
    /// Announcements shown at `now`, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn shown(&self, now: Timestamp, limit: u64) -> Result<Vec<Announcement>> {
        // primary key, the newest: an instance has few
        let sql = format!(
            "SELECT {COLUMNS} FROM announcements WHERE published_at IS NOT NULL \
             AND (ends_at IS NULL OR ends_at > $1) ORDER BY id DESC LIMIT +$2"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = self.db.all::<Row>(sql, vec![now.0.into(), limit.into()]).await?;
        rows.reverse();
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// All of them, the newest first, at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn all(&self, limit: u64) -> Result<Vec<Announcement>> {
        let sql = format!("SELECT {COLUMNS} FROM announcements ORDER BY id DESC LIMIT +$1");
        let rows = self.db.all::<Row>(sql, vec![i64::try_from(limit).unwrap_or(i64::MAX).into()]).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get(&self, id: AnnouncementId) -> Result<Option<Announcement>> {
        let sql = format!("SELECT {COLUMNS} FROM announcements WHERE id = $1");
        Ok(self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Into::into))
    }

    /// Those of `ids` that `account` dismissed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dismissed(&self, account: AccountId, ids: &[AnnouncementId]) -> Result<Vec<AnnouncementId>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut values: Vec<Value> = vec![account.0.into()];
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let sql = format!(
            "SELECT announcement_id AS n FROM announcement_reads WHERE account_id = $1 AND announcement_id IN ({list})"
        );
        Ok(self.db.numbers(sql, values).await?.into_iter().map(AnnouncementId).collect())
    }

    /// What people put to each of `ids`, the emoji put first first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reactions(
        &self,
        viewer: Viewer,
        ids: &[AnnouncementId],
    ) -> Result<HashMap<AnnouncementId, Vec<Reaction>>> {
        #[derive(FromQueryResult)]
        struct Count {
            announcement_id: i64,
            name: String,
            count: i64,
            own: i64,
        }
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        // No account has the id 0.
        let mut values: Vec<Value> = vec![viewer.account().map_or(0, |id| id.0).into()];
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let sql = format!(
            "SELECT announcement_id, name, COUNT(*) AS count, COUNT(CASE WHEN account_id = $1 THEN 1 END) AS own \
             FROM announcement_reactions WHERE announcement_id IN ({list}) GROUP BY announcement_id, name \
             ORDER BY announcement_id, MIN(created_at), name"
        );
        let mut found: HashMap<AnnouncementId, Vec<Reaction>> = HashMap::new();
        for row in self.db.all::<Count>(sql, values).await? {
            let reaction = Reaction { name: row.name, picture_url: None, count: row.count, is_own: row.own > 0 };
            found.entry(AnnouncementId(row.announcement_id)).or_default().push(reaction);
        }
        Ok(found)
    }
}

impl Writes<'_> {
    /// Stores a new one, or a changed one in place of the old.
    ///
    /// # Errors
    /// The database failed.
    pub async fn put(&self, announcement: &Announcement) -> Result<()> {
        let values = vec![
            announcement.id.0.into(),
            announcement.text.clone().into(),
            announcement.starts_at.map(|t| t.0).into(),
            announcement.ends_at.map(|t| t.0).into(),
            announcement.all_day.into(),
            announcement.published_at.map(|t| t.0).into(),
            announcement.updated_at.0.into(),
            announcement.updated_at.0.into(),
        ];
        let head =
            "INSERT INTO announcements (id, text, starts_at, ends_at, all_day, published_at, updated_at, created_at)";
        let tail = "ON CONFLICT (id) DO UPDATE SET text = excluded.text, starts_at = excluded.starts_at, \
                    ends_at = excluded.ends_at, all_day = excluded.all_day, published_at = excluded.published_at, \
                    updated_at = excluded.updated_at";
        self.db.insert_many(head, vec![values], tail).await?;
        Ok(())
    }

    /// `account` does not want to see one any more; twice changes nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dismiss(&self, account: AccountId, id: AnnouncementId) -> Result<()> {
        let sql = "INSERT INTO announcement_reads (account_id, announcement_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.db.run(sql, vec![account.0.into(), id.0.into()]).await?;
        Ok(())
    }

    /// Puts an emoji to one; `false` when it is there already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn react(&self, account: AccountId, id: AnnouncementId, name: &str, now: Timestamp) -> Result<bool> {
        let sql = "INSERT INTO announcement_reactions (announcement_id, name, account_id, created_at) \
                   VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        Ok(self.db.run(sql, vec![id.0.into(), name.into(), account.0.into(), now.0.into()]).await? > 0)
    }

    /// Takes an emoji back; `false` when it was not there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unreact(&self, account: AccountId, id: AnnouncementId, name: &str) -> Result<bool> {
        let sql = "DELETE FROM announcement_reactions WHERE announcement_id = $1 AND name = $2 AND account_id = $3";
        Ok(self.db.run(sql, vec![id.0.into(), name.into(), account.0.into()]).await? > 0)
    }

    /// Removes what an account that is gone dismissed and put to them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_all_of(&self, account: AccountId) -> Result<()> {
        self.db.run("DELETE FROM announcement_reads WHERE account_id = $1", vec![account.0.into()]).await?;
        self.db.run("DELETE FROM announcement_reactions WHERE account_id = $1", vec![account.0.into()]).await?;
        Ok(())
    }
}
