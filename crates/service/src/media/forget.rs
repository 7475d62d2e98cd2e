//! How copies of files of other servers go: with what they belong to, when they had their time, and the least used ones
//! when all together become too large.

use std::sync::atomic::Ordering;
use std::time::{Duration, UNIX_EPOCH};

use staffroom_domain::Timestamp;
use staffroom_domain::account::{Account, Picture};
use staffroom_domain::ids::StatusId;
use staffroom_storage::Tx;
use staffroom_storage::remote_media::RemoteCopy;

use super::Media;
use super::copies::{PARTS, digest_of};
use super::video::UPLOADS;
use crate::{Cx, Result};

/// Of the size all copies may have, the part that may come before they are counted again: others may share the database.
const UNCOUNTED: i64 = 16;
/// A part older than this belongs to a fetch that broke off.
const PART_KEPT: Duration = Duration::from_hours(1);
/// An upload older than this has become something, or never will: attachments on no status are removed after a day.
const UPLOAD_KEPT: Duration = Duration::from_hours(26);
/// Copies removed at once.
const BATCH: u64 = 200;

impl Media<'_> {
    /// How many bytes have to go before `bytes` more come. All copies are counted only now and then, and never within a
    /// transaction that writes: it takes its time.
    pub(super) async fn over(&self, bytes: i64) -> Result<i64> {
        let room = &self.service.inner.copies.room;
        if room.fetch_sub(bytes, Ordering::Relaxed) >= bytes {
            return Ok(0);
        }
        let most = i64::try_from(self.service.settings().limits.remote_cache_bytes).unwrap_or(i64::MAX);
        let spare = most / UNCOUNTED;
        let left = most - self.service.storage().read().remote_media().total_bytes().await? - bytes;
        if left >= 0 {
            room.store(left.min(spare), Ordering::Relaxed);
            return Ok(0);
        }
        room.store(spare, Ordering::Relaxed);
        Ok(spare - left)
    }

    /// Forgets the copies of files at these addresses. Their files go before the commit: a row without a file counts as
    /// no copy.
    pub(crate) async fn forget_copies(&self, tx: &Tx, urls: &[&str]) -> Result<()> {
        if urls.is_empty() {
            return Ok(());
        }
        let digests: Vec<String> = urls.iter().map(|url| digest_of(url)).collect();
        let copies = tx.remote_media().find(&digests).await?;
        tx.remote_media().forget(&copies).await?;
        self.remove_copies(&copies).await;
        Ok(())
    }

    /// Forgets the copies of what these statuses carry, before they are erased.
    pub(crate) async fn forget_copies_of(&self, tx: &Tx, statuses: &[StatusId]) -> Result<()> {
        let urls = tx.media().elsewhere(statuses).await?;
        let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
        self.forget_copies(tx, &urls).await
    }

    /// Forgets the copies of the pictures on a profile elsewhere.
    pub(crate) async fn forget_faces(&self, tx: &Tx, account: &Account) -> Result<()> {
        let pictures = [&account.avatar, &account.header].into_iter().flatten();
        let urls: Vec<&str> = pictures.filter_map(Picture::remote).collect();
        self.forget_copies(tx, &urls).await
    }

    /// Removes copies that had their time, and parts of fetches that broke off. Returns how many copies.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn remove_old_copies(&self, cx: &Cx) -> Result<u64> {
        self.remove_parts(PARTS, cx.now().minus(PART_KEPT)).await;
        self.remove_parts(UPLOADS, cx.now().minus(UPLOAD_KEPT)).await;
        let before = cx.now().minus(self.service.settings().limits.remote_kept);
        let mut removed = 0;
        loop {
            let tx = self.service.storage().begin().await?;
            let old = tx.remote_media().older(before, BATCH).await?;
            if old.is_empty() {
                return Ok(removed);
            }
            tx.remote_media().forget(&old).await?;
            self.remove_copies(&old).await;
            tx.commit().await?;
            removed += u64::try_from(old.len()).unwrap_or(0);
        }
    }

    pub(super) async fn remove_copies(&self, copies: &[RemoteCopy]) {
        for copy in copies {
            self.remove_file(&copy.path).await;
        }
    }

    /// Removes what lies in a folder of unfinished files and was last changed before `before`.
    async fn remove_parts(&self, folder: &str, before: Timestamp) {
        let Ok(mut folder) = tokio::fs::read_dir(self.place(folder)).await else { return };
        while let Ok(Some(part)) = folder.next_entry().await {
            let changed = part.metadata().await.ok().and_then(|file| file.modified().ok());
            let since = changed.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
            if since.is_some_and(|since| i64::try_from(since.as_millis()).is_ok_and(|at| at < before.0)) {
                // The next sweep tries again.
                let _ = tokio::fs::remove_file(part.path()).await;
            }
        }
    }
}

/// Forgets the least used copies, `over` bytes of them, and returns them; `newest` stays.
pub(super) async fn least_used(tx: &Tx, newest: &str, mut over: i64) -> Result<Vec<RemoteCopy>> {
    let mut leaving = Vec::new();
    while over > 0 {
        let oldest = tx.remote_media().least_used(BATCH).await?;
        let mut going = Vec::new();
        for copy in oldest.into_iter().filter(|copy| copy.digest != newest) {
            if over <= 0 {
                break;
            }
            over -= copy.bytes;
            going.push(copy);
        }
        if going.is_empty() {
            break;
        }
        tx.remote_media().forget(&going).await?;
        leaving.extend(going);
    }
    Ok(leaving)
}
