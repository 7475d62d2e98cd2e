//! The client against servers on this machine: what it fetches, signs, follows and refuses.

mod sec;

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use activitypub_federation::config::FederationConfig;
use activitypub_federation::fetch::fetch_object_http;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use staffroom_domain::account::KeyAlgorithm;
use staffroom_domain::clock::{Clock, SystemClock};
use tokio::net::TcpListener;
use url::Url;

use super::content_type::{ACCEPT_ACTIVITY, ACTIVITY_JSON};
use super::{AddressPolicy, HttpError, OutboundClient, Purpose};
use crate::gate::{GateConfig, check_fetch};
use crate::keys::{SigningKey, VerifyingKey, generate_rsa};

/// An answer by path: status, headers, body.
type Answers = HashMap<&'static str, (u16, Vec<(&'static str, String)>, Vec<u8>)>;

/// A server that answers from a table and remembers what it was asked.
#[derive(Clone)]
struct Peer {
    port: u16,
    answers: Arc<Mutex<Answers>>,
    asked: Arc<Mutex<Vec<Parts>>>,
}

impl Peer {
    async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let peer = Self::on(listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(peer.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        peer
    }

    fn on(address: SocketAddr) -> Self {
        Self { port: address.port(), answers: Arc::default(), asked: Arc::default() }
    }

    fn says(&self, path: &'static str, status: u16, headers: &[(&'static str, &str)], body: impl Into<Vec<u8>>) {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.answers.lock().unwrap().insert(path, (status, headers, body.into()));
    }

    fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.host()).parse().unwrap()
    }

    fn asked(&self) -> Vec<Parts> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(State(peer): State<Peer>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let found = peer.answers.lock().unwrap().get(parts.uri.path()).cloned();
    peer.asked.lock().unwrap().push(parts);
    let Some((status, headers, body)) = found else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).unwrap()
}

fn client_with(allowed: &[String], loopback: &[String], extra_ca: &[String]) -> OutboundClient {
    let policy = AddressPolicy::new(allowed, loopback, extra_ca).unwrap();
    OutboundClient::new(policy, "Staffroom/test (+https://oak.test/)", Arc::new(SystemClock)).unwrap()
}

fn client_for(peers: &[&Peer]) -> OutboundClient {
    client_with(&[], &peers.iter().map(|peer| peer.host()).collect::<Vec<_>>(), &[])
}

fn key() -> (SigningKey, VerifyingKey) {
    let made = generate_rsa().unwrap();
    let key =
        SigningKey::from_pkcs8("https://oak.test/actor#main-key", KeyAlgorithm::Rsa, &made.private_pkcs8).unwrap();
    (key, VerifyingKey::from_pem(&made.public_pem).unwrap())
}

fn note(peer: &Peer) -> String {
    json!({ "id": peer.url("/note").as_str(), "type": "Note" }).to_string()
}

#[tokio::test]
async fn a_signed_fetch_passes_our_own_gate() {
    let peer = Peer::start().await;
    peer.says("/note", 200, &[("content-type", "application/activity+json;charset=utf-8")], note(&peer));
    let (signing, verifying) = key();
    let fetched = client_for(&[&peer]).get_json(Purpose::Note, &peer.url("/note?x=1"), Some(&signing)).await.unwrap();
    assert_eq!(fetched.url, peer.url("/note?x=1"));
    assert_eq!(fetched.body["type"], "Note");

    let asked = peer.asked();
    let gate = GateConfig::new(false, [peer.host()]);
    check_fetch(&asked[0], &gate, SystemClock.now()).unwrap().verify(&verifying).unwrap();
    assert_eq!(asked[0].headers["accept"], ACCEPT_ACTIVITY);
    assert!(asked[0].headers["user-agent"].to_str().unwrap().starts_with("Staffroom/"));
}

#[tokio::test]
async fn one_redirect_is_followed_with_a_signature_of_its_own() {
    let (first, second) = (Peer::start().await, Peer::start().await);
    first.says("/old", 302, &[("location", second.url("/note").as_str())], "");
    second.says("/note", 200, &[("content-type", ACTIVITY_JSON)], note(&second));
    let (signing, verifying) = key();
    let client = client_for(&[&first, &second]);
    let fetched = client.get_json(Purpose::Note, &first.url("/old"), Some(&signing)).await.unwrap();
    assert_eq!(fetched.url, second.url("/note"));
    let gate = GateConfig::new(false, [second.host()]);
    check_fetch(&second.asked()[0], &gate, SystemClock.now()).unwrap().verify(&verifying).unwrap();

    first.says("/relative", 301, &[("location", "/here")], "");
    first.says("/here", 200, &[("content-type", ACTIVITY_JSON)], note(&first));
    assert_eq!(client.get_json(Purpose::Note, &first.url("/relative"), None).await.unwrap().url, first.url("/here"));
}

#[tokio::test]
async fn redirects_to_anywhere_forbidden_are_refused() {
    let (peer, unlisted) = (Peer::start().await, Peer::start().await);
    let client = client_for(&[&peer]);
    for target in [
        unlisted.url("/note").as_str(),
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://oak.example:8443/",
        "https://amy:secret@oak.example/",
        "file:///etc/passwd",
        "ftp://oak.example/",
        "https://localhost/",
    ] {
        peer.says("/old", 302, &[("location", target)], "");
        let error = client.get(Purpose::Note, &peer.url("/old"), None).await.unwrap_err();
        let is_refused = matches!(error, HttpError::Address { .. } | HttpError::Transport { .. });
        assert!(is_refused, "{target}: {error}");
    }
    assert!(unlisted.asked().is_empty());
    assert_eq!(peer.asked().len(), 9);
}

#[tokio::test]
async fn a_second_redirect_and_one_to_nowhere_are_refused() {
    let peer = Peer::start().await;
    peer.says("/loop", 302, &[("location", "/loop")], "");
    peer.says("/nowhere", 302, &[], "");
    let client = client_for(&[&peer]);
    for path in ["/loop", "/nowhere"] {
        let error = client.get(Purpose::Note, &peer.url(path), None).await.unwrap_err();
        assert!(matches!(error, HttpError::Redirect { .. }), "{path}: {error}");
    }
    assert_eq!(peer.asked().len(), 3);
    // deliveries follow none at all
    let request = reqwest::Request::new(Method::POST, peer.url("/loop"));
    assert_eq!(client.send(request).await.unwrap().status(), 302);
    assert_eq!(peer.asked().len(), 4);
}

#[tokio::test]
async fn answers_beyond_our_bounds_are_refused() {
    let peer = Peer::start().await;
    let client = client_for(&[&peer]);
    let activity = [("content-type", ACTIVITY_JSON)];
    let get = async |path: &str| client.get_json(Purpose::Note, &peer.url(path), None).await.unwrap_err();

    peer.says("/huge", 200, &activity, vec![b' '; super::MAX_RESPONSE_BYTES + 1]);
    assert!(matches!(get("/huge").await, HttpError::TooLarge { .. }));
    let bomb = include_bytes!("../../../../tests/fixtures/gzip/two-mebibytes-of-spaces.json.gz");
    peer.says("/bomb", 200, &[activity[0], ("content-encoding", "gzip")], *bomb);
    assert!(matches!(get("/bomb").await, HttpError::TooLarge { .. }));
    peer.says("/deep", 200, &activity, "[".repeat(1000));
    assert!(matches!(get("/deep").await, HttpError::JsonLimit { .. }));
    peer.says("/text", 200, &activity, "hello");
    assert!(matches!(get("/text").await, HttpError::NotJson { .. }));
    peer.says("/upload", 200, &[("content-type", "application/json")], note(&peer));
    assert!(matches!(get("/upload").await, HttpError::ContentType { .. }));
    peer.says("/plain-ld", 200, &[("content-type", "application/ld+json")], note(&peer));
    assert!(matches!(get("/plain-ld").await, HttpError::ContentType { .. }));
    peer.says("/gone", 410, &activity, "");
    assert!(get("/gone").await.is_gone());
    peer.says("/busy", 503, &activity, "");
    assert!(get("/busy").await.is_temporary());
    assert!(!get("/absent").await.is_temporary());
    peer.says("/jrd", 200, &[("content-type", "application/jrd+json; charset=utf-8")], "{}");
    assert!(client.get_json(Purpose::WebFinger, &peer.url("/jrd"), None).await.is_ok());
    assert!(matches!(get("/jrd").await, HttpError::ContentType { .. }));
}

#[tokio::test]
async fn unlisted_loopback_is_never_connected_to() {
    let peer = Peer::start().await;
    let strict = client_with(&[], &[], &[]);
    for url in [peer.url("/"), format!("https://localhost:{}/", peer.port).parse().unwrap()] {
        let request = reqwest::Request::new(Method::GET, url.clone());
        assert!(matches!(strict.send(request).await, Err(HttpError::Address { .. })), "{url}");
    }
    // the name passes, the address behind it does not
    let request = reqwest::Request::new(Method::GET, "https://localhost/".parse().unwrap());
    assert!(matches!(strict.send(request).await, Err(HttpError::Transport { .. })));
    assert!(peer.asked().is_empty());
}

#[tokio::test]
async fn the_library_gets_nowhere_by_itself() {
    let peer = Peer::start().await;
    peer.says("/note", 200, &[("content-type", ACTIVITY_JSON)], note(&peer));
    let client = client_for(&[&peer]);
    let mut config = FederationConfig::builder();
    config.domain("oak.test").app_data(()).client(client.for_library()).debug(true);
    let config = config.build().await.unwrap();
    assert!(fetch_object_http::<(), Value>(&peer.url("/note"), &config.to_request_data()).await.is_err());
    assert!(peer.asked().is_empty());
}

/// A peer that speaks https on its port with this certificate.
async fn tls_peer(certificate: &[u8], key: &[u8]) -> Peer {
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let tls = axum_server::tls_rustls::RustlsConfig::from_pem(certificate.to_vec(), key.to_vec()).await.unwrap();
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let peer = Peer::on(listener.local_addr().unwrap());
    let app = Router::new().fallback(answer).with_state(peer.clone());
    let server = axum_server::from_tcp_rustls(listener, tls).unwrap();
    tokio::spawn(server.serve(app.into_make_service()));
    peer
}

#[tokio::test]
async fn an_extra_authority_is_trusted_and_without_it_nobody_is() {
    let ca = include_str!("../../../../tests/fixtures/tls/ca.pem").to_owned();
    let peer = tls_peer(
        include_bytes!("../../../../tests/fixtures/tls/localhost.pem"),
        include_bytes!("../../../../tests/fixtures/tls/localhost.key"),
    )
    .await;
    peer.says("/note", 200, &[("content-type", ACTIVITY_JSON)], "{}");

    let url: Url = format!("https://localhost:{}/note", peer.port).parse().unwrap();
    let trusting = client_with(&[peer.host()], &[], &[ca]);
    trusting.get_json(Purpose::Note, &url, None).await.unwrap();
    let strict = client_with(&[peer.host()], &[], &[]);
    let error = strict.get_json(Purpose::Note, &url, None).await.unwrap_err();
    assert!(matches!(error, HttpError::Transport { .. }), "{error}");
    assert_eq!(peer.asked().len(), 1);

    let junk = AddressPolicy::new(&[], &[], &["no certificate".to_owned()]).unwrap();
    assert!(matches!(OutboundClient::new(junk, "x", Arc::new(SystemClock)), Err(HttpError::Policy(_))));
}

/// A server that begins its answer with `start`, goes on with `more` for ever, and waits for ever where that is empty.
async fn endless(start: &'static [u8], more: &'static [u8]) -> Peer {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let peer = Peer::on(listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4_096];
                let Ok(1..) = stream.read(&mut request).await else { return };
                let head = &b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\n\r\n"[..];
                stream.write_all(&[head, start].concat()).await.unwrap();
                while !more.is_empty() && stream.write_all(more).await.is_ok() {}
                std::future::pending::<()>().await;
            });
        }
    });
    peer
}

#[tokio::test]
async fn sec_115_a_file_that_is_not_wanted_is_not_read_to_its_end() {
    let page = endless(b"<html>", &[b' '; 8_192]).await;
    let client = client_for(&[&page]);
    let mut sink = Vec::new();
    let address = page.url("/");
    let wanted = |head: &[u8]| head.starts_with(b"GIF8");
    let read = client.download(Purpose::Media, &address, &mut sink, u64::MAX, 8, wanted);
    let error = read.await.unwrap_err();
    assert!(matches!(error, HttpError::ContentType { .. }) && !error.is_temporary(), "{error}");
    assert!(sink.is_empty());

    let peer = Peer::start().await;
    let client = client_for(&[&peer]);
    for (path, body, is_wanted) in
        [("/whole", &b"GIF89a and more"[..], true), ("/short", b"GIF", true), ("/none", b"", false)]
    {
        peer.says(path, 200, &[], body);
        let mut sink = Vec::new();
        let wanted = |head: &[u8]| head.starts_with(b"GIF");
        let read = client.download(Purpose::Media, &peer.url(path), &mut sink, 100, 8, wanted).await;
        assert_eq!((read.is_ok(), sink.as_slice()), (is_wanted, if is_wanted { body } else { b"" }), "{path}");
    }
}

#[tokio::test]
async fn a_file_that_stops_coming_is_given_up_and_may_come_later() {
    let peer = endless(b"GIF89a and then nothing", b"").await;
    let client = client_for(&[&peer]);
    let mut sink = Vec::new();
    let address = peer.url("/");
    let read = client.download(Purpose::Media, &address, &mut sink, 1_000, 8, |_| true);
    let error = read.await.unwrap_err();
    assert!(matches!(error, HttpError::Stalled { .. }) && error.is_temporary(), "{error}");
}
