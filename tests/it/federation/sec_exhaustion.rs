//! Attacks on our time, memory and disk: deep and long documents, endless threads, endless hosts, slow and greedy
//! clients.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::{self, COVERED, PUBLIC, Puppet, draft};
use staffroom_tests::wait::{eventually, eventually_within};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::hostile::{Scene, scene};
use super::network::{actor_uri, one_with, text};
use crate::soak::{minutes, scaled};

const HOME: &str = "/api/v1/timelines/home";

impl Scene {
    async fn post(&self, body: &str) -> u16 {
        let mut request = draft("POST", &self.inbox, body.as_bytes());
        self.eve.sign(&mut request, &COVERED);
        puppet::send(request).await.0
    }
}

#[tokio::test]
async fn sec_45_documents_beyond_all_measure_are_refused() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let note = scene.eve.note("measure", &[&me]);
    let with = |value: &str| {
        let mut note = note.clone();
        note["x"] = json!("HERE");
        scene.eve.activity("Create", &note).to_string().replace("\"HERE\"", value)
    };
    for (what, body) in [
        ("100,000 deep lists", with(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)))),
        ("100,000 deep objects", with(&format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000)))),
        ("a list of 400,000", with(&format!("[{}1]", "1,".repeat(400_000)))),
        ("a number of 900,000 digits", with(&"9".repeat(900_000))),
        ("a huge exponent", with("1e999999999")),
        ("a huge negative exponent of many digits", with(&format!("1e-{}", "9".repeat(100)))),
        ("half a surrogate pair", with(r#""\ud800""#)),
        ("a broken escape", with(r#""\u12""#)),
        ("two megabytes", with(&format!("\"{}\"", "a".repeat(2_000_000)))),
        ("not closed", with("[[[")),
        ("not UTF-8 by escape", with("\"\u{0}\"")),
    ] {
        let status = scene.post(&body).await;
        assert!((400..500).contains(&status), "{what}: {status}");
    }
    // long texts in every place are cut, not refused
    let long = "a".repeat(90_000);
    let mut note = scene.eve.note("long", &[&me]);
    for field in ["content", "summary", "name", "url", "published", "inReplyTo", "type2", "replies"] {
        note[field] = json!(long);
    }
    note["content"] = json!(format!("long {long}"));
    note["tag"].as_array_mut().unwrap().push(json!({ "type": "Hashtag", "name": format!("#{long}") }));
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    let seen = one_with(&scene.amy, HOME, "long").await;
    assert!(seen["content"].as_str().unwrap().len() <= 100_100);
    assert!(seen["url"].as_str().unwrap().len() < 3_000);
}

#[tokio::test]
async fn sec_46_endless_threads_end_and_show_what_is_there() {
    let scene = scene().await;
    // a thread upwards without end, each step by somebody new; all on one host, then each on a host of its own
    let base = scene.puppet.clone();
    for (name, one_host) in [("chain", true), ("wild", false)] {
        let host = base.clone();
        let at = move |n: usize| {
            let label = if one_host { name.to_owned() } else { format!("h{n}.{name}") };
            host.named(&label).url(&format!("/{name}/{n}"))
        };
        base.makes(move |key| {
            let (rest, n) = key.rsplit_once('/')?;
            let (is_actor, n) = n.strip_prefix('u').map_or((false, n), |n| (true, n));
            let n: usize = n.parse().ok()?;
            rest.ends_with(&format!("/{name}")).then_some(())?;
            let uri = at(n).replace(&format!("/{n}"), &format!("/u{n}"));
            Some(if is_actor {
                json!({ "id": uri, "type": "Person", "preferredUsername": format!("u{n}"), "inbox": format!("{uri}/inbox") })
            } else {
                json!({ "id": at(n), "type": "Note", "attributedTo": uri, "content": format!("{name} number {n}"),
                        "to": [PUBLIC], "published": puppet::now(), "inReplyTo": at(n + 1) })
            })
        });
        let label = if one_host { name.to_owned() } else { format!("h0.{name}") };
        let mut answer = scene.eve.note(&format!("answers {name}"), &[]);
        answer["inReplyTo"] = json!(base.named(&label).url(&format!("/{name}/0")));
        let before = base.fetched().len();
        scene.deliver(&scene.eve, &scene.eve.activity("Create", &answer)).await;
        let seen = one_with(&scene.amy, HOME, &format!("answers {name}")).await;
        eventually("the climb ends", || async {
            let waiting = scene.server.database().count("jobs WHERE attempts = 0 AND kind <> 'fill_thread'").await;
            let known = scene.server.database().count(&format!("statuses WHERE uri LIKE '%/{name}/%'")).await;
            if waiting == 0 && known > 3 { Ok(()) } else { Err((waiting, known)) }
        })
        .await;
        let asked = base.fetched().len() - before;
        assert!(asked <= 105, "{name}: {asked} requests");
        let context = scene.amy.get(&format!("/api/v1/statuses/{}/context", text(&seen["id"]))).await;
        let ancestors = context["ancestors"].as_array().unwrap();
        assert!(!ancestors.is_empty() && ancestors.len() <= 100, "{name}: {}", ancestors.len());
    }
    // answers to itself, and in a circle of three
    let notes: Vec<Value> = (0..3).map(|n| scene.eve.note(&format!("circle {n}"), &[])).collect();
    for (n, note) in notes.iter().enumerate() {
        let mut note = note.clone();
        note["inReplyTo"] = notes[(n + 1) % 3]["id"].clone();
        scene.puppet.publish(&note);
        scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    }
    let mut own = scene.eve.note("answers itself", &[]);
    own["inReplyTo"] = own["id"].clone();
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &own)).await;
    for words in ["circle 0", "circle 1", "circle 2", "answers itself"] {
        let seen = one_with(&scene.amy, HOME, words).await;
        scene.amy.get(&format!("/api/v1/statuses/{}/context", text(&seen["id"]))).await;
    }
}

/// What the server keeps in its folder (nothing that grows, where PostgreSQL keeps it).
fn stored_bytes(scene: &Scene) -> u64 {
    let files = std::fs::read_dir(scene.server.data()).unwrap().flatten();
    files.filter_map(|file| file.metadata().ok()).filter(std::fs::Metadata::is_file).map(|file| file.len()).sum()
}

#[tokio::test]
async fn sec_48_a_factory_of_hosts_gets_few_of_them_in() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let (mut taken, before, began) = (0, stored_bytes(&scene), Instant::now());
    for n in 0..scaled(60, 100_000) {
        if minutes().is_some_and(|minutes| began.elapsed() >= Duration::from_secs(60 * minutes)) {
            break;
        }
        let actor = scene.puppet.named(&format!("h{n}.factory")).actor("bot");
        let status = actor.deliver(&scene.inbox, &actor.activity("Create", &actor.note("spam", &[&me]))).await;
        taken += i64::from(status == 202);
        scene.puppet.withdraw(&actor.uri);
        assert!(status == 202 || status == 401 || status == 429 || status == 503, "{status}");
    }
    scene.settled().await;
    let most = 20 * (1 + i64::try_from(began.elapsed().as_secs() / 3600).unwrap());
    assert!((1..=most).contains(&taken), "{taken}");
    let known = scene.server.database().count("accounts WHERE domain LIKE '%factory%'").await;
    assert!(known <= most, "{known}");
    let grown = stored_bytes(&scene).saturating_sub(before);
    assert!(grown <= 50 * 1024 * 1024, "{grown} bytes");
    // hosts of other domains are met as before
    let other = scene.puppet.named("honest").actor("hal");
    scene.deliver(&other, &other.activity("Create", &other.note("good day", &[&me]))).await;
    eventually("hal is heard", || async {
        let told = scene.amy.get("/api/v1/notifications?types[]=mention&limit=40").await.to_string();
        if told.contains("good day") { Ok(()) } else { Err(told.len()) }
    })
    .await;
}

#[tokio::test]
async fn sec_50_texts_made_to_keep_us_busy_do_not() {
    let scene = scene().await;
    for (n, piece) in
        ["<", "@", "#", ":", "&", "<a href=", "@a@", "http://", "<p><b><i>", "[](", "a@b.c ", "&#x", "<!--", "\"'><"]
            .iter()
            .enumerate()
    {
        let mut note = scene.eve.note("", &[]);
        note["content"] = json!(format!("busy{n} {}", piece.repeat(400_000 / piece.len())));
        note["summary"] = json!(piece.repeat(50_000 / piece.len()));
        scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    }
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &scene.eve.note("still here", &[]))).await;
    one_with(&scene.amy, HOME, "still here").await;
}

#[tokio::test]
async fn sec_51_a_flood_of_mentions_reaches_each_once() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let mut note = scene.eve.note("flood", &[]);
    let mut tags = Vec::new();
    for n in 0..1_500 {
        tags.push(json!({ "type": "Mention", "href": me }));
        tags.push(json!({ "type": "Mention", "href": scene.puppet.url(&format!("/users/u{n}")) }));
        tags.push(json!({ "type": "Hashtag", "name": format!("#tag{n}") }));
        tags.push(json!({ "type": "Emoji", "name": format!(":e{n}:"),
                          "icon": { "type": "Image", "url": scene.puppet.url("/e.png") } }));
    }
    note["tag"] = json!(tags);
    let media =
        |n: u32| json!({ "type": "Image", "mediaType": "image/png", "url": scene.puppet.url(&format!("/{n}.png")) });
    note["attachment"] = json!((0..200).map(media).collect::<Vec<_>>());
    note["cc"] = json!([me]);
    let before = scene.puppet.fetched().len();
    let mut activity = scene.eve.activity("Create", &note);
    assert!((400..500).contains(&scene.post(&activity.to_string()).await), "more values than anybody needs");
    tags.truncate(2_000);
    note["tag"] = json!(tags);
    activity["object"] = note;
    scene.deliver(&scene.eve, &activity).await;
    one_with(&scene.amy, HOME, "flood").await;
    let stored = scene.server.database();
    assert_eq!(stored.count("notifications WHERE kind = 'mention'").await, 1);
    for (table, most) in [("media_attachments", 16), ("status_tags", 100)] {
        let count = stored.count(table).await;
        assert!((1..=most).contains(&count), "{table}: {count}");
    }
    assert!(scene.puppet.fetched().len() - before <= 20, "the mentioned are not looked up");
}

/// A server that lets one address hold few connections, and one host deliver little.
async fn small_server() -> (ServerProcess, Puppet) {
    let [ours, theirs] = free_ports();
    let puppet = Puppet::start(theirs).await;
    let limits = [("SERVER__CONNECTIONS_PER_ADDRESS", "40"), ("FEDERATION__INBOX_PER_HOST_PER_MIN", "120")];
    (ServerProcess::start_with(ours, &[theirs], &limits).await, puppet)
}

/// A connection to `port` from another address of this machine.
async fn from_elsewhere(port: u16) -> Option<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::new(127, 0, 0, 2), 0).into()).unwrap();
    socket.connect((Ipv4Addr::LOCALHOST, port).into()).await.ok()
}

#[tokio::test]
async fn sec_55_slow_and_greedy_clients_lose_their_connections_and_others_do_not() {
    let (server, _) = small_server().await;
    let port: u16 = server.host().rsplit_once(':').unwrap().1.parse().unwrap();
    let healthy = async || {
        let answer = server.api(None).request(reqwest::Method::GET, "/readyz").send().await.unwrap();
        assert_eq!(answer.status(), 200);
    };
    // many that say nothing: only so many are let in, and those not for long
    let mut idle = Vec::new();
    for _ in 0..120 {
        if let Some(stream) = from_elsewhere(port).await {
            idle.push(stream);
        }
    }
    healthy().await;
    // slow headers, a slow body
    let mut slow = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    slow.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nX-A: ").await.unwrap();
    let mut body = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    let head = "POST /inbox HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/activity+json\r\nContent-Length: 900\r\n\r\n{";
    body.write_all(head.as_bytes()).await.unwrap();
    // HTTP/2 abuse: streams opened and reset, headers that never end, pings
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";
    let frame = |kind: u8, flags: u8, stream: u32, payload: &[u8]| {
        let mut frame = u32::try_from(payload.len()).unwrap().to_be_bytes()[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        frame
    };
    let request = [0x82, 0x86, 0x84, 0x41, 0x09, b'l', b'o', b'c', b'a', b'l', b'h', b'o', b's', b't'];
    let resets = (0..20_000_u32).flat_map(|n| {
        let stream = 2 * n + 1;
        [frame(1, 5, stream, &request), frame(3, 0, stream, &[0, 0, 0, 8])].concat()
    });
    let mut endless = frame(1, 1, 1, &request);
    (0..20_000).for_each(|_| endless.extend(frame(9, 0, 1, b"\x00\x01a\x01b")));
    let pings = (0..20_000).flat_map(|_| frame(6, 0, 0, b"12345678")).collect::<Vec<u8>>();
    for attack in [resets.collect::<Vec<u8>>(), endless, pings] {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        // the server may hang up while we still write: that is the point
        let writing = async {
            stream.write_all(preface).await?;
            stream.write_all(&attack).await
        };
        drop(tokio::time::timeout(Duration::from_secs(20), writing).await);
        healthy().await;
    }
    // all of them are gone in the end
    let minute = Duration::from_mins(1);
    for (what, stream) in [("slow headers", &mut slow), ("slow body", &mut body)] {
        let mut answer = Vec::new();
        let ended = tokio::time::timeout(minute, stream.read_to_end(&mut answer)).await;
        assert!(ended.is_ok(), "{what} kept its connection");
    }
    eventually_within(minute, "idle connections end", || {
        idle.retain(|stream| {
            !matches!(stream.try_read(&mut [0; 64]), Ok(0)) && stream.take_error().is_ok_and(|e| e.is_none())
        });
        let left = idle.len();
        async move { if left == 0 { Ok(()) } else { Err(left) } }
    })
    .await;
    healthy().await;
}

#[tokio::test]
async fn sec_102_the_host_that_floods_waits_alone() {
    let (server, puppet) = small_server().await;
    let inbox = format!("{}/inbox", server.url());
    let (noisy, quiet) = (puppet.named("noisy").actor("nat"), puppet.named("quiet").actor("quin"));
    let mut answers = Vec::new();
    for _ in 0..60 {
        let mut request = draft("POST", &inbox, noisy.activity("View", &json!("x")).to_string().as_bytes());
        noisy.sign(&mut request, &COVERED);
        answers.push(puppet::send_verbatim(&request).await);
    }
    let count = |code: u16| answers.iter().filter(|(status, _)| *status == code).count();
    assert!(count(202) >= 20 && count(429) > 0 && count(202) + count(429) == 60, "{} {}", count(202), count(429));
    let told_when = answers.iter().filter(|(status, _)| *status == 429).all(|(_, answer)| {
        answer
            .to_lowercase()
            .lines()
            .any(|line| line.strip_prefix("retry-after: ").is_some_and(|n| n.parse::<u32>().is_ok()))
    });
    assert!(told_when);
    for _ in 0..10 {
        assert_eq!(quiet.deliver(&inbox, &quiet.activity("View", &json!("x"))).await, 202);
    }
    // who merely says to be of that host does not use up what it has
    let (victim, mallory) = (puppet.named("victim").actor("vic"), puppet.named("mallory").actor("mal"));
    for _ in 0..60 {
        let mut request = draft("POST", &inbox, victim.activity("View", &json!("x")).to_string().as_bytes());
        puppet::sign(&mut request, &puppet::FOREIGN_KEY, &victim.key_id, &COVERED);
        assert_ne!(puppet::send(request).await.0, 202);
    }
    assert_eq!(victim.deliver(&inbox, &victim.activity("View", &json!("x"))).await, 202);
    assert_eq!(mallory.deliver(&inbox, &mallory.activity("View", &json!("x"))).await, 202);
}
