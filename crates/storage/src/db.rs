//! A connection to ask: the reading pool or an open transaction, with short ways to run statements.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, FromQueryResult, Statement, Value};

use staffroom_domain::news::News;

use crate::dialect::gathered;
use crate::error::{Result, StorageError};

/// Where statements go.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a> {
    Pool(&'a DatabaseConnection),
    Tx(&'a DatabaseTransaction),
}

/// A connection to ask. Statements use `$1`, `$2` … on both databases.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Db<'a> {
    pub(crate) target: Target<'a>,
    pub(crate) backend: DbBackend,
    /// Where news of a transaction wait for its commit.
    pub(crate) news: Option<&'a Mutex<Vec<News>>>,
}

/// PostgreSQL keeps no NUL in a text, and nobody means one: it becomes U+FFFD on both databases.
fn without_nul(value: Value) -> Value {
    match value {
        Value::String(Some(text)) if text.contains('\0') => Value::String(Some(text.replace('\0', "\u{fffd}"))),
        value => value,
    }
}

impl Db<'_> {
    /// Tells `news` to whoever listens once the transaction is committed.
    pub(crate) fn tell(&self, news: News) {
        if let Some(waiting) = self.news {
            waiting.lock().unwrap_or_else(PoisonError::into_inner).push(news);
        }
    }

    fn statement(&self, sql: impl Into<String>, values: Vec<Value>) -> Statement {
        let sql = sql.into();
        // SQLite plans for the value of a bare `LIMIT $n`, and so prepares the statement again at every use.
        debug_assert!(!sql.contains("LIMIT $"), "write LIMIT +$n: {sql}");
        Statement::from_sql_and_values(self.backend, sql, values.into_iter().map(without_nul))
    }

    /// All rows.
    pub(crate) async fn all<T: FromQueryResult>(&self, sql: impl Into<String>, values: Vec<Value>) -> Result<Vec<T>> {
        let statement = self.statement(sql, values);
        let rows = match self.target {
            Target::Pool(db) => db.query_all_raw(statement).await?,
            Target::Tx(tx) => tx.query_all_raw(statement).await?,
        };
        Ok(rows.iter().map(|row| T::from_query_result(row, "")).collect::<Result<_, _>>()?)
    }

    /// The first row, if any.
    pub(crate) async fn one<T: FromQueryResult>(
        &self,
        sql: impl Into<String>,
        values: Vec<Value>,
    ) -> Result<Option<T>> {
        let statement = self.statement(sql, values);
        let row = match self.target {
            Target::Pool(db) => db.query_one_raw(statement).await?,
            Target::Tx(tx) => tx.query_one_raw(statement).await?,
        };
        Ok(row.map(|row| T::from_query_result(&row, "")).transpose()?)
    }

    /// One integer (a count, an id), if there is a row. The column must be called `n`.
    pub(crate) async fn number(&self, sql: impl Into<String>, values: Vec<Value>) -> Result<Option<i64>> {
        #[derive(FromQueryResult)]
        struct Number {
            n: i64,
        }
        Ok(self.one::<Number>(sql, values).await?.map(|row| row.n))
    }

    /// All integers of the column called `n`.
    pub(crate) async fn numbers(&self, sql: impl Into<String>, values: Vec<Value>) -> Result<Vec<i64>> {
        #[derive(FromQueryResult)]
        struct Number {
            n: i64,
        }
        Ok(self.all::<Number>(sql, values).await?.into_iter().map(|row| row.n).collect())
    }

    /// All rows of `source` as tuples of `columns` (numbers and texts), in no order. For some hundreds of narrow rows on
    /// a hot path: they come in one piece, because handing a row over costs more than what is in it.
    pub(crate) async fn gathered<T: serde::de::DeserializeOwned>(
        &self,
        columns: &str,
        source: &str,
        values: Vec<Value>,
    ) -> Result<Vec<T>> {
        #[derive(FromQueryResult)]
        struct Gathered {
            text: String,
        }
        let found: Option<Gathered> = self.one(gathered(self.backend, columns, source), values).await?;
        let text = found.map_or_else(|| "[]".to_owned(), |found| found.text);
        serde_json::from_str(&text).map_err(|_| StorageError::Corrupt { what: "list of rows" })
    }

    /// Runs a statement; the number of rows changed.
    pub(crate) async fn run(&self, sql: impl Into<String>, values: Vec<Value>) -> Result<u64> {
        let statement = self.statement(sql, values);
        let done = match self.target {
            Target::Pool(db) => db.execute_raw(statement).await?,
            Target::Tx(tx) => tx.execute_raw(statement).await?,
        };
        Ok(done.rows_affected())
    }

    /// Inserts many rows with one statement per 500: `head` is `INSERT INTO t (a, b)`, `tail` e.g. `ON CONFLICT DO
    /// NOTHING`. All rows must have the same number of values. Returns the number of rows inserted.
    pub(crate) async fn insert_many(&self, head: &str, rows: Vec<Vec<Value>>, tail: &str) -> Result<u64> {
        let mut done = 0;
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let mut sql = format!("{head} VALUES ");
            let mut values = Vec::new();
            for (i, row) in rows.by_ref().take(500).enumerate() {
                sql.push_str(if i == 0 { "(" } else { ", (" });
                push_placeholders(&mut sql, values.len() + 1, row.len());
                sql.push(')');
                values.extend(row);
            }
            sql.push(' ');
            sql.push_str(tail);
            done += self.run(sql, values).await?;
        }
        Ok(done)
    }
}

/// `$3, $4, $5` for `first` 3 and `count` 3: for `IN (…)` lists. At least one (`NULL` when `count` is 0, so that
/// `IN (NULL)` matches nothing).
pub(crate) fn placeholders(first: usize, count: usize) -> String {
    let mut out = String::new();
    if count == 0 {
        out.push_str("NULL");
    } else {
        push_placeholders(&mut out, first, count);
    }
    out
}

/// A value as JSON text for a column.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> String {
    // Strings, numbers and lists always can be written.
    serde_json::to_string(value).unwrap_or_else(|_| "[]".to_owned())
}

pub(crate) fn push_placeholders(out: &mut String, first: usize, count: usize) {
    for i in 0..count {
        if i > 0 {
            out.push_str(", ");
        }
        // Writing to a String cannot fail.
        let _ = write!(out, "${}", first + i);
    }
}

/// Repeats the last of `values` until their number is a power of two: statements over lists then come in few texts,
/// so that the prepared ones can be kept. For lists in which a repeated value changes nothing.
pub(crate) fn pad<T: Clone>(values: &mut Vec<T>) {
    if let Some(last) = values.last().cloned() {
        values.resize(values.len().next_power_of_two(), last);
    }
}

/// `($1, $2), ($3, $4)` for `count` pairs beginning at `first`.
pub(crate) fn pairs(first: usize, count: usize) -> String {
    let mut out = String::new();
    for i in 0..count {
        out.push_str(if i == 0 { "(" } else { ", (" });
        push_placeholders(&mut out, first + 2 * i, 2);
        out.push(')');
    }
    out
}

/// `items` from the least to the greatest: rows that two transactions may add at once, or lock, are written in one
/// order, so that they do not wait for each other in a circle.
pub(crate) fn in_order<T: Copy + Ord>(items: &[T]) -> Vec<T> {
    let mut items = items.to_vec();
    items.sort_unstable();
    items
}

/// `IN`-list placeholders for `ids`, which are added to `values`, padded. An empty list matches nothing.
pub(crate) fn in_list(values: &mut Vec<Value>, ids: impl IntoIterator<Item = i64>) -> String {
    let mut ids: Vec<Value> = ids.into_iter().map(Value::from).collect();
    pad(&mut ids);
    let first = values.len() + 1;
    let list = placeholders(first, ids.len());
    values.extend(ids);
    list
}

/// The two faces of a noun: `Reads`, and `Writes` that can do the same and more.
macro_rules! noun {
    () => {
        /// What can be asked.
        #[derive(Debug)]
        pub struct Reads<'a> {
            pub(crate) db: crate::db::Db<'a>,
        }

        /// What can be asked and changed.
        #[derive(Debug)]
        pub struct Writes<'a>(pub(crate) Reads<'a>);

        impl<'a> std::ops::Deref for Writes<'a> {
            type Target = Reads<'a>;

            fn deref(&self) -> &Reads<'a> {
                &self.0
            }
        }
    };
}
pub(crate) use noun;
