//! A server made of cardboard: it serves the documents it is given, records what is delivered to it, and sends exactly
//! the requests a test writes, signed by libraries that are not ours.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use actpub_httpsig::{
    CavageSigner, Component, DigestAlgorithm, Multikey, Rfc9421Signer, RsaBits, SigningKey, VerifyingKey,
    content_digest_header, sha256_digest_header,
};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, HOST};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::api::plain_client;
use crate::process::loopback_host;
use crate::tls;

/// What says that a document is one.
pub const ACTIVITY_JSON: &str = "application/activity+json";

/// The audience that means everybody.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// The headers Mastodon covers.
pub const COVERED: [&str; 5] = ["(request-target)", "host", "date", "digest", "content-type"];

/// The key of every puppet's actors; making one takes long.
static KEY: LazyLock<SigningKey> = LazyLock::new(new_key);

/// Another key, which no actor publishes unless told to.
pub static FOREIGN_KEY: LazyLock<SigningKey> = LazyLock::new(new_key);

/// The other key of every puppet's actors.
pub static ED25519_KEY: LazyLock<SigningKey> = LazyLock::new(SigningKey::generate_ed25519);

/// The least that RFC 9421 must cover of a request with a body.
pub const COMPONENTS: [&str; 3] = ["@method", "@target-uri", "content-digest"];

fn new_key() -> SigningKey {
    SigningKey::generate_rsa(RsaBits::Rsa2048).unwrap_or_else(|error| panic!("no key: {error}"))
}

/// A request that was delivered to a puppet.
#[derive(Clone, Debug)]
pub struct Received {
    /// Host header.
    pub host: String,
    /// Path.
    pub path: String,
    /// The activity.
    pub activity: Value,
    /// What it says about followers (`Collection-Synchronization`).
    pub synchronisation: Option<String>,
}

/// Makes documents as they are asked for, by host and path.
type Maker = Box<dyn Fn(&str) -> Option<Value> + Send>;

/// A status code, headers and a body.
type Raw = (u16, Vec<(String, String)>, Vec<u8>);

#[derive(Default)]
struct Shelf {
    documents: Mutex<HashMap<String, Value>>,
    raw: Mutex<HashMap<String, Raw>>,
    maker: Mutex<Option<Maker>>,
    received: Mutex<Vec<Received>>,
    fetched: Mutex<Vec<String>>,
    held: watch::Sender<HashSet<String>>,
    serial: AtomicU64,
}

/// A cardboard server, listening until the test ends.
#[derive(Clone)]
pub struct Puppet {
    host: String,
    port: u16,
    scheme: &'static str,
    client: fn() -> reqwest::Client,
    shelf: Arc<Shelf>,
}

/// An account of a puppet.
#[derive(Clone)]
pub struct Actor {
    /// Its server.
    pub puppet: Puppet,
    /// Network id.
    pub uri: String,
    /// Id of its RSA key.
    pub key_id: String,
    /// Id of its Ed25519 key.
    pub ed25519_id: String,
    /// Handle without the host.
    pub name: String,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Puppet {
    /// Listens on loopback `port`.
    pub async fn start(port: u16) -> Self {
        Self::start_many(&[port]).await.remove(0)
    }

    /// One puppet a port; all share their documents and what they received.
    ///
    /// # Panics
    /// When a port is taken.
    pub async fn start_many(ports: &[u16]) -> Vec<Self> {
        let shelf = Arc::new(Shelf::default());
        let mut puppets = Vec::new();
        for port in ports {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).await;
            let listener = listener.unwrap_or_else(|error| panic!("port {port}: {error}"));
            let router = Router::new().fallback(answer).with_state(Arc::clone(&shelf));
            tokio::spawn(async move { axum::serve(listener, router).await });
            puppets.push(Self {
                host: loopback_host(*port),
                port: *port,
                scheme: "http",
                client: plain_client,
                shelf: Arc::clone(&shelf),
            });
        }
        puppets
    }

    /// Listens on `address` with the certificate and key in `pem`, and is called `host` there; speaks https itself with
    /// what `client` makes.
    ///
    /// # Panics
    /// When the address is taken or the certificate is none.
    pub async fn start_tls(
        host: &str,
        address: SocketAddr,
        pem: (&[u8], &[u8]),
        client: fn() -> reqwest::Client,
    ) -> Self {
        let shelf = Arc::new(Shelf::default());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shelf));
        tls::serve(router, address, pem).await;
        Self { host: host.to_owned(), port: address.port(), scheme: "https", client, shelf }
    }

    /// The same server under another name: `NAME.localhost:PORT`.
    #[must_use]
    pub fn named(&self, name: &str) -> Self {
        Self { host: format!("{name}.localhost:{}", self.port), ..self.clone() }
    }

    /// `localhost:PORT`, or `NAME.localhost:PORT`.
    #[must_use]
    pub fn host(&self) -> String {
        self.host.clone()
    }

    /// Answers requests for `url`, whatever their method, with exactly this.
    pub fn answers(&self, url: &str, status: u16, headers: &[(&str, &str)], body: &[u8]) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let key = without_scheme(url).to_owned();
        lock(&self.shelf.raw).insert(key, (status, headers, body.to_vec()));
    }

    /// Serves what `maker` makes of host and path, where nothing is published.
    pub fn makes(&self, maker: impl Fn(&str) -> Option<Value> + Send + 'static) {
        *lock(&self.shelf.maker) = Some(Box::new(maker));
    }

    /// Its port on loopback.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of `path` here.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.host())
    }

    /// Serves `document` at its own `id`.
    pub fn publish(&self, document: &Value) {
        self.publish_at(document["id"].as_str().unwrap_or_default(), document);
    }

    /// Serves `document` at `url`.
    pub fn publish_at(&self, url: &str, document: &Value) {
        let key = without_scheme(url).to_owned();
        lock(&self.shelf.documents).insert(key, document.clone());
    }

    /// Serves nothing at `id` any more.
    pub fn withdraw(&self, id: &str) {
        lock(&self.shelf.documents).remove(without_scheme(id));
    }

    /// Takes nothing that is delivered to this host, and refuses nothing, until it is let go: senders wait.
    pub fn hold(&self) {
        self.shelf.held.send_modify(|held| {
            held.insert(self.host());
        });
    }

    /// Takes what is delivered to this host again.
    pub fn let_go(&self) {
        self.shelf.held.send_modify(|held| {
            held.remove(&self.host());
        });
    }

    /// Everything delivered so far, in the order it came.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        lock(&self.shelf.received).clone()
    }

    /// The activities of `kind` delivered to this host.
    #[must_use]
    pub fn received_of(&self, kind: &str) -> Vec<Value> {
        let host = self.host();
        let ours = self.received().into_iter().filter(|one| one.host == host && one.activity["type"] == kind);
        ours.map(|one| one.activity).collect()
    }

    /// The paths asked for so far, with their hosts.
    #[must_use]
    pub fn fetched(&self) -> Vec<String> {
        lock(&self.shelf.fetched).clone()
    }

    /// An id here that nothing has yet.
    #[must_use]
    pub fn new_id(&self, what: &str) -> String {
        self.url(&format!("/{what}/{}", self.shelf.serial.fetch_add(1, Ordering::Relaxed)))
    }

    /// Publishes a person called `name`, with a key, an inbox of their own and the host's shared one.
    #[must_use]
    pub fn actor(&self, name: &str) -> Actor {
        let uri = self.url(&format!("/users/{name}"));
        let (key_id, ed25519_id) = (format!("{uri}#main-key"), format!("{uri}#ed25519-key"));
        let actor = Actor { puppet: self.clone(), key_id, ed25519_id, uri, name: name.to_owned() };
        self.publish(&actor.document());
        let subject = format!("acct:{name}@{}", self.host());
        let links = json!([{ "rel": "self", "type": ACTIVITY_JSON, "href": actor.uri }]);
        let finger = json!({ "subject": subject, "links": links });
        lock(&self.shelf.documents).insert(format!("{}/.well-known/webfinger?{subject}", self.host()), finger);
        actor
    }
}

impl Actor {
    /// Its document as published at first.
    #[must_use]
    pub fn document(&self) -> Value {
        let uri = &self.uri;
        let key = json!({ "id": self.key_id, "owner": uri, "publicKeyPem": KEY.verifying_key().to_pem() });
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": uri, "type": "Person", "preferredUsername": self.name, "name": self.name, "published": "2020-01-01T00:00:00Z",
            "inbox": format!("{uri}/inbox"), "outbox": format!("{uri}/outbox"), "followers": format!("{uri}/followers"),
            "endpoints": { "sharedInbox": self.puppet.url("/inbox") }, "publicKey": key,
            "assertionMethod": [multikey(&self.ed25519_id, uri, &ED25519_KEY)],
        })
    }

    /// A note to everybody that mentions `mentioned` (actor URIs), published here.
    #[must_use]
    pub fn note(&self, content: &str, mentioned: &[&str]) -> Value {
        let tags: Vec<_> = mentioned.iter().map(|uri| json!({ "type": "Mention", "href": uri })).collect();
        let note = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.puppet.new_id("notes"), "type": "Note", "attributedTo": self.uri, "content": content,
            "published": now(), "to": [PUBLIC], "cc": mentioned, "tag": tags,
        });
        self.puppet.publish(&note);
        note
    }

    /// An activity of ours about `object`, with a new id.
    #[must_use]
    pub fn activity(&self, kind: &str, object: &Value) -> Value {
        let id = self.puppet.new_id("activities");
        let (to, cc) = (object["to"].clone(), object["cc"].clone());
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": id, "type": kind, "actor": self.uri, "object": object,
            "to": if to.is_null() { json!([PUBLIC]) } else { to }, "cc": if cc.is_null() { json!([]) } else { cc },
        })
    }

    /// `activity` with an integrity proof by our Ed25519 key (FEP-8b32), made `age` ago.
    #[must_use]
    pub fn prove(&self, activity: &Value, age: Duration) -> Value {
        prove(activity, &self.ed25519_id, age)
    }

    /// Delivers `activity` to `inbox`, signed as Mastodon does, and returns the status code.
    pub async fn deliver(&self, inbox: &str, activity: &Value) -> u16 {
        let mut request = draft("POST", inbox, activity.to_string().as_bytes());
        self.sign(&mut request, &COVERED);
        send_with(&(self.puppet.client)(), request).await.0
    }

    /// Signs `request` over `covered` with our key.
    pub fn sign(&self, request: &mut http::Request<Vec<u8>>, covered: &[&str]) {
        sign(request, &KEY, &self.key_id, covered);
    }

    /// Signs `request` with our RSA key by RFC 9421.
    pub fn sign_rfc9421(&self, request: &mut http::Request<Vec<u8>>, covered: &[&str]) {
        sign_rfc9421(request, &KEY, &self.key_id, covered);
    }

    /// Signs `request` with our Ed25519 key by RFC 9421.
    pub fn sign_ed25519(&self, request: &mut http::Request<Vec<u8>>, covered: &[&str]) {
        sign_rfc9421(request, &ED25519_KEY, &self.ed25519_id, covered);
    }

    /// Fetches `url` as this actor: the status code and the document.
    pub async fn fetch(&self, url: &str) -> (u16, Value) {
        let mut request = draft("GET", url, b"");
        self.sign(&mut request, &["(request-target)", "host", "date"]);
        let (status, body) = send_with(&(self.puppet.client)(), request).await;
        (status, serde_json::from_str(&body).unwrap_or_default())
    }
}

/// Host and path of an address.
fn without_scheme(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}

/// The time now as documents have it.
///
/// # Panics
/// Never: every time of our age can be written.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a peer has a clock of its own")]
pub fn now() -> String {
    let now = time::OffsetDateTime::from(SystemTime::now());
    now.format(&time::format_description::well_known::Rfc3339).unwrap_or_else(|error| panic!("{error}"))
}

/// A request with everything a signature covers, dated now, not signed.
///
/// # Panics
/// When `url` is none.
#[must_use]
pub fn draft(method: &str, url: &str, body: &[u8]) -> http::Request<Vec<u8>> {
    draft_at(method, url, body, Duration::ZERO, Duration::ZERO)
}

/// Like [`draft`], dated `ago` in the past and `ahead` in the future.
///
/// # Panics
/// When `url` is none.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a peer has a clock of its own")]
pub fn draft_at(method: &str, url: &str, body: &[u8], ago: Duration, ahead: Duration) -> http::Request<Vec<u8>> {
    let parsed = url::Url::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
    let port = parsed.port().map(|port| format!(":{port}")).unwrap_or_default();
    let host = format!("{}{port}", parsed.host_str().unwrap_or_default());
    let date = httpdate::fmt_http_date(SystemTime::now() - ago + ahead);
    let mut request = http::Request::builder().method(method).uri(url).header(HOST, host).header("date", date);
    if method == "POST" {
        request = request.header("digest", sha256_digest_header(body)).header(CONTENT_TYPE, ACTIVITY_JSON);
    } else {
        request = request.header("accept", ACTIVITY_JSON);
    }
    request.body(body.to_vec()).unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// Signs `request` over `covered` with `key` under the name `key_id`.
///
/// # Panics
/// When something covered is missing.
pub fn sign(request: &mut http::Request<Vec<u8>>, key: &SigningKey, key_id: &str, covered: &[&str]) {
    let signer = CavageSigner::new(key, key_id).with_headers(covered.iter().copied());
    signer.sign(request).unwrap_or_else(|error| panic!("not signed: {error}"));
}

/// A key as FEP-521a lists it.
///
/// # Panics
/// When `key` is no Ed25519 key.
#[must_use]
pub fn multikey(id: &str, controller: &str, key: &SigningKey) -> Value {
    let VerifyingKey::Ed25519(public) = key.verifying_key() else { panic!("{id} is no Ed25519 key") };
    let text = Multikey::encode_ed25519(&public);
    json!({ "id": id, "type": "Multikey", "controller": controller, "publicKeyMultibase": text })
}

/// `document` with a proof by every puppet's Ed25519 key under the name `key_id`. For documents of plain text: names are
/// sorted here, numbers and other scripts are left as they are.
///
/// # Panics
/// Never: every time of our age can be written.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a peer has a clock of its own")]
pub fn prove(document: &Value, key_id: &str, age: Duration) -> Value {
    let created = time::OffsetDateTime::from(SystemTime::now() - age).replace_nanosecond(0);
    let created = created.unwrap_or_else(|error| panic!("{error}"));
    let created = created.format(&time::format_description::well_known::Rfc3339);
    let mut proof = json!({
        "@context": document["@context"], "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": key_id, "proofPurpose": "assertionMethod",
        "created": created.unwrap_or_else(|error| panic!("{error}")),
    });
    let hash = |value: &Value| DigestAlgorithm::Sha256.hash(sorted(value).to_string().as_bytes());
    let signature = ED25519_KEY.sign(&[hash(&proof), hash(document)].concat());
    let signature = signature.unwrap_or_else(|error| panic!("not signed: {error}"));
    proof["proofValue"] = json!(format!("z{}", bs58::encode(signature).into_string()));
    let mut proved = document.clone();
    proved["proof"] = proof;
    proved
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<&String, Value> = members.iter().map(|(name, value)| (name, sorted(value))).collect();
            Value::Object(members.into_iter().map(|(name, value)| (name.clone(), value)).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

/// Signs `request` over `covered` by RFC 9421, with a `Content-Digest` where there is a body.
///
/// # Panics
/// When something covered is missing.
#[expect(clippy::disallowed_methods, reason = "a peer has a clock of its own")]
pub fn sign_rfc9421(request: &mut http::Request<Vec<u8>>, key: &SigningKey, key_id: &str, covered: &[&str]) {
    request.headers_mut().remove("digest");
    if !request.body().is_empty() {
        let digest = content_digest_header(request.body());
        let digest = digest.parse().unwrap_or_else(|error| panic!("{error}"));
        request.headers_mut().insert("content-digest", digest);
    }
    let created = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let component = |name: &&str| Component::parse(name).unwrap_or_else(|error| panic!("{name}: {error}"));
    let signer = Rfc9421Signer::new(key, key_id)
        .with_components(covered.iter().map(component).collect())
        .with_created(i64::try_from(created).unwrap_or_default());
    signer.sign(request).unwrap_or_else(|error| panic!("not signed: {error}"));
}

/// Signs over what `headers` names by the other library, in `GoToSocial`'s form (`algorithm="hs2019"`).
///
/// # Panics
/// When it refuses.
pub fn sign_like_gotosocial(actor: &Actor, request: &mut http::Request<Vec<u8>>, key_id: &str) {
    use base64::Engine as _;
    let config = http_signature_normalization::Config::new().mastodon_compat();
    let covered = ["host", "date", "digest"].into_iter().filter_map(|name| {
        let value = request.headers().get(name)?.to_str().ok()?;
        Some((name.to_owned(), value.to_owned()))
    });
    let target = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
    let signed = config.begin_sign(request.method().as_str(), &target, covered.collect()).map(|unsigned| {
        unsigned.sign(key_id.to_owned(), |text| {
            KEY.sign(text.as_bytes()).map(|bytes| base64::engine::general_purpose::STANDARD.encode(bytes))
        })
    });
    let value = match signed {
        Ok(Ok(signed)) => signed.signature_header(),
        Ok(Err(error)) => panic!("{}: {error}", actor.uri),
        Err(error) => panic!("{}: {error}", actor.uri),
    };
    let value = value.parse().unwrap_or_else(|error| panic!("{error}"));
    request.headers_mut().insert("signature", value);
}

/// Sends `request` to the host of its URI, whatever its headers say; returns the status code and the body.
///
/// # Panics
/// When nobody answers.
pub async fn send(request: http::Request<Vec<u8>>) -> (u16, String) {
    send_with(&plain_client(), request).await
}

/// Like [`send`], over the connections of `client`.
///
/// # Panics
/// When nobody answers.
pub async fn send_with(client: &reqwest::Client, request: http::Request<Vec<u8>>) -> (u16, String) {
    let request = reqwest::Request::try_from(request).unwrap_or_else(|error| panic!("{error}"));
    let response = client.execute(request).await.unwrap_or_else(|error| panic!("nobody answered: {error}"));
    let status = response.status().as_u16();
    (status, response.text().await.unwrap_or_default())
}

/// Sends `request` with its headers exactly as they stand, even those a client would mend (two `Host` lines).
///
/// # Panics
/// When nobody answers.
pub async fn send_verbatim(request: &http::Request<Vec<u8>>) -> (u16, String) {
    let exchange = async {
        let uri = request.uri();
        let address = format!("{}:{}", Ipv4Addr::LOCALHOST, uri.port_u16().unwrap_or_default());
        let mut stream = tokio::net::TcpStream::connect(address).await?;
        let mut head = format!(
            "{} {} HTTP/1.1\r\nconnection: close\r\n",
            request.method(),
            uri.path_and_query().map_or("/", |path| path.as_str())
        )
        .into_bytes();
        head.extend(format!("content-length: {}\r\n", request.body().len()).into_bytes());
        for (name, value) in request.headers() {
            head.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        stream.write_all(&[&head, b"\r\n".as_slice(), request.body()].concat()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.map(|_| answer)
    };
    let answer = exchange.await.unwrap_or_else(|error| panic!("nobody answered: {error}"));
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
    (status.unwrap_or_else(|| panic!("no status in {answer:?}")), answer)
}

async fn answer(
    State(shelf): State<Arc<Shelf>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // HTTP/2 has it in the URI
    let named = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = named.or(uri.authority().map(http::uri::Authority::as_str)).unwrap_or_default().to_owned();
    let raw = lock(&shelf.raw).get(&format!("{host}{}", uri.path())).cloned();
    if let Some((status, headers, body)) = raw {
        lock(&shelf.fetched).push(format!("{host}{}", uri.path()));
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(name, value);
        }
        return response.body(body.into()).unwrap_or_else(|error| panic!("{error}"));
    }
    if method == Method::POST {
        drop(shelf.held.subscribe().wait_for(|held| !held.contains(&host)).await);
        let activity = serde_json::from_slice(&body).unwrap_or_default();
        let synchronisation = headers.get("collection-synchronization").and_then(|value| value.to_str().ok());
        let synchronisation = synchronisation.map(ToOwned::to_owned);
        lock(&shelf.received).push(Received { host, path: uri.path().to_owned(), activity, synchronisation });
        return StatusCode::ACCEPTED.into_response();
    }
    let resource = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .find_map(|(name, value)| (name == "resource").then(|| format!("?{value}")));
    let key = format!("{host}{}{}", uri.path(), resource.unwrap_or_default());
    lock(&shelf.fetched).push(key.clone());
    let document = lock(&shelf.documents).get(&key).cloned();
    let document = document.or_else(|| lock(&shelf.maker).as_ref().and_then(|make| make(&key)));
    match document {
        Some(document) if uri.path().starts_with("/.well-known") => {
            ([(CONTENT_TYPE, "application/jrd+json")], document.to_string()).into_response()
        }
        Some(document) => ([(CONTENT_TYPE, ACTIVITY_JSON)], document.to_string()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
