//! Sharing a local status through our tag accounts, and taking that back.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use staffroom_domain::Visibility;
use staffroom_domain::account::{Account, User};
use staffroom_domain::ids::{AccountId, InboxId, TagId, floor_at};
use staffroom_domain::status::Status;
use staffroom_storage::Tx;
use staffroom_storage::exchange::{Announce, TagInbox};

use super::authority;
use super::bucket::{LOOK_BACK, has_token};
use super::days;
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::ports::Event;
use crate::{Cx, Result, Service};

/// Statuses with more hashtags than this are not announced.
const MAX_TAGS: usize = 8;
/// Published hashtags of one status that count.
const MAX_PUBLISHED: usize = 3;
/// Receivers of an announcement fetch the status: spread over this time, not all at once.
const JITTER: Duration = Duration::from_secs(30);

/// How a status is shared (further). Without tag accounts it is not.
#[derive(Default)]
pub(crate) struct Plan {
    /// Our tag accounts that announce it, in the order of its text.
    pub(crate) tag_accounts: Vec<Account>,
    /// Peers, who take the status itself.
    pub(crate) peer_inboxes: Vec<InboxRef>,
    /// Everybody else following those tag accounts, who is told its id: each inbox once, by the first of the tag
    /// accounts it follows.
    pub(crate) other_inboxes: Vec<(AccountId, InboxRef)>,
}

/// With whom a stored status is shared beyond what the tag accounts in `standing` did before: public, its author shares
/// it, not too many hashtags, at least one of them published and not used up. `tags` are the ids of its hashtags by
/// name. In the hours of a chat on one of them the limits on how often do not count.
pub(crate) async fn plan(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    status: &Status,
    user: &User,
    tags: &HashMap<String, TagId>,
    standing: &[Account],
) -> Result<Plan> {
    let mut further = wanted(tx, status, user, tags).await?;
    further.retain(|(_, account)| !standing.iter().any(|known| known.id == account.id));
    if further.is_empty() {
        return Ok(Plan::default());
    }
    let ids: Vec<TagId> = further.iter().map(|(tag, _)| *tag).collect();
    let chats = tx.exchange().chat_hours_of(&ids).await?;
    let in_chat = |tag: TagId, at| chats.iter().any(|(of, time)| *of == tag && time.covers(at));
    let floor = floor_at(cx.now().minus(LOOK_BACK));
    let announced = tx.exchange().announced_at(status.account_id, &ids, floor).await?;
    let times = |tag: TagId| announced.iter().filter(move |(t, at)| *t == tag && !in_chat(tag, *at)).map(|(_, at)| *at);
    further.retain(|(tag, _)| in_chat(*tag, cx.now()) || has_token(times(*tag), cx.now()));
    let has_no_limit = further.iter().any(|(tag, _)| in_chat(*tag, cx.now()));
    let tag_accounts: Vec<Account> = further.into_iter().map(|(_, account)| account).collect();

    let order: Vec<AccountId> = standing.iter().chain(&tag_accounts).map(|account| account.id).collect();
    let before: HashSet<AccountId> = standing.iter().map(|account| account.id).collect();
    let mut inboxes = by_inbox(tx.exchange().tag_inboxes(&order).await?, &order);
    inboxes.retain(|inbox| !before.contains(&inbox.tag_account));
    if !has_no_limit {
        let hosts: Vec<String> = inboxes.iter().filter_map(|inbox| authority(&inbox.url)).collect();
        let full = days::count(tx, service, cx, &hosts, false).await?;
        inboxes.retain(|inbox| authority(&inbox.url).is_some_and(|host| !full.contains(&host)));
    }
    let mut plan = Plan { tag_accounts, ..Plan::default() };
    for inbox in inboxes {
        let to = InboxRef { url: inbox.url, shared: inbox.shared, not_before: None };
        if inbox.is_peer {
            plan.peer_inboxes.push(to);
        } else {
            plan.other_inboxes.push((inbox.tag_account, to));
        }
    }
    Ok(plan)
}

/// The tag accounts whose announcement of a status stands and still holds after an edit.
pub(crate) async fn kept(tx: &Tx, status: &Status, user: &User, tags: &HashMap<String, TagId>) -> Result<Vec<Account>> {
    let announces = tx.exchange().announces_of(status.id).await?;
    let stands = |account: &Account| announces.iter().any(|a| a.account_id == account.id && a.undone_at.is_none());
    let holds = wanted(tx, status, user, tags).await?;
    Ok(holds.into_iter().map(|(_, account)| account).filter(stands).collect())
}

/// The published hashtags of a status that may be shared, with their tag accounts, in the order of its text, as many
/// as count.
async fn wanted(tx: &Tx, status: &Status, user: &User, tags: &HashMap<String, TagId>) -> Result<Vec<(TagId, Account)>> {
    let is_shareable = status.visibility == Visibility::Public && status.reblog_of.is_none();
    if !is_shareable || status.tags.is_empty() || status.tags.len() > MAX_TAGS {
        return Ok(Vec::new());
    }
    let ids: Vec<TagId> = tags.values().copied().collect();
    let mut found: HashMap<TagId, Account> = tx.exchange().published_among(&ids).await?.into_iter().collect();
    if found.is_empty() || !tx.exchange().sharing_of(status.id).await?.unwrap_or(user.share_tagged) {
        return Ok(Vec::new());
    }
    let in_order = status.tags.iter().filter_map(|tag| tags.get(tag.name()));
    Ok(in_order.filter_map(|id| Some((*id, found.remove(id)?))).take(MAX_PUBLISHED).collect())
}

/// Each inbox once, with the first tag account of `order` it follows; a peer's where one of its follows is a peer's.
pub(super) fn by_inbox(rows: Vec<TagInbox>, order: &[AccountId]) -> Vec<TagInbox> {
    let rank = |account: AccountId| order.iter().position(|id| *id == account).unwrap_or(usize::MAX);
    let mut inboxes: BTreeMap<String, TagInbox> = BTreeMap::new();
    for row in rows {
        let known = inboxes.entry(row.url.clone()).or_insert_with(|| row.clone());
        known.is_peer |= row.is_peer;
        if rank(row.tag_account) < rank(known.tag_account) {
            known.tag_account = row.tag_account;
        }
    }
    inboxes.into_values().collect()
}

/// Notes the announcements of a plan and sends them by id; returns the inboxes told.
pub(crate) async fn announce(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    plan: &Plan,
    status: &Status,
) -> Result<Vec<InboxId>> {
    let before = tx.exchange().announces_of(status.id).await?;
    let mut told = Vec::new();
    for tag_account in &plan.tag_accounts {
        // An id that was taken back is never used again.
        let is_first = before.iter().all(|announce| announce.account_id != tag_account.id);
        let number: i64 = if is_first { status.id.0 } else { cx.id() };
        let uri = format!("{}/announces/{number}", tag_account.uri);
        let announce = Announce {
            status_id: status.id,
            account_id: tag_account.id,
            uri: uri.clone(),
            created_at: cx.now(),
            undone_at: None,
        };
        if !tx.exchange().announce(&announce).await? {
            continue;
        }
        let jitter_millis = u64::try_from(JITTER.as_millis()).unwrap_or(u64::MAX);
        let later = |inbox: &InboxRef| InboxRef {
            not_before: Some(cx.now().plus(Duration::from_millis(cx.below(jitter_millis)))),
            ..inbox.clone()
        };
        let inboxes = plan.other_inboxes.iter().filter(|(by, _)| *by == tag_account.id);
        let inboxes: Vec<InboxRef> = inboxes.map(|(_, inbox)| later(inbox)).collect();
        let event = Event::TagAnnounced { tag_account, status, uri: &uri, named: &plan.tag_accounts };
        told.extend(enqueue(tx, service, cx, tag_account.id, event, Lane::Bulk, &inboxes).await?.inbox_ids);
    }
    Ok(told)
}

/// Takes the announcements of a status back that stand, but for those by `kept`, and tells `inboxes`.
pub(crate) async fn undo_announces(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    status: &Status,
    kept: &[Account],
    inboxes: &[InboxRef],
) -> Result<()> {
    let mut undone = tx.exchange().announces_of(status.id).await?;
    undone.retain(|a| a.undone_at.is_none() && !kept.iter().any(|account| account.id == a.account_id));
    let ids: Vec<AccountId> = undone.iter().map(|announce| announce.account_id).collect();
    let accounts = tx.accounts().by_ids(&ids).await?;
    for announce in undone {
        let Some(tag_account) = accounts.iter().find(|account| account.id == announce.account_id) else { continue };
        tx.exchange().undo_announce(status.id, tag_account.id, cx.now()).await?;
        let event = Event::TagAnnounceUndone { tag_account, status, uri: &announce.uri };
        enqueue(tx, service, cx, tag_account.id, event, Lane::Interactive, inboxes).await?;
    }
    Ok(())
}

/// The tag accounts whose announcement of a status stands.
pub(crate) async fn named_accounts(tx: &Tx, status: &Status) -> Result<Vec<Account>> {
    let announces = tx.exchange().announces_of(status.id).await?;
    let standing: Vec<AccountId> =
        announces.iter().filter(|announce| announce.undone_at.is_none()).map(|announce| announce.account_id).collect();
    Ok(tx.accounts().by_ids(&standing).await?)
}
