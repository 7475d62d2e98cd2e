//! The way to the operator's webhooks: signed as Mastodon signs what it tells them, sent by the one outbound client. Knows
//! nothing of what is told.

use std::fmt::Write as _;

use async_trait::async_trait;
use aws_lc_rs::hmac;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Method};
use staffroom_service::ports::{WebhookCall, WebhookSender};
use staffroom_service::{Result, ServiceError};
use url::Url;

use crate::http::{HttpError, OutboundClient, Purpose, retry_after};

/// The signature, as Mastodon's webhooks carry it.
const SIGNATURE: HeaderName = HeaderName::from_static("x-hub-signature");

/// Tells webhooks.
pub(crate) struct Sender {
    client: OutboundClient,
}

impl Sender {
    /// Sends by `client`.
    pub(crate) fn new(client: OutboundClient) -> Self {
        Self { client }
    }
}

#[async_trait]
impl WebhookSender for Sender {
    fn may_speak_to(&self, url: &Url) -> bool {
        self.client.check(url).is_ok() && self.client.policy().knows_name(url)
    }

    async fn send(&self, call: WebhookCall) -> Result<()> {
        let never = ServiceError::Forbidden;
        let url = Url::parse(&call.url).map_err(|_| never("the webhook's address is none".to_owned()))?;
        if !self.may_speak_to(&url) {
            return Err(never("the webhook may not be spoken to".to_owned()));
        }
        let now = call.now;
        let answer = match self.client.exchange(request(call)?, Purpose::Webhook).await {
            Ok(answer) => answer,
            // an answer nobody reads
            Err(HttpError::TooLarge { .. }) => return Ok(()),
            Err(error) if error.is_temporary() => return Err(ServiceError::Remote(error.to_string())),
            Err(error) => return Err(never(error.to_string())),
        };
        let status = answer.status();
        match status.as_u16() {
            200..=299 => Ok(()),
            401 | 408 | 425 | 429 | 500..=599 => Err(match retry_after(answer.headers(), now) {
                Some(pause) => ServiceError::RateLimited { retry_after_secs: pause.as_secs() },
                None => ServiceError::Remote(format!("the webhook answered {status}")),
            }),
            _ => Err(never(format!("the webhook answered {status}"))),
        }
    }
}

fn request(call: WebhookCall) -> Result<http::Request<Vec<u8>>> {
    let unusable = |_| ServiceError::Forbidden("the webhook's address is none".to_owned());
    let signature = HeaderValue::from_str(&signature(&call.secret, &call.body))
        .map_err(|_| ServiceError::Internal("a signature is no header".to_owned()))?;
    let uri: http::Uri = call.url.parse().map_err(unusable)?;
    let mut request = http::Request::new(call.body);
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    request.headers_mut().insert(SIGNATURE, signature);
    Ok(request)
}

/// `sha256=` and the HMAC of `body` in hexadecimal digits.
fn signature(secret: &[u8], body: &[u8]) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), body);
    tag.as_ref().iter().fold("sha256=".to_owned(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn what_is_sent_is_signed_by_the_secret() {
        let expected = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signature(b"Jefe", b"what do ya want for nothing?"), expected);
        assert_ne!(signature(b"Jeff", b"what do ya want for nothing?"), expected);
    }
}
