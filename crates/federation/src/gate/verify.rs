//! Finds the key a request names, checks whose it is, verifies, and fetches the key if it is unknown or does not fit.

use std::net::IpAddr;

use async_trait::async_trait;
use staffroom_domain::clock::Timestamp;
use url::Url;

use super::claims::Claim;
use super::{ActivityEnvelope, KeyFetches, MAX_AGE_SECS, MAX_AHEAD_SECS, Refused, SignedRequest};
use crate::keys::VerifyingKey;
use crate::proof::Proof;
use crate::signature::dialect::Dialect;

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
#[async_trait]
pub trait KeySource: Send + Sync {
    /// The key under `key_id`, from memory or storage; `None` if it was never heard of.
    ///
    /// # Errors
    /// What is known to be wrong with it or its owner, or storage failed.
    async fn known(&self, key_id: &Url) -> Result<Option<KeyRecord>, KeyLookupError>;

    /// All keys listed by the actor at `address`, or by the actor that the key document at `address` names, fetched
    /// now and replacing what was known.
    ///
    /// # Errors
    /// What is wrong with it or its owner.
    async fn fetch(&self, address: &Url) -> Result<Vec<KeyRecord>, KeyLookupError>;

    /// From where the request came that makes us look, as far as that is known.
    fn client(&self) -> Option<IpAddr> {
        None
    }
}

/// A request whose signature is right.
#[derive(Debug, Clone)]
pub struct Verified {
    /// The key that signed.
    pub key_id: Url,
    /// The actor it belongs to.
    pub owner_uri: Url,
    /// How it was signed.
    pub dialect: Dialect,
    /// The activity, for inboxes; its actor is `owner_uri` and its id is on the same host.
    pub activity: Option<ActivityEnvelope>,
}

/// Finds the key, checks ownership and verifies.
///
/// The order keeps strangers cheap: hosts are compared before any look-up, so a key is fetched only from the host
/// that claims to speak; keys already known are tried first, and a fetch that does not help is not repeated for five
/// minutes, whatever key ids are named, and lets the host alone as far as the same client goes. Of several signatures one that fits is enough: each covers everything.
///
/// # Errors
/// [`Refused`]: foreign key or activity, look-up failures, wrong owner, bad signature; of several signatures the
/// refusal of the first.
pub async fn verify_request(
    request: &SignedRequest,
    keys: &dyn KeySource,
    fetches: &KeyFetches,
    now: Timestamp,
) -> Result<Verified, Refused> {
    let key_id = request.key_id().ok_or(Refused::Unsigned)?;
    if let Some(activity) = request.activity() {
        if activity.id.origin() != activity.actor.origin() {
            return Err(Refused::ForeignActivity);
        }
        // before any look-up: only the host that claims to speak is ever asked
        if key_id.origin() != activity.actor.origin() {
            return Err(Refused::ForeignKey);
        }
    }
    if let Some(verified) = known_signer(request, keys, request.activity()).await? {
        return Ok(verified);
    }
    // the actor's own document has the last word on its keys; of a fetch only the key tells who asks
    let address = request.activity().map_or_else(|| without_fragment(key_id), |activity| activity.actor.clone());
    let found = fetches.once(&address, now, keys).await;
    let listed = match &found.outcome {
        Ok(listed) => listed.clone(),
        Err(error) => {
            let refused = Refused::from(*error);
            if refused == Refused::KeyGone && request.activity().is_some_and(ActivityEnvelope::is_farewell) {
                found.excused();
            } else {
                found.failed();
            }
            return Err(refused);
        }
    };
    // a key that is newer than the last look may be there by the time the sender tries again
    let absent = if found.is_fresh() { Refused::KeyNotFound } else { Refused::KeyUnavailable };
    let mut refusal = None;
    for claim in request.claims() {
        let record = listed.iter().find(|record| record.key_id == claim.key_id);
        match record
            .ok_or_else(|| absent.clone())
            .and_then(|record| Ok((record, check(claim, record, request.activity())?)))
        {
            Ok((record, dialect)) => {
                fetches.fitted(found, &address, keys).await;
                return Ok(accept(request, record.clone(), dialect));
            }
            Err(refused) => drop(refusal.get_or_insert(refused)),
        }
    }
    found.failed();
    Err(refusal.unwrap_or(absent))
}

/// Who signed a request, whoever's activity is in it, as far as the keys we know tell. Fetches nothing.
///
/// # Errors
/// What is known to be wrong with a key that is named.
pub async fn verify_messenger(request: &SignedRequest, keys: &dyn KeySource) -> Result<Option<Verified>, Refused> {
    known_signer(request, keys, None).await
}

async fn known_signer(
    request: &SignedRequest,
    keys: &dyn KeySource,
    activity: Option<&ActivityEnvelope>,
) -> Result<Option<Verified>, Refused> {
    let mut refusal = None;
    for claim in request.claims() {
        if let Some(record) = keys.known(&claim.key_id).await? {
            match check(claim, &record, activity) {
                Ok(dialect) => return Ok(Some(accept(request, record, dialect))),
                // its own key fits, and somebody else speaks: no fetch would change that
                Err(Refused::WrongOwner) if claim.fits(&record.key).is_some() => refusal = Some(Refused::WrongOwner),
                Err(_) => {}
            }
        }
    }
    refusal.map_or(Ok(None), Err)
}

/// Whether a proof in an activity is by a key of its actor; the key is found like that of a signature.
///
/// # Errors
/// [`Refused`]: the key is not the actor's or cannot be found, or the proof is not by it.
pub async fn verify_proof(
    proof: &Proof,
    actor: &Url,
    keys: &dyn KeySource,
    fetches: &KeyFetches,
    now: Timestamp,
) -> Result<(), Refused> {
    if proof.key_id.origin() != actor.origin() {
        return Err(Refused::ForeignKey);
    }
    let age = |at: Timestamp| now.as_secs().saturating_sub(at.as_secs());
    if age(proof.created) > MAX_AGE_SECS {
        return Err(Refused::TooOld);
    }
    if age(proof.created) < -MAX_AHEAD_SECS {
        return Err(Refused::FromTheFuture);
    }
    if proof.expires.is_some_and(|at| at < now) {
        return Err(Refused::Expired);
    }
    let holds = |record: &KeyRecord| record.owner_uri == *actor && proof.holds(&record.key);
    if keys.known(&proof.key_id).await?.is_some_and(|record| holds(&record)) {
        return Ok(());
    }
    let found = fetches.once(actor, now, keys).await;
    let outcome = match &found.outcome {
        Ok(listed) if listed.iter().any(|record| record.key_id == proof.key_id && holds(record)) => Ok(()),
        Ok(_) => Err(Refused::BadSignature),
        Err(error) => Err((*error).into()),
    };
    match outcome {
        Ok(()) => fetches.fitted(found, actor, keys).await,
        Err(_) => found.failed(),
    }
    outcome
}

/// Whose key it is, then whether it fits.
fn check(claim: &Claim, record: &KeyRecord, activity: Option<&ActivityEnvelope>) -> Result<Dialect, Refused> {
    if record.key_id != claim.key_id {
        return Err(Refused::KeyNotFound);
    }
    if record.owner_uri.origin() != record.key_id.origin() {
        return Err(Refused::ForeignKey);
    }
    if activity.is_some_and(|activity| activity.actor != record.owner_uri) {
        return Err(Refused::WrongOwner);
    }
    claim.fits(&record.key).ok_or(Refused::BadSignature)
}

fn accept(request: &SignedRequest, record: KeyRecord, dialect: Dialect) -> Verified {
    let activity = request.activity().cloned();
    Verified { key_id: record.key_id, owner_uri: record.owner_uri, dialect, activity }
}

/// The address of the document that `url` is a part of.
fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}
