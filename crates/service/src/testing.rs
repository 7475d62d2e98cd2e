//! A service for tests: a database of its own, a clock that stands still, ids and randomness that repeat, and fakes of
//! what the federation side provides.
//!
//! `network.rs` adds other servers: accounts that can be looked up there, and what was sent to them.
//!
//! SQLite in a temporary folder, or a fresh PostgreSQL database where `STAFFROOM_TEST_DATABASE` names a server.

mod network;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use staffroom_domain::Timestamp;
use staffroom_domain::account::{Account, KeyAlgorithm, KeyPair, UserRole};
use staffroom_domain::clock::FixedClock;
use staffroom_domain::ids::{AccountId, ActivityId};
use staffroom_domain::instance::InstanceIdentity;
use staffroom_domain::organisation::Right;
use staffroom_moderation::{Engine, Policy};
use staffroom_storage::{Storage, Vault};
use tempfile::TempDir;

use crate::accounts::NewLocalAccount;
use crate::auth::Authority;
use crate::ports::{Event, KeyMaker, NewKey, Rendered, Renderer, kind};
use crate::{About, Cx, Env, Limits, Parts, Registrations, Result, Service, Settings};

pub(crate) use network::{
    Elsewhere, Sent, draft, incoming, incoming_account, incoming_instance_account, incoming_tag_account,
};

/// When tests begin: 2026-11-21 19:00 UTC.
pub(crate) const START: Timestamp = Timestamp(1_795_287_600_000);

/// A service and what a test needs to hold on to beside it.
pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) renderer: Arc<FakeRenderer>,
    pub(crate) elsewhere: Arc<Elsewhere>,
    url: String,
    _folder: TempDir,
}

impl World {
    /// The context of a request that begins now.
    pub(crate) fn cx(&self) -> Cx {
        self.service.cx()
    }

    /// A confirmed local account.
    pub(crate) async fn local(&self, username: &str) -> Account {
        let new = NewLocalAccount {
            username: username.to_owned(),
            email: format!("{username}@oak.test"),
            password: "correct horse battery".to_owned(),
            role: UserRole::Member,
            organisation: None,
        };
        self.service.accounts().create_local(&self.cx(), new).await.unwrap()
    }

    /// Whether it is kept in SQLite.
    pub(crate) fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    /// Changes what is stored as `sql` says, beside the service.
    pub(crate) async fn change(&self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        if self.is_sqlite() {
            let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect(&self.url).await.unwrap();
            sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        } else {
            let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&self.url).await.unwrap();
            sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        }
    }

    /// By which authority a local account does what needs `right`.
    pub(crate) async fn authority(&self, id: AccountId, right: Right) -> Authority {
        let accounts = self.service.accounts();
        let (account, user) = (accounts.get(id).await.unwrap(), accounts.user(id).await.unwrap());
        self.service.auth().authority(&account, &user, right).await.unwrap()
    }

    /// A remote account `username@domain` with inboxes of its own and of its host.
    pub(crate) async fn remote(&self, username: &str, domain: &str) -> Account {
        let incoming = incoming_account(username, domain);
        self.service.accounts().ingest(&self.cx(), incoming).await.unwrap()
    }
}

/// A fresh world at `https://oak.test`, instance account included.
pub(crate) async fn world() -> World {
    world_where(Registrations::default()).await
}

/// The same, where people make accounts for themselves.
pub(crate) async fn world_where(registrations: Registrations) -> World {
    let folder = TempDir::new().unwrap();
    let clock = Arc::new(FixedClock::at(START));
    let renderer = Arc::new(FakeRenderer::default());
    let url = database(&folder).await;
    let settings = staffroom_storage::Settings { url: url.clone(), connections: 4 };
    let storage = Storage::open(&settings, Vault::new(&[7; 32]).unwrap()).await.unwrap();
    let service = Service::new(Parts {
        storage,
        settings: Settings { registrations, ..oak(&folder) },
        env: Arc::new(Env::new(clock.clone(), 1, Box::new(StdRng::seed_from_u64(7)))),
        engine: Engine::new(Policy::built_in().unwrap()).unwrap(),
        renderer: renderer.clone(),
        key_maker: Arc::new(FakeKeyMaker),
    });
    service.accounts().ensure_instance_account(&service.cx()).await.unwrap();
    let elsewhere = Arc::new(Elsewhere::new(&service));
    service.set_remote(elsewhere.clone());
    World { service, clock, renderer, elsewhere, url, _folder: folder }
}

fn oak(folder: &TempDir) -> Settings {
    Settings {
        identity: InstanceIdentity { public_url: "https://oak.test".to_owned(), account_domain: "oak.test".to_owned() },
        title: "Oak".to_owned(),
        description: String::new(),
        contact_email: String::new(),
        contact_account: String::new(),
        rules: Vec::new(),
        source_url: "https://oak.test/source".to_owned(),
        version: "0.0.0".to_owned(),
        media_dir: folder.path().join("media"),
        published_tags: vec!["SLTchat".to_owned(), "ASEchat".to_owned()],
        share_tagged: true,
        hub_tags: vec!["SLTchat".to_owned()],
        peer_daily_cap: 25,
        closed: false,
        public_timelines: true,
        registrations: Registrations::default(),
        jurisdiction: "england-and-wales".to_owned(),
        about: About::default(),
        // Three copies, of which each takes 4096 bytes at least.
        limits: Limits {
            remote_bytes: 400,
            remote_cache_bytes: 14_000,
            remote_patience: Duration::from_secs(2),
            ..Limits::default()
        },
    }
}

async fn database(folder: &TempDir) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var("STAFFROOM_TEST_DATABASE") else {
        return format!("sqlite:{}", folder.path().join("staffroom.db").display());
    };
    let name = format!("service_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&server).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::raw_sql(create).execute(&mut connection).await.unwrap();
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    url.into()
}

/// What [`FakeKeyMaker`] takes for a signature.
pub(crate) fn fake_signature(key: &str, message: &[u8]) -> String {
    message.iter().fold(format!("z{key}"), |text, byte| format!("{text}{byte:02x}"))
}

/// Renders events as `{"id", "event", "object", "tags"}` (the tag accounts named); activities about one status share an order key.
#[derive(Debug, Default)]
pub(crate) struct FakeRenderer {
    /// Names of the events rendered, oldest first (`StatusPublished`).
    pub(crate) rendered: Mutex<Vec<String>>,
}

impl Renderer for FakeRenderer {
    fn render(&self, event: Event<'_>, id: ActivityId, _now: Timestamp, _: Option<&KeyPair>) -> Result<Rendered> {
        let order_key = match event {
            Event::StatusPublished { status, .. }
            | Event::StatusShared { status, .. }
            | Event::StatusEdited { status, .. }
            | Event::PollCounted { status, .. } => status.status.id.0,
            Event::StatusDeleted { status, .. } => status.id.0,
            Event::TagAnnounced { status, tag_account, .. } | Event::TagAnnounceUndone { status, tag_account, .. } => {
                status.id.0 ^ tag_account.id.0
            }
            Event::Reblogged { reblog, .. } | Event::ReblogUndone { reblog, .. } => reblog.id.0,
            Event::Favourited { account, status, .. } | Event::FavouriteUndone { account, status, .. } => {
                status.id.0 ^ account.id.0
            }
            _ => id.0,
        };
        let debug = format!("{event:?}");
        let name: String = debug.chars().take_while(char::is_ascii_alphanumeric).collect();
        let (object, tags) = object_of(event);
        let body = serde_json::json!({ "id": id.to_string(), "event": name, "object": object, "tags": tags })
            .to_string()
            .into_bytes();
        self.rendered.lock().unwrap().push(name);
        Ok(Rendered {
            uri: match event {
                Event::Reblogged { reblog, .. } => reblog.uri.clone(),
                Event::Favourited { uri, .. } | Event::TagAnnounced { uri, .. } => uri.to_owned(),
                _ => format!("https://oak.test/activities/{id}"),
            },
            kind: match event {
                Event::StatusPublished { .. } | Event::StatusShared { .. } => kind::MADE,
                Event::StatusEdited { .. } | Event::PollCounted { .. } | Event::AccountUpdated { .. } => kind::CHANGED,
                _ => "Fake",
            },
            order_key,
            body,
            digest: [0; 32],
        })
    }
}

/// Network id of what an event is about, and the tag accounts it names.
fn object_of(event: Event<'_>) -> (String, Vec<String>) {
    let names = |accounts: &[Account]| accounts.iter().map(|a| a.username.clone()).collect();
    match event {
        Event::StatusPublished { status, tag_accounts }
        | Event::StatusShared { status, tag_accounts }
        | Event::StatusEdited { status, tag_accounts }
        | Event::PollCounted { status, tag_accounts } => (status.status.uri.clone(), names(tag_accounts)),
        Event::TagAnnounced { status, named, .. } => (status.uri.clone(), names(named)),
        Event::StatusDeleted { status, .. }
        | Event::TagAnnounceUndone { status, .. }
        | Event::Favourited { status, .. }
        | Event::Voted { status, .. }
        | Event::Pinned { status, .. }
        | Event::FavouriteUndone { status, .. } => (status.uri.clone(), Vec::new()),
        Event::InteractionRequested { target, .. } => (target.uri.clone(), Vec::new()),
        Event::QuoteRequested { quoted_uri, .. } | Event::QuoteRevoked { quoted_uri, .. } => {
            (quoted_uri.to_owned(), Vec::new())
        }
        Event::RequestAnswered { request, approval_uri, .. } => {
            (request.target_uri.clone(), approval_uri.map(ToOwned::to_owned).into_iter().collect())
        }
        Event::Reblogged { original, .. } | Event::ReblogUndone { original, .. } => (original.uri.clone(), Vec::new()),
        Event::Followed { target, .. }
        | Event::FollowUndone { target, .. }
        | Event::Blocked { target, .. }
        | Event::BlockUndone { target, .. }
        | Event::AccountMoved { target, .. }
        | Event::Reported { target, .. } => (target.uri.clone(), Vec::new()),
        Event::RelayFollowed { uri, .. } | Event::RelayUnfollowed { uri, .. } => (uri.to_owned(), Vec::new()),
        Event::FollowAccepted { follower, .. } | Event::FollowRejected { follower, .. } => {
            (follower.uri.clone(), Vec::new())
        }
        Event::AccountUpdated { account, .. }
        | Event::AccountDeleted { account }
        | Event::FeatureAnswered { account, .. } => (account.uri.clone(), Vec::new()),
    }
}

/// Keys whose signatures are digests of what they sign.
struct FakeKeyMaker;

impl KeyMaker for FakeKeyMaker {
    fn generate(&self, _: KeyAlgorithm) -> Result<NewKey> {
        Ok(NewKey { public_pem: "public".to_owned(), private_pkcs8: b"private".to_vec() })
    }

    fn sign(&self, key: &KeyPair, message: &[u8]) -> Result<Vec<u8>> {
        let signed = [key.private_pkcs8.as_slice(), message].concat();
        Ok(crate::digest::sha256_hex(&String::from_utf8_lossy(&signed)).into_bytes())
    }

    fn verifies(&self, key: &str, message: &[u8], signature: &str) -> bool {
        signature == fake_signature(key, message)
    }
}
