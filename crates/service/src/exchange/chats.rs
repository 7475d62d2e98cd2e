//! Hours of scheduled chats, in which the limits on how often statuses are shared do not count.

use staffroom_domain::Tag;
use staffroom_domain::exchange::ChatTime;
use staffroom_domain::ids::{ChatHourId, TagId};

use super::Exchange;
use crate::{Cx, Result, ServiceError};

impl Exchange<'_> {
    /// Adds hours of a chat on a hashtag.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a hashtag we do not publish; [`ServiceError::Invalid`] for hours it has already.
    pub async fn add_chat_hours(&self, cx: &Cx, tag: &Tag, hours: &ChatTime) -> Result<ChatHourId> {
        let tx = self.service.storage().begin().await?;
        let published = tx.exchange().published().await?;
        let published =
            published.into_iter().find(|(_, account)| account.tag.as_ref().is_some_and(|t| t.name() == tag.name()));
        let (tag, _): (TagId, _) = published.ok_or(ServiceError::NotFound("published hashtag"))?;
        if tx.exchange().chat_hours_of(&[tag]).await?.iter().any(|(_, known)| known == hours) {
            return Err(ServiceError::invalid("hours", "are there already"));
        }
        let id = cx.id();
        tx.exchange().add_chat_hours(id, tag, hours).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Hours of all chats, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn chat_hours(&self) -> Result<Vec<(ChatHourId, Tag, ChatTime)>> {
        Ok(self.service.storage().read().exchange().chat_hours().await?)
    }

    /// Removes hours of a chat.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there are none with this id.
    pub async fn remove_chat_hours(&self, id: ChatHourId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if !tx.exchange().remove_chat_hours(id).await? {
            return Err(ServiceError::NotFound("hours of a chat"));
        }
        tx.commit().await?;
        Ok(())
    }
}
