//! Statuses pinned to a profile: by people here, and as other servers tell.

use std::time::Duration;

use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::job::Job;
use staffroom_domain::status::Status;
use staffroom_domain::{Viewer, Visibility};
use staffroom_storage::Tx;

use super::Statuses;
use super::favourite::visible_original;
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::ports::Event;
use crate::{Cx, Result, ServiceError};

/// Statuses one account here can pin, as on Mastodon.
const MAX_PINS: i64 = 5;
/// Pins kept of an account elsewhere.
const MAX_REMOTE_PINS: usize = 20;
/// What an account elsewhere pinned is asked for again after this time, when somebody looks.
const ASK_AGAIN_AFTER: Duration = Duration::from_hours(24);

impl Statuses<'_> {
    /// Pins a status of one's own to the profile (or not), and tells the followers' servers of what everybody may see. One
    /// that is held is pinned once it is published.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such status; [`ServiceError::Invalid`] for somebody else's, a boost, a
    /// direct one, or one too many.
    pub async fn pin(&self, cx: &Cx, actor: AccountId, id: StatusId, on: bool) -> Result<()> {
        let mut id = id;
        if let Some(hold) = self.service.storage().read().holds().of(actor, id).await? {
            if hold.state.is_open() && hold.edits.is_none() {
                return self.wish_pin(cx, hold, on).await;
            }
            id = hold.released_as.unwrap_or(id);
        }
        let tx = self.service.storage().begin().await?;
        let status = visible_original(&tx, actor, id).await?;
        if on {
            may_pin(&tx, actor, id, &status).await?;
            self.store_pin(&tx, cx, &status).await?;
        } else if tx.favourites().unpin(actor, status.id).await? {
            self.tell_pin(&tx, cx, actor, &status, on).await?;
        }
        self.service.commit(tx).await
    }

    /// Pins a status to its author's profile, in a transaction.
    pub(super) async fn store_pin(&self, tx: &Tx, cx: &Cx, status: &Status) -> Result<()> {
        if tx.favourites().pin(status.account_id, status.id, cx.now()).await? {
            self.tell_pin(tx, cx, status.account_id, status, true).await?;
        }
        Ok(())
    }

    async fn tell_pin(self, tx: &Tx, cx: &Cx, actor: AccountId, status: &Status, on: bool) -> Result<()> {
        if !status.visibility.is_open() {
            return Ok(());
        }
        let account = tx.accounts().by_id(actor).await?.ok_or(ServiceError::NotFound("account"))?;
        let inboxes: Vec<InboxRef> =
            tx.follows().follower_inboxes(actor).await?.into_iter().map(InboxRef::from).collect();
        let event = Event::Pinned { account: &account, status, on };
        enqueue(tx, self.service, cx, actor, event, Lane::Bulk, &inboxes).await?;
        Ok(())
    }

    /// An account elsewhere pinned a status of its own (or not any more); one we do not have is left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pinned_elsewhere(&self, cx: &Cx, author: AccountId, uri: &str, on: bool) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let status = tx.statuses().by_uri(uri).await?.filter(|status| status.account_id == author && !status.local);
        let Some(status) = status.filter(|status| status.deleted_at.is_none()) else { return Ok(()) };
        if !on {
            tx.favourites().unpin(author, status.id).await?;
        } else if usize::try_from(tx.favourites().pin_count(author).await?).unwrap_or(0) < MAX_REMOTE_PINS {
            tx.favourites().pin(author, status.id, cx.now()).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// What an account elsewhere has pinned, all of it, first one first; what we do not have is left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn all_pinned_elsewhere(&self, cx: &Cx, author: AccountId, uris: &[String]) -> Result<()> {
        let uris: Vec<String> = uris.iter().take(MAX_REMOTE_PINS).cloned().collect();
        let tx = self.service.storage().begin().await?;
        let stored = tx.statuses().by_uris(&uris).await?;
        let is_theirs = |status: &&Status| status.account_id == author && status.deleted_at.is_none();
        let pinned: Vec<StatusId> = stored.iter().filter(is_theirs).map(|status| status.id).collect();
        tx.favourites().replace_pins(author, &pinned, cx.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Asks, at most once a day, for what an account elsewhere has pinned, because somebody looks at it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ask_for_pins(&self, cx: &Cx, viewer: Viewer, id: AccountId) -> Result<()> {
        let account = self.service.storage().read().accounts().by_id(id).await?;
        let is_elsewhere = |account: &Account| !account.is_local() && account.endpoints.featured.is_some();
        if viewer.account().is_none() || !account.is_some_and(|account| is_elsewhere(&account)) {
            return Ok(());
        }
        let tx = self.service.storage().begin().await?;
        if tx.accounts().ask_for_featured(id, cx.now(), cx.now().minus(ASK_AGAIN_AFTER)).await? {
            tx.jobs().push(cx.id(), &Job::FetchFeatured(id), cx.now(), Some(&format!("featured:{id}"))).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Whether `status` can be pinned by `actor`, who asked for `id`.
async fn may_pin(tx: &Tx, actor: AccountId, id: StatusId, status: &Status) -> Result<()> {
    if status.account_id != actor || status.id != id {
        return Err(ServiceError::invalid("Status", "of somebody else cannot be pinned"));
    }
    check_pin(tx, actor, status.visibility).await
}

/// Whether a status of `actor` for this audience can be pinned.
pub(super) async fn check_pin(tx: &Tx, actor: AccountId, visibility: Visibility) -> Result<()> {
    if visibility == Visibility::Direct {
        return Err(ServiceError::invalid("Status", "that only the people named can see cannot be pinned"));
    }
    if tx.favourites().pin_count(actor).await? >= MAX_PINS {
        return Err(ServiceError::invalid("Pins", format!("can't be more than {MAX_PINS}")));
    }
    Ok(())
}
