//! Putting emoji to announcements.

use staffroom_domain::Viewer;
use staffroom_domain::announcement::MAX_REACTIONS;
use staffroom_domain::ids::{AccountId, AnnouncementId};
use staffroom_domain::news::News;
use staffroom_domain::reaction::single_emoji;

use super::Announcements;
use crate::{Cx, Result, ServiceError};

impl Announcements<'_> {
    /// Puts one emoji to an announcement; twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not shown, [`ServiceError::Invalid`] for what is no single emoji, and
    /// for a ninth one.
    pub async fn react(&self, cx: &Cx, account: AccountId, id: AnnouncementId, name: &str) -> Result<()> {
        let name = single_emoji(name).ok_or_else(|| ServiceError::invalid("name", "is not a recognized emoji"))?;
        let tx = self.service.storage().begin().await?;
        let found = tx.announcements().get(id).await?.filter(|announcement| announcement.is_shown(cx.now()));
        found.ok_or(ServiceError::NotFound("announcement"))?;
        let there =
            tx.announcements().reactions(Viewer::Account(account), &[id]).await?.remove(&id).unwrap_or_default();
        if there.len() >= MAX_REACTIONS && !there.iter().any(|reaction| reaction.name == name) {
            return Err(ServiceError::invalid("name", "limit of different reactions reached"));
        }
        if tx.announcements().react(account, id, &name, cx.now()).await? {
            tx.tell(News::AnnouncementReacted(id, name));
        }
        Ok(tx.commit().await?)
    }

    /// Takes an emoji back.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not shown, or an emoji the account did not put there.
    pub async fn unreact(&self, cx: &Cx, account: AccountId, id: AnnouncementId, name: &str) -> Result<()> {
        let name = single_emoji(name).ok_or(ServiceError::NotFound("reaction"))?;
        let tx = self.service.storage().begin().await?;
        let found = tx.announcements().get(id).await?.filter(|announcement| announcement.is_shown(cx.now()));
        found.ok_or(ServiceError::NotFound("announcement"))?;
        if !tx.announcements().unreact(account, id, &name).await? {
            return Err(ServiceError::NotFound("reaction"));
        }
        tx.tell(News::AnnouncementReacted(id, name));
        Ok(tx.commit().await?)
    }
}
