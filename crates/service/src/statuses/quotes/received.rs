//! Taking in that a status of another server quotes something.

use std::time::Duration;

use staffroom_domain::account::Account;
use staffroom_domain::interaction::Interaction;
use staffroom_domain::job::Job;
use staffroom_domain::quote::{IncomingQuote, Quote, QuoteState};
use staffroom_domain::status::Status;
use staffroom_storage::Tx;

use super::give::{Answer, authorization_uri, give};
use super::{accepted, settle};
use crate::statuses::remove::same_origin;
use crate::{Cx, Result, Service, ServiceError};

/// What has to be asked elsewhere is asked within this time, not by all servers at once, in milliseconds.
const SPREAD_MS: u64 = 1_000;

/// Stores what `status` (of another server, by `author`) says it quotes. A status quotes one thing for good; a newer
/// version may only name an authorization.
pub(in crate::statuses) async fn take(
    tx: &Tx,
    cx: &Cx,
    service: &Service,
    status: &Status,
    author: &Account,
    incoming: &IncomingQuote,
) -> Result<()> {
    let approval_uri = incoming.approval_uri.clone().filter(|uri| same_origin(uri, &incoming.uri));
    if let Some(known) = tx.quotes().get(status.id).await? {
        return if known.quoted_uri == incoming.uri {
            renew(tx, cx, service, status, author, known, approval_uri).await
        } else {
            Ok(())
        };
    }
    let quoted = quoted(tx, &incoming.uri).await?;
    let mut quote = Quote {
        status_id: status.id,
        account_id: author.id,
        quoted_uri: incoming.uri.clone(),
        quoted_status_id: None,
        quoted_account_id: None,
        state: QuoteState::Pending,
        approval_uri,
        request_uri: None,
    };
    judge(tx, cx, service, status, author, quoted.as_ref(), &mut quote).await?;
    if !tx.quotes().insert(&quote).await? {
        return Ok(());
    }
    if let (QuoteState::Accepted, Some(quoted)) = (quote.state, &quoted) {
        accepted(tx, cx, &quote, quoted.thread_id).await?;
    }
    ask_later(tx, cx, &quote).await
}

/// Judges a quote of one of ours again: leave may have been given since.
pub(super) async fn look_again(tx: &Tx, cx: &Cx, service: &Service, status: &Status, author: &Account) -> Result<()> {
    match tx.quotes().get(status.id).await? {
        Some(known) => renew(tx, cx, service, status, author, known, None).await,
        None => Ok(()),
    }
}

async fn renew(
    tx: &Tx,
    cx: &Cx,
    service: &Service,
    status: &Status,
    author: &Account,
    known: Quote,
    approval_uri: Option<String>,
) -> Result<()> {
    let was = known.state;
    let quoted = quoted(tx, &known.quoted_uri).await?;
    let is_ours = quoted.as_ref().is_some_and(|quoted| quoted.local);
    let names_another = approval_uri.is_some() && approval_uri != known.approval_uri;
    let is_open = match was {
        QuoteState::Pending | QuoteState::Rejected => is_ours || names_another,
        QuoteState::Revoked => names_another && !is_ours,
        QuoteState::Accepted | QuoteState::Deleted => false,
    };
    if !is_open {
        return Ok(());
    }
    let mut quote = Quote { state: QuoteState::Pending, approval_uri: approval_uri.or(known.approval_uri), ..known };
    judge(tx, cx, service, status, author, quoted.as_ref(), &mut quote).await?;
    let thread = quoted.map_or(status.thread_id, |quoted| quoted.thread_id);
    if settle(tx, cx, &quote, was, thread).await? {
        ask_later(tx, cx, &quote).await?;
    }
    Ok(())
}

/// What can be said of a quote from what is here: about statuses of ours we have the last word, one's own may always be
/// quoted, and everything else stays open until its author's word was seen.
pub(super) async fn judge(
    tx: &Tx,
    cx: &Cx,
    service: &Service,
    status: &Status,
    author: &Account,
    quoted: Option<&Status>,
    quote: &mut Quote,
) -> Result<()> {
    let Some(quoted) = quoted else {
        if service.settings().identity.is_local_uri(&quote.quoted_uri) {
            quote.state = QuoteState::Rejected;
        }
        return Ok(());
    };
    quote.quoted_status_id = Some(quoted.id);
    quote.quoted_account_id = Some(quoted.account_id);
    if quoted.account_id == author.id {
        quote.state = QuoteState::Accepted;
    } else if quoted.local {
        let owner = tx.accounts().by_id(quoted.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
        (quote.state, quote.approval_uri) =
            match give(tx, cx, quoted, author.id, &status.uri, Interaction::Quote).await? {
                Answer::Given(given) => (QuoteState::Accepted, Some(authorization_uri(service, &owner, &given))),
                Answer::Revoked => (QuoteState::Revoked, None),
                Answer::Refused => (QuoteState::Rejected, None),
            };
    } else if let Some(uri) = &quote.approval_uri
        && let Some(by) = tx.statuses().tombstone(uri).await?
    {
        // said by another on the same server, it means nothing
        let owner = tx.accounts().by_id(quoted.account_id).await?;
        if owner.is_some_and(|owner| owner.uri == by) {
            quote.state = QuoteState::Revoked;
        }
    }
    Ok(())
}

/// The status quoted, if it is here and not a boost.
pub(super) async fn quoted(tx: &Tx, uri: &str) -> Result<Option<Status>> {
    let found = tx.statuses().by_uris(&[uri.to_owned()]).await?.pop();
    Ok(found.filter(|status| status.reblog_of.is_none()))
}

/// Leaves to a job what only other servers can say.
async fn ask_later(tx: &Tx, cx: &Cx, quote: &Quote) -> Result<()> {
    let is_open = quote.state == QuoteState::Pending;
    if !is_open || (quote.quoted_status_id.is_some() && quote.approval_uri.is_none()) {
        return Ok(());
    }
    let at = cx.now().plus(Duration::from_millis(cx.below(SPREAD_MS)));
    let key = format!("quote:{}:{}", quote.status_id, quote.approval_uri.as_deref().unwrap_or_default());
    tx.jobs().push(cx.id(), &Job::VerifyQuote(quote.status_id), at, Some(&key)).await?;
    Ok(())
}
