//! The end of the exchange with a domain that is suspended.

use staffroom_storage::Tx;

use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::ports::Event;
use crate::{Cx, Result, Service};

/// Takes everything that feeds of a domain brought out of the timelines, drops what waits to be sent there, and says
/// good-bye: the follows of its tag accounts are undone, its follows of ours rejected. The follows themselves are the
/// caller's to end.
pub(crate) async fn part_with(tx: &Tx, service: &Service, cx: &Cx, domain: &str) -> Result<()> {
    tx.exchange().withdraw_domain(domain).await?;
    tx.deliveries().drop_domain(domain).await?;
    let follows = tx.exchange().ties_with(domain).await?;
    let ids: Vec<_> = follows.iter().flat_map(|follow| [follow.account_id, follow.target_id]).collect();
    let accounts = tx.accounts().by_ids(&ids).await?;
    let find = |id| accounts.iter().find(|account| account.id == id);
    for follow in &follows {
        let (Some(account), Some(target)) = (find(follow.account_id), find(follow.target_id)) else { continue };
        let (sender, to, event) = if account.is_local() {
            (account, target, Event::FollowUndone { account, target, follow })
        } else {
            (target, account, Event::FollowRejected { target, follower: account, follow })
        };
        let Some(inbox) = to.endpoints.inbox.as_deref() else { continue };
        enqueue(tx, service, cx, sender.id, event, Lane::Interactive, &[InboxRef::personal(inbox)]).await?;
    }
    Ok(())
}
