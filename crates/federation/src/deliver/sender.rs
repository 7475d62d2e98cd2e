//! Signs and sends one delivery.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::{HeaderValue, Method, StatusCode};
use moka::future::Cache;
use reqwest::{Body, Request, Response};
use staffroom_domain::account::KeyAlgorithm;
use staffroom_domain::ids::AccountId;
use staffroom_service::{Service, ServiceError};
use tokio::sync::Semaphore;
use url::Url;

use super::host::Row;
use super::outcome::{Outcome, judge, shorten};
use crate::dialects::Dialects;
use crate::http::content_type::ACTIVITY_JSON;
use crate::http::{HttpError, OutboundClient, retry_after};
use crate::keys::{SigningKey, SigningKeys};
use crate::signature::cavage::authority;
use crate::signature::dialect::Dialect;
use crate::signature::{cavage, rfc9421};
use crate::synchronisation;

/// Bytes of an answer looked at: enough for what is kept of it, and to let the connection be used again.
const ANSWER_BYTES: usize = 4 * 1024;
/// Accounts whose key is kept at hand.
const SENDERS_CACHED: u64 = 2_000;
/// Pairs of account and host of which the followers are kept at hand, and for how long: a change is told a little later.
const FOLLOWERS_CACHED: u64 = 20_000;
const FOLLOWERS_KEPT: Duration = Duration::from_mins(1);

/// Where the keys of local accounts come from.
#[async_trait]
pub trait SenderKeys: Send + Sync + 'static {
    /// The key of this kind that `account` signs with.
    ///
    /// # Errors
    /// No such account or key, or the database failed.
    async fn key(&self, account: AccountId, algorithm: KeyAlgorithm) -> Result<SigningKey, ServiceError>;
}

/// Keys from the service, parsed once.
pub struct AccountKeys {
    service: Service,
    parsed: SigningKeys,
    by_account: Cache<(AccountId, KeyAlgorithm), SigningKey>,
}

impl AccountKeys {
    /// Keys of the accounts of `service`; `parsed` is shared with whoever else signs.
    pub fn new(service: Service, parsed: SigningKeys) -> Self {
        Self { service, parsed, by_account: Cache::new(SENDERS_CACHED) }
    }
}

#[async_trait]
impl SenderKeys for AccountKeys {
    async fn key(&self, account: AccountId, algorithm: KeyAlgorithm) -> Result<SigningKey, ServiceError> {
        if let Some(key) = self.by_account.get(&(account, algorithm)).await {
            return Ok(key);
        }
        let stored = self.service.accounts().signing_key(account, algorithm).await?;
        let key = match self.parsed.find(&stored.uri) {
            Some(key) => key,
            None => self
                .parsed
                .insert(&stored.uri, stored.algorithm, &stored.private_pkcs8)
                .map_err(|error| ServiceError::Internal(error.to_string()))?,
        };
        self.by_account.insert((account, algorithm), key.clone()).await;
        Ok(key)
    }
}

/// Takes deliveries to their inboxes.
#[async_trait]
pub(super) trait Carrier: Send + Sync + 'static {
    /// One attempt.
    async fn send(&self, row: &Row) -> Outcome;
}

/// Signs and sends.
pub(super) struct Sender {
    service: Service,
    client: OutboundClient,
    keys: Arc<dyn SenderKeys>,
    dialects: Dialects,
    /// What is said of followers, by account and host.
    followers: Cache<(AccountId, String), Option<HeaderValue>>,
    /// One signature per core at a time, off the async threads: half a millisecond each, hundreds in a burst.
    signing: Arc<Semaphore>,
}

impl Sender {
    pub(super) fn new(service: Service, client: OutboundClient, keys: Arc<dyn SenderKeys>, dialects: Dialects) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let followers = Cache::builder().max_capacity(FOLLOWERS_CACHED).time_to_live(FOLLOWERS_KEPT).build();
        Self { service, client, keys, dialects, followers, signing: Arc::new(Semaphore::new(cores)) }
    }

    async fn post(&self, row: &Row, url: &Url, dialect: Dialect) -> Result<Response, Outcome> {
        let request = self.signed(row, url.clone(), dialect).await?;
        self.client.send(request).await.map_err(|error| match error {
            error @ (HttpError::Address { .. } | HttpError::Closed { .. }) => never_sent(error.to_string()),
            error => Outcome::trouble(with_source(&error)),
        })
    }

    async fn signed(&self, row: &Row, url: Url, dialect: Dialect) -> Result<Request, Outcome> {
        let key = match self.keys.key(row.activity.sender, dialect.algorithm()).await {
            Ok(key) => key,
            Err(error @ ServiceError::NotFound(_)) => return Err(never_sent(error.to_string())),
            Err(error) => return Err(Outcome::trouble(error.to_string())),
        };
        let now = self.service.cx().now();
        let (digest, target) = (row.activity.digest, url.clone());
        let permit = Arc::clone(&self.signing).acquire_owned().await;
        let headers = tokio::task::spawn_blocking(move || {
            let signed = match dialect {
                Dialect::Cavage => cavage::sign_post(&key, &target, &digest, ACTIVITY_JSON, now),
                Dialect::Rfc9421(_) => rfc9421::sign_post(&key, &target, &digest, ACTIVITY_JSON, now),
            };
            drop(permit);
            signed
        })
        .await
        .map_err(|error| Outcome::trouble(error.to_string()))?
        .map_err(|error| never_sent(error.to_string()))?;
        let mut request = Request::new(Method::POST, url.clone());
        *request.headers_mut() = headers;
        if let Some(followers) = self.followers_there(row, &url).await {
            request.headers_mut().insert(synchronisation::HEADER, followers);
        }
        *request.body_mut() = Some(Body::from(row.activity.body.clone()));
        Ok(request)
    }

    async fn answered(&self, mut response: Response, row: &Row) -> Outcome {
        let status = response.status();
        let pause = retry_after(response.headers(), self.service.cx().now());
        let mut answer = Vec::new();
        // Read on success too: a connection can be used again only once its answer was read.
        while answer.len() < ANSWER_BYTES {
            match response.chunk().await {
                Ok(Some(chunk)) => answer.extend_from_slice(&chunk),
                Ok(None) | Err(_) => break,
            }
        }
        judge(status, row.is_shared, pause, &String::from_utf8_lossy(&answer))
    }
}

#[async_trait]
impl Carrier for Sender {
    /// In the dialect of the host; if that is refused, once more in the other.
    async fn send(&self, row: &Row) -> Outcome {
        let url = match Url::parse(&row.url) {
            Ok(url) => url,
            Err(error) => return never_sent(error.to_string()),
        };
        let host = authority(&url).unwrap_or_default();
        let dialect = self.dialects.of(&host).await;
        let first = match self.post(row, &url, dialect).await {
            Ok(response) => response,
            Err(outcome) => return outcome,
        };
        if !self.dialects.may_try_other(&host, first.status()) {
            return self.answered(first, row).await;
        }
        match self.post(row, &url, dialect.other()).await {
            Ok(second) if second.status().is_success() => {
                self.dialects.took(&host, dialect.other()).await;
                self.answered(second, row).await
            }
            Ok(second) if is_about_signature(second.status()) => {
                self.dialects.took_neither(&host).await;
                self.answered(first, row).await
            }
            Ok(second) => self.answered(second, row).await,
            Err(outcome) => outcome,
        }
    }
}

impl Sender {
    /// What goes along with activities for followers only: a digest of those on the host (FEP-8fcf).
    async fn followers_there(&self, row: &Row, url: &Url) -> Option<HeaderValue> {
        let actor = synchronisation::for_followers_only(&row.activity.body)?;
        let (account, origin) = (row.activity.sender, url.origin().ascii_serialization());
        let look = async {
            // a delivery does not wait for what it can do without
            let there = self.service.follows().followers_on(account, &origin).await.ok()?;
            synchronisation::header(&actor, &there)
        };
        self.followers.get_with((account, origin.clone()), look).await
    }
}

/// Whether an answer may be about how the request is signed.
fn is_about_signature(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401 | 403)
}

fn never_sent(why: String) -> Outcome {
    Outcome::Refused { status: None, answer: why }
}

/// The message with those of its causes, shortened for the operator.
fn with_source(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    shorten(&text)
}
