//! Refuses to run under another name than the database was made with: ids already given out hold the old one.

use staffroom_domain::instance::InstanceIdentity;
use staffroom_storage::{Storage, StorageError};

/// Why the server must not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdentityError {
    /// The database belongs to another name.
    #[error("{key} is {now:?}, but this database was made with {then:?}: ids already given out hold the old name")]
    Changed {
        /// The key.
        key: &'static str,
        /// Configured now.
        now: String,
        /// Kept in the database.
        then: String,
    },
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Compares with what the database remembers; remembers at first start.
pub(crate) async fn pin(storage: &Storage, identity: &InstanceIdentity) -> Result<(), IdentityError> {
    let tx = storage.begin().await?;
    for (key, now) in [("server.public_url", &identity.public_url), ("server.account_domain", &identity.account_domain)]
    {
        match tx.instance().get(key).await? {
            None => tx.instance().set(key, now).await?,
            Some(then) if then == *now => {}
            Some(then) => return Err(IdentityError::Changed { key, now: now.clone(), then }),
        }
    }
    Ok(tx.commit().await?)
}
