//! Queries about reports.

use std::collections::HashMap;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, ReportId, StatusId};
use staffroom_domain::report::{Report, ReportCategory};
use staffroom_domain::{Page, PageRequest, Timestamp};

use crate::db::placeholders;
use crate::error::{Result, StorageError};
use crate::page::keyset;

crate::db::noun!();

const COLUMNS: &str = "id, account_id, target_id, uri, category, comment, status_ids, forwarded, created_at, \
     resolved_at, resolved_by";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    account_id: i64,
    target_id: i64,
    uri: String,
    category: String,
    comment: String,
    status_ids: String,
    forwarded: bool,
    created_at: i64,
    resolved_at: Option<i64>,
    resolved_by: Option<i64>,
}

impl TryFrom<Row> for Report {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        let corrupt = |what| StorageError::Corrupt { what };
        let statuses: Vec<i64> = serde_json::from_str(&row.status_ids).map_err(|_| corrupt("reports.status_ids"))?;
        Ok(Self {
            id: ReportId(row.id),
            account_id: AccountId(row.account_id),
            target_id: AccountId(row.target_id),
            uri: row.uri,
            category: ReportCategory::parse(&row.category).ok_or(corrupt("reports.category"))?,
            comment: row.comment,
            status_ids: statuses.into_iter().map(StatusId).collect(),
            forwarded: row.forwarded,
            created_at: Timestamp(row.created_at),
            resolved_at: row.resolved_at.map(Timestamp),
            resolved_by: row.resolved_by.map(AccountId),
        })
    }
}

/// The values of [`COLUMNS`].
fn values(report: &Report) -> Vec<Value> {
    let statuses: Vec<i64> = report.status_ids.iter().map(|id| id.0).collect();
    vec![
        report.id.0.into(),
        report.account_id.0.into(),
        report.target_id.0.into(),
        report.uri.as_str().into(),
        report.category.as_str().into(),
        report.comment.as_str().into(),
        crate::db::json(&statuses).into(),
        report.forwarded.into(),
        report.created_at.0.into(),
        report.resolved_at.map(|at| at.0).into(),
        report.resolved_by.map(|id| id.0).into(),
    ]
}

impl Reads<'_> {
    /// The report with this id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_id(&self, id: ReportId) -> Result<Option<Report>> {
        let sql = format!("SELECT {COLUMNS} FROM reports WHERE id = $1");
        self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Report::try_from).transpose()
    }

    /// Reports, newest first: those nobody dealt with, or the others.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, resolved: bool, page: &PageRequest) -> Result<Page<Report>> {
        let mut values: Vec<Value> = Vec::new();
        let (bounds, order) = keyset(page, "id", &mut values);
        let condition = if resolved { "resolved_at IS NOT NULL" } else { "resolved_at IS NULL" };
        // reports_open, primary key
        let sql = format!("SELECT {COLUMNS} FROM reports WHERE {condition}{bounds}{order}");
        let rows = self.db.all::<Row>(sql, values).await?;
        let reports = rows.into_iter().map(Report::try_from).collect::<Result<Vec<Report>>>()?;
        Ok(Page::from_rows(reports, page, |report: &Report| report.id.0))
    }

    /// How many reports by `account` about each of `targets` nobody dealt with yet; those without any are not in the map.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_of(&self, account: AccountId, targets: &[AccountId]) -> Result<HashMap<AccountId, i64>> {
        #[derive(FromQueryResult)]
        struct Open {
            target_id: i64,
            n: i64,
        }
        if targets.is_empty() {
            return Ok(HashMap::new());
        }
        // reports_target
        let sql = format!(
            "SELECT target_id, COUNT(*) AS n FROM reports WHERE account_id = $1 AND resolved_at IS NULL \
             AND target_id IN ({}) GROUP BY target_id",
            placeholders(2, targets.len())
        );
        let values = std::iter::once(account).chain(targets.iter().copied()).map(|id| id.0.into()).collect();
        let rows = self.db.all::<Open>(sql, values).await?;
        Ok(rows.into_iter().map(|row| (AccountId(row.target_id), row.n)).collect())
    }
}

impl Writes<'_> {
    /// Stores a report; false when one with its network id about the same account is there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, report: &Report) -> Result<bool> {
        Ok(self.insert_many(std::slice::from_ref(report)).await? > 0)
    }

    /// Stores reports but those whose network id and account are there already; returns how many were new.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_many(&self, reports: &[Report]) -> Result<usize> {
        let head = format!("INSERT INTO reports ({COLUMNS})");
        let rows = reports.iter().map(values).collect();
        let stored = self.db.insert_many(&head, rows, "ON CONFLICT DO NOTHING").await?;
        Ok(usize::try_from(stored).unwrap_or(usize::MAX))
    }

    /// Marks a report as dealt with, or as not; false when there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn resolve(&self, id: ReportId, at: Option<Timestamp>, by: Option<AccountId>) -> Result<bool> {
        let sql = "UPDATE reports SET resolved_at = $2, resolved_by = $3 WHERE id = $1";
        let values = vec![id.0.into(), at.map(|at| at.0).into(), by.map(|by| by.0).into()];
        Ok(self.db.run(sql, values).await? > 0)
    }
}
