//! Hashtags people show on their profiles.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::hashtag::{FeaturedTag, Hashtag, Tag};
use staffroom_domain::ids::{AccountId, FeaturedTagId, TagId};

use crate::db::in_list;
use crate::error::Result;

crate::db::noun!();

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    tag_id: i64,
    display: String,
}

impl Reads<'_> {
    /// Hashtags `account` features, the first featured first, each with how many of its statuses everybody may see use
    /// it. Reads the account's own statuses, nobody else's.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, account: AccountId) -> Result<Vec<FeaturedTag>> {
        #[derive(FromQueryResult)]
        struct Use {
            tag_id: i64,
            statuses: i64,
            last_at: i64,
        }
        // featured_tags_pair
        let sql = "SELECT f.id, f.tag_id, h.display FROM featured_tags f JOIN hashtags h ON h.id = f.tag_id \
                   WHERE f.account_id = $1 ORDER BY f.id";
        let rows = self.db.all::<Row>(sql, vec![account.0.into()]).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        // statuses_account, then status_tags_status: CROSS JOIN keeps SQLite to that order
        let mut values: Vec<Value> = vec![account.0.into()];
        let list = in_list(&mut values, rows.iter().map(|row| row.tag_id));
        let sql = format!(
            "SELECT t.tag_id, COUNT(*) AS statuses, MAX(s.created_at) AS last_at FROM statuses s CROSS JOIN status_tags t \
             WHERE s.account_id = $1 AND s.visibility <= 1 AND s.deleted_at IS NULL AND t.status_id = s.id \
             AND t.tag_id IN ({list}) GROUP BY t.tag_id"
        );
        let counts = self.db.all::<Use>(sql, values).await?;
        let featured = |row: Row| {
            let used = counts.iter().find(|count| count.tag_id == row.tag_id);
            Some(FeaturedTag {
                id: FeaturedTagId(row.id),
                tag_id: TagId(row.tag_id),
                tag: Tag::parse(&row.display)?,
                statuses_count: used.map_or(0, |used| used.statuses),
                last_status_at: used.map(|used| Timestamp(used.last_at)),
            })
        };
        Ok(rows.into_iter().filter_map(featured).collect())
    }

    /// Which of `tags` `account` features.
    ///
    /// # Errors
    /// The database failed.
    pub async fn featured_among(&self, account: AccountId, tags: &[TagId]) -> Result<Vec<TagId>> {
        if tags.is_empty() {
            return Ok(Vec::new());
        }
        // featured_tags_pair
        let mut values: Vec<Value> = vec![account.0.into()];
        let list = in_list(&mut values, tags.iter().map(|t| t.0));
        let sql = format!("SELECT tag_id AS n FROM featured_tags WHERE account_id = $1 AND tag_id IN ({list})");
        Ok(self.db.numbers(sql, values).await?.into_iter().map(TagId).collect())
    }

    /// Hashtags the newest `among` statuses of `account` use that it does not feature, the most used first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn suggested(&self, account: AccountId, among: u64, limit: u64) -> Result<Vec<Hashtag>> {
        #[derive(FromQueryResult)]
        struct Used {
            id: i64,
            display: String,
            last_status_at: Option<i64>,
        }
        // statuses_account, status_tags_status
        let sql = "SELECT h.id, h.display, h.last_status_at FROM \
                   (SELECT s.id FROM statuses s WHERE s.account_id = $1 AND s.visibility <= 1 \
                   AND s.deleted_at IS NULL ORDER BY s.id DESC LIMIT +$2) n \
                   JOIN status_tags t ON t.status_id = n.id JOIN hashtags h ON h.id = t.tag_id \
                   WHERE NOT EXISTS (SELECT 1 FROM featured_tags f WHERE f.account_id = $1 AND f.tag_id = h.id) \
                   GROUP BY h.id, h.display, h.last_status_at ORDER BY COUNT(*) DESC, MAX(n.id) DESC LIMIT +$3";
        let bound = |n: u64| Value::from(i64::try_from(n).unwrap_or(i64::MAX));
        let rows = self.db.all::<Used>(sql, vec![account.0.into(), bound(among), bound(limit)]).await?;
        let hashtag = |row: Used| {
            let tag = Tag::parse(&row.display)?;
            Some(Hashtag { id: TagId(row.id), tag, last_status_at: row.last_status_at.map(Timestamp) })
        };
        Ok(rows.into_iter().filter_map(hashtag).collect())
    }
}

impl Writes<'_> {
    /// Features a hashtag; twice changes nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add(&self, id: FeaturedTagId, account: AccountId, tag: TagId, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO featured_tags (id, account_id, tag_id, created_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (account_id, tag_id) DO NOTHING";
        self.db.run(sql, vec![id.0.into(), account.0.into(), tag.0.into(), now.0.into()]).await?;
        Ok(())
    }

    /// Ends that, by its id; `false` when it is not the account's.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, account: AccountId, id: FeaturedTagId) -> Result<bool> {
        let sql = "DELETE FROM featured_tags WHERE id = $1 AND account_id = $2";
        Ok(self.db.run(sql, vec![id.0.into(), account.0.into()]).await? > 0)
    }

    /// Ends that, by the hashtag.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_tag(&self, account: AccountId, tag: TagId) -> Result<()> {
        let sql = "DELETE FROM featured_tags WHERE account_id = $1 AND tag_id = $2";
        self.db.run(sql, vec![account.0.into(), tag.0.into()]).await?;
        Ok(())
    }

    /// Removes those of an account that is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_all_of(&self, account: AccountId) -> Result<()> {
        self.db.run("DELETE FROM featured_tags WHERE account_id = $1", vec![account.0.into()]).await?;
        Ok(())
    }
}
