//! Reading announcements.

use staffroom_domain::Viewer;
use staffroom_domain::announcement::{Announcement, AnnouncementView};
use staffroom_domain::ids::{AccountId, AnnouncementId};
use staffroom_domain::text;

use super::{Announcements, MAX_SHOWN};
use crate::{Cx, Result, ServiceError};

impl Announcements<'_> {
    /// What is announced now, the oldest first; what the account dismissed only on demand.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, cx: &Cx, account: AccountId, with_dismissed: bool) -> Result<Vec<AnnouncementView>> {
        let found = self.service.storage().read().announcements().shown(cx.now(), MAX_SHOWN).await?;
        let mut views = self.views(account, found).await?;
        views.retain(|view| with_dismissed || !view.read);
        Ok(views)
    }

    /// One of those that are announced now.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not shown.
    pub async fn get(&self, cx: &Cx, account: AccountId, id: AnnouncementId) -> Result<AnnouncementView> {
        let found = self.service.storage().read().announcements().get(id).await?;
        let found = found.filter(|announcement| announcement.is_shown(cx.now()));
        let views = self.views(account, found.into_iter().collect()).await?;
        views.into_iter().next().ok_or(ServiceError::NotFound("announcement"))
    }

    async fn views(&self, account: AccountId, found: Vec<Announcement>) -> Result<Vec<AnnouncementView>> {
        let read = self.service.storage().read();
        let ids: Vec<AnnouncementId> = found.iter().map(|announcement| announcement.id).collect();
        let dismissed = read.announcements().dismissed(account, &ids).await?;
        let mut reactions = read.announcements().reactions(Viewer::Account(account), &ids).await?;
        let view = |announcement: Announcement| AnnouncementView {
            content: self.html(&announcement.text),
            read: dismissed.contains(&announcement.id),
            reactions: reactions.remove(&announcement.id).unwrap_or_default(),
            announcement,
        };
        Ok(found.into_iter().map(view).collect())
    }

    /// The account does not want to see one any more; twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not shown.
    pub async fn dismiss(&self, cx: &Cx, account: AccountId, id: AnnouncementId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let found = tx.announcements().get(id).await?.filter(|announcement| announcement.is_shown(cx.now()));
        found.ok_or(ServiceError::NotFound("announcement"))?;
        tx.announcements().dismiss(account, id).await?;
        Ok(tx.commit().await?)
    }

    /// Nobody is meant by a name in an announcement; hashtags and links work.
    fn html(self, plain: &str) -> String {
        let identity = &self.service.settings().identity;
        text::render(plain, &|_| None, &|tag| identity.tag_url(tag))
    }
}
