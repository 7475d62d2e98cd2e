//! Being put into collections that accounts elsewhere recommend (FEP-7aa9): who may be discovered may be, others not.

use staffroom_domain::account::{Account, FeatureAuthorization};
use staffroom_domain::ids::{AccountId, AuthorizationId};
use staffroom_storage::Reader;

use super::Accounts;
use crate::deliveries::{InboxRef, Lane, enqueue};
use crate::ports::Event;
use crate::statuses::same_origin;
use crate::{Cx, Result, ServiceError};

impl Accounts<'_> {
    /// The remote account `asker` asks, under the network id `request_uri`, to put an account of ours into a collection of
    /// theirs. They get a yes if it may be discovered and neither blocks the other, else a no.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such account, [`ServiceError::Forbidden`] when the collection is on
    /// another server than who asks.
    pub async fn feature_requested(
        &self,
        cx: &Cx,
        asker: AccountId,
        account_uri: &str,
        request_uri: &str,
        collection_uri: &str,
    ) -> Result<()> {
        let missing = || ServiceError::NotFound("account");
        let tx = self.service.storage().begin().await?;
        let account =
            tx.accounts().by_uri(account_uri).await?.filter(|account| account.is_local() && !account.is_gone());
        let account = account.ok_or_else(missing)?;
        let asker = tx.accounts().by_id(asker).await?.ok_or_else(missing)?;
        if !same_origin(&asker.uri, collection_uri) {
            return Err(ServiceError::Forbidden("the collection is on another server".to_owned()));
        }
        let blocks = tx.follows().blocked_either_way(account.id, &[asker.id]).await?;
        let mut given = None;
        if account.is_discoverable() && blocks.is_empty() {
            let new = FeatureAuthorization {
                id: cx.id(),
                account_id: account.id,
                asker_id: asker.id,
                collection_uri: collection_uri.to_owned(),
            };
            tx.features().give(&new, cx.now()).await?;
            given = tx.features().given(account.id, collection_uri).await?.filter(|given| given.asker_id == asker.id);
        }
        let identity = &self.service.settings().identity;
        let approval_uri = given.map(|given| identity.feature_authorization_uri(&account.username, given.id));
        if let Some(inbox) = &asker.endpoints.inbox {
            let event = Event::FeatureAnswered {
                account: &account,
                asker: &asker,
                request_uri,
                collection_uri,
                approval_uri: approval_uri.as_deref(),
            };
            enqueue(&tx, self.service, cx, account.id, event, Lane::Interactive, &[InboxRef::personal(inbox)]).await?;
        }
        self.service.commit(tx).await
    }

    /// An authorization that stands, with who gave it: for whoever checks it. It ends when the account may no longer be
    /// discovered, or with a block.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none.
    pub async fn feature_authorization(&self, id: AuthorizationId) -> Result<(FeatureAuthorization, Account)> {
        let missing = || ServiceError::NotFound("authorization");
        let read = self.service.storage().read();
        let given = read.features().authorization(id).await?.ok_or_else(missing)?;
        let account = standing(&read, &given).await?.ok_or_else(missing)?;
        Ok((given, account))
    }
}

/// Who gave it, if it still stands.
async fn standing(read: &Reader<'_>, given: &FeatureAuthorization) -> Result<Option<Account>> {
    let account = read.accounts().by_id(given.account_id).await?;
    let account = account.filter(|account| !account.is_gone() && account.is_discoverable());
    let blocks = read.follows().blocked_either_way(given.account_id, &[given.asker_id]).await?;
    Ok(account.filter(|_| blocks.is_empty()))
}
