//! The instance's own account: signs fetches, follows peers' tag accounts, and lends its key pair to ours.

use staffroom_domain::account::{Account, AccountKind};
use staffroom_domain::instance::InstanceIdentity;
use staffroom_domain::organisation::{Organisation, slug_of};

use super::Accounts;
use super::create::{local_account, local_endpoints};
use super::keys::make_pairs;
use crate::{Cx, Result, ServiceError};

impl Accounts<'_> {
    /// Makes the instance's own account and first organisation at first start; later returns the account.
    ///
    /// # Errors
    /// The database failed, or no key could be made.
    pub async fn ensure_instance_account(&self, cx: &Cx) -> Result<Account> {
        let settings = self.service.settings();
        let uri = settings.identity.instance_account_uri();
        if let Some(account) = self.by_uri(&uri).await? {
            return Ok(account);
        }
        let pairs = make_pairs(self.service, &uri).await?;
        let account = Account {
            url: settings.identity.public_url.clone(),
            kind: AccountKind::Application,
            display_name: settings.title.clone(),
            endpoints: local_endpoints(&settings.identity, &uri),
            uri: uri.clone(),
            ..local_account(&settings.identity, cx.id(), &username(&settings.identity), cx.now())
        };

        let tx = self.service.storage().begin().await?;
        if let Err(e) = tx.accounts().insert(&account).await {
            // Another node of the same instance started in the same moment.
            drop(tx);
            return self.by_uri(&uri).await?.ok_or(ServiceError::Storage(e));
        }
        tx.keys().insert_pairs(&pairs.into_iter().map(|pair| (account.id, pair)).collect::<Vec<_>>(), cx.now()).await?;
        if tx.organisations().first().await?.is_none() {
            let organisation = Organisation {
                id: cx.id(),
                slug: slug_of(&settings.title).unwrap_or_else(|| "main".to_owned()),
                name: settings.title.clone(),
                created_at: cx.now(),
            };
            tx.organisations().insert(&organisation).await?;
        }
        tx.commit().await?;
        Ok(account)
    }
}

/// Name of the instance account: the host of its handles, so that `@host@host` finds it (as on Mastodon; FEP-d556).
/// Names of people hold no dot, but a host without one could be a name, so it is reserved for this.
pub(crate) fn username(identity: &InstanceIdentity) -> String {
    let domain = identity.account_domain.as_str();
    domain.rsplit_once(':').map_or(domain, |(host, _)| host).to_ascii_lowercase()
}
