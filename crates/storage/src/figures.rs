//! Counting what went on, day by day: for moderators. Every count walks an index over the days asked for.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::figures::{Dimension, DimensionRow, Figure, Span};
use staffroom_domain::ids::{AccountId, floor_at};

use crate::dialect;
use crate::error::Result;
use crate::timelines::PUBLIC;

crate::db::noun!();

/// The day an id was made on: its first 47 bits are milliseconds.
macro_rules! day_of_id {
    ($id:literal) => {
        concat!($id, " / 65536 / 86400000")
    };
}

/// Statuses looked at for where they come from and in which languages they are: the newest of the days asked for.
const AMONG: i64 = 20_000;

#[derive(FromQueryResult)]
struct Day {
    day: i64,
    n: i64,
}

#[derive(FromQueryResult)]
struct Named {
    name: Option<String>,
    n: i64,
}

#[derive(FromQueryResult)]
struct File {
    day: i64,
    url: String,
}

#[derive(FromQueryResult)]
struct Version {
    text: String,
}

#[derive(FromQueryResult)]
struct Person {
    created_at: i64,
    last_active_at: Option<i64>,
}

impl Reads<'_> {
    /// What was counted on each day with anything to count, in no particular order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn days(&self, figure: &Figure, span: Span) -> Result<Vec<(i64, i64)>> {
        let (columns, from, day) = parts(figure);
        let (condition, values) = bounds(figure, span);
        let sql = format!("SELECT {day} AS day, {columns} AS n FROM {from} WHERE {condition} GROUP BY {day}");
        Ok(self.db.all::<Day>(sql, values).await?.into_iter().map(|row| (row.day, row.n)).collect())
    }

    /// What was counted in all the days together: somebody who was there on two days is one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn total(&self, figure: &Figure, span: Span) -> Result<i64> {
        let (columns, from, _) = parts(figure);
        let (condition, values) = bounds(figure, span);
        let sql = format!("SELECT {columns} AS n FROM {from} WHERE {condition}");
        Ok(self.db.number(sql, values).await?.unwrap_or(0))
    }

    /// The most frequent values of a dimension, the most frequent first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn frequent(&self, dimension: &Dimension, span: Span, limit: i64) -> Result<Vec<DimensionRow>> {
        let (times, ids) = ([span.start.0, span.end.0], [floor_at(span.start), floor_at(span.end)]);
        let ([start, end], more): ([i64; 2], Option<Value>) = match dimension {
            Dimension::Languages | Dimension::Sources => (times, None),
            Dimension::Servers => (ids, None),
            Dimension::TagServers(tag) | Dimension::TagLanguages(tag) => (ids, Some(tag.0.into())),
            Dimension::InstanceAccounts(domain) => ([0, i64::MAX], Some(domain.as_str().into())),
            Dimension::InstanceLanguages(domain) => (ids, Some(domain.as_str().into())),
        };
        let (name, from) = match dimension {
            // people here are few
            Dimension::Languages => ("u.locale", "users u WHERE u.last_active_at >= $1 AND u.last_active_at < $2".to_owned()),
            // tokens_account
            Dimension::Sources => (
                "p.name",
                "users u LEFT JOIN tokens t ON t.id = (SELECT MIN(f.id) FROM tokens f WHERE f.account_id = u.account_id) \
                 LEFT JOIN apps p ON p.id = t.app_id WHERE u.created_at >= $1 AND u.created_at < $2"
                    .to_owned(),
            ),
            Dimension::Servers => (
                "a.domain",
                format!(
                    "(SELECT s.account_id FROM statuses s WHERE s.id >= $1 AND s.id < $2 AND s.deleted_at IS NULL \
                     ORDER BY s.id DESC LIMIT +{AMONG}) w JOIN accounts a ON a.id = w.account_id"
                ),
            ),
            Dimension::TagServers(_) => ("a.domain", tagged("JOIN accounts a ON a.id = w.account_id")),
            Dimension::TagLanguages(_) => ("w.language", tagged("")),
            // accounts_domain_username
            Dimension::InstanceAccounts(_) => (
                "w.username",
                "(SELECT a.username, a.followers_count FROM accounts a WHERE a.domain = $3 AND a.deleted_at IS NULL \
                 AND a.id >= $1 AND a.id < $2) w"
                    .to_owned(),
            ),
            Dimension::InstanceLanguages(_) => (
                "w.language",
                format!(
                    "(SELECT s.language FROM accounts a JOIN statuses s ON s.account_id = a.id WHERE a.domain = $3 \
                     AND s.id >= $1 AND s.id < $2 AND s.deleted_at IS NULL ORDER BY s.id DESC LIMIT +{AMONG}) w"
                ),
            ),
        };
        let count = if matches!(dimension, Dimension::InstanceAccounts(_)) {
            "CAST(SUM(w.followers_count) AS BIGINT)"
        } else {
            "COUNT(*)"
        };
        let mut values: Vec<Value> = vec![start.into(), end.into()];
        values.extend(more);
        values.push(limit.into());
        let last = values.len();
        let sql = format!(
            "SELECT {name} AS name, {count} AS n FROM {from} GROUP BY {name} ORDER BY n DESC, name LIMIT +${last}"
        );
        let row = |row: Named| DimensionRow { name: row.name, count: row.n };
        Ok(self.db.all::<Named>(sql, values).await?.into_iter().map(row).collect())
    }

    /// Where the newest attachments of a domain's accounts lie there, with the day each became known on.
    ///
    /// # Errors
    /// The database failed.
    pub async fn files_of(&self, domain: &str) -> Result<Vec<(i64, String)>> {
        // accounts_domain_username, media_unattached
        let sql = format!(
            "SELECT m.created_at / 86400000 AS day, m.remote_url AS url FROM accounts a \
             JOIN media_attachments m ON m.account_id = a.id WHERE a.domain = $1 AND m.remote_url IS NOT NULL \
             ORDER BY m.id DESC LIMIT +{AMONG}"
        );
        let rows = self.db.all::<File>(sql, vec![domain.into()]).await?;
        Ok(rows.into_iter().map(|row| (row.day, row.url)).collect())
    }

    /// What the database is called, and its version.
    ///
    /// # Errors
    /// The database failed.
    pub async fn database(&self) -> Result<(&'static str, String)> {
        let version = self.db.one::<Version>(dialect::version(self.db.backend), vec![]).await?;
        Ok((dialect::name(self.db.backend), version.map(|row| row.text).unwrap_or_default()))
    }

    /// Bytes the database takes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn database_bytes(&self) -> Result<i64> {
        Ok(self.db.number(dialect::size(self.db.backend), vec![]).await?.unwrap_or(0))
    }

    /// When people who came in these days came, and when they were last seen.
    ///
    /// # Errors
    /// The database failed.
    pub async fn arrivals(&self, span: Span) -> Result<Vec<(Timestamp, Timestamp)>> {
        let sql = "SELECT created_at, last_active_at FROM users WHERE created_at >= $1 AND created_at < $2";
        let rows = self.db.all::<Person>(sql, vec![span.start.0.into(), span.end.0.into()]).await?;
        let seen = |row: Person| {
            (Timestamp(row.created_at), Timestamp(row.last_active_at.unwrap_or_default().max(row.created_at)))
        };
        Ok(rows.into_iter().map(seen).collect())
    }
}

impl Writes<'_> {
    /// Notes that somebody was active on a day (days since the Unix epoch).
    ///
    /// # Errors
    /// The database failed.
    pub async fn note_active(&self, day: i64, account: AccountId) -> Result<()> {
        let sql = "INSERT INTO active_days (day, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.db.run(sql, vec![day.into(), account.0.into()]).await?;
        Ok(())
    }

    /// Forgets when somebody was active.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_all_of(&self, account: AccountId) -> Result<()> {
        // active_days_account, active_weeks_account
        self.db.run("DELETE FROM active_days WHERE account_id = $1", vec![account.0.into()]).await?;
        self.db.run("DELETE FROM active_weeks WHERE account_id = $1", vec![account.0.into()]).await?;
        Ok(())
    }

    /// Forgets who was active before a day.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_active(&self, day: i64) -> Result<u64> {
        self.db.run("DELETE FROM active_days WHERE day < $1", vec![day.into()]).await
    }
}

/// Statuses with the hashtag `$3`, by its index, and what else is joined to them.
fn tagged(joined: &str) -> String {
    format!(
        "(SELECT s.account_id, s.language FROM status_tags g JOIN statuses s ON s.id = g.status_id WHERE g.tag_id = $3 \
         AND g.status_id >= $1 AND g.status_id < $2 AND {PUBLIC} ORDER BY s.id DESC LIMIT +{AMONG}) w {joined}"
    )
}

/// What is counted, of which rows, and on which day each is.
const fn parts(figure: &Figure) -> (&'static str, &'static str, &'static str) {
    const TAGGED: &str = "status_tags g JOIN statuses s ON s.id = g.status_id";
    const TAGGED_BY: &str =
        "status_tags g JOIN statuses s ON s.id = g.status_id JOIN accounts a ON a.id = s.account_id";
    match figure {
        Figure::ActiveUsers => ("COUNT(DISTINCT d.account_id)", "active_days d", "d.day"),
        Figure::NewUsers => ("COUNT(*)", "users u", "u.created_at / 86400000"),
        Figure::Interactions => (
            "COUNT(*)",
            "(SELECT f.id FROM favourites f JOIN accounts a ON a.id = f.account_id \
             WHERE f.id >= $1 AND f.id < $2 AND a.domain IS NULL UNION ALL SELECT s.id FROM statuses s \
             WHERE s.local AND s.deleted_at IS NULL AND s.id >= $1 AND s.id < $2 \
             AND (s.reblog_of IS NOT NULL OR s.in_reply_to_uri IS NOT NULL)) i",
            day_of_id!("i.id"),
        ),
        Figure::OpenedReports => ("COUNT(*)", "reports r", day_of_id!("r.id")),
        Figure::ResolvedReports => ("COUNT(*)", "reports r", "r.resolved_at / 86400000"),
        Figure::TagAccounts(_) => ("COUNT(DISTINCT s.account_id)", TAGGED, day_of_id!("g.status_id")),
        Figure::TagUses(_) => ("COUNT(*)", TAGGED, day_of_id!("g.status_id")),
        Figure::TagServers(_) => ("COUNT(DISTINCT COALESCE(a.domain, ''))", TAGGED_BY, day_of_id!("g.status_id")),
        Figure::InstanceAccounts(_) => ("COUNT(*)", "accounts a", day_of_id!("a.id")),
        Figure::InstanceStatuses(_) => {
            ("COUNT(*)", "accounts a JOIN statuses s ON s.account_id = a.id", day_of_id!("s.id"))
        }
        Figure::InstanceReports(_) => {
            ("COUNT(*)", "reports r JOIN accounts a ON a.id = r.target_id", day_of_id!("r.id"))
        }
        Figure::InstanceFollows(_) => {
            ("COUNT(*)", "accounts a JOIN follows f ON f.target_id = a.id", day_of_id!("f.id"))
        }
        Figure::InstanceFollowers(_) => {
            ("COUNT(*)", "accounts a JOIN follows f ON f.account_id = a.id", day_of_id!("f.id"))
        }
    }
}

/// Which rows are counted, with the values of that.
fn bounds(figure: &Figure, span: Span) -> (String, Vec<Value>) {
    let times = || vec![span.start.0.into(), span.end.0.into()];
    let ids = || vec![floor_at(span.start).into(), floor_at(span.end).into()];
    let ids_and = |value: Value| {
        let mut values = ids();
        values.push(value);
        values
    };
    let tagged = || format!("g.tag_id = $3 AND g.status_id >= $1 AND g.status_id < $2 AND {PUBLIC}");
    match figure {
        Figure::ActiveUsers => {
            ("d.day >= $1 AND d.day < $2".to_owned(), vec![span.first_day().into(), span.end_day().into()])
        }
        Figure::NewUsers => ("u.created_at >= $1 AND u.created_at < $2".to_owned(), times()),
        Figure::Interactions => ("i.id IS NOT NULL".to_owned(), ids()),
        // primary key of reports
        Figure::OpenedReports => ("r.id >= $1 AND r.id < $2".to_owned(), ids()),
        // reports_resolved
        Figure::ResolvedReports => ("r.resolved_at >= $1 AND r.resolved_at < $2".to_owned(), times()),
        // primary key of status_tags
        Figure::TagAccounts(tag) | Figure::TagUses(tag) | Figure::TagServers(tag) => (tagged(), ids_and(tag.0.into())),
        // accounts_domain_username, then statuses_account, follows_target, follows_account
        Figure::InstanceAccounts(domain) => {
            ("a.domain = $3 AND a.id >= $1 AND a.id < $2".to_owned(), ids_and(domain.as_str().into()))
        }
        Figure::InstanceStatuses(domain) => (
            "a.domain = $3 AND s.id >= $1 AND s.id < $2 AND s.deleted_at IS NULL".to_owned(),
            ids_and(domain.as_str().into()),
        ),
        Figure::InstanceReports(domain) => {
            ("r.id >= $1 AND r.id < $2 AND a.domain = $3".to_owned(), ids_and(domain.as_str().into()))
        }
        Figure::InstanceFollows(domain) | Figure::InstanceFollowers(domain) => {
            ("a.domain = $3 AND f.accepted AND f.id >= $1 AND f.id < $2".to_owned(), ids_and(domain.as_str().into()))
        }
    }
}
