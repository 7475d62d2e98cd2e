//! Fetching documents: at most one redirect, checked like the first URL; bounded body; known media type.

use http::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use http::{HeaderValue, Method};
use serde_json::Value;
use url::Url;

use super::content_type::{activity_type, essence};
use super::{HttpError, MAX_RESPONSE_BYTES, OutboundClient};
use crate::json_limits;
use crate::keys::SigningKey;
use crate::signature::cavage::sign_get;

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
    /// Fetches `url` with the given `Accept`, signed if a key is given. At most `limit_bytes` are read.
    ///
    /// One redirect is followed; its target is checked like the first URL, gets a signature of its own and nothing
    /// else of the first request.
    ///
    /// # Errors
    /// [`HttpError`]; every status but 2xx is [`HttpError::Status`].
    pub async fn get(
        &self,
        url: &Url,
        accept: &'static str,
        key: Option<&SigningKey>,
        limit_bytes: usize,
    ) -> Result<Fetched<Vec<u8>>, HttpError> {
        let first = self.get_once(url, accept, key).await?;
        let response = if first.status().is_redirection() {
            let target = redirect_target(&first).ok_or_else(|| HttpError::Redirect { url: url.clone() })?;
            self.get_once(&target, accept, key).await?
        } else {
            first
        };
        let url = response.url().clone();
        let status = response.status();
        if status.is_redirection() {
            return Err(HttpError::Redirect { url });
        }
        if !status.is_success() {
            return Err(HttpError::Status { url, status });
        }
        let content_type = content_type_of(&response);
        let body = Self::read_limited(response, limit_bytes).await?;
        Ok(Fetched { url, content_type, body })
    }

    /// Fetches a JSON document. `accept` decides which media types are believed: for an ActivityPub `accept` only
    /// activities (see [`activity_type`]), else exactly the type asked for or `application/json`.
    ///
    /// Uploaded files are why the type matters: a server may serve them, but not as activities.
    ///
    /// # Errors
    /// As [`OutboundClient::get`], and for another media type or JSON beyond our bounds.
    pub async fn get_json(
        &self,
        url: &Url,
        accept: &'static str,
        key: Option<&SigningKey>,
    ) -> Result<Fetched<Value>, HttpError> {
        let Fetched { url, content_type, body } = self.get(url, accept, key, MAX_RESPONSE_BYTES).await?;
        let is_expected = if activity_type(accept.split(',').next().unwrap_or_default()).is_some() {
            activity_type(&content_type).is_some()
        } else {
            let sent = essence(&content_type);
            sent == essence(accept) || sent == "application/json"
        };
        if !is_expected {
            return Err(HttpError::ContentType { url });
        }
        json_limits::check(&body).map_err(|source| HttpError::JsonLimit { url: url.clone(), source })?;
        match serde_json::from_slice(&body) {
            Ok(body) => Ok(Fetched { url, content_type, body }),
            Err(source) => Err(HttpError::NotJson { url, source }),
        }
    }

    async fn get_once(
        &self,
        url: &Url,
        accept: &'static str,
        key: Option<&SigningKey>,
    ) -> Result<reqwest::Response, HttpError> {
        let mut request = reqwest::Request::new(Method::GET, url.clone());
        if let Some(key) = key {
            request.headers_mut().extend(sign_get(key, url, self.clock.now())?);
        }
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(accept));
        self.send(request).await
    }
}

/// `Location`, absolute; `None` if it is absent, doubled or no URL.
pub(super) fn redirect_target(response: &reqwest::Response) -> Option<Url> {
    let mut values = response.headers().get_all(LOCATION).iter();
    let location = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    response.url().join(location).ok()
}

pub(super) fn content_type_of(response: &reqwest::Response) -> String {
    response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
