//! The federation side as one value: made once at start, then a router, a lookup and workers.

use std::sync::Arc;

use activitypub_federation::config::FederationConfig;
use axum::Router;
use staffroom_domain::Clock;
use staffroom_domain::account::KeyAlgorithm;
use staffroom_service::Service;

use crate::activities::InboxHandler;
use crate::dialects::Dialects;
use crate::error::FederationError;
use crate::http::{AddressPolicy, Hosts, OutboundClient};
use crate::keys::SigningKey;
use crate::lookup::Lookup;
use crate::state::{AddressVerifier, Context, Shared};
use crate::translation::{LibreTranslate, TranslatorSettings};
use crate::{deliver, inbox, push, routes, webhook};

/// Exceptions for closed networks, see [`AddressPolicy::new`]; limits.
#[derive(Clone, Debug, Default)]
pub struct FederationSettings {
    /// `host`, `host:port` or `address/length` that may lead to addresses that are not public.
    pub allowed_hosts: Vec<String>,
    /// `name:port` on this machine that may be spoken to in plain http.
    pub insecure_loopback_hosts: Vec<String>,
    /// Further certificate authorities, PEM texts.
    pub extra_ca: Vec<String>,
    /// Activities one host may deliver in a minute.
    pub inbox_per_host_per_min: u32,
    /// What translates public statuses, if anything does.
    pub translator: Option<TranslatorSettings>,
}

/// Whom we speak with: not with ourselves, and with nobody the rules about domains leave out.
struct Permitted {
    service: Service,
}

impl Hosts for Permitted {
    fn speaks_with(&self, host: &str) -> bool {
        self.service.settings().identity.host() != host && self.service.domains().permits(host)
    }
}

/// Who is sent what is queued: also the good-byes to domains that were just suspended.
struct Hearing {
    service: Service,
}

impl Hosts for Hearing {
    fn speaks_with(&self, host: &str) -> bool {
        let now = self.service.cx().now();
        self.service.settings().identity.host() != host && self.service.domains().may_hear(host, now)
    }
}

/// Push services and webhooks are none of the servers we exchange with: a closed network has them too. Suspended ones stay
/// out.
struct PushServices {
    service: Service,
}

impl Hosts for PushServices {
    fn speaks_with(&self, host: &str) -> bool {
        self.service.settings().identity.host() != host && !self.service.domains().limits(host).suspended
    }
}

/// The federation side. Cheap to clone.
#[derive(Clone)]
pub struct Federation {
    config: FederationConfig<Shared>,
}

impl Federation {
    /// Puts federation on top of `service`, whose lookups it answers from now on. Makes the instance account if there
    /// is none yet; needs a tokio runtime.
    ///
    /// # Errors
    /// Unusable settings, a damaged key, or the database.
    pub async fn new(
        service: Service,
        settings: FederationSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, FederationError> {
        let FederationSettings { allowed_hosts, insecure_loopback_hosts, extra_ca, inbox_per_host_per_min, translator } =
            settings;
        let policy = AddressPolicy::new(&allowed_hosts, &insecure_loopback_hosts, &extra_ca)
            .map_err(|error| FederationError::Setup(error.to_string()))?;
        // the library's own checks know no exceptions; ours hold either way
        let relaxed = policy.has_exceptions();
        let identity = service.settings().identity.clone();
        let user_agent = format!("Staffroom/{} (+{}/)", service.settings().version, identity.public_url);
        if let Some(settings) = translator {
            let policy = AddressPolicy::only(&settings.url, &extra_ca)
                .map_err(|error| FederationError::Setup(error.to_string()))?;
            let client = OutboundClient::new(policy, &user_agent, Arc::clone(&clock))?;
            service.set_translator(Arc::new(LibreTranslate::new(client, settings)));
        }
        let client = OutboundClient::new(policy, &user_agent, clock)?;
        let client = client.within(Arc::new(Permitted { service: service.clone() }));

        let instance = service.accounts().ensure_instance_account(&service.cx()).await?;
        service.accounts().complete_keys(&service.cx()).await?;
        let pair = service.accounts().signing_key(instance.id, KeyAlgorithm::Rsa).await?;
        let fetch_key = SigningKey::from_pkcs8(&pair.uri, pair.algorithm, &pair.private_pkcs8)
            .map_err(|error| FederationError::Setup(error.to_string()))?;

        let dialects = Dialects::new(service.clone());
        let client = client.speaking(dialects.clone());
        let shared = Shared::new(service.clone(), client.clone(), fetch_key, dialects, inbox_per_host_per_min);
        let config = FederationConfig::builder()
            .domain(identity.host())
            .app_data(shared)
            .client(client.for_library())
            .url_verifier(Box::new(AddressVerifier { client }))
            .http_fetch_limit(0)
            .debug(relaxed)
            .build()
            .await
            .map_err(|error| FederationError::Setup(error.to_string()))?;
        let federation = Self { config };
        let to_devices =
            federation.shared().client().clone().within(Arc::new(PushServices { service: service.clone() }));
        service.set_webhook_sender(Arc::new(webhook::Sender::new(to_devices.clone())));
        service.set_push_sender(Arc::new(push::Sender::new(to_devices)));
        service.set_remote(Arc::new(Lookup::new(federation.clone())));
        Ok(federation)
    }

    /// Everything federation answers to. `pages` answers people where a page and a document have the same address:
    /// `/@{name}`, `/@{name}/{id}` and `/tags/{slug}`.
    pub fn router(&self, pages: Router) -> Router {
        routes::router(self.clone(), pages)
    }

    /// What each received activity means.
    pub fn handler(&self) -> InboxHandler {
        InboxHandler::new(self.config.clone())
    }

    /// What sends the outbox; run one per process.
    pub fn deliveries(&self, settings: deliver::Settings) -> deliver::Scheduler {
        let shared = self.shared();
        let keys = deliver::AccountKeys::new(shared.service().clone(), shared.signing_keys().clone());
        let (service, dialects) = (shared.service().clone(), shared.dialects().clone());
        let client = shared.client().clone().within(Arc::new(Hearing { service: service.clone() }));
        deliver::Scheduler::new(service, client, Arc::new(keys), dialects, settings)
    }

    /// What works off received activities, run one per process.
    pub fn inbox_workers(&self, settings: inbox::Settings) -> inbox::Workers {
        inbox::Workers::new(self.shared().service().clone(), Arc::new(self.handler()), settings)
    }

    /// What everything in here shares.
    pub fn shared(&self) -> &Shared {
        &self.config
    }

    /// A fresh context. Whatever it is used for runs inside of [`crate::fetch::trigger::bounded`].
    pub(crate) fn context(&self) -> Context {
        self.config.to_request_data()
    }
}
