//! The way to clients' devices: messages encrypted for one device each, handed to its push service (RFC 8030) by the one
//! outbound client. Knows nothing of who may be told what.

mod encrypt;
mod server_key;
#[cfg(test)]
mod tests;

use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::json;
use staffroom_service::ports::{PushContent, PushMessage, PushSender, Pushed};
use staffroom_service::{Result, ServiceError};
use url::Url;

use crate::http::{HttpError, OutboundClient, Purpose, retry_after};

/// Seconds a push service keeps a message for a device that is not there: two days.
const TTL_SECS: &str = "172800";

/// Hands messages to push services.
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
impl PushSender for Sender {
    fn may_speak_to(&self, endpoint: &Url) -> bool {
        self.client.check(endpoint).is_ok() && self.client.policy().knows_name(endpoint)
    }

    async fn send(&self, message: PushMessage) -> Result<Pushed> {
        let Ok(endpoint) = Url::parse(&message.endpoint) else { return Ok(refused("the endpoint is no address")) };
        if !self.may_speak_to(&endpoint) {
            return Ok(refused("the endpoint may not be spoken to"));
        }
        let request = match request(&message, &endpoint) {
            Ok(request) => request,
            Err(Unusable(what)) => return Ok(refused(what)),
        };
        match self.client.exchange(request, Purpose::Push).await {
            Ok(answer) => judge(answer.status(), retry_after(answer.headers(), message.now)),
            // an answer nobody reads
            Err(HttpError::TooLarge { .. }) => Ok(Pushed::Taken),
            Err(error) if error.is_temporary() => Err(ServiceError::Remote(error.to_string())),
            Err(error) => Ok(refused(&error.to_string())),
        }
    }
}

/// A key that cannot be used.
#[derive(Debug)]
struct Unusable(&'static str);

fn refused(why: &str) -> Pushed {
    Pushed::Refused(why.to_owned())
}

fn judge(status: StatusCode, pause: Option<Duration>) -> Result<Pushed> {
    match status.as_u16() {
        200..=299 => Ok(Pushed::Taken),
        404 | 410 => Ok(Pushed::Gone),
        408 | 425 | 429 | 500..=599 => match pause {
            Some(pause) => Ok(Pushed::Later(pause)),
            None => Err(ServiceError::Remote(format!("the push service answered {status}"))),
        },
        _ => Ok(Pushed::Refused(format!("the push service answered {status}"))),
    }
}

fn request(message: &PushMessage, endpoint: &Url) -> std::result::Result<http::Request<Vec<u8>>, Unusable> {
    let key = server_key::open(&message.server_key)?;
    let jwt = server_key::token(&key, endpoint, &message.contact, message.now)?;
    let server_key = server_key::public(&key);
    let payload = payload(&message.content);
    let device = encrypt::Device { public_key: &message.public_key, auth_secret: &message.auth_secret };
    let mut headers = HeaderMap::new();
    let mut add = |name: HeaderName, value: &str| {
        let value = HeaderValue::from_str(value).map_err(|_| Unusable("a header cannot be written"))?;
        headers.insert(name, value);
        Ok(())
    };
    add(CONTENT_TYPE, "application/octet-stream")?;
    add(HeaderName::from_static("ttl"), TTL_SECS)?;
    add(HeaderName::from_static("urgency"), "normal")?;
    let body = if message.standard {
        add(CONTENT_ENCODING, "aes128gcm")?;
        add(AUTHORIZATION, &format!("vapid t={jwt},k={server_key}"))?;
        encrypt::aes128gcm(&device, &payload)?
    } else {
        let sealed = encrypt::aesgcm(&device, &payload)?;
        let (salt, sender) = (URL_SAFE_NO_PAD.encode(sealed.salt), URL_SAFE_NO_PAD.encode(&sealed.sender));
        add(CONTENT_ENCODING, "aesgcm")?;
        add(HeaderName::from_static("encryption"), &format!("salt={salt}"))?;
        add(HeaderName::from_static("crypto-key"), &format!("dh={sender};p256ecdsa={server_key}"))?;
        add(AUTHORIZATION, &format!("WebPush {jwt}"))?;
        sealed.ciphertext
    };
    let mut request = http::Request::new(body);
    *request.method_mut() = Method::POST;
    *request.uri_mut() = endpoint.as_str().parse().map_err(|_| Unusable("the endpoint is no address"))?;
    *request.headers_mut() = headers;
    Ok(request)
}

/// The message as Mastodon's clients read it. The id is a number: clients in typed languages refuse a string
/// (<https://github.com/mastodon/mastodon/issues/32749>).
fn payload(content: &PushContent) -> Vec<u8> {
    let message = json!({
        "access_token": content.access_token,
        "preferred_locale": content.preferred_locale,
        "notification_id": content.notification_id.0,
        "notification_type": content.notification_type.as_str(),
        "icon": content.icon,
        "title": content.title,
        "body": content.body,
    });
    message.to_string().into_bytes()
}
