//! A whole client API for tests: real use cases over SQLite in a temporary folder, a clock that stands still, and a
//! client that speaks to the router without a socket.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::Value;
use staffroom_domain::Timestamp;
use staffroom_domain::account::{Account, KeyAlgorithm, KeyPair, UserRole};
use staffroom_domain::clock::FixedClock;
use staffroom_domain::ids::ActivityId;
use staffroom_domain::instance::InstanceIdentity;
use staffroom_domain::scope::Scopes;
use staffroom_moderation::{Engine, Policy};
use staffroom_service::accounts::NewLocalAccount;
use staffroom_service::ports::{Event, KeyMaker, NewKey, Rendered, Renderer};
use staffroom_service::{About, Env, Limits, Parts, Registrations, Result, Service, Settings};
use staffroom_storage::{Storage, Vault};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::{ApiState, Quota, RateLimits};

/// When tests begin: 2026-11-21 19:00 UTC.
const START: Timestamp = Timestamp(1_795_287_600_000);
/// Everything an app asks for.
pub(crate) const ALL_SCOPES: &str = "read write follow push";

/// An instance at `https://oak.test` and its API.
pub(crate) struct World {
    pub(crate) service: Service,
    router: Router,
    _folder: TempDir,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
}

impl Answer {
    /// A header as text; empty when absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A world whose clients may ask as often as they like.
pub(crate) async fn world() -> World {
    let much = Quota { requests: 1_000_000, window_secs: 300 };
    world_with(RateLimits { general: much, media: much, removal: much, translation: much }, true).await
}

/// A world with these limits, and public timelines open to guests or not.
pub(crate) async fn world_with(rates: RateLimits, public_timelines: bool) -> World {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("staffroom.db").display());
    let storage = staffroom_storage::Settings { url, connections: 2 };
    let service = Service::new(Parts {
        storage: Storage::open(&storage, Vault::new(&[7; 32]).unwrap()).await.unwrap(),
        settings: settings(&folder, public_timelines),
        env: Arc::new(Env::new(Arc::new(FixedClock::at(START)), 1, Box::new(StdRng::seed_from_u64(7)))),
        engine: Engine::new(Policy::built_in().unwrap()).unwrap(),
        renderer: Arc::new(NoRenderer),
        key_maker: Arc::new(NoKeys),
    });
    service.accounts().ensure_instance_account(&service.cx()).await.unwrap();
    let router = crate::outside(crate::router(ApiState::new(service.clone(), rates)));
    World { service, router, _folder: folder }
}

fn settings(folder: &TempDir, public_timelines: bool) -> Settings {
    Settings {
        identity: InstanceIdentity { public_url: "https://oak.test".to_owned(), account_domain: "oak.test".to_owned() },
        title: "Oak".to_owned(),
        description: "A school".to_owned(),
        contact_email: String::new(),
        contact_account: String::new(),
        rules: vec!["Be kind".to_owned()],
        source_url: "https://oak.test/source".to_owned(),
        version: "0.1.0".to_owned(),
        media_dir: folder.path().join("media"),
        published_tags: Vec::new(),
        share_tagged: true,
        hub_tags: Vec::new(),
        peer_daily_cap: 500,
        closed: false,
        public_timelines,
        registrations: Registrations::default(),
        jurisdiction: "england-and-wales".to_owned(),
        about: About::default(),
        limits: Limits::default(),
    }
}

impl World {
    /// A confirmed account and a token of theirs with `scopes`.
    pub(crate) async fn person(&self, username: &str, scopes: &str) -> (Account, String) {
        let new = NewLocalAccount {
            username: username.to_owned(),
            email: format!("{username}@oak.test"),
            password: "correct horse battery".to_owned(),
            role: UserRole::Member,
            organisation: None,
        };
        let account = self.service.accounts().create_local(&self.service.cx(), new).await.unwrap();
        let scopes = Scopes::parse(scopes);
        let issued = self.service.auth().issue_personal_token(&self.service.cx(), account.id, scopes).await.unwrap();
        (account, issued.token)
    }

    /// Sends a request with a JSON body (`Null` for none).
    pub(crate) async fn ask(&self, method: Method, uri: &str, token: Option<&str>, body: Value) -> Answer {
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(body.to_string())
        };
        self.send(request.body(body).unwrap()).await
    }

    /// Reads `uri`.
    pub(crate) async fn get(&self, uri: &str, token: Option<&str>) -> Answer {
        self.ask(Method::GET, uri, token, Value::Null).await
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, headers, json: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }
}

/// Nothing is sent anywhere.
struct NoRenderer;

impl Renderer for NoRenderer {
    fn render(&self, _event: Event<'_>, id: ActivityId, _now: Timestamp, _: Option<&KeyPair>) -> Result<Rendered> {
        let uri = format!("https://oak.test/activities/{id}");
        Ok(Rendered { uri, kind: "Test", order_key: id.0, body: b"{}".to_vec(), digest: [0; 32] })
    }
}

/// Keys that sign nothing.
struct NoKeys;

impl KeyMaker for NoKeys {
    fn generate(&self, _: KeyAlgorithm) -> Result<NewKey> {
        Ok(NewKey { public_pem: "public".to_owned(), private_pkcs8: b"private".to_vec() })
    }

    fn sign(&self, _: &KeyPair, _: &[u8]) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn verifies(&self, _: &str, _: &[u8], _: &str) -> bool {
        false
    }
}
