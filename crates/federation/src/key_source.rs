//! Public keys for the gate: from memory, from storage, or fetched from their owner.
//!
//! Nothing is stored from here: the gate asks before it knows whether the signature is right. What was fetched stays
//! in memory until the activity is worked off, see [`KnownKeys::take_fetched`].

use std::sync::Arc;
use std::time::{Duration, Instant};

use activitypub_federation::fetch::fetch_object_http;
use async_trait::async_trait;
use moka::Expiry;
use moka::future::Cache;
use url::Url;

use crate::error::FederationError;
use crate::gate::{KeyLookupError, KeyRecord, KeySource};
use crate::keys::VerifyingKey;
use crate::state::Context;
use crate::vocab::actor::ActorDoc;

/// Keys kept in memory.
const KEYS_CACHED: u64 = 20_000;
/// How long a key is believed without asking storage again.
const KEEP_FOUND: Duration = Duration::from_secs(5 * 60);
/// How long "there is no such key" is believed.
const KEEP_ABSENT: Duration = Duration::from_secs(5 * 60);
/// How long "it does not answer" is believed.
const KEEP_UNAVAILABLE: Duration = Duration::from_secs(15);
/// Fetched actors kept until an activity of theirs is worked off.
const FETCHED_CACHED: u64 = 2_000;

type Outcome = Result<KeyRecord, KeyLookupError>;

/// Keys in memory, and actors fetched for their keys. One per process.
#[derive(Clone)]
pub struct KnownKeys {
    outcomes: Cache<Url, Outcome>,
    fetched: Cache<Url, Arc<ActorDoc>>,
}

impl KnownKeys {
    pub(crate) fn new() -> Self {
        Self {
            outcomes: Cache::builder().max_capacity(KEYS_CACHED).expire_after(ByOutcome).build(),
            fetched: Cache::builder().max_capacity(FETCHED_CACHED).time_to_live(KEEP_FOUND).build(),
        }
    }

    /// The actor as it was fetched for its key a moment ago, once.
    pub(crate) async fn take_fetched(&self, actor: &Url) -> Option<Arc<ActorDoc>> {
        self.fetched.remove(actor).await
    }
}

struct ByOutcome;

impl Expiry<Url, Outcome> for ByOutcome {
    fn expire_after_create(&self, _: &Url, outcome: &Outcome, _: Instant) -> Option<Duration> {
        Some(match outcome {
            Ok(_) => KEEP_FOUND,
            Err(KeyLookupError::Unavailable) => KEEP_UNAVAILABLE,
            Err(_) => KEEP_ABSENT,
        })
    }

    fn expire_after_update(&self, key: &Url, outcome: &Outcome, at: Instant, _: Option<Duration>) -> Option<Duration> {
        self.expire_after_create(key, outcome, at)
    }
}

/// Looks keys up on behalf of one request.
pub struct RequestKeys<'a> {
    /// The request's context.
    pub context: &'a Context,
}

#[async_trait]
impl KeySource for RequestKeys<'_> {
    async fn find(&self, key_id: &Url) -> Outcome {
        let outcomes = &self.context.keys().outcomes;
        // of all requests that wait for one key, one does the work
        outcomes.get_with_by_ref(key_id, Box::pin(look_up(self.context, key_id))).await
    }

    async fn refetch(&self, key_id: &Url) -> Outcome {
        let outcome = fetch(self.context, key_id).await;
        if let Ok(record) = &outcome {
            self.context.keys().outcomes.insert(key_id.clone(), Ok(record.clone())).await;
        }
        outcome
    }
}

async fn look_up(context: &Context, key_id: &Url) -> Outcome {
    let accounts = context.service().accounts();
    let unavailable = |_| KeyLookupError::Unavailable;
    let Some((key, owner_uri)) = accounts.public_key(key_id.as_str()).await.map_err(unavailable)? else {
        return fetch(context, key_id).await;
    };
    let owner = accounts.by_uri(&owner_uri).await.map_err(unavailable)?.ok_or(KeyLookupError::NotFound)?;
    if owner.deleted_at.is_some() {
        return Err(KeyLookupError::Gone);
    }
    if owner.suspended_at.is_some() {
        return Err(KeyLookupError::Blocked);
    }
    record(key_id, &owner_uri, &key.pem).ok_or(KeyLookupError::NotFound)
}

/// Fetches what lies at the key's address, then its owner, and believes only the owner's own list of keys.
///
/// At the address may be the actor itself (most servers: the key id has a fragment), a part of the actor (GoToSocial)
/// or a key document that names its owner.
async fn fetch(context: &Context, key_id: &Url) -> Outcome {
    let mut address = key_id.clone();
    address.set_fragment(None);
    if context.identity().is_local_uri(address.as_str()) {
        return Err(KeyLookupError::NotFound);
    }
    let mut found = fetch_actor(context, &address).await?;
    if !found.is_complete() {
        let owner = found.owner.clone().or_else(|| found.id.clone()).filter(|owner| *owner != address);
        found = fetch_actor(context, &owner.ok_or(KeyLookupError::NotFound)?).await?;
    }
    let owner_uri = found.id.clone().filter(|_| found.is_complete()).ok_or(KeyLookupError::NotFound)?;
    if owner_uri.origin() != key_id.origin() {
        return Err(KeyLookupError::NotFound);
    }
    let known = context.service().accounts().by_uri(owner_uri.as_str()).await;
    if known.map_err(|_| KeyLookupError::Unavailable)?.is_some_and(|account| account.suspended_at.is_some()) {
        return Err(KeyLookupError::Blocked);
    }
    let key = found.keys().into_iter().find(|key| key.uri == key_id.as_str()).ok_or(KeyLookupError::NotFound)?;
    let record = record(key_id, owner_uri.as_str(), &key.pem).ok_or(KeyLookupError::NotFound)?;
    context.keys().fetched.insert(owner_uri, Arc::new(found)).await;
    Ok(record)
}

async fn fetch_actor(context: &Context, url: &Url) -> Result<ActorDoc, KeyLookupError> {
    match fetch_object_http::<_, ActorDoc>(url, context).await {
        Ok(found) if found.url.origin() == url.origin() => Ok(found.object),
        Ok(_) => Err(KeyLookupError::NotFound),
        Err(error) => {
            let error = FederationError::from(error);
            tracing::debug!(key.url = %url, %error, "key was not fetched");
            Err(if error.is_gone() {
                KeyLookupError::Gone
            } else if error.is_temporary() {
                KeyLookupError::Unavailable
            } else {
                KeyLookupError::NotFound
            })
        }
    }
}

fn record(key_id: &Url, owner_uri: &str, pem: &str) -> Option<KeyRecord> {
    let (owner_uri, key) = (Url::parse(owner_uri).ok()?, VerifyingKey::from_pem(pem).ok()?);
    Some(KeyRecord { key_id: key_id.clone(), owner_uri, key })
}
