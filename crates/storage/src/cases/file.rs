//! The lines and papers in the file of a case. Papers come sealed and go sealed.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::cases::{Entry, PaperKind};
use staffroom_domain::ids::{AccountId, CaseEntryId, CaseId, CasePaperId};

use super::happening::{decode, encode};
use super::{Reads, Writes};
use crate::error::{Result, StorageError};

/// A paper as it is kept.
#[derive(Clone, Debug)]
pub struct SealedPaper {
    /// Our id.
    pub id: CasePaperId,
    /// What it is.
    pub kind: PaperKind,
    /// What stands in it, sealed.
    pub sealed: Vec<u8>,
    /// SHA-256 of what stands in it, in hexadecimal digits.
    pub digest: String,
    /// When it came into the file.
    pub created_at: Timestamp,
}

#[derive(FromQueryResult)]
struct EntryRow {
    id: i64,
    case_id: i64,
    kind: String,
    detail: String,
    at: i64,
    by_id: Option<i64>,
    paper_id: Option<i64>,
    recorded_at: i64,
}

impl TryFrom<EntryRow> for Entry {
    type Error = StorageError;

    fn try_from(row: EntryRow) -> Result<Self> {
        Ok(Self {
            id: CaseEntryId(row.id),
            case: CaseId(row.case_id),
            what: decode(&row.kind, &row.detail).ok_or(StorageError::Corrupt { what: "case_entries.kind" })?,
            at: Timestamp(row.at),
            by: row.by_id.map(AccountId),
            paper: row.paper_id.map(CasePaperId),
            recorded_at: Timestamp(row.recorded_at),
        })
    }
}

impl Reads<'_> {
    /// The lines of the file of a case, the oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn entries(&self, id: CaseId) -> Result<Vec<Entry>> {
        // case_entries_case
        let sql = "SELECT id, case_id, kind, detail, at, by_id, paper_id, recorded_at FROM case_entries \
                   WHERE case_id = $1 ORDER BY id";
        self.db.all::<EntryRow>(sql, vec![id.0.into()]).await?.into_iter().map(Entry::try_from).collect()
    }

    /// The papers in the file of a case, the oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn papers(&self, id: CaseId) -> Result<Vec<SealedPaper>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: i64,
            kind: String,
            sealed: Vec<u8>,
            digest: String,
            created_at: i64,
        }
        // case_papers_case
        let sql = "SELECT id, kind, sealed, digest, created_at FROM case_papers WHERE case_id = $1 ORDER BY id";
        let paper = |row: Row| {
            Ok(SealedPaper {
                id: CasePaperId(row.id),
                kind: PaperKind::parse(&row.kind).ok_or(StorageError::Corrupt { what: "case_papers.kind" })?,
                sealed: row.sealed,
                digest: row.digest,
                created_at: Timestamp(row.created_at),
            })
        };
        self.db.all::<Row>(sql, vec![id.0.into()]).await?.into_iter().map(paper).collect()
    }
}

impl Writes<'_> {
    /// Puts papers into the file of a case.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_papers(&self, case: CaseId, papers: Vec<SealedPaper>) -> Result<()> {
        let head = "INSERT INTO case_papers (id, case_id, kind, sealed, digest, created_at)";
        let rows = papers.into_iter().map(|paper| {
            vec![
                paper.id.0.into(),
                case.0.into(),
                paper.kind.as_str().into(),
                paper.sealed.into(),
                paper.digest.into(),
                paper.created_at.0.into(),
            ]
        });
        self.db.insert_many(head, rows.collect(), "").await?;
        Ok(())
    }

    /// Adds a line to the file of a case.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_entry(&self, entry: &Entry) -> Result<()> {
        let (kind, detail) = encode(&entry.what);
        let head = "INSERT INTO case_entries (id, case_id, kind, detail, at, by_id, paper_id, recorded_at)";
        let values = vec![
            entry.id.0.into(),
            entry.case.0.into(),
            kind.into(),
            detail.into(),
            entry.at.0.into(),
            entry.by.map(|id| id.0).into(),
            entry.paper.map(|id| id.0).into(),
            entry.recorded_at.0.into(),
        ];
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }
}
