//! Emoji that people elsewhere put to statuses. The same rules hold as for favourites, which some of them are as well.

use staffroom_domain::ids::{AccountId, ReactionId, StatusId};
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::reaction::{IncomingReaction, Symbol};
use staffroom_storage::reactions::NewReaction;

use super::Statuses;
use super::favourite::{original, visible_original};
use super::incoming::is_sound_emoji;
use crate::{Cx, Result, ServiceError};

impl Statuses<'_> {
    /// The remote account `actor` puts an emoji to a status; the same one twice changes nothing, and what is too much is
    /// dropped. A local author is told once: of a favourite where it is one as well, else of the emoji.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if `actor` may not see the status.
    pub async fn react(&self, cx: &Cx, actor: AccountId, id: StatusId, reaction: &IncomingReaction) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let status = visible_original(&tx, actor, id).await?;
        let account = tx.accounts().by_id(actor).await?.ok_or(ServiceError::NotFound("account"))?;
        let domain = account.domain.as_deref().unwrap_or_default();
        let shown = match &reaction.symbol {
            Symbol::Unicode(emoji) => Some((emoji.clone(), None)),
            Symbol::Custom(emoji) => (is_sound_emoji(emoji) && !self.service.domains().limits(domain).reject_media)
                .then(|| (format!("{}@{domain}", emoji.shortcode), Some(emoji.url.as_str()))),
        };
        let is_favourite = reaction.is_favourite;
        let mut told_of = None;
        if is_favourite && tx.favourites().add_once(cx.id(), actor, status.id, &reaction.uri, cx.now()).await? {
            told_of = Some(NotificationKind::Favourite);
        }
        if let Some((name, picture_url)) = &shown {
            let new = NewReaction {
                id: cx.id::<ReactionId>(),
                status: status.id,
                account: actor,
                name,
                picture_url: *picture_url,
                uri: &reaction.uri,
                is_favourite,
            };
            if tx.reactions().add(&new, cx.now()).await? && !is_favourite {
                told_of = Some(NotificationKind::Reaction);
            }
        }
        if let Some(kind) = told_of {
            let told = [status.account_id];
            let told = tx.notifications().willing(&told, actor, Some(status.thread_id), cx.now()).await?;
            tx.notifications().add(&told, actor, kind, Some(status.id), cx.now(), || cx.id()).await?;
        }
        self.service.commit(tx).await
    }

    /// Takes back what `actor` put to a status with the activity `uri` (without one, all that came with a favourite), and
    /// the favourite with the last of those that were one. Whether there was such.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such status.
    pub async fn unreact(&self, _cx: &Cx, actor: AccountId, id: StatusId, uri: Option<&str>) -> Result<bool> {
        let tx = self.service.storage().begin().await?;
        let status = original(&tx, id).await?;
        let (all, favourites) = tx.reactions().count_by(actor, status.id).await?;
        if !tx.reactions().remove(actor, status.id, uri).await? {
            return Ok(false);
        }
        let (all_left, favourites_left) = tx.reactions().count_by(actor, status.id).await?;
        let author = status.account_id;
        if favourites > 0 && favourites_left == 0 && tx.favourites().remove(actor, status.id).await? {
            tx.notifications().retract(author, actor, NotificationKind::Favourite, Some(status.id)).await?;
        }
        if all > favourites && all_left == favourites_left {
            tx.notifications().retract(author, actor, NotificationKind::Reaction, Some(status.id)).await?;
        }
        self.service.commit(tx).await?;
        Ok(true)
    }

    /// The status to which `account` put an emoji with the activity `uri`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reacted_to(&self, account: AccountId, uri: &str) -> Result<Option<StatusId>> {
        Ok(self.service.storage().read().reactions().reacted_to(account, uri).await?)
    }
}
