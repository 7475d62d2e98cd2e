//! Public keys for the gate: from memory, from storage, or fetched from their owner.
//!
//! Nothing is stored from here: the gate asks before it knows whether the signature is right. What was fetched stays
//! in memory until the activity is worked off, see [`KnownKeys::take_fetched`].

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::extract::ConnectInfo;
use http::request::Parts;
use moka::Expiry;
use moka::future::Cache;
use staffroom_domain::account::PublicKey;
use url::Url;

use crate::fetch::document;
use crate::gate::{KeyLookupError, KeyRecord, KeySource};
use crate::http::Purpose;
use crate::keys::VerifyingKey;
use crate::state::Context;
use crate::vocab::actor::ActorDoc;

/// Keys kept in memory.
const KEYS_CACHED: u64 = 20_000;
/// How long a key is believed without asking storage again.
const KEEP_FOUND: Duration = Duration::from_secs(5 * 60);
/// How long it is believed that a key's owner is gone or not listened to.
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

/// From where a request came, as the server noted it.
pub(crate) fn client_of(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
}

/// Looks keys up on behalf of one request.
pub struct RequestKeys<'a> {
    /// The request's context.
    pub context: &'a Context,
    /// From where the request came.
    pub client: Option<IpAddr>,
}

#[async_trait]
impl KeySource for RequestKeys<'_> {
    async fn known(&self, key_id: &Url) -> Result<Option<KeyRecord>, KeyLookupError> {
        let outcomes = &self.context.keys().outcomes;
        if let Some(outcome) = outcomes.get(key_id).await {
            return outcome.map(Some);
        }
        let Some(outcome) = stored(self.context, key_id).await else { return Ok(None) };
        outcomes.insert(key_id.clone(), outcome.clone()).await;
        outcome.map(Some)
    }

    /// Of what lies at the address, only the owner's own list of keys is believed.
    ///
    /// There may be the actor itself, a part of it (GoToSocial) or a key document that names its owner.
    async fn fetch(&self, address: &Url) -> Result<Vec<KeyRecord>, KeyLookupError> {
        let context = self.context;
        if context.identity().is_local_uri(address.as_str()) {
            return Err(KeyLookupError::NotFound);
        }
        let mut found = fetch_actor(context, address).await?;
        if !found.is_complete() {
            let owner = found.owner.clone().or_else(|| found.id.clone()).filter(|owner| owner != address);
            found = fetch_actor(context, &owner.ok_or(KeyLookupError::NotFound)?).await?;
        }
        let owner_uri = found.id.clone().filter(|_| found.is_complete()).ok_or(KeyLookupError::NotFound)?;
        if owner_uri.origin() != address.origin() {
            return Err(KeyLookupError::NotFound);
        }
        let known = context.service().accounts().by_uri(owner_uri.as_str()).await;
        if known.map_err(|_| KeyLookupError::Unavailable)?.is_some_and(|account| account.suspended_at.is_some()) {
            return Err(KeyLookupError::Blocked);
        }
        let records: Vec<KeyRecord> = found.keys().iter().filter_map(|key| record(key, owner_uri.as_str())).collect();
        for record in &records {
            context.keys().outcomes.insert(record.key_id.clone(), Ok(record.clone())).await;
        }
        context.keys().fetched.insert(owner_uri, Arc::new(found)).await;
        Ok(records)
    }

    fn client(&self) -> Option<IpAddr> {
        self.client
    }
}

/// The key as it was stored with its owner; `None` if there is none.
async fn stored(context: &Context, key_id: &Url) -> Option<Outcome> {
    let accounts = context.service().accounts();
    let (key, owner_uri) = match accounts.public_key(key_id.as_str()).await {
        Ok(found) => found?,
        Err(_) => return Some(Err(KeyLookupError::Unavailable)),
    };
    let Ok(owner) = accounts.by_uri(&owner_uri).await else { return Some(Err(KeyLookupError::Unavailable)) };
    let owner = owner?;
    Some(if owner.deleted_at.is_some() {
        Err(KeyLookupError::Gone)
    } else if owner.suspended_at.is_some() {
        Err(KeyLookupError::Blocked)
    } else {
        Ok(record(&key, &owner_uri)?)
    })
}

async fn fetch_actor(context: &Context, url: &Url) -> Result<ActorDoc, KeyLookupError> {
    match document::<ActorDoc>(context, Purpose::Key, url).await {
        Ok(found) if found.url.origin() == url.origin() => Ok(found.object),
        Ok(_) => Err(KeyLookupError::NotFound),
        Err(error) => {
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

fn record(key: &PublicKey, owner_uri: &str) -> Option<KeyRecord> {
    let (key_id, owner_uri) = (Url::parse(&key.uri).ok()?, Url::parse(owner_uri).ok()?);
    Some(KeyRecord { key_id, owner_uri, key: VerifyingKey::stored(key.algorithm, &key.pem).ok()? })
}
