//! Taking in a picture.

use staffroom_domain::account::{MediaUpload, Picture};
use staffroom_domain::ids::AccountId;
use staffroom_domain::media::{MediaAttachment, MediaKind, MediaUpdate};

use super::Media;
use super::picture::{self, Clean};
use crate::{Cx, Result, ServiceError};

impl Media<'_> {
    /// Checks, strips and stores a picture; not yet part of a status.
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
        let clean = self.clean(file).await?;
        let preview_extension = if clean.preview.starts_with(b"\x89PNG") { "png" } else { "jpg" };
        let media = MediaAttachment {
            id: cx.id(),
            account_id: owner,
            status_id: None,
            // An animated GIF too: `gifv` is for a film made of one.
            kind: MediaKind::Image,
            preview_px: Some(clean.preview_px),
            size_px: Some(clean.size_px),
            blurhash: clean.blurhash,
            preview: Some(Picture::Local(self.write(cx, clean.preview, preview_extension).await?)),
            file: Picture::Local(self.write(cx, clean.bytes, clean.extension).await?),
            content_type: clean.content_type.to_owned(),
            focus: about.focus,
            description: about.description.filter(|t| !t.is_empty()),
            created_at: cx.now(),
        };
        let tx = self.service.storage().begin().await?;
        tx.media().insert_many(std::slice::from_ref(&media)).await?;
        tx.commit().await?;
        Ok(media)
    }

    /// Checks, strips and stores a profile picture or header; returns where it lies.
    pub(crate) async fn store_picture(&self, cx: &Cx, file: MediaUpload) -> Result<Picture> {
        let clean = self.clean(file).await?;
        Ok(Picture::Local(self.write(cx, clean.bytes, clean.extension).await?))
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
