//! Server-sent events: one channel for each connection.

use std::collections::VecDeque;
use std::convert::Infallible;

use axum::body::Body;
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use staffroom_service::streaming::Channel;
use tokio::time::Interval;

use super::frame::Frame;
use super::{Stream, alive, channel};
use crate::call::Call;
use crate::error::ApiResult;

/// `GET /api/v1/streaming/user`.
pub(crate) async fn user(call: Call) -> ApiResult<Response> {
    stream(&call, "user").await
}

/// `GET /api/v1/streaming/user/notification`.
pub(crate) async fn user_notification(call: Call) -> ApiResult<Response> {
    stream(&call, "user:notification").await
}

/// `GET /api/v1/streaming/public`.
pub(crate) async fn public(call: Call) -> ApiResult<Response> {
    stream(&call, if call.params.flag("only_media")? { "public:media" } else { "public" }).await
}

/// `GET /api/v1/streaming/public/local`.
pub(crate) async fn public_local(call: Call) -> ApiResult<Response> {
    stream(&call, if call.params.flag("only_media")? { "public:local:media" } else { "public:local" }).await
}

/// `GET /api/v1/streaming/public/remote`.
pub(crate) async fn public_remote(call: Call) -> ApiResult<Response> {
    stream(&call, if call.params.flag("only_media")? { "public:remote:media" } else { "public:remote" }).await
}

/// `GET /api/v1/streaming/hashtag`.
pub(crate) async fn hashtag(call: Call) -> ApiResult<Response> {
    stream(&call, "hashtag").await
}

/// `GET /api/v1/streaming/hashtag/local`.
pub(crate) async fn hashtag_local(call: Call) -> ApiResult<Response> {
    stream(&call, "hashtag:local").await
}

/// `GET /api/v1/streaming/list`.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    stream(&call, "list").await
}

/// `GET /api/v1/streaming/direct`.
pub(crate) async fn direct(call: Call) -> ApiResult<Response> {
    stream(&call, "direct").await
}

/// One connection.
struct Open {
    stream: Stream,
    channel: Channel,
    /// Text that is to be sent, whole events.
    waiting: VecDeque<String>,
    alive: Interval,
}

async fn stream(call: &Call, name: &str) -> ApiResult<Response> {
    let (channel, _) = channel(name, &call.params)?;
    let stream = Stream::new(call)?;
    stream.check_owner(&channel).await?;
    // A first sign of life: some clients take the connection for open only then.
    let waiting = VecDeque::from([":)\n".to_owned()]);
    let open = Open { stream, channel, waiting, alive: alive() };
    let events = futures_util::stream::unfold(open, |mut open| async move {
        open.next().await.map(|event| (Ok::<String, Infallible>(event), open))
    });
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "private, no-store"),
        // nginx would keep it back until a buffer is full
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(events)).into_response())
}

impl Open {
    /// The next event; `None` ends the stream.
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            let news = tokio::select! {
                news = self.stream.listener.next() => news?,
                // whatever is heard meanwhile: most of it is not for this listener
                _ = self.alive.tick() => {
                    return Box::pin(self.stream.may_go_on()).await.then(|| ":thump\n".to_owned());
                }
            };
            // Boxed: what a use case needs while it runs is not carried by streams that are idle.
            if self.stream.listener.is_concerned(&news) {
                if !Box::pin(self.stream.may_go_on()).await {
                    return None;
                }
            } else {
                let heard = Box::pin(self.stream.listener.hear(&self.channel, &news)).await.ok()?;
                let frame = heard.map(|event| Frame::new(&self.stream.service, self.stream.me, &event));
                self.waiting.extend(frame.map(|frame| {
                    let payload = frame.payload.unwrap_or_else(|| "undefined".to_owned());
                    // JSON and ids are one line
                    format!("event: {}\ndata: {payload}\n\n", frame.event)
                }));
            }
        }
    }
}
