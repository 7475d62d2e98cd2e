//! Queries about hashtags: names, use, and who follows them.

use std::collections::HashMap;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::hashtag::Hashtag;
use staffroom_domain::ids::{AccountId, TagFollowId, TagId};
use staffroom_domain::{Page, PageRequest, Tag, Timestamp};

use crate::db::{in_list, placeholders};
use crate::error::Result;
use crate::page::keyset;

crate::db::noun!();

/// Use of a hashtag on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOfUse {
    /// The hashtag.
    pub tag: TagId,
    /// Days since the Unix epoch.
    pub day: i64,
    /// Public statuses.
    pub statuses: i64,
    /// Their authors.
    pub accounts: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    display: String,
    last_status_at: Option<i64>,
}

impl Row {
    fn into_hashtag(self) -> Option<Hashtag> {
        let tag = Tag::parse(&self.display)?;
        Some(Hashtag { id: TagId(self.id), tag, last_status_at: self.last_status_at.map(Timestamp) })
    }
}

impl Reads<'_> {
    /// Stored hashtags among `tags`, in no particular order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find(&self, tags: &[Tag]) -> Result<Vec<Hashtag>> {
        if tags.is_empty() {
            return Ok(Vec::new());
        }
        let list = placeholders(1, tags.len());
        let sql = format!("SELECT id, display, last_status_at FROM hashtags WHERE name IN ({list})");
        let rows = self.db.all::<Row>(sql, tags.iter().map(|t| t.name().into()).collect()).await?;
        Ok(rows.into_iter().filter_map(Row::into_hashtag).collect())
    }

    /// Which of `tags` `account` follows.
    ///
    /// # Errors
    /// The database failed.
    pub async fn followed_among(&self, account: AccountId, tags: &[TagId]) -> Result<Vec<TagId>> {
        if tags.is_empty() {
            return Ok(Vec::new());
        }
        // tag_follows_pair
        let mut values = vec![account.0.into()];
        let list = in_list(&mut values, tags.iter().map(|t| t.0));
        let sql = format!("SELECT tag_id AS n FROM tag_follows WHERE account_id = $1 AND tag_id IN ({list})");
        Ok(self.db.numbers(sql, values).await?.into_iter().map(TagId).collect())
    }

    /// Hashtags `account` follows, newest follow first: (cursor, hashtag).
    ///
    /// # Errors
    /// The database failed.
    pub async fn followed(&self, account: AccountId, page: PageRequest) -> Result<Page<(i64, Hashtag)>> {
        #[derive(FromQueryResult)]
        struct Followed {
            cursor_id: i64,
            id: i64,
            display: String,
            last_status_at: Option<i64>,
        }
        // tag_follows_pair, sorted: one person follows few
        let mut values = vec![account.0.into()];
        let (bounds, order) = keyset(&page, "f.id", &mut values);
        let sql = format!(
            "SELECT f.id AS cursor_id, h.id, h.display, h.last_status_at FROM tag_follows f \
             JOIN hashtags h ON h.id = f.tag_id WHERE f.account_id = $1{bounds}{order}"
        );
        let rows = self.db.all::<Followed>(sql, values).await?;
        let hashtag = |r: Followed| {
            let row = Row { id: r.id, display: r.display, last_status_at: r.last_status_at };
            Some((r.cursor_id, row.into_hashtag()?))
        };
        let rows = rows.into_iter().filter_map(hashtag).collect();
        Ok(Page::from_rows(rows, &page, |(cursor, _)| *cursor))
    }

    /// Public use of `tags` for each day with any, among statuses with ids from `floor` on.
    ///
    /// # Errors
    /// The database failed.
    pub async fn use_by_day(&self, tags: &[TagId], floor: i64) -> Result<Vec<DayOfUse>> {
        #[derive(FromQueryResult)]
        struct Use {
            tag_id: i64,
            day: i64,
            statuses: i64,
            accounts: i64,
        }
        if tags.is_empty() {
            return Ok(Vec::new());
        }
        // primary key of status_tags
        let mut values = vec![floor.into()];
        let list = in_list(&mut values, tags.iter().map(|t| t.0));
        let sql = format!(
            "SELECT t.tag_id, s.created_at / 86400000 AS day, COUNT(*) AS statuses, \
             COUNT(DISTINCT s.account_id) AS accounts FROM status_tags t JOIN statuses s ON s.id = t.status_id \
             WHERE t.tag_id IN ({list}) AND t.status_id >= $1 AND s.visibility = 0 AND s.deleted_at IS NULL \
             GROUP BY t.tag_id, s.created_at / 86400000"
        );
        let rows = self.db.all::<Use>(sql, values).await?;
        let day = |r: Use| DayOfUse { tag: TagId(r.tag_id), day: r.day, statuses: r.statuses, accounts: r.accounts };
        Ok(rows.into_iter().map(day).collect())
    }
}

impl Writes<'_> {
    /// The ids of `tags`, stored where they are new, by canonical name. `used_at` is the time of a public use.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ensure(
        &self,
        tags: &[Tag],
        used_at: Option<Timestamp>,
        mut next_id: impl FnMut() -> i64,
    ) -> Result<HashMap<String, TagId>> {
        #[derive(FromQueryResult)]
        struct Named {
            id: i64,
            name: String,
        }
        if tags.is_empty() {
            return Ok(HashMap::new());
        }
        let mut tags: Vec<&Tag> = tags.iter().collect();
        // In one order and each once: two transactions never wait for each other in a circle.
        tags.sort_by(|a, b| a.name().cmp(b.name()));
        tags.dedup_by(|a, b| a.name() == b.name());
        let mut values: Vec<Value> = vec![used_at.map(|t| t.0).into()];
        let mut rows = Vec::new();
        for tag in tags {
            let n = values.len();
            rows.push(format!("(${}, ${}, ${}, $1)", n + 1, n + 2, n + 3));
            values.extend([next_id().into(), tag.name().into(), tag.display().into()]);
        }
        let sql = format!(
            "INSERT INTO hashtags (id, name, display, last_status_at) VALUES {} ON CONFLICT (name) DO UPDATE \
             SET last_status_at = COALESCE(excluded.last_status_at, hashtags.last_status_at) RETURNING id, name",
            rows.join(", ")
        );
        let named = self.db.all::<Named>(sql, values).await?;
        Ok(named.into_iter().map(|n| (n.name, TagId(n.id))).collect())
    }

    /// Follows a hashtag; twice changes nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn follow(&self, id: TagFollowId, account: AccountId, tag: TagId, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO tag_follows (id, account_id, tag_id, created_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT DO NOTHING";
        self.db.run(sql, vec![id.0.into(), account.0.into(), tag.0.into(), now.0.into()]).await?;
        Ok(())
    }

    /// Ends that.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unfollow(&self, account: AccountId, tag: TagId) -> Result<()> {
        let sql = "DELETE FROM tag_follows WHERE account_id = $1 AND tag_id = $2";
        self.db.run(sql, vec![account.0.into(), tag.0.into()]).await?;
        Ok(())
    }
}
