//! Writing the index: with every status, edit and mark of a reader, and again piece by piece.

use std::collections::HashMap;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Visibility;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::status::Status;
use staffroom_domain::status_search::words;
use staffroom_domain::text::to_plain;

use super::{OPEN, Reads, Writes, kept_by, written_by};
use crate::db::{Db, in_list};
use crate::dialect;
use crate::error::Result;
use crate::statuses::{COLUMNS, Row, statuses_from};

/// People here who find one status because it is in their library, at most. PostgreSQL keeps less than a MiB of one
/// entry: so many marks are an eighth of that, and [`words`] are half of it at most.
const MAX_READERS: usize = 5_000;

/// Where more people than this favourited and boosted a status, those here are looked through instead of all of them.
const POPULAR: i64 = 10_000;

/// Puts a status that nobody can have marked yet into the index; those of `people` who are from here find it.
pub(crate) async fn index_new(db: Db<'_>, status: &Status, people: &[AccountId]) -> Result<()> {
    let here = from_here(db, people).await?;
    write(db, status, &here, &[]).await
}

/// Puts a status that this transaction changed into the index, in place of what is there.
pub(crate) async fn index(db: Db<'_>, status: &Status) -> Result<()> {
    write_all(db, std::slice::from_ref(status), &[]).await
}

/// Lets those of `people` who are from here find a status that they marked or are named in. Nobody takes such a mark
/// away: whoever searches is asked whether it still holds.
pub(crate) async fn index_for(db: Db<'_>, people: &[AccountId], id: StatusId) -> Result<()> {
    let here = from_here(db, people).await?;
    if !here.is_empty() {
        // Others who mark it refer to its row as well: a lock on its key would have them wait for each other in a circle.
        read_in(db, &[id.0], &here, dialect::for_no_key_update(db.backend)).await?;
    }
    Ok(())
}

/// Those of `people` who are from here.
async fn from_here(db: Db<'_>, people: &[AccountId]) -> Result<Vec<AccountId>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = Vec::new();
    let list = in_list(&mut values, people.iter().map(|who| who.0));
    let here = db.numbers(format!("SELECT account_id AS n FROM users WHERE account_id IN ({list})"), values).await?;
    Ok(here.into_iter().map(AccountId).collect())
}

/// Puts those of `ids` that are there into the index as they are, locked by `lock` so that no edit comes between; which
/// they were, newest first. `people` find them in any case.
async fn read_in(db: Db<'_>, ids: &[i64], people: &[AccountId], lock: &str) -> Result<Vec<i64>> {
    let mut values: Vec<Value> = Vec::new();
    let list = in_list(&mut values, ids.iter().copied());
    let sql = format!(
        "SELECT {COLUMNS} FROM statuses s WHERE s.id IN ({list}) AND s.deleted_at IS NULL ORDER BY s.id DESC{lock}"
    );
    let statuses = statuses_from(db.all::<Row>(sql, values).await?)?;
    write_all(db, &statuses, people).await?;
    Ok(statuses.iter().map(|status| status.id.0).collect())
}

async fn write_all(db: Db<'_>, statuses: &[Status], people: &[AccountId]) -> Result<()> {
    let (popular, others): (Vec<&Status>, Vec<&Status>) =
        statuses.iter().partition(|status| status.favourites_count + status.reblogs_count > POPULAR);
    let mut readers: HashMap<i64, Vec<AccountId>> = HashMap::new();
    read_readers(db, &others, false, &mut readers).await?;
    read_readers(db, &popular, true, &mut readers).await?;
    for status in statuses {
        write(db, status, people, readers.get(&status.id.0).map(Vec::as_slice).unwrap_or_default()).await?;
    }
    Ok(())
}

/// Adds the people here in whose library these statuses are, by status, newest mark first.
async fn read_readers(
    db: Db<'_>,
    statuses: &[&Status],
    are_popular: bool,
    readers: &mut HashMap<i64, Vec<AccountId>>,
) -> Result<()> {
    #[derive(FromQueryResult)]
    struct Reader {
        status_id: i64,
        account_id: i64,
    }
    if statuses.is_empty() {
        return Ok(());
    }
    let mut values: Vec<Value> = Vec::new();
    let list = in_list(&mut values, statuses.iter().map(|status| status.id.0));
    // CROSS JOIN: SQLite begins with what stands first, the marks or the people here.
    // favourites_status or favourites_pair, bookmarks_status or bookmarks_pair, statuses_one_reblog, primary key of
    // status_mentions
    let from = |table: &str| {
        if are_popular { format!("users u CROSS JOIN {table} m") } else { format!("{table} m CROSS JOIN users u") }
    };
    let sql = format!(
        "SELECT x.status_id, x.account_id FROM \
         (SELECT m.status_id, m.account_id, m.status_id AS marked FROM {mentions} \
         WHERE m.account_id = u.account_id AND m.status_id IN ({list}) \
         UNION ALL SELECT m.status_id, m.account_id, m.id FROM {favourites} \
         WHERE m.account_id = u.account_id AND m.status_id IN ({list}) \
         UNION ALL SELECT m.status_id, m.account_id, m.id FROM {bookmarks} \
         WHERE m.account_id = u.account_id AND m.status_id IN ({list}) \
         UNION ALL SELECT m.reblog_of, m.account_id, m.id FROM {boosts} \
         WHERE m.account_id = u.account_id AND m.reblog_of IN ({list}) \
         AND m.reblog_of IS NOT NULL AND m.deleted_at IS NULL) x \
         GROUP BY x.status_id, x.account_id ORDER BY MAX(x.marked) DESC",
        mentions = from("status_mentions"),
        favourites = from("favourites"),
        bookmarks = from("bookmarks"),
        boosts = from("statuses"),
    );
    for row in db.all::<Reader>(sql, values).await? {
        readers.entry(row.status_id).or_default().push(AccountId(row.account_id));
    }
    Ok(())
}

/// Boosts have no words of their own. `people` come before `readers`, of whom there may be too many.
async fn write(db: Db<'_>, status: &Status, people: &[AccountId], readers: &[AccountId]) -> Result<()> {
    if status.reblog_of.is_some() {
        return Ok(());
    }
    let text = format!("{}\n{}", status.spoiler_text, to_plain(&status.content));
    let words = words(&text);
    let kept = people.iter().chain(readers.iter().filter(|reader| !people.contains(reader)));
    let kept = kept.take(MAX_READERS).map(|reader| kept_by(*reader));
    let marks: Vec<String> = std::iter::once(written_by(status.account_id)).chain(kept).collect();
    let mut marks: Vec<&str> = marks.iter().map(String::as_str).collect();
    let plain = dialect::indexed(db.backend, &words, &marks);
    marks.push(OPEN);
    let open = dialect::indexed(db.backend, &words, &marks);
    let sql = format!(
        "INSERT INTO status_search (rowid, words) SELECT CAST($1 AS BIGINT), \
         CASE WHEN a.indexable AND a.silenced_at IS NULL AND a.suspended_at IS NULL AND $5 THEN {word} ELSE {other} END \
         FROM accounts a WHERE a.id = $4{over}",
        word = dialect::as_indexed(db.backend, 2),
        other = dialect::as_indexed(db.backend, 3),
        over = dialect::over_indexed(db.backend),
    );
    let is_public = status.visibility == Visibility::Public;
    let values = vec![status.id.0.into(), open.into(), plain.into(), status.account_id.0.into(), is_public.into()];
    db.run("DELETE FROM status_search WHERE rowid = $1", vec![status.id.0.into()]).await?;
    db.run(sql, values).await?;
    Ok(())
}

impl Reads<'_> {
    /// The newest status before `before` (0: of all there are), of one author or of all.
    ///
    /// # Errors
    /// The database failed.
    pub async fn newest_before(&self, author: Option<AccountId>, before: StatusId) -> Result<Option<StatusId>> {
        Ok(self.ids_before(author, before, 1).await?.first().copied().map(StatusId))
    }

    /// Newest first.
    async fn ids_before(&self, author: Option<AccountId>, before: StatusId, limit: u16) -> Result<Vec<i64>> {
        let before = if before.0 > 0 { before.0 } else { i64::MAX };
        let mut values: Vec<Value> = vec![before.into(), i64::from(limit).into()];
        let by = match author {
            Some(author) => {
                values.push(author.0.into());
                "account_id = $3 AND "
            }
            None => "",
        };
        let sql =
            format!("SELECT id AS n FROM statuses WHERE {by}id < $1 AND deleted_at IS NULL ORDER BY id DESC LIMIT +$2");
        self.db.numbers(sql, values).await
    }
}

impl Writes<'_> {
    /// Reads up to `limit` of the newest statuses before `before` (0: of all there are), of one author or of all, into
    /// the index; the last of them, `None` when there are no more. It is `before` itself when another transaction holds
    /// the next one: nobody waits in a circle.
    ///
    /// # Errors
    /// The database failed, or one of the statuses cannot be read.
    pub async fn index_before(
        &self,
        author: Option<AccountId>,
        before: StatusId,
        limit: u16,
    ) -> Result<Option<StatusId>> {
        let ids = self.ids_before(author, before, limit).await?;
        if ids.is_empty() {
            return Ok(None);
        }
        let done = read_in(self.db, &ids, &[], dialect::skip_held(self.db.backend)).await?;
        let last = ids.iter().zip(&done).take_while(|(id, done)| id == done).last();
        Ok(Some(last.map_or(before, |(id, _)| StatusId(*id))))
    }
}
