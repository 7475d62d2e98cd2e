//! The whole server in one value: opened from a configuration, served, stopped.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::middleware;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use staffroom_api::{ApiState, Quota, RateLimits};
use staffroom_domain::clock::SystemClock;
use staffroom_domain::instance::InstanceIdentity;
use staffroom_federation::{Federation, FederationSettings, TranslatorSettings, deliver, inbox};
use staffroom_moderation::{Engine, Policy};
use staffroom_service::{Cx, Env, Limits, Parts, Registrations, Service, Settings};
use staffroom_storage::{Storage, Vault};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::client_address::{self, TrustedProxies};
use crate::config::Config;
use crate::converter::Ffmpeg;
use crate::mailer::Post;
use crate::{about, data_dir, health, identity, listener, metrics_endpoint, secret_key, workers};

/// Time for each piece of a request's body.
const BODY_PIECES_WITHIN: Duration = Duration::from_secs(30);

/// Our version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An opened instance: database, use cases, the way to other servers. Nothing runs yet.
pub struct App {
    config: Config,
    storage: Storage,
    service: Service,
    federation: Federation,
}

/// A running instance.
pub struct Running {
    /// Its use cases.
    pub service: Service,
    /// Where it listens.
    pub address: std::net::SocketAddr,
    storage: Storage,
    cancel: CancellationToken,
    tracker: TaskTracker,
    server: tokio::task::JoinHandle<anyhow::Result<()>>,
    grace: Duration,
}

impl App {
    /// Opens (and at first start makes) everything the configuration names.
    ///
    /// # Errors
    /// Says what cannot be opened and why: data folder, key, database, another name than the database was made with,
    /// rule packs.
    pub async fn open(config: Config) -> anyhow::Result<Self> {
        // Every TLS connection in the process uses this provider; a second call finds it already there.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let folder = &config.data_dir.0;
        std::fs::create_dir_all(folder.join("media")).with_context(|| format!("data_dir: {}", folder.display()))?;
        data_dir::warn_if_open(folder);
        let clock = Arc::new(SystemClock);
        let env = Arc::new(Env::new(clock.clone(), config.server.node, Box::new(StdRng::from_os_rng())));
        let vault = Vault::new(&secret_key::load(&config, &Cx::new(Arc::clone(&env)))?)?;
        let database =
            staffroom_storage::Settings { url: config.database_url(), connections: config.storage.connections };
        let storage = Storage::open(&database, vault).await.context("storage.url")?;
        let settings = settings(&config)?;
        identity::pin(&storage, &settings.identity).await?;
        let packs = packs(&config)?;
        let engine = Engine::new(Policy::load(packs.iter().map(|(name, text)| (name.as_str(), text.as_str())))?)?;
        let renderer = Arc::new(staffroom_federation::render::ActivityRenderer::new(settings.identity.clone()));
        let service = Service::new(Parts {
            storage: storage.clone(),
            settings,
            env,
            engine,
            renderer,
            key_maker: Arc::new(staffroom_federation::keys::AccountKeyMaker),
        });
        service.moderation().rules().ensure_shipped(&service.cx(), &packs).await?;
        service.domains().reload().await?;
        service.sign_ups().reload(&service.cx()).await?;
        let federation = Federation::new(service.clone(), federation_settings(&config)?, clock).await?;
        service.set_webhook_writer(Arc::new(staffroom_api::WebhookBodies));
        service.set_mailer(Arc::new(Post::new(&config)?));
        service.exchange().ensure_published_tags(&service.cx()).await?;
        Ok(Self { config, storage, service, federation })
    }

    /// The use cases.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Closes the database.
    ///
    /// # Errors
    /// The database failed while closing.
    pub async fn close(self) -> anyhow::Result<()> {
        Ok(self.storage.close().await?)
    }

    /// Listens and starts all workers.
    ///
    /// # Errors
    /// The address cannot be bound, or the certificate cannot be read.
    pub async fn start(self) -> anyhow::Result<Running> {
        let listener = listener::bind(&self.config.server.listen)?;
        self.start_on(listener).await
    }

    /// Starts all workers and serves on a listener bound by the caller.
    ///
    /// # Errors
    /// The listener or the certificate cannot be used.
    pub async fn start_on(self, listener: std::net::TcpListener) -> anyhow::Result<Running> {
        let address = listener.local_addr()?;
        let tls = listener::tls(&self.config).await?;
        self.service.exchange().unpublish_others().await?;
        self.service.moderation().rules().reload(&self.service.cx()).await?;
        self.service.moderation_log().note_rules().await?;
        if let Some(found) = Ffmpeg::find(&self.config).await {
            self.service.set_converter(Arc::new(found));
        }
        let cancel = CancellationToken::new();
        let tracker = TaskTracker::new();
        let node = format!("node-{}", self.config.server.node);
        let deliveries = deliver::Settings {
            node: node.clone(),
            in_flight: usize::try_from(self.config.federation.max_in_flight)?,
            ..deliver::Settings::default()
        };
        tracker.spawn(self.federation.deliveries(deliveries).run(cancel.clone()));
        let received = inbox::Settings {
            node,
            workers: usize::try_from(self.config.federation.inbox_workers)?,
            ..inbox::Settings::default()
        };
        tracker.spawn(self.federation.inbox_workers(received).run(cancel.clone()));
        workers::spawn(&self.service, &tracker, &cancel);
        tracker.spawn(workers::share_news(self.storage.clone(), self.config.server.node, cancel.clone()));
        let metrics = &self.config.metrics.listen;
        let why = || format!("metrics.listen: {metrics}");
        metrics_endpoint::serve(metrics, cancel.clone()).await.with_context(why)?;
        let router = router(&self.config, &self.service, &self.federation);
        let grace = Duration::from_secs(self.config.server.stop_timeout_secs);
        let config = self.config;
        let stop = cancel.clone();
        let server = tokio::spawn(async move { listener::serve(listener, &config, tls, router, stop).await });
        tracing::info!(listen = %address, public_url = %self.service.settings().identity.public_url, "serving");
        Ok(Running { service: self.service, address, storage: self.storage, cancel, tracker, server, grace })
    }
}

impl Running {
    /// Begins to stop; [`Running::stopped`] waits for the end.
    pub fn stop(&self) {
        self.cancel.cancel();
    }

    /// Cancelling it is the same as [`Running::stop`].
    pub fn stop_handle(&self) -> CancellationToken {
        self.cancel.clone()
    }

    /// Waits until the server ended (after [`Running::stop`], or because it failed), lets workers finish what they have
    /// in hand, and closes the database.
    ///
    /// # Errors
    /// Why the server ended by itself.
    pub async fn stopped(self) -> anyhow::Result<()> {
        let served = self.server.await?;
        self.cancel.cancel();
        self.tracker.close();
        if tokio::time::timeout(self.grace, self.tracker.wait()).await.is_err() {
            tracing::warn!("some work was given back unfinished");
        }
        self.storage.close().await?;
        served
    }
}

fn router(config: &Config, service: &Service, federation: &Federation) -> Router {
    let api = &config.api;
    let half_hour = |requests: u32| Quota { requests: u64::from(requests), window_secs: 1800 };
    let rates = RateLimits {
        general: Quota { requests: u64::from(api.requests_per_5_min), window_secs: 300 },
        media: half_hour(api.uploads_per_30_min),
        removal: half_hour(api.deletes_per_30_min),
        ..RateLimits::default()
    };
    let proxies = TrustedProxies::new(config.server.trusted_proxies.iter());
    let merged = staffroom_api::router(ApiState::new(service.clone(), rates))
        .merge(staffroom_web::router(service.clone()))
        .merge(federation.router(staffroom_web::pages(service.clone())))
        .merge(health::router(service.clone()));
    let doorkeeper = service.clone();
    staffroom_api::outside(merged)
        .layer(middleware::from_fn(move |request, next| client_address::turn_away(doorkeeper.clone(), request, next)))
        .layer(middleware::from_fn(move |request, next| client_address::resolve(proxies.clone(), request, next)))
        .layer(tower_http::catch_panic::CatchPanicLayer::new())
        .layer(tower_http::timeout::RequestBodyTimeoutLayer::new(BODY_PIECES_WITHIN))
}

fn settings(config: &Config) -> anyhow::Result<Settings> {
    let usize_of = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    Ok(Settings {
        identity: InstanceIdentity { public_url: config.public_url(), account_domain: config.account_domain() },
        title: config.instance.title.clone(),
        description: config.instance.description.clone(),
        contact_email: config.instance.contact_email.clone(),
        contact_account: config.instance.contact_account.clone(),
        rules: config.instance.rules.0.clone(),
        source_url: config.instance.source_url.clone(),
        version: VERSION.to_owned(),
        // Absolute: programs that convert files work in another folder.
        media_dir: std::path::absolute(config.data_dir.0.join("media")).context("data_dir")?,
        published_tags: config.federation.published_tags.0.clone(),
        hub_tags: config.federation.hub_tags.0.clone(),
        share_tagged: config.federation.share_tagged,
        peer_daily_cap: config.federation.peer_daily_cap,
        closed: config.federation.mode == "closed",
        public_timelines: config.api.public_timelines,
        registrations: Registrations {
            open: config.registrations.open,
            approval: config.registrations.approval,
            confirmation: config.registrations.confirmation,
        },
        jurisdiction: config.moderation.jurisdiction.clone(),
        about: about::load(&config.instance)?,
        limits: Limits {
            status_chars: usize_of(config.limits.status_chars),
            status_media: usize_of(config.limits.status_media),
            image_bytes: usize_of(config.limits.image_bytes),
            image_pixels: u64::from(config.limits.image_pixels),
            video_bytes: usize_of(config.limits.video_bytes),
            remote_bytes: config.media.remote_file_bytes,
            remote_cache_bytes: config.media.remote_cache_bytes,
            remote_kept: Duration::from_hours(24 * u64::from(config.media.remote_cache_days)),
            ..Limits::default()
        },
    })
}

fn federation_settings(config: &Config) -> anyhow::Result<FederationSettings> {
    let file = &config.federation.extra_ca_file;
    let extra_ca = match file.as_str() {
        "" => Vec::new(),
        _ => vec![std::fs::read_to_string(file).with_context(|| format!("federation.extra_ca_file: {file}"))?],
    };
    Ok(FederationSettings {
        allowed_hosts: config.federation.allowed_hosts.0.clone(),
        insecure_loopback_hosts: config.federation.insecure_loopback_hosts.0.clone(),
        extra_ca,
        inbox_per_host_per_min: config.federation.inbox_per_host_per_min,
        translator: translator(config)?,
    })
}

fn translator(config: &Config) -> anyhow::Result<Option<TranslatorSettings>> {
    let text = &config.translation.url;
    if text.is_empty() {
        return Ok(None);
    }
    let url = text.parse().context("translation.url")?;
    Ok(Some(TranslatorSettings { url, api_key: config.translation.api_key.reveal().to_owned() }))
}

/// Rule packs of the program and of the configuration: where they come from, and their texts.
fn packs(config: &Config) -> anyhow::Result<Vec<(String, String)>> {
    let mut packs: Vec<_> =
        staffroom_moderation::BUILT_IN.iter().map(|(_, text)| ("shipped".to_owned(), (*text).to_owned())).collect();
    for file in &config.moderation.pack_files {
        let text = std::fs::read_to_string(file).with_context(|| format!("moderation.pack_files: {file}"))?;
        packs.push((format!("file:{file}"), text));
    }
    Ok(packs)
}
