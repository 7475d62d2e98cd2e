//! Pages, feeds, files and documents for other servers: every route in the sources of the program that is not in the table
//! of the client API, filled in with what is held, asked by a guest, by people in browsers and by another server, signed and
//! unsigned. A parameter nobody thought of here fails.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::browser::Browser;
use staffroom_tests::process::PASSWORD;

use super::finder::{COMMON, leaks, marker};
use super::posts::{TAGGED, Written};
use super::sweep::{Pools, looked};
use super::world::{World, text};
use crate::architecture::{Text, texts};

/// First arguments of `.route(` that are no words, and where those are probed: files of the program's own, and the table.
const NAMELESS: [&str; 3] = ["assets::style_path()", "assets::icon_path()", "$path"];
/// On a port of its own.
const METRICS: &str = "/metrics";
const KINDS: [&str; 3] = ["application/activity+json", "text/html", "application/json"];

/// Where the newest of the author and of the published hashtag is shown.
pub(super) const NEWEST: [&str; 5] =
    ["/@author", "/@author.rss", "/tags/SLTchat", "/tags/SLTchat.rss", "/users/author/outbox?page=true"];

/// A route of a router in the sources.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mounted {
    path: String,
    is_read: bool,
    is_sent: bool,
}

/// The routes mounted in a source, and what is not understood of it.
fn mounted(file: &Text) -> (Vec<Mounted>, Vec<String>) {
    let (mut routes, mut problems) = (Vec::new(), Vec::new());
    for call in file.content.split(".route(").skip(1) {
        let (first, rest) = call.split_once(',').unwrap_or((call, ""));
        let rest = rest.split_once(';').map_or(rest, |(rest, _)| rest);
        let Some(path) = first.split('"').nth(1) else {
            if !NAMELESS.contains(&first.trim()) {
                problems.push(format!("{}: there is no probe for the route {}", file.path, first.trim()));
            }
            continue;
        };
        let path = if first.contains("format!") { path.replace("{{", "{").replace("}}", "}") } else { path.to_owned() };
        let path = path.trim_end_matches("{slash}").to_owned();
        let (is_any, is_read) = (rest.contains("any("), rest.contains("get("));
        let is_sent = rest.contains("post(");
        if !(is_any || is_read || is_sent) {
            problems.push(format!("{}: there is no probe for how {path} is called", file.path));
        }
        routes.push(Mounted { path, is_read: is_read || is_any, is_sent: is_sent || is_any });
    }
    (routes, problems)
}

/// The path with everything in the place of its parameters that could be meant; the error names one nobody thought of.
fn filled(path: &str, values: &impl Fn(&str) -> Option<Vec<String>>) -> Result<Vec<String>, String> {
    let Some((before, rest)) = path.split_once('{') else { return Ok(vec![path.to_owned()]) };
    let (name, after) = rest.split_once('}').unwrap_or((rest, ""));
    let known = values(name).ok_or_else(|| format!("there is no probe for {{{name}}} in {path}"))?;
    let mut all = Vec::new();
    for value in known {
        all.extend(filled(&format!("{before}{value}{after}"), values)?);
    }
    Ok(all)
}

/// What can stand in the place of a parameter.
fn value(world: &World, written: &Written, pools: &Pools, name: &str) -> Option<Vec<String>> {
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    Some(match name {
        "name" => own(&["author", "moderation", "writer7"]),
        "id" => pools.all(),
        "slug" => {
            let tags = ["SLTchat".to_owned(), "sltchat".to_owned(), marker(1), marker(TAGGED), COMMON.to_owned()];
            tags.iter().flat_map(|tag| [tag.clone(), format!("{tag}.rss")]).collect()
        }
        "key" | "signature" | "address" | "shortcode" => own(&["x"]),
        "file" => ["follows", "blocks", "mutes", "domain_blocks", "lists", "bookmarks"]
            .map(|file| format!("{file}.csv"))
            .into(),
        "*path" => written.media.iter().flat_map(|media| files(world, media)).collect(),
        "*rest" => own(&["v1/nothing"]),
        _ => return None,
    })
}

/// Where the files of an attachment were before it was held, below `/media`.
fn files(world: &World, media: &Value) -> Vec<String> {
    let start = format!("{}/media/", world.server.url());
    let addresses = [&media["url"], &media["preview_url"]];
    addresses.iter().filter_map(|url| text(url).strip_prefix(&start).map(str::to_owned)).collect()
}

/// All routes, and what is not understood of the sources.
fn routes() -> (BTreeSet<Mounted>, Vec<String>) {
    let (mut routes, mut problems) = (BTreeSet::new(), Vec::new());
    for file in texts(&["crates"], &["rs"]) {
        let (more, unclear) = mounted(&file);
        routes.extend(more);
        problems.extend(unclear);
    }
    (routes, problems)
}

impl World {
    /// What pages, feeds and documents that show the newest give away, to all who ask.
    pub(super) async fn look_at_newest(&self) -> Vec<String> {
        let mut browsers = vec![(String::new(), Browser::default())];
        let mut problems = Vec::new();
        for path in NEWEST {
            problems.extend(self.read_outside(path, &mut browsers).await);
        }
        problems
    }

    /// Looks everywhere but at the client API; where something was found.
    pub(super) async fn look_outside(&self, written: &Written, pools: &Pools) -> Vec<String> {
        let (routes, mut problems) = routes();
        assert!(routes.len() > 50, "the sources are read: {routes:?}");
        let values = |name: &str| value(self, written, pools, name);
        let mut browsers = vec![(String::new(), Browser::default())];
        for person in [&self.viewers[0], &self.viewers[3]] {
            browsers.push((person.name.clone(), self.browser(&person.name).await));
        }
        for route in routes.iter().filter(|route| route.path != METRICS) {
            let paths = match filled(&route.path, &values) {
                Ok(paths) => paths,
                Err(why) => {
                    problems.push(why);
                    continue;
                }
            };
            for path in paths {
                if route.is_read {
                    problems.extend(self.read_outside(&path, &mut browsers).await);
                }
                if route.is_sent {
                    problems.extend(self.send_outside(&path, &mut browsers).await);
                }
            }
        }
        for path in self.more(written) {
            problems.extend(self.read_outside(&path, &mut browsers).await);
        }
        problems
    }

    /// Addresses that show something only when asked for it.
    fn more(&self, written: &Written) -> Vec<String> {
        let mut paths = Vec::new();
        for name in ["author", "moderation", "writer7"] {
            for (page, query) in [("outbox", "page=true"), ("outbox", "page=true&min_id=0"), ("followers", "page=1")] {
                paths.push(format!("/users/{name}/{page}?{query}"));
            }
            paths.push(format!("/@{name}.rss"));
            paths.push(format!("/.well-known/webfinger?resource=acct:{name}@{}", self.server.host()));
        }
        paths.push("/tags/sltchat/outbox?since=0".to_owned());
        for held in &written.each {
            let uri: String = url::form_urlencoded::byte_serialize(held.uri.as_bytes()).collect();
            paths.push(format!("/api/oembed?url={uri}"));
        }
        paths
    }

    /// Somebody's browser.
    async fn browser(&self, name: &str) -> Browser {
        let mut browser = Browser::default();
        let page = browser.open(&format!("{}/auth/sign_in", self.server.url())).await;
        assert_eq!(browser.sign_in(&page, name, PASSWORD).await.status, 200, "{name}");
        browser
    }

    /// What an address gives away to a guest, another server and people in `browsers`, each asking in their way.
    async fn read_outside(&self, path: &str, browsers: &mut [(String, Browser)]) -> Vec<String> {
        let mut problems = Vec::new();
        let mut say = |who: &str, found: Vec<String>| {
            if !found.is_empty() {
                problems.push(format!("{who} GET {path}: {found:?}"));
            }
        };
        for kind in KINDS {
            let request = self.guest.request(Method::GET, path).header("accept", kind);
            say(kind, looked(request, path).await);
        }
        let (_, document) = self.eve.fetch(&format!("{}{path}", self.server.url())).await;
        say("eve", leaks(&document.to_string(), path));
        for (name, browser) in browsers {
            let page = browser.open(&format!("{}{path}", self.server.url())).await;
            say(name.as_str(), leaks(&format!("{:?} {}", page.headers, page.body), path));
        }
        problems
    }

    /// The same of what is sent there.
    async fn send_outside(&self, path: &str, browsers: &mut [(String, Browser)]) -> Vec<String> {
        let mut problems = Vec::new();
        let url: url::Url = format!("{}{path}", self.server.url()).parse().unwrap();
        let activity = self.eve.activity("Like", &json!(self.author.uri)).to_string();
        let request = self.guest.request(Method::POST, path).header("content-type", KINDS[0]).body(activity);
        let mut found = looked(request, path).await;
        for (_, browser) in browsers.iter_mut().take(2) {
            let page = browser.post(url.clone(), &[("choice", "publish"), ("text", "mine")]).await;
            found.extend(leaks(&format!("{:?} {}", page.headers, page.body), path));
        }
        if !found.is_empty() {
            problems.push(format!("POST {path}: {found:?}"));
        }
        problems
    }

    /// What another server says about what is held, by its address, and what it is answered.
    pub(super) async fn says_much(&self, written: &Written) -> Vec<String> {
        let (eve, inbox) = (&self.eve, format!("{}/inbox", self.server.url()));
        let author = self.author.uri.as_str();
        for held in &written.each {
            let object = json!(held.uri);
            let mut answer = eve.note("Is that so?", &[author]);
            answer["inReplyTo"] = object.clone();
            eve.puppet.publish(&answer);
            let mut quoting = eve.note("Look at this", &[author]);
            quoting["quote"] = object.clone();
            eve.puppet.publish(&quoting);
            let mut asking = eve.activity("QuoteRequest", &object);
            asking["instrument"] = quoting.clone();
            for activity in [
                eve.activity("Like", &object),
                eve.activity("Announce", &object),
                eve.activity("Flag", &json!([author, held.uri])),
                eve.activity("Create", &answer),
                eve.activity("Create", &quoting),
                asking,
            ] {
                let code = eve.deliver(&inbox, &activity).await;
                assert!((200..500).contains(&code), "{activity}: {code}");
            }
        }
        self.quiet().await;
        self.received()
    }

    /// What was sent to other servers, and what they were asked for.
    pub(super) fn received(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for received in self.puppet.received() {
            let found = leaks(&received.activity.to_string(), "");
            if !found.is_empty() {
                problems.push(format!("sent to {}: {found:?} {}", received.path, received.activity));
            }
        }
        problems.extend(self.puppet.fetched().iter().filter(|path| !leaks(path, "").is_empty()).cloned());
        problems
    }
}

#[test]
fn a_route_nobody_thought_of_is_noticed() {
    let source = r#"
        Router::new()
            .route("/plain", get(a))
            .route(&format!("/held/{{id}}/{{key}}{slash}"), get(b).post(c))
            .route(
                &format!("/long{slash}"),
                post(d),
            )
            .route(assets::style_path(), get(e))
            .route(strange(), get(f))
            .route("/odd/{colour}", patch(g));
    "#;
    let (routes, problems) = mounted(&Text::new("crates/web/src/lib.rs", source));
    let paths: Vec<(&str, bool, bool)> =
        routes.iter().map(|route| (route.path.as_str(), route.is_read, route.is_sent)).collect();
    let wanted = [("/plain", true, false), ("/held/{id}/{key}", true, true), ("/long", false, true)];
    assert_eq!((&paths[..3], paths[3].0, problems.len()), (&wanted[..], "/odd/{colour}", 2), "{problems:?}");
    let values = |name: &str| (name == "id").then(|| vec!["1".to_owned(), "2".to_owned()]);
    assert_eq!(filled("/a/{id}/b", &values), Ok(vec!["/a/1/b".to_owned(), "/a/2/b".to_owned()]));
    assert!(filled("/odd/{colour}", &values).unwrap_err().contains("colour"));
}
