//! A LibreTranslate that knows one word, and does with a text what the text asks for.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::process::loopback_host;

/// The key it wants.
pub const API_KEY: &str = "k3y-of-the-translator";

/// What it says to texts with `answerscript` in them.
pub const SCRIPT: &str = "<p onclick=\"alert(1)\">Safe<script>alert('evil')</script><img src=x onerror=alert(1)>\
     <a href=\"javascript:alert(1)\">link</a><svg/onload=alert(1)><style>p{}</style></p>";

/// A request it was sent.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Path.
    pub path: String,
    /// Headers.
    pub headers: HeaderMap,
    /// Body; null when it is not JSON.
    pub body: Value,
}

/// A translator that listens as long as this process lives.
#[derive(Clone)]
pub struct FakeTranslator {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

fn lock(asked: &Mutex<Vec<Asked>>) -> MutexGuard<'_, Vec<Asked>> {
    asked.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FakeTranslator {
    /// Listens on loopback `port`, apart from the test's own runtime.
    ///
    /// # Panics
    /// When the port is taken.
    #[must_use]
    pub fn start(port: u16) -> Self {
        let fake = Self { port, asked: Arc::default() };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap_or_else(|error| panic!("{port}: {error}"));
        listener.set_nonblocking(true).unwrap_or_else(|error| panic!("{port}: {error}"));
        let router = Router::new().fallback(answer).with_state(fake.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.unwrap_or_else(|error| panic!("no runtime: {error}"));
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener);
                let listener = listener.unwrap_or_else(|error| panic!("{port}: {error}"));
                drop(axum::serve(listener, router).await);
            });
        });
        fake
    }

    /// Its address: below a path, as operators may have it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/translator/", self.origin())
    }

    /// Its address without a path.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", loopback_host(self.port))
    }

    /// Everything it was asked, oldest first.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.asked).clone()
    }

    /// The requests that have `word` in their texts.
    #[must_use]
    pub fn asked_about(&self, word: &str) -> Vec<Asked> {
        self.asked().into_iter().filter(|one| one.body["q"].to_string().contains(word)).collect()
    }
}

async fn answer(State(fake): State<FakeTranslator>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let is_first = !lock(&fake.asked).iter().any(|one| one.body == body);
    lock(&fake.asked).push(Asked { path: uri.path().to_owned(), headers, body: body.clone() });
    let languages = json!([
        { "code": "en", "name": "English", "targets": ["cy", "en"] },
        { "code": "cy", "name": "Welsh", "targets": ["en", "<script>"] },
    ]);
    match uri.path() {
        "/translator/languages" => axum::Json(languages).into_response(),
        "/translator/translate" if body["api_key"] == API_KEY => translate(&fake, &body, is_first),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn translate(fake: &FakeTranslator, body: &Value, is_first: bool) -> Response {
    let texts: Vec<&str> = body["q"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let asks = |word: &str| texts.iter().any(|text| text.contains(word));
    let all = |text: &str| json!({ "translatedText": texts.iter().map(|_| text).collect::<Vec<_>>() });
    let said = if asks("answerbroken") || (asks("answerlater") && is_first) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    } else if asks("answeraway") {
        return (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, format!("{}/away", fake.origin()))])
            .into_response();
    } else if asks("answerwords") {
        return "no JSON".into_response();
    } else if asks("answerhuge") {
        all(&"x".repeat(2 * 1024 * 1024))
    } else if asks("answernothing") {
        json!({ "translatedText": [] })
    } else if asks("answerscript") {
        all(SCRIPT)
    } else {
        let said: Vec<String> = texts.iter().map(|text| text.replace("Hello", "Shwmae")).collect();
        json!({ "translatedText": said })
    };
    axum::Json(said).into_response()
}
