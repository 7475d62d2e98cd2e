//! Quoting something here: leave is taken from what is on this instance, or asked for elsewhere.

use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::interaction::Interaction;
use staffroom_domain::quote::{Quote, QuoteState};
use staffroom_domain::status::{Status, StatusView};
use staffroom_domain::{Viewer, Visibility};
use staffroom_storage::Tx;

use super::give::{Answer, authorization_uri, give};
use super::{accepted, bare, require};
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::ports::Event;
use crate::statuses::Statuses;
use crate::{Cx, Result, Service, ServiceError};

/// What a draft quotes.
pub(in crate::statuses) struct Quoted {
    pub(in crate::statuses) status: Status,
    pub(in crate::statuses) author: Account,
}

impl Quoted {
    /// A status that is quoted by `author`, whose own it is.
    pub(in crate::statuses) fn own(status: Status, author: Account) -> Self {
        Self { status, author }
    }
}

impl Statuses<'_> {
    /// The status `author` wants to quote, if they may.
    pub(in crate::statuses) async fn quoted_by(&self, author: AccountId, id: StatusId) -> Result<Quoted> {
        let status = self.visible_original(Viewer::Account(author), id).await?;
        if status.visibility == Visibility::Direct {
            return Err(ServiceError::Forbidden("private mentions cannot be quoted".to_owned()));
        }
        let read = self.service.storage().read();
        if !read.follows().blocked_either_way(author, &[status.account_id]).await?.is_empty() {
            return Err(ServiceError::Forbidden("this status cannot be quoted across a block".to_owned()));
        }
        require(&read.follows(), author, &status, Interaction::Quote).await?;
        let quoted = read.accounts().by_id(status.account_id).await?;
        Ok(Quoted { status, author: quoted.ok_or(ServiceError::NotFound("account"))? })
    }

    /// The same for a draft that was held: what it waited for may be kept inside a school by now, and it with that.
    pub(in crate::statuses) async fn quoted_by_held(&self, author: AccountId, id: StatusId) -> Result<Quoted> {
        let status = self.visible_original(Viewer::Account(author), id).await?;
        if status.account_id != author || status.kept_in.is_none() {
            return self.quoted_by(author, id).await;
        }
        let own = self.service.storage().read().accounts().by_id(author).await?;
        Ok(Quoted::own(status, own.ok_or(ServiceError::NotFound("account"))?))
    }
}

/// Stores that `view` quotes, with the leave of authors here; those elsewhere are asked by [`request`].
pub(in crate::statuses) async fn ask(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    view: &mut StatusView,
    quoted: &Quoted,
) -> Result<()> {
    let status = &view.status;
    let is_own = quoted.status.account_id == status.account_id;
    let mut quote = Quote {
        status_id: status.id,
        account_id: status.account_id,
        quoted_uri: quoted.status.uri.clone(),
        quoted_status_id: Some(quoted.status.id),
        quoted_account_id: Some(quoted.author.id),
        state: QuoteState::Pending,
        approval_uri: None,
        request_uri: None,
    };
    if is_own {
        quote.state = QuoteState::Accepted;
    } else if quoted.status.local {
        let Answer::Given(given) =
            give(tx, cx, &quoted.status, status.account_id, &status.uri, Interaction::Quote).await?
        else {
            return Err(ServiceError::Forbidden(quoted.status.interaction_policy.why_not(Interaction::Quote)));
        };
        quote.state = QuoteState::Accepted;
        quote.approval_uri = Some(authorization_uri(service, &quoted.author, &given));
    } else {
        quote.request_uri = Some(format!("{}#quote_requests/{}", view.account.uri, status.id));
    }
    tx.quotes().insert(&quote).await?;
    if quote.state == QuoteState::Accepted {
        accepted(tx, cx, &quote, quoted.status.thread_id).await?;
    }
    view.quote = Some(bare(quote));
    Ok(())
}

/// Asks an author elsewhere for leave, where there is none yet.
pub(in crate::statuses) async fn request(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    view: &StatusView,
    quoted: &Quoted,
) -> Result<()> {
    let Some(quote) = view.quote.as_ref().map(|quote| &quote.quote) else { return Ok(()) };
    let inbox = quoted.author.endpoints.inbox.as_deref();
    let (Some(uri), Some(inbox)) = (quote.request_uri.as_deref(), inbox) else { return Ok(()) };
    let event = Event::QuoteRequested { status: view, quoted_uri: &quote.quoted_uri, author: &quoted.author, uri };
    enqueue(tx, service, cx, quote.account_id, event, Lane::Interactive, &[InboxRef::personal(inbox)]).await?;
    Ok(())
}
