//! A WebSocket that carries many channels: the client subscribes and unsubscribes as it likes.

use std::time::Duration;

use axum::extract::FromRequestParts as _;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderValue;
use axum::http::header::SEC_WEBSOCKET_PROTOCOL;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use staffroom_service::streaming::{Channel, News};
use tokio::time::timeout;

use super::frame::Frame;
use super::{Stream, alive, channel, protocol};
use crate::call::Call;
use crate::error::{ApiError, ApiResult};
use crate::params::Params;

/// Largest message a client may send, in bytes.
const MESSAGE_BYTES: usize = 8 * 1024;
/// Most channels of one connection.
const MAX_CHANNELS: usize = 32;
/// What is read at a time: clients say little, and thousands of sockets are mostly idle. In bytes.
const READ_BYTES: usize = 512;
/// What may wait to be written beside the message in hand, in bytes.
const WRITE_BYTES: usize = 4 * 1024;
/// Time a client has to take a message.
const TAKEN_WITHIN: Duration = Duration::from_secs(10);

/// A channel somebody is subscribed to, with the name its events carry.
struct Subscription {
    name: Vec<String>,
    channel: Channel,
}

/// `GET /api/v1/streaming`. A plain request has nothing to get here.
pub(crate) async fn open(call: Call) -> ApiResult<Response> {
    let mut parts = call.parts.clone();
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &()).await;
    let upgrade = upgrade
        .map_err(|_| ApiError::not_found())?
        .max_message_size(MESSAGE_BYTES)
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(WRITE_BYTES);
    let mut session = Box::new(Session { stream: Stream::new(&call)?, subscriptions: Vec::new() });
    if call.params.filled("stream").is_some() {
        session.subscribe(&call.params).await?;
    }
    let asked = protocol(&call.parts).and_then(|protocol| HeaderValue::from_str(&protocol).ok());
    let mut response = upgrade.on_upgrade(move |socket| session.serve(Box::new(socket)));
    if let Some(asked) = asked {
        // Browsers drop a connection whose server does not repeat what they asked for.
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, asked);
    }
    Ok(response)
}

/// One connection: whose it is, and what it is subscribed to.
struct Session {
    stream: Stream,
    subscriptions: Vec<Subscription>,
}

impl Session {
    async fn serve(mut self: Box<Self>, mut socket: Box<WebSocket>) {
        let mut alive = alive();
        loop {
            tokio::select! {
                news = self.stream.listener.next() => {
                    let Some(news) = news else { return };
                    // Boxed, as below: what a use case needs while it runs is not carried by streams that are idle.
                    if !Box::pin(self.tell(&mut socket, &news)).await {
                        return;
                    }
                }
                message = socket.recv() => {
                    let answer = match message {
                        Some(Ok(Message::Text(text))) => Box::pin(self.obey(text.as_str())).await,
                        Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => Ok(()),
                        Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    };
                    if let Err(error) = answer
                        && !Box::pin(send(&mut socket, Message::Text(refusal(error).to_string().into()))).await
                    {
                        return;
                    }
                }
                _ = alive.tick() => {
                    if !Box::pin(self.show_life(&mut socket)).await {
                        return;
                    }
                }
            }
        }
    }

    /// Sends a sign of life; false when the connection is to end.
    async fn show_life(&self, socket: &mut WebSocket) -> bool {
        self.stream.may_go_on().await && send(socket, Message::Ping(Vec::new().into())).await
    }

    /// Sends what `news` mean on each channel; false when the connection is to end.
    async fn tell(&self, socket: &mut WebSocket, news: &News) -> bool {
        let stream = &self.stream;
        if stream.listener.is_concerned(news) {
            return stream.may_go_on().await;
        }
        // At most as many as one connection may have channels.
        for subscription in &self.subscriptions {
            let Ok(heard) = stream.listener.hear(&subscription.channel, news).await else { return false };
            let Some(event) = heard else { continue };
            let frame = Frame::new(&stream.service, stream.me, &event);
            let mut message = json!({ "stream": subscription.name, "event": frame.event });
            if let (Some(payload), Some(message)) = (frame.payload, message.as_object_mut()) {
                message.insert("payload".to_owned(), Value::String(payload));
            }
            if !send(socket, Message::Text(message.to_string().into())).await {
                return false;
            }
        }
        true
    }

    /// Does what a message of the client asks for.
    async fn obey(&mut self, text: &str) -> ApiResult<()> {
        let params = Params::from_json_text(text)?;
        match params.filled("type") {
            Some("subscribe") => self.subscribe(&params).await,
            Some("unsubscribe") => {
                let (name, ..) = named(&params)?;
                self.subscriptions.retain(|subscription| subscription.name != name);
                Ok(())
            }
            _ => Err(ApiError::bad_request("Unknown message type")),
        }
    }

    async fn subscribe(&mut self, params: &Params) -> ApiResult<()> {
        let (name, channel, scope) = named(params)?;
        if !self.stream.scopes.covers(scope) {
            let text = "This action is outside the authorized scopes";
            return Err(ApiError::new(axum::http::StatusCode::FORBIDDEN, text));
        }
        self.stream.check_owner(&channel).await?;
        if self.subscriptions.iter().any(|subscription| subscription.name == name) {
            return Ok(());
        }
        if self.subscriptions.len() >= MAX_CHANNELS {
            return Err(ApiError::bad_request("Too many channels on one connection"));
        }
        self.subscriptions.push(Subscription { name, channel });
        Ok(())
    }
}

/// Sends within the time a client has; false when it did not take it.
async fn send(socket: &mut WebSocket, message: Message) -> bool {
    matches!(timeout(TAKEN_WITHIN, socket.send(message)).await, Ok(Ok(())))
}

/// The channel a message names: what its events are marked with, the channel, and the scope it takes.
fn named(params: &Params) -> ApiResult<(Vec<String>, Channel, &'static str)> {
    let stream = params.filled("stream").unwrap_or_default();
    let (channel, scope) = channel(stream, params)?;
    let more = match &channel {
        Channel::Hashtag(..) => params.filled("tag"),
        Channel::List(_) => params.filled("list"),
        Channel::User | Channel::UserNotification | Channel::Public(_) | Channel::Direct => None,
    };
    let name = std::iter::once(stream).chain(more).map(ToOwned::to_owned).collect();
    Ok((name, channel, scope))
}

fn refusal(error: ApiError) -> Value {
    let text = error.to_string();
    json!({ "error": text, "status": error.into_response().status().as_u16() })
}
