//! For tests of the workers: a service with a database of its own and a clock that stands still, and receivers on
//! this machine that remember what they were sent.
//!
//! SQLite in a temporary folder, or a fresh PostgreSQL database where `STAFFROOM_TEST_DATABASE` names a server.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use rand::SeedableRng;
use rand::rngs::StdRng;
use staffroom_domain::Timestamp;
use staffroom_domain::clock::{FixedClock, SystemClock};
use staffroom_domain::ids::AccountId;
use staffroom_domain::instance::InstanceIdentity;
use staffroom_moderation::{Engine, Policy};
use staffroom_service::{About, Env, Limits, Parts, Registrations, Service, Settings};
use staffroom_storage::{Storage, Vault};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::http::{AddressPolicy, OutboundClient};
use crate::keys::AccountKeyMaker;
use crate::render::ActivityRenderer;

/// Whether tests write what they otherwise compare.
pub(crate) fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// When tests begin: 2026-11-21 19:00 UTC.
const START: Timestamp = Timestamp(1_795_287_600_000);

/// A service at `https://oak.test` and what a test needs to hold on to beside it.
pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) clock: Arc<FixedClock>,
    /// The instance account, which has a key.
    pub(crate) sender: AccountId,
    _folder: TempDir,
}

/// A fresh world.
pub(crate) async fn world() -> World {
    let folder = TempDir::new().unwrap();
    let clock = Arc::new(FixedClock::at(START));
    let identity =
        InstanceIdentity { public_url: "https://oak.test".to_owned(), account_domain: "oak.test".to_owned() };
    let storage_settings = staffroom_storage::Settings { url: database(&folder).await, connections: 4 };
    let service = Service::new(Parts {
        storage: Storage::open(&storage_settings, Vault::new(&[7; 32]).unwrap()).await.unwrap(),
        settings: Settings {
            identity: identity.clone(),
            title: "Oak".to_owned(),
            description: String::new(),
            contact_email: String::new(),
            contact_account: String::new(),
            rules: Vec::new(),
            source_url: "https://oak.test/source".to_owned(),
            version: "0.0.0".to_owned(),
            media_dir: folder.path().join("media"),
            published_tags: Vec::new(),
            share_tagged: true,
            hub_tags: Vec::new(),
            peer_daily_cap: 500,
            closed: false,
            public_timelines: true,
            registrations: Registrations::default(),
            jurisdiction: "england-and-wales".to_owned(),
            about: About::default(),
            limits: Limits::default(),
        },
        env: Arc::new(Env::new(clock.clone(), 1, Box::new(StdRng::seed_from_u64(7)))),
        engine: Engine::new(Policy::built_in().unwrap()).unwrap(),
        renderer: Arc::new(ActivityRenderer::new(identity)),
        key_maker: Arc::new(AccountKeyMaker),
    });
    let sender = service.accounts().ensure_instance_account(&service.cx()).await.unwrap().id;
    World { service, clock, sender, _folder: folder }
}

async fn database(folder: &TempDir) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var("STAFFROOM_TEST_DATABASE") else {
        return format!("sqlite:{}", folder.path().join("staffroom.db").display());
    };
    let name = format!("federation_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&server).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::raw_sql(create).execute(&mut connection).await.unwrap();
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    url.into()
}

/// How long properties are tried under `cargo xtask fuzz` (`None`: as often as the suite does), and the first seed.
pub(crate) fn fuzz_budget() -> (Option<Duration>, u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    (number("STAFFROOM_FUZZ_SECONDS").map(Duration::from_secs), number("STAFFROOM_FUZZ_SEED").unwrap_or(1))
}

/// Waits until `condition` holds.
pub(crate) async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    for _ in 0..3000 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}: not within half a minute");
}

/// A request a receiver got.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// An inbox host on this machine.
#[derive(Clone)]
pub(crate) struct Receiver {
    port: u16,
    inner: Arc<Inner>,
}

struct Inner {
    received: Mutex<Vec<Received>>,
    answers: Mutex<HashMap<String, (u16, &'static str)>>,
    /// `Retry-After` of all answers.
    pause: Mutex<Option<String>>,
    /// A header without which a request is answered 401.
    needed: Mutex<Option<&'static str>>,
    /// Answers wait for one of these; open unless a test closes the door.
    door: Semaphore,
    waiting: AtomicUsize,
    most_waiting: AtomicUsize,
}

const OPEN: usize = 1_000_000;

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let receiver = Self {
            port: listener.local_addr().unwrap().port(),
            inner: Arc::new(Inner {
                received: Mutex::default(),
                answers: Mutex::default(),
                pause: Mutex::default(),
                needed: Mutex::default(),
                door: Semaphore::new(OPEN),
                waiting: AtomicUsize::new(0),
                most_waiting: AtomicUsize::new(0),
            }),
        };
        let app = Router::new().fallback(receive).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    pub(crate) fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host())
    }

    /// From now on `path` is answered with `status` and `body`.
    pub(crate) fn says(&self, path: &str, status: u16, body: &'static str) {
        self.inner.answers.lock().unwrap().insert(path.to_owned(), (status, body));
    }

    /// From now on every answer asks for a pause.
    pub(crate) fn asks_for_pause(&self, retry_after: &str) {
        *self.inner.pause.lock().unwrap() = Some(retry_after.to_owned());
    }

    /// From now on requests without `header` are answered 401.
    pub(crate) fn takes_only(&self, header: &'static str) {
        *self.inner.needed.lock().unwrap() = Some(header);
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.inner.received.lock().unwrap().clone()
    }

    pub(crate) fn bodies(&self) -> Vec<String> {
        self.received().into_iter().map(|request| request.body).collect()
    }

    /// From now on requests are received but not answered.
    pub(crate) fn close_door(&self) {
        self.inner.door.forget_permits(OPEN);
    }

    /// Lets `count` more answers out.
    pub(crate) fn let_out(&self, count: usize) {
        self.inner.door.add_permits(count);
    }

    pub(crate) fn open_door(&self) {
        self.let_out(OPEN);
    }

    /// Requests without an answer now.
    pub(crate) fn waiting(&self) -> usize {
        self.inner.waiting.load(Ordering::SeqCst)
    }

    /// Most requests without an answer at any time.
    pub(crate) fn most_waiting(&self) -> usize {
        self.inner.most_waiting.load(Ordering::SeqCst)
    }
}

/// Counts down when a request is answered or its sender went away.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn receive(
    State(receiver): State<Receiver>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let inner = &receiver.inner;
    let path = uri.path().to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let lacks_needed = inner.needed.lock().unwrap().is_some_and(|needed| !headers.contains_key(needed));
    inner.received.lock().unwrap().push(Received { path: path.clone(), headers, body });
    let now = inner.waiting.fetch_add(1, Ordering::SeqCst) + 1;
    let waiting = Waiting(&inner.waiting);
    inner.most_waiting.fetch_max(now, Ordering::SeqCst);
    inner.door.acquire().await.unwrap().forget();
    drop(waiting);
    if lacks_needed {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let (status, body) = inner.answers.lock().unwrap().get(&path).copied().unwrap_or((202, ""));
    let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
    if let Some(pause) = inner.pause.lock().unwrap().as_ref() {
        response.headers_mut().insert(http::header::RETRY_AFTER, pause.parse().unwrap());
    }
    response
}

/// The guarded client, allowed to speak to `receivers`.
pub(crate) fn client(receivers: &[&Receiver]) -> OutboundClient {
    let hosts: Vec<String> = receivers.iter().map(|receiver| receiver.host()).collect();
    let policy = AddressPolicy::new(&[], &hosts, &[]).unwrap();
    OutboundClient::new(policy, "Staffroom/0.0.0 (+https://oak.test/)", Arc::new(SystemClock)).unwrap()
}
