//! Many small remote servers on loopback ports: each has one actor, publishes its key, and answers deliveries after a
//! pause, or not at all. They share one key pair under ids of their own.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use axum_server::tls_rustls::RustlsConfig;
use reqwest::Client;
use serde_json::{Value, json};
use staffroom_server::domain::Clock as _;
use staffroom_server::domain::account::KeyAlgorithm;
use staffroom_server::domain::clock::SystemClock;
use staffroom_server::federation::keys::{SigningKey, generate_rsa};
use staffroom_server::federation::signature::cavage::sign_post;
use staffroom_server::federation::signature::digest;
use url::Url;

use crate::api::plain_client;

/// How they are spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    /// Plain http.
    Plain,
    /// TLS with the certificate of the tests' authority.
    Tls,
}

/// The hosts.
pub(super) struct Puppets {
    hosts: Vec<Puppet>,
    shared: Arc<Shared>,
    client: Client,
}

/// One host with its actor.
pub(super) struct Puppet {
    port: u16,
    uri: String,
    key: SigningKey,
    is_silent: Arc<AtomicBool>,
    fetched: Arc<AtomicUsize>,
}

/// A delivery as it came.
pub(super) struct Arrival {
    /// Port of the host it came to.
    pub(super) port: u16,
    /// When.
    pub(super) at: Instant,
    /// What.
    pub(super) body: Bytes,
}

struct Shared {
    public_pem: String,
    received: AtomicUsize,
    arrivals: Mutex<Vec<Arrival>>,
    pause: Duration,
}

#[derive(Clone)]
struct Host {
    port: u16,
    origin: String,
    is_silent: Arc<AtomicBool>,
    fetched: Arc<AtomicUsize>,
    shared: Arc<Shared>,
}

impl Puppets {
    /// `count` hosts whose inboxes answer after `pause`.
    pub(super) async fn start(count: usize, pause: Duration, wire: Wire) -> anyhow::Result<Self> {
        let pair = generate_rsa()?;
        let shared = Arc::new(Shared {
            public_pem: pair.public_pem.clone(),
            received: AtomicUsize::new(0),
            arrivals: Mutex::default(),
            pause,
        });
        let tls = match wire {
            Wire::Plain => None,
            Wire::Tls => Some(RustlsConfig::from_pem_file(fixture("localhost.pem"), fixture("localhost.key")).await?),
        };
        let mut hosts = Vec::with_capacity(count);
        for _ in 0..count {
            let listener = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
            listener.set_nonblocking(true)?;
            let port = listener.local_addr()?.port();
            let scheme = if tls.is_some() { "https" } else { "http" };
            let (is_silent, fetched) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
            let host = Host {
                port,
                origin: format!("{scheme}://localhost:{port}"),
                is_silent: Arc::clone(&is_silent),
                fetched: Arc::clone(&fetched),
                shared: Arc::clone(&shared),
            };
            let uri = host.actor("puppet");
            let router = Router::new()
                .route("/users/{name}", get(actor))
                .route("/users/{name}/inbox", post(inbox))
                .route("/inbox", post(inbox))
                .fallback(absent)
                .with_state(host);
            match &tls {
                None => {
                    let listener = tokio::net::TcpListener::from_std(listener)?;
                    tokio::spawn(async move { axum::serve(listener, router).await });
                }
                Some(tls) => {
                    let server = axum_server::from_tcp_rustls(listener, tls.clone())?;
                    tokio::spawn(async move { server.serve(router.into_make_service()).await });
                }
            }
            let key = SigningKey::from_pkcs8(&format!("{uri}#main-key"), KeyAlgorithm::Rsa, &pair.private_pkcs8)?;
            hosts.push(Puppet { port, uri, key, is_silent, fetched });
        }
        Ok(Self { hosts, shared, client: plain_client() })
    }

    pub(super) fn ports(&self) -> Vec<u16> {
        self.hosts.iter().map(|p| p.port).collect()
    }

    pub(super) fn hosts(&self) -> &[Puppet] {
        &self.hosts
    }

    /// Deliveries received so far by all of them.
    pub(super) fn received(&self) -> usize {
        self.shared.received.load(Ordering::SeqCst)
    }

    /// Deliveries since the last time this was asked, in the order they came.
    pub(super) fn take_arrivals(&self) -> Vec<Arrival> {
        std::mem::take(&mut *self.shared.arrivals.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Signs and sends an activity of `puppet` to `inbox`; it must be accepted.
    pub(super) async fn send(&self, puppet: &Puppet, inbox: &str, activity: &Value) -> anyhow::Result<()> {
        let (status, text) = self.offer(&puppet.key, inbox, activity).await?;
        anyhow::ensure!(status == StatusCode::ACCEPTED, "{status}: {text}");
        Ok(())
    }

    /// Sends an activity signed by `key`, whoever's it is: what comes of it.
    pub(super) async fn offer(
        &self,
        key: &SigningKey,
        inbox: &str,
        activity: &Value,
    ) -> anyhow::Result<(StatusCode, String)> {
        let url = Url::parse(inbox)?;
        let body = serde_json::to_vec(activity)?;
        let headers = sign_post(key, &url, &digest::sha256(&body), "application/activity+json", SystemClock.now())?;
        let answer = self.client.post(url).headers(headers).body(body).send().await?;
        Ok((answer.status(), answer.text().await?))
    }
}

impl Puppet {
    pub(super) fn actor(&self) -> String {
        self.uri.clone()
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// From now on it takes connections and says nothing.
    pub(super) fn falls_silent(&self) {
        self.is_silent.store(true, Ordering::SeqCst);
    }

    /// How often its actor was asked for, or what does not exist there.
    pub(super) fn fetched(&self) -> usize {
        self.fetched.load(Ordering::SeqCst)
    }
}

impl Host {
    fn actor(&self, name: &str) -> String {
        format!("{}/users/{name}", self.origin)
    }
}

/// A file of the tests' certificate authority.
pub(super) fn fixture(name: &str) -> String {
    format!("{}/fixtures/tls/{name}", env!("CARGO_MANIFEST_DIR"))
}

async fn actor(State(host): State<Host>, Path(name): Path<String>) -> impl IntoResponse {
    host.fetched.fetch_add(1, Ordering::SeqCst);
    let id = host.actor(&name);
    let document = json!({
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": id,
        "type": "Person",
        "preferredUsername": name,
        "inbox": format!("{id}/inbox"),
        "outbox": format!("{id}/outbox"),
        "endpoints": { "sharedInbox": format!("{}/inbox", host.origin) },
        "publicKey": { "id": format!("{id}#main-key"), "owner": id, "publicKeyPem": host.shared.public_pem },
    });
    ([(header::CONTENT_TYPE, "application/activity+json")], Json(document).0.to_string())
}

/// What is not there is asked for as well.
async fn absent(State(host): State<Host>) -> StatusCode {
    host.fetched.fetch_add(1, Ordering::SeqCst);
    StatusCode::NOT_FOUND
}

async fn inbox(State(host): State<Host>, body: Bytes) -> StatusCode {
    let at = Instant::now();
    if host.is_silent.load(Ordering::SeqCst) {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(host.shared.pause).await;
    let mut arrivals = host.shared.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
    arrivals.push(Arrival { port: host.port, at, body });
    host.shared.received.fetch_add(1, Ordering::SeqCst);
    StatusCode::ACCEPTED
}
