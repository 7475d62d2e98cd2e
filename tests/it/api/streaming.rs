//! Streaming over web sockets and server-sent events.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::browser::Browser;
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports, loopback_host};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::oauth::register;
use super::{server, somebody};

/// Generous: nothing is measured.
const SOON: Duration = Duration::from_secs(60);

type Socket = WebSocketStream<TcpStream>;

/// A socket opened with these headers; what the server answered where it did not.
async fn open(path: &str, headers: &[(&'static str, &str)]) -> Result<(Socket, Option<String>), u16> {
    let server = server().await;
    let stream = TcpStream::connect(server.host()).await.unwrap();
    let mut request = format!("ws://{}{path}", server.host()).into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match client_async(request, stream).await {
        Ok((socket, response)) => {
            let protocol = response.headers().get("sec-websocket-protocol");
            Ok((socket, protocol.map(|text| text.to_str().unwrap().to_owned())))
        }
        Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

/// The next message in JSON; `None` when the server ended it.
async fn next(socket: &mut Socket) -> Option<Value> {
    loop {
        match tokio::time::timeout(SOON, socket.next()).await.unwrap() {
            Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(text.as_str()).unwrap()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            Some(Ok(_)) => {}
        }
    }
}

async fn say(socket: &mut Socket, message: Value) {
    socket.send(Message::Text(message.to_string().into())).await.unwrap();
}

/// Reads events until one has `text` in it.
async fn read_until(response: &mut Response, text: &str) -> String {
    let mut read = String::new();
    while !read.contains(text) {
        let chunk = tokio::time::timeout(SOON, response.chunk()).await.unwrap().unwrap();
        let Some(chunk) = chunk else { panic!("the stream ended: {read}") };
        read.push_str(core::str::from_utf8(&chunk).unwrap());
    }
    read
}

async fn publish(api: &Api, text: &str) -> String {
    let status = api.post("/api/v1/statuses", &json!({ "status": text })).await;
    status["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn trap_24_a_socket_takes_the_token_in_three_ways_and_repeats_the_protocol() {
    let token = server().await.member_token("sockets");
    let path = "/api/v1/streaming";
    let by_query = format!("{path}?stream=user&access_token={token}");
    assert_eq!(open(&by_query, &[]).await.unwrap().1, None);
    let bearer = format!("Bearer {token}");
    open(path, &[("authorization", &bearer)]).await.unwrap();
    assert_eq!(open(path, &[("sec-websocket-protocol", &token)]).await.unwrap().1, Some(token.clone()));
    let both = open(&by_query, &[("sec-websocket-protocol", "anything")]).await.unwrap();
    assert_eq!(both.1.as_deref(), Some("anything"));
    for (path, wanted) in [
        (path.to_owned(), 401),
        (format!("{path}?access_token=wrong"), 401),
        (format!("{path}?access_token={token}&stream=nothing"), 400),
        (format!("{path}?access_token={token}&stream=list&list=1"), 404),
    ] {
        assert_eq!(open(&path, &[]).await.err(), Some(wanted), "{path}");
    }
    let plain = server().await.api(Some(token)).send(Method::GET, path, &Value::Null).await;
    assert_eq!(plain.status, 404, "a plain request has nothing to get");
}

#[tokio::test]
async fn channels_come_and_go_on_one_socket() {
    let token = server().await.member_token("channels");
    let me = server().await.api(Some(token.clone()));
    let (other, handle) = somebody().await;
    let (mut socket, _) = open(&format!("/api/v1/streaming?access_token={token}"), &[]).await.unwrap();
    say(&mut socket, json!({ "type": "subscribe", "stream": "hashtag", "tag": "Multiplex" })).await;
    say(&mut socket, json!({ "type": "dance" })).await;
    assert_eq!(next(&mut socket).await.unwrap()["status"], 400, "the one before is done by now");
    say(&mut socket, json!({ "type": "subscribe", "stream": "list", "list": "1" })).await;
    assert_eq!(next(&mut socket).await.unwrap()["status"], 404);
    let id = publish(&other, "one #multiplex").await;
    let heard = next(&mut socket).await.unwrap();
    assert_eq!((&heard["event"], &heard["stream"]), (&json!("update"), &json!(["hashtag", "Multiplex"])));
    let payload: Value = serde_json::from_str(heard["payload"].as_str().unwrap()).unwrap();
    assert_eq!((&payload["id"], &payload["account"]["username"]), (&json!(id), &json!(handle)));
    assert_eq!(payload["favourited"], false, "as the listener sees it");

    say(&mut socket, json!({ "type": "unsubscribe", "stream": "hashtag", "tag": "Multiplex" })).await;
    say(&mut socket, json!({ "type": "subscribe", "stream": "user" })).await;
    say(&mut socket, json!({ "type": "dance" })).await;
    assert_eq!(next(&mut socket).await.unwrap()["status"], 400);
    publish(&other, "two #multiplex").await;
    let own = publish(&me, "mine").await;
    assert_eq!(next(&mut socket).await.unwrap()["event"], "update");
    let edit = json!({ "status": "mine, better" });
    me.send(Method::PUT, &format!("/api/v1/statuses/{own}"), &edit).await.ok();
    assert_eq!(next(&mut socket).await.unwrap()["event"], "status.update");
    other.post(&format!("/api/v1/statuses/{own}/favourite"), &json!({})).await;
    let told = next(&mut socket).await.unwrap();
    assert_eq!((&told["event"], &told["stream"]), (&json!("notification"), &json!(["user"])));
    let filter = json!({ "title": "Quiet", "context": ["home"], "keywords_attributes": [{ "keyword": "noise" }] });
    me.post("/api/v2/filters", &filter).await;
    assert_eq!(next(&mut socket).await.unwrap()["event"], "filters_changed");
    me.send(Method::DELETE, &format!("/api/v1/statuses/{own}"), &Value::Null).await.ok();
    let gone = next(&mut socket).await.unwrap();
    assert_eq!((&gone["event"], &gone["payload"]), (&json!("delete"), &json!(own)));
}

#[tokio::test]
async fn events_come_as_text_too() {
    let token = server().await.member_token("events");
    let me = server().await.api(Some(token.clone()));
    let nobody = server().await.api(None);
    let path = format!("/api/v1/streaming/user?access_token={token}");
    let mut stream = nobody.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let id = publish(&me, "over the wire").await;
    let read = read_until(&mut stream, &id).await;
    assert!(read.starts_with(':'), "a first sign of life: {read}");
    assert!(read.contains("event: update\ndata: {"), "{read}");
    assert_eq!(nobody.request(Method::GET, "/api/v1/streaming/user").send().await.unwrap().status(), 401);
    let health = nobody.request(Method::GET, "/api/v1/streaming/health").send().await.unwrap();
    assert_eq!(health.text().await.unwrap(), "OK");
    for (path, wanted) in [("hashtag", 400), ("list", 400), ("list?list=1", 404)] {
        let answer = me.request(Method::GET, &format!("/api/v1/streaming/{path}")).send().await.unwrap();
        assert_eq!(answer.status(), wanted, "{path}");
    }
}

#[tokio::test]
async fn a_token_that_ends_takes_its_streams_along() {
    let nobody = server().await.api(None);
    let (moderator, handle) = somebody().await;
    server().await.admin(&["account", "set-role", &handle, "moderator"], "");
    let scopes = ["token", "create", "--account", &handle, "--scopes", "admin:read admin:write read write"];
    let printed = server().await.admin(&scopes, "");
    let admin = server().await.api(printed.lines().last().map(str::to_owned));
    drop(moderator);
    let token = server().await.member_token("ending");
    let (mut socket, _) = open(&format!("/api/v1/streaming?access_token={token}&stream=user"), &[]).await.unwrap();
    let path = format!("/api/v1/streaming/user?access_token={token}");
    let mut stream = nobody.request(Method::GET, &path).send().await.unwrap();
    let me = server().await.api(Some(token)).get("/api/v1/accounts/verify_credentials").await;
    let act = format!("/api/v1/admin/accounts/{}/action", me["id"].as_str().unwrap());
    admin.post(&act, &json!({ "type": "suspend" })).await;
    assert_eq!(next(&mut socket).await, None);
    while tokio::time::timeout(SOON, stream.chunk()).await.unwrap().is_ok_and(|chunk| chunk.is_some()) {}
}

/// A token with these scopes.
async fn token_with(handle: &str, scopes: &str) -> String {
    let printed = server().await.admin(&["token", "create", "--account", handle, "--scopes", scopes], "");
    printed.lines().last().unwrap().to_owned()
}

/// Waits until everything said before is done: the answer to nonsense comes in its turn.
async fn settle(socket: &mut Socket) {
    say(socket, json!({ "type": "dance" })).await;
    assert_eq!(next(socket).await.unwrap()["status"], 400);
}

async fn subscribed(token: &str, channel: Value) -> Socket {
    let (mut socket, _) = open(&format!("/api/v1/streaming?access_token={token}"), &[]).await.unwrap();
    let mut message = json!({ "type": "subscribe" });
    for (name, value) in channel.as_object().unwrap() {
        message[name] = value.clone();
    }
    say(&mut socket, message).await;
    settle(&mut socket).await;
    socket
}

#[tokio::test]
async fn a_channel_takes_its_scope() {
    let (other, _) = somebody().await;
    let token = server().await.member_token("scoped");
    let me = server().await.api(Some(token)).get("/api/v1/accounts/verify_credentials").await;
    let reader = token_with("scoped", "read:statuses").await;
    let writer = token_with("scoped", "write").await;
    let told = token_with("scoped", "read:notifications").await;
    for (token, channel, wanted) in
        [(&writer, "user", 403), (&writer, "public", 403), (&reader, "user:notification", 403), (&told, "user", 403)]
    {
        let path = format!("/api/v1/streaming?access_token={token}&stream={channel}");
        assert_eq!(open(&path, &[]).await.err(), Some(wanted), "{channel}");
        let (mut socket, _) = open(&format!("/api/v1/streaming?access_token={token}"), &[]).await.unwrap();
        say(&mut socket, json!({ "type": "subscribe", "stream": channel })).await;
        assert_eq!(next(&mut socket).await.unwrap()["status"], wanted, "{channel}");
    }
    let mut read = subscribed(&reader, json!({ "stream": "user" })).await;
    let mut heard = subscribed(&told, json!({ "stream": "user:notification" })).await;
    publish(&other, "@scoped hello").await;
    let event = next(&mut heard).await.unwrap();
    assert_eq!((&event["event"], &event["stream"]), (&json!("notification"), &json!(["user:notification"])));
    let scoped = server().await.api(Some(token_with("scoped", "read write").await));
    publish(&scoped, "mine").await;
    let event = next(&mut read).await.unwrap();
    assert_eq!(event["event"], "update", "notifications take another scope: {event}");
    assert_eq!(event["payload"].as_str().map(|text| text.contains(me["id"].as_str().unwrap())), Some(true));
}

#[tokio::test]
async fn a_list_is_heard_by_its_owner_and_a_conversation_by_those_in_it() {
    let token = server().await.member_token("listener");
    let me = server().await.api(Some(token.clone()));
    let (author, handle) = somebody().await;
    let snoop = server().await.member_token("snoop");
    let who = author.get("/api/v1/accounts/verify_credentials").await;
    me.post(&format!("/api/v1/accounts/{}/follow", who["id"].as_str().unwrap()), &json!({})).await;
    let list = me.post("/api/v1/lists", &json!({ "title": "Year 9" })).await;
    let list = list["id"].as_str().unwrap();
    me.post(&format!("/api/v1/lists/{list}/accounts"), &json!({ "account_ids": [who["id"]] })).await;

    let path = format!("/api/v1/streaming?access_token={snoop}&stream=list&list={list}");
    assert_eq!(open(&path, &[]).await.err(), Some(404), "somebody else's list");
    let events = format!("/api/v1/streaming/list?list={list}");
    let refused = server().await.api(Some(snoop.clone())).request(Method::GET, &events).send().await.unwrap();
    assert_eq!(refused.status(), 404);
    let mut spying = subscribed(&snoop, json!({ "stream": "user" })).await;
    say(&mut spying, json!({ "type": "subscribe", "stream": "direct" })).await;
    say(&mut spying, json!({ "type": "subscribe", "stream": "public" })).await;
    settle(&mut spying).await;

    let mut socket = subscribed(&token, json!({ "stream": "list", "list": list })).await;
    let mut direct = subscribed(&token, json!({ "stream": "direct" })).await;
    let private = json!({ "status": "for followers", "visibility": "private" });
    let private = author.post("/api/v1/statuses", &private).await;
    let heard = next(&mut socket).await.unwrap();
    assert_eq!((&heard["event"], &heard["stream"]), (&json!("update"), &json!(["list", list])));
    assert!(heard["payload"].as_str().unwrap().contains(private["id"].as_str().unwrap()));
    author.post("/api/v1/statuses", &json!({ "status": "@listener psst", "visibility": "direct" })).await;
    let heard = next(&mut direct).await.unwrap();
    assert_eq!((&heard["event"], &heard["stream"]), (&json!("conversation"), &json!(["direct"])));
    let payload: Value = serde_json::from_str(heard["payload"].as_str().unwrap()).unwrap();
    assert_eq!((&payload["unread"], &payload["accounts"][0]["username"]), (&json!(true), &json!(handle)));

    let open_to_all = publish(&author, "for everybody").await;
    loop {
        let heard = next(&mut spying).await.unwrap().to_string();
        assert!(!heard.contains("for followers") && !heard.contains("psst"), "{heard}");
        if heard.contains(&open_to_all) {
            break;
        }
    }
}

#[tokio::test]
async fn announcements_of_the_command_line_are_heard() {
    let token = server().await.member_token("announced");
    let me = server().await.api(Some(token.clone()));
    let mut socket = subscribed(&token, json!({ "stream": "user" })).await;
    let id = server().await.admin(&["announcement", "create", "Cake in the hall"], "").trim().to_owned();
    let about = async |socket: &mut Socket, event: &str| loop {
        let heard = next(socket).await.unwrap();
        if heard["event"] == event && heard["payload"].as_str().unwrap().contains(&id) {
            return heard["payload"].as_str().unwrap().to_owned();
        }
    };
    let payload: Value = serde_json::from_str(&about(&mut socket, "announcement").await).unwrap();
    assert!(payload["content"].as_str().unwrap().contains("Cake") && payload["reactions"] == json!([]), "{payload}");
    let cake = format!("/api/v1/announcements/{id}/reactions/%F0%9F%8D%B0");
    me.send(Method::PUT, &cake, &Value::Null).await.ok();
    let payload: Value = serde_json::from_str(&about(&mut socket, "announcement.reaction").await).unwrap();
    assert_eq!(payload, json!({ "name": "🍰", "count": 1, "announcement_id": id }));
    server().await.admin(&["announcement", "end", &id], "");
    assert_eq!(about(&mut socket, "announcement.delete").await, id);
}

#[tokio::test]
async fn an_app_that_ends_its_token_ends_its_streams_and_no_others() {
    let server = server().await;
    let other = server.member_token("leaver");
    let (_, app) = register(json!("urn:ietf:wg:oauth:2.0:oob")).await;
    let mut browser = Browser::default();
    let params = [
        ("response_type", "code"),
        ("client_id", app["client_id"].as_str().unwrap()),
        ("redirect_uri", "urn:ietf:wg:oauth:2.0:oob"),
    ];
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    let page = browser.open(&format!("{}/oauth/authorize?{query}", server.url())).await;
    let page = browser.sign_in(&page, "leaver", PASSWORD).await;
    let page = browser.submit(&page, "/oauth/authorize", &[("decision", "approve")]).await;
    let mut client = json!({
        "grant_type": "authorization_code", "code": page.param("code"), "redirect_uri": "urn:ietf:wg:oauth:2.0:oob",
        "client_id": app["client_id"], "client_secret": app["client_secret"],
    });
    let token = server.api(None).post("/oauth/token", &client).await["access_token"].clone();
    let mut ending = subscribed(token.as_str().unwrap(), json!({ "stream": "user" })).await;
    let path = format!("/api/v1/streaming/user?access_token={}", token.as_str().unwrap());
    let mut events = server.api(None).request(Method::GET, &path).send().await.unwrap();
    let mut staying = subscribed(&other, json!({ "stream": "user" })).await;
    client["token"] = token.clone();
    server.api(None).post("/oauth/revoke", &client).await;
    publish(&server.api(Some(other)), "after it").await;
    assert_eq!(next(&mut ending).await, None, "nothing is heard with a token that ended");
    let mut rest = String::new();
    while let Some(chunk) = tokio::time::timeout(SOON, events.chunk()).await.unwrap().unwrap() {
        rest.push_str(core::str::from_utf8(&chunk).unwrap());
    }
    assert!(!rest.contains("after it"), "{rest}");
    assert!(next(&mut staying).await.unwrap()["payload"].as_str().unwrap().contains("after it"));
    let again = open(&format!("/api/v1/streaming?access_token={}", token.as_str().unwrap()), &[]).await;
    assert_eq!(again.err(), Some(401));
}

#[tokio::test]
async fn a_quiet_stream_gives_signs_of_life() {
    let token = server().await.member_token("quiet");
    let path = format!("/api/v1/streaming/user/notification?access_token={token}");
    let mut events = server().await.api(None).request(Method::GET, &path).send().await.unwrap();
    let (mut socket, _) = open(&format!("/api/v1/streaming?access_token={token}"), &[]).await.unwrap();
    read_until(&mut events, ":thump").await;
    loop {
        if let Message::Ping(_) = tokio::time::timeout(SOON, socket.next()).await.unwrap().unwrap().unwrap() {
            break;
        }
    }
}

/// Several nodes share a PostgreSQL database; on SQLite there is one.
#[tokio::test]
async fn what_happens_at_one_node_is_heard_at_the_other() {
    if !server().await.database().url().starts_with("postgres") {
        return;
    }
    let [one, two] = free_ports();
    let first = ServerProcess::start(one, &[]).await;
    let (url, data) = (first.database().url().to_owned(), first.data().display().to_string());
    let (host, public_url) = (loopback_host(one), format!("http://{}", loopback_host(one)));
    let settings = [
        ("STORAGE__URL", url.as_str()),
        ("DATA_DIR", &data),
        ("SERVER__PUBLIC_URL", &public_url),
        ("SERVER__ACCOUNT_DOMAIN", &host),
        ("SERVER__NODE", "2"),
    ];
    let second = ServerProcess::start_with(two, &[], &settings).await;
    let token = first.member_token("amy");
    let (here, there) = (first.api(Some(token.clone())), second.api(Some(token.clone())));
    let mut events = there.request(Method::GET, "/api/v1/streaming/user").send().await.unwrap();
    // Each says its own until the other has heard: nodes need a moment to find each other.
    let (mut read, mut said) = (String::new(), Vec::new());
    while !said.iter().any(|id: &String| read.contains(id.as_str())) {
        said.push(publish(&here, "over the hills").await);
        let chunk = tokio::time::timeout(Duration::from_secs(2), events.chunk()).await;
        if let Ok(chunk) = chunk {
            read.push_str(core::str::from_utf8(&chunk.unwrap().unwrap()).unwrap());
        }
        assert!(said.len() < 30, "nothing was heard: {read}");
    }
    let id = said.last().unwrap();
    here.send(Method::DELETE, &format!("/api/v1/statuses/{id}"), &Value::Null).await.ok();
    read_until(&mut events, &format!("event: delete\ndata: {id}\n")).await;
}
