//! Fetching documents: at most one redirect, checked like the first URL; bounded body; known media type.

use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use http::{HeaderValue, Method, StatusCode};
use serde_json::Value;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;
use url::Url;

use super::content_type::{activity_type, essence};
use super::policy::host_of;
use super::{HttpError, OutboundClient, Purpose};
use crate::json_limits::{self, JsonError};
use crate::keys::SigningKey;
use crate::signature::dialect::Dialect;
use crate::signature::{cavage, rfc9421};

/// A file is given up when its server has not begun to send it after this time …
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);
/// … or sends nothing more of it for this time.
const STALLED_AFTER: Duration = Duration::from_secs(5);

/// A document fetched from elsewhere.
#[derive(Debug, Clone)]
pub struct Fetched<T> {
    /// Where it was found, after a redirect.
    pub url: Url,
    /// `Content-Type` as sent, empty if absent.
    pub content_type: String,
    /// The document.
    pub body: T,
}

impl OutboundClient {
    /// Fetches `url`, signed if a key is given.
    ///
    /// One redirect is followed, never from https to http; its target is checked like the first URL, gets a signature
    /// of its own and nothing else of the first request.
    ///
    /// # Errors
    /// [`HttpError`]; every status but 2xx is [`HttpError::Status`].
    pub async fn get(
        &self,
        purpose: Purpose,
        url: &Url,
        key: Option<&SigningKey>,
    ) -> Result<Fetched<Vec<u8>>, HttpError> {
        let response = self.open(purpose, url, key).await?;
        let url = response.url().clone();
        let content_type = content_type_of(&response);
        let body = Self::read_limited(response, purpose.limit_bytes()).await?;
        Ok(Fetched { url, content_type, body })
    }

    /// Fetches a file into `sink`, unsigned, as far as `limit_bytes` and the purpose allow; returns how many bytes came.
    /// `is_wanted` is asked about its beginning, as soon as `head_bytes` of it or all came, before anything is written.
    ///
    /// # Errors
    /// As [`OutboundClient::get`], [`HttpError::ContentType`] for what is not wanted, [`HttpError::Stalled`] when
    /// nothing comes for some seconds, and [`HttpError::Sink`] when the file cannot be written.
    pub async fn download(
        &self,
        purpose: Purpose,
        url: &Url,
        sink: &mut (impl AsyncWrite + Unpin),
        limit_bytes: u64,
        head_bytes: usize,
        is_wanted: impl Fn(&[u8]) -> bool,
    ) -> Result<u64, HttpError> {
        let limit = limit_bytes.min(u64::try_from(purpose.limit_bytes()).unwrap_or(u64::MAX));
        let limit_bytes = usize::try_from(limit).unwrap_or(usize::MAX);
        let answer = timeout(ANSWERED_WITHIN, self.open(purpose, url, None)).await;
        let mut response = answer.map_err(|_| HttpError::Stalled { url: url.clone() })??;
        let url = response.url().clone();
        if response.content_length().is_some_and(|length| length > limit) {
            return Err(HttpError::TooLarge { url, limit_bytes });
        }
        let (mut written, mut head) = (0_u64, Vec::new());
        let mut is_known = false;
        loop {
            let chunk = timeout(STALLED_AFTER, response.chunk()).await;
            let chunk = chunk.map_err(|_| HttpError::Stalled { url: url.clone() })?;
            let chunk = chunk.map_err(|source| HttpError::Transport { url: url.clone(), source })?;
            let is_end = chunk.is_none();
            let chunk = chunk.unwrap_or_default();
            written = written.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
            if written > limit {
                return Err(HttpError::TooLarge { url, limit_bytes });
            }
            if is_known {
                sink.write_all(&chunk).await.map_err(HttpError::Sink)?;
            } else {
                head.extend_from_slice(&chunk);
                if is_end || head.len() >= head_bytes {
                    if !is_wanted(&head) {
                        return Err(HttpError::ContentType { url });
                    }
                    sink.write_all(&std::mem::take(&mut head)).await.map_err(HttpError::Sink)?;
                    is_known = true;
                }
            }
            if is_end {
                break;
            }
        }
        sink.flush().await.map_err(HttpError::Sink)?;
        Ok(written)
    }

    /// A successful answer, after at most one redirect; nothing of its body is read yet.
    async fn open(
        &self,
        purpose: Purpose,
        url: &Url,
        key: Option<&SigningKey>,
    ) -> Result<reqwest::Response, HttpError> {
        let first = self.get_once(purpose, url, key).await?;
        let response = if is_redirect(first.status()) {
            let target = redirect_target(&first).filter(|target| keeps_secrecy(url, target));
            let target = target.ok_or_else(|| HttpError::Redirect { url: url.clone() })?;
            self.get_once(purpose, &target, key).await?
        } else {
            first
        };
        let url = response.url().clone();
        let status = response.status();
        if is_redirect(status) {
            return Err(HttpError::Redirect { url });
        }
        if !status.is_success() {
            return Err(HttpError::Status { url, status });
        }
        Ok(response)
    }

    /// Fetches a JSON document. The purpose decides which media types are believed: where an activity is asked for only
    /// activities (see [`activity_type`]), else exactly the type asked for or `application/json`.
    ///
    /// Uploaded files are why the type matters: a server may serve them, but not as activities.
    ///
    /// # Errors
    /// As [`OutboundClient::get`], and for another media type or JSON beyond our bounds.
    pub async fn get_json(
        &self,
        purpose: Purpose,
        url: &Url,
        key: Option<&SigningKey>,
    ) -> Result<Fetched<Value>, HttpError> {
        let Fetched { url, content_type, body } = self.get(purpose, url, key).await?;
        let is_expected = if purpose.is_activity() {
            activity_type(&content_type).is_some()
        } else {
            let sent = essence(&content_type);
            sent == essence(purpose.accept()) || sent == "application/json"
        };
        if !is_expected {
            return Err(HttpError::ContentType { url });
        }
        match json_limits::parse(&body) {
            Ok(body) => Ok(Fetched { url, content_type, body }),
            Err(JsonError::Limit(source)) => Err(HttpError::JsonLimit { url, source }),
            Err(JsonError::Invalid(source)) => Err(HttpError::NotJson { url, source }),
        }
    }

    /// One request; signed in the dialect of its host, and once more in the other one if that is refused.
    async fn get_once(
        &self,
        purpose: Purpose,
        url: &Url,
        key: Option<&SigningKey>,
    ) -> Result<reqwest::Response, HttpError> {
        self.check(url)?;
        let (Some(key), Some(dialects)) = (key, &self.dialects) else {
            return self.ask(purpose, url, key, Dialect::Cavage).await;
        };
        let host = host_of(url);
        let dialect = dialects.of(&host).await;
        let first = self.ask(purpose, url, Some(key), dialect).await?;
        if !dialects.may_try_other(&host, first.status()) {
            return Ok(first);
        }
        match self.ask(purpose, url, Some(key), dialect.other()).await {
            Ok(second) if second.status().is_success() => {
                dialects.took(&host, dialect.other()).await;
                Ok(second)
            }
            _ => {
                dialects.took_neither(&host).await;
                Ok(first)
            }
        }
    }

    async fn ask(
        &self,
        purpose: Purpose,
        url: &Url,
        key: Option<&SigningKey>,
        dialect: Dialect,
    ) -> Result<reqwest::Response, HttpError> {
        let mut request = reqwest::Request::new(Method::GET, url.clone());
        if let Some(key) = key {
            request.headers_mut().extend(match dialect {
                Dialect::Cavage => cavage::sign_get(key, url, self.clock.now())?,
                Dialect::Rfc9421(_) => rfc9421::sign_get(key, url, self.clock.now())?,
            });
        }
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(purpose.accept()));
        if let Some(timeout) = purpose.timeout() {
            *request.timeout_mut() = Some(timeout);
        }
        self.send(request).await
    }
}

/// The statuses that name another address for the same thing.
fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// What was asked for in secret is not asked for in the open.
fn keeps_secrecy(from: &Url, to: &Url) -> bool {
    from.scheme() != "https" || to.scheme() == "https"
}

/// `Location`, absolute and without a fragment; `None` if it is absent, doubled or no URL.
fn redirect_target(response: &reqwest::Response) -> Option<Url> {
    let mut values = response.headers().get_all(LOCATION).iter();
    let location = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let mut target = response.url().join(location).ok()?;
    target.set_fragment(None);
    Some(target)
}

fn content_type_of(response: &reqwest::Response) -> String {
    response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
