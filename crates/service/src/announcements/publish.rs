//! Making, publishing and ending announcements: for the staff.

use staffroom_domain::announcement::{Announcement, MAX_TEXT_CHARS};
use staffroom_domain::ids::AnnouncementId;

use super::{Announcements, NewAnnouncement};
use crate::{Cx, Result, ServiceError};

impl Announcements<'_> {
    /// Makes an announcement, a draft unless it is to be published at once.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for an empty or overlong text and for an end that is not after the beginning and in the
    /// future.
    pub async fn create(&self, cx: &Cx, new: NewAnnouncement) -> Result<Announcement> {
        let text = new.text.trim();
        if text.is_empty() {
            return Err(ServiceError::invalid("text", "can't be blank"));
        }
        if text.chars().count() > MAX_TEXT_CHARS {
            return Err(ServiceError::invalid("text", format!("is longer than {MAX_TEXT_CHARS} characters")));
        }
        if new.ends_at.is_some_and(|end| end <= new.starts_at.unwrap_or(cx.now()) || end <= cx.now()) {
            return Err(ServiceError::invalid("ends_at", "must be after the beginning, and in the future"));
        }
        let announcement = Announcement {
            id: cx.id(),
            text: text.to_owned(),
            starts_at: new.starts_at,
            ends_at: new.ends_at,
            all_day: new.all_day,
            published_at: new.publish.then_some(cx.now()),
            updated_at: cx.now(),
        };
        let tx = self.service.storage().begin().await?;
        tx.announcements().put(&announcement).await?;
        tx.commit().await?;
        Ok(announcement)
    }

    /// Shows a draft to everybody here; one that is shown already stays so.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown id, [`ServiceError::Invalid`] for one that is over.
    pub async fn publish(&self, cx: &Cx, id: AnnouncementId) -> Result<Announcement> {
        let tx = self.service.storage().begin().await?;
        let found = tx.announcements().get(id).await?;
        let mut announcement = found.ok_or(ServiceError::NotFound("announcement"))?;
        if announcement.ends_at.is_some_and(|end| end <= cx.now()) {
            return Err(ServiceError::invalid("ends_at", "is over"));
        }
        if announcement.published_at.is_none() {
            announcement.published_at = Some(cx.now());
            announcement.updated_at = cx.now();
            tx.announcements().put(&announcement).await?;
        }
        tx.commit().await?;
        Ok(announcement)
    }

    /// Ends an announcement now: nobody sees it any more. One that is over already stays so.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown id.
    pub async fn end(&self, cx: &Cx, id: AnnouncementId) -> Result<Announcement> {
        let tx = self.service.storage().begin().await?;
        let found = tx.announcements().get(id).await?;
        let mut announcement = found.ok_or(ServiceError::NotFound("announcement"))?;
        if announcement.ends_at.is_none_or(|end| end > cx.now()) {
            announcement.ends_at = Some(cx.now());
            announcement.updated_at = cx.now();
            tx.announcements().put(&announcement).await?;
        }
        tx.commit().await?;
        Ok(announcement)
    }

    /// All of them, drafts and those that are over too, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn all(&self, limit: u64) -> Result<Vec<Announcement>> {
        Ok(self.service.storage().read().announcements().all(limit).await?)
    }
}
