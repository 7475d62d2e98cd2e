//! What came from elsewhere and waits for a moderator.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, QuarantineId, StatusId};
use staffroom_domain::quarantine::{QuarantineState, Quarantined};
use staffroom_domain::{Page, PageRequest, Timestamp};

use crate::error::{Result, StorageError};
use crate::page::{by_deadline, keyset};

crate::db::noun!();

const COLUMNS: &str = "q.id, q.uri, q.account_id, q.incoming, q.version_at, q.verdict, q.digest, q.state, \
     q.revision, q.created_at, q.updated_at, q.deadline, q.decided_at, q.decided_by, q.note, q.released_as";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    uri: String,
    account_id: i64,
    incoming: String,
    version_at: i64,
    verdict: String,
    digest: String,
    state: String,
    revision: i64,
    created_at: i64,
    updated_at: i64,
    deadline: i64,
    decided_at: Option<i64>,
    decided_by: Option<i64>,
    note: String,
    released_as: Option<i64>,
}

impl TryFrom<Row> for Quarantined {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: QuarantineId(row.id),
            uri: row.uri,
            account_id: AccountId(row.account_id),
            incoming: row.incoming,
            version_at: Timestamp(row.version_at),
            verdict: row.verdict,
            digest: row.digest,
            state: QuarantineState::parse(&row.state)
                .ok_or(StorageError::Corrupt { what: "state of something quarantined" })?,
            revision: row.revision,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            deadline: Timestamp(row.deadline),
            decided_at: row.decided_at.map(Timestamp),
            decided_by: row.decided_by.map(AccountId),
            note: row.note,
            released_as: row.released_as.map(StatusId),
        })
    }
}

impl Reads<'_> {
    async fn several(&self, condition: &str, values: Vec<Value>) -> Result<Vec<Quarantined>> {
        let sql = format!("SELECT {COLUMNS} FROM quarantined_statuses q {condition}");
        self.db.all::<Row>(sql, values).await?.into_iter().map(Quarantined::try_from).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_id(&self, id: QuarantineId) -> Result<Option<Quarantined>> {
        Ok(self.several("WHERE q.id = $1", vec![id.0.into()]).await?.pop())
    }

    /// What is kept of the status with this network id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_uri(&self, uri: &str) -> Result<Option<Quarantined>> {
        Ok(self.several("WHERE q.uri = $1", vec![uri.into()]).await?.pop())
    }

    /// Those in `state`: what waits by its deadline, the soonest first; what is decided by when it came, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, state: QuarantineState, page: &PageRequest) -> Result<Page<Quarantined>> {
        let mut values: Vec<Value> = Vec::new();
        let (stands, (bounds, order)) = if state == QuarantineState::Waiting {
            // quarantined_statuses_waiting
            ("q.state = 'waiting'", by_deadline(page, "quarantined_statuses", "q", &mut values))
        } else {
            // primary key; what is decided is gone after a month
            values.push(state.as_str().into());
            ("q.state = $1", keyset(page, "q.id", &mut values))
        };
        let rows = self.several(&format!("WHERE {stands}{bounds}{order}"), values).await?;
        Ok(Page::from_rows(rows, page, |one: &Quarantined| one.id.0))
    }

    /// How much of an author waits.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_waiting(&self, author: AccountId) -> Result<i64> {
        // quarantined_statuses_account
        let sql = "SELECT COUNT(*) AS n FROM quarantined_statuses WHERE account_id = $1 AND state = 'waiting'";
        Ok(self.db.number(sql, vec![author.0.into()]).await?.unwrap_or(0))
    }

    /// Whether something is kept although it, or its author, is known to be gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_kept_though_gone(&self, uri: &str) -> Result<bool> {
        let sql = "SELECT q.id AS n FROM quarantined_statuses q JOIN accounts a ON a.id = q.account_id WHERE q.uri = $1 \
                   AND (a.deleted_at IS NOT NULL OR EXISTS (SELECT 1 FROM tombstones t WHERE t.uri = q.uri))";
        Ok(self.db.number(sql, vec![uri.into()]).await?.is_some())
    }
}

impl Writes<'_> {
    /// Keeps what came; a former version of it goes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keep(&self, new: &Quarantined) -> Result<()> {
        let head = "INSERT INTO quarantined_statuses (id, uri, account_id, incoming, version_at, verdict, digest, \
                    state, revision, created_at, updated_at, deadline, decided_at, decided_by, note, released_as)";
        let values: Vec<Value> = vec![
            new.id.0.into(),
            new.uri.as_str().into(),
            new.account_id.0.into(),
            new.incoming.as_str().into(),
            new.version_at.0.into(),
            new.verdict.as_str().into(),
            new.digest.as_str().into(),
            new.state.as_str().into(),
            new.revision.into(),
            new.created_at.0.into(),
            new.updated_at.0.into(),
            new.deadline.0.into(),
            new.decided_at.map(|at| at.0).into(),
            new.decided_by.map(|id| id.0).into(),
            new.note.as_str().into(),
            new.released_as.map(|id| id.0).into(),
        ];
        // What moderators saw is another version: theirs is not decided about.
        let tail = "ON CONFLICT (uri) DO UPDATE SET incoming = excluded.incoming, version_at = excluded.version_at, \
                    verdict = excluded.verdict, digest = excluded.digest, state = excluded.state, \
                    revision = quarantined_statuses.revision + 1, updated_at = excluded.updated_at, \
                    deadline = excluded.deadline, decided_at = NULL, decided_by = NULL, note = '', released_as = NULL";
        self.db.insert_many(head, vec![values], tail).await?;
        Ok(())
    }

    /// Keeps a decision; `false` when it was changed or decided since it was read.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decide(&self, decided: &Quarantined) -> Result<bool> {
        let sql = "UPDATE quarantined_statuses SET state = $3, updated_at = $4, decided_at = $5, decided_by = $6, \
                   note = $7, released_as = $8, revision = revision + 1 \
                   WHERE id = $1 AND revision = $2 AND state = 'waiting'";
        let values: Vec<Value> = vec![
            decided.id.0.into(),
            decided.revision.into(),
            decided.state.as_str().into(),
            decided.updated_at.0.into(),
            decided.decided_at.map(|at| at.0).into(),
            decided.decided_by.map(|id| id.0).into(),
            decided.note.as_str().into(),
            decided.released_as.map(|id| id.0).into(),
        ];
        Ok(self.db.run(sql, values).await? == 1)
    }

    /// Removes what is kept of the status with this network id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, uri: &str) -> Result<()> {
        self.db.run("DELETE FROM quarantined_statuses WHERE uri = $1", vec![uri.into()]).await?;
        Ok(())
    }

    /// Removes everything of an author who is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_all_of(&self, author: AccountId) -> Result<()> {
        // quarantined_statuses_account
        self.db.run("DELETE FROM quarantined_statuses WHERE account_id = $1", vec![author.0.into()]).await?;
        Ok(())
    }

    /// Removes what nothing happened to since `before`; returns how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_old(&self, before: Timestamp) -> Result<u64> {
        // quarantined_statuses_updated
        self.db.run("DELETE FROM quarantined_statuses WHERE updated_at < $1", vec![before.0.into()]).await
    }
}
