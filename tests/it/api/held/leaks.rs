//! Nothing held is seen anywhere: every way to read, for everybody but the author, against markers that stand in held texts
//! alone. A route nobody thought of is asked as well, because the table of routes says what there is. When all of it is let
//! out, the same search finds the markers: it can see.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use staffroom_server::api::{Kind, ROUTES};
use staffroom_tests::api::Api;
use staffroom_tests::device::{Device, PushService};
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};
use staffroom_tests::puppet::Puppet;
use staffroom_tests::wait::eventually;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

use super::super::media::{picture, upload};
use super::{HOLDS, STATUSES, text};

/// Begins every marker.
const MARKER: &str = "leakmark";
/// Generous: nothing is measured.
const SOON: Duration = Duration::from_mins(1);
const STAFF: &str = "read write follow push admin:read admin:write";

struct World {
    server: ServerProcess,
    author: Api,
    token: String,
    /// Everybody who must see nothing.
    others: Vec<(&'static str, Api)>,
    judge: Api,
    author_id: String,
    ids: BTreeSet<String>,
}

fn token(server: &ServerProcess, handle: &str) -> String {
    let printed = server.admin(&["token", "create", "--account", handle, "--scopes", STAFF], "");
    printed.lines().last().unwrap().to_owned()
}

async fn world(neighbours: &[u16]) -> World {
    let [port] = free_ports();
    let server = ServerProcess::start_with(port, neighbours, &[("API__PUBLIC_TIMELINES", "true")]).await;
    for name in ["author", "follower", "stranger", "judge"] {
        server.member_token(name);
    }
    let school = server.admin(&["organisation", "list"], "").lines().last().unwrap().to_owned();
    let slug = school.split_whitespace().next().unwrap();
    server.admin(&["organisation", "member", "set", slug, "judge", "moderator"], "");
    server.admin(&["organisation", "create", "Elm School", "--slug", "elm"], "");
    let email = "head@example.org";
    let head = ["account", "create", "--handle", "head", "--email", email, "--organisation", "elm", "--password-stdin"];
    server.admin(&head, PASSWORD);
    server.admin(&["organisation", "member", "set", "elm", "head", "admin"], "");
    let api = |handle: &str| server.api(Some(token(&server, handle)));
    let author_token = token(&server, "author");
    let author = server.api(Some(author_token.clone()));
    let author_id = text(&author.get("/api/v1/accounts/verify_credentials").await["id"]);
    let follower = api("follower");
    follower.post(&format!("/api/v1/accounts/{author_id}/follow"), &json!({ "notify": true })).await;
    let others =
        vec![("follower", follower), ("stranger", api("stranger")), ("head", api("head")), ("guest", server.api(None))];
    let judge = api("judge");
    let ids = BTreeSet::from([author_id.clone()]);
    World { author, token: author_token, others, judge, author_id, ids, server }
}

impl World {
    /// One of each kind of thing that can be held, each with a marker of its own; returns the ids of the new statuses.
    async fn write(&mut self) -> Vec<String> {
        let published = self.author.post(STATUSES, &json!({ "status": "An ordinary day" })).await;
        self.ids.insert(text(&published["id"]));
        let bytes = picture(8, 8, ImageFormat::Png);
        let (_, media) = upload(&self.author, "/api/v2/media", &bytes, "a.png").await;
        let media_id = text(&media["id"]);
        let about = json!({ "description": format!("UPN H801200001001 {MARKER}media") });
        self.author.send(Method::PUT, &format!("/api/v1/media/{media_id}"), &about).await.ok();
        self.ids.insert(media_id.clone());
        let mut held = Vec::new();
        for (kind, mut status) in [
            (
                "text",
                json!({ "status": format!("UPN H801200001001 {MARKER}text @stranger https://page.example/{MARKER}") }),
            ),
            ("tag", json!({ "status": format!("UPN H801200001001 #{MARKER}tag #SLTchat") })),
            ("warning", json!({ "status": "look", "spoiler_text": format!("UPN H801200001001 {MARKER}warning") })),
            ("media", json!({ "status": format!("{MARKER}picture"), "media_ids": [media_id] })),
            ("private", json!({ "status": format!("UPN H801200001001 {MARKER}private"), "visibility": "private" })),
            ("unlisted", json!({ "status": format!("UPN H801200001001 {MARKER}unlisted"), "visibility": "unlisted" })),
            (
                "direct",
                json!({ "status": format!("@stranger UPN H801200001001 {MARKER}direct"), "visibility": "direct" }),
            ),
            (
                "answer",
                json!({ "status": format!("UPN H801200001001 {MARKER}answer"), "in_reply_to_id": published["id"] }),
            ),
            ("after", json!({ "status": format!("{MARKER}after") })),
            ("quote", json!({ "status": format!("{MARKER}quote") })),
            (
                "later",
                json!({ "status": format!("UPN H801200001001 {MARKER}later"), "scheduled_at": "2099-01-01T00:00:00Z" }),
            ),
        ] {
            match kind {
                "after" => status["in_reply_to_id"] = json!(held[0]),
                "quote" => status["quoted_status_id"] = json!(held[0]),
                _ => {}
            }
            let made = self.author.post(STATUSES, &status).await;
            assert!(kind == "later" || made["staffroom"]["held"].is_object(), "{kind}: {made}");
            self.ids.insert(text(&made["id"]));
            held.push(text(&made["id"]));
        }
        let poll = json!({ "options": [format!("UPN H801200001001 {MARKER}poll"), "other"], "expires_in": 3600 });
        let poll = self.author.post(STATUSES, &json!({ "status": "which?", "poll": poll })).await;
        self.ids.extend([text(&poll["id"]), text(&poll["poll"]["id"])]);
        held.push(text(&poll["id"]));
        let edit = json!({ "status": format!("UPN H801200001001 {MARKER}edit") });
        self.author.send(Method::PUT, &format!("{STATUSES}/{}", text(&published["id"])), &edit).await.ok();
        for notice in self.author.get("/api/v1/notifications?limit=80").await.as_array().unwrap() {
            self.ids.extend(notice["status"]["id"].as_str().map(str::to_owned));
        }
        for talk in self.author.get("/api/v1/conversations?limit=40").await.as_array().unwrap() {
            self.ids.insert(text(&talk["id"]));
        }
        held
    }

    /// Every address that can be read, with every id in every place for one.
    fn addresses(&self) -> Vec<String> {
        let readable = ROUTES.iter().filter(|route| route.method == "GET" && route.kind != Kind::Stream);
        let mut paths: Vec<String> = readable.flat_map(|route| self.filled(route.path)).collect();
        for id in &self.ids {
            for more in ["", "/activity", "/replies"] {
                paths.push(format!("/users/author/statuses/{id}{more}"));
            }
            paths.extend([format!("/@author/{id}"), format!("/contexts/{id}"), format!("/held/{id}/key")]);
            paths.push(format!("/users/moderation/statuses/{id}"));
            paths.push(format!("{STATUSES}?id[]={id}"));
            paths.push(format!("/api/oembed?url={}/@author/{id}", self.server.url()));
        }
        for word in ["text", "media", "warning", "poll", "edit"] {
            paths.push(format!("/api/v2/search?q={MARKER}{word}"));
            paths.push(format!("/api/v2/search?type=statuses&q={MARKER}{word}+from:author"));
        }
        paths.push(format!("/tags/{MARKER}tag"));
        for more in ["pinned=true", "only_media=true", "exclude_replies=true", "tagged=leakmarktag"] {
            paths.push(format!("/api/v1/accounts/{}/statuses?{more}", self.author_id));
        }
        paths.push(format!("/api/v1/timelines/link?url=https%3A%2F%2Fpage.example%2F{MARKER}"));
        for end in ["", "/outbox", "/outbox?page=true", "/collections/featured", "/followers", "/following"] {
            paths.push(format!("/users/author{end}"));
            paths.push(format!("/users/moderation{end}"));
        }
        paths.extend(["/", "/@author", "/@moderation", "/tags/SLTchat/outbox", "/nodeinfo/2.0"].map(str::to_owned));
        paths
    }

    fn filled(&self, path: &str) -> Vec<String> {
        let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
        let (name, after) = rest.split_once('}').unwrap();
        let values: Vec<String> = match name {
            "hashtag" | "name" => vec![format!("{MARKER}tag"), "SLTchat".to_owned()],
            _ => self.ids.iter().cloned().collect(),
        };
        values.iter().flat_map(|value| self.filled(&format!("{before}{value}{after}"))).collect()
    }

    /// Where somebody finds a marker.
    async fn found(&self, api: &Api) -> Vec<String> {
        let mut found = Vec::new();
        for path in self.addresses() {
            for accept in ["application/json", "application/activity+json", "text/html"] {
                let answer = api.request(Method::GET, &path).header("accept", accept).send().await.unwrap();
                let (status, body) = (answer.status().as_u16(), answer.text().await.unwrap());
                assert!(status < 500, "{path}: {status} {body}");
                // whoever asks for a hashtag is told its name
                let is_named = path.contains("/tags/");
                let words = if is_named { body.replace(&format!("{MARKER}tag"), "") } else { body };
                if words.contains(MARKER) {
                    found.push(format!("{path} {accept}"));
                }
                if path.starts_with("/api/") {
                    break;
                }
            }
        }
        found
    }
}

/// What somebody hears from now on, on everything they may listen to.
async fn listen(server: &ServerProcess, token: &str) -> UnboundedReceiver<Value> {
    let stream = TcpStream::connect(server.host()).await.unwrap();
    let url = format!("ws://{}/api/v1/streaming?access_token={token}", server.host());
    let (mut socket, _) = client_async(url, stream).await.unwrap();
    let mut channels: Vec<Value> =
        ["user", "public", "public:local", "direct"].map(|name| json!({ "stream": name })).into();
    channels.push(json!({ "stream": "hashtag", "tag": format!("{MARKER}tag") }));
    for mut channel in channels {
        channel["type"] = json!("subscribe");
        socket.send(Message::Text(channel.to_string().into())).await.unwrap();
    }
    // refused, and after everything said before it
    socket.send(Message::Text(json!({ "type": "dance" }).to_string().into())).await.unwrap();
    let (send, mut events) = unbounded_channel();
    tokio::spawn(async move {
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(message) = message else { continue };
            if send.send(serde_json::from_str(message.as_str()).unwrap()).is_err() {
                return;
            }
        }
    });
    let refused: Value = tokio::time::timeout(SOON, events.recv()).await.unwrap().unwrap();
    assert_eq!(refused["status"], 400, "{refused}");
    events
}

/// What was heard until `word` was said in public.
async fn until(events: &mut UnboundedReceiver<Value>, word: &str) -> Vec<Value> {
    let mut heard = Vec::new();
    loop {
        let event = tokio::time::timeout(SOON, events.recv()).await.unwrap().unwrap();
        let is_last = event["stream"][0] == "public" && event["payload"].as_str().unwrap_or_default().contains(word);
        heard.push(event);
        if is_last {
            return heard;
        }
    }
}

#[tokio::test]
async fn nothing_held_is_seen_heard_or_sent_until_it_is_let_out() {
    let [puppets, pushed] = free_ports();
    let (puppet, push) = (Puppet::start(puppets).await, PushService::start(pushed).await);
    let mut world = world(&[puppets, pushed]).await;
    let eve = puppet.actor("eve");
    let uri = text(&world.author.get("/api/v1/accounts/verify_credentials").await["uri"]);
    assert_eq!(eve.deliver(&format!("{}/inbox", world.server.url()), &eve.activity("Follow", &json!(uri))).await, 202);
    eventually("eve follows", || async {
        let accepted = puppet.received_of("Accept").len();
        if accepted == 1 { Ok(()) } else { Err(accepted) }
    })
    .await;
    let devices = [Device::new(), Device::new()];
    for (api, device, path) in [(&world.author, &devices[0], "/author"), (&world.others[1].1, &devices[1], "/stranger")]
    {
        let asked = device.subscription(&push.url(path), true, &["mention", "status", "quote"]);
        api.post("/api/v1/push/subscription", &asked).await;
    }
    let mut own = listen(&world.server, &world.token).await;
    let mut strange = listen(&world.server, &token(&world.server, "stranger")).await;

    let held = world.write().await;
    world.others[0].1.post(STATUSES, &json!({ "status": "markerone" })).await;
    let heard = until(&mut strange, "markerone").await;
    assert!(!heard.iter().any(|event| event.to_string().contains(MARKER)), "{heard:?}");
    let heard = until(&mut own, "markerone").await;
    let updates = heard.iter().filter(|event| event["event"] == "update" && event.to_string().contains(MARKER));
    assert_eq!(updates.count(), 0, "{heard:?}");
    for (who, api) in &world.others {
        assert_eq!(world.found(api).await, Vec::<String>::new(), "{who}");
    }
    let (code, _) = eve.fetch(&format!("{uri}/statuses/{}", held[0])).await;
    assert_eq!(code, 404);
    let database = world.server.database();
    for kept in [
        "statuses WHERE text LIKE '%leakmark%' AND account_id IN (SELECT account_id FROM users)",
        "hashtags WHERE name LIKE '%leakmark%'",
        "polls WHERE options LIKE '%leakmark%'",
        "preview_cards",
        "status_versions WHERE content LIKE '%leakmark%'",
        "moderation_decisions WHERE findings LIKE '%leakmark%'",
        "jobs WHERE payload LIKE '%leakmark%'",
        "letters",
    ] {
        assert_eq!(database.count(kept).await, 0, "{kept}");
    }
    let told = eventually("the author's device is told", || async {
        let told: Vec<Value> = push.taken("/author").iter().filter_map(|taken| devices[0].read(taken)).collect();
        if told.is_empty() { Err(told) } else { Ok(told) }
    })
    .await;
    assert_eq!(told[0]["notification_type"], "mention");
    assert!(push.taken("/stranger").is_empty());
    assert!(puppet.received_of("Create").iter().all(|activity| !activity.to_string().contains(MARKER)));

    for id in &held {
        // what only waits goes with what it waits for
        let code = world.judge.send(Method::POST, &format!("{HOLDS}/{id}/release"), &json!({})).await.status;
        assert!([200, 404].contains(&code), "{id}: {code}");
    }
    let edit = world.judge.get(HOLDS).await;
    assert_eq!(edit.as_array().unwrap().len(), 1);
    world.judge.post(&format!("{HOLDS}/{}/release", text(&edit[0]["id"])), &json!({})).await;
    world.others[0].1.post(STATUSES, &json!({ "status": "markertwo" })).await;
    let heard = until(&mut strange, "markertwo").await;
    assert!(heard.iter().any(|event| event["event"] == "update" && event.to_string().contains("leakmarktext")));
    let heard = until(&mut own, "markertwo").await;
    let at = |wanted: &dyn Fn(&Value) -> bool| heard.iter().position(wanted).unwrap();
    let gone = at(&|event| event["event"] == "delete" && event["payload"] == json!(held[0]));
    let new = at(&|event| event["event"] == "update" && event.to_string().contains("leakmarktext"));
    assert!(gone < new, "{heard:?}");
    let found = world.found(&world.others[1].1).await;
    assert!(found.len() > 10, "a stranger finds it now: {found:?}");
    eventually("it is sent", || async {
        let sent =
            puppet.received_of("Create").into_iter().filter(|one| one.to_string().contains("leakmarktext")).count();
        if sent == 1 { Ok(()) } else { Err(sent) }
    })
    .await;
    eventually("the device of somebody named is told", || async {
        let told: Vec<Value> = push.taken("/stranger").iter().filter_map(|taken| devices[1].read(taken)).collect();
        if told.iter().any(|one| one.to_string().contains("leakmarktext")) { Ok(()) } else { Err(told) }
    })
    .await;
}
