//! Attacks on the way out, each over every purpose there is: where a request may go, what it carries, what is believed.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::LazyLock;

use http::{HeaderValue, Method};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use url::Url;

use super::super::content_type::ACTIVITY_JSON;
use super::super::{HttpError, OutboundClient, Purpose};
use super::{Peer, client_for, client_with, key, note, tls_peer};
use crate::keys::SigningKey;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| key().0);

/// Does what `purpose` does with `url`, as far as the client is concerned.
///
/// A new purpose has to say here how it asks: that is the point.
async fn ask(client: &OutboundClient, purpose: Purpose, url: &Url) -> Result<(), HttpError> {
    match purpose {
        Purpose::Actor
        | Purpose::Key
        | Purpose::Note
        | Purpose::Featured
        | Purpose::Collection
        | Purpose::QuoteAuthorization
        | Purpose::Search => client.get_json(purpose, url, Some(&KEY)).await.map(drop),
        Purpose::WebFinger | Purpose::NodeInfoLinks | Purpose::NodeInfo => {
            client.get_json(purpose, url, None).await.map(drop)
        }
        Purpose::Page | Purpose::RulePack => client.get(purpose, url, None).await.map(drop),
        Purpose::Media => client.download(purpose, url, &mut tokio::io::sink(), 1_000_000, 8, |_| true).await.map(drop),
        Purpose::Delivery | Purpose::Push | Purpose::Webhook | Purpose::Translation => {
            client.send(reqwest::Request::new(Method::POST, url.clone())).await.map(drop)
        }
    }
}

/// Whether something is handed over; redirects are not followed then at all.
fn is_posted(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::Delivery | Purpose::Push | Purpose::Webhook | Purpose::Translation)
}

/// The media type that `purpose` believes.
fn media_type(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Page => "text/html",
        Purpose::Media => "image/png",
        purpose if purpose.is_activity() => ACTIVITY_JSON,
        _ => "application/json",
    }
}

/// Somebody who may never be spoken to; counts who tries.
async fn canary() -> (SocketAddr, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let seen = std::sync::Arc::clone(&count);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
    });
    (address, count)
}

/// Addresses nobody of ours may be sent to, as a peer would write them.
fn forbidden(canary: SocketAddr) -> Vec<String> {
    let port = canary.port();
    let mut all: Vec<String> = [
        "http://{c}/",
        "https://{c}/",
        "http://localhost:{p}/",
        "https://localhost:{p}/",
        "http://canary.localhost:{p}/",
        "http://[::1]:{p}/",
        "http://[::ffff:127.0.0.1]:{p}/",
        "http://0.0.0.0:{p}/",
        "http://[::]:{p}/",
        "http://2130706433:{p}/",
        "http://0x7f000001:{p}/",
        "http://017700000001:{p}/",
        "http://127.1:{p}/",
        "http://amy:secret@localhost:{p}/",
        "http://localhost.:{p}/",
        "http://localhost%00.example:{p}/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.0.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::1]/",
        "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
        "https://[::7f00:1]/",
        "https://192.0.2.1/",
        "https://198.18.0.1/",
        "https://224.0.0.1/",
        "https://[ff02::1]/",
        "file:///etc/passwd",
        "data:application/activity+json,{}",
        "gopher://localhost:{p}/",
        "ftp://localhost:{p}/",
        "unix:/run/staffroom.sock",
        "javascript:alert(1)",
        "ws://localhost:{p}/",
    ]
    .iter()
    .map(|text| text.replace("{c}", &canary.to_string()).replace("{p}", &port.to_string()))
    .collect();
    for port in [22, 25, 80, 5432, 6379, 8443] {
        all.push(format!("https://oak.example:{port}/"));
    }
    all
}

#[tokio::test]
async fn sec_34_redirects_lead_nowhere_forbidden() {
    let peer = Peer::start().await;
    let (canary, knocks) = canary().await;
    let client = client_for(&[&peer]);
    for purpose in Purpose::ALL.into_iter().filter(|purpose| !is_posted(*purpose)) {
        for target in forbidden(canary) {
            peer.says("/old", 302, &[("location", &target)], "");
            let refused = ask(&client, purpose, &peer.url("/old")).await;
            let is_refused = matches!(
                refused,
                Err(HttpError::Address { .. } | HttpError::Transport { .. } | HttpError::Redirect { .. })
            );
            assert!(is_refused, "{purpose:?} to {target}: {refused:?}");
        }
    }
    assert_eq!(knocks.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn sec_34_what_was_asked_for_in_secret_is_not_asked_for_in_the_open() {
    let ca = include_str!("../../../../../tests/fixtures/tls/ca.pem").to_owned();
    let secret = tls_peer(
        include_bytes!("../../../../../tests/fixtures/tls/localhost.pem"),
        include_bytes!("../../../../../tests/fixtures/tls/localhost.key"),
    )
    .await;
    let open = Peer::start().await;
    open.says("/note", 200, &[("content-type", ACTIVITY_JSON)], note(&open));
    secret.says("/old", 302, &[("location", open.url("/note").as_str())], "");
    // both may be spoken to
    let client = client_with(&[secret.host()], &[open.host()], &[ca]);
    let url: Url = format!("https://{}/old", secret.host()).parse().unwrap();
    for purpose in Purpose::ALL.into_iter().filter(|purpose| !is_posted(*purpose)) {
        let refused = ask(&client, purpose, &url).await;
        assert!(matches!(refused, Err(HttpError::Redirect { .. })), "{purpose:?}: {refused:?}");
    }
    assert!(open.asked().is_empty());
}

#[tokio::test]
async fn sec_35_every_purpose_keeps_to_the_address_rules() {
    let (canary, knocks) = canary().await;
    // with exceptions configured, so that nothing rests on their absence
    let listed = Peer::start().await;
    let client = client_for(&[&listed]);
    for purpose in Purpose::ALL {
        for text in forbidden(canary) {
            let Ok(url) = Url::parse(&text) else { continue };
            let refused = ask(&client, purpose, &url).await;
            let is_refused = matches!(refused, Err(HttpError::Address { .. } | HttpError::Transport { .. }));
            assert!(is_refused, "{purpose:?} of {text}: {refused:?}");
        }
        // the twin: where it may go it goes
        listed.says("/there", 200, &[("content-type", media_type(purpose))], note(&listed));
        ask(&client, purpose, &listed.url("/there")).await.unwrap();
    }
    assert_eq!(knocks.load(std::sync::atomic::Ordering::SeqCst), 0);
    assert_eq!(listed.asked().len(), Purpose::ALL.len());
}

#[test]
fn sec_35_every_purpose_is_registered() {
    // The length of the list is the number of names the type has: the largest code, and one.
    let codes: std::collections::BTreeSet<usize> = Purpose::ALL.iter().map(|purpose| *purpose as usize).collect();
    assert_eq!(codes.len(), Purpose::ALL.len());
    let source = include_str!("../purpose.rs");
    let (_, body) = source.split_once("pub enum Purpose {").unwrap();
    let (body, _) = body.split_once('}').unwrap();
    let named = body.lines().map(str::trim).filter(|line| line.ends_with(',') && !line.starts_with("//")).count();
    assert_eq!(named, Purpose::ALL.len(), "a purpose is missing in Purpose::ALL");
}

#[tokio::test]
async fn sec_37_unusual_ports_are_closed_unless_listed() {
    for port in [22, 25, 80, 5432, 6379, 8443] {
        let url = format!("https://oak.example:{port}/").parse().unwrap();
        for purpose in Purpose::ALL {
            let refused = ask(&client_with(&[], &[], &[]), purpose, &url).await;
            assert!(matches!(refused, Err(HttpError::Address { .. })), "{purpose:?} {port}: {refused:?}");
        }
    }
    let listed = client_with(&["oak.example:8443".to_owned()], &[], &[]);
    assert!(listed.check_url(&"https://oak.example:8443/".parse().unwrap()).is_ok());
    assert!(listed.check_url(&"https://oak.example:8444/".parse().unwrap()).is_err());
}

#[tokio::test]
async fn sec_38_nothing_is_smuggled_into_a_request() {
    let peer = Peer::start().await;
    let client = client_for(&[&peer]);
    for tail in ["/%0d%0aHost:%20evil", "/%00", "/?file_type=jpg&url=http://127.0.0.1/", "/a\r\nX-Evil: 1", "/a\tb"] {
        let Ok(url) = Url::parse(&format!("http://{}{tail}", peer.host())) else { continue };
        drop(ask(&client, Purpose::Note, &url).await);
    }
    for asked in peer.asked() {
        assert!(asked.headers.get("x-evil").is_none() && asked.headers.get_all("host").iter().count() == 1);
        assert_eq!(asked.headers["host"], peer.host().as_str());
        assert!(!asked.uri.to_string().contains(['\r', '\n', '\0', '\t']), "{}", asked.uri);
    }
}

#[tokio::test]
async fn sec_39_a_location_with_line_breaks_is_no_header_of_ours() {
    // A raw peer, since no library would send this.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let requests = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 8192];
            let read = stream.read(&mut request).await.unwrap_or(0);
            seen.lock().unwrap().push(String::from_utf8_lossy(&request[..read]).into_owned());
            let answer = format!(
                "HTTP/1.1 302 Found\r\nlocation: http://localhost:{port}/a%0d%0aX-Evil:%201\rX-Worse: 1\r\n\
                 content-length: 0\r\nconnection: close\r\n\r\n"
            );
            drop(stream.write_all(answer.as_bytes()).await);
        }
    });
    let client = client_with(&[], &[format!("localhost:{port}")], &[]);
    let url: Url = format!("http://localhost:{port}/old").parse().unwrap();
    assert!(ask(&client, Purpose::Note, &url).await.is_err());
    for request in requests.lock().unwrap().iter() {
        assert!(!request.to_lowercase().contains("\nx-"), "{request}");
    }
    for name in ["amy\r\nX-Evil: 1", "amy\n", "a\0b"] {
        assert!(HeaderValue::from_str(name).is_err(), "{name:?}");
    }
}

#[tokio::test]
async fn sec_40_a_redirect_takes_nothing_along() {
    let (first, second) = (Peer::start().await, Peer::start().await);
    first.says("/old", 302, &[("location", second.url("/note").as_str()), ("set-cookie", "a=b; Path=/")], "");
    second.says("/note", 200, &[("content-type", ACTIVITY_JSON)], note(&second));
    let client = client_for(&[&first, &second]);
    for _ in 0..2 {
        client.get_json(Purpose::Note, &first.url("/old"), Some(&KEY)).await.unwrap();
    }
    let signature = |peer: &Peer| peer.asked()[0].headers["signature"].to_str().unwrap().to_owned();
    assert_ne!(signature(&first), signature(&second), "signed anew for the other host");
    for asked in first.asked().into_iter().chain(second.asked()) {
        for name in ["cookie", "authorization", "referer", "proxy-authorization"] {
            assert!(asked.headers.get(name).is_none(), "{name}");
        }
    }
    assert_eq!(second.asked()[0].headers["host"], second.host().as_str());
    // and a delivery is not sent on at all
    first.says("/inbox", 307, &[("location", second.url("/inbox").as_str())], "");
    let before = second.asked().len();
    let request = reqwest::Request::new(Method::POST, first.url("/inbox"));
    assert_eq!(client.send(request).await.unwrap().status(), 307);
    assert_eq!(second.asked().len(), before);
}

#[tokio::test]
async fn sec_42_certificates_that_prove_nothing_are_refused() {
    let bad = include_str!("../../../../../tests/fixtures/tls/bad_ca.pem").to_owned();
    let expired = tls_peer(
        include_bytes!("../../../../../tests/fixtures/tls/expired.pem"),
        include_bytes!("../../../../../tests/fixtures/tls/expired.key"),
    );
    let foreign = tls_peer(
        include_bytes!("../../../../../tests/fixtures/tls/foreign.pem"),
        include_bytes!("../../../../../tests/fixtures/tls/foreign.key"),
    );
    let unknown = tls_peer(
        include_bytes!("../../../../../tests/fixtures/tls/localhost.pem"),
        include_bytes!("../../../../../tests/fixtures/tls/localhost.key"),
    );
    for (what, peer) in [("expired", expired.await), ("wrong name", foreign.await), ("unknown", unknown.await)] {
        peer.says("/note", 200, &[("content-type", ACTIVITY_JSON)], "{}");
        let client = client_with(&[peer.host()], &[], std::slice::from_ref(&bad));
        let url: Url = format!("https://{}/note", peer.host()).parse().unwrap();
        for purpose in Purpose::ALL {
            let refused = ask(&client, purpose, &url).await;
            assert!(matches!(refused, Err(HttpError::Transport { .. })), "{what}, {purpose:?}: {refused:?}");
        }
        assert!(peer.asked().is_empty(), "{what}: nothing was said");
    }
}

#[tokio::test]
async fn sec_42_old_tls_is_not_spoken() {
    for version in [[3, 1], [3, 2]] {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut hello = vec![0; 4096];
            let read = stream.read(&mut hello).await.unwrap();
            // ServerHello of the old version: random, no session, RSA with AES-128-CBC, no compression
            let mut body = version.to_vec();
            body.extend([7; 32]);
            body.extend([0, 0x00, 0x2f, 0]);
            let mut record = vec![22, version[0], version[1], 0, 4 + 38, 2, 0, 0, 38];
            record.extend(body);
            stream.write_all(&record).await.unwrap();
            let mut answer = vec![0; 64];
            let answered = stream.read(&mut answer).await.unwrap_or(0);
            (read, answer[..answered].to_vec())
        });
        let client = client_with(&[format!("localhost:{port}")], &[], &[]);
        let refused = ask(&client, Purpose::Note, &format!("https://localhost:{port}/").parse().unwrap()).await;
        assert!(matches!(refused, Err(HttpError::Transport { .. })), "{refused:?}");
        let (asked, answer) = serving.await.unwrap();
        // hung up, or said so with an alert (21); never a key exchange (22)
        assert!(asked > 0 && answer.first().is_none_or(|kind| *kind == 21), "{answer:?}");
    }
}

#[tokio::test]
async fn sec_49_redirects_end_after_one() {
    let (first, second) = (Peer::start().await, Peer::start().await);
    first.says("/loop", 302, &[("location", "/loop")], "");
    first.says("/there", 302, &[("location", second.url("/back").as_str())], "");
    second.says("/back", 302, &[("location", first.url("/there").as_str())], "");
    let client = client_for(&[&first, &second]);
    for purpose in Purpose::ALL.into_iter().filter(|purpose| !is_posted(*purpose)) {
        for path in ["/loop", "/there"] {
            let before = first.asked().len() + second.asked().len();
            let refused = ask(&client, purpose, &first.url(path)).await;
            assert!(matches!(refused, Err(HttpError::Redirect { .. })), "{purpose:?} {path}: {refused:?}");
            assert_eq!(first.asked().len() + second.asked().len(), before + 2, "{purpose:?} {path}");
        }
    }
}
