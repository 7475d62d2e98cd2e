//! What is heard on the streams: sockets on all channels at once for everybody, and each channel by itself as server-sent
//! events. A route that streams and is not known here fails.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::Method;
use serde_json::{Value, json};
use staffroom_server::api::{Kind, ROUTES};
use staffroom_tests::wait::eventually_within;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

use super::PATIENCE;
use super::finder::{leaks, marker};
use super::posts::TAGGED;
use super::world::{Person, TAG, World};

/// Routes that stream and where a [cry](World::cry) is heard by the follower.
const CRIED: [&str; 8] = [
    "/api/v1/streaming/user",
    "/api/v1/streaming/user/notification",
    "/api/v1/streaming/public",
    "/api/v1/streaming/public/local",
    "/api/v1/streaming/hashtag",
    "/api/v1/streaming/hashtag/local",
    "/api/v1/streaming/list",
    "/api/v1/streaming/direct",
];
/// Those where it is not: nobody else's server speaks. The first is the sockets'.
const SILENT: [&str; 2] = ["/api/v1/streaming", "/api/v1/streaming/public/remote"];

/// Somebody who listens.
pub(super) struct Ear {
    pub(super) name: String,
    is_cried: bool,
    heard: Arc<Mutex<String>>,
    task: JoinHandle<()>,
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Keeps a line that was heard.
fn keep(heard: &Mutex<String>, line: &str) {
    let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    heard.push_str(line);
    heard.push('\n');
}

impl Ear {
    /// What was heard so far.
    pub(super) fn heard(&self) -> String {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What listens on a socket, on all channels. `person` follows no list, unless it is theirs.
async fn socket(world: &World, person: &Person) -> Ear {
    let host = world.server.host();
    let stream = TcpStream::connect(host).await.unwrap();
    let url = format!("ws://{host}/api/v1/streaming?access_token={}", person.token);
    let (mut socket, _) = client_async(url, stream).await.unwrap();
    let mut channels: Vec<Value> = ["user", "user:notification", "public", "public:local", "public:remote", "direct"]
        .map(|name| json!({ "stream": name }))
        .into();
    for tag in [TAG.to_owned(), marker(1), marker(TAGGED)] {
        channels.extend(["hashtag", "hashtag:local"].map(|name| json!({ "stream": name, "tag": tag })));
    }
    channels.push(json!({ "stream": "list", "list": world.list }));
    for mut channel in channels {
        channel["type"] = json!("subscribe");
        socket.send(Message::Text(channel.to_string().into())).await.unwrap();
    }
    // refused, and after everything said before it
    socket.send(Message::Text(json!({ "type": "dance" }).to_string().into())).await.unwrap();
    let heard = Arc::<Mutex<String>>::default();
    let all = Arc::clone(&heard);
    let task = tokio::spawn(async move {
        while let Some(Ok(message)) = socket.next().await {
            if let Message::Text(message) = message {
                keep(&all, message.as_str());
            }
        }
    });
    let ear = Ear { name: format!("{} on a socket", person.name), is_cried: true, heard, task };
    eventually_within(PATIENCE, "the socket listens", || async {
        let heard = ear.heard();
        if heard.contains("\"status\":400") { Ok(()) } else { Err(heard) }
    })
    .await;
    ear
}

/// What listens to server-sent events.
async fn lines(world: &World, person: &Person, path: &str, is_cried: bool) -> Ear {
    let asked = format!("{path}?tag={TAG}&list={}", world.list);
    // it goes on for as long as the test does
    let request = person.api.request(Method::GET, &asked).timeout(Duration::from_hours(1));
    let mut response = request.send().await.unwrap();
    assert_eq!(response.status(), 200, "{asked}");
    let heard = Arc::<Mutex<String>>::default();
    let all = Arc::clone(&heard);
    let task = tokio::spawn(async move {
        let mut rest = String::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            rest.push_str(&String::from_utf8_lossy(&chunk));
            while let Some((line, after)) = rest.split_once('\n') {
                keep(&all, line);
                rest = after.to_owned();
            }
        }
    });
    Ear { name: format!("{} at {path}", person.name), is_cried, heard, task }
}

impl World {
    /// The follower and somebody who is named listen from now on, on all channels.
    pub(super) async fn listen_on_sockets(&self) -> Vec<Ear> {
        vec![socket(self, &self.viewers[0]).await, socket(self, &self.viewers[1]).await]
    }

    /// All viewers listen from now on, wherever one can.
    pub(super) async fn listen(&self) -> Vec<Ear> {
        let mut ears = self.listen_on_sockets().await;
        for person in &self.viewers[2..] {
            ears.push(socket(self, person).await);
        }
        for route in ROUTES.iter().filter(|route| route.kind == Kind::Stream && route.method == "GET") {
            let is_cried = CRIED.contains(&route.path);
            assert!(is_cried || SILENT.contains(&route.path), "there is no probe for {}", route.path);
            if route.path != SILENT[0] {
                ears.push(lines(self, &self.viewers[0], route.path, is_cried).await);
            }
        }
        ears
    }

    /// What the streams gave away until `word` was [cried](World::cry) and heard.
    pub(super) async fn overheard(&self, ears: &[Ear], word: &str) -> Vec<String> {
        self.cry(word).await;
        let mut problems = Vec::new();
        for ear in ears {
            if ear.is_cried {
                eventually_within(PATIENCE, &format!("{} hears {word}", ear.name), || async {
                    if ear.heard().contains(word) { Ok(()) } else { Err(()) }
                })
                .await;
            }
            for line in ear.heard().lines() {
                let found = leaks(line, "");
                if !found.is_empty() {
                    problems.push(format!("{} heard {found:?}: {line}", ear.name));
                }
            }
        }
        problems
    }
}
