//! `can_see` holds on every way to read: each address, for each kind of reader, against statuses for each audience.

mod heard;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_server::api::{Kind, ROUTES};
use staffroom_tests::api::Api;
use staffroom_tests::browser::Browser;
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Author,
    Follower,
    /// Named in the direct status and in the one for followers.
    Named,
    Stranger,
    /// The author blocks them.
    Blocked,
    Guest,
}

const READERS: [Reader; 6] =
    [Reader::Author, Reader::Follower, Reader::Named, Reader::Stranger, Reader::Blocked, Reader::Guest];

/// Whether `reader` may read a status of `visibility`: Mastodon's rules, written down a second time on purpose.
fn may_read(reader: Reader, visibility: &str) -> bool {
    match reader {
        Reader::Author | Reader::Named => true,
        Reader::Follower => visibility != "direct",
        Reader::Stranger | Reader::Guest => matches!(visibility, "public" | "unlisted"),
        Reader::Blocked => false,
    }
}

/// A status of the author, told by a word in it that stands nowhere else.
struct Written {
    visibility: &'static str,
    word: String,
    id: String,
    uri: String,
}

struct World {
    server: ServerProcess,
    readers: Vec<(Reader, Api)>,
    /// Tokens and account ids of those who have them, in the order of the readers.
    people: Vec<(String, String)>,
    /// The follower's list, with the author on it.
    list: String,
    written: Vec<Written>,
    /// Every id anybody was ever told.
    ids: BTreeSet<String>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Everybody as they stand to each other; nothing is written yet. The server may speak with loopback `neighbours`.
async fn people(neighbours: &[u16]) -> World {
    let [port] = free_ports();
    let settings = [("API__PUBLIC_TIMELINES", "true"), ("API__REQUESTS_PER_5_MIN", "1000000")];
    let server = ServerProcess::start_with(port, neighbours, &settings).await;
    let tokens = ["author", "follower", "named", "stranger", "blocked"].map(|name| server.member_token(name));
    let [author, follower, named, stranger, blocked] = tokens.clone().map(|token| server.api(Some(token)));
    let mut ids = BTreeSet::new();
    let mut own = Vec::new();
    for api in [&author, &follower, &named, &stranger, &blocked] {
        let id = text(&api.get("/api/v1/accounts/verify_credentials").await["id"]);
        ids.insert(id.clone());
        own.push(id);
    }
    follower.post(&format!("/api/v1/accounts/{}/follow", own[0]), &json!({ "notify": true })).await;
    let list = follower.post("/api/v1/lists", &json!({ "title": "list" })).await;
    let list = text(&list["id"]);
    follower.post(&format!("/api/v1/lists/{list}/accounts"), &json!({ "account_ids": [own[0]] })).await;
    ids.insert(list.clone());
    author.post(&format!("/api/v1/accounts/{}/block", own[4]), &json!({})).await;
    stranger.post("/api/v1/tags/readpaths/follow", &json!({})).await;
    let readers = READERS.into_iter().zip([author, follower, named, stranger, blocked, server.api(None)]).collect();
    World { server, readers, people: tokens.into_iter().zip(own).collect(), list, written: Vec::new(), ids }
}

async fn world() -> World {
    let mut world = people(&[]).await;
    world.write().await;
    world
}

impl World {
    fn api(&self, reader: Reader) -> &Api {
        self.readers.iter().find_map(|(one, api)| (*one == reader).then_some(api)).unwrap()
    }

    /// Statuses of all kinds by the author, edited, some pinned, some marked by others.
    async fn write(&mut self) {
        let [author, follower, named] =
            [Reader::Author, Reader::Follower, Reader::Named].map(|reader| self.api(reader).clone());
        let mut parent = Value::Null;
        for (round, visibility) in ["public", "unlisted", "private", "direct"].into_iter().enumerate() {
            for kind in ["plain", "poll", "answer"] {
                let word = format!("word{visibility}{kind}x");
                let named = if matches!(visibility, "private" | "direct") { "@named " } else { "" };
                let mut status = json!({
                    "status": format!("{named}{word} #readpaths https://page.example/"), "visibility": visibility,
                    "spoiler_text": format!("{word} ahead"),
                });
                match kind {
                    "poll" => status["poll"] = json!({ "options": [&word, "other"], "expires_in": 3600 }),
                    "answer" => status["in_reply_to_id"] = parent.clone(),
                    _ => {}
                }
                let made = author.post("/api/v1/statuses", &status).await;
                let edit =
                    json!({ "status": format!("{} edited", text(&status["status"])), "poll": status.get("poll") });
                author.send(Method::PUT, &format!("/api/v1/statuses/{}", text(&made["id"])), &edit).await.ok();
                if kind == "plain" {
                    parent = made["id"].clone();
                    if round < 3 {
                        author.post(&format!("/api/v1/statuses/{}/pin", text(&made["id"])), &json!({})).await;
                    }
                }
                self.ids.insert(text(&made["id"]));
                self.ids.extend(made["poll"]["id"].as_str().map(str::to_owned));
                self.written.push(Written { visibility, word, id: text(&made["id"]), uri: text(&made["uri"]) });
            }
        }
        for status in &self.written {
            for (api, visible) in [(&follower, status.visibility != "direct"), (&named, true)] {
                for verb in ["favourite", "bookmark"] {
                    let path = format!("/api/v1/statuses/{}/{verb}", status.id);
                    assert_eq!(api.send(Method::POST, &path, &json!({})).await.status == 200, visible, "{path}");
                }
            }
        }
    }
}

/// The address with every id in place of its parameter that could be meant.
fn addresses(path: &str, world: &World) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    let values: Vec<String> = match rest.split('}').next().unwrap_or_default() {
        "hashtag" | "name" => vec!["readpaths".to_owned()],
        "group_key" => world.written.iter().map(|one| format!("favourite-{}", one.id)).collect(),
        _ => world.ids.iter().cloned().collect(),
    };
    values.iter().flat_map(|value| addresses(&format!("{before}{value}{after}"), world)).collect()
}

/// Words in `answer` that `reader` may not read.
fn leaked<'w>(world: &'w World, reader: Reader, answer: &str) -> Vec<&'w str> {
    let hidden = world.written.iter().filter(|one| !may_read(reader, one.visibility));
    hidden.filter(|one| answer.contains(&one.word)).map(|one| one.word.as_str()).collect()
}

async fn look(world: &World, reader: Reader, request: reqwest::RequestBuilder, path: &str) -> bool {
    let answer = request.send().await.unwrap();
    let (status, body) = (answer.status().as_u16(), answer.text().await.unwrap());
    // What is embedded in pages is what anybody would see, whoever asks.
    let reader = if path.starts_with("/api/oembed") { Reader::Guest } else { reader };
    assert!(status < 500, "{reader:?} {path}: {status} {body}");
    assert_eq!(leaked(world, reader, &body), Vec::<&str>::new(), "{reader:?} {path} ({status})");
    world.written.iter().any(|one| body.contains(&one.word))
}

#[tokio::test]
async fn no_address_shows_anybody_what_they_may_not_see() {
    let mut world = world().await;
    // ids of what others were told, to be asked for by everybody
    for (_, api) in &world.readers[..5] {
        for path in ["/api/v1/notifications?limit=80", "/api/v1/conversations", "/api/v1/scheduled_statuses"] {
            let found = api.get(path).await;
            world.ids.extend(found.as_array().unwrap().iter().map(|one| text(&one["id"])));
        }
    }
    let readable = ROUTES.iter().filter(|route| route.method == "GET" && route.kind != Kind::Stream);
    let mut paths: Vec<String> = readable.flat_map(|route| addresses(route.path, &world)).collect();
    for one in &world.written {
        let uri: String = url::form_urlencoded::byte_serialize(one.uri.as_bytes()).collect();
        paths.push(format!("/api/oembed?url={uri}"));
        paths.push(format!("/api/v2/search?type=statuses&resolve=true&q={uri}"));
        paths.push(format!("/api/v2/search?q={}", one.word));
        paths.push(format!("/api/v2/search?type=statuses&q={}+from:author", one.word));
        paths.push(format!("/api/v1/statuses?id[]={}", one.id));
    }
    paths.push("/api/v2/search?q=readpaths".to_owned());
    paths.push("/api/v1/timelines/link?url=https%3A%2F%2Fpage.example%2F".to_owned());
    for id in &world.ids {
        for more in ["pinned=true", "only_media=true", "exclude_replies=true", "tagged=readpaths"] {
            paths.push(format!("/api/v1/accounts/{id}/statuses?{more}"));
        }
    }
    let mut shown = 0;
    for (reader, api) in &world.readers {
        for path in &paths {
            shown += usize::from(look(&world, *reader, api.request(Method::GET, path), path).await);
        }
        for one in &world.written {
            let seen = api.send(Method::GET, &format!("/api/v1/statuses/{}", one.id), &Value::Null).await;
            let expected = if may_read(*reader, one.visibility) { 200 } else { 404 };
            assert_eq!(seen.status, expected, "{reader:?} {}", one.word);
        }
    }
    assert!(shown > 200, "the check sees something at all: {shown}");
}

#[tokio::test]
async fn nothing_done_to_what_one_may_not_see_shows_it() {
    let world = world().await;
    for (reader, api) in &world.readers {
        for one in world.written.iter().filter(|one| !may_read(*reader, one.visibility)) {
            for verb in [
                "favourite",
                "unfavourite",
                "bookmark",
                "unbookmark",
                "reblog",
                "unreblog",
                "mute",
                "unmute",
                "pin",
                "translate",
            ] {
                let path = format!("/api/v1/statuses/{}/{verb}", one.id);
                look(&world, *reader, api.request(Method::POST, &path).json(&json!({})), &path).await;
            }
            let answer = json!({ "status": "an answer", "in_reply_to_id": one.id });
            let refused = api.send(Method::POST, "/api/v1/statuses", &answer).await;
            assert!([401, 404, 422].contains(&refused.status), "{reader:?} {}: {}", one.word, refused.status);
        }
    }
}

#[tokio::test]
async fn other_servers_and_browsers_are_shown_public_things_alone() {
    let world = world().await;
    let guest = world.server.api(None);
    let mut paths: Vec<String> = ["outbox", "outbox?page=true", "collections/featured", "followers", "following", ""]
        .iter()
        .map(|end| format!("/users/author/{end}").trim_end_matches('/').to_owned())
        .collect();
    paths.extend(
        ["/tags/readpaths", "/tags/readpaths/outbox", "/@author", "/", "/tags/SLTchat/outbox", "/@author.rss"]
            .map(str::to_owned),
    );
    for one in &world.written {
        for end in ["", "/activity", "/replies"] {
            paths.push(format!("{}{end}", one.uri.strip_prefix(world.server.url()).unwrap()));
        }
        paths.push(format!("/@author/{}", one.id));
        paths.push(format!("/contexts/{}", one.id));
    }
    let mut shown = 0;
    for path in &paths {
        for accept in ["application/activity+json", "text/html", "application/json"] {
            let request = guest.request(Method::GET, path).header("accept", accept);
            shown += usize::from(look(&world, Reader::Guest, request, path).await);
        }
    }
    assert!(shown >= 6, "the check sees something at all: {shown}");
}

#[tokio::test]
async fn pages_and_feeds_show_what_a_guest_may_see_and_files_what_their_owner_may() {
    let world = world().await;
    let mut pages =
        ["/@author", "/@author.rss", "/tags/readpaths", "/tags/readpaths.rss", "/"].map(str::to_owned).to_vec();
    pages.extend(world.written.iter().map(|one| format!("/@author/{}", one.id)));
    let files = ["follows", "blocks", "mutes", "domain_blocks", "lists", "bookmarks"];
    let (mut shown, mut listed) = (0, 0);
    for reader in READERS {
        let mut browser = Browser::default();
        if reader != Reader::Guest {
            let page = browser.open(&format!("{}/auth/sign_in", world.server.url())).await;
            let name = format!("{reader:?}").to_lowercase();
            assert_eq!(browser.sign_in(&page, &name, PASSWORD).await.status, 200, "{name}");
        }
        for path in &pages {
            let page = browser.open(&format!("{}{path}", world.server.url())).await;
            assert!(page.status < 500, "{reader:?} {path}: {} {}", page.status, page.body);
            assert_eq!(leaked(&world, Reader::Guest, &page.body), Vec::<&str>::new(), "{reader:?} {path}");
            shown += usize::from(world.written.iter().any(|one| page.body.contains(&one.word)));
        }
        for file in files {
            let page = browser.open(&format!("{}/settings/exports/{file}.csv", world.server.url())).await;
            assert_eq!(page.url.path() == "/auth/sign_in", reader == Reader::Guest, "{reader:?} {file}");
            for one in world.written.iter().filter(|one| page.body.contains(&one.uri)) {
                assert!(may_read(reader, one.visibility), "{reader:?} {file}: {}", one.word);
                listed += 1;
            }
        }
    }
    assert!(shown >= 54 && listed >= 20, "the check sees something at all: {shown}, {listed}");
}
