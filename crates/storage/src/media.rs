//! Media attachments.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::account::Picture;
use staffroom_domain::ids::{AccountId, MediaId, ScheduledStatusId, StatusId};
use staffroom_domain::media::{MediaAttachment, MediaKind, MediaState, Recording};

use crate::db::in_list;
use crate::dialect;
use crate::error::Result;

crate::db::noun!();

const COLUMNS: &str = "id, account_id, status_id, kind, local_path, remote_url, preview_path, content_type, width, \
                       height, preview_width, preview_height, focus_x, focus_y, blurhash, description, created_at, state, problem, \
                       duration_ms, frame_rate, bits_per_sec";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    account_id: i64,
    status_id: Option<i64>,
    kind: String,
    local_path: Option<String>,
    remote_url: Option<String>,
    preview_path: Option<String>,
    content_type: String,
    width: Option<i32>,
    height: Option<i32>,
    preview_width: Option<i32>,
    preview_height: Option<i32>,
    focus_x: Option<f32>,
    focus_y: Option<f32>,
    blurhash: Option<String>,
    description: Option<String>,
    created_at: i64,
    state: i32,
    problem: Option<String>,
    duration_ms: Option<i64>,
    frame_rate: Option<String>,
    bits_per_sec: Option<i64>,
}

/// How much of an address is in the index `media_remote_url`, in characters.
const INDEXED_CHARS: usize = 400;
/// What `state` says of those that wait and of those that cannot be used.
const WAITING: i32 = 1;
const FAILED: i32 = 2;

fn pair(a: Option<i32>, b: Option<i32>) -> Option<(u32, u32)> {
    Some((u32::try_from(a?).ok()?, u32::try_from(b?).ok()?))
}

impl From<Row> for MediaAttachment {
    fn from(row: Row) -> Self {
        let file = match (row.local_path, row.remote_url) {
            (Some(path), _) => Picture::Local(path),
            (None, url) => Picture::Remote(url.unwrap_or_default()),
        };
        Self {
            id: MediaId(row.id),
            account_id: AccountId(row.account_id),
            status_id: row.status_id.map(StatusId),
            kind: MediaKind::parse(&row.kind),
            file,
            preview: row.preview_path.map(Picture::Local),
            content_type: row.content_type,
            size_px: pair(row.width, row.height),
            preview_px: pair(row.preview_width, row.preview_height),
            focus: row.focus_x.zip(row.focus_y),
            blurhash: row.blurhash,
            description: row.description,
            created_at: Timestamp(row.created_at),
            state: match row.state {
                WAITING => MediaState::Waiting,
                FAILED => MediaState::Failed(row.problem.unwrap_or_default()),
                _ => MediaState::Ready,
            },
            recording: row.duration_ms.map(|duration| Recording {
                duration_ms: u64::try_from(duration).unwrap_or(0),
                frame_rate: row.frame_rate.unwrap_or_default(),
                bits_per_sec: row.bits_per_sec.and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
            }),
        }
    }
}

impl Reads<'_> {
    /// Attachments by id, in no particular order; unknown ids are left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_many(&self, ids: &[MediaId]) -> Result<Vec<MediaAttachment>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = Vec::new();
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let sql = format!("SELECT {COLUMNS} FROM media_attachments WHERE id IN ({list})");
        Ok(self.db.all::<Row>(sql, values).await?.into_iter().map(MediaAttachment::from).collect())
    }

    /// An attachment, if `owner` has it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find(&self, owner: AccountId, id: MediaId) -> Result<Option<MediaAttachment>> {
        let sql = format!("SELECT {COLUMNS} FROM media_attachments WHERE id = $1 AND account_id = $2");
        Ok(self.db.one::<Row>(sql, vec![id.0.into(), owner.0.into()]).await?.map(MediaAttachment::from))
    }

    /// Whether the file at `path` is shown to nobody: its attachment was detached or is held, or its owner is gone.
    /// Indexes `media_local_path`, `media_preview_path`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_withheld(&self, path: &str) -> Result<bool> {
        let withheld = "SELECT m.id AS n FROM media_attachments m JOIN accounts a ON a.id = m.account_id \
             WHERE (m.detached_at IS NOT NULL OR m.held_id IS NOT NULL OR a.suspended_at IS NOT NULL \
             OR a.deleted_at IS NOT NULL)";
        let sql = format!("{withheld} AND m.local_path = $1 UNION ALL {withheld} AND m.preview_path = $1");
        Ok(self.db.number(sql, vec![path.into()]).await?.is_some())
    }

    /// Whether the file at `path` is of something held whose author is not gone. Indexes `media_local_path`,
    /// `media_preview_path`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_held(&self, path: &str) -> Result<bool> {
        let held = "SELECT m.id AS n FROM media_attachments m JOIN accounts a ON a.id = m.account_id \
             WHERE m.held_id IS NOT NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL";
        let sql = format!("{held} AND m.local_path = $1 UNION ALL {held} AND m.preview_path = $1");
        Ok(self.db.number(sql, vec![path.into()]).await?.is_some())
    }

    /// Whether nobody shows the file at the address `url` of another server any more: it is attached here, and everywhere
    /// it was detached or its owner is gone. Index `media_remote_url`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_withheld_elsewhere(&self, url: &str) -> Result<bool> {
        let sql = "SELECT CAST(COALESCE(MIN(CASE WHEN m.detached_at IS NOT NULL OR a.suspended_at IS NOT NULL \
             OR a.deleted_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS n \
             FROM media_attachments m JOIN accounts a ON a.id = m.account_id \
             WHERE m.remote_url IS NOT NULL AND substr(m.remote_url, 1, 400) = $1 AND m.remote_url = $2";
        let start: String = url.chars().take(INDEXED_CHARS).collect();
        Ok(self.db.number(sql, vec![start.into(), url.into()]).await?.is_some_and(|n| n == 1))
    }

    /// Addresses of the files of other servers that these statuses carry. Index `media_status`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn elsewhere(&self, statuses: &[StatusId]) -> Result<Vec<String>> {
        #[derive(FromQueryResult)]
        struct Address {
            remote_url: String,
        }
        if statuses.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = Vec::new();
        let list = in_list(&mut values, statuses.iter().map(|id| id.0));
        let sql =
            format!("SELECT remote_url FROM media_attachments WHERE status_id IN ({list}) AND remote_url IS NOT NULL");
        Ok(self.db.all::<Address>(sql, values).await?.into_iter().map(|row| row.remote_url).collect())
    }

    /// Whether an attachment waits to be converted: a cheap look before [`Writes::claim_waiting`]. Index `media_waiting`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_any_waiting(&self, now: Timestamp) -> Result<bool> {
        let sql = "SELECT id AS n FROM media_attachments WHERE state = 1 AND lease_until <= $1 LIMIT 1";
        Ok(self.db.number(sql, vec![now.0.into()]).await?.is_some())
    }

    /// Attachments on no status that were uploaded and, if ever attached, detached before `before`; at most `limit`.
    /// Index `media_free`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn stale(&self, before: Timestamp, limit: u64) -> Result<Vec<MediaAttachment>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM media_attachments \
             WHERE status_id IS NULL AND scheduled_id IS NULL AND held_id IS NULL AND created_at < $1 \
             AND (detached_at IS NULL OR detached_at < $1) LIMIT +$2{}",
            dialect::for_update(self.db.backend)
        );
        let values = vec![before.0.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
        Ok(self.db.all::<Row>(sql, values).await?.into_iter().map(MediaAttachment::from).collect())
    }
}

/// An attachment that somebody converts now.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The attachment.
    pub media: MediaAttachment,
    /// How often it was claimed, with this time.
    pub attempts: i64,
    /// How many of these times nobody knows the end of, with this time.
    pub unanswered: i64,
}

impl Writes<'_> {
    /// Adds attachments.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_many(&self, media: &[MediaAttachment]) -> Result<()> {
        let rows = media.iter().map(values).collect();
        self.db.insert_many(&format!("INSERT INTO media_attachments ({COLUMNS})"), rows, "").await?;
        Ok(())
    }

    /// Claims an attachment that waits until `lease_until`: of the next account after `after`, in a circle, the one that
    /// has waited longest.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim_waiting(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        after: AccountId,
    ) -> Result<Option<Claim>> {
        #[derive(FromQueryResult)]
        struct Claimed {
            attempts: i64,
            unanswered: i64,
            #[sea_orm(nested)]
            media: Row,
        }
        let sql = format!(
            "UPDATE media_attachments SET lease_until = $1, attempts = attempts + 1, \
             unanswered = unanswered + 1 WHERE id = \
             (SELECT id FROM media_attachments WHERE state = 1 AND lease_until <= $2 \
             ORDER BY CASE WHEN account_id > $3 THEN 0 ELSE 1 END, account_id, id LIMIT 1{}) \
             RETURNING attempts, unanswered, {COLUMNS}",
            dialect::skip_locked(self.db.backend)
        );
        let claimed = self.db.one::<Claimed>(sql, vec![lease_until.0.into(), now.0.into(), after.0.into()]).await?;
        let claim = |Claimed { attempts, unanswered, media }| Claim { media: media.into(), attempts, unanswered };
        Ok(claimed.map(claim))
    }

    /// Prolongs such a claim.
    ///
    /// # Errors
    /// The database failed.
    pub async fn renew_claim(&self, id: MediaId, lease_until: Timestamp) -> Result<()> {
        let sql = "UPDATE media_attachments SET lease_until = $2 WHERE id = $1 AND state = 1";
        self.db.run(sql, vec![id.0.into(), lease_until.0.into()]).await?;
        Ok(())
    }

    /// Puts such a piece of work off until `until`, for a reason that is known: it counts as answered.
    ///
    /// # Errors
    /// The database failed.
    pub async fn put_off(&self, id: MediaId, until: Timestamp) -> Result<()> {
        let sql =
            "UPDATE media_attachments SET lease_until = $2, unanswered = unanswered - 1 WHERE id = $1 AND state = 1";
        self.db.run(sql, vec![id.0.into(), until.0.into()]).await?;
        Ok(())
    }

    /// Gives such a piece of work back at `now`, as if it had not been claimed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn give_back(&self, id: MediaId, now: Timestamp) -> Result<()> {
        let sql = "UPDATE media_attachments SET lease_until = $2, attempts = attempts - 1, unanswered = unanswered - 1 \
                   WHERE id = $1 AND state = 1";
        self.db.run(sql, vec![id.0.into(), now.0.into()]).await?;
        Ok(())
    }

    /// Keeps what became of an attachment that waited; `false` when it does not wait any more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn finish(&self, done: &MediaAttachment) -> Result<bool> {
        let sql = "UPDATE media_attachments SET state = 0, problem = NULL, kind = $2, local_path = $3, preview_path = $4, \
                   content_type = $5, width = $6, height = $7, preview_width = $8, preview_height = $9, blurhash = $10, \
                   duration_ms = $11, frame_rate = $12, bits_per_sec = $13 WHERE id = $1 AND state = 1";
        let local = |picture: &Picture| match picture {
            Picture::Local(path) => Some(path.clone()),
            Picture::Remote(_) => None,
        };
        let recording = done.recording.as_ref();
        let values = vec![
            done.id.0.into(),
            done.kind.as_str().into(),
            local(&done.file).into(),
            done.preview.as_ref().and_then(local).into(),
            done.content_type.clone().into(),
            pixels(done.size_px.map(|s| s.0)).into(),
            pixels(done.size_px.map(|s| s.1)).into(),
            pixels(done.preview_px.map(|s| s.0)).into(),
            pixels(done.preview_px.map(|s| s.1)).into(),
            done.blurhash.clone().into(),
            recording.map(|r| number(r.duration_ms)).into(),
            recording.map(|r| r.frame_rate.clone()).into(),
            recording.map(|r| number(r.bits_per_sec)).into(),
        ];
        Ok(self.db.run(sql, values).await? > 0)
    }

    /// An attachment that waited can never be used.
    ///
    /// # Errors
    /// The database failed.
    pub async fn fail(&self, id: MediaId, problem: &str) -> Result<()> {
        let sql = "UPDATE media_attachments SET state = 2, problem = $2 WHERE id = $1 AND state = 1";
        self.db.run(sql, vec![id.0.into(), problem.into()]).await?;
        Ok(())
    }

    /// Changes description and focal point.
    ///
    /// # Errors
    /// The database failed.
    pub async fn describe(&self, id: MediaId, description: Option<&str>, focus: Option<(f32, f32)>) -> Result<()> {
        self.described(id, description, focus, "").await?;
        Ok(())
    }

    /// The same while it is part of no status, held or not; `false` otherwise.
    ///
    /// # Errors
    /// The database failed.
    pub async fn describe_free(
        &self,
        id: MediaId,
        description: Option<&str>,
        focus: Option<(f32, f32)>,
    ) -> Result<bool> {
        Ok(self.described(id, description, focus, " AND status_id IS NULL AND held_id IS NULL").await? == 1)
    }

    async fn described(
        &self,
        id: MediaId,
        description: Option<&str>,
        focus: Option<(f32, f32)>,
        condition: &str,
    ) -> Result<u64> {
        let sql = format!(
            "UPDATE media_attachments SET description = $2, focus_x = $3, focus_y = $4 WHERE id = $1{condition}"
        );
        let values = vec![
            id.0.into(),
            description.map(str::to_owned).into(),
            focus.map(|f| f.0).into(),
            focus.map(|f| f.1).into(),
        ];
        self.db.run(sql, values).await
    }

    /// Ties attachments of `owner` that are free (or already tied to `status`) to `status`; returns how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn attach(&self, owner: AccountId, status: StatusId, ids: &[MediaId]) -> Result<u64> {
        let mut values = vec![status.0.into(), owner.0.into()];
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let sql = format!(
            "UPDATE media_attachments SET status_id = $1, scheduled_id = NULL, detached_at = NULL \
             WHERE account_id = $2 AND (status_id IS NULL OR status_id = $1) AND held_id IS NULL AND state = 0 \
             AND created_at > 0 AND id IN ({list})"
        );
        self.db.run(sql, values).await
    }

    /// Keeps free attachments for a scheduled status; returns how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reserve(&self, owner: AccountId, scheduled: ScheduledStatusId, ids: &[MediaId]) -> Result<u64> {
        let mut values = vec![scheduled.0.into(), owner.0.into()];
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let sql = format!(
            "UPDATE media_attachments SET scheduled_id = $1, detached_at = NULL \
             WHERE account_id = $2 AND status_id IS NULL AND scheduled_id IS NULL AND held_id IS NULL AND state = 0 \
             AND created_at > 0 AND id IN ({list})"
        );
        self.db.run(sql, values).await
    }

    /// Frees the attachments of a scheduled status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn release(&self, scheduled: ScheduledStatusId) -> Result<()> {
        let sql = "UPDATE media_attachments SET scheduled_id = NULL WHERE scheduled_id = $1";
        self.db.run(sql, vec![scheduled.0.into()]).await?;
        Ok(())
    }

    /// Takes all attachments but `keep` off a status: withheld from now on, free to be attached again until a sweep.
    ///
    /// # Errors
    /// The database failed.
    pub async fn detach_others(&self, status: StatusId, keep: &[MediaId], at: Timestamp) -> Result<()> {
        let mut values = vec![status.0.into(), at.0.into()];
        let list = in_list(&mut values, keep.iter().map(|id| id.0));
        let kept = if keep.is_empty() { String::new() } else { format!(" AND id NOT IN ({list})") };
        let sql = format!("UPDATE media_attachments SET status_id = NULL, detached_at = $2 WHERE status_id = $1{kept}");
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Lets the next sweep remove attachments that were taken off their status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn give_up(&self, ids: &[MediaId]) -> Result<()> {
        let mut values = Vec::new();
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let sql = format!(
            "UPDATE media_attachments SET created_at = 0, detached_at = 0 \
             WHERE detached_at IS NOT NULL AND status_id IS NULL AND id IN ({list})"
        );
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Lets the next sweep remove a picture that stood on a profile; `id` is a new one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn discard(&self, id: MediaId, owner: AccountId, path: &str) -> Result<()> {
        let sql = "INSERT INTO media_attachments (id, account_id, kind, local_path, content_type, created_at, detached_at) \
                   VALUES ($1, $2, $3, $4, '', 0, 0)";
        let kind = MediaKind::Image.as_str();
        self.db.run(sql, vec![id.0.into(), owner.0.into(), kind.into(), path.into()]).await?;
        Ok(())
    }

    /// Removes attachments. The files are the caller's to remove, after the commit.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete(&self, ids: &[MediaId]) -> Result<()> {
        let mut values = Vec::new();
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        self.db.run(format!("DELETE FROM media_attachments WHERE id IN ({list})"), values).await?;
        Ok(())
    }
}

fn pixels(n: Option<u32>) -> Option<i32> {
    n.and_then(|n| i32::try_from(n).ok())
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn values(m: &MediaAttachment) -> Vec<Value> {
    let (local, remote) = match &m.file {
        Picture::Local(path) => (Some(path.clone()), None),
        Picture::Remote(url) => (None, Some(url.clone())),
    };
    let preview = match &m.preview {
        Some(Picture::Local(path)) => Some(path.clone()),
        _ => None,
    };
    let (state, problem) = match &m.state {
        MediaState::Ready => (0, None),
        MediaState::Waiting => (WAITING, None),
        MediaState::Failed(why) => (FAILED, Some(why.clone())),
    };
    let recording = m.recording.as_ref();
    vec![
        m.id.0.into(),
        m.account_id.0.into(),
        m.status_id.map(|id| id.0).into(),
        m.kind.as_str().into(),
        local.into(),
        remote.into(),
        preview.into(),
        m.content_type.clone().into(),
        pixels(m.size_px.map(|s| s.0)).into(),
        pixels(m.size_px.map(|s| s.1)).into(),
        pixels(m.preview_px.map(|s| s.0)).into(),
        pixels(m.preview_px.map(|s| s.1)).into(),
        m.focus.map(|f| f.0).into(),
        m.focus.map(|f| f.1).into(),
        m.blurhash.clone().into(),
        m.description.clone().into(),
        m.created_at.0.into(),
        state.into(),
        problem.into(),
        recording.map(|r| number(r.duration_ms)).into(),
        recording.map(|r| r.frame_rate.clone()).into(),
        recording.map(|r| number(r.bits_per_sec)).into(),
    ]
}
