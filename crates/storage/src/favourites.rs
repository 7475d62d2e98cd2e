//! What people did with statuses: favourites, bookmarks, pins, muted threads.

use std::collections::HashMap;

use sea_orm::FromQueryResult;
use staffroom_domain::ids::{AccountId, BookmarkId, FavouriteId, StatusId};
use staffroom_domain::relationship::Listed;
use staffroom_domain::status::{Status, StatusMarks};
use staffroom_domain::{Page, PageRequest, Timestamp, Viewer};

use crate::accounts::COLUMNS as ACCOUNT;
use crate::db::{in_list, in_order};
use crate::error::Result;
use crate::follows::ListedRow;
use crate::page::keyset;
use crate::status_search::index_for;

crate::db::noun!();

impl Reads<'_> {
    /// What `account` did with each of `statuses`; those without any mark are left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn marks(&self, account: AccountId, statuses: &[&Status]) -> Result<HashMap<StatusId, StatusMarks>> {
        #[derive(FromQueryResult)]
        struct Mark {
            kind: String,
            n: i64,
        }
        let mut marks: HashMap<StatusId, StatusMarks> = HashMap::new();
        if statuses.is_empty() {
            return Ok(marks);
        }
        let mut values = vec![account.0.into()];
        let ids = in_list(&mut values, statuses.iter().map(|s| s.id.0));
        let threads = in_list(&mut values, statuses.iter().map(|s| s.thread_id.0));
        // favourites_pair, statuses_one_reblog, interaction_requests_pair, bookmarks_pair, primary keys of pins and
        // thread_mutes; what waits for leave is marked and not counted
        let sql = format!(
            "SELECT 'f' AS kind, status_id AS n FROM favourites WHERE account_id = $1 AND status_id IN ({ids}) \
             UNION ALL SELECT 'r', reblog_of FROM statuses WHERE account_id = $1 AND reblog_of IN ({ids}) \
             AND reblog_of IS NOT NULL AND deleted_at IS NULL \
             UNION ALL SELECT CASE WHEN interaction = 0 THEN 'f' ELSE 'r' END, target_id FROM interaction_requests \
             WHERE account_id = $1 AND target_id IN ({ids}) AND interaction <> 1 AND NOT rejected \
             UNION ALL SELECT 'b', status_id FROM bookmarks WHERE account_id = $1 AND status_id IN ({ids}) \
             UNION ALL SELECT 'p', status_id FROM pins WHERE account_id = $1 AND status_id IN ({ids}) \
             UNION ALL SELECT 'm', thread_id FROM thread_mutes WHERE account_id = $1 AND thread_id IN ({threads})"
        );
        for mark in self.db.all::<Mark>(sql, values).await? {
            if mark.kind == "m" {
                for status in statuses.iter().filter(|s| s.thread_id.0 == mark.n) {
                    marks.entry(status.id).or_default().muted = true;
                }
                continue;
            }
            let marks = marks.entry(StatusId(mark.n)).or_default();
            match mark.kind.as_str() {
                "f" => marks.favourited = true,
                "r" => marks.reblogged = true,
                "b" => marks.bookmarked = true,
                _ => marks.pinned = true,
            }
        }
        Ok(marks)
    }

    /// Network id of the favourite of `status` by `account`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn favourite_uri(&self, account: AccountId, status: StatusId) -> Result<Option<String>> {
        #[derive(FromQueryResult)]
        struct Row {
            uri: String,
        }
        // favourites_pair
        let sql = "SELECT uri FROM favourites WHERE account_id = $1 AND status_id = $2";
        Ok(self.db.one::<Row>(sql, vec![account.0.into(), status.0.into()]).await?.map(|row| row.uri))
    }

    /// Who favourited a status, newest first, as `viewer` may see it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn favourited_by(&self, viewer: Viewer, id: StatusId, page: PageRequest) -> Result<Page<Listed>> {
        // favourites_status
        self.listed(viewer, "favourites m", "m.status_id = $1", id, page).await
    }

    /// Who boosted a status, newest first, as `viewer` may see it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reblogged_by(&self, viewer: Viewer, id: StatusId, page: PageRequest) -> Result<Page<Listed>> {
        // statuses_one_reblog
        let condition = "m.reblog_of = $1 AND m.deleted_at IS NULL AND m.visibility <= 1";
        self.listed(viewer, "statuses m", condition, id, page).await
    }

    async fn listed(
        &self,
        viewer: Viewer,
        from: &str,
        condition: &str,
        id: StatusId,
        page: PageRequest,
    ) -> Result<Page<Listed>> {
        let mut values = vec![id.0.into()];
        let hidden = match viewer.account() {
            None => "",
            Some(viewer) => {
                values.push(viewer.0.into());
                " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE (b.account_id = a.id AND b.target_id = $2) \
                 OR (b.account_id = $2 AND b.target_id = a.id))"
            }
        };
        let (bounds, order) = keyset(&page, "m.id", &mut values);
        let sql = format!(
            "SELECT m.id AS cursor_id, CAST(NULL AS BIGINT) AS list_expires_at, {ACCOUNT} FROM {from} \
             JOIN accounts a ON a.id = m.account_id WHERE {condition} AND a.suspended_at IS NULL \
             AND a.deleted_at IS NULL{hidden}{bounds}{order}"
        );
        let rows = self.db.all::<ListedRow>(sql, values).await?;
        Ok(Page::from_rows(rows.into_iter().map(|row| row.0).collect(), &page, |l: &Listed| l.cursor))
    }

    /// How many statuses `account` has pinned.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pin_count(&self, account: AccountId) -> Result<i64> {
        let sql = "SELECT COUNT(*) AS n FROM pins WHERE account_id = $1";
        Ok(self.db.number(sql, vec![account.0.into()]).await?.unwrap_or(0))
    }
}

impl Writes<'_> {
    /// Adds a favourite and counts it. `false` when it was there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_once(
        &self,
        id: FavouriteId,
        account: AccountId,
        status: StatusId,
        uri: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "INSERT INTO favourites (id, account_id, status_id, uri, created_at) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT DO NOTHING";
        let values = vec![id.0.into(), account.0.into(), status.0.into(), uri.into(), now.0.into()];
        if self.db.run(sql, values).await? == 0 {
            return Ok(false);
        }
        self.count_favourite(status, 1).await?;
        index_for(self.db, &[account], status).await?;
        Ok(true)
    }

    /// Removes a favourite and counts it. `false` when there was none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, account: AccountId, status: StatusId) -> Result<bool> {
        let sql = "DELETE FROM favourites WHERE account_id = $1 AND status_id = $2";
        if self.db.run(sql, vec![account.0.into(), status.0.into()]).await? == 0 {
            return Ok(false);
        }
        self.count_favourite(status, -1).await?;
        Ok(true)
    }

    async fn count_favourite(&self, status: StatusId, by: i64) -> Result<()> {
        let sql = "UPDATE statuses SET favourites_count = favourites_count + $2 WHERE id = $1";
        self.db.run(sql, vec![status.0.into(), by.into()]).await?;
        Ok(())
    }

    /// Bookmarks; twice changes nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bookmark(&self, id: BookmarkId, account: AccountId, status: StatusId, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO bookmarks (id, account_id, status_id, created_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT DO NOTHING";
        if self.db.run(sql, vec![id.0.into(), account.0.into(), status.0.into(), now.0.into()]).await? > 0 {
            index_for(self.db, &[account], status).await?;
        }
        Ok(())
    }

    /// Takes a bookmark away.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unbookmark(&self, account: AccountId, status: StatusId) -> Result<()> {
        let sql = "DELETE FROM bookmarks WHERE account_id = $1 AND status_id = $2";
        self.db.run(sql, vec![account.0.into(), status.0.into()]).await?;
        Ok(())
    }

    /// Pins; false when it was pinned.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pin(&self, account: AccountId, status: StatusId, now: Timestamp) -> Result<bool> {
        let sql = "INSERT INTO pins (account_id, status_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        Ok(self.db.run(sql, vec![account.0.into(), status.0.into(), now.0.into()]).await? > 0)
    }

    /// Takes a pin away; false when there was none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unpin(&self, account: AccountId, status: StatusId) -> Result<bool> {
        let sql = "DELETE FROM pins WHERE account_id = $1 AND status_id = $2";
        Ok(self.db.run(sql, vec![account.0.into(), status.0.into()]).await? > 0)
    }

    /// Pins these statuses and no others.
    ///
    /// # Errors
    /// The database failed.
    pub async fn replace_pins(&self, account: AccountId, statuses: &[StatusId], now: Timestamp) -> Result<()> {
        self.db.run("DELETE FROM pins WHERE account_id = $1", vec![account.0.into()]).await?;
        // In one order: two fetches at once do not wait for each other in a circle.
        let rows = in_order(statuses).into_iter().map(|id| vec![account.0.into(), id.0.into(), now.0.into()]).collect();
        self.db
            .insert_many("INSERT INTO pins (account_id, status_id, created_at)", rows, "ON CONFLICT DO NOTHING")
            .await?;
        Ok(())
    }

    /// Mutes a thread; twice changes nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn mute_thread(&self, account: AccountId, thread: StatusId, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO thread_mutes (account_id, thread_id, created_at) VALUES ($1, $2, $3) \
                   ON CONFLICT DO NOTHING";
        self.db.run(sql, vec![account.0.into(), thread.0.into(), now.0.into()]).await?;
        Ok(())
    }

    /// Ends that.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unmute_thread(&self, account: AccountId, thread: StatusId) -> Result<()> {
        let sql = "DELETE FROM thread_mutes WHERE account_id = $1 AND thread_id = $2";
        self.db.run(sql, vec![account.0.into(), thread.0.into()]).await?;
        Ok(())
    }
}
