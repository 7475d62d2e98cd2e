//! Whom a local status is sent to, and sending it.

use std::collections::{HashMap, HashSet};

use staffroom_domain::Visibility;
use staffroom_domain::account::{Account, User};
use staffroom_domain::ids::{AccountId, InboxId, StatusId, TagId};
use staffroom_domain::status::{Status, StatusView};
use staffroom_domain::webhook::WebhookEvent;
use staffroom_storage::Tx;

use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::exchange::share;
use crate::ports::Event;
use crate::{Cx, Result, Service, webhooks};

/// Where a remote account gets its mail: the inbox its host shares, else its own; its own when only it may read along.
pub(super) fn inbox_of(account: &Account, is_direct: bool) -> Option<InboxRef> {
    if account.is_local() || account.is_gone() {
        return None;
    }
    let shared = account.endpoints.shared_inbox.as_ref().filter(|_| !is_direct || account.endpoints.inbox.is_none());
    shared.map(InboxRef::shared).or_else(|| account.endpoints.inbox.as_ref().map(InboxRef::personal))
}

/// Inboxes of everybody a status is addressed to: followers unless it is direct, the accounts named, and the author it
/// answers when everybody may read it. What is kept inside a school goes nowhere.
pub(super) async fn inboxes(
    tx: &Tx,
    status: &Status,
    named: &[Account],
    answered: Option<&Account>,
) -> Result<Vec<InboxRef>> {
    let is_direct = status.visibility == Visibility::Direct;
    let mut inboxes = Vec::new();
    if status.kept_in.is_some() {
        return Ok(inboxes);
    }
    if !is_direct {
        let followers = tx.follows().follower_inboxes(status.account_id).await?;
        inboxes.extend(followers.into_iter().map(InboxRef::from));
    }
    inboxes.extend(named.iter().filter_map(|account| inbox_of(account, is_direct)));
    if status.visibility.is_open() {
        inboxes.extend(answered.and_then(|account| inbox_of(account, false)));
    }
    Ok(inboxes)
}

/// Sends a new status to its audience, through our tag accounts to peers, and to webhooks; notes whom it reaches.
pub(super) async fn send_new(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    view: &StatusView,
    user: &User,
    tags: &HashMap<String, TagId>,
    audience: Vec<InboxRef>,
) -> Result<()> {
    let status = &view.status;
    let shared = share::plan(tx, service, cx, status, user, tags, &[]).await?;
    let mut direct = audience;
    direct.extend(shared.peer_inboxes.iter().cloned());
    let event = Event::StatusPublished { status: view, tag_accounts: &shared.tag_accounts };
    let lane = if status.visibility == Visibility::Direct { Lane::Interactive } else { Lane::Ordinary };
    let sent = enqueue(tx, service, cx, status.account_id, event, lane, &direct).await?;
    let mut reach: HashSet<InboxId> = sent.inbox_ids.into_iter().collect();
    // Also where a follower of the author gets the status itself: whoever follows the tag account waits for its boost.
    reach.extend(share::announce(tx, service, cx, &shared, status).await?);
    let reach: Vec<InboxId> = reach.into_iter().collect();
    tx.exchange().add_reach(status.id, &reach).await?;
    webhooks::queue_status(tx, cx, WebhookEvent::StatusCreated, status).await
}

/// Shares an edited status with those a plan names and who do not have it; `has_it` are the inboxes told of the edit.
pub(super) async fn share_further(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    view: &StatusView,
    named: &[Account],
    plan: &share::Plan,
    has_it: &[InboxRef],
) -> Result<()> {
    let known: HashSet<&str> = has_it.iter().map(|inbox| inbox.url.as_str()).collect();
    let new: Vec<InboxRef> =
        plan.peer_inboxes.iter().filter(|inbox| !known.contains(inbox.url.as_str())).cloned().collect();
    let event = Event::StatusShared { status: view, tag_accounts: named };
    let mut reach = enqueue(tx, service, cx, view.status.account_id, event, Lane::Ordinary, &new).await?.inbox_ids;
    reach.extend(share::announce(tx, service, cx, plan, &view.status).await?);
    tx.exchange().add_reach(view.status.id, &reach).await?;
    Ok(())
}

/// Every inbox that may hold a copy of a status: those it was sent to, its audience of today, and those who boosted,
/// favourited or answered it. Of what is kept inside a school there is no copy.
pub(crate) async fn everybody(tx: &Tx, status: &Status) -> Result<Vec<InboxRef>> {
    if status.kept_in.is_some() {
        return Ok(Vec::new());
    }
    let answered = status.in_reply_to_account_id.filter(|_| status.visibility.is_open());
    let ids: Vec<AccountId> = status.mentions.iter().map(|m| m.account_id).chain(answered).collect();
    let named = tx.accounts().by_ids(&ids).await?;
    let mut inboxes = inboxes(tx, status, &named, None).await?;
    inboxes.extend(tx.exchange().interested_inboxes(status.id).await?.into_iter().map(InboxRef::from));
    inboxes.extend(reached(tx, status.id).await?);
    Ok(inboxes)
}

/// The inboxes a status was sent to.
pub(crate) async fn reached(tx: &Tx, id: StatusId) -> Result<Vec<InboxRef>> {
    let reach = tx.exchange().reach(id).await?;
    let inboxes = tx.deliveries().inboxes(&reach).await?;
    Ok(inboxes.into_iter().map(|inbox| InboxRef::personal(inbox.url)).collect())
}
