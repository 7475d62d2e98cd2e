//! What everything in this crate shares: the use cases, the client, the caches.

use std::sync::Arc;

use activitypub_federation::config::{Data, UrlVerifier};
use activitypub_federation::error::Error as LibraryError;
use async_trait::async_trait;
use staffroom_domain::instance::InstanceIdentity;
use staffroom_service::Service;
use url::Url;

use crate::dialects::Dialects;
use crate::fetch::Memory;
use crate::gate::{GateConfig, KeyFetches};
use crate::http::OutboundClient;
use crate::inbox::flood::Budgets;
use crate::key_source::KnownKeys;
use crate::keys::{SigningKey, SigningKeys};

/// Shared by every request and worker. Cheap to clone.
#[derive(Clone)]
pub struct Shared {
    inner: Arc<Inner>,
}

struct Inner {
    service: Service,
    client: OutboundClient,
    fetch_key: SigningKey,
    gate: GateConfig,
    key_fetches: KeyFetches,
    keys: KnownKeys,
    memory: Memory,
    budgets: Budgets,
    signing_keys: SigningKeys,
    dialects: Dialects,
}

/// The library's per-request handle around [`Shared`]; counts the fetches one trigger may cause.
pub type Context = Data<Shared>;

impl Shared {
    /// Puts the parts together; `fetch_key` is the instance account's, for signed fetches. A host may deliver
    /// `inbox_per_host_per_min` activities a minute.
    pub(crate) fn new(
        service: Service,
        client: OutboundClient,
        fetch_key: SigningKey,
        dialects: Dialects,
        inbox_per_host_per_min: u32,
    ) -> Self {
        let identity = &service.settings().identity;
        let gate = GateConfig::new(identity.public_url.starts_with("https://"), [identity.host()]);
        Self {
            inner: Arc::new(Inner {
                service,
                client,
                fetch_key,
                gate,
                key_fetches: KeyFetches::new(),
                keys: KnownKeys::new(),
                memory: Memory::new(),
                budgets: Budgets::new(inbox_per_host_per_min),
                signing_keys: SigningKeys::new(),
                dialects,
            }),
        }
    }

    /// The use cases.
    pub fn service(&self) -> &Service {
        &self.inner.service
    }

    /// The guarded client.
    pub fn client(&self) -> &OutboundClient {
        &self.inner.client
    }

    /// The instance account's key.
    pub fn fetch_key(&self) -> &SigningKey {
        &self.inner.fetch_key
    }

    /// Who we are.
    pub fn identity(&self) -> &InstanceIdentity {
        &self.inner.service.settings().identity
    }

    /// Parsed keys of local accounts.
    pub fn signing_keys(&self) -> &SigningKeys {
        &self.inner.signing_keys
    }

    /// How each host is spoken to.
    pub(crate) fn dialects(&self) -> &Dialects {
        &self.inner.dialects
    }

    pub(crate) fn gate(&self) -> &GateConfig {
        &self.inner.gate
    }

    pub(crate) fn key_fetches(&self) -> &KeyFetches {
        &self.inner.key_fetches
    }

    pub(crate) fn budgets(&self) -> &Budgets {
        &self.inner.budgets
    }

    pub(crate) fn memory(&self) -> &Memory {
        &self.inner.memory
    }

    pub(crate) fn keys(&self) -> &KnownKeys {
        &self.inner.keys
    }

    /// Where a well-known document of `host` (with its port, if unusual) lies: https, or plain http for a listed
    /// loopback host; `None` for hosts we do not talk to.
    pub(crate) fn well_known(&self, host: &str, path_and_query: &str) -> Option<Url> {
        ["https", "http"].into_iter().find_map(|scheme| {
            let url = Url::parse(&format!("{scheme}://{host}{path_and_query}")).ok()?;
            let stays = url.host_str().is_some() && self.client().check_url(&url).is_ok();
            stays.then_some(url)
        })
    }
}

/// Hands the library's URLs to our own address rules.
#[derive(Clone)]
pub(crate) struct AddressVerifier {
    pub(crate) client: OutboundClient,
}

#[async_trait]
impl UrlVerifier for AddressVerifier {
    async fn verify(&self, url: &Url) -> Result<(), LibraryError> {
        self.client.check_url(url).map_err(|_| LibraryError::UrlVerificationError("address is not allowed"))
    }
}
