//! Streaming: what happens, told at once, over a WebSocket or as server-sent events.
//!
//! `frame.rs` writes what both send; `socket.rs` and `sse.rs` are the two ways.

mod frame;
pub(crate) mod socket;
pub(crate) mod sse;

use std::time::Duration;

use axum::http::header;
use axum::http::request::Parts;
use staffroom_domain::Tag;
use staffroom_domain::ids::AccountId;
use staffroom_domain::scope::Scopes;
use staffroom_service::Service;
use staffroom_service::streaming::{Channel, Listener};
use staffroom_service::timelines::PublicFilter;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::auth::{self, Token, bearer_text};
use crate::call::{Call, id};
use crate::error::{ApiError, ApiResult};
use crate::params::Params;

/// How often a sign of life is sent; then it is also looked whether the token still holds.
const ALIVE: Duration = Duration::from_secs(15);

/// `GET /api/v1/streaming/health`.
pub(crate) async fn health(_call: Call) -> ApiResult<&'static str> {
    Ok("OK")
}

/// The token of a stream: as ever, or where browsers can put one: `access_token` in the address, or the sub-protocol of
/// a WebSocket.
pub(crate) fn token(parts: &Parts) -> Option<String> {
    if let Some(token) = bearer_text(&parts.headers) {
        return Some(token.to_owned());
    }
    let query = parts.uri.query().unwrap_or_default();
    let in_query = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "access_token");
    in_query.map(|(_, token)| token.into_owned()).or_else(|| protocol(parts)).filter(|token| !token.is_empty())
}

/// The first sub-protocol a WebSocket asks for.
fn protocol(parts: &Parts) -> Option<String> {
    let asked = parts.headers.get(header::SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    asked.split(',').next().map(|first| first.trim().to_owned())
}

/// The times for signs of life of one stream.
fn alive() -> Interval {
    let mut alive = interval_at(Instant::now() + ALIVE, ALIVE);
    alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
    alive
}

/// One stream of a person: what they hear, and the token that lets them. Of the request that opened it nothing else is
/// kept: thousands of streams are mostly idle.
struct Stream {
    service: Service,
    listener: Listener,
    me: AccountId,
    scopes: Scopes,
    token: String,
}

impl Stream {
    fn new(call: &Call) -> ApiResult<Self> {
        let me = call.me()?;
        let scopes = call.bearer.as_ref().map(|bearer| bearer.scopes.clone()).unwrap_or_default();
        Ok(Self {
            service: call.service().clone(),
            listener: call.service().streaming().listen(me, scopes.covers("read:notifications")),
            me,
            scopes,
            token: token(&call.parts).unwrap_or_default(),
        })
    }

    /// Whether the token still lets its person listen.
    async fn may_go_on(&self) -> bool {
        match auth::look_up(&self.service, Some(&self.token)).await {
            Ok(Token::Valid(bearer)) => bearer.person.is_some(),
            Ok(Token::Absent | Token::Invalid) | Err(_) => false,
        }
    }

    /// A list is listened to by its owner alone.
    async fn check_owner(&self, channel: &Channel) -> ApiResult<()> {
        if let Channel::List(list) = channel {
            self.service.personal().list(self.me, *list).await?;
        }
        Ok(())
    }
}

/// A channel by its name (`public:local`), with what else it needs in `params`, and the scope it takes.
fn channel(name: &str, params: &Params) -> ApiResult<(Channel, &'static str)> {
    let public = |local, remote, only_media| PublicFilter { local, remote, only_media };
    let tag = || {
        let name = params.filled("tag").ok_or_else(|| ApiError::bad_request("Missing tag name parameter"))?;
        Tag::parse(name).ok_or_else(ApiError::not_found)
    };
    let (channel, scope) = match name {
        "user" => (Channel::User, "read:statuses"),
        "user:notification" => (Channel::UserNotification, "read:notifications"),
        "public" => (Channel::Public(public(false, false, false)), "read:statuses"),
        "public:media" => (Channel::Public(public(false, false, true)), "read:statuses"),
        "public:local" => (Channel::Public(public(true, false, false)), "read:statuses"),
        "public:local:media" => (Channel::Public(public(true, false, true)), "read:statuses"),
        "public:remote" => (Channel::Public(public(false, true, false)), "read:statuses"),
        "public:remote:media" => (Channel::Public(public(false, true, true)), "read:statuses"),
        "hashtag" => (Channel::Hashtag(tag()?, public(false, false, false)), "read:statuses"),
        "hashtag:local" => (Channel::Hashtag(tag()?, public(true, false, false)), "read:statuses"),
        "direct" => (Channel::Direct, "read:statuses"),
        "list" => {
            let list = params.filled("list").ok_or_else(|| ApiError::bad_request("Missing list name parameter"))?;
            (Channel::List(id(list).ok_or_else(ApiError::not_found)?), "read:statuses")
        }
        _ => return Err(ApiError::bad_request("Unknown channel requested")),
    };
    Ok((channel, scope))
}
