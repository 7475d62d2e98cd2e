//! An author elsewhere answers whether somebody here may quote them, or takes the answer back.

use staffroom_domain::ids::AccountId;
use staffroom_domain::quote::{Quote, QuoteState};

use super::{settle, whole};
use crate::auth::may_publish;
use crate::deliveries::{Lane, enqueue};
use crate::ports::Event;
use crate::statuses::remove::same_origin;
use crate::statuses::{Statuses, audience};
use crate::{Cx, Result};

impl Statuses<'_> {
    /// The remote account `by` says yes (with the network id of its authorization) or no to a request of ours; a no
    /// after a yes takes it back. Only the author quoted can answer; what fits no request is ignored, and so is a yes to
    /// somebody who may publish nothing any more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn quote_answered(
        &self,
        cx: &Cx,
        by: AccountId,
        request_uri: &str,
        approval_uri: Option<&str>,
    ) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let asked = tx.quotes().by_request(request_uri).await?;
        let Some(asked) = asked.filter(|quote| quote.quoted_account_id == Some(by)) else { return Ok(()) };
        let Some(status) = tx.statuses().get(asked.status_id).await? else { return Ok(()) };
        let was = asked.state;
        let state = match (was, approval_uri) {
            (QuoteState::Pending | QuoteState::Rejected | QuoteState::Revoked, Some(uri))
                if same_origin(uri, &asked.quoted_uri) =>
            {
                QuoteState::Accepted
            }
            (QuoteState::Pending, None) => QuoteState::Rejected,
            (QuoteState::Accepted, None) => QuoteState::Revoked,
            _ => return Ok(()),
        };
        if state == QuoteState::Accepted {
            let author = tx.accounts().lock(status.account_id).await?;
            let Some(author) = author.filter(|_| status.deleted_at.is_none()) else { return Ok(()) };
            if !may_publish(&tx, &author).await? {
                return Ok(());
            }
        }
        let approval_uri = approval_uri.map(ToOwned::to_owned).or_else(|| asked.approval_uri.clone());
        let quote = Quote { state, approval_uri, ..asked };
        if !settle(&tx, cx, &quote, was, status.thread_id).await? {
            return Ok(());
        }
        if state == QuoteState::Accepted {
            // everybody who has the status needs to know where the leave is written
            let everybody = audience::everybody(&tx, &status).await?;
            let author = status.account_id;
            let view = whole(&tx, self.service, status).await?;
            let event = Event::StatusEdited { status: &view, tag_accounts: &[] };
            enqueue(&tx, self.service, cx, author, event, Lane::Ordinary, &everybody).await?;
        }
        self.service.commit(tx).await
    }
}
