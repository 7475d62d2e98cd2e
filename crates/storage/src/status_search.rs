//! The index that finds statuses by their words: FTS5 on SQLite, `tsvector` on PostgreSQL.
//!
//! Beside its words a status has marks: `+by` and the id of its author, and `+open` when it is public and its author lets
//! anybody find it. Of each kind of match only the newest are looked at, so that a word which everybody uses costs no more
//! than a rare one.

use std::collections::BTreeSet;

use sea_orm::Value;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::status::Status;
use staffroom_domain::status_search::{StatusSearch, Term, words};
use staffroom_domain::text::to_plain;
use staffroom_domain::{Timestamp, Viewer, Visibility};

use crate::db::{Db, in_list};
use crate::dialect;
use crate::error::Result;
use crate::statuses::{COLUMNS, Row, statuses_from, visible_sql};
use crate::timelines::unwanted_sql;

crate::db::noun!();

/// So many of the newest matches of each kind are looked at.
const CANDIDATES: i64 = 1_000;
/// So many of them at once.
const PIECE: usize = 200;

/// Puts a status into the index, in place of what is there. Boosts have no words of their own.
pub(crate) async fn index(db: Db<'_>, status: &Status) -> Result<()> {
    if status.reblog_of.is_some() {
        return Ok(());
    }
    let text = format!("{}\n{}", status.spoiler_text, to_plain(&status.content));
    let (words, by) = (words(&text), mark_of(status.account_id));
    let plain = dialect::indexed(db.backend, &words, &[&by]);
    let open = dialect::indexed(db.backend, &words, &[&by, OPEN]);
    let sql = format!(
        "INSERT INTO status_search (rowid, words) SELECT CAST($1 AS BIGINT), \
         CASE WHEN a.indexable AND $5 THEN {word} ELSE {other} END FROM accounts a WHERE a.id = $4",
        word = dialect::as_indexed(db.backend, 2),
        other = dialect::as_indexed(db.backend, 3),
    );
    let is_public = status.visibility == Visibility::Public;
    let values = vec![status.id.0.into(), open.into(), plain.into(), status.account_id.0.into(), is_public.into()];
    db.run("DELETE FROM status_search WHERE rowid = $1", vec![status.id.0.into()]).await?;
    db.run(sql, values).await?;
    Ok(())
}

/// The mark of what anybody may find.
const OPEN: &str = "+open";

fn mark_of(author: AccountId) -> String {
    format!("+by{}", author.0)
}

impl Reads<'_> {
    /// Statuses with the words of `wanted` that `viewer` may see and find: public ones of authors who let anybody find
    /// them, and what the viewer wrote, is named in, boosted, bookmarked or took for a favourite. Newest first. With
    /// `from` only those of one author. Among matches that are very many only the newest are found.
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
        let mut found = Vec::new();
        let candidates = self.candidates(viewer, &wanted.terms, from).await?;
        for piece in candidates.chunks(PIECE) {
            found.extend(self.visible_among(viewer, wanted, now, piece).await?);
            if found.len() >= offset + limit {
                break;
            }
        }
        Ok(found.into_iter().skip(offset).take(limit).collect())
    }

    /// The newest that have the words, newest first.
    async fn candidates(&self, viewer: AccountId, terms: &[Term], from: Option<AccountId>) -> Result<Vec<i64>> {
        let kinds: Vec<Option<String>> = match from {
            Some(author) => vec![Some(mark_of(author))],
            None => vec![Some(OPEN.to_owned()), Some(mark_of(viewer)), None],
        };
        let mut ids = BTreeSet::new();
        for mark in kinds {
            let sql = format!(
                "SELECT rowid AS n FROM status_search WHERE {} ORDER BY rowid DESC LIMIT +$2",
                dialect::matches(self.db.backend, 1)
            );
            let values = vec![dialect::search(self.db.backend, terms, mark.as_deref()).into(), CANDIDATES.into()];
            ids.extend(self.db.numbers(sql, values).await?);
        }
        Ok(ids.into_iter().rev().collect())
    }

    /// Which of these the viewer may see and find, newest first.
    async fn visible_among(
        &self,
        viewer: AccountId,
        wanted: &StatusSearch,
        now: Timestamp,
        ids: &[i64],
    ) -> Result<Vec<StatusId>> {
        let mut values: Vec<Value> = vec![viewer.0.into()];
        let list = in_list(&mut values, ids.iter().copied());
        let visible = visible_sql(Viewer::Account(viewer), &mut values);
        let unwanted = unwanted_sql(Viewer::Account(viewer), now, "s.account_id", &mut values);
        let mut sql = format!(
            "SELECT s.id AS n FROM statuses s WHERE s.id IN ({list}) AND s.reblog_of IS NULL AND {visible}{unwanted} AND \
             (s.account_id = $1 \
             OR EXISTS (SELECT 1 FROM status_mentions lm WHERE lm.status_id = s.id AND lm.account_id = $1) \
             OR EXISTS (SELECT 1 FROM favourites lf WHERE lf.status_id = s.id AND lf.account_id = $1) \
             OR EXISTS (SELECT 1 FROM bookmarks lb WHERE lb.status_id = s.id AND lb.account_id = $1) \
             OR EXISTS (SELECT 1 FROM statuses lr WHERE lr.reblog_of = s.id AND lr.account_id = $1 \
             AND lr.deleted_at IS NULL)"
        );
        if !wanted.only_library {
            sql.push_str(
                " OR (s.visibility = 0 AND EXISTS (SELECT 1 FROM accounts la WHERE la.id = s.account_id \
                 AND la.indexable AND la.silenced_at IS NULL))",
            );
        }
        sql.push(')');
        for (is_there, condition) in [
            (wanted.has_media, "s.media_ids <> ''"),
            (wanted.has_poll, "s.poll_id IS NOT NULL"),
            (wanted.is_reply, "s.in_reply_to_uri IS NOT NULL"),
            (wanted.is_sensitive, "s.sensitive"),
        ] {
            match is_there {
                Some(true) => sql.push_str(&format!(" AND {condition}")),
                Some(false) => sql.push_str(&format!(" AND NOT ({condition})")),
                None => {}
            }
        }
        for (value, condition) in [
            (wanted.since.map(|at| Value::from(at.0)), "s.created_at >= $"),
            (wanted.until.map(|at| Value::from(at.0)), "s.created_at < $"),
            (wanted.language.clone().map(Value::from), "s.language = $"),
        ] {
            if let Some(value) = value {
                values.push(value);
                sql.push_str(&format!(" AND {condition}{}", values.len()));
            }
        }
        sql.push_str(" ORDER BY s.id DESC");
        Ok(self.db.numbers(sql, values).await?.into_iter().map(StatusId).collect())
    }
}

impl Writes<'_> {
    /// Reads up to `limit` statuses after `after` into the index; the last of them, `None` when there are no more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn index_after(&self, after: StatusId, limit: u64) -> Result<Option<StatusId>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM statuses s WHERE s.id > $1 AND s.deleted_at IS NULL ORDER BY s.id LIMIT +$2"
        );
        let values = vec![after.0.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
        let statuses = statuses_from(self.db.all::<Row>(sql, values).await?)?;
        for status in &statuses {
            index(self.db, status).await?;
        }
        Ok(statuses.last().map(|status| status.id))
    }
}
