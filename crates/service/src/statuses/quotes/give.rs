//! Giving leave to quote, answer, favourite and boost a status of ours, to whoever its policy admits.

use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, AuthorizationId};
use staffroom_domain::interaction::{Authorization, Interaction, Leave};
use staffroom_domain::job::Job;
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
pub struct InteractionRequest {
    /// What they ask to do.
    pub what: Interaction,
    /// Network id of the request.
    pub uri: String,
    /// Network id of the status of ours.
    pub target_uri: String,
    /// Network id of what they made: the status that quotes or answers, the favourite, the boost.
    pub interacting_uri: String,
}

/// What a request comes to.
pub(super) enum Answer {
    Given(Authorization),
    Revoked,
    Refused,
}

/// The leave `asker` has, or gets now, to do `what` to `status` (one of ours) with what they made as `interacting_uri`.
///
/// Asking again gives the same answer; leave taken back is not given a second time.
pub(super) async fn give(
    tx: &Tx,
    cx: &Cx,
    status: &Status,
    asker: AccountId,
    interacting_uri: &str,
    what: Interaction,
) -> Result<Answer> {
    if let Some(known) = tx.quotes().authorization_of(status.id, interacting_uri, what).await? {
        return Ok(answered_before(known, asker));
    }
    let blocked = !tx.follows().blocked_either_way(asker, &[status.account_id]).await?.is_empty();
    if blocked || (what == Interaction::Quote && status.visibility == Visibility::Direct) {
        return Ok(Answer::Refused);
    }
    // nobody here reviews requests by hand: whom the policy would have asked for is refused
    if leave(&tx.follows(), asker, status, what).await? != Leave::Automatic {
        return Ok(Answer::Refused);
    }
    let given = Authorization {
        id: cx.id::<AuthorizationId>(),
        what,
        status_id: status.id,
        account_id: asker,
        interacting_uri: interacting_uri.to_owned(),
        revoked: false,
    };
    if tx.quotes().authorize(&given, cx.now()).await? {
        return Ok(Answer::Given(given));
    }
    // the request and the status itself came at once: the first answer stands
    let first = tx.quotes().authorization_of(status.id, interacting_uri, what).await?;
    Ok(first.map_or(Answer::Refused, |first| answered_before(first, asker)))
}

fn answered_before(known: Authorization, asker: AccountId) -> Answer {
    match known {
        known if known.account_id != asker => Answer::Refused,
        known if known.revoked => Answer::Revoked,
        known => Answer::Given(known),
    }
}

/// Network id of an authorization `author` gave.
pub(super) fn authorization_uri(service: &Service, author: &Account, given: &Authorization) -> String {
    service.settings().identity.authorization_uri(&author.username, given.what, given.id)
}

impl Statuses<'_> {
    /// Somebody elsewhere asks to do something with a status of ours; they are answered by what its policy says to them.
    /// With `fetch` the status that quotes or answers is asked for where leave was given, so that the author sees it.
    /// Whether it was.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such status of ours for them to see, [`ServiceError::Forbidden`]
    /// when what they made is not on the server of who asks.
    pub async fn interaction_requested(
        &self,
        cx: &Cx,
        requester: AccountId,
        request: &InteractionRequest,
        fetch: bool,
    ) -> Result<bool> {
        let tx = self.service.storage().begin().await?;
        let known = tx.statuses().by_uri(&request.target_uri).await?.filter(|s| s.local && s.reblog_of.is_none());
        let known = known.ok_or(ServiceError::NotFound("status"))?;
        let status = tx.statuses().visible_to(Viewer::Account(requester), known.id).await?;
        let status = status.ok_or(ServiceError::NotFound("status"))?;
        let asker = tx.accounts().by_id(requester).await?.ok_or(ServiceError::NotFound("account"))?;
        let author = tx.accounts().by_id(status.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
        if !same_origin(&asker.uri, &request.interacting_uri) {
            return Err(ServiceError::Forbidden("what is asked for is on another server".to_owned()));
        }
        let answer = give(&tx, cx, &status, requester, &request.interacting_uri, request.what).await?;
        let approval_uri = match &answer {
            Answer::Given(given) => Some(authorization_uri(self.service, &author, given)),
            Answer::Revoked | Answer::Refused => None,
        };
        let is_given = approval_uri.is_some();
        if is_given && matches!(request.what, Interaction::Quote | Interaction::Reply) {
            self.take_given(&tx, cx, &asker, request, fetch).await?;
        }
        if let Some(inbox) = &asker.endpoints.inbox {
            let approval_uri = approval_uri.as_deref();
            let event = Event::RequestAnswered { author: &author, asker: &asker, request, approval_uri };
            let inboxes = [InboxRef::personal(inbox)];
            enqueue(&tx, self.service, cx, author.id, event, Lane::Interactive, &inboxes).await?;
        }
        self.service.commit(tx).await?;
        Ok(is_given)
    }

    /// The status may have come before the request; otherwise it is asked for.
    async fn take_given(
        self,
        tx: &Tx,
        cx: &Cx,
        asker: &Account,
        request: &InteractionRequest,
        fetch: bool,
    ) -> Result<()> {
        match tx.statuses().by_uri(&request.interacting_uri).await? {
            Some(status) if status.account_id == asker.id && status.deleted_at.is_none() => {
                super::received::look_again(tx, cx, self.service, &status, asker).await
            }
            None if fetch => {
                let uri = request.interacting_uri.clone();
                let key = format!("fetch:{uri}");
                tx.jobs().push(cx.id(), &Job::FetchStatus { uri }, cx.now(), Some(&key)).await?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// An authorization of ours that stands, with the status it is about and its author: for whoever checks it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it was taken back, or not everybody may see what it is about.
    pub async fn authorization(&self, id: AuthorizationId) -> Result<(Authorization, Status, Account)> {
        let missing = || ServiceError::NotFound("authorization");
        let read = self.service.storage().read();
        let given = read.quotes().authorization(id).await?.filter(|given| !given.revoked).ok_or_else(missing)?;
        let status = read.statuses().visible_to(Viewer::Anonymous, given.status_id).await?;
        let status = status.ok_or_else(missing)?;
        let author = read.accounts().by_id(status.account_id).await?.ok_or_else(missing)?;
        Ok((given, status, author))
    }
}
