//! Taking back the leave to quote.

use staffroom_domain::Viewer;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::interaction::{Interaction, InteractionPolicy, QuotePolicy};
use staffroom_domain::quote::{Quote, QuoteState};
use staffroom_storage::Tx;

use super::{settle, whole};
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::ports::Event;
use crate::statuses::audience::inbox_of;
use crate::statuses::{Statuses, audience};
use crate::{Cx, Result, ServiceError};

impl Statuses<'_> {
    /// `owner` takes back the leave of the status `quoting` to quote their status `quoted`.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such quote of a status of theirs.
    pub async fn revoke_quote(&self, cx: &Cx, owner: AccountId, quoted: StatusId, quoting: StatusId) -> Result<()> {
        let missing = || ServiceError::NotFound("quote");
        let tx = self.service.storage().begin().await?;
        let is_theirs = |quote: &Quote| {
            quote.quoted_status_id == Some(quoted)
                && quote.quoted_account_id == Some(owner)
                && quote.state == QuoteState::Accepted
        };
        let known = tx.quotes().get(quoting).await?.filter(is_theirs).ok_or_else(missing)?;
        let status = tx.statuses().visible_to(Viewer::Account(owner), quoting).await?.ok_or_else(missing)?;
        let author = tx.accounts().by_id(owner).await?.ok_or_else(missing)?;
        let quote = Quote { state: QuoteState::Revoked, ..known };
        if !settle(&tx, cx, &quote, QuoteState::Accepted, status.thread_id).await? {
            return Err(missing());
        }
        if let Some(given) = tx.quotes().authorization_of(quoted, &status.uri, Interaction::Quote).await? {
            tx.quotes().revoke_authorization(given.id).await?;
        }
        if let Some(approval_uri) = &quote.approval_uri {
            let followers = tx.follows().follower_inboxes(owner).await?;
            let mut inboxes: Vec<InboxRef> = followers.into_iter().map(InboxRef::from).collect();
            let writer = tx.accounts().by_id(status.account_id).await?;
            inboxes.extend(writer.as_ref().and_then(|writer| inbox_of(writer, false)));
            if status.local {
                inboxes.extend(audience::everybody(&tx, &status).await?);
            }
            let event = Event::QuoteRevoked {
                author: &author,
                approval_uri,
                quoted_uri: &quote.quoted_uri,
                quoting_uri: &status.uri,
            };
            enqueue(&tx, self.service, cx, owner, event, Lane::Interactive, &inboxes).await?;
        }
        self.service.commit(tx).await
    }

    /// Says anew who may quote a status of one's own; quotes already accepted stay.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn set_quote_policy(&self, cx: &Cx, author: AccountId, id: StatusId, policy: QuotePolicy) -> Result<()> {
        let id = self.own(author, id).await?.id;
        let tx = self.service.storage().begin().await?;
        self.store_quote_policy(&tx, cx, author, id, policy).await?;
        self.service.commit(tx).await
    }

    /// [`Statuses::set_quote_policy`] within a transaction, of a status that is theirs.
    pub(in crate::statuses) async fn store_quote_policy(
        &self,
        tx: &Tx,
        cx: &Cx,
        author: AccountId,
        id: StatusId,
        policy: QuotePolicy,
    ) -> Result<()> {
        let mut status = tx.statuses().get(id).await?.ok_or(ServiceError::NotFound("status"))?;
        let policy = InteractionPolicy::of_local(status.visibility, policy);
        if policy == status.interaction_policy {
            return Ok(());
        }
        status.interaction_policy = policy;
        tx.statuses().update_edited(&status).await?;
        let everybody = audience::everybody(tx, &status).await?;
        let view = whole(tx, self.service, status).await?;
        let event = Event::StatusEdited { status: &view, tag_accounts: &[] };
        enqueue(tx, self.service, cx, author, event, Lane::Ordinary, &everybody).await?;
        Ok(())
    }
}
