//! The keys accounts sign with. Private halves are sealed in the database and leave this crate only to sign.

use std::sync::Arc;

use staffroom_domain::account::{Account, KeyPair, PublicKey};
use staffroom_domain::ids::AccountId;
use staffroom_storage::keys::SealedPair;

use super::Accounts;
use crate::{Result, Service, ServiceError};

impl Accounts<'_> {
    /// A stored public key and the network id of its owner.
    ///
    /// # Errors
    /// The database failed.
    pub async fn public_key(&self, key_uri: &str) -> Result<Option<(PublicKey, String)>> {
        let found = self.service.storage().read().keys().by_uri(key_uri).await?;
        Ok(found.map(|key| (PublicKey { uri: key.uri, pem: key.public_pem }, key.owner_uri)))
    }

    /// All public keys of an account.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown account.
    pub async fn public_keys(&self, id: AccountId) -> Result<Vec<PublicKey>> {
        let keys = self.service.storage().read().keys().of_account(id).await?;
        if !keys.is_empty() {
            return Ok(keys);
        }
        let account = self.get(id).await?;
        if !shares_instance_key(&account) {
            return Ok(keys);
        }
        let pair = self.instance_pair().await?;
        Ok(vec![PublicKey { uri: main_key(&account.uri), pem: pair.public_pem }])
    }

    /// The key pair a local account signs with (tag accounts share the instance's pair under key ids of their own).
    /// Deleted accounts keep theirs: what they said last is still on its way.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for accounts without a private key; a storage error when the key does not open.
    pub async fn signing_key(&self, id: AccountId) -> Result<KeyPair> {
        if let Some(pair) = self.service.storage().read().keys().pair(id).await? {
            return self.open(pair);
        }
        let account = self.get(id).await?;
        if !shares_instance_key(&account) {
            return Err(ServiceError::NotFound("signing key"));
        }
        let pair = self.open(self.instance_pair().await?)?;
        Ok(KeyPair { uri: main_key(&account.uri), ..pair })
    }

    fn open(self, pair: SealedPair) -> Result<KeyPair> {
        let private_pkcs8 = self.service.storage().vault().open(&label(&pair.uri), &pair.private_sealed)?;
        Ok(KeyPair { uri: pair.uri, public_pem: pair.public_pem, private_pkcs8 })
    }

    async fn instance_pair(&self) -> Result<SealedPair> {
        let uri = self.service.settings().identity.instance_account_uri();
        let account = self.by_uri(&uri).await?.ok_or(ServiceError::NotFound("instance account"))?;
        let pair = self.service.storage().read().keys().pair(account.id).await?;
        pair.ok_or(ServiceError::NotFound("signing key"))
    }
}

/// Makes a key pair and seals its private half.
pub(crate) async fn make_pair(service: &Service, uri: String) -> Result<SealedPair> {
    let maker = Arc::clone(&service.inner.key_maker);
    let key = tokio::task::spawn_blocking(move || maker.generate())
        .await
        .map_err(|e| ServiceError::Internal(format!("key maker: {e}")))??;
    let private_sealed = service.storage().vault().seal(&label(&uri), &key.private_pkcs8)?;
    Ok(SealedPair { uri, public_pem: key.public_pem, private_sealed })
}

fn shares_instance_key(account: &Account) -> bool {
    account.is_local() && account.tag.is_some()
}

fn main_key(account_uri: &str) -> String {
    format!("{account_uri}#main-key")
}

fn label(key_uri: &str) -> String {
    format!("key:{key_uri}")
}
