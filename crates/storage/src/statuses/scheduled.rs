//! Statuses waiting to be published, and the keys by which clients repeat a request safely.

use sea_orm::FromQueryResult;
use staffroom_domain::ids::{AccountId, ScheduledStatusId, StatusId};
use staffroom_domain::{Page, PageRequest, Timestamp};

use super::{Reads, Writes};
use crate::error::Result;
use crate::page::keyset;

/// A status waiting to be published.
#[derive(Clone, Debug)]
pub struct Scheduled {
    /// Our id.
    pub id: ScheduledStatusId,
    /// Who wrote it.
    pub account_id: AccountId,
    /// When it is due.
    pub scheduled_at: Timestamp,
    /// What will be published, in the writer's own encoding.
    pub draft: String,
}

/// What was made under an idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// This was published.
    Status(StatusId),
    /// This was scheduled.
    Scheduled(ScheduledStatusId),
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    account_id: i64,
    scheduled_at: i64,
    draft: String,
}

impl From<Row> for Scheduled {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            account_id: row.account_id.into(),
            scheduled_at: Timestamp(row.scheduled_at),
            draft: row.draft,
        }
    }
}

/// Those that wait for their time, and those that are held until then: to their writers both are scheduled.
const SELECT: &str = "SELECT id, account_id, scheduled_at, draft FROM (\
     SELECT id, account_id, scheduled_at, draft FROM scheduled_statuses \
     UNION ALL SELECT id, account_id, scheduled_at, draft FROM held_statuses \
     WHERE scheduled_at IS NOT NULL AND state IN ('held', 'in-review')) w";

impl Reads<'_> {
    /// Statuses of `author` waiting to be published, held ones too, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_scheduled(&self, author: AccountId, page: PageRequest) -> Result<Page<Scheduled>> {
        // scheduled_statuses_account, held_statuses_account
        let mut values = vec![author.0.into()];
        let (bounds, order) = keyset(&page, "id", &mut values);
        let rows = self.db.all::<Row>(format!("{SELECT} WHERE account_id = $1{bounds}{order}"), values).await?;
        Ok(Page::from_rows(rows, &page, |r| r.id).map(Scheduled::from))
    }

    /// One of them, whoever wrote it, also while it is held.
    ///
    /// # Errors
    /// The database failed.
    pub async fn scheduled(&self, id: ScheduledStatusId) -> Result<Option<Scheduled>> {
        let row = self.db.one::<Row>(format!("{SELECT} WHERE id = $1"), vec![id.0.into()]).await?;
        Ok(row.map(Scheduled::from))
    }

    /// How many statuses of `author` are waiting.
    ///
    /// # Errors
    /// The database failed.
    pub async fn scheduled_count(&self, author: AccountId) -> Result<i64> {
        let sql = "SELECT COUNT(*) AS n FROM scheduled_statuses WHERE account_id = $1";
        Ok(self.db.number(sql, vec![author.0.into()]).await?.unwrap_or(0))
    }

    /// What was made under a key since `since`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claimed(&self, author: AccountId, key: &str, since: Timestamp) -> Result<Option<Claimed>> {
        #[derive(FromQueryResult)]
        struct Taken {
            status_id: Option<i64>,
            scheduled_id: Option<i64>,
        }
        let sql = "SELECT status_id, scheduled_id FROM idempotency_keys \
                   WHERE account_id = $1 AND idempotency_key = $2 AND created_at >= $3";
        let taken = self.db.one::<Taken>(sql, vec![author.0.into(), key.into(), since.0.into()]).await?;
        Ok(taken.and_then(|taken| match (taken.status_id, taken.scheduled_id) {
            (Some(id), _) => Some(Claimed::Status(StatusId(id))),
            (None, Some(id)) => Some(Claimed::Scheduled(ScheduledStatusId(id))),
            (None, None) => None,
        }))
    }
}

impl Writes<'_> {
    /// Keeps a draft for later.
    ///
    /// # Errors
    /// The database failed.
    pub async fn schedule(&self, s: &Scheduled) -> Result<()> {
        let sql = "INSERT INTO scheduled_statuses (id, account_id, scheduled_at, draft) VALUES ($1, $2, $3, $4)";
        let values = vec![s.id.0.into(), s.account_id.0.into(), s.scheduled_at.0.into(), s.draft.as_str().into()];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Moves one of `author` to another time; `false` when there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reschedule(&self, author: AccountId, id: ScheduledStatusId, at: Timestamp) -> Result<bool> {
        let sql = "UPDATE scheduled_statuses SET scheduled_at = $3 WHERE id = $1 AND account_id = $2";
        Ok(self.db.run(sql, vec![id.0.into(), author.0.into(), at.0.into()]).await? == 1)
    }

    /// Drops one of `author` and frees its attachments; `false` when there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unschedule(&self, author: AccountId, id: ScheduledStatusId) -> Result<bool> {
        let sql = "DELETE FROM scheduled_statuses WHERE id = $1 AND account_id = $2";
        if self.db.run(sql, vec![id.0.into(), author.0.into()]).await? == 0 {
            return Ok(false);
        }
        let sql = "UPDATE media_attachments SET scheduled_id = NULL WHERE scheduled_id = $1";
        self.db.run(sql, vec![id.0.into()]).await?;
        Ok(true)
    }

    /// Takes the key for `result`, unless it was taken since `since`: then what was made under it. Two requests at once
    /// wait for each other here.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim_key(
        &self,
        author: AccountId,
        key: &str,
        result: Claimed,
        now: Timestamp,
        since: Timestamp,
    ) -> Result<Option<Claimed>> {
        let (status, scheduled) = match result {
            Claimed::Status(id) => (Some(id.0), None),
            Claimed::Scheduled(id) => (None, Some(id.0)),
        };
        let sql = "INSERT INTO idempotency_keys (account_id, idempotency_key, status_id, scheduled_id, created_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id, idempotency_key) DO UPDATE \
             SET status_id = excluded.status_id, scheduled_id = excluded.scheduled_id, \
             created_at = excluded.created_at WHERE idempotency_keys.created_at < $6";
        let values = vec![author.0.into(), key.into(), status.into(), scheduled.into(), now.0.into(), since.0.into()];
        if self.db.run(sql, values).await? == 1 {
            return Ok(None);
        }
        self.claimed(author, key, since).await
    }
}
