//! What stands between the federation library and the network.
//!
//! The library's own fetch knows three exact spellings of a content type, follows `Location` on any status and signs
//! with a library we keep private keys away from; here its requests get our address rules, our signature and our
//! limits, and its responses the form it expects.

use async_trait::async_trait;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, TRANSFER_ENCODING};
use http::{Extensions, HeaderValue, Method, StatusCode};
use reqwest::{Request, Response, ResponseBuilderExt};
use reqwest_middleware::{Error, Middleware, Next, Result};

use super::content_type::activity_type;
use super::fetch::{content_type_of, redirect_target};
use super::{HttpError, MAX_RESPONSE_BYTES, OutboundClient};
use crate::dialects::Dialects;
use crate::json_limits;
use crate::keys::SigningKey;
use crate::signature::cavage::{SIGNATURE, authority};
use crate::signature::dialect::Dialect;
use crate::signature::{cavage, rfc9421};

pub(super) struct FederationMiddleware {
    client: OutboundClient,
    fetch: Option<(SigningKey, Dialects)>,
}

impl FederationMiddleware {
    pub(super) fn new(client: OutboundClient, fetch: Option<(SigningKey, Dialects)>) -> Self {
        Self { client, fetch }
    }
}

#[async_trait]
impl Middleware for FederationMiddleware {
    async fn handle(&self, request: Request, extensions: &mut Extensions, next: Next<'_>) -> Result<Response> {
        let url = request.url().clone();
        let refused = |source| Error::middleware(HttpError::Address { url: url.clone(), source });
        self.client.check_url(&url).map_err(refused)?;
        let response = match &self.fetch {
            Some((key, dialects)) if request.method() == Method::GET && !request.headers().contains_key(SIGNATURE) => {
                self.signed(request, extensions, next, key, dialects).await?
            }
            _ => next.run(request, extensions).await?,
        };
        normalise(response).await.map_err(Error::middleware)
    }
}

impl FederationMiddleware {
    /// Signs a GET in the dialect of its host, and once more in the other one if that is refused.
    async fn signed(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
        key: &SigningKey,
        dialects: &Dialects,
    ) -> Result<Response> {
        let (url, now) = (request.url().clone(), self.client.clock.now());
        let host = authority(&url).unwrap_or_default();
        let sign = |dialect| {
            let headers = match dialect {
                Dialect::Cavage => cavage::sign_get(key, &url, now),
                Dialect::Rfc9421(_) => rfc9421::sign_get(key, &url, now),
            };
            headers.map_err(Error::middleware)
        };
        let dialect = dialects.of(&host).await;
        let again = request.try_clone();
        let mut first = request;
        first.headers_mut().extend(sign(dialect)?);
        let response = next.clone().run(first, extensions).await?;
        let Some(mut second) = again.filter(|_| dialects.may_try_other(&host, response.status())) else {
            return Ok(response);
        };
        second.headers_mut().extend(sign(dialect.other())?);
        match next.run(second, extensions).await {
            Ok(answer) if answer.status().is_success() => {
                dialects.took(&host, dialect.other()).await;
                Ok(answer)
            }
            _ => {
                dialects.took_neither(&host).await;
                Ok(response)
            }
        }
    }
}

/// Reads the body within bounds and rebuilds the response around it, with `Content-Type` and `Location` as the
/// library expects them and the URL it was fetched from (the library compares it with the document's id).
async fn normalise(response: Response) -> std::result::Result<Response, HttpError> {
    let (url, status, version) = (response.url().clone(), response.status(), response.version());
    // the library reads any status but 410 as a document; a plain refusal must stay tellable from a broken server
    if !(status.is_success() || status.is_redirection() || status == StatusCode::GONE) {
        return Err(HttpError::Status { url, status });
    }
    let target = if status.is_redirection() { redirect_target(&response) } else { None };
    let content_type = activity_type(&content_type_of(&response));
    let mut headers = response.headers().clone();
    let body = OutboundClient::read_limited(response, MAX_RESPONSE_BYTES).await?;
    if status.is_success() {
        json_limits::check(&body).map_err(|source| HttpError::JsonLimit { url: url.clone(), source })?;
    }

    headers.remove(CONTENT_LENGTH);
    headers.remove(TRANSFER_ENCODING);
    headers.remove(LOCATION);
    if let Some(target) = target {
        let location = HeaderValue::from_str(target.as_str()).map_err(|_| HttpError::Redirect { url: url.clone() })?;
        headers.insert(LOCATION, location);
    }
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    let rebuilt = http::Response::builder().status(status).version(version).url(url.clone()).body(body);
    let mut rebuilt = rebuilt.map_err(|_| HttpError::Redirect { url })?;
    *rebuilt.headers_mut() = headers;
    Ok(Response::from(rebuilt))
}
