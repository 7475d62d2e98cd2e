//! Files on disk. Names are ours, never the client's.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use staffroom_domain::Timestamp;
use staffroom_domain::account::Picture;
use staffroom_domain::ids::{AccountId, MediaId};
use staffroom_domain::media::MediaAttachment;
use staffroom_storage::Tx;

use super::Media;
use super::copies::Part;
use crate::{Cx, Result, ServiceError};

/// Attachments removed in one sweep.
const UNUSED: u64 = 500;

/// Gives up pictures that stood on the profile of `owner`: nobody sees their files any more, and a sweep removes them.
pub(crate) async fn discard_pictures(tx: &Tx, cx: &Cx, owner: AccountId, pictures: Vec<Option<Picture>>) -> Result<()> {
    for picture in pictures.into_iter().flatten() {
        if let Picture::Local(path) = picture {
            tx.media().discard(cx.id(), owner, &path).await?;
        }
    }
    Ok(())
}

impl Media<'_> {
    /// Writes `bytes` under a new unguessable name and returns the path below the media folder, with the file, which goes
    /// unless it is kept. It and its folder are flushed to disk before this returns.
    pub(super) async fn write(&self, cx: &Cx, bytes: Vec<u8>, extension: &'static str) -> Result<(String, Part)> {
        let name = cx.secret(18);
        let folder: String = name.chars().take(2).collect();
        let path = format!("{folder}/{name}.{extension}");
        let placed = self.write_at(&path, bytes).await?;
        Ok((path, placed))
    }

    /// Writes `bytes` as a new file at `path`, like [`Media::write`].
    pub(super) async fn write_at(&self, path: &str, bytes: Vec<u8>) -> Result<Part> {
        let write = move |place: &Path| {
            let mut out = std::fs::OpenOptions::new().write(true).create_new(true).open(place)?;
            out.write_all(&bytes)?;
            out.sync_all()
        };
        self.put(path, write).await
    }

    /// Moves a finished file to `path`, like [`Media::write`].
    pub(super) async fn settle(&self, part: Part, path: &str) -> Result<Part> {
        let settle = move |place: &Path| {
            std::fs::File::open(&part.0)?.sync_all()?;
            std::fs::rename(&part.0, place)
        };
        self.put(path, settle).await
    }

    /// Lets `how` put a file at `path` and flushes its folder: else it could be gone after a power failure, but its row
    /// not.
    async fn put(&self, path: &str, how: impl FnOnce(&Path) -> std::io::Result<()> + Send + 'static) -> Result<Part> {
        let placed = Part(self.place(path));
        tokio::task::spawn_blocking(move || -> std::io::Result<Part> {
            let folder = placed.0.parent().unwrap_or(&placed.0);
            std::fs::create_dir_all(folder)?;
            how(&placed.0)?;
            std::fs::File::open(folder)?.sync_all()?;
            Ok(placed)
        })
        .await
        .map_err(|e| ServiceError::Internal(format!("media writer: {e}")))?
        .map_err(|e| ServiceError::Internal(format!("media folder: {e}")))
    }

    /// Removes the files of attachments; a file that is already gone is fine; what cannot be removed is logged.
    pub(crate) async fn remove_files(&self, media: &[MediaAttachment]) {
        let pictures = media.iter().flat_map(|m| std::iter::once(&m.file).chain(m.preview.as_ref()));
        // Collected first: an iterator over closures kept across an await makes the future's type too special to spawn.
        let paths: Vec<&String> = pictures
            .filter_map(|p| match p {
                Picture::Local(path) => Some(path),
                Picture::Remote(_) => None,
            })
            .collect();
        for path in paths {
            self.remove_file(path).await;
        }
    }

    /// Removes a file below the media folder, like [`Media::remove_files`].
    pub(crate) async fn remove_file(&self, path: &str) {
        let file = self.service.settings().media_dir.join(path);
        if let Err(e) = tokio::fs::remove_file(&file).await
            && e.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(error = %e, media.path = path, "a media file could not be removed");
        }
    }

    /// Removes attachments, with their files, that have been on no status since `before`; at most [`UNUSED`]. Returns
    /// how many.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn remove_unused(&self, before: Timestamp) -> Result<u64> {
        let tx = self.service.storage().begin().await?;
        let stale = tx.media().stale(before, UNUSED).await?;
        if stale.is_empty() {
            return Ok(0);
        }
        let ids: Vec<MediaId> = stale.iter().map(|m| m.id).collect();
        tx.media().delete(&ids).await?;
        let elsewhere: Vec<&str> = stale.iter().filter_map(|m| m.file.remote()).collect();
        self.forget_copies(&tx, &elsewhere).await?;
        // Before the commit: a crash in between leaves a row without a file, which the next sweep removes.
        self.remove_files(&stale).await;
        tx.commit().await?;
        Ok(u64::try_from(ids.len()).unwrap_or(u64::MAX))
    }

    /// Where the file behind `/media/<path>` lies, with its media type; `None` for anything that is not one of ours,
    /// and for what nobody shows any more.
    ///
    /// Only names of the very form [`Media::upload`] gives out are looked at, so no path can lead out of the folder.
    ///
    /// # Errors
    /// The database failed.
    pub async fn file(&self, path: &str) -> Result<Option<(PathBuf, &'static str)>> {
        let Some(content_type) = own_name(path) else { return Ok(None) };
        let file = self.service.settings().media_dir.join(path);
        let exists = tokio::fs::metadata(&file).await.is_ok_and(|m| m.is_file());
        if !exists || self.service.storage().read().media().is_withheld(path).await? {
            return Ok(None);
        }
        Ok(Some((file, content_type)))
    }
}

/// The media type of a path of the form `ab/ab….ext`; `None` for every other path.
pub(super) fn own_name(path: &str) -> Option<&'static str> {
    let (folder, file) = path.split_once('/')?;
    let (name, extension) = file.split_once('.')?;
    let plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !plain(folder) || !plain(name) || folder.len() != 2 || !name.starts_with(folder) {
        return None;
    }
    match extension {
        "jpg" => Some("image/jpeg"),
        "png" => Some("image/png"),
        "gif" => Some("image/gif"),
        "webp" => Some("image/webp"),
        "mp4" => Some("video/mp4"),
        "m4a" => Some("audio/mp4"),
        "mp3" => Some("audio/mpeg"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::own_name;

    #[test]
    fn only_names_given_out_are_looked_at() {
        assert_eq!(own_name("ab/abCD-_12.png"), Some("image/png"));
        for bad in [
            "",
            "../etc/passwd",
            "ab/../x.png",
            "ab/cd.png",
            "ab/ab.svg",
            "ab/ab",
            "a/b/c.png",
            "ab/ab%2e.png",
            "ab/ab.png.html",
        ] {
            assert_eq!(own_name(bad), None, "{bad}");
        }
    }
}
