//! The index that finds statuses by their words: FTS5 on SQLite, `tsvector` on PostgreSQL.
//!
//! Beside its words a status has marks: `+by` and the id of its author, `+open` when it is public and its author lets
//! anybody find it, and `+in` with the id of each person here who is named in it, boosted, bookmarked or took it for a
//! favourite. A search asks for the marks its viewer may find and for nothing else, so what others keep to themselves
//! does not stand in the way of what is found. Marks may be older than what they say: every row is looked at before it
//! counts, and of a word that very many have, the newest entries alone.

mod fill;

use sea_orm::Value;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::status_search::StatusSearch;
use staffroom_domain::{Timestamp, Viewer};

use crate::db::json;
use crate::dialect;
use crate::error::Result;
use crate::statuses::visible_sql;
use crate::timelines::unwanted_sql;

pub(crate) use fill::{index, index_for, index_new};

crate::db::noun!();

/// So many entries are looked at one after the other, the newest first; what is older is not found.
const PIECES: [u16; 9] = [50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800];

/// The mark of what anybody may find.
const OPEN: &str = "+open";

/// The mark of what somebody wrote.
fn written_by(author: AccountId) -> String {
    format!("+by{}", author.0)
}

/// The mark of what is in the library of somebody who did not write it.
fn kept_by(reader: AccountId) -> String {
    format!("+in{}", reader.0)
}

impl Reads<'_> {
    /// Statuses with the words of `wanted` that `viewer` may see and find: public ones of authors who let anybody find
    /// them, and what the viewer wrote, is named in, boosted, bookmarked or took for a favourite. Newest first. With
    /// `from` only those of one author. Of the entries with the words and a mark that is asked for, the newest 25 550 are
    /// looked at, whether or not the viewer finds them, so that no search goes through everything there is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find(
        &self,
        viewer: AccountId,
        wanted: &StatusSearch,
        from: Option<AccountId>,
        now: Timestamp,
        (limit, offset): (usize, usize),
    ) -> Result<Vec<StatusId>> {
        let library = [written_by(viewer), kept_by(viewer)];
        let mut marks: Vec<&str> = library.iter().map(String::as_str).collect();
        if !wanted.only_library {
            marks.push(OPEN);
        }
        let by = from.map(written_by);
        let query = dialect::search(self.db.backend, &wanted.terms, by.as_deref(), &marks);
        let (mut found, mut before) = (Vec::new(), i64::MAX);
        for piece in PIECES {
            let ids = self.entries(&query, before, piece).await?;
            found.extend(self.findable(viewer, wanted, now, &ids).await?);
            match ids.last() {
                Some(last) if ids.len() >= usize::from(piece) && found.len() < offset + limit => before = *last,
                _ => break,
            }
        }
        Ok(found.into_iter().skip(offset).take(limit).map(StatusId).collect())
    }

    /// The newest entries before `before` that fit `query`, newest first.
    async fn entries(&self, query: &str, before: i64, limit: u16) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT status_search.rowid AS n FROM status_search WHERE {matches} AND status_search.rowid < $2 \
             ORDER BY status_search.rowid DESC LIMIT +$3",
            matches = dialect::matches(self.db.backend, 1),
        );
        self.db.numbers(sql, vec![query.into(), before.into(), i64::from(limit).into()]).await
    }

    /// Those of `ids` that the viewer may find and that are as `wanted` says, newest first.
    async fn findable(
        &self,
        viewer: AccountId,
        wanted: &StatusSearch,
        now: Timestamp,
        ids: &[i64],
    ) -> Result<Vec<i64>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let open =
            if wanted.only_library { "" } else { "(s.visibility = 0 AND a.indexable AND a.silenced_at IS NULL) OR " };
        let mut values: Vec<Value> = vec![json(&ids).into(), viewer.0.into()];
        let visible = visible_sql(Viewer::Account(viewer), &mut values);
        let unwanted = unwanted_sql(Viewer::Account(viewer), now, "s.account_id", &mut values);
        let fits = fits_sql(wanted, &mut values);
        // CROSS JOIN: SQLite goes through the list.
        let sql = format!(
            "SELECT s.id AS n FROM {items} i CROSS JOIN statuses s CROSS JOIN accounts a \
             WHERE s.id = i.item AND a.id = s.account_id \
             AND s.reblog_of IS NULL AND {visible}{unwanted} AND ({open}s.account_id = $2 \
             OR EXISTS (SELECT 1 FROM status_mentions lm WHERE lm.status_id = s.id AND lm.account_id = $2) \
             OR EXISTS (SELECT 1 FROM favourites lf WHERE lf.status_id = s.id AND lf.account_id = $2) \
             OR EXISTS (SELECT 1 FROM bookmarks lb WHERE lb.status_id = s.id AND lb.account_id = $2) \
             OR EXISTS (SELECT 1 FROM statuses lr WHERE lr.reblog_of = s.id AND lr.account_id = $2 \
             AND lr.deleted_at IS NULL)) AND {fits} ORDER BY s.id DESC",
            items = dialect::items(self.db.backend, 1, "BIGINT"),
        );
        self.db.numbers(sql, values).await
    }
}

/// Whether the status `s` is as `wanted` says, words and author aside.
fn fits_sql(wanted: &StatusSearch, values: &mut Vec<Value>) -> String {
    let mut conditions = vec!["TRUE".to_owned()];
    for (is_there, condition) in [
        (wanted.has_media, "s.media_ids <> ''"),
        (wanted.has_poll, "s.poll_id IS NOT NULL"),
        (wanted.is_reply, "s.in_reply_to_uri IS NOT NULL"),
        (wanted.is_sensitive, "s.sensitive"),
    ] {
        match is_there {
            Some(true) => conditions.push(condition.to_owned()),
            Some(false) => conditions.push(format!("NOT ({condition})")),
            None => {}
        }
    }
    for (value, condition) in [
        (wanted.since.map(|at| Value::from(at.0)), "s.created_at >= $"),
        (wanted.until.map(|at| Value::from(at.0)), "s.created_at < $"),
        (wanted.language.clone().map(Value::from), "LOWER(s.language) = $"),
    ] {
        if let Some(value) = value {
            values.push(value);
            conditions.push(format!("{condition}{}", values.len()));
        }
    }
    conditions.join(" AND ")
}
