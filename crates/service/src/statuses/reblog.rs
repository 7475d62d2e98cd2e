//! Boosts, from here and from other servers.

use staffroom_domain::account::Account;
use staffroom_domain::hold::Hold;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::interaction::{AskedInteraction, Interaction};
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::status::Status;
use staffroom_domain::webhook::WebhookEvent;
use staffroom_domain::{Viewer, Visibility};
use staffroom_storage::Tx;

use super::asking::{ask, must_ask, unask};
use super::audience::{inbox_of, inboxes};
use super::favourite::{original, visible_original};
use super::{Statuses, quotes};
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::ports::Event;
use crate::{Cx, Origin, Result, Service, ServiceError, webhooks};

impl Statuses<'_> {
    /// Boosts a status; doing it twice returns the first boost. A boost of a boost is one of the original.
    ///
    /// Open statuses can be boosted by everybody, followers-only ones by their author. Without `visibility` the boost
    /// has the author's default audience, never a wider one than the original. Where the author wants to be asked first, the
    /// original is returned: there is no boost before they say yes. What of one's own is held is boosted once it is
    /// published; until then its own id is returned.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if `actor` may not see the status, [`ServiceError::Forbidden`] if it is not to be
    /// boosted, or `actor` has no role that lets them publish.
    pub async fn reblog(
        &self,
        cx: &Cx,
        actor: AccountId,
        id: StatusId,
        visibility: Option<Visibility>,
        origin: Origin,
    ) -> Result<StatusId> {
        if origin.is_local() {
            self.publisher(actor).await?;
            if let Some(hold) = self.open_hold(Viewer::Account(actor), id).await? {
                return self.wish_boost(cx, hold, visibility).await;
            }
        }
        let tx = self.service.storage().begin().await?;
        let boosted = visible_original(&tx, actor, id).await?;
        let is_own = boosted.account_id == actor;
        let may_travel = boosted.visibility.is_open() || (is_own && is_boosted_by_author(&boosted));
        if !may_travel {
            return Err(ServiceError::Forbidden("this status cannot be boosted".to_owned()));
        }
        if let Some(first) = tx.statuses().reblog_by(actor, boosted.id).await? {
            // It may be part of the disk write now under way: wait for that before anybody is told of it.
            tx.commit().await?;
            return Ok(first.id);
        }
        let account = tx.accounts().by_id(actor).await?.filter(|a| !a.is_gone());
        let account = account.ok_or(ServiceError::NotFound("account"))?;
        let wanted = match (visibility, account.is_local()) {
            (Some(wanted), _) => wanted,
            (None, false) => Visibility::Public,
            (None, true) => {
                tx.users().by_account(actor).await?.map_or(Visibility::Public, |user| user.posting.visibility)
            }
        };
        let visibility = audience_of(wanted, &boosted);
        if origin.is_local() {
            let leave = quotes::require(&tx.follows(), actor, &boosted, Interaction::Reblog).await?;
            if must_ask(leave, &boosted) {
                ask(tx, self.service, cx, &account, &boosted, Interaction::Reblog, visibility).await?;
                return Ok(boosted.id);
            }
        }
        let reblog = new_reblog(self.service, cx, cx.id(), &account, &boosted, visibility, &origin);
        if !store(&tx, self.service, cx, &account, &reblog, &boosted).await? {
            let first = tx.statuses().reblog_by(actor, boosted.id).await?;
            tx.commit().await?;
            return first.map(|first| first.id).ok_or(ServiceError::NotFound("status"));
        }
        self.service.commit(tx).await?;
        Ok(reblog.id)
    }

    /// Takes a boost back; without one, nothing happens.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such status.
    pub async fn unreblog(&self, cx: &Cx, actor: AccountId, id: StatusId, origin: Origin) -> Result<()> {
        let mut id = id;
        if origin.is_local()
            && let Some(hold) = self.service.storage().read().holds().of(actor, id).await?
        {
            if hold.state.is_open() && hold.edits.is_none() {
                return self.keep_wishes(cx, Hold { boost: None, ..hold }).await;
            }
            id = hold.released_as.unwrap_or(id);
        }
        let tx = self.service.storage().begin().await?;
        let boosted = original(&tx, id).await?;
        let account = tx.accounts().by_id(actor).await?.ok_or(ServiceError::NotFound("account"))?;
        let asked = unask(&tx, actor, boosted.id, Interaction::Reblog).await?;
        let Some(reblog) = tx.statuses().reblog_by(actor, boosted.id).await? else {
            if let Some(asked) = asked {
                self.boost_unasked(&tx, cx, &account, &boosted, &asked).await?;
                self.service.commit(tx).await?;
            }
            return Ok(());
        };
        let author = tx.accounts().by_id(boosted.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
        if account.is_local() {
            let event = Event::ReblogUndone {
                account: &account,
                reblog: &reblog,
                original: &boosted,
                original_author: &author,
            };
            let inboxes = reblog_inboxes(&tx, &reblog, &author).await?;
            enqueue(&tx, self.service, cx, actor, event, Lane::Interactive, &inboxes).await?;
        }
        tx.statuses().erase(&reblog, cx.now()).await?;
        if author.is_local() {
            tx.notifications().retract(author.id, actor, NotificationKind::Reblog, Some(boosted.id)).await?;
        }
        self.service.commit(tx).await
    }
}

impl Statuses<'_> {
    /// Tells the author asked that nobody wants to boost any more.
    async fn boost_unasked(
        self,
        tx: &Tx,
        cx: &Cx,
        account: &Account,
        boosted: &Status,
        asked: &AskedInteraction,
    ) -> Result<()> {
        let author = tx.accounts().by_id(boosted.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
        let boost = new_reblog(self.service, cx, asked.made_id, account, boosted, asked.visibility, &Origin::Local);
        let event = Event::ReblogUndone { account, reblog: &boost, original: boosted, original_author: &author };
        let inboxes: Vec<InboxRef> = inbox_of(&author, true).into_iter().collect();
        enqueue(tx, self.service, cx, account.id, event, Lane::Interactive, &inboxes).await?;
        Ok(())
    }
}

/// Boosts are never direct, and never reach further than what they boost when that is for followers only.
pub(super) fn audience_of(wanted: Visibility, boosted: &Status) -> Visibility {
    if boosted.visibility == Visibility::Private { Visibility::Private } else { wanted.min(Visibility::Private) }
}

/// Whether somebody can boost a status of their own.
pub(super) fn is_boosted_by_author(status: &Status) -> bool {
    status.visibility <= Visibility::Private
}

/// The boost of `boosted` under `id`.
pub(super) fn new_reblog(
    service: &Service,
    cx: &Cx,
    id: StatusId,
    account: &Account,
    boosted: &Status,
    visibility: Visibility,
    origin: &Origin,
) -> Status {
    let identity = &service.settings().identity;
    let (uri, url) = match origin {
        Origin::Local => (
            format!("{}/activity", identity.status_uri(&account.username, id)),
            identity.status_url(&account.username, id),
        ),
        Origin::Remote(uri) => (uri.clone(), uri.clone()),
    };
    Status {
        url,
        reblog_of: Some(boosted.id),
        visibility,
        language: boosted.language.clone(),
        ..Status::new(id, uri, account.id, account.is_local(), cx.now())
    }
}

/// Stores a boost with everything that follows from it; `false` when there is one by the account already.
///
/// # Errors
/// [`ServiceError::NotFound`] when what it boosts was erased meanwhile.
pub(super) async fn store(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    account: &Account,
    reblog: &Status,
    boosted: &Status,
) -> Result<bool> {
    if !tx.statuses().count_reblog(boosted.id, 1).await? {
        // erased since it was read
        return Err(ServiceError::NotFound("status"));
    }
    if !tx.statuses().insert(reblog).await? {
        tx.statuses().count_reblog(boosted.id, -1).await?;
        return Ok(false);
    }
    let actor = account.id;
    tx.accounts().count_status(actor, 1, Some(cx.now())).await?;
    tx.timelines().fan_out_reblog(reblog, boosted, cx.now()).await?;
    let author = tx.accounts().by_id(boosted.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
    if author.is_local() {
        let told = tx.notifications().willing(&[author.id], actor, Some(boosted.thread_id), cx.now()).await?;
        let kind = NotificationKind::Reblog;
        tx.notifications().add(&told, actor, kind, Some(boosted.id), cx.now(), || cx.id()).await?;
    }
    if account.is_local() {
        let event = Event::Reblogged { account, reblog, original: boosted, original_author: &author };
        let inboxes = reblog_inboxes(tx, reblog, &author).await?;
        let sent = enqueue(tx, service, cx, actor, event, Lane::Ordinary, &inboxes).await?;
        tx.exchange().add_reach(reblog.id, &sent.inbox_ids).await?;
        webhooks::queue_status(tx, cx, WebhookEvent::StatusCreated, reblog).await?;
    }
    Ok(true)
}

/// Followers of the booster, and the author boosted.
async fn reblog_inboxes(tx: &Tx, reblog: &Status, author: &Account) -> Result<Vec<InboxRef>> {
    let mut inboxes = inboxes(tx, reblog, &[], None).await?;
    inboxes.extend(inbox_of(author, false));
    Ok(inboxes)
}
