//! Asking other servers about a quote: what it quotes, and whether the authorization it names is one.

use staffroom_domain::ids::StatusId;
use staffroom_domain::quote::{FoundAuthorization, Quote, QuoteState};
use staffroom_domain::status::Status;
use staffroom_storage::Tx;

use super::received::{judge, quoted};
use super::settle;
use crate::statuses::Statuses;
use crate::{Cx, Result, ServiceError};

impl Statuses<'_> {
    /// Settles an open quote (a job): fetches the status quoted if it is not here, and the authorization if one is named.
    /// An authorization counts if it lies on the server of the author quoted, is theirs, and names both statuses.
    pub(crate) async fn verify_quote(&self, cx: &Cx, id: StatusId) -> Result<()> {
        let open = self.service.storage().read().quotes().get(id).await?;
        let Some(open) = open.filter(|quote| quote.state == QuoteState::Pending) else { return Ok(()) };
        let remote = self.service.others()?;
        if open.quoted_status_id.is_none() {
            remote.status_by_uri(&open.quoted_uri).await?;
        }
        let found = match &open.approval_uri {
            Some(uri) => remote.quote_authorization(uri).await?,
            None => None,
        };
        let tx = self.service.storage().begin().await?;
        self.settle_open(&tx, cx, &open, found.as_ref()).await?;
        self.service.commit(tx).await
    }

    /// What was learnt counts only for the quote as it was when others were asked: it may have been taken back since.
    async fn settle_open(self, tx: &Tx, cx: &Cx, asked: &Quote, found: Option<&FoundAuthorization>) -> Result<()> {
        let now = tx.quotes().get(asked.status_id).await?.filter(|now| now == asked);
        let (Some(mut quote), Some(status)) = (now, tx.statuses().get(asked.status_id).await?) else { return Ok(()) };
        let author = tx.accounts().by_id(status.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
        let target = quoted(tx, &quote.quoted_uri).await?;
        judge(tx, cx, self.service, &status, &author, target.as_ref(), &mut quote).await?;
        if quote.state == QuoteState::Pending && quote.approval_uri.is_some() {
            let owner = match &target {
                Some(target) => tx.accounts().by_id(target.account_id).await?,
                None => None,
            };
            let names_all = |found: &FoundAuthorization, target: &Status, owner: &str| {
                found.author_uri == owner && found.quoting_uri == status.uri && found.quoted_uri == target.uri
            };
            let holds = match (found, &target, &owner) {
                (Some(found), Some(target), Some(owner)) => names_all(found, target, &owner.uri),
                _ => false,
            };
            quote.state = if holds { QuoteState::Accepted } else { QuoteState::Rejected };
        }
        let thread = target.map_or(status.thread_id, |target| target.thread_id);
        settle(tx, cx, &quote, QuoteState::Pending, thread).await?;
        Ok(())
    }
}
