//! What rules may ask about an author and a text. Every count ends early: nothing here takes longer for somebody who has
//! written much.

use std::fmt::Write as _;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, StatusId};

use super::Reads;
use crate::dialect::items;
use crate::error::Result;

/// Rows looked at before somebody counts as one who has published nothing, whom nobody here wrote to, or whose server sent
/// nothing.
const LOOKED_AT: i64 = 200;
/// Names of one text that are looked for.
const NAMES: i64 = 100;

/// What is asked about an author.
#[derive(Clone, Debug)]
pub struct AskedOf<'a> {
    /// Who.
    pub author: AccountId,
    /// Where they live, if not here.
    pub domain: Option<&'a str>,
    /// The status that is judged, where it is stored already: it does not count.
    pub except: Option<StatusId>,
    /// Whether they published anything before.
    pub published: bool,
    /// Whether anybody here has to do with them.
    pub met: bool,
    /// Whether anything came from their server.
    pub heard_of: bool,
    /// From which id on, and to how many, their statuses are counted.
    pub lately: Option<(StatusId, u64)>,
}

/// What was found of an author; nothing of what was not asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FoundOf {
    /// They published something before, that is not between a few people alone, and no boost.
    pub published: bool,
    /// Somebody here follows them, or wrote something that names them.
    pub met: bool,
    /// A status of their server is here.
    pub heard_of: bool,
    /// Statuses and boosts counted.
    pub lately: u64,
}

#[derive(FromQueryResult)]
struct Row {
    published: i64,
    met: i64,
    heard_of: i64,
    lately: i64,
}

/// A name known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownName {
    /// As [`staffroom_domain::names`] has it.
    pub key: String,
    /// Of a school; otherwise of a person.
    pub is_school: bool,
}

impl Reads<'_> {
    /// What is known here of an author, in one question.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of_author(&self, asked: &AskedOf<'_>) -> Result<FoundOf> {
        let mut values: Vec<Value> =
            vec![asked.author.0.into(), asked.except.map_or(0, |id| id.0).into(), LOOKED_AT.into()];
        let mut sql = "SELECT".to_owned();
        let mut column = |name: &str, rows: Option<String>| {
            let counted = match rows {
                Some(rows) => format!("(SELECT COUNT(*) FROM ({rows}) c)"),
                None => "CAST(0 AS BIGINT)".to_owned(),
            };
            let comma = if name == "published" { "" } else { "," };
            let _ = write!(sql, "{comma} {counted} AS {name}");
        };
        // statuses_account
        let published = "SELECT 1 FROM (SELECT s.id, s.reblog_of, s.visibility, s.deleted_at FROM statuses s \
             WHERE s.account_id = $1 ORDER BY s.id DESC LIMIT +$3) p WHERE p.id <> $2 AND p.reblog_of IS NULL \
             AND p.visibility <> 3 AND p.deleted_at IS NULL LIMIT 1";
        column("published", asked.published.then(|| published.to_owned()));
        // follows_target, status_mentions_account
        let met = "SELECT 1 FROM (SELECT f.account_id FROM follows f WHERE f.target_id = $1 LIMIT +$3) f \
             JOIN accounts l ON l.id = f.account_id WHERE l.domain IS NULL AND l.tag IS NULL UNION ALL \
             SELECT 1 FROM (SELECT m.status_id FROM status_mentions m WHERE m.account_id = $1 \
             ORDER BY m.status_id DESC LIMIT +$3) m JOIN statuses s ON s.id = m.status_id \
             WHERE s.local AND s.deleted_at IS NULL";
        column("met", asked.met.then(|| met.to_owned()));
        // accounts_domain_username, statuses_account
        let heard_of = asked.domain.filter(|_| asked.heard_of).map(|domain| {
            values.push(domain.into());
            format!(
                "SELECT 1 FROM (SELECT a.id FROM accounts a WHERE a.domain = ${} LIMIT +$3) k \
                 WHERE EXISTS (SELECT 1 FROM statuses s WHERE s.account_id = k.id AND s.id <> $2) LIMIT 1",
                values.len()
            )
        });
        column("heard_of", heard_of);
        // statuses_account
        let lately = asked.lately.map(|(since, most)| {
            values.extend([since.0.into(), i64::try_from(most).unwrap_or(i64::MAX).into()]);
            let (since, most) = (values.len() - 1, values.len());
            format!(
                "SELECT 1 FROM statuses s WHERE s.account_id = $1 AND s.id >= ${since} AND s.id <> $2 LIMIT +${most}"
            )
        });
        column("lately", lately);
        // Whatever is asked, every parameter stands in the statement.
        sql.push_str(" WHERE CAST($1 AS BIGINT) <> 0 AND CAST($2 AS BIGINT) >= 0 AND CAST($3 AS BIGINT) > 0");
        let row = self.db.one::<Row>(sql, values).await?;
        let row = row.unwrap_or(Row { published: 0, met: 0, heard_of: 0, lately: 0 });
        Ok(FoundOf {
            published: row.published > 0,
            met: row.met > 0,
            heard_of: row.heard_of > 0,
            lately: u64::try_from(row.lately).unwrap_or_default(),
        })
    }

    /// Which of `keys` are names of schools here, and of people here who were let in, `except` left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn known_names(&self, keys: &[&str], except: AccountId) -> Result<Vec<KnownName>> {
        #[derive(FromQueryResult)]
        struct Row {
            name_key: String,
            kind: i64,
        }
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let items = items(self.db.backend, 1, "TEXT");
        // organisations_name_key, accounts_name_key
        let sql = format!(
            "SELECT o.name_key AS name_key, CAST(1 AS BIGINT) AS kind FROM organisations o \
             WHERE o.name_key IS NOT NULL AND o.name_key IN {items} UNION \
             SELECT a.name_key AS name_key, CAST(0 AS BIGINT) AS kind FROM accounts a \
             WHERE a.name_key IS NOT NULL AND a.name_key IN {items} AND a.id <> $2 AND a.suspended_at IS NULL \
             AND a.deleted_at IS NULL AND EXISTS (SELECT 1 FROM users u WHERE u.account_id = a.id \
             AND u.confirmed_at IS NOT NULL AND u.approved_at IS NOT NULL) ORDER BY kind, name_key LIMIT +$3"
        );
        let values = vec![crate::db::json(&keys).into(), except.0.into(), NAMES.into()];
        let rows = self.db.all::<Row>(sql, values).await?;
        Ok(rows.into_iter().map(|row| KnownName { key: row.name_key, is_school: row.kind == 1 }).collect())
    }
}
