//! Files on disk. Names are ours, never the client's.

use std::path::PathBuf;

use staffroom_domain::account::Picture;
use staffroom_domain::media::MediaAttachment;

use super::Media;
use crate::{Cx, Result, ServiceError};

impl Media<'_> {
    /// Writes `bytes` under a new unguessable name and returns the path below the media folder. The file and its folder
    /// are flushed to disk before this returns.
    pub(super) async fn write(&self, cx: &Cx, bytes: Vec<u8>, extension: &'static str) -> Result<String> {
        let name = cx.secret(18);
        let folder: String = name.chars().take(2).collect();
        let path = format!("{folder}/{name}.{extension}");
        let root = self.service.settings().media_dir.clone();
        let file = root.join(&path);
        tokio::task::spawn_blocking(move || -> std::io::Result<()> {
            use std::io::Write as _;
            let parent = file.parent().unwrap_or(&root);
            std::fs::create_dir_all(parent)?;
            let mut out = std::fs::OpenOptions::new().write(true).create_new(true).open(&file)?;
            out.write_all(&bytes)?;
            out.sync_all()?;
            std::fs::File::open(parent)?.sync_all()
        })
        .await
        .map_err(|e| ServiceError::Internal(format!("media writer: {e}")))?
        .map_err(|e| ServiceError::Internal(format!("media folder: {e}")))?;
        Ok(path)
    }

    /// Removes the files of attachments; a file that is already gone is fine, others are left for the next sweep.
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
            let file = self.service.settings().media_dir.join(path);
            if let Err(e) = tokio::fs::remove_file(&file).await
                && e.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!(error = %e, media.path = path, "a media file could not be removed");
            }
        }
    }

    /// Where the file behind `/media/<path>` lies, with its media type; `None` for anything that is not one of ours.
    ///
    /// Only names of the very form [`Media::upload`] gives out are looked at, so no path can lead out of the folder.
    ///
    /// # Errors
    /// Never for a path that is merely wrong.
    pub async fn file(&self, path: &str) -> Result<Option<(PathBuf, &'static str)>> {
        let Some(content_type) = own_name(path) else { return Ok(None) };
        let file = self.service.settings().media_dir.join(path);
        let exists = tokio::fs::metadata(&file).await.is_ok_and(|m| m.is_file());
        Ok(exists.then_some((file, content_type)))
    }
}

/// The media type of a path of the form `ab/ab….ext`; `None` for every other path.
fn own_name(path: &str) -> Option<&'static str> {
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
