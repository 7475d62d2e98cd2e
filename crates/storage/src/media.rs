//! Media attachments.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::account::Picture;
use staffroom_domain::ids::{AccountId, MediaId, ScheduledStatusId, StatusId};
use staffroom_domain::media::{MediaAttachment, MediaKind};

use crate::db::in_list;
use crate::dialect;
use crate::error::Result;

crate::db::noun!();

const COLUMNS: &str = "id, account_id, status_id, kind, local_path, remote_url, preview_path, content_type, width, \
                       height, preview_width, preview_height, focus_x, focus_y, blurhash, description, created_at";

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
}

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

    /// Whether the file at `path` is shown by nobody any more: its attachment was detached, or its owner is gone.
    /// Indexes `media_local_path`, `media_preview_path`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_withheld(&self, path: &str) -> Result<bool> {
        let withheld = "SELECT m.id AS n FROM media_attachments m JOIN accounts a ON a.id = m.account_id \
             WHERE (m.detached_at IS NOT NULL OR a.suspended_at IS NOT NULL OR a.deleted_at IS NOT NULL)";
        let sql = format!("{withheld} AND m.local_path = $1 UNION ALL {withheld} AND m.preview_path = $1");
        Ok(self.db.number(sql, vec![path.into()]).await?.is_some())
    }

    /// Attachments on no status that were uploaded and, if ever attached, detached before `before`; at most `limit`.
    /// Index `media_free`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn stale(&self, before: Timestamp, limit: u64) -> Result<Vec<MediaAttachment>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM media_attachments \
             WHERE status_id IS NULL AND scheduled_id IS NULL AND created_at < $1 \
             AND (detached_at IS NULL OR detached_at < $1) LIMIT +$2{}",
            dialect::for_update(self.db.backend)
        );
        let values = vec![before.0.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
        Ok(self.db.all::<Row>(sql, values).await?.into_iter().map(MediaAttachment::from).collect())
    }
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

    /// Changes description and focal point.
    ///
    /// # Errors
    /// The database failed.
    pub async fn describe(&self, id: MediaId, description: Option<&str>, focus: Option<(f32, f32)>) -> Result<()> {
        let sql = "UPDATE media_attachments SET description = $2, focus_x = $3, focus_y = $4 WHERE id = $1";
        let values = vec![
            id.0.into(),
            description.map(str::to_owned).into(),
            focus.map(|f| f.0).into(),
            focus.map(|f| f.1).into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
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
             WHERE account_id = $2 AND (status_id IS NULL OR status_id = $1) AND id IN ({list})"
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
             WHERE account_id = $2 AND status_id IS NULL AND scheduled_id IS NULL AND id IN ({list})"
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

fn values(m: &MediaAttachment) -> Vec<Value> {
    let (local, remote) = match &m.file {
        Picture::Local(path) => (Some(path.clone()), None),
        Picture::Remote(url) => (None, Some(url.clone())),
    };
    let preview = match &m.preview {
        Some(Picture::Local(path)) => Some(path.clone()),
        _ => None,
    };
    let px = |n: Option<u32>| n.and_then(|n| i32::try_from(n).ok());
    vec![
        m.id.0.into(),
        m.account_id.0.into(),
        m.status_id.map(|id| id.0).into(),
        m.kind.as_str().into(),
        local.into(),
        remote.into(),
        preview.into(),
        m.content_type.clone().into(),
        px(m.size_px.map(|s| s.0)).into(),
        px(m.size_px.map(|s| s.1)).into(),
        px(m.preview_px.map(|s| s.0)).into(),
        px(m.preview_px.map(|s| s.1)).into(),
        m.focus.map(|f| f.0).into(),
        m.focus.map(|f| f.1).into(),
        m.blurhash.clone().into(),
        m.description.clone().into(),
        m.created_at.0.into(),
    ]
}
