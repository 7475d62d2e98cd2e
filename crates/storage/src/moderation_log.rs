//! Queries about the moderation log. Entries are added at its end; triggers refuse to change or delete them.

use std::fmt::Write as _;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, LogEntryId, OrganisationId, floor_at};
use staffroom_domain::moderation_log::{Deed, Head, LogEntry, LogFilter, SignedHead, Subject};
use staffroom_domain::organisation::Reach;
use staffroom_domain::{Page, PageRequest, Timestamp};

use crate::dialect;
use crate::error::{Result, StorageError};
use crate::organisations::within;
use crate::page::keyset;
use crate::reports::heard_by;

crate::db::noun!();

const COLUMNS: &str = "id, created_at, account_id, organisation_id, kind, subject_kind, subject_id, target_id, details, \
     salt, prev_hash, hash";

/// What stands in the details of a limit that one person took over from a list, without anybody else's agreement.
pub const LISTED: &str = "list";

const SIGNED: &str = "entry_id, hash, created_at, key_uri, signature";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    created_at: i64,
    account_id: Option<i64>,
    organisation_id: Option<i64>,
    kind: String,
    subject_kind: String,
    subject_id: String,
    target_id: Option<i64>,
    details: String,
    salt: String,
    prev_hash: String,
    hash: String,
}

impl From<Row> for LogEntry {
    fn from(row: Row) -> Self {
        Self {
            id: LogEntryId(row.id),
            created_at: Timestamp(row.created_at),
            account_id: row.account_id.map(AccountId),
            organisation_id: row.organisation_id.map(OrganisationId),
            kind: row.kind,
            subject: Subject { kind: row.subject_kind, id: row.subject_id },
            target_id: row.target_id.map(AccountId),
            details: row.details,
            salt: row.salt,
            prev_hash: row.prev_hash,
            hash: row.hash,
        }
    }
}

/// The values of [`COLUMNS`].
fn values(entry: &LogEntry) -> Vec<Value> {
    vec![
        entry.id.0.into(),
        entry.created_at.0.into(),
        entry.account_id.map(|id| id.0).into(),
        entry.organisation_id.map(|id| id.0).into(),
        entry.kind.as_str().into(),
        entry.subject.kind.as_str().into(),
        entry.subject.id.as_str().into(),
        entry.target_id.map(|id| id.0).into(),
        entry.details.as_str().into(),
        entry.salt.as_str().into(),
        entry.prev_hash.as_str().into(),
        entry.hash.as_str().into(),
    ]
}

#[derive(FromQueryResult)]
struct HeadRow {
    entry_id: i64,
    hash: String,
}

impl From<HeadRow> for Head {
    fn from(row: HeadRow) -> Self {
        Self { entry_id: LogEntryId(row.entry_id), hash: row.hash }
    }
}

#[derive(FromQueryResult)]
struct SignedRow {
    entry_id: i64,
    hash: String,
    created_at: i64,
    key_uri: String,
    signature: String,
}

impl From<SignedRow> for SignedHead {
    fn from(row: SignedRow) -> Self {
        Self {
            head: Head { entry_id: LogEntryId(row.entry_id), hash: row.hash },
            created_at: Timestamp(row.created_at),
            key_uri: row.key_uri,
            signature: row.signature,
        }
    }
}

/// ` AND …`: what a filter asks for.
fn asked(filter: &LogFilter, values: &mut Vec<Value>) -> String {
    let mut more = String::new();
    if let Some(deed) = filter.kind {
        values.push(deed.as_str().into());
        // Writing to a String cannot fail.
        let _ = write!(more, " AND kind = ${}", values.len());
    }
    if let Some(since) = filter.since {
        values.push(since.0.into());
        // Writing to a String cannot fail.
        let _ = write!(more, " AND created_at >= ${}", values.len());
    }
    more
}

impl Reads<'_> {
    /// The end of the log.
    ///
    /// # Errors
    /// The database failed, or its row is gone.
    pub async fn head(&self) -> Result<Head> {
        self.head_row("").await
    }

    async fn head_row(&self, lock: &str) -> Result<Head> {
        let sql = format!("SELECT entry_id, hash FROM moderation_log_head WHERE id = 1{lock}");
        let row = self.db.one::<HeadRow>(sql, vec![]).await?;
        row.map(Head::from).ok_or(StorageError::Corrupt { what: "moderation_log_head" })
    }

    /// Entries of organisations within `reach`, and where it is everywhere those of the instance, newest first. What was
    /// done against somebody is for those above them (`by`; `None`: all), and for who did it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(
        &self,
        reach: &Reach,
        by: Option<AccountId>,
        filter: &LogFilter,
        page: &PageRequest,
    ) -> Result<Page<LogEntry>> {
        let mut values: Vec<Value> = Vec::new();
        let mut more = asked(filter, &mut values);
        if let Some(by) = by {
            values.push(by.0.into());
            let n = values.len();
            // Writing to a String cannot fail.
            let _ =
                write!(more, " AND (target_id IS NULL OR account_id = ${n} OR (1 = 1{}))", heard_by("target_id", n));
        }
        more.push_str(&within(reach, "organisation_id", &mut values));
        let (bounds, order) = keyset(page, "id", &mut values);
        // primary key, moderation_log_organisation, moderation_log_kind
        let sql = format!("SELECT {COLUMNS} FROM moderation_log WHERE 1 = 1{more}{bounds}{order}");
        let entries = self.db.all::<Row>(sql, values).await?.into_iter().map(LogEntry::from).collect();
        Ok(Page::from_rows(entries, page, |entry: &LogEntry| entry.id.0))
    }

    /// Domains that `by` limited since then by lists of their own accord, at most one more than `most`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn listed_since(&self, by: AccountId, since: Timestamp, most: u64) -> Result<u64> {
        // moderation_log_kind
        let sql = "SELECT COUNT(*) AS n FROM (SELECT 1 FROM moderation_log WHERE kind = $1 AND id >= $2 \
                   AND account_id = $3 AND details LIKE $4 LIMIT +$5) c";
        let values = vec![
            Deed::BlockDomain.as_str().into(),
            floor_at(since).into(),
            by.0.into(),
            format!("%\"{LISTED}\":%").into(),
            i64::try_from(most.saturating_add(1)).unwrap_or(i64::MAX).into(),
        ];
        Ok(u64::try_from(self.db.number(sql, values).await?.unwrap_or_default()).unwrap_or_default())
    }

    /// Entries after `after`, oldest first, at most `limit`. Walks the primary key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn following(&self, after: LogEntryId, filter: &LogFilter, limit: u64) -> Result<Vec<LogEntry>> {
        let mut values: Vec<Value> = vec![after.0.into()];
        let more = asked(filter, &mut values);
        values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
        let sql =
            format!("SELECT {COLUMNS} FROM moderation_log WHERE id > $1{more} ORDER BY id LIMIT +${}", values.len());
        Ok(self.db.all::<Row>(sql, values).await?.into_iter().map(LogEntry::from).collect())
    }

    /// The newest entry of this sort.
    ///
    /// # Errors
    /// The database failed.
    pub async fn newest(&self, deed: Deed) -> Result<Option<LogEntry>> {
        // moderation_log_kind
        let sql = format!("SELECT {COLUMNS} FROM moderation_log WHERE kind = $1 ORDER BY id DESC LIMIT 1");
        Ok(self.db.one::<Row>(sql, vec![deed.as_str().into()]).await?.map(LogEntry::from))
    }

    /// The newest end of the log that was signed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn last_signed(&self) -> Result<Option<SignedHead>> {
        let sql = format!("SELECT {SIGNED} FROM moderation_log_signatures ORDER BY entry_id DESC LIMIT 1");
        Ok(self.db.one::<SignedRow>(sql, vec![]).await?.map(SignedHead::from))
    }

    /// Ends of the log that were signed, of entries after `after` up to `until`, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn signed(&self, after: LogEntryId, until: LogEntryId) -> Result<Vec<SignedHead>> {
        // primary key
        let sql = format!(
            "SELECT {SIGNED} FROM moderation_log_signatures WHERE entry_id > $1 AND entry_id <= $2 ORDER BY entry_id"
        );
        let rows = self.db.all::<SignedRow>(sql, vec![after.0.into(), until.0.into()]).await?;
        Ok(rows.into_iter().map(SignedHead::from).collect())
    }
}

impl Writes<'_> {
    /// The end of the log, which is this transaction's from now on: others that want to append wait until it ends. Take
    /// it last, so that nobody waits in a circle.
    ///
    /// # Errors
    /// The database failed, or its row is gone.
    pub async fn lock_head(&self) -> Result<Head> {
        self.head_row(dialect::for_update(self.db.backend)).await
    }

    /// Adds entries, oldest first, after the end that this transaction holds.
    ///
    /// # Errors
    /// The database failed.
    pub async fn append(&self, entries: &[LogEntry]) -> Result<()> {
        let Some(last) = entries.last() else { return Ok(()) };
        let head = format!("INSERT INTO moderation_log ({COLUMNS})");
        self.db.insert_many(&head, entries.iter().map(values).collect(), "").await?;
        let sql = "UPDATE moderation_log_head SET entry_id = $1, hash = $2 WHERE id = 1";
        self.db.run(sql, vec![last.id.0.into(), last.hash.as_str().into()]).await?;
        Ok(())
    }

    /// Keeps that the end of the log was signed; where another node did so for the same entry, nothing changes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keep_signed(&self, signed: &SignedHead) -> Result<()> {
        let head = format!("INSERT INTO moderation_log_signatures ({SIGNED})");
        let values = vec![
            signed.head.entry_id.0.into(),
            signed.head.hash.as_str().into(),
            signed.created_at.0.into(),
            signed.key_uri.as_str().into(),
            signed.signature.as_str().into(),
        ];
        self.db.insert_many(&head, vec![values], "ON CONFLICT DO NOTHING").await?;
        Ok(())
    }
}
