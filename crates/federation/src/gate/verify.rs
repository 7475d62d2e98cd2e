//! Finds the key a request names, checks whose it is, verifies, and fetches the key once more if that fails.

use async_trait::async_trait;
use staffroom_domain::clock::Timestamp;
use url::Url;

use super::{ActivityEnvelope, RefetchLimiter, Refused, SignedRequest};
use crate::keys::VerifyingKey;

/// A public key and whose it is.
///
/// Whoever makes one vouches for the back-link: the document at `owner_uri` itself lists `key_id`
/// (a key document that merely claims an owner is not enough), and `key_id` is the id inside that document.
#[derive(Debug, Clone)]
pub struct KeyRecord {
    /// The key's own id.
    pub key_id: Url,
    /// The actor that lists this key.
    pub owner_uri: Url,
    /// The parsed key.
    pub key: VerifyingKey,
}

/// Why a key was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyLookupError {
    /// There is no such key, or it is not acceptable (wrong type, too small).
    #[error("no such key")]
    NotFound,
    /// The owner answers 410, or is known to be deleted.
    #[error("owner of the key is gone")]
    Gone,
    /// The owner's domain is blocked.
    #[error("owner of the key is blocked")]
    Blocked,
    /// The owner's server did not answer; worth another try later.
    #[error("key cannot be fetched now")]
    Unavailable,
}

impl From<KeyLookupError> for Refused {
    fn from(error: KeyLookupError) -> Self {
        match error {
            KeyLookupError::NotFound => Self::KeyNotFound,
            KeyLookupError::Gone => Self::KeyGone,
            KeyLookupError::Blocked => Self::Blocked,
            KeyLookupError::Unavailable => Self::KeyUnavailable,
        }
    }
}

/// Where public keys come from: the accounts we know, and the network for those we do not.
///
/// Implementations keep parsed keys in memory, remember failures for a while and fetch each key once however many
/// requests wait for it.
#[async_trait]
pub trait KeySource: Send + Sync {
    /// The key under `key_id`, from memory or storage if known, else fetched.
    async fn find(&self, key_id: &Url) -> Result<KeyRecord, KeyLookupError>;

    /// The key under `key_id`, fetched now, replacing what was known. Called at most once per actor in five minutes.
    async fn refetch(&self, key_id: &Url) -> Result<KeyRecord, KeyLookupError>;
}

/// A request whose signature is right.
#[derive(Debug, Clone)]
pub struct Verified {
    /// The key that signed.
    pub key_id: Url,
    /// The actor it belongs to.
    pub owner_uri: Url,
    /// The activity, for inboxes; its actor is `owner_uri` and its id is on the same host.
    pub activity: Option<ActivityEnvelope>,
}

/// Finds the key, checks ownership and verifies.
///
/// The order keeps strangers cheap: hosts are compared before any look-up, so a key is fetched only from the host
/// that claims to speak; a failed signature fetches the key again at most once per actor in five minutes.
///
/// # Errors
/// [`Refused`]: foreign key or activity, look-up failures, wrong owner, bad signature.
pub async fn verify_request(
    request: &SignedRequest,
    keys: &dyn KeySource,
    limiter: &RefetchLimiter,
    now: Timestamp,
) -> Result<Verified, Refused> {
    let key_id = request.key_id();
    if let Some(activity) = request.activity() {
        if key_id.origin() != activity.actor.origin() {
            return Err(Refused::ForeignKey);
        }
        if activity.id.origin() != activity.actor.origin() {
            return Err(Refused::ForeignActivity);
        }
    }
    let record = keys.find(key_id).await?;
    let first = check(request, &record);
    let Err(refused) = first else { return Ok(accept(request, record)) };
    if !limiter.take(&record.owner_uri, now) {
        return Err(refused);
    }
    let record = keys.refetch(key_id).await?;
    check(request, &record)?;
    Ok(accept(request, record))
}

/// Whose key it is, then whether it fits.
fn check(request: &SignedRequest, record: &KeyRecord) -> Result<(), Refused> {
    if record.key_id != *request.key_id() {
        return Err(Refused::KeyNotFound);
    }
    if record.owner_uri.origin() != record.key_id.origin() {
        return Err(Refused::ForeignKey);
    }
    if request.activity().is_some_and(|activity| activity.actor != record.owner_uri) {
        return Err(Refused::WrongOwner);
    }
    request.verify(&record.key)
}

fn accept(request: &SignedRequest, record: KeyRecord) -> Verified {
    Verified { key_id: record.key_id, owner_uri: record.owner_uri, activity: request.activity().cloned() }
}
