//! Sharing a local status through our tag accounts, and taking that back.

use std::collections::HashMap;
use std::time::Duration;

use staffroom_domain::Visibility;
use staffroom_domain::account::{Account, User};
use staffroom_domain::ids::{AccountId, InboxId, TagId, floor_at};
use staffroom_domain::status::Status;
use staffroom_storage::Tx;
use staffroom_storage::exchange::Announce;

use super::bucket::{LOOK_BACK, has_token};
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::ports::Event;
use crate::{Cx, Result, Service};

/// Statuses with more hashtags than this are not announced.
const MAX_TAGS: usize = 8;
/// Published hashtags of one status that count.
const MAX_PUBLISHED: usize = 3;
/// Receivers of an announcement fetch the status: spread over this time, not all at once.
const JITTER: Duration = Duration::from_secs(30);

/// How a status is shared. Without tag accounts it is not.
#[derive(Default)]
pub(crate) struct Plan {
    /// Our tag accounts to name, the announcing one first.
    pub(crate) tag_accounts: Vec<Account>,
    /// Peers, who take the status itself.
    pub(crate) peer_inboxes: Vec<InboxRef>,
    /// Everybody else following those tag accounts, who is told its id.
    pub(crate) other_inboxes: Vec<InboxRef>,
}

/// Whether and with whom a stored status is shared: public, its author shares, not too many hashtags, at least one of
/// them published and not used up. `tags` are the ids of its hashtags by name.
pub(crate) async fn plan(
    tx: &Tx,
    cx: &Cx,
    status: &Status,
    user: &User,
    tags: &HashMap<String, TagId>,
) -> Result<Plan> {
    let is_shareable = status.visibility == Visibility::Public && status.reblog_of.is_none() && user.share_tagged;
    if !is_shareable || status.tags.is_empty() || status.tags.len() > MAX_TAGS {
        return Ok(Plan::default());
    }
    let published = published_in_order(tx, status, tags).await?;
    if published.is_empty() {
        return Ok(Plan::default());
    }
    let ids: Vec<TagId> = published.iter().map(|(tag, _)| *tag).collect();
    let floor = floor_at(cx.now().minus(LOOK_BACK));
    let announced = tx.exchange().announced_at(status.account_id, &ids, floor).await?;
    let times = |tag: TagId| announced.iter().filter(move |(t, _)| *t == tag).map(|(_, at)| *at);
    let tag_accounts: Vec<Account> =
        published.into_iter().filter(|(tag, _)| has_token(times(*tag), cx.now())).map(|(_, account)| account).collect();
    let accounts: Vec<AccountId> = tag_accounts.iter().map(|account| account.id).collect();
    let mut plan = Plan { tag_accounts, ..Plan::default() };
    for inbox in tx.exchange().tag_inboxes(&accounts).await? {
        let to = InboxRef { url: inbox.url, shared: inbox.shared, not_before: None };
        if inbox.is_peer {
            plan.peer_inboxes.push(to);
        } else {
            plan.other_inboxes.push(to);
        }
    }
    Ok(plan)
}

/// The published hashtags of a status with their tag accounts, in the order of its text, as many as count.
async fn published_in_order(tx: &Tx, status: &Status, tags: &HashMap<String, TagId>) -> Result<Vec<(TagId, Account)>> {
    let ids: Vec<TagId> = tags.values().copied().collect();
    let mut found: HashMap<TagId, Account> = tx.exchange().published_among(&ids).await?.into_iter().collect();
    let in_order = status.tags.iter().filter_map(|tag| tags.get(tag.name()));
    Ok(in_order.filter_map(|id| Some((*id, found.remove(id)?))).take(MAX_PUBLISHED).collect())
}

/// Announces a status by id to `inboxes`, once whatever its hashtags; returns the inboxes told.
pub(crate) async fn announce(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    tag_account: &Account,
    status: &Status,
    inboxes: &[InboxRef],
) -> Result<Vec<InboxId>> {
    let uri = format!("{}/announces/{}", tag_account.uri, status.id);
    let announce = Announce {
        status_id: status.id,
        account_id: tag_account.id,
        uri: uri.clone(),
        created_at: cx.now(),
        undone_at: None,
    };
    if !tx.exchange().announce(&announce).await? {
        return Ok(Vec::new());
    }
    let jitter_millis = u64::try_from(JITTER.as_millis()).unwrap_or(u64::MAX);
    let later = |inbox: &InboxRef| InboxRef {
        not_before: Some(cx.now().plus(Duration::from_millis(cx.below(jitter_millis)))),
        ..inbox.clone()
    };
    let inboxes: Vec<InboxRef> = inboxes.iter().map(later).collect();
    let event = Event::TagAnnounced { tag_account, status, uri: &uri };
    Ok(enqueue(tx, service, cx, tag_account.id, event, Lane::Bulk, &inboxes).await?.inbox_ids)
}

/// Takes the announcement of a status back, if one stands, and tells `inboxes`.
pub(crate) async fn undo_announce(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    status: &Status,
    inboxes: &[InboxRef],
) -> Result<()> {
    let Some(announce) = tx.exchange().announce_of(status.id).await?.filter(|a| a.undone_at.is_none()) else {
        return Ok(());
    };
    let Some(tag_account) = tx.accounts().by_id(announce.account_id).await? else { return Ok(()) };
    tx.exchange().undo_announce(status.id, cx.now()).await?;
    let event = Event::TagAnnounceUndone { tag_account: &tag_account, status, uri: &announce.uri };
    enqueue(tx, service, cx, tag_account.id, event, Lane::Interactive, inboxes).await?;
    Ok(())
}

/// The tag accounts a shared status still names after an edit, the announcing one first; empty when it lost the
/// hashtag it was announced by, or was never shared.
pub(crate) async fn still_named(tx: &Tx, status: &Status, tags: &HashMap<String, TagId>) -> Result<Vec<Account>> {
    let announced = tx.exchange().announce_of(status.id).await?.filter(|a| a.undone_at.is_none());
    let Some(announced) = announced.filter(|_| status.visibility == Visibility::Public) else {
        return Ok(Vec::new());
    };
    let published = published_in_order(tx, status, tags).await?;
    let mut accounts: Vec<Account> = published.into_iter().map(|(_, account)| account).collect();
    let Some(first) = accounts.iter().position(|account| account.id == announced.account_id) else {
        return Ok(Vec::new());
    };
    accounts.swap(0, first);
    Ok(accounts)
}
