//! A small client of an instance's HTTP interface, for tests that look at JSON.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use std::time::Duration;

/// Speaks to one instance, as one account or as nobody.
#[derive(Clone)]
pub struct Api {
    client: Client,
    base: String,
    token: Option<String>,
}

/// The status code and the body; a body that is not JSON is `null`.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status code.
    pub status: u16,
    /// Parsed body.
    pub json: Value,
}

impl Answer {
    /// The body of a successful answer.
    ///
    /// # Panics
    /// When the status is not 2xx.
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "answered {}: {}", self.status, self.json);
        self.json
    }
}

impl Api {
    /// A client of `base` (`http://localhost:PORT`), signed in when there is a token.
    ///
    /// # Panics
    /// When the client cannot be built.
    #[must_use]
    pub fn new(base: &str, token: Option<String>) -> Self {
        Self::with_client(plain_client(), base, token)
    }

    /// Like [`Self::new`], over the connections of `client`.
    #[must_use]
    pub fn with_client(client: Client, base: &str, token: Option<String>) -> Self {
        Self { client, base: base.to_owned(), token }
    }

    /// Sends `method path`, with `body` as JSON unless it is `null`.
    ///
    /// # Panics
    /// When the instance does not answer.
    pub async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        let mut request = self.request(method, path);
        if !body.is_null() {
            request = request.json(body);
        }
        let response = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
        let status = response.status().as_u16();
        Answer { status, json: response.json().await.unwrap_or_default() }
    }

    /// A request to `path` with our token, for what [`Self::send`] does not cover.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// `GET path`, which must succeed.
    pub async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, &Value::Null).await.ok()
    }

    /// `POST path`, which must succeed.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        self.send(Method::POST, path, body).await.ok()
    }

    /// The statuses at `path` whose content has `text` in it.
    ///
    /// # Panics
    /// When there is no list at `path`.
    pub async fn statuses_with(&self, path: &str, text: &str) -> Vec<Value> {
        let Value::Array(statuses) = self.get(path).await else { panic!("{path} is no list") };
        statuses.into_iter().filter(|status| status["content"].as_str().is_some_and(|c| c.contains(text))).collect()
    }
}

/// The authority of the certificates in `tests/fixtures/tls`.
const AUTHORITY: &[u8] = include_bytes!("../fixtures/tls/ca.pem");

/// A client that follows no redirects, waits at most half a minute and trusts the tests' own authority as well.
///
/// # Panics
/// When the client cannot be built.
#[must_use]
pub fn plain_client() -> Client {
    builder().build().unwrap_or_else(|error| panic!("building the test's client: {error}"))
}

/// Like [`plain_client`], with a new connection for each request: for servers that close idle ones at once.
///
/// # Panics
/// When the client cannot be built.
#[must_use]
pub fn fresh_client() -> Client {
    let client = builder().pool_max_idle_per_host(0).build();
    client.unwrap_or_else(|error| panic!("building the test's client: {error}"))
}

#[expect(clippy::disallowed_methods, reason = "tests are outside: they do not use the server's guarded client")]
fn builder() -> reqwest::ClientBuilder {
    let authority = reqwest::tls::Certificate::from_pem(AUTHORITY).unwrap_or_else(|error| panic!("{error}"));
    let builder = Client::builder().tls_certs_merge([authority]);
    builder.redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_mins(2))
}
