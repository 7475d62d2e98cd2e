//! Queries about reports.

use std::collections::HashMap;
use std::fmt::Write as _;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, ReportId, StatusId};
use staffroom_domain::moderation::ReportFilter;
use staffroom_domain::organisation::Reach;
use staffroom_domain::report::{Report, ReportCategory};
use staffroom_domain::{Page, PageRequest, Timestamp};

use crate::db::placeholders;
use crate::dialect;
use crate::error::{Result, StorageError};
use crate::organisations::within;
use crate::page::keyset;

crate::db::noun!();

const COLUMNS: &str = "id, account_id, target_id, uri, category, comment, status_ids, forwarded, created_at, \
     resolved_at, resolved_by, assigned_to, updated_at";

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
    assigned_to: Option<i64>,
    updated_at: i64,
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
            assigned_to: row.assigned_to.map(AccountId),
            updated_at: Timestamp(row.updated_at),
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
        report.assigned_to.map(|id| id.0).into(),
        report.updated_at.0.into(),
    ]
}

/// ` AND …`: what is about the account `column` is for the person with the id `$n` to deal with, as
/// `domain::organisation::Standing` says.
pub(crate) fn heard_by(column: &str, n: usize) -> String {
    format!(
        " AND {column} <> ${n} AND (\
         EXISTS (SELECT 1 FROM users v WHERE v.account_id = ${n} AND v.role = 'admin') OR (\
         NOT EXISTS (SELECT 1 FROM users t WHERE t.account_id = {column} AND t.role IN ('moderator', 'admin')) AND (\
         EXISTS (SELECT 1 FROM users v WHERE v.account_id = ${n} AND v.role = 'moderator') OR NOT EXISTS (\
         SELECT 1 FROM accounts a JOIN memberships t ON t.account_id = a.id AND t.organisation_id = a.organisation_id \
         WHERE a.id = {column} AND (t.role = 'admin' OR (t.role = 'moderator' AND NOT EXISTS (\
         SELECT 1 FROM memberships o WHERE o.account_id = ${n} AND o.organisation_id = t.organisation_id \
         AND o.role = 'admin')))))))"
    )
}

/// ` AND …`: reports about accounts within `reach` that are for `by` to deal with (`None`: all).
fn dealt_with(reach: &Reach, by: Option<AccountId>, values: &mut Vec<Value>) -> String {
    let heard = by.map_or_else(String::new, |by| {
        values.push(by.0.into());
        heard_by("target_id", values.len())
    });
    match within(reach, "organisation_id", values) {
        everywhere if everywhere.is_empty() => heard,
        reached => format!("{heard} AND target_id IN (SELECT id FROM accounts WHERE domain IS NULL{reached})"),
    }
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

    /// Reports about accounts within `reach` that are for `by` to deal with (`None`: all), newest first: those nobody
    /// dealt with, or the others.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(
        &self,
        reach: &Reach,
        by: Option<AccountId>,
        filter: ReportFilter,
        page: &PageRequest,
    ) -> Result<Page<Report>> {
        let mut values: Vec<Value> = Vec::new();
        let mut more = String::new();
        for (id, column) in [(filter.account_id, "account_id"), (filter.target_id, "target_id")] {
            if let Some(id) = id {
                values.push(id.0.into());
                // Writing to a String cannot fail.
                let _ = write!(more, " AND {column} = ${}", values.len());
            }
        }
        more.push_str(&dealt_with(reach, by, &mut values));
        let (bounds, order) = keyset(page, "id", &mut values);
        let condition = if filter.resolved { "resolved_at IS NOT NULL" } else { "resolved_at IS NULL" };
        // reports_open, reports_target, primary key; accounts_organisation
        let sql = format!("SELECT {COLUMNS} FROM reports WHERE {condition}{more}{bounds}{order}");
        let rows = self.db.all::<Row>(sql, values).await?;
        let reports = rows.into_iter().map(Report::try_from).collect::<Result<Vec<Report>>>()?;
        Ok(Page::from_rows(reports, page, |report: &Report| report.id.0))
    }

    /// How many of those nobody dealt with are for `by` to deal with, as in [`Reads::list`].
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_open(&self, reach: &Reach, by: Option<AccountId>) -> Result<i64> {
        let mut values: Vec<Value> = Vec::new();
        let condition = dealt_with(reach, by, &mut values);
        // reports_open; accounts_organisation
        let sql = format!("SELECT COUNT(*) AS n FROM reports WHERE resolved_at IS NULL{condition}");
        Ok(self.db.number(sql, values).await?.unwrap_or(0))
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
    /// A report, which nobody else changes until this transaction ends.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lock(&self, id: ReportId) -> Result<Option<Report>> {
        let lock = dialect::for_update(self.db.backend);
        let sql = format!("SELECT {COLUMNS} FROM reports WHERE id = $1{lock}");
        self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Report::try_from).transpose()
    }

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

    /// Marks a report as dealt with, or as not.
    ///
    /// # Errors
    /// The database failed.
    pub async fn resolve(
        &self,
        id: ReportId,
        at: Option<Timestamp>,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE reports SET resolved_at = $2, resolved_by = $3, updated_at = $4 WHERE id = $1";
        let values = vec![id.0.into(), at.map(|at| at.0).into(), by.map(|by| by.0).into(), now.0.into()];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Marks all open reports about an account as dealt with; returns which.
    ///
    /// # Errors
    /// The database failed.
    pub async fn resolve_about(&self, target: AccountId, by: AccountId, now: Timestamp) -> Result<Vec<ReportId>> {
        // reports_target
        let sql = "UPDATE reports SET resolved_at = $3, resolved_by = $2, updated_at = $3 \
                   WHERE target_id = $1 AND resolved_at IS NULL RETURNING id AS n";
        let resolved = self.db.numbers(sql, vec![target.0.into(), by.0.into(), now.0.into()]).await?;
        Ok(resolved.into_iter().map(ReportId).collect())
    }

    /// Stores who looks after a report.
    ///
    /// # Errors
    /// The database failed.
    pub async fn assign(&self, id: ReportId, to: Option<AccountId>, now: Timestamp) -> Result<()> {
        let sql = "UPDATE reports SET assigned_to = $2, updated_at = $3 WHERE id = $1";
        self.db.run(sql, vec![id.0.into(), to.map(|id| id.0).into(), now.0.into()]).await?;
        Ok(())
    }

    /// Stores what a report is about.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_category(&self, id: ReportId, category: ReportCategory, now: Timestamp) -> Result<()> {
        let sql = "UPDATE reports SET category = $2, updated_at = $3 WHERE id = $1";
        self.db.run(sql, vec![id.0.into(), category.as_str().into(), now.0.into()]).await?;
        Ok(())
    }
}
