//! The [`KeySource`] of a running server: parsed keys in memory, then those we store, then the network.
//!
//! It does not know how actors are read or kept; [`KnownActors`] does that. What it adds is thrift: each key is
//! parsed once, fetched once however many requests wait for it, and a failed look-up is remembered.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use moka::future::Cache;
use serde_json::Value;
use staffroom_domain::clock::{Clock, Timestamp};
use tokio::sync::Semaphore;
use url::Url;

use super::verify::{KeyLookupError, KeyRecord, KeySource};
use crate::http::content_type::ACCEPT_ACTIVITY;
use crate::http::{HttpError, OutboundClient};
use crate::keys::{SigningKey, VerifyingKey};

/// Parsed keys kept in memory.
const KEYS_CACHED: u64 = 20_000;
/// How long a parsed key is used before storage is asked again.
const KEY_LIFETIME: Duration = Duration::from_hours(1);
/// Failures remembered.
const FAILURES_CACHED: u64 = 50_000;
/// Keys fetched at the same time, whoever asks: strangers name the hosts.
const FETCHES_AT_ONCE: usize = 32;

/// A public key as stored with its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// The actor whose own document listed the key.
    pub owner_uri: Url,
    /// The key, PEM.
    pub pem: String,
}

/// The actors this server knows, as far as keys are concerned.
#[async_trait]
pub trait KnownActors: Send + Sync {
    /// The stored key under `key_id`, if any.
    ///
    /// # Errors
    /// [`KeyLookupError::Blocked`] for owners not listened to; [`KeyLookupError::Unavailable`] if storage fails.
    async fn find_key(&self, key_id: &Url) -> Result<Option<StoredKey>, KeyLookupError>;

    /// Fetches the actor at `actor_uri` now, whatever its age, and stores it with exactly the keys its document lists.
    ///
    /// # Errors
    /// [`KeyLookupError`] says whether it is gone, unacceptable, blocked or merely not answering.
    async fn refresh_actor(&self, actor_uri: &Url) -> Result<(), KeyLookupError>;
}

/// See the module.
pub struct KeyDirectory<A> {
    actors: A,
    client: OutboundClient,
    fetch_key: Option<SigningKey>,
    clock: Arc<dyn Clock>,
    keys: Cache<String, KeyRecord>,
    failures: Cache<String, (KeyLookupError, Timestamp)>,
    fetches: Semaphore,
}

impl<A: KnownActors> KeyDirectory<A> {
    /// A directory over `actors`. `fetch_key` (the instance actor's) signs the look-up of keys that are documents of
    /// their own.
    pub fn new(actors: A, client: OutboundClient, fetch_key: Option<SigningKey>, clock: Arc<dyn Clock>) -> Self {
        Self {
            actors,
            client,
            fetch_key,
            clock,
            keys: Cache::builder().max_capacity(KEYS_CACHED).time_to_live(KEY_LIFETIME).build(),
            failures: Cache::new(FAILURES_CACHED),
            fetches: Semaphore::new(FETCHES_AT_ONCE),
        }
    }

    /// Forgets a key, e.g. because its owner sent a new one or was suspended.
    pub async fn forget(&self, key_id: &Url) {
        self.keys.invalidate(key_id.as_str()).await;
        self.failures.invalidate(key_id.as_str()).await;
    }

    async fn load(&self, key_id: &Url) -> Result<KeyRecord, KeyLookupError> {
        if let Some(stored) = self.actors.find_key(key_id).await? {
            return record(key_id, &stored);
        }
        self.fetch(key_id, None).await
    }

    /// Fetches the owner (found through the key document where the id names one) and reads the key it lists.
    async fn fetch(&self, key_id: &Url, owner: Option<Url>) -> Result<KeyRecord, KeyLookupError> {
        let _permit = self.fetches.acquire().await.map_err(|_| KeyLookupError::Unavailable)?;
        let owner = match owner {
            Some(owner) => owner,
            None => self.owner_of(key_id).await?,
        };
        self.actors.refresh_actor(&owner).await?;
        let stored = self.actors.find_key(key_id).await?.ok_or(KeyLookupError::NotFound)?;
        if stored.owner_uri != owner {
            return Err(KeyLookupError::NotFound);
        }
        record(key_id, &stored)
    }

    /// `…/users/amy#main-key` belongs to `…/users/amy`. A key id without fragment (GoToSocial's `…/main-key`) is a
    /// document that names its owner; the owner's own document has the last word.
    async fn owner_of(&self, key_id: &Url) -> Result<Url, KeyLookupError> {
        if key_id.fragment().is_some() {
            let mut owner = key_id.clone();
            owner.set_fragment(None);
            return Ok(owner);
        }
        let fetched = self.client.get_json(key_id, ACCEPT_ACTIVITY, self.fetch_key.as_ref()).await;
        let document = fetched.map_err(|error| lookup_error(&error))?.body;
        let owner = named_owner(&document, key_id).ok_or(KeyLookupError::NotFound)?;
        if owner.origin() == key_id.origin() { Ok(owner) } else { Err(KeyLookupError::NotFound) }
    }

    async fn remember(&self, key_id: &Url, error: KeyLookupError) {
        let lifetime = match error {
            KeyLookupError::NotFound => Duration::from_mins(5),
            KeyLookupError::Gone => Duration::from_hours(1),
            KeyLookupError::Unavailable => Duration::from_secs(30),
            KeyLookupError::Blocked => return,
        };
        let until = self.clock.now().plus(lifetime);
        self.failures.insert(key_id.to_string(), (error, until)).await;
    }
}

#[async_trait]
impl<A: KnownActors> KeySource for KeyDirectory<A> {
    async fn find(&self, key_id: &Url) -> Result<KeyRecord, KeyLookupError> {
        if let Some(record) = self.keys.get(key_id.as_str()).await {
            return Ok(record);
        }
        if let Some((error, until)) = self.failures.get(key_id.as_str()).await
            && self.clock.now() < until
        {
            return Err(error);
        }
        let found = self.keys.try_get_with(key_id.to_string(), self.load(key_id)).await.map_err(|error| *error);
        if let Err(error) = found {
            self.remember(key_id, error).await;
        }
        found
    }

    async fn refetch(&self, key_id: &Url) -> Result<KeyRecord, KeyLookupError> {
        let owner = self.keys.get(key_id.as_str()).await.map(|record| record.owner_uri);
        let fetched = self.fetch(key_id, owner).await;
        match &fetched {
            Ok(record) => self.keys.insert(key_id.to_string(), record.clone()).await,
            // not answering says nothing about the key; every other failure ends it
            Err(KeyLookupError::Unavailable) => {}
            Err(error) => {
                self.keys.invalidate(key_id.as_str()).await;
                self.remember(key_id, *error).await;
            }
        }
        fetched
    }
}

fn record(key_id: &Url, stored: &StoredKey) -> Result<KeyRecord, KeyLookupError> {
    let key = VerifyingKey::from_pem(&stored.pem).map_err(|_| KeyLookupError::NotFound)?;
    Ok(KeyRecord { key_id: key_id.clone(), owner_uri: stored.owner_uri.clone(), key })
}

/// The owner a key document names: `owner` beside the key's `id`, alone or as (one of) an actor's `publicKey`.
fn named_owner(document: &Value, key_id: &Url) -> Option<Url> {
    let listed = match document.get("publicKey") {
        Some(Value::Array(keys)) => keys.as_slice(),
        Some(key) => std::slice::from_ref(key),
        None => std::slice::from_ref(document),
    };
    let key = listed.iter().find(|key| key.get("id").and_then(Value::as_str) == Some(key_id.as_str()))?;
    Url::parse(key.get("owner")?.as_str()?).ok()
}

fn lookup_error(error: &HttpError) -> KeyLookupError {
    if error.is_gone() {
        KeyLookupError::Gone
    } else if error.is_temporary() {
        KeyLookupError::Unavailable
    } else {
        KeyLookupError::NotFound
    }
}
