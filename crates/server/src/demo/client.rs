//! A small client of the Mastodon API, over the same guarded HTTP client as federation.

use anyhow::{Context as _, ensure};
use axum::http::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;
use staffroom_federation::http::{OutboundClient, Purpose};
use url::Url;

/// Somebody signed in at one of the schools.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) http: OutboundClient,
    pub(crate) base: Url,
    pub(crate) token: String,
    pub(crate) handle: String,
}

impl Person {
    /// `GET`; the answer must be 2xx.
    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.call("GET", path, None).await
    }

    /// `POST` with a JSON body; the answer must be 2xx.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.call("POST", path, Some(body)).await
    }

    /// `PUT` with a JSON body; the answer must be 2xx.
    pub(crate) async fn put(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.call("PUT", path, Some(body)).await
    }

    /// `DELETE`; the answer must be 2xx.
    pub(crate) async fn delete(&self, path: &str) -> anyhow::Result<Value> {
        self.call("DELETE", path, None).await
    }

    async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let url = self.base.join(path)?;
        let request = Request::builder()
            .method(method)
            .uri(url.as_str())
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .header(CONTENT_TYPE, "application/json")
            .body(body.map(Value::to_string).unwrap_or_default().into_bytes())?;
        let response = self.http.exchange(request, Purpose::Page).await.with_context(|| format!("{method} {path}"))?;
        let (status, bytes) = (response.status(), response.into_body());
        ensure!(status.is_success(), "{method} {path}: {status}: {}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).with_context(|| format!("{method} {path}"))
    }
}

/// A text field of an answer; empty when it is missing.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The items of an answer that is a list.
pub(crate) fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
