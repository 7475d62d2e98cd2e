//! Queries about legal cases: heads and what they are about. `file.rs` has the lines and papers of their files,
//! `clocks.rs` their deadlines, `removals.rs` what is known of removed statements.

mod clocks;
mod file;
mod happening;
mod removals;

use std::collections::HashMap;
use std::fmt::Write as _;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::cases::{Case, CaseFilter, CaseKind, Retention, Subject};
use staffroom_domain::ids::{AccountId, CaseId, OrganisationId, StatusId};
use staffroom_domain::organisation::Reach;
use staffroom_domain::{Page, PageRequest, Timestamp};

use crate::db::in_list;
use crate::dialect;
use crate::error::{Result, StorageError};
use crate::organisations::within;
use crate::page::keyset;
use crate::reports::heard_by;
pub use file::SealedPaper;
pub use removals::Removal;

crate::db::noun!();

const COLUMNS: &str = "c.id, c.organisation_id, c.kind, c.jurisdiction, c.state, c.received_at, c.opened_at, c.opened_by, \
     c.about_id, c.assigned_to, c.unclaimed_since, c.rung, c.version, c.closed_at";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    organisation_id: i64,
    kind: String,
    jurisdiction: String,
    state: String,
    received_at: i64,
    opened_at: i64,
    opened_by: Option<i64>,
    about_id: Option<i64>,
    assigned_to: Option<i64>,
    unclaimed_since: i64,
    rung: i16,
    version: i64,
    closed_at: Option<i64>,
}

impl TryFrom<Row> for Case {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: CaseId(row.id),
            organisation: OrganisationId(row.organisation_id),
            kind: CaseKind::parse(&row.kind).ok_or(StorageError::Corrupt { what: "cases.kind" })?,
            jurisdiction: row.jurisdiction,
            state: row.state,
            received_at: Timestamp(row.received_at),
            opened_at: Timestamp(row.opened_at),
            opened_by: row.opened_by.map(AccountId),
            about: row.about_id.map(AccountId),
            assigned_to: row.assigned_to.map(AccountId),
            unclaimed_since: Timestamp(row.unclaimed_since),
            rung: u8::try_from(row.rung).unwrap_or_default(),
            version: row.version,
            closed_at: row.closed_at.map(Timestamp),
        })
    }
}

fn subject_row(subject: &Subject) -> (&'static str, i64) {
    match subject {
        Subject::Account(id) => ("account", id.0),
        Subject::Status(id) => ("status", id.0),
    }
}

/// ` AND …`: cases within `reach` that are for `by` to deal with (`None`: all).
pub(crate) fn dealt_with(reach: &Reach, by: Option<AccountId>, values: &mut Vec<Value>) -> String {
    let mut condition = within(reach, "c.organisation_id", values);
    if let Some(by) = by {
        values.push(by.0.into());
        let heard = heard_by("c.about_id", values.len());
        // Writing to a String cannot fail.
        let _ = write!(condition, " AND (c.about_id IS NULL OR (1 = 1{heard}))");
    }
    condition
}

impl Reads<'_> {
    /// The case with this id, within `reach` and for `by` to deal with.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get(&self, id: CaseId, reach: &Reach, by: Option<AccountId>) -> Result<Option<Case>> {
        let mut values: Vec<Value> = vec![id.0.into()];
        let condition = dealt_with(reach, by, &mut values);
        let sql = format!("SELECT {COLUMNS} FROM cases c WHERE c.id = $1{condition}");
        self.db.one::<Row>(sql, values).await?.map(Case::try_from).transpose()
    }

    /// The open case whose poster was sent a link with this hash.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_answer(&self, hash: &[u8; 32]) -> Result<Option<CaseId>> {
        // cases_answer
        let sql = "SELECT id AS n FROM cases WHERE answer_hash = $1 AND closed_at IS NULL";
        Ok(self.db.number(sql, vec![hash.to_vec().into()]).await?.map(CaseId))
    }

    /// Cases within `reach` that are for `by` to deal with, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(
        &self,
        reach: &Reach,
        by: Option<AccountId>,
        filter: CaseFilter,
        page: &PageRequest,
    ) -> Result<Page<Case>> {
        let mut values: Vec<Value> = Vec::new();
        let mut condition = dealt_with(reach, by, &mut values);
        if let Some(kind) = filter.kind {
            values.push(kind.as_str().into());
            let _ = write!(condition, " AND c.kind = ${}", values.len());
        }
        if let Some(id) = filter.assigned_to {
            values.push(id.0.into());
            let _ = write!(condition, " AND c.assigned_to = ${}", values.len());
        }
        let (bounds, order) = keyset(page, "c.id", &mut values);
        let state = if filter.closed { "c.closed_at IS NOT NULL" } else { "c.closed_at IS NULL" };
        // cases_open, cases_organisation, primary key
        let sql = format!("SELECT {COLUMNS} FROM cases c WHERE {state}{condition}{bounds}{order}");
        let rows = self.db.all::<Row>(sql, values).await?;
        let cases = rows.into_iter().map(Case::try_from).collect::<Result<Vec<Case>>>()?;
        Ok(Page::from_rows(cases, page, |case: &Case| case.id.0))
    }

    /// What each of these cases is about.
    ///
    /// # Errors
    /// The database failed.
    pub async fn subjects(&self, ids: &[CaseId]) -> Result<HashMap<CaseId, Vec<Subject>>> {
        #[derive(FromQueryResult)]
        struct About {
            case_id: i64,
            kind: String,
            subject_id: i64,
        }
        let mut found: HashMap<CaseId, Vec<Subject>> = HashMap::new();
        if ids.is_empty() {
            return Ok(found);
        }
        let mut values: Vec<Value> = Vec::new();
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let sql = format!(
            "SELECT case_id, kind, subject_id FROM case_subjects WHERE case_id IN ({list}) ORDER BY case_id, kind, subject_id"
        );
        for row in self.db.all::<About>(sql, values).await? {
            let subject = match row.kind.as_str() {
                "account" => Subject::Account(AccountId(row.subject_id)),
                _ => Subject::Status(StatusId(row.subject_id)),
            };
            found.entry(CaseId(row.case_id)).or_default().push(subject);
        }
        Ok(found)
    }
}

impl Writes<'_> {
    /// Stores a new case.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, case: &Case, subjects: &[Subject]) -> Result<()> {
        let head = "INSERT INTO cases (id, organisation_id, kind, jurisdiction, state, retention, received_at, opened_at, \
                    opened_by, about_id, assigned_to, unclaimed_since, rung, version)";
        let values = vec![
            case.id.0.into(),
            case.organisation.0.into(),
            case.kind.as_str().into(),
            case.jurisdiction.as_str().into(),
            case.state.as_str().into(),
            case.kind.retention().as_str().into(),
            case.received_at.0.into(),
            case.opened_at.0.into(),
            case.opened_by.map(|id| id.0).into(),
            case.about.map(|id| id.0).into(),
            case.assigned_to.map(|id| id.0).into(),
            case.unclaimed_since.0.into(),
            i16::from(case.rung).into(),
            case.version.into(),
        ];
        self.db.insert_many(head, vec![values], "").await?;
        let rows = subjects.iter().map(|subject| {
            let (kind, id) = subject_row(subject);
            vec![case.id.0.into(), kind.into(), id.into()]
        });
        let head = "INSERT INTO case_subjects (case_id, kind, subject_id)";
        self.db.insert_many(head, rows.collect(), "ON CONFLICT DO NOTHING").await?;
        Ok(())
    }

    /// A case as it is, which nobody else changes until this transaction ends.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lock(&self, id: CaseId) -> Result<Option<Case>> {
        let lock = dialect::for_update(self.db.backend);
        let sql = format!("SELECT {COLUMNS} FROM cases c WHERE c.id = $1{lock}");
        self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Case::try_from).transpose()
    }

    /// Stores how a case stands; what it is about, and whose it is, stays.
    ///
    /// # Errors
    /// The database failed.
    pub async fn update(&self, case: &Case) -> Result<()> {
        let sql = "UPDATE cases SET state = $2, assigned_to = $3, unclaimed_since = $4, rung = $5, version = $6, \
                   closed_at = $7 WHERE id = $1";
        let values = vec![
            case.id.0.into(),
            case.state.as_str().into(),
            case.assigned_to.map(|id| id.0).into(),
            case.unclaimed_since.0.into(),
            i16::from(case.rung).into(),
            case.version.into(),
            case.closed_at.map(|at| at.0).into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Keeps the hash of the link by which the poster answers, in place of an older one; `None` ends it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_answer(&self, id: CaseId, hash: Option<&[u8; 32]>) -> Result<()> {
        let sql = "UPDATE cases SET answer_hash = $2 WHERE id = $1";
        self.db.run(sql, vec![id.0.into(), hash.map(|hash| hash.to_vec()).into()]).await?;
        Ok(())
    }

    /// Removes cases of this class that were closed before `before`, with their files.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget(&self, class: Retention, before: Timestamp) -> Result<u64> {
        let old = "SELECT id FROM cases WHERE retention = $1 AND closed_at < $2";
        let values = || -> Vec<Value> { vec![class.as_str().into(), before.0.into()] };
        // entries before the papers they name; cases_closed
        let tables =
            ["case_entries", "case_papers", "case_subjects", "case_deadlines", "case_deadlines_ended", "case_removals"];
        for table in tables {
            self.db.run(format!("DELETE FROM {table} WHERE case_id IN ({old})"), values()).await?;
        }
        self.db.run("DELETE FROM cases WHERE retention = $1 AND closed_at < $2", values()).await
    }
}
