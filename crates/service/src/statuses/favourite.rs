//! Favourites, from here and from other servers.

use staffroom_domain::ids::{AccountId, FavouriteId, StatusId};
use staffroom_domain::interaction::Interaction;
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::{Viewer, Visibility};
use staffroom_storage::Tx;

use super::asking::{ask, favourite_uri, must_ask, unask};
use super::audience::inbox_of;
use super::{Statuses, quotes};
use crate::deliveries::{Lane, enqueue};
use crate::ports::Event;
use crate::{Cx, Origin, Result, ServiceError};

impl Statuses<'_> {
    /// Marks a status as a favourite; doing it twice changes nothing.
    ///
    /// Notifies a local author once, and tells the author's server if the author is remote and `origin` is local; where
    /// the author wants to be asked first, it counts when they have said yes.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if `actor` may not see the status: we do not reveal why;
    /// [`ServiceError::Forbidden`] if somebody here is not among those its author lets.
    pub async fn favourite(&self, cx: &Cx, actor: AccountId, id: StatusId, origin: Origin) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let status = visible_original(&tx, actor, id).await?;
        let account = tx.accounts().by_id(actor).await?.ok_or(ServiceError::NotFound("account"))?;
        if origin.is_local() {
            let leave = quotes::require(&tx.follows(), actor, &status, Interaction::Favourite).await?;
            if must_ask(leave, &status) && tx.favourites().favourite_uri(actor, status.id).await?.is_none() {
                let (what, nobody) = (Interaction::Favourite, Visibility::Direct);
                return ask(tx, self.service, cx, &account, &status, what, nobody).await;
            }
        }
        let favourite: FavouriteId = cx.id();
        let uri = match origin {
            Origin::Local => favourite_uri(&account, favourite),
            Origin::Remote(uri) => uri,
        };
        if !tx.favourites().add_once(favourite, actor, status.id, &uri, cx.now()).await? {
            // The first may be part of the disk write now under way.
            tx.commit().await?;
            return Ok(());
        }
        let author = tx.accounts().by_id(status.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
        if author.is_local() {
            let told = tx.notifications().willing(&[author.id], actor, Some(status.thread_id), cx.now()).await?;
            let kind = NotificationKind::Favourite;
            tx.notifications().add(&told, actor, kind, Some(status.id), cx.now(), || cx.id()).await?;
        } else if account.is_local() {
            let inboxes: Vec<_> = inbox_of(&author, true).into_iter().collect();
            let event = Event::Favourited {
                account: &account,
                uri: &uri,
                status: &status,
                author: &author,
                approval_uri: None,
            };
            enqueue(&tx, self.service, cx, actor, event, Lane::Interactive, &inboxes).await?;
        }
        self.service.commit(tx).await
    }

    /// Takes a favourite back; without one, nothing happens. One that other activities with emoji of theirs made as well
    /// stays until these are taken back.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such status.
    pub async fn unfavourite(&self, cx: &Cx, actor: AccountId, id: StatusId, _origin: Origin) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let status = original(&tx, id).await?;
        let asked = unask(&tx, actor, status.id, Interaction::Favourite).await?.map(|asked| asked.made_uri);
        let given = tx.favourites().favourite_uri(actor, status.id).await?;
        let Some(uri) = given.or(asked) else { return Ok(()) };
        if tx.reactions().count_by(actor, status.id).await?.1 > 0 {
            return Ok(());
        }
        tx.favourites().remove(actor, status.id).await?;
        let account = tx.accounts().by_id(actor).await?.ok_or(ServiceError::NotFound("account"))?;
        let author = tx.accounts().by_id(status.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
        if author.is_local() {
            tx.notifications().retract(author.id, actor, NotificationKind::Favourite, Some(status.id)).await?;
        } else if account.is_local() {
            let inboxes: Vec<_> = inbox_of(&author, true).into_iter().collect();
            let event = Event::FavouriteUndone { account: &account, uri: &uri, status: &status, author: &author };
            enqueue(&tx, self.service, cx, actor, event, Lane::Interactive, &inboxes).await?;
        }
        self.service.commit(tx).await
    }
}

/// A status `actor` may see; what it boosts, if it is a boost.
pub(super) async fn visible_original(
    tx: &Tx,
    actor: AccountId,
    id: StatusId,
) -> Result<staffroom_domain::status::Status> {
    let viewer = Viewer::Account(actor);
    let missing = || ServiceError::NotFound("status");
    let status = if let Some(status) = tx.statuses().visible_to(viewer, id).await? {
        status
    } else {
        // what was held is known to its author by the id it had
        let new = tx.holds().released_as(actor, id).await?.ok_or_else(missing)?;
        tx.statuses().visible_to(viewer, new).await?.ok_or_else(missing)?
    };
    match status.reblog_of {
        Some(original) => tx.statuses().visible_to(viewer, original).await?.ok_or_else(missing),
        None => Ok(status),
    }
}

/// A status, whoever may see it: what was done to it can be taken back.
pub(super) async fn original(tx: &Tx, id: StatusId) -> Result<staffroom_domain::status::Status> {
    let missing = || ServiceError::NotFound("status");
    let status = tx.statuses().get(id).await?.ok_or_else(missing)?;
    match status.reblog_of {
        Some(original) => tx.statuses().get(original).await?.ok_or_else(missing),
        None => Ok(status),
    }
}
