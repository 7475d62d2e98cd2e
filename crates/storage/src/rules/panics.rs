//! Times in which everything that is written is held.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, PanicId};
use staffroom_domain::organisation::Reach;
use staffroom_domain::rule_cycle::Panic;

use super::{Reads, Writes, organisation, owner, seen_within};
use crate::error::Result;

const COLUMNS: &str = "id, organisation_id, tag, until_at, reason, started_by, started_at, ended_at";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    organisation_id: i64,
    tag: Option<String>,
    until_at: i64,
    reason: String,
    started_by: Option<i64>,
    started_at: i64,
    ended_at: Option<i64>,
}

impl From<Row> for Panic {
    fn from(row: Row) -> Self {
        Self {
            id: PanicId(row.id),
            organisation: organisation(row.organisation_id),
            tag: row.tag,
            until: Timestamp(row.until_at),
            reason: row.reason,
            started_by: row.started_by.map(AccountId),
            started_at: Timestamp(row.started_at),
            ended_at: row.ended_at.map(Timestamp),
        }
    }
}

impl Reads<'_> {
    /// Those that go on at `now` within `reach` and on the instance, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn panics(&self, reach: &Reach, now: Timestamp) -> Result<Vec<Panic>> {
        let mut values: Vec<Value> = vec![now.0.into()];
        let seen = seen_within(reach, "organisation_id", &mut values);
        // panics_on
        let sql = format!(
            "SELECT {COLUMNS} FROM panics WHERE ended_at IS NULL AND until_at > $1{seen} ORDER BY id DESC LIMIT 100"
        );
        Ok(self.db.all::<Row>(sql, values).await?.into_iter().map(Into::into).collect())
    }

    /// One of them, also when it is over.
    ///
    /// # Errors
    /// The database failed.
    pub async fn panic(&self, id: PanicId) -> Result<Option<Panic>> {
        let sql = format!("SELECT {COLUMNS} FROM panics WHERE id = $1");
        Ok(self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Into::into))
    }
}

impl Writes<'_> {
    /// Keeps one that begins.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin_panic(&self, panic: &Panic) -> Result<()> {
        let values = vec![
            panic.id.0.into(),
            owner(panic.organisation).into(),
            panic.tag.clone().into(),
            panic.until.0.into(),
            panic.reason.as_str().into(),
            panic.started_by.map(|id| id.0).into(),
            panic.started_at.0.into(),
            panic.ended_at.map(|at| at.0).into(),
        ];
        self.db.insert_many(&format!("INSERT INTO panics ({COLUMNS})"), vec![values], "").await?;
        Ok(())
    }

    /// Ends one before its time; false when it is over.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_panic(&self, id: PanicId, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE panics SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL AND until_at > $2";
        Ok(self.db.run(sql, vec![id.0.into(), now.0.into()]).await? > 0)
    }
}
