//! The keys accounts sign with. Private halves are sealed in the database and leave this crate only to sign.

use staffroom_domain::account::{Account, KeyAlgorithm, KeyPair, PublicKey};
use staffroom_domain::ids::AccountId;
use staffroom_storage::Tx;
use staffroom_storage::keys::SealedPair;

use super::Accounts;
use crate::{Cx, Result, Service, ServiceError};

/// Accounts given a key in one transaction.
const COMPLETED_AT_ONCE: u64 = 500;

impl Accounts<'_> {
    /// A stored public key and the network id of its owner.
    ///
    /// # Errors
    /// The database failed.
    pub async fn public_key(&self, key_uri: &str) -> Result<Option<(PublicKey, String)>> {
        Ok(self.service.storage().read().keys().by_uri(key_uri).await?)
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
        let account = self.stored(id).await?;
        if !shares_instance_key(&account) {
            return Ok(keys);
        }
        let instance = self.instance_account().await?;
        let keys = self.service.storage().read().keys().of_account(instance.id).await?;
        Ok(keys.into_iter().map(|key| PublicKey { uri: key_uri(&account.uri, key.algorithm), ..key }).collect())
    }

    /// The key pair of this kind a local account signs with (tag accounts share the instance's pairs under key ids of
    /// their own). Deleted accounts keep theirs: what they said last is still on its way.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for accounts without such a key; a storage error when the key does not open.
    pub async fn signing_key(&self, id: AccountId, algorithm: KeyAlgorithm) -> Result<KeyPair> {
        let missing = ServiceError::NotFound("signing key");
        if let Some(pair) = self.service.storage().read().keys().pair(id, algorithm).await? {
            return open(self.service, pair);
        }
        let account = self.stored(id).await?;
        if !shares_instance_key(&account) {
            return Err(missing);
        }
        let instance = self.instance_account().await?;
        let pair = self.service.storage().read().keys().pair(instance.id, algorithm).await?.ok_or(missing)?;
        Ok(KeyPair { uri: key_uri(&account.uri, algorithm), ..open(self.service, pair)? })
    }

    /// Gives an Ed25519 pair to each local account that signs and has none: those made before there were any.
    ///
    /// # Errors
    /// The database failed, or no key could be made.
    pub async fn complete_keys(&self, cx: &Cx) -> Result<()> {
        loop {
            let algorithm = KeyAlgorithm::Ed25519;
            let without = self.service.storage().read().keys().without_pair(algorithm, COMPLETED_AT_ONCE).await?;
            let is_last = u64::try_from(without.len()).unwrap_or(u64::MAX) < COMPLETED_AT_ONCE;
            let mut pairs = Vec::with_capacity(without.len());
            for (id, uri) in without {
                pairs.push((id, make_pair(self.service, &uri, algorithm)?));
            }
            let tx = self.service.storage().begin().await?;
            tx.keys().insert_pairs(&pairs, cx.now()).await?;
            tx.commit().await?;
            if is_last {
                return Ok(());
            }
        }
    }

    async fn instance_account(&self) -> Result<Account> {
        let uri = self.service.settings().identity.instance_account_uri();
        self.by_uri(&uri).await?.ok_or(ServiceError::NotFound("instance account"))
    }
}

/// Makes all pairs of a new account off the async threads, RSA first.
pub(crate) async fn make_pairs(service: &Service, account_uri: &str) -> Result<Vec<SealedPair>> {
    let (service, uri) = (service.clone(), account_uri.to_owned());
    let made = tokio::task::spawn_blocking(move || {
        let all = [KeyAlgorithm::Rsa, KeyAlgorithm::Ed25519];
        all.into_iter().map(|algorithm| make_pair(&service, &uri, algorithm)).collect()
    });
    made.await.map_err(|e| ServiceError::Internal(format!("key maker: {e}")))?
}

/// Makes a key pair and seals its private half.
fn make_pair(service: &Service, account_uri: &str, algorithm: KeyAlgorithm) -> Result<SealedPair> {
    let uri = key_uri(account_uri, algorithm);
    let key = service.inner.key_maker.generate(algorithm)?;
    let private_sealed = service.storage().vault().seal(&label(&uri), &key.private_pkcs8)?;
    Ok(SealedPair { uri, algorithm, public_pem: key.public_pem, private_sealed })
}

/// Opens a pair read from storage.
fn open(service: &Service, pair: SealedPair) -> Result<KeyPair> {
    let private_pkcs8 = service.storage().vault().open(&label(&pair.uri), &pair.private_sealed)?;
    Ok(KeyPair { uri: pair.uri, algorithm: pair.algorithm, public_pem: pair.public_pem, private_pkcs8 })
}

/// The Ed25519 pair whose proof goes on what `sender` says, read inside the transaction that queues it; `None` for
/// accounts that have none.
pub(crate) async fn proving_key(tx: &Tx, service: &Service, sender: AccountId) -> Result<Option<KeyPair>> {
    let algorithm = KeyAlgorithm::Ed25519;
    if let Some(pair) = tx.keys().pair(sender, algorithm).await? {
        return open(service, pair).map(Some);
    }
    let Some(account) = tx.accounts().by_id(sender).await?.filter(shares_instance_key) else { return Ok(None) };
    let instance = tx.accounts().by_uri(&service.settings().identity.instance_account_uri()).await?;
    let Some(instance) = instance else { return Ok(None) };
    let Some(pair) = tx.keys().pair(instance.id, algorithm).await? else { return Ok(None) };
    Ok(Some(KeyPair { uri: key_uri(&account.uri, algorithm), ..open(service, pair)? }))
}

fn shares_instance_key(account: &Account) -> bool {
    account.is_local() && account.tag.is_some()
}

/// Id of an account's key.
fn key_uri(account_uri: &str, algorithm: KeyAlgorithm) -> String {
    match algorithm {
        KeyAlgorithm::Rsa => format!("{account_uri}#main-key"),
        KeyAlgorithm::Ed25519 => format!("{account_uri}#ed25519-key"),
    }
}

fn label(key_uri: &str) -> String {
    format!("key:{key_uri}")
}
