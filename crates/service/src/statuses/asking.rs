//! Asking an author elsewhere for leave to favourite, answer or boost, where their policy wants that; and what their
//! answer leads to. Until then nothing is counted or shown to others. Quotes ask in their own way (`quotes/`).

use staffroom_domain::Visibility;
use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, FavouriteId, StatusId};
use staffroom_domain::interaction::{AskedInteraction, Interaction, Leave};
use staffroom_domain::job::Job;
use staffroom_domain::status::{Status, StatusView};
use staffroom_storage::Tx;

use super::audience::{inbox_of, inboxes, send_new};
use super::prepare::Prepared;
use super::remove::same_origin;
use super::{Statuses, attached, cards, quotes, reblog, store};
use crate::auth::may_publish;
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::ports::{Event, Made};
use crate::{Cx, Result, Service, ServiceError};

/// Whether the author of `target` wants to be asked.
pub(super) fn must_ask(leave: Leave, target: &Status) -> bool {
    !target.local && matches!(leave, Leave::Manual | Leave::Unknown)
}

/// Asks for leave to favourite or boost. Asked twice, nothing happens.
///
/// # Errors
/// [`ServiceError::Forbidden`] after a no.
pub(super) async fn ask(
    tx: Tx,
    service: &Service,
    cx: &Cx,
    account: &Account,
    target: &Status,
    what: Interaction,
    visibility: Visibility,
) -> Result<()> {
    if let Some(before) = tx.interactions().asked(account.id, target.id, what).await? {
        if before.is_rejected {
            return Err(ServiceError::Forbidden("the author of this status said no to that".to_owned()));
        }
        // the first may be part of the disk write now under way
        tx.commit().await?;
        return Ok(());
    }
    let id: StatusId = cx.id();
    let boost = reblog::new_reblog(service, cx, id, account, target, visibility, &crate::Origin::Local);
    let favourite_uri = favourite_uri(account, FavouriteId(id.0));
    let (made_uri, made) = match what {
        Interaction::Reblog => (boost.uri.clone(), Made::Reblog(&boost)),
        _ => (favourite_uri.clone(), Made::Favourite(&favourite_uri)),
    };
    let asked = AskedInteraction {
        uri: request_uri(account, id),
        what,
        account_id: account.id,
        target_id: target.id,
        made_id: id,
        made_uri,
        visibility,
        is_rejected: false,
    };
    send(&tx, service, cx, account, target, &asked, made).await?;
    service.commit(tx).await
}

/// Takes a request to favourite or boost back; `None` where there is none. What was denied stays denied.
pub(super) async fn unask(
    tx: &Tx,
    account: AccountId,
    target: StatusId,
    what: Interaction,
) -> Result<Option<AskedInteraction>> {
    let Some(asked) = tx.interactions().asked(account, target, what).await? else { return Ok(None) };
    if asked.is_rejected || !tx.interactions().remove(&asked.uri).await? {
        return Ok(None);
    }
    Ok(Some(asked))
}

/// Where the author is told of what waits for their leave.
pub(super) async fn asked_inbox(tx: &Tx, made: StatusId) -> Result<Option<InboxRef>> {
    let Some(asked) = tx.interactions().waiting(made).await? else { return Ok(None) };
    let Some(target) = tx.statuses().get(asked.target_id).await? else { return Ok(None) };
    let author = tx.accounts().by_id(target.account_id).await?;
    Ok(author.as_ref().and_then(|author| inbox_of(author, true)))
}

/// Network id of a favourite given here.
pub(super) fn favourite_uri(account: &Account, id: FavouriteId) -> String {
    format!("{}#likes/{id}", account.uri)
}

fn request_uri(account: &Account, id: StatusId) -> String {
    format!("{}#interaction_requests/{id}", account.uri)
}

async fn send(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    account: &Account,
    target: &Status,
    asked: &AskedInteraction,
    made: Made<'_>,
) -> Result<()> {
    let author = tx.accounts().by_id(target.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
    let inbox = author.endpoints.inbox.as_deref().ok_or(ServiceError::NotFound("account"))?;
    tx.interactions().insert(asked, cx.now()).await?;
    let event = Event::InteractionRequested { account, author: &author, target, uri: &asked.uri, made };
    enqueue(tx, service, cx, account.id, event, Lane::Interactive, &[InboxRef::personal(inbox)]).await?;
    Ok(())
}

impl Statuses<'_> {
    /// Stores an answer that waits for leave, for nobody but its author to see, and asks.
    pub(super) async fn store_asking(&self, tx: &Tx, cx: &Cx, id: StatusId, prepared: Prepared) -> Result<()> {
        let parent = prepared.parent.clone().ok_or(ServiceError::NotFound("status"))?;
        let sharing = prepared.draft.share_tagged;
        let view = self.view_of(cx, id, prepared);
        let status = &view.status;
        attached::attach(tx, status.account_id, id, &view.media).await?;
        attached::check_described(tx, &view.media).await?;
        let waiting = Status {
            visibility: Visibility::Direct,
            in_reply_to_id: None,
            in_reply_to_account_id: None,
            thread_id: id,
            ..status.clone()
        };
        let stored = store::store(tx, cx, &waiting, &[]).await?;
        stored.ok_or_else(|| ServiceError::Conflict("the id of the status is taken".to_owned()))?;
        if let Some(shared) = sharing {
            tx.exchange().set_sharing(id, shared).await?;
        }
        if let Some(poll) = &view.poll {
            tx.polls().insert(poll).await?;
            if let Some(closes_at) = poll.expires_at {
                tx.jobs().push(cx.id(), &Job::ClosePoll(poll.id), closes_at, None).await?;
            }
        }
        let asked = AskedInteraction {
            uri: request_uri(&view.account, id),
            what: Interaction::Reply,
            account_id: status.account_id,
            target_id: parent.id,
            made_id: id,
            made_uri: status.uri.clone(),
            visibility: status.visibility,
            is_rejected: false,
        };
        send(tx, self.service, cx, &view.account, &parent, &asked, Made::Status(&view)).await
    }

    /// The remote account `by` says yes (with the network id of its authorization) or no to what was asked under
    /// `request_uri`. Only the author asked can answer, once; what fits no request is ignored, and so is a yes to boosts and
    /// answers of somebody who may publish nothing any more: they go on waiting.
    ///
    /// # Errors
    /// The database failed.
    pub async fn interaction_answered(
        &self,
        cx: &Cx,
        by: AccountId,
        request_uri: &str,
        approval_uri: Option<&str>,
    ) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let Some(asked) = tx.interactions().by_uri(request_uri).await?.filter(|asked| !asked.is_rejected) else {
            return Ok(());
        };
        let Some(target) = tx.statuses().get(asked.target_id).await?.filter(|target| target.account_id == by) else {
            return Ok(());
        };
        let account = tx.accounts().lock(asked.account_id).await?.filter(|account| !account.is_gone());
        let Some(account) = account else { return Ok(()) };
        let is_published = approval_uri.is_some() && matches!(asked.what, Interaction::Reblog | Interaction::Reply);
        let has_moved = asked.what == Interaction::Reply && account.moved_to.is_some();
        if is_published && (has_moved || !may_publish(&tx, &account).await?) {
            tracing::info!(account = %account.id, "what waited for leave is not published: its author may not any more");
            return Ok(());
        }
        match (asked.what, approval_uri) {
            (_, Some(uri)) if !same_origin(uri, &target.uri) => return Ok(()),
            (Interaction::Favourite, Some(uri)) => {
                tx.interactions().remove(&asked.uri).await?;
                self.favourite_allowed(&tx, cx, &account, &target, &asked, uri).await?;
            }
            (Interaction::Reblog, Some(uri)) => {
                tx.interactions().remove(&asked.uri).await?;
                let origin = crate::Origin::Local;
                let boost =
                    reblog::new_reblog(self.service, cx, asked.made_id, &account, &target, asked.visibility, &origin);
                let boost = Status { approval_uri: Some(uri.to_owned()), ..boost };
                reblog::store(&tx, self.service, cx, &account, &boost, &target).await?;
            }
            (Interaction::Reply, Some(uri)) => {
                tx.interactions().remove(&asked.uri).await?;
                self.answer_allowed(&tx, cx, &account, &target, &asked, uri).await?;
            }
            (Interaction::Favourite | Interaction::Reblog, None) => tx.interactions().reject(&asked.uri).await?,
            (Interaction::Reply, None) => {
                tx.interactions().remove(&asked.uri).await?;
                if let Some(answer) = tx.statuses().get(asked.made_id).await? {
                    tx.statuses().erase(&answer, cx.now()).await?;
                }
            }
            (Interaction::Quote, _) => return Ok(()),
        }
        self.service.commit(tx).await
    }

    async fn favourite_allowed(
        self,
        tx: &Tx,
        cx: &Cx,
        account: &Account,
        target: &Status,
        asked: &AskedInteraction,
        approval_uri: &str,
    ) -> Result<()> {
        let id = FavouriteId(asked.made_id.0);
        if !tx.favourites().add_once(id, account.id, target.id, &asked.made_uri, cx.now()).await? {
            return Ok(());
        }
        let author = tx.accounts().by_id(target.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
        let inboxes: Vec<_> = inbox_of(&author, true).into_iter().collect();
        let event = Event::Favourited {
            account,
            uri: &asked.made_uri,
            status: target,
            author: &author,
            approval_uri: Some(approval_uri),
        };
        enqueue(tx, self.service, cx, account.id, event, Lane::Interactive, &inboxes).await?;
        Ok(())
    }

    /// What waited is published now, to whom its author wrote it.
    async fn answer_allowed(
        self,
        tx: &Tx,
        cx: &Cx,
        account: &Account,
        target: &Status,
        asked: &AskedInteraction,
        approval_uri: &str,
    ) -> Result<()> {
        let waiting = tx.statuses().get(asked.made_id).await?.filter(|waiting| waiting.deleted_at.is_none());
        let (Some(waiting), Some(user)) = (waiting, tx.users().by_account(account.id).await?) else { return Ok(()) };
        let status = Status {
            visibility: asked.visibility,
            in_reply_to_id: Some(target.id),
            in_reply_to_account_id: Some(target.account_id),
            thread_id: target.thread_id,
            approval_uri: Some(approval_uri.to_owned()),
            ..waiting
        };
        tx.statuses().let_out(&status).await?;
        tx.statuses().count_reply(target.id, 1).await?;
        let named: Vec<AccountId> = status.mentions.iter().map(|mention| mention.account_id).collect();
        let mentions: Vec<(AccountId, bool)> = named.iter().map(|id| (*id, false)).collect();
        tx.statuses().add_mentions(status.id, &mentions).await?;
        let tags = store::link_tags(tx, cx, &status).await?;
        store::distribute(tx, cx, &status, &named).await?;
        let named = tx.accounts().by_ids(&named).await?;
        let author = tx.accounts().by_id(target.account_id).await?;
        cards::attach(tx, self.service, cx, &status, None).await?;
        let view: StatusView = quotes::whole(tx, self.service, status).await?;
        let audience = inboxes(tx, &view.status, &named, author.as_ref()).await?;
        send_new(tx, self.service, cx, &view, &user, &tags, audience).await
    }
}
