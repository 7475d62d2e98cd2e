//! Media attachments: checked, stripped of metadata, stored under names of our own choosing.

mod copies;
mod forget;
mod held;
mod picture;
mod remote;
mod sniff;
mod store;
#[cfg(test)]
mod tests;
mod upload;
mod video;

pub(crate) use copies::{Copies, digest_of};
pub use remote::MediaFile;
pub use sniff::{HEAD_BYTES, can_be_shown};
pub(crate) use store::discard_pictures;
pub use video::{RECORDING_TYPES, VIDEO_FRAME_RATE, VIDEO_PIXELS};

use staffroom_domain::ids::{AccountId, MediaId};
use staffroom_domain::media::{MediaAttachment, MediaUpdate};

use crate::{Result, Service, ServiceError};

/// Media types of pictures taken in, sniffed from the bytes.
pub const PICTURE_TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/// Media attachments.
#[derive(Clone, Copy)]
pub struct Media<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Media<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

impl Media<'_> {
    /// An attachment of one's own.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn get(&self, owner: AccountId, id: MediaId) -> Result<MediaAttachment> {
        let found = self.service.storage().read().media().find(owner, id).await?;
        found.ok_or(ServiceError::NotFound("media"))
    }

    /// Changes description or focal point of an attachment not yet part of a status.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own or already part of a status, held or not (edit that then),
    /// [`ServiceError::Invalid`] for a bad value.
    pub async fn update(&self, owner: AccountId, id: MediaId, change: MediaUpdate) -> Result<MediaAttachment> {
        let change = self.check(change)?;
        let tx = self.service.storage().begin().await?;
        let found = tx.media().find(owner, id).await?.filter(|m| m.status_id.is_none());
        let mut media = found.ok_or(ServiceError::NotFound("media"))?;
        if !tx.holds().bound(&[id]).await?.is_empty() {
            return Err(ServiceError::NotFound("media"));
        }
        if let Some(text) = change.description {
            media.description = Some(text).filter(|t| !t.is_empty());
        }
        media.focus = change.focus.or(media.focus);
        // It may have become part of one since it was read.
        if !tx.media().describe_free(id, media.description.as_deref(), media.focus).await? {
            return Err(ServiceError::NotFound("media"));
        }
        tx.commit().await?;
        Ok(media)
    }

    /// Deletes an attachment not part of a status, and its files.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own; [`ServiceError::Invalid`] when a status uses it.
    pub async fn delete(&self, owner: AccountId, id: MediaId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let media = tx.media().find(owner, id).await?.ok_or(ServiceError::NotFound("media"))?;
        if media.status_id.is_some() || !tx.holds().bound(&[id]).await?.is_empty() {
            return Err(ServiceError::invalid("media", "is currently used by a status"));
        }
        tx.media().delete(&[id]).await?;
        tx.commit().await?;
        self.remove_files(std::slice::from_ref(&media)).await;
        Ok(())
    }

    /// Trims a description and checks lengths and ranges.
    pub(crate) fn check(&self, change: MediaUpdate) -> Result<MediaUpdate> {
        let max = self.service.settings().limits.description_chars;
        let description = change.description.map(|text| text.trim().to_owned());
        if description.as_ref().is_some_and(|text| text.chars().count() > max) {
            return Err(ServiceError::invalid("description", format!("is longer than {max} characters")));
        }
        let in_range = |n: f32| (-1.0..=1.0).contains(&n);
        if change.focus.is_some_and(|(x, y)| !in_range(x) || !in_range(y)) {
            return Err(ServiceError::invalid("focus", "must be two numbers between -1 and 1"));
        }
        Ok(MediaUpdate { description, focus: change.focus })
    }
}
