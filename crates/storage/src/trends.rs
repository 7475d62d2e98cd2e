//! What is talked about now: looked for from time to time among the newest public statuses, kept in a small table.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, CardId, StatusId, TagId};
use staffroom_domain::trend::{DayOfUse, TrendKind, TrendingLink, TrendingTag};
use staffroom_domain::{Timestamp, Viewer};

use crate::cards::{COLUMNS as CARD_COLUMNS, Row as Card};
use crate::db::json;
use crate::error::{Result, StorageError};
use crate::timelines::{AUTHOR_IS_HERE, PUBLIC, unwanted_sql};

crate::db::noun!();

/// Use of a hashtag by one author on one day, among the statuses looked at.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct TagUse {
    /// The hashtag.
    pub tag_id: i64,
    /// Days since the Unix epoch.
    pub day: i64,
    /// The author.
    pub account_id: i64,
    /// Statuses of that author with it on that day.
    pub uses: i64,
}

/// A status that may be talked about.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Candidate {
    /// The status.
    pub id: i64,
    /// When it was published, in milliseconds.
    pub created_at: i64,
    /// People other than the author who favourited or boosted it.
    pub people: i64,
}

/// A page linked to by a status.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct LinkUse {
    /// The page (`preview_cards`).
    pub card_id: i64,
    /// The author.
    pub account_id: i64,
    /// When the status was published, in milliseconds.
    pub created_at: i64,
}

/// A trend to be kept.
#[derive(Clone, Debug)]
pub struct NewTrend {
    /// The hashtag, status or page.
    pub target_id: i64,
    /// Spelling of the hashtag; empty for others.
    pub name: String,
    /// Its use.
    pub history: Vec<DayOfUse>,
}

/// Authors who want to be found.
pub(crate) const AUTHOR_IS_FOUND: &str =
    " AND EXISTS (SELECT 1 FROM accounts da WHERE da.id = s.account_id AND da.discoverable)";

/// Statuses `s` shown as talked about, whoever looks.
fn shown_sql() -> String {
    format!("{PUBLIC}{AUTHOR_IS_HERE}{AUTHOR_IS_FOUND}")
}

/// What a moderator rejected is left out, unless all is asked for.
const fn allowed_sql(all: bool) -> &'static str {
    if all {
        ""
    } else {
        " AND NOT EXISTS (SELECT 1 FROM trend_decisions d WHERE d.kind = t.kind AND d.target_id = t.target_id \
         AND NOT d.allowed)"
    }
}

fn bound(n: u64) -> Value {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

fn days(text: &str) -> Result<Vec<DayOfUse>> {
    let days: Vec<(i64, i64, i64)> =
        serde_json::from_str(text).map_err(|_| StorageError::Corrupt { what: "trends.history" })?;
    Ok(days.into_iter().map(|(day, statuses, accounts)| DayOfUse { day, statuses, accounts }).collect())
}

#[derive(FromQueryResult)]
struct Row {
    target_id: i64,
    name: String,
    history: String,
}

impl Reads<'_> {
    /// Who used which hashtag on which day, among the newest `among` public statuses with ids from `floor` on.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tag_uses(&self, floor: i64, among: i64) -> Result<Vec<TagUse>> {
        // statuses_public, status_tags_status
        let sql = format!(
            "SELECT t.tag_id, n.created_at / 86400000 AS day, n.account_id, COUNT(*) AS uses FROM \
             (SELECT s.id, s.account_id, s.created_at FROM statuses s WHERE {PUBLIC} AND s.id >= $1{AUTHOR_IS_HERE} \
             ORDER BY s.id DESC LIMIT +$2) n JOIN status_tags t ON t.status_id = n.id \
             GROUP BY t.tag_id, n.created_at / 86400000, n.account_id"
        );
        self.db.all(sql, vec![floor.into(), among.into()]).await
    }

    /// Spellings of hashtags, by id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn spellings(&self, tags: &[TagId]) -> Result<Vec<(TagId, String)>> {
        #[derive(FromQueryResult)]
        struct Spelling {
            id: i64,
            display: String,
        }
        let mut values = Vec::new();
        let list = crate::db::in_list(&mut values, tags.iter().map(|t| t.0));
        let sql = format!("SELECT id, display FROM hashtags WHERE id IN ({list})");
        Ok(self.db.all::<Spelling>(sql, values).await?.into_iter().map(|s| (TagId(s.id), s.display)).collect())
    }

    /// Statuses that start something, by authors who want to be found, which at least `people` others favourited or
    /// boosted, among the newest `among` public ones with ids from `floor` on.
    ///
    /// # Errors
    /// The database failed.
    pub async fn candidates(&self, floor: i64, among: i64, people: i64) -> Result<Vec<Candidate>> {
        // statuses_public, favourites_status, statuses_one_reblog
        let sql = format!(
            "SELECT n.id, n.created_at, n.people FROM (SELECT w.id, w.created_at, (SELECT COUNT(*) FROM \
             (SELECT f.account_id FROM favourites f WHERE f.status_id = w.id AND f.account_id <> w.account_id \
             UNION SELECT r.account_id FROM statuses r WHERE r.reblog_of = w.id AND r.deleted_at IS NULL \
             AND r.account_id <> w.account_id) p) AS people FROM \
             (SELECT s.id, s.account_id, s.created_at FROM statuses s WHERE {PUBLIC} AND s.id >= $1 \
             AND s.in_reply_to_uri IS NULL AND NOT s.sensitive AND s.favourites_count + s.reblogs_count > 0\
             {AUTHOR_IS_HERE}{AUTHOR_IS_FOUND} ORDER BY s.id DESC LIMIT +$2) w) n WHERE n.people >= $3"
        );
        self.db.all(sql, vec![floor.into(), among.into(), people.into()]).await
    }

    /// Pages linked to by authors who want to be found, among the newest `among` public statuses of theirs with ids from
    /// `floor` on.
    ///
    /// # Errors
    /// The database failed.
    pub async fn link_uses(&self, floor: i64, among: i64) -> Result<Vec<LinkUse>> {
        // statuses_public, primary key of status_cards
        let sql = format!(
            "SELECT l.card_id, n.account_id, n.created_at FROM (SELECT s.id, s.account_id, s.created_at FROM statuses s \
             WHERE {PUBLIC} AND s.id >= $1{AUTHOR_IS_HERE}{AUTHOR_IS_FOUND} ORDER BY s.id DESC LIMIT +$2) n \
             JOIN status_cards l ON l.status_id = n.id"
        );
        self.db.all(sql, vec![floor.into(), among.into()]).await
    }

    /// Hashtags talked about, those most talked about first; also the rejected ones if `all`.
    ///
    /// # Errors
    /// The database failed, or holds something else.
    pub async fn tags(&self, all: bool, limit: u64, offset: u64) -> Result<Vec<TrendingTag>> {
        let allowed = allowed_sql(all);
        let sql = format!(
            "SELECT t.target_id, t.name, t.history FROM trends t WHERE t.kind = 'tags'{allowed} \
             ORDER BY t.place LIMIT +$1 OFFSET $2"
        );
        let tag = |row: Row| Ok(TrendingTag { id: TagId(row.target_id), name: row.name, history: days(&row.history)? });
        self.db.all::<Row>(sql, vec![bound(limit), bound(offset)]).await?.into_iter().map(tag).collect()
    }

    /// Pages talked about, those most talked about first; also the rejected ones if `all`.
    ///
    /// # Errors
    /// The database failed, or holds something else.
    pub async fn links(&self, all: bool, limit: u64, offset: u64) -> Result<Vec<TrendingLink>> {
        #[derive(FromQueryResult)]
        struct Linked {
            target_id: i64,
            history: String,
            #[sea_orm(nested)]
            card: Card,
        }
        let allowed = allowed_sql(all);
        let sql = format!(
            "SELECT t.target_id, t.history, {CARD_COLUMNS} FROM trends t JOIN preview_cards c ON c.id = t.target_id \
             WHERE t.kind = 'links'{allowed} ORDER BY t.place LIMIT +$1 OFFSET $2"
        );
        let link = |row: Linked| {
            Ok(TrendingLink { id: CardId(row.target_id), card: row.card.into(), history: days(&row.history)? })
        };
        self.db.all::<Linked>(sql, vec![bound(limit), bound(offset)]).await?.into_iter().map(link).collect()
    }

    /// Statuses talked about that are still public and that the viewer wants to see, those most talked about first; also
    /// the rejected ones if `all`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn statuses(
        &self,
        viewer: Viewer,
        now: Timestamp,
        all: bool,
        limit: u64,
        offset: u64,
    ) -> Result<Vec<StatusId>> {
        let (allowed, shown) = (allowed_sql(all), shown_sql());
        let mut values = vec![bound(limit), bound(offset)];
        let unwanted = unwanted_sql(viewer, now, "s.account_id", &mut values);
        let sql = format!(
            "SELECT t.target_id AS n FROM trends t JOIN statuses s ON s.id = t.target_id WHERE t.kind = 'statuses' \
             AND {shown}{unwanted}{allowed} ORDER BY t.place LIMIT +$1 OFFSET $2"
        );
        Ok(self.db.numbers(sql, values).await?.into_iter().map(StatusId).collect())
    }

    /// What was decided about trends of a kind that are talked about now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decisions(&self, kind: TrendKind) -> Result<Vec<(i64, bool)>> {
        #[derive(FromQueryResult)]
        struct Decision {
            target_id: i64,
            allowed: bool,
        }
        // primary key of trend_decisions
        let sql = "SELECT d.target_id, d.allowed FROM trends t JOIN trend_decisions d ON d.kind = t.kind \
                   AND d.target_id = t.target_id WHERE t.kind = $1";
        let rows = self.db.all::<Decision>(sql, vec![kind.as_str().into()]).await?;
        Ok(rows.into_iter().map(|row| (row.target_id, row.allowed)).collect())
    }
}

impl Writes<'_> {
    /// Keeps what was decided about something that is talked about now, in place of what was decided before; false when it
    /// is not talked about, or not shown any more. Without `by` it was the operator.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decide(
        &self,
        kind: TrendKind,
        id: i64,
        allowed: bool,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Result<bool> {
        let shown = match kind {
            TrendKind::Tags => String::new(),
            TrendKind::Statuses => {
                format!(" AND EXISTS (SELECT 1 FROM statuses s WHERE s.id = t.target_id AND {})", shown_sql())
            }
            TrendKind::Links => " AND EXISTS (SELECT 1 FROM preview_cards c WHERE c.id = t.target_id)".to_owned(),
        };
        let sql = format!(
            "INSERT INTO trend_decisions (kind, target_id, allowed, decided_by, decided_at) \
             SELECT t.kind, t.target_id, CAST($3 AS BOOLEAN), CAST($4 AS BIGINT), CAST($5 AS BIGINT) \
             FROM trends t WHERE t.kind = $1 AND t.target_id = $2{shown} ON CONFLICT (kind, target_id) DO UPDATE \
             SET allowed = excluded.allowed, decided_by = excluded.decided_by, decided_at = excluded.decided_at"
        );
        let by = by.map_or(0, |by| by.0);
        let values = vec![kind.as_str().into(), id.into(), allowed.into(), by.into(), now.0.into()];
        Ok(self.db.run(sql, values).await? > 0)
    }

    /// Keeps new trends of a kind in place of the old ones, in their order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn replace(&self, kind: TrendKind, trends: &[NewTrend]) -> Result<()> {
        let kind = kind.as_str();
        self.db.run("DELETE FROM trends WHERE kind = $1", vec![kind.into()]).await?;
        let rows = trends.iter().zip(0_i64..).map(|(trend, place)| {
            let history: Vec<_> = trend.history.iter().map(|d| (d.day, d.statuses, d.accounts)).collect();
            vec![kind.into(), place.into(), trend.target_id.into(), trend.name.clone().into(), json(&history).into()]
        });
        let head = "INSERT INTO trends (kind, place, target_id, name, history)";
        self.db.insert_many(head, rows.collect(), "ON CONFLICT DO NOTHING").await?;
        Ok(())
    }
}
