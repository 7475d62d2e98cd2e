//! Taking in a picture.

use staffroom_domain::account::{MediaUpload, Picture};
use staffroom_domain::ids::AccountId;
use staffroom_domain::media::{MediaAttachment, MediaKind, MediaState, MediaUpdate};

use super::picture::{self, Clean};
use super::sniff::Kind;
use super::video::VIDEO_PIXELS;
use super::{Media, sniff};
use crate::{Cx, Result, ServiceError};

impl Media<'_> {
    /// Checks, strips and stores a picture; keeps a video, a sound or a picture that moves until it is converted. Not yet
    /// part of a status.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when it is too large, of another type, broken, or described at too great length.
    pub async fn upload(
        &self,
        cx: &Cx,
        owner: AccountId,
        file: MediaUpload,
        about: MediaUpdate,
    ) -> Result<MediaAttachment> {
        let about = self.check(about)?;
        let found = sniff::sniff(&file.bytes);
        let (file, is_recording) = match found {
            Some(found) => self.is_recording(found, file).await?,
            None => (file, false),
        };
        if let Some(found) = found.filter(|_| is_recording) {
            return self.upload_recording(cx, owner, file, found, about).await;
        }
        let clean = self.clean(file).await?;
        let preview_extension = clean.preview_extension();
        let (preview, preview_placed) = self.write(cx, clean.preview, preview_extension).await?;
        let (path, placed) = self.write(cx, clean.bytes, clean.extension).await?;
        let media = MediaAttachment {
            id: cx.id(),
            account_id: owner,
            status_id: None,
            // An animated GIF too, where none can be made a video of.
            kind: MediaKind::Image,
            preview_px: Some(clean.preview_px),
            size_px: Some(clean.size_px),
            blurhash: clean.blurhash,
            preview: Some(Picture::Local(preview)),
            file: Picture::Local(path),
            content_type: clean.content_type.to_owned(),
            focus: about.focus,
            description: about.description.filter(|t| !t.is_empty()),
            created_at: cx.now(),
            state: MediaState::Ready,
            recording: None,
        };
        let tx = self.service.storage().begin().await?;
        tx.media().insert_many(std::slice::from_ref(&media)).await?;
        // Nobody knows what became of a commit that breaks off: rather a file too many than one too few.
        preview_placed.keep();
        placed.keep();
        tx.commit().await?;
        Ok(media)
    }

    /// Checks, strips and stores a profile picture or header; returns where it lies.
    pub(crate) async fn store_picture(&self, cx: &Cx, file: MediaUpload) -> Result<Picture> {
        let clean = self.clean(file).await?;
        self.keep_picture(cx, clean).await
    }

    /// The same for a picture of at most `max_bytes` as it is stored.
    pub(crate) async fn store_small_picture(&self, cx: &Cx, file: MediaUpload, max_bytes: usize) -> Result<Picture> {
        let clean = self.clean(file).await?;
        if clean.bytes.len() > max_bytes {
            let why = format!("is larger than {max_bytes} bytes once it is stored as {}", clean.content_type);
            return Err(ServiceError::invalid("image", why));
        }
        self.keep_picture(cx, clean).await
    }

    async fn keep_picture(&self, cx: &Cx, clean: Clean) -> Result<Picture> {
        let (path, placed) = self.write(cx, clean.bytes, clean.extension).await?;
        placed.keep();
        Ok(Picture::Local(path))
    }

    /// Whether a file is a video, a sound, or a GIF that moves and can be made a video of. The file comes back: there is
    /// only one of it in memory.
    async fn is_recording(&self, found: Kind, file: MediaUpload) -> Result<(MediaUpload, bool)> {
        if !found.content_type.starts_with("image/") {
            return Ok((file, true));
        }
        let limits = &self.service.settings().limits;
        if found.content_type != "image/gif" || self.converter().is_none() || file.bytes.len() > limits.image_bytes {
            return Ok((file, false));
        }
        let max_pixels = limits.image_pixels.min(VIDEO_PIXELS);
        tokio::task::spawn_blocking(move || {
            let moves = picture::moves(&file.bytes, max_pixels);
            (file, moves)
        })
        .await
        .map_err(|e| ServiceError::Internal(format!("picture worker: {e}")))
    }

    async fn clean(&self, file: MediaUpload) -> Result<Clean> {
        let limits = &self.service.settings().limits;
        if file.bytes.is_empty() {
            return Err(ServiceError::invalid("file", "can't be blank"));
        }
        if file.bytes.len() > limits.image_bytes {
            return Err(ServiceError::invalid("file", format!("is larger than {} bytes", limits.image_bytes)));
        }
        let max_pixels = limits.image_pixels;
        tokio::task::spawn_blocking(move || picture::clean(&file.bytes, max_pixels))
            .await
            .map_err(|e| ServiceError::Internal(format!("picture worker: {e}")))?
    }
}
