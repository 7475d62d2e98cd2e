//! What somebody else has to agree to.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, ApprovalId};
use staffroom_domain::organisation::Reach;
use staffroom_domain::rule_cycle::{Approval, ApprovalKind};
use staffroom_domain::{Page, PageRequest, Timestamp};

use super::{Reads, Writes, organisation, owner, version};
use crate::dialect;
use crate::error::{Result, StorageError};
use crate::organisations::within;
use crate::page::keyset;

const COLUMNS: &str = "id, organisation_id, kind, subject, version, title, detail, requested_by, created_at, expires_at, \
     answer, decided_by, decided_at";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    organisation_id: i64,
    kind: String,
    subject: i64,
    version: i64,
    title: String,
    detail: String,
    requested_by: Option<i64>,
    created_at: i64,
    expires_at: i64,
    answer: Option<bool>,
    decided_by: Option<i64>,
    decided_at: Option<i64>,
}

impl TryFrom<Row> for Approval {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: ApprovalId(row.id),
            organisation: organisation(row.organisation_id),
            kind: ApprovalKind::parse(&row.kind).ok_or(StorageError::Corrupt { what: "approvals.kind" })?,
            subject: row.subject,
            version: version(row.version),
            title: row.title,
            detail: row.detail,
            requested_by: row.requested_by.map(AccountId),
            created_at: Timestamp(row.created_at),
            expires_at: Timestamp(row.expires_at),
            answer: row.answer,
            decided_by: row.decided_by.map(AccountId),
            decided_at: row.decided_at.map(Timestamp),
        })
    }
}

impl Reads<'_> {
    /// A request.
    ///
    /// # Errors
    /// The database failed.
    pub async fn approval(&self, id: ApprovalId) -> Result<Option<Approval>> {
        let sql = format!("SELECT {COLUMNS} FROM approvals WHERE id = $1");
        self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Approval::try_from).transpose()
    }

    /// A request for the same that nobody answered yet and that can still be answered at `now`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_approval(
        &self,
        kind: ApprovalKind,
        subject: i64,
        number: u32,
        now: Timestamp,
    ) -> Result<Option<Approval>> {
        // approvals_open
        let sql = format!(
            "SELECT {COLUMNS} FROM approvals WHERE kind = $1 AND subject = $2 AND version = $3 AND answer IS NULL \
             AND expires_at > $4 ORDER BY id DESC LIMIT 1"
        );
        let values = vec![kind.as_str().into(), subject.into(), i64::from(number).into(), now.0.into()];
        self.db.one::<Row>(sql, values).await?.map(Approval::try_from).transpose()
    }

    /// Requests within `reach`, newest first; those that can still be answered at the time given alone, if one is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn approvals(
        &self,
        reach: &Reach,
        open_at: Option<Timestamp>,
        page: &PageRequest,
    ) -> Result<Page<Approval>> {
        let mut values: Vec<Value> = Vec::new();
        let mut more = within(reach, "organisation_id", &mut values);
        if let Some(now) = open_at {
            values.push(now.0.into());
            more.push_str(&format!(" AND answer IS NULL AND expires_at > ${}", values.len()));
        }
        let (bounds, order) = keyset(page, "id", &mut values);
        // primary key
        let sql = format!("SELECT {COLUMNS} FROM approvals WHERE id > 0{more}{bounds}{order}");
        let rows = self.db.all::<Row>(sql, values).await?;
        let approvals = rows.into_iter().map(Approval::try_from).collect::<Result<Vec<_>>>()?;
        Ok(Page::from_rows(approvals, page, |approval: &Approval| approval.id.0))
    }

    /// How many of those within `reach` wait for an answer at `now`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_approvals(&self, reach: &Reach, now: Timestamp) -> Result<i64> {
        let mut values: Vec<Value> = vec![now.0.into()];
        let condition = within(reach, "organisation_id", &mut values);
        // approvals_open
        let sql = format!("SELECT COUNT(*) AS n FROM approvals WHERE answer IS NULL AND expires_at > $1{condition}");
        Ok(self.db.number(sql, values).await?.unwrap_or(0))
    }
}

impl Writes<'_> {
    /// A request, which nobody else answers until this transaction ends.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lock_approval(&self, id: ApprovalId) -> Result<Option<Approval>> {
        let lock = dialect::for_update(self.db.backend);
        let sql = format!("SELECT {COLUMNS} FROM approvals WHERE id = $1{lock}");
        self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Approval::try_from).transpose()
    }

    /// Keeps a request.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ask_approval(&self, approval: &Approval) -> Result<()> {
        let values = vec![
            approval.id.0.into(),
            owner(approval.organisation).into(),
            approval.kind.as_str().into(),
            approval.subject.into(),
            i64::from(approval.version).into(),
            approval.title.as_str().into(),
            approval.detail.as_str().into(),
            approval.requested_by.map(|id| id.0).into(),
            approval.created_at.0.into(),
            approval.expires_at.0.into(),
            approval.answer.into(),
            approval.decided_by.map(|id| id.0).into(),
            approval.decided_at.map(|at| at.0).into(),
        ];
        self.db.insert_many(&format!("INSERT INTO approvals ({COLUMNS})"), vec![values], "").await?;
        Ok(())
    }

    /// Keeps an answer; false when there is one already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn answer_approval(
        &self,
        id: ApprovalId,
        answer: bool,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE approvals SET answer = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND answer IS NULL";
        let values = vec![id.0.into(), answer.into(), by.map(|id| id.0).into(), now.0.into()];
        Ok(self.db.run(sql, values).await? > 0)
    }
}
