//! `can_see` holds for what is heard as well: on every stream, and on every device that is told of notifications.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::device::{Device, PushService};
use staffroom_tests::process::free_ports;
use staffroom_tests::wait::eventually;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

use super::{READERS, Reader, World, Written, may_read, people, text};

/// Generous: nothing is measured.
const SOON: Duration = Duration::from_mins(1);

/// All kinds of notifications a device can ask for.
const ALERTS: [&str; 11] = [
    "mention",
    "status",
    "reblog",
    "follow",
    "follow_request",
    "favourite",
    "poll",
    "update",
    "quote",
    "quoted_update",
    "reaction",
];

/// Somebody who listens on all streams and has a device.
struct Ear {
    reader: Reader,
    events: UnboundedReceiver<Value>,
    device: Device,
}

impl Ear {
    /// Listens from now on.
    async fn open(world: &World, at: usize, push: &PushService) -> Self {
        let (reader, token) = (READERS[at], &world.people[at].0);
        let stream = TcpStream::connect(world.server.host()).await.unwrap();
        let url = format!("ws://{}/api/v1/streaming?access_token={token}", world.server.host());
        let (mut socket, _) = client_async(url, stream).await.unwrap();
        let mut channels: Vec<Value> =
            ["user", "user:notification", "public", "public:local", "public:remote", "direct"]
                .map(|name| json!({ "stream": name }))
                .to_vec();
        channels.extend(["hashtag", "hashtag:local"].map(|name| json!({ "stream": name, "tag": "readpaths" })));
        // of the others' lists it is the owner's alone, and refused
        channels.push(json!({ "stream": "list", "list": world.list }));
        for mut channel in channels {
            channel["type"] = json!("subscribe");
            socket.send(Message::Text(channel.to_string().into())).await.unwrap();
        }
        // refused as well, and after everything said before it
        socket.send(Message::Text(json!({ "type": "dance" }).to_string().into())).await.unwrap();
        let (send, mut events) = unbounded_channel();
        tokio::spawn(async move {
            while let Some(Ok(message)) = socket.next().await {
                let Message::Text(message) = message else { continue };
                let event: Value = serde_json::from_str(message.as_str()).unwrap();
                if send.send(event).is_err() {
                    return;
                }
            }
        });
        let mut refusals = Vec::new();
        while refusals.last() != Some(&json!(400)) {
            let refusal: Value = tokio::time::timeout(SOON, events.recv()).await.unwrap().unwrap();
            refusals.push(refusal["status"].clone());
        }
        assert_eq!(refusals.len(), if reader == Reader::Follower { 1 } else { 2 }, "{reader:?} {refusals:?}");
        let device = Device::new();
        let asked = device.subscription(&push.url(&path_of(reader)), true, &ALERTS);
        world.api(reader).post("/api/v1/push/subscription", &asked).await;
        Self { reader, events, device }
    }

    /// What was heard until `marker`, which everybody hears.
    async fn heard_until(&mut self, marker: &str) -> Vec<Value> {
        let mut heard = Vec::new();
        loop {
            let event = tokio::time::timeout(SOON, self.events.recv()).await.unwrap();
            let event = event.unwrap_or_else(|| panic!("the stream of {:?} ended: {heard:?}", self.reader));
            if event["stream"][0] == "public" && text(&event["payload"]).contains(marker) {
                return heard;
            }
            heard.push(event);
        }
    }

    /// What the device was told so far.
    fn told(&self, push: &PushService) -> Vec<Value> {
        push.taken(&path_of(self.reader)).iter().map(|taken| self.device.read(taken).unwrap()).collect()
    }
}

/// Channels as sockets name them, and where each is had as server-sent events.
const CHANNELS: [(&str, &str); 7] = [
    ("user", "user"),
    ("user:notification", "user/notification"),
    ("public", "public"),
    ("public:local", "public/local"),
    ("hashtag", "hashtag?tag=readpaths"),
    ("hashtag:local", "hashtag/local?tag=readpaths"),
    ("direct", "direct"),
];

/// Somebody who listens to server-sent events, on a connection for each channel.
struct Lines {
    reader: Reader,
    channels: Vec<(&'static str, UnboundedReceiver<Value>)>,
}

impl Lines {
    /// Listens from now on.
    async fn open(world: &World, reader: Reader) -> Self {
        let list = format!("list?list={}", world.list);
        let mut wanted: Vec<(&'static str, &str)> = CHANNELS.to_vec();
        wanted.push(("list", list.as_str()));
        let mut channels = Vec::new();
        for (name, path) in wanted {
            let path = format!("/api/v1/streaming/{path}");
            // it goes on for as long as the test does
            let request = world.api(reader).request(Method::GET, &path).timeout(Duration::from_hours(1));
            let response = request.send().await.unwrap();
            // of the others' lists it is the owner's alone
            let is_theirs = name != "list" || reader == Reader::Follower;
            assert_eq!(response.status(), if is_theirs { 200 } else { 404 }, "{reader:?} {path}");
            if is_theirs {
                channels.push((name, events_in(name, response)));
            }
        }
        Self { reader, channels }
    }

    /// What was heard on each channel until `marker`, which is [cried](cry) on all of them.
    async fn heard_until(&mut self, marker: &str) -> Vec<Value> {
        let (reader, mut heard) = (self.reader, Vec::new());
        for (name, events) in &mut self.channels {
            loop {
                let event = tokio::time::timeout(SOON, events.recv()).await.unwrap();
                let event = event.unwrap_or_else(|| panic!("{name} of {reader:?} ended: {heard:?}"));
                if text(&event["payload"]).contains(marker) {
                    break;
                }
                heard.push(event);
            }
        }
        heard
    }
}

/// The events that come on a connection, in the form in which sockets send them.
fn events_in(name: &'static str, mut response: Response) -> UnboundedReceiver<Value> {
    let (send, events) = unbounded_channel();
    tokio::spawn(async move {
        let mut read = Vec::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            read.extend_from_slice(&chunk);
            while let Some(end) = read.windows(2).position(|two| two == b"\n\n") {
                let event = String::from_utf8(read.drain(..end + 2).collect()).unwrap();
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
                let event = json!({ "stream": [name], "event": field("event: "), "payload": field("data: ") });
                if send.send(event).is_err() {
                    return;
                }
            }
        }
    });
    events
}

/// Says `marker` on every channel of everybody.
async fn cry(crier: &Api, marker: &str) {
    let said = format!("{marker} #readpaths @author @follower @named @stranger @blocked");
    for visibility in ["public", "direct"] {
        crier.post("/api/v1/statuses", &json!({ "status": said, "visibility": visibility })).await;
    }
}

fn path_of(reader: Reader) -> String {
    format!("/{reader:?}")
}

/// Waits until nothing more is on its way to any device.
async fn all_told(world: &World) {
    eventually("all devices were told", || async {
        let left = world.server.database().count("jobs WHERE kind = 'push'").await;
        if left == 0 { Ok(()) } else { Err(left) }
    })
    .await;
}

/// Whether one of `events` on `stream` (any, where it is empty) says `word`.
fn says(events: &[Value], stream: &str, word: &str) -> bool {
    let is_there = |event: &&Value| stream.is_empty() || event["stream"][0] == stream;
    events.iter().filter(is_there).any(|event| event.to_string().contains(word))
}

/// Streams on which `reader` hears of a new status by the author that is no answer, beside notifications.
fn streams(reader: Reader, visibility: &str) -> &'static [&'static str] {
    match (reader, visibility) {
        (Reader::Follower, "public") => &["user", "list", "public", "public:local", "hashtag", "hashtag:local"],
        (Reader::Follower, "unlisted" | "private") => &["user", "list"],
        (Reader::Author | Reader::Stranger, "public") => {
            &["user", "public", "public:local", "hashtag", "hashtag:local"]
        }
        (Reader::Author, "unlisted" | "private") => &["user"],
        (Reader::Named, "public") => &["public", "public:local", "hashtag", "hashtag:local"],
        (Reader::Named, "private" | "direct") => &["user:notification"],
        _ => &[],
    }
}

/// What is wrong with what was heard, with `may` saying who may read what.
fn wrong(world: &World, reader: Reader, heard: &[Value], may: impl Fn(Reader, &str) -> bool) -> Vec<String> {
    let hidden: Vec<&Written> = world.written.iter().filter(|one| !may(reader, one.visibility)).collect();
    let mut problems = Vec::new();
    for event in heard {
        let said = event.to_string();
        // that something is gone (no more than its id) is told to whoever may have seen it, and of public things to all
        let may_have_seen = |visibility: &str| visibility == "public" || may_read(reader, visibility);
        let is_gone = |visibility: &str| event["event"] == "delete" && may_have_seen(visibility);
        let is_told = |one: &Written| said.contains(&one.word) || (said.contains(&one.id) && !is_gone(one.visibility));
        for one in hidden.iter().filter(|one| is_told(one)) {
            problems.push(format!("{reader:?} heard of {}: {said}", one.word));
        }
    }
    problems
}

#[tokio::test]
async fn streams_and_devices_tell_nobody_what_they_may_not_see() {
    let [port] = free_ports();
    let push = PushService::start(port).await;
    let mut world = people(&[port]).await;
    let crier = world.server.member("crier");
    let guest = world.server.api(None);
    for stream in ["user", "user/notification", "public", "public/local", "hashtag?tag=readpaths", "direct"] {
        let path = format!("/api/v1/streaming/{stream}");
        assert_eq!(guest.request(Method::GET, &path).send().await.unwrap().status(), 401, "{path}");
    }
    // of the lists, what the crier says is heard on the follower's as well
    let follower = world.api(Reader::Follower);
    let id = text(&crier.get("/api/v1/accounts/verify_credentials").await["id"]);
    follower.post(&format!("/api/v1/accounts/{id}/follow"), &json!({})).await;
    follower.post(&format!("/api/v1/lists/{}/accounts", world.list), &json!({ "account_ids": [id] })).await;
    let (mut ears, mut lines) = (Vec::new(), Vec::new());
    for (at, reader) in READERS.into_iter().enumerate().take(world.people.len()) {
        ears.push(Ear::open(&world, at, &push).await);
        lines.push(Lines::open(&world, reader).await);
    }

    world.write().await;
    let author = world.api(Reader::Author).clone();
    for one in &world.written {
        // one's own for followers can be boosted to these
        author.send(Method::POST, &format!("/api/v1/statuses/{}/reblog", one.id), &json!({})).await;
    }
    crier.post("/api/v1/statuses", &json!({ "status": "markerone" })).await;
    all_told(&world).await;
    for ear in &mut ears {
        let (reader, heard) = (ear.reader, ear.heard_until("markerone").await);
        let mut problems = wrong(&world, reader, &heard, may_read);
        problems.extend(wrong(&world, reader, &ear.told(&push), may_read));
        for visibility in ["public", "unlisted", "private", "direct"] {
            let text = format!("word{visibility}plainx");
            let missing = streams(reader, visibility).iter().filter(|stream| !says(&heard, stream, &text));
            problems.extend(missing.map(|stream| format!("{reader:?} did not hear {text} on {stream}")));
        }
        assert!(problems.is_empty(), "\n{}", problems.join("\n"));
        let told = ear.told(&push);
        match reader {
            Reader::Named => {
                assert!(says(&heard, "direct", "worddirectanswerx"), "{heard:?}");
                assert!(says(&told, "", "worddirectplainx") && says(&told, "", "wordprivateplainx"), "{told:?}");
            }
            Reader::Follower => assert!(says(&told, "", "wordprivateplainx"), "{told:?}"),
            Reader::Stranger => assert!(told.is_empty(), "{told:?}"),
            Reader::Blocked => assert!(heard.is_empty() && told.is_empty(), "{heard:?} {told:?}"),
            Reader::Author | Reader::Guest => {}
        }
    }
    cry(&crier, "criesone").await;
    for lines in &mut lines {
        let (reader, heard) = (lines.reader, lines.heard_until("criesone").await);
        let mut problems = wrong(&world, reader, &heard, may_read);
        for visibility in ["public", "unlisted", "private", "direct"] {
            let text = format!("word{visibility}plainx");
            let missing = streams(reader, visibility).iter().filter(|stream| !says(&heard, stream, &text));
            problems.extend(missing.map(|stream| format!("{reader:?} did not hear {text} on {stream}, as text")));
        }
        assert!(problems.is_empty(), "\n{}", problems.join("\n"));
        assert!(reader != Reader::Named || says(&heard, "direct", "worddirectanswerx"), "{heard:?}");
    }
    all_told(&world).await;
    who_may_no_longer_see_hears_no_more(&world, &crier, &mut ears, &mut lines, &push).await;
}

/// The follower follows no more, and whoever was named is blocked: neither what is changed nor what is new reaches them as
/// before, whatever they did with the statuses when they could see them.
async fn who_may_no_longer_see_hears_no_more(
    world: &World,
    crier: &Api,
    ears: &mut [Ear],
    lines: &mut [Lines],
    push: &PushService,
) {
    let author = world.api(Reader::Author);
    let before: Vec<usize> = ears.iter().map(|ear| ear.told(push).len()).collect();
    author.post(&format!("/api/v1/accounts/{}/remove_from_followers", world.people[1].1), &json!({})).await;
    author.post(&format!("/api/v1/accounts/{}/block", world.people[2].1), &json!({})).await;
    for (at, one) in world.written.iter().enumerate() {
        let edit = json!({ "status": format!("@named {} #readpaths later", one.word) });
        author.send(Method::PUT, &format!("/api/v1/statuses/{}", one.id), &edit).await.ok();
        if at % 3 == 2 {
            author.send(Method::DELETE, &format!("/api/v1/statuses/{}", one.id), &Value::Null).await.ok();
        }
        let new = json!({ "status": format!("@named {}anew", one.word), "visibility": one.visibility });
        author.post("/api/v1/statuses", &new).await;
    }
    // devices that are told nothing else are told of this
    let marker = "markertwo @author @follower @named @stranger @blocked";
    crier.post("/api/v1/statuses", &json!({ "status": marker })).await;
    all_told(world).await;
    let may_read_now = |reader: Reader, visibility: &str| match reader {
        Reader::Follower => may_read(Reader::Stranger, visibility),
        Reader::Named => false,
        other => may_read(other, visibility),
    };
    let hears_public = |reader| matches!(reader, Reader::Author | Reader::Follower | Reader::Stranger);
    for (ear, before) in ears.iter_mut().zip(before) {
        let (reader, heard) = (ear.reader, ear.heard_until("markertwo").await);
        let told = ear.told(push).split_off(before);
        let mut problems = wrong(world, reader, &heard, may_read_now);
        problems.extend(wrong(world, reader, &told, may_read_now));
        assert!(problems.is_empty(), "\n{}", problems.join("\n"));
        assert!(says(&told, "", "markertwo"), "{reader:?} {told:?}");
        assert_eq!(says(&heard, "public", "wordpublicplainxanew"), hears_public(reader), "{reader:?} {heard:?}");
    }
    cry(crier, "criestwo").await;
    for lines in lines {
        let (reader, heard) = (lines.reader, lines.heard_until("criestwo").await);
        let problems = wrong(world, reader, &heard, may_read_now);
        assert!(problems.is_empty(), "as text\n{}", problems.join("\n"));
        assert_eq!(says(&heard, "public", "wordpublicplainxanew"), hears_public(reader), "{reader:?} {heard:?}");
    }
}
