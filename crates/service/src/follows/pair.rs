//! Two accounts, loaded for one use case, and the steps that several use cases share.

use staffroom_domain::account::{Account, AccountKind};
use staffroom_domain::ids::AccountId;
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::relationship::{Follow, Relationship};
use staffroom_storage::Tx;

use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::inbox::may_ask_again;
use crate::ports::Event;
use crate::{Cx, Result, Service, ServiceError};

/// Who acts, and on whom.
pub(super) struct Pair {
    pub(super) actor: Account,
    pub(super) target: Account,
}

impl Pair {
    /// Loads both, who must have been let in. Acting on oneself is refused.
    pub(super) async fn load(tx: &Tx, actor: AccountId, target: AccountId) -> Result<Self> {
        check_two(actor, target)?;
        Self::of(tx.accounts().by_ids(&[actor, target]).await?)
    }

    /// The same for use cases that begin or end a follow: what is between the two changes by nobody else until this
    /// transaction ends. To be asked before the follow is read, and before anything else is written.
    pub(super) async fn lock(tx: &Tx, actor: AccountId, target: AccountId) -> Result<Self> {
        check_two(actor, target)?;
        Self::of(tx.accounts().lock_all(&[actor, target]).await?)
    }

    fn of(found: Vec<Account>) -> Result<Self> {
        let mut found = found.into_iter().filter(|account| !account.is_pending);
        match (found.next(), found.next()) {
            (Some(actor), Some(target)) => Ok(Self { actor, target }),
            _ => Err(ServiceError::NotFound("account")),
        }
    }
}

fn check_two(actor: AccountId, target: AccountId) -> Result<()> {
    if actor == target {
        return Err(ServiceError::Forbidden("this action is not allowed on yourself".to_owned()));
    }
    Ok(())
}

/// How `viewer` stands to `other` inside the transaction.
pub(super) async fn relationship(tx: &Tx, cx: &Cx, viewer: AccountId, other: AccountId) -> Result<Relationship> {
    let found = tx.follows().relationships(viewer, &[other], cx.now()).await?;
    Ok(found.into_iter().next().unwrap_or_else(|| Relationship::none(other)))
}

/// Queues `event` of a local account for the inbox of one remote account.
pub(super) async fn tell(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    sender: AccountId,
    to: &Account,
    event: Event<'_>,
) -> Result<()> {
    // Without an inbox nothing can be told; the account is refreshed one day.
    let Some(inbox) = to.endpoints.inbox.as_deref().filter(|_| !to.is_local()) else { return Ok(()) };
    enqueue(tx, service, cx, sender, event, Lane::Interactive, &[InboxRef::personal(inbox)]).await?;
    Ok(())
}

/// Turns a request into a follow that counts and shows at home; false when it was one already (or is gone). Both accounts
/// are held by the caller.
pub(super) async fn accept_follow(tx: &Tx, follow: &Follow) -> Result<bool> {
    if !tx.follows().accept(follow.id).await? {
        return Ok(false);
    }
    tx.accounts().count_follow(follow.account_id, follow.target_id, 1).await?;
    tx.timelines().add_author(follow.account_id, follow.target_id).await?;
    Ok(true)
}

/// Ends a follow or request with all that came of it: counters, notifications, the follower's home timeline and
/// lists. Both accounts are held by the caller.
pub(super) async fn end_follow(tx: &Tx, cx: &Cx, follow: &Follow) -> Result<()> {
    let Some(was_accepted) = tx.follows().remove(follow.id).await? else { return Ok(()) };
    may_ask_again(tx, cx, &follow.uri).await?;
    if was_accepted {
        tx.accounts().count_follow(follow.account_id, follow.target_id, -1).await?;
    }
    for kind in [NotificationKind::Follow, NotificationKind::FollowRequest] {
        tx.notifications().remove_kind(follow.target_id, follow.account_id, kind).await?;
    }
    tx.timelines().remove_author(follow.account_id, follow.target_id).await?;
    tx.lists().leave(follow.account_id, follow.target_id).await?;
    // Only who is followed is recommended.
    tx.endorsements().remove(follow.account_id, follow.target_id).await?;
    Ok(())
}

/// Tells a person here that `from` follows them or asks to. Tag accounts and the instance itself read nothing.
pub(super) async fn notify(tx: &Tx, cx: &Cx, to: &Account, from: AccountId, kind: NotificationKind) -> Result<()> {
    if !to.is_local() || to.tag.is_some() || to.kind == AccountKind::Application {
        return Ok(());
    }
    let stands = relationship(tx, cx, to.id, from).await?;
    if stands.muting_notifications || stands.domain_blocking {
        return Ok(());
    }
    tx.notifications().add(&[to.id], from, kind, None, cx.now(), || cx.id()).await?;
    Ok(())
}
