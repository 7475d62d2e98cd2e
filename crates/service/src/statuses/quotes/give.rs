//! Giving leave to quote a status of ours, to whoever its policy admits.

use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, QuoteAuthorizationId};
use staffroom_domain::interaction::{Interaction, Leave};
use staffroom_domain::job::Job;
use staffroom_domain::quote::QuoteAuthorization;
use staffroom_domain::status::Status;
use staffroom_domain::{Viewer, Visibility};
use staffroom_storage::Tx;

use super::leave;
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::ports::Event;
use crate::statuses::Statuses;
use crate::statuses::remove::same_origin;
use crate::{Cx, Result, Service, ServiceError};

/// What somebody elsewhere asks.
#[derive(Clone, Debug)]
pub struct QuoteRequest {
    /// Network id of the request.
    pub uri: String,
    /// Network id of the status of ours.
    pub quoted_uri: String,
    /// Network id of the status that quotes.
    pub quoting_uri: String,
}

/// What a request comes to.
pub(super) enum Answer {
    Given(QuoteAuthorization),
    Revoked,
    Refused,
}

/// The leave `asker` has, or gets now, to quote `quoted` (one of ours) in the status `quoting_uri`.
///
/// Asking again gives the same answer; leave taken back is not given a second time.
pub(super) async fn give(tx: &Tx, cx: &Cx, quoted: &Status, asker: AccountId, quoting_uri: &str) -> Result<Answer> {
    if let Some(known) = tx.quotes().authorization_of(quoted.id, quoting_uri).await? {
        return Ok(answered_before(known, asker));
    }
    let blocked = !tx.follows().blocked_either_way(asker, &[quoted.account_id]).await?.is_empty();
    if blocked || quoted.visibility == Visibility::Direct {
        return Ok(Answer::Refused);
    }
    // nobody here reviews requests by hand: whom the policy would have asked for is refused
    if leave(&tx.follows(), asker, quoted, Interaction::Quote).await? != Leave::Automatic {
        return Ok(Answer::Refused);
    }
    let given = QuoteAuthorization {
        id: cx.id::<QuoteAuthorizationId>(),
        quoted_status_id: quoted.id,
        account_id: asker,
        quoting_uri: quoting_uri.to_owned(),
        revoked: false,
    };
    if tx.quotes().authorize(&given, cx.now()).await? {
        return Ok(Answer::Given(given));
    }
    // the request and the status itself came at once: the first answer stands
    let first = tx.quotes().authorization_of(quoted.id, quoting_uri).await?;
    Ok(first.map_or(Answer::Refused, |first| answered_before(first, asker)))
}

fn answered_before(known: QuoteAuthorization, asker: AccountId) -> Answer {
    match known {
        known if known.account_id != asker => Answer::Refused,
        known if known.revoked => Answer::Revoked,
        known => Answer::Given(known),
    }
}

/// Network id of an authorization `author` gave.
pub(super) fn authorization_uri(service: &Service, author: &Account, given: &QuoteAuthorization) -> String {
    service.settings().identity.quote_authorization_uri(&author.username, given.id)
}

impl Statuses<'_> {
    /// Somebody elsewhere asks to quote a status of ours; they are answered by what its policy says to them. With
    /// `fetch` the quoting status is asked for where leave was given, so that the author sees who quotes them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such status of ours for them to see, [`ServiceError::Forbidden`]
    /// when the quoting status is not on the server of who asks.
    pub async fn quote_requested(
        &self,
        cx: &Cx,
        requester: AccountId,
        request: &QuoteRequest,
        fetch: bool,
    ) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let known = tx.statuses().by_uri(&request.quoted_uri).await?.filter(|s| s.local && s.reblog_of.is_none());
        let known = known.ok_or(ServiceError::NotFound("status"))?;
        let quoted = tx.statuses().visible_to(Viewer::Account(requester), known.id).await?;
        let quoted = quoted.ok_or(ServiceError::NotFound("status"))?;
        let asker = tx.accounts().by_id(requester).await?.ok_or(ServiceError::NotFound("account"))?;
        let author = tx.accounts().by_id(quoted.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
        if !same_origin(&asker.uri, &request.quoting_uri) {
            return Err(ServiceError::Forbidden("the quoting status is on another server".to_owned()));
        }
        let answer = give(&tx, cx, &quoted, requester, &request.quoting_uri).await?;
        let approval_uri = match &answer {
            Answer::Given(given) => Some(authorization_uri(self.service, &author, given)),
            Answer::Revoked | Answer::Refused => None,
        };
        if approval_uri.is_some() {
            self.take_given(&tx, cx, &asker, request, fetch).await?;
        }
        if let Some(inbox) = &asker.endpoints.inbox {
            let approval_uri = approval_uri.as_deref();
            let event = Event::QuoteAnswered { author: &author, asker: &asker, request, approval_uri };
            let inboxes = [InboxRef::personal(inbox)];
            enqueue(&tx, self.service, cx, author.id, event, Lane::Interactive, &inboxes).await?;
        }
        self.service.commit(tx).await
    }

    /// The quoting status may have come before the request; otherwise it is asked for.
    async fn take_given(self, tx: &Tx, cx: &Cx, asker: &Account, request: &QuoteRequest, fetch: bool) -> Result<()> {
        match tx.statuses().by_uri(&request.quoting_uri).await? {
            Some(status) if status.account_id == asker.id && status.deleted_at.is_none() => {
                super::received::look_again(tx, cx, self.service, &status, asker).await
            }
            None if fetch => {
                let uri = request.quoting_uri.clone();
                let key = format!("fetch:{uri}");
                tx.jobs().push(cx.id(), &Job::FetchStatus { uri }, cx.now(), Some(&key)).await?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// An authorization of ours that stands, with the status quoted and its author: for whoever checks a quote.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it was taken back, or not everybody may see what it is about.
    pub async fn quote_authorization(&self, id: QuoteAuthorizationId) -> Result<(QuoteAuthorization, Status, Account)> {
        let missing = || ServiceError::NotFound("quote authorization");
        let read = self.service.storage().read();
        let given = read.quotes().authorization(id).await?.filter(|given| !given.revoked).ok_or_else(missing)?;
        let quoted = read.statuses().visible_to(Viewer::Anonymous, given.quoted_status_id).await?;
        let quoted = quoted.ok_or_else(missing)?;
        let author = read.accounts().by_id(quoted.account_id).await?.ok_or_else(missing)?;
        Ok((given, quoted, author))
    }
}
