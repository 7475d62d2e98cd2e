//! Held statuses, and the attachments bound to them. `queue.rs` has the order in which moderators decide.

mod queue;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::hold::{Hold, HoldState};
use staffroom_domain::ids::{AccountId, MediaId, StatusId};
use staffroom_domain::organisation::Reach;
use staffroom_domain::{AccountKind, Page, PageRequest, Timestamp, Visibility};

use crate::db::in_list;
use crate::dialect;
use crate::error::{Result, StorageError};
use crate::organisations::within;
use crate::page::{by_deadline, keyset};
use crate::reports::heard_by;

crate::db::noun!();

const COLUMNS: &str = "h.id, h.account_id, h.edits_id, h.answers_id, h.quotes_id, h.scheduled_at, h.draft, h.verdict, \
     h.is_ruled, h.may_publish, h.state, h.pin, h.boost, h.revision, h.notice_id, h.created_at, h.updated_at, h.deadline, \
     h.decided_at, h.decided_by, h.note, h.released_as";

/// Something can still be decided; in the words of the partial indexes.
const OPEN: &str = "h.state IN ('held', 'in-review')";
/// A moderator decides: no appeal was granted that leaves it to its author.
const FOR_MODERATORS: &str = "h.deadline IS NOT NULL";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    account_id: i64,
    edits_id: Option<i64>,
    answers_id: Option<i64>,
    quotes_id: Option<i64>,
    scheduled_at: Option<i64>,
    draft: String,
    verdict: String,
    is_ruled: bool,
    may_publish: bool,
    state: String,
    pin: bool,
    boost: Option<i16>,
    revision: i64,
    notice_id: Option<i64>,
    created_at: i64,
    updated_at: i64,
    deadline: Option<i64>,
    decided_at: Option<i64>,
    decided_by: Option<i64>,
    note: String,
    released_as: Option<i64>,
}

impl TryFrom<Row> for Hold {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: StatusId(row.id),
            account_id: AccountId(row.account_id),
            edits: row.edits_id.map(StatusId),
            answers: row.answers_id.map(StatusId),
            quotes: row.quotes_id.map(StatusId),
            scheduled_at: row.scheduled_at.map(Timestamp),
            draft: row.draft,
            verdict: row.verdict,
            is_ruled: row.is_ruled,
            may_publish: row.may_publish,
            state: HoldState::parse(&row.state).ok_or(StorageError::Corrupt { what: "state of a held status" })?,
            pin: row.pin,
            boost: row.boost.map(Visibility::from_code),
            revision: row.revision,
            notice: row.notice_id.map(StatusId),
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            deadline: row.deadline.map(Timestamp),
            decided_at: row.decided_at.map(Timestamp),
            decided_by: row.decided_by.map(AccountId),
            note: row.note,
            released_as: row.released_as.map(StatusId),
        })
    }
}

/// What changes of a held status, in the order of [`Writes::update`].
fn changing(hold: &Hold) -> Vec<Value> {
    vec![
        hold.answers.map(|id| id.0).into(),
        hold.quotes.map(|id| id.0).into(),
        hold.scheduled_at.map(|at| at.0).into(),
        hold.draft.as_str().into(),
        hold.verdict.as_str().into(),
        hold.is_ruled.into(),
        hold.may_publish.into(),
        hold.state.as_str().into(),
        hold.pin.into(),
        hold.boost.map(Visibility::code).into(),
        hold.notice.map(|id| id.0).into(),
        hold.updated_at.0.into(),
        hold.deadline.map(|at| at.0).into(),
        hold.decided_at.map(|at| at.0).into(),
        hold.decided_by.map(|id| id.0).into(),
        hold.note.as_str().into(),
        hold.released_as.map(|id| id.0).into(),
    ]
}

impl Reads<'_> {
    async fn several(&self, condition: &str, values: Vec<Value>) -> Result<Vec<Hold>> {
        let rows = self.db.all::<Row>(format!("SELECT {COLUMNS} FROM held_statuses h {condition}"), values).await?;
        rows.into_iter().map(Hold::try_from).collect()
    }

    /// A held status, whoever wrote it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_id(&self, id: StatusId) -> Result<Option<Hold>> {
        Ok(self.several("WHERE h.id = $1", vec![id.0.into()]).await?.pop())
    }

    /// A held status of `author`, however it stands.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of(&self, author: AccountId, id: StatusId) -> Result<Option<Hold>> {
        Ok(self.several("WHERE h.id = $1 AND h.account_id = $2", vec![id.0.into(), author.0.into()]).await?.pop())
    }

    /// Those of `author` among `ids`, however they stand.
    ///
    /// # Errors
    /// The database failed.
    pub async fn several_of(&self, author: AccountId, ids: &[StatusId]) -> Result<Vec<Hold>> {
        let mut values: Vec<Value> = vec![author.0.into()];
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        self.several(&format!("WHERE h.account_id = $1 AND h.id IN ({list})"), values).await
    }

    /// Under which id the status is published that `author` knows as `id`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn released_as(&self, author: AccountId, id: StatusId) -> Result<Option<StatusId>> {
        let sql = "SELECT released_as AS n FROM held_statuses WHERE id = $1 AND account_id = $2 \
                   AND released_as IS NOT NULL";
        Ok(self.db.number(sql, vec![id.0.into(), author.0.into()]).await?.map(StatusId))
    }

    /// The held edit of a published status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn edit_of(&self, published: StatusId) -> Result<Option<Hold>> {
        // held_statuses_edits
        Ok(self.several(&format!("WHERE h.edits_id = $1 AND {OPEN}"), vec![published.0.into()]).await?.pop())
    }

    /// What `author` is told of in the thread that `answered`, a direct status, belongs to.
    ///
    /// # Errors
    /// The database failed.
    pub async fn told_in(&self, author: AccountId, answered: StatusId) -> Result<Option<Hold>> {
        // primary key, held_statuses_notice
        let condition = "JOIN statuses s ON s.thread_id = h.notice_id WHERE s.id = $1 AND h.account_id = $2 AND s.deleted_at IS NULL";
        Ok(self.several(condition, vec![answered.0.into(), author.0.into()]).await?.pop())
    }

    /// Open ones that answer or quote `id`, or one of these, in the order they were written; at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn depending_on(&self, id: StatusId, limit: u64) -> Result<Vec<Hold>> {
        // held_statuses_answers, held_statuses_quotes
        let condition = format!(
            "WHERE h.id IN (WITH RECURSIVE below (id) AS (SELECT d.id FROM held_statuses d \
             WHERE d.answers_id = $1 OR d.quotes_id = $1 UNION SELECT d.id FROM held_statuses d \
             JOIN below ON d.answers_id = below.id OR d.quotes_id = below.id) SELECT id FROM below) \
             AND {OPEN} ORDER BY h.id LIMIT +$2"
        );
        self.several(&condition, vec![id.0.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()]).await
    }

    /// The direct statuses in which `author` was told of theirs, and their answers to these.
    ///
    /// # Errors
    /// The database failed.
    pub async fn notices_to(&self, author: AccountId) -> Result<Vec<StatusId>> {
        // held_statuses_account, statuses_thread
        let sql = "SELECT s.id AS n FROM held_statuses h JOIN statuses s ON s.thread_id = h.notice_id \
                   WHERE h.account_id = $1 AND s.deleted_at IS NULL";
        Ok(self.db.numbers(sql, vec![author.0.into()]).await?.into_iter().map(StatusId).collect())
    }

    /// The direct statuses in which the program told authors of these.
    ///
    /// # Errors
    /// The database failed.
    pub async fn notices_about(&self, held: &[StatusId]) -> Result<Vec<StatusId>> {
        if held.is_empty() {
            return Ok(Vec::new());
        }
        let mut values: Vec<Value> = vec![AccountKind::Application.code().into()];
        let list = in_list(&mut values, held.iter().map(|id| id.0));
        // statuses_thread
        let sql = format!(
            "SELECT s.id AS n FROM held_statuses h JOIN statuses s ON s.thread_id = h.notice_id \
             JOIN accounts a ON a.id = s.account_id WHERE h.id IN ({list}) AND s.deleted_at IS NULL \
             AND a.domain IS NULL AND a.kind = $1"
        );
        Ok(self.db.numbers(sql, values).await?.into_iter().map(StatusId).collect())
    }

    /// Those decided before `before` whose texts are kept, but for those against whose decision an appeal waits; at most
    /// `limit`, the oldest decisions first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decided_before(&self, before: Timestamp, limit: u64) -> Result<Vec<StatusId>> {
        // held_statuses_decided, statements_of_reasons_account, appeals_reasons
        let sql = "SELECT h.id AS n FROM held_statuses h WHERE h.decided_at < $1 AND h.draft <> '' \
                   AND NOT EXISTS (SELECT 1 FROM statements_of_reasons r JOIN appeals p ON p.reasons_id = r.id \
                   WHERE r.account_id = h.account_id AND r.status_id = h.id AND p.decided_at IS NULL) \
                   ORDER BY h.decided_at LIMIT +$2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(self.db.numbers(sql, vec![before.0.into(), limit.into()]).await?.into_iter().map(StatusId).collect())
    }

    /// How many of `author` are open.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_open(&self, author: AccountId) -> Result<i64> {
        // held_statuses_account
        let sql = format!("SELECT COUNT(*) AS n FROM held_statuses h WHERE h.account_id = $1 AND {OPEN}");
        Ok(self.db.number(sql, vec![author.0.into()]).await?.unwrap_or(0))
    }

    /// All of `author`, newest first; only those that stand so, if `state` says how.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_of(&self, author: AccountId, state: Option<HoldState>, page: &PageRequest) -> Result<Page<Hold>> {
        // held_statuses_account
        let mut values: Vec<Value> = vec![author.0.into()];
        let stands = state_sql(state, &mut values);
        let (bounds, order) = keyset(page, "h.id", &mut values);
        let rows = self.several(&format!("WHERE h.account_id = $1{stands}{bounds}{order}"), values).await?;
        Ok(Page::from_rows(rows, page, |hold: &Hold| hold.id.0))
    }

    /// Those a rule asks for, by people within `reach` who are for `by` to decide about (`None`: all): the open ones, or
    /// those that stand as `state` says. What is open comes by its deadline, the soonest first, without what an appeal
    /// left to its author; what is decided by when it was held, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(
        &self,
        reach: &Reach,
        by: Option<AccountId>,
        state: Option<HoldState>,
        page: &PageRequest,
    ) -> Result<Page<Hold>> {
        let mut values: Vec<Value> = Vec::new();
        let mut stands = if state.is_some() { state_sql(state, &mut values) } else { format!(" AND {OPEN}") };
        let is_open = state.is_none_or(HoldState::is_open);
        if is_open {
            stands.push_str(&format!(" AND {FOR_MODERATORS}"));
        }
        let decided = decided_by(reach, by, &mut values);
        let (bounds, order) = if is_open {
            // held_statuses_deadline
            by_deadline(page, "held_statuses", "h", &mut values)
        } else {
            // primary key
            keyset(page, "h.id", &mut values)
        };
        // accounts_organisation
        let rows = self.several(&format!("WHERE h.is_ruled{stands}{decided}{bounds}{order}"), values).await?;
        Ok(Page::from_rows(rows, page, |hold: &Hold| hold.id.0))
    }

    /// Those of `media` that are bound to a held status, each with it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bound(&self, media: &[MediaId]) -> Result<Vec<(MediaId, StatusId)>> {
        #[derive(FromQueryResult)]
        struct Bound {
            id: i64,
            held_id: i64,
        }
        if media.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = Vec::new();
        let list = in_list(&mut values, media.iter().map(|id| id.0));
        let sql = format!("SELECT id, held_id FROM media_attachments WHERE id IN ({list}) AND held_id IS NOT NULL");
        let rows = self.db.all::<Bound>(sql, values).await?;
        Ok(rows.into_iter().map(|row| (MediaId(row.id), StatusId(row.held_id))).collect())
    }
}

/// ` AND …`: by people within `reach` who are for `by` to decide about (`None`: all).
fn decided_by(reach: &Reach, by: Option<AccountId>, values: &mut Vec<Value>) -> String {
    let heard = by.map_or_else(String::new, |by| {
        values.push(by.0.into());
        heard_by("h.account_id", values.len())
    });
    match within(reach, "organisation_id", values) {
        everywhere if everywhere.is_empty() => heard,
        reached => format!("{heard} AND h.account_id IN (SELECT id FROM accounts WHERE domain IS NULL{reached})"),
    }
}

/// ` AND …`: it stands so.
fn state_sql(state: Option<HoldState>, values: &mut Vec<Value>) -> String {
    state.map_or_else(String::new, |state| {
        values.push(state.as_str().into());
        format!(" AND h.state = ${}", values.len())
    })
}

impl Writes<'_> {
    /// Stores a new one.
    ///
    /// # Errors
    /// The database failed; a second open edit of one status is a unique violation.
    pub async fn insert(&self, hold: &Hold) -> Result<()> {
        let head = "INSERT INTO held_statuses (id, account_id, edits_id, revision, created_at, answers_id, quotes_id, \
                    scheduled_at, draft, verdict, is_ruled, may_publish, state, pin, boost, notice_id, updated_at, \
                    deadline, decided_at, decided_by, note, released_as)";
        let mut values: Vec<Value> = vec![
            hold.id.0.into(),
            hold.account_id.0.into(),
            hold.edits.map(|id| id.0).into(),
            hold.revision.into(),
            hold.created_at.0.into(),
        ];
        values.extend(changing(hold));
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }

    /// Keeps others from changing one until this transaction ends. Take it before its attachments: nobody waits in a
    /// circle.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lock(&self, id: StatusId) -> Result<()> {
        let lock = dialect::for_update(self.db.backend);
        let sql = format!("SELECT h.id AS n FROM held_statuses h WHERE h.id = $1{lock}");
        self.db.number(sql, vec![id.0.into()]).await?;
        Ok(())
    }

    /// Keeps what changed of an open one, whose revision grows; `false` when it was changed or decided since it was read.
    ///
    /// # Errors
    /// The database failed.
    pub async fn update(&self, hold: &Hold) -> Result<bool> {
        let sql = "UPDATE held_statuses SET answers_id = $3, quotes_id = $4, scheduled_at = $5, draft = $6, \
                   verdict = $7, is_ruled = $8, may_publish = $9, state = $10, pin = $11, boost = $12, notice_id = $13, \
                   updated_at = $14, deadline = $15, decided_at = $16, decided_by = $17, note = $18, released_as = $19, \
                   revision = revision + 1 WHERE id = $1 AND revision = $2 AND state IN ('held', 'in-review')";
        let mut values: Vec<Value> = vec![hold.id.0.into(), hold.revision.into()];
        values.extend(changing(hold));
        Ok(self.db.run(sql, values).await? == 1)
    }

    /// Opens a rejected one again as `hold` says, whose revision grows; `false` when it is not as it was read, or its text
    /// is forgotten.
    ///
    /// # Errors
    /// The database failed; a second open edit of one status is a unique violation.
    pub async fn reopen(&self, hold: &Hold) -> Result<bool> {
        let sql = "UPDATE held_statuses SET state = $3, may_publish = $4, note = $5, updated_at = $6, deadline = $7, \
                   decided_at = NULL, decided_by = NULL, revision = revision + 1 \
                   WHERE id = $1 AND revision = $2 AND state = 'rejected' AND draft <> ''";
        let values: Vec<Value> = vec![
            hold.id.0.into(),
            hold.revision.into(),
            hold.state.as_str().into(),
            hold.may_publish.into(),
            hold.note.as_str().into(),
            hold.updated_at.0.into(),
            hold.deadline.map(|at| at.0).into(),
        ];
        Ok(self.db.run(sql, values).await? == 1)
    }

    /// Open ones that answer or quote `id` wait for it no more: it is published.
    ///
    /// # Errors
    /// The database failed.
    pub async fn no_longer_wait_for(&self, id: StatusId) -> Result<()> {
        // held_statuses_answers, held_statuses_quotes
        for column in ["answers_id", "quotes_id"] {
            let sql = format!(
                "UPDATE held_statuses SET {column} = NULL WHERE {column} = $1 AND state IN ('held', 'in-review')"
            );
            self.db.run(sql, vec![id.0.into()]).await?;
        }
        Ok(())
    }

    /// Binds attachments of `owner` that are free, or bound to it already, to a held status; returns how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bind(&self, owner: AccountId, hold: StatusId, media: &[MediaId]) -> Result<u64> {
        let mut values: Vec<Value> = vec![hold.0.into(), owner.0.into()];
        let list = in_list(&mut values, media.iter().map(|id| id.0));
        let sql = format!(
            "UPDATE media_attachments SET held_id = $1, scheduled_id = NULL, detached_at = NULL \
             WHERE account_id = $2 AND status_id IS NULL AND (held_id IS NULL OR held_id = $1) AND state = 0 \
             AND created_at > 0 AND id IN ({list})"
        );
        self.db.run(sql, values).await
    }

    /// Takes all attachments but `keep` off a held status. With `withheld_at` nobody sees them, and they can be attached
    /// again until a sweep.
    ///
    /// # Errors
    /// The database failed.
    pub async fn free(&self, hold: StatusId, keep: &[MediaId], withheld_at: Option<Timestamp>) -> Result<()> {
        let mut values: Vec<Value> = vec![hold.0.into(), withheld_at.map(|at| at.0).into()];
        let list = in_list(&mut values, keep.iter().map(|id| id.0));
        let kept = if keep.is_empty() { String::new() } else { format!(" AND id NOT IN ({list})") };
        let sql = format!("UPDATE media_attachments SET held_id = NULL, detached_at = $2 WHERE held_id = $1{kept}");
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Removes everything of an account that is gone; its files go with the next sweep.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_all_of(&self, author: AccountId) -> Result<()> {
        let steps = [
            "UPDATE media_attachments SET held_id = NULL, created_at = 0, detached_at = 0 \
             WHERE held_id IN (SELECT id FROM held_statuses WHERE account_id = $1)",
            "DELETE FROM held_statuses WHERE account_id = $1",
        ];
        for sql in steps {
            self.db.run(sql, vec![author.0.into()]).await?;
        }
        Ok(())
    }

    /// Forgets the texts and attachments of things held, former versions too; that they were, and under which ids they are published, stays.
    /// Returns of how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_texts(&self, held: &[StatusId]) -> Result<u64> {
        if held.is_empty() {
            return Ok(0);
        }
        let mut values = Vec::new();
        let list = in_list(&mut values, held.iter().map(|id| id.0));
        // media_held
        let sql = format!(
            "UPDATE media_attachments SET held_id = NULL, created_at = 0, detached_at = 0 WHERE held_id IN ({list})"
        );
        self.db.run(sql, values.clone()).await?;
        // judged_texts_held
        self.db.run(format!("DELETE FROM judged_texts WHERE held_id IN ({list})"), values.clone()).await?;
        self.db.run(format!("UPDATE held_statuses SET draft = '', note = '' WHERE id IN ({list})"), values).await
    }
}
