//! A client's device: its keys, a push service that takes messages for it, and the reading of these by a library that is
//! not ours (Mozilla's `ece`).

use std::any::Any;
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::encoding::{AsBigEndian as _, EcPrivateKeyBin};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ece::legacy::AesGcmEncryptedBlock;
use ece::{Cryptographer, EcKeyComponents, Error, LocalKeyPair, RemotePublicKey};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::process::loopback_host;
use crate::tls;

/// A request a push service took.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Path.
    pub path: String,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Taken {
    /// A header; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A parameter of a header (`dh` in `Crypto-Key: dh=…;p256ecdsa=…`), decoded.
    fn parameter(&self, header: &str, name: &str) -> Vec<u8> {
        let mut parts = self.header(header).split([';', ',']).filter_map(|part| part.trim().split_once('='));
        let value = parts.find_map(|(one, value)| (one == name).then_some(value)).unwrap_or_default();
        URL_SAFE_NO_PAD.decode(value).unwrap_or_default()
    }
}

#[derive(Default)]
struct Shelf {
    taken: Mutex<Vec<Taken>>,
    answers: Mutex<HashMap<String, u16>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A push service, listening until the test ends.
#[derive(Clone)]
pub struct PushService {
    base: String,
    shelf: Arc<Shelf>,
}

impl PushService {
    /// Listens on loopback `port`.
    ///
    /// # Panics
    /// When the port is taken.
    pub async fn start(port: u16) -> Self {
        let shelf = Arc::new(Shelf::default());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let listener = listener.unwrap_or_else(|error| panic!("port {port}: {error}"));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shelf));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base: format!("http://{}", loopback_host(port)), shelf }
    }

    /// Listens on `address` with the certificate and key in `pem`, and is called `host` there.
    ///
    /// # Panics
    /// When the address is taken or the certificate is none.
    pub async fn start_tls(host: &str, address: SocketAddr, pem: (&[u8], &[u8])) -> Self {
        let shelf = Arc::new(Shelf::default());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shelf));
        tls::serve(router, address, pem).await;
        Self { base: format!("https://{host}"), shelf }
    }

    /// The address of `path` here.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Answers what comes for `path` with `status` from now on; 201 without.
    pub fn answers(&self, path: &str, status: u16) {
        lock(&self.shelf.answers).insert(path.to_owned(), status);
    }

    /// What came for `path`, oldest first.
    #[must_use]
    pub fn taken(&self, path: &str) -> Vec<Taken> {
        lock(&self.shelf.taken).iter().filter(|one| one.path == path).cloned().collect()
    }
}

async fn answer(State(shelf): State<Arc<Shelf>>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let path = uri.path().to_owned();
    let status = lock(&shelf.answers).get(&path).copied().unwrap_or(201);
    lock(&shelf.taken).push(Taken { path, headers, body: body.to_vec() });
    StatusCode::from_u16(status).unwrap_or(StatusCode::CREATED)
}

/// A device that is told of notifications.
pub struct Device {
    keys: EcKeyComponents,
    auth: [u8; 16],
}

impl Default for Device {
    fn default() -> Self {
        Self::new()
    }
}

impl Device {
    /// A device with keys of its own.
    ///
    /// # Panics
    /// When there is no randomness.
    #[must_use]
    pub fn new() -> Self {
        // Another test may have been first.
        drop(ece::crypto::set_cryptographer(&Primitives));
        let (pair, auth) = ece::generate_keypair_and_auth_secret().unwrap_or_else(|error| panic!("no keys: {error}"));
        let keys = pair.raw_components().unwrap_or_else(|error| panic!("no keys: {error}"));
        Self { keys, auth }
    }

    /// What a client sends to be told at `endpoint` of all kinds in `alerts`.
    #[must_use]
    pub fn subscription(&self, endpoint: &str, standard: bool, alerts: &[&str]) -> Value {
        let alerts: serde_json::Map<String, Value> =
            alerts.iter().map(|word| ((*word).to_owned(), json!(true))).collect();
        json!({
            "subscription": {
                "endpoint": endpoint, "standard": standard,
                "keys": {
                    "p256dh": URL_SAFE_NO_PAD.encode(self.keys.public_key()), "auth": URL_SAFE_NO_PAD.encode(self.auth),
                },
            },
            "data": { "alerts": alerts, "policy": "all" },
        })
    }

    /// The message in a request; `None` when it is not for this device, or broken.
    #[must_use]
    pub fn read(&self, taken: &Taken) -> Option<Value> {
        let text = match taken.header("content-encoding") {
            "aes128gcm" => ece::decrypt(&self.keys, &self.auth, &taken.body).ok()?,
            "aesgcm" => {
                let (sender, salt) = (taken.parameter("crypto-key", "dh"), taken.parameter("encryption", "salt"));
                let block = AesGcmEncryptedBlock::new(&sender, &salt, 4096, taken.body.clone()).ok()?;
                ece::legacy::decrypt_aesgcm(&self.keys, &self.auth, &block).ok()?
            }
            _ => return None,
        };
        serde_json::from_slice(&text).ok()
    }
}

/// What `ece` is built on: it knows how a message is made, not how to multiply points.
struct Primitives;

struct Pair(PrivateKey);

struct Remote(Vec<u8>);

impl LocalKeyPair for Pair {
    fn pub_as_raw(&self) -> ece::Result<Vec<u8>> {
        Ok(self.0.compute_public_key().map_err(broken)?.as_ref().to_vec())
    }

    fn raw_components(&self) -> ece::Result<EcKeyComponents> {
        let private: EcPrivateKeyBin<'_> = self.0.as_be_bytes().map_err(broken)?;
        Ok(EcKeyComponents::new(private.as_ref().to_vec(), self.pub_as_raw()?))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl RemotePublicKey for Remote {
    fn as_raw(&self) -> ece::Result<Vec<u8>> {
        Ok(self.0.clone())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn broken<E>(_: E) -> Error {
    Error::CryptoError
}

impl Cryptographer for Primitives {
    fn generate_ephemeral_keypair(&self) -> ece::Result<Box<dyn LocalKeyPair>> {
        Ok(Box::new(Pair(PrivateKey::generate(&ECDH_P256).map_err(broken)?)))
    }

    fn import_key_pair(&self, components: &EcKeyComponents) -> ece::Result<Box<dyn LocalKeyPair>> {
        let private = PrivateKey::from_private_key(&ECDH_P256, components.private_key());
        Ok(Box::new(Pair(private.map_err(broken)?)))
    }

    fn import_public_key(&self, raw: &[u8]) -> ece::Result<Box<dyn RemotePublicKey>> {
        Ok(Box::new(Remote(raw.to_vec())))
    }

    fn compute_ecdh_secret(&self, remote: &dyn RemotePublicKey, local: &dyn LocalKeyPair) -> ece::Result<Vec<u8>> {
        let local = local.as_any().downcast_ref::<Pair>().ok_or(Error::CryptoError)?;
        let remote = UnparsedPublicKey::new(&ECDH_P256, remote.as_raw()?);
        agree(&local.0, remote, Error::CryptoError, |secret| Ok(secret.to_vec()))
    }

    fn hkdf_sha256(&self, salt: &[u8], secret: &[u8], info: &[u8], len: usize) -> ece::Result<Vec<u8>> {
        let mut out = vec![0; len];
        let prk = Salt::new(HKDF_SHA256, salt).extract(secret);
        prk.expand(&[info], Length(len)).and_then(|okm| okm.fill(&mut out)).map_err(broken)?;
        Ok(out)
    }

    fn aes_gcm_128_encrypt(&self, _: &[u8], _: &[u8], _: &[u8]) -> ece::Result<Vec<u8>> {
        // a device only reads
        Err(Error::CryptoError)
    }

    fn aes_gcm_128_decrypt(&self, key: &[u8], iv: &[u8], sealed: &[u8]) -> ece::Result<Vec<u8>> {
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key).map_err(broken)?);
        let nonce = Nonce::try_assume_unique_for_key(iv).map_err(broken)?;
        let mut text = sealed.to_vec();
        Ok(key.open_in_place(nonce, Aad::empty(), &mut text).map_err(broken)?.to_vec())
    }

    fn random_bytes(&self, dest: &mut [u8]) -> ece::Result<()> {
        aws_lc_rs::rand::fill(dest).map_err(broken)
    }
}
