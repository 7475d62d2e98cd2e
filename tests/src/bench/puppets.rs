//! Many small remote servers on loopback ports: each has one actor, publishes its key, and answers deliveries after a
//! pause. They share one key pair under ids of their own.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
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

/// The hosts.
pub(super) struct Puppets {
    hosts: Vec<Puppet>,
    received: Arc<AtomicUsize>,
    client: Client,
}

/// One host with its actor.
pub(super) struct Puppet {
    port: u16,
    key: SigningKey,
}

#[derive(Clone)]
struct Host {
    port: u16,
    public_pem: Arc<String>,
    received: Arc<AtomicUsize>,
    pause: Duration,
}

impl Puppets {
    /// `count` hosts whose inboxes answer after `pause`.
    pub(super) async fn start(count: usize, pause: Duration) -> anyhow::Result<Self> {
        let pair = generate_rsa()?;
        let public_pem = Arc::new(pair.public_pem.clone());
        let received = Arc::new(AtomicUsize::new(0));
        let mut hosts = Vec::with_capacity(count);
        for _ in 0..count {
            let listener = tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
            let port = listener.local_addr()?.port();
            let host = Host { port, public_pem: public_pem.clone(), received: received.clone(), pause };
            let router = Router::new()
                .route("/users/{name}", get(actor))
                .route("/users/{name}/inbox", post(inbox))
                .route("/inbox", post(inbox))
                .with_state(host);
            tokio::spawn(async move { axum::serve(listener, router).await });
            let key = SigningKey::from_pkcs8(
                &format!("{}#main-key", actor_uri(port)),
                KeyAlgorithm::Rsa,
                &pair.private_pkcs8,
            )?;
            hosts.push(Puppet { port, key });
        }
        Ok(Self { hosts, received, client: plain_client() })
    }

    pub(super) fn ports(&self) -> Vec<u16> {
        self.hosts.iter().map(|p| p.port).collect()
    }

    pub(super) fn hosts(&self) -> &[Puppet] {
        &self.hosts
    }

    /// Deliveries received so far by all of them.
    pub(super) fn received(&self) -> usize {
        self.received.load(Ordering::SeqCst)
    }

    /// Signs and sends an activity of `puppet` to `inbox`; it must be accepted.
    pub(super) async fn send(&self, puppet: &Puppet, inbox: &str, activity: &Value) -> anyhow::Result<()> {
        let url = Url::parse(inbox)?;
        let body = serde_json::to_vec(activity)?;
        let headers =
            sign_post(&puppet.key, &url, &digest::sha256(&body), "application/activity+json", SystemClock.now())?;
        let answer = self.client.post(url).headers(headers).body(body).send().await?;
        let status = answer.status();
        anyhow::ensure!(status == StatusCode::ACCEPTED, "{status}: {}", answer.text().await?);
        Ok(())
    }
}

impl Puppet {
    pub(super) fn actor(&self) -> String {
        actor_uri(self.port)
    }
}

fn actor_uri(port: u16) -> String {
    format!("http://localhost:{port}/users/puppet")
}

async fn actor(State(host): State<Host>, Path(name): Path<String>) -> impl IntoResponse {
    let id = actor_uri(host.port);
    let document = json!({
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": id,
        "type": "Person",
        "preferredUsername": name,
        "inbox": format!("{id}/inbox"),
        "outbox": format!("{id}/outbox"),
        "endpoints": { "sharedInbox": format!("http://localhost:{}/inbox", host.port) },
        "publicKey": { "id": format!("{id}#main-key"), "owner": id, "publicKeyPem": *host.public_pem },
    });
    ([(header::CONTENT_TYPE, "application/activity+json")], Json(document).0.to_string())
}

async fn inbox(State(host): State<Host>) -> StatusCode {
    tokio::time::sleep(host.pause).await;
    host.received.fetch_add(1, Ordering::SeqCst);
    StatusCode::ACCEPTED
}
