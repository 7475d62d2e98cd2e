//! Quotes (FEP-044f): a status shows another one, with the leave of that one's author.
//!
//! `ask.rs` is for those who quote here, `give.rs` and `revoke.rs` for those who are quoted here; `received.rs` takes in
//! quotes of other servers and `verify.rs` looks after what it had to leave open. The leave somebody here gives is a row
//! of its own: what another server says about it counts for nothing. Only the author quoted moves a quote to
//! accepted, rejected or revoked.

mod answered;
mod ask;
mod give;
mod listing;
mod policy;
mod received;
mod revoke;
#[cfg(test)]
mod tests;
mod verify;

use staffroom_domain::ids::StatusId;
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::quote::{Quote, QuoteState, QuoteView};
use staffroom_domain::status::{Status, StatusView};
use staffroom_storage::Tx;

pub use give::InteractionRequest;

pub(super) use ask::{Quoted, ask, request};
pub(super) use policy::{leave, require};
pub(super) use received::take;

use super::publish::shown;
use crate::{Cx, Result, Service, ServiceError};

/// A quote was accepted: it counts, and the author quoted is told. `thread` is that of the status quoted.
async fn accepted(tx: &Tx, cx: &Cx, quote: &Quote, thread: StatusId) -> Result<()> {
    let (Some(quoted), Some(author)) = (quote.quoted_status_id, quote.quoted_account_id) else { return Ok(()) };
    tx.statuses().count_quote(quoted, 1).await?;
    let told = tx.notifications().willing(&[author], quote.account_id, Some(thread), cx.now()).await?;
    let kind = NotificationKind::Quote;
    tx.notifications().add(&told, quote.account_id, kind, Some(quote.status_id), cx.now(), || cx.id()).await?;
    Ok(())
}

/// An accepted quote is so no more.
async fn no_longer_accepted(tx: &Tx, quote: &Quote) -> Result<()> {
    let (Some(quoted), Some(author)) = (quote.quoted_status_id, quote.quoted_account_id) else { return Ok(()) };
    tx.statuses().count_quote(quoted, -1).await?;
    let kind = NotificationKind::Quote;
    tx.notifications().retract(author, quote.account_id, kind, Some(quote.status_id)).await?;
    Ok(())
}

/// Tells people here that a status they quote was edited; each is shown their own.
pub(super) async fn notify_quoters(tx: &Tx, cx: &Cx, edited: &Status) -> Result<()> {
    let mut quoters = tx.quotes().local_quoters(edited.id).await?;
    let people: Vec<_> = quoters.iter().map(|(account, _)| *account).collect();
    let willing = tx.notifications().willing(&people, edited.account_id, Some(edited.thread_id), cx.now()).await?;
    quoters.retain(|(account, _)| willing.contains(account));
    let kind = NotificationKind::QuotedUpdate;
    tx.notifications().add_each(&quoters, edited.account_id, kind, cx.now(), || cx.id()).await?;
    Ok(())
}

/// A status with its parts as the transaction has them, as nobody in particular sees it.
pub(in crate::statuses) async fn whole(tx: &Tx, service: &Service, mut status: Status) -> Result<StatusView> {
    service.emojis().forget_removed(&tx.custom_emojis(), vec![&mut status]).await?;
    let account = tx.accounts().by_id(status.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
    let found = tx.media().find_many(&status.media_ids).await?;
    let media = status.media_ids.iter().filter_map(|id| found.iter().find(|m| m.id == *id).cloned()).collect();
    let poll = match status.poll_id {
        Some(id) => tx.polls().by_ids(&[id], None).await?.remove(&id),
        None => None,
    };
    let quote = tx.quotes().get(status.id).await?.map(bare);
    let card = tx.cards().of(&[status.id]).await?.remove(&status.id);
    Ok(StatusView { card, quote, ..shown(status, account, media, poll) })
}

/// A quote without what it shows: all that other servers are told.
pub(super) fn bare(quote: Quote) -> QuoteView {
    QuoteView { shown: staffroom_domain::quote::QuoteShown::State(quote.state), quote, status: None }
}

/// Moves a quote from one state to the next and does what follows from it; `false` when it had moved in the meantime.
async fn settle(tx: &Tx, cx: &Cx, quote: &Quote, was: QuoteState, thread: StatusId) -> Result<bool> {
    if !tx.quotes().update(quote, was).await? {
        return Ok(false);
    }
    match (was, quote.state) {
        (QuoteState::Accepted, QuoteState::Accepted) => {}
        (_, QuoteState::Accepted) => accepted(tx, cx, quote, thread).await?,
        (QuoteState::Accepted, _) => no_longer_accepted(tx, quote).await?,
        _ => {}
    }
    Ok(true)
}
