//! Everybody who could see something: a school with authors and their readers, another school, a server of others, devices.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::device::{Device, PushService};
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};
use staffroom_tests::puppet::{Actor, PUBLIC, Puppet};
use staffroom_tests::wait::eventually_within;

use super::PATIENCE;
use crate::federation::network::{one_with, text as words};

const SCOPES: &str = "read write follow push profile admin:read admin:write";
/// As many statuses as are held, at 300 for each at most.
pub(super) const WRITERS: usize = 36;
/// The hashtag that is published to other servers.
pub(super) const TAG: &str = "SLTchat";
/// Jobs that nobody planned for later, and that were not tried yet.
const LEFT_TO_DO: &str =
    "jobs WHERE attempts = 0 AND kind NOT IN ('close_poll', 'publish_scheduled', 'watch_case', 'tell_morning')";
/// All kinds of notifications a device can ask for.
const ALERTS: [&str; 6] = ["mention", "status", "reblog", "quote", "update", "favourite"];

/// Somebody here.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) token: String,
    pub(super) api: Api,
    pub(super) id: String,
    pub(super) uri: String,
}

pub(super) struct World {
    pub(super) server: ServerProcess,
    /// The server of others: `eve` follows the author, `relay` everybody's hashtag.
    pub(super) puppet: Puppet,
    pub(super) eve: Actor,
    pub(super) push: PushService,
    /// Whose statuses of every kind are held.
    pub(super) author: Person,
    /// Whose statuses are held by the hundred.
    pub(super) writers: Vec<Person>,
    /// Those who must see nothing: in the author's school a follower with a list, somebody who is named, a stranger; the
    /// head of another school.
    pub(super) viewers: Vec<Person>,
    pub(super) devices: Vec<Device>,
    /// The follower's list, with the author and the writers on it.
    pub(super) list: String,
    /// Decides about the author's statuses.
    pub(super) judge: Person,
    /// Decides about everything, on the instance.
    pub(super) zoe: Person,
    /// Two who try everything: a colleague, and a head of the other school.
    pub(super) vandals: Vec<Person>,
    /// Speaks so that everybody hears.
    pub(super) crier: Person,
    /// An app on its own.
    pub(super) app: Api,
    pub(super) guest: Api,
    pub(super) document: Value,
}

pub(super) fn text(value: &Value) -> String {
    words(value).to_owned()
}

impl World {
    pub(super) async fn open() -> Self {
        let [port, theirs, pushes] = free_ports();
        let (puppet, push) = (Puppet::start(theirs).await, PushService::start(pushes).await);
        // all that the program itself says; statements hold no values
        let log = ["server", "service", "federation", "api", "web", "storage", "moderation"];
        let log = log.iter().map(|name| format!(",staffroom_{name}=debug")).collect::<Vec<_>>().concat();
        let log = format!("info{log}");
        let settings = [("API__PUBLIC_TIMELINES", "true"), ("LOG__FILTER", log.as_str())];
        let server = ServerProcess::start_logged(port, &[theirs, pushes], &settings).await;
        server.admin(&["organisation", "create", "Elm School", "--slug", "elm"], "");
        let named = ["author", "follower", "named", "stranger", "judge", "zoe", "vandal", "crier", "head", "boss"];
        let mut all: Vec<String> = named.map(str::to_owned).into();
        all.extend((0..WRITERS).map(|n| format!("writer{n}")));
        let mut people = people(&server, &all).await;
        let oak = server.admin(&["organisation", "list"], "");
        let mut slugs = oak.lines().map(|line| line.split_whitespace().next().unwrap_or_default());
        let oak = slugs.rfind(|slug| *slug != "elm").unwrap().to_owned();
        server.admin(&["organisation", "member", "set", &oak, "judge", "moderator"], "");
        for head in ["head", "boss"] {
            server.admin(&["organisation", "member", "set", "elm", head, "admin"], "");
        }
        server.admin(&["account", "set-role", "zoe", "admin"], "");
        let writers = people.split_off(named.len());
        let mut people = people.into_iter();
        let mut next = || people.next().unwrap();
        let (author, follower, named, stranger) = (next(), next(), next(), next());
        let (judge, zoe, vandal, crier, head, boss) = (next(), next(), next(), next(), next(), next());
        let guest = server.api(None);
        let app = app(&server).await;
        let document = guest.get("/api/openapi.json").await;
        let viewers = vec![follower, named, stranger, head];
        let mut world = Self {
            eve: puppet.actor("eve"),
            devices: Vec::new(),
            list: String::new(),
            vandals: vec![vandal, boss],
            server,
            puppet,
            push,
            author,
            writers,
            viewers,
            judge,
            zoe,
            crier,
            app,
            guest,
            document,
        };
        world.connect().await;
        world
    }

    /// Who hears of whom.
    async fn connect(&mut self) {
        let known = json!({ "indexable": true, "discoverable": true });
        self.author.api.send(Method::PATCH, "/api/v1/accounts/update_credentials", &known).await.ok();
        let follower = self.viewers[0].api.clone();
        self.list = text(&follower.post("/api/v1/lists", &json!({ "title": "all of them" })).await["id"]);
        let mut ids = Vec::new();
        for person in self.writers.iter().chain([&self.author, &self.crier]) {
            follower.post(&format!("/api/v1/accounts/{}/follow", person.id), &json!({ "notify": true })).await;
            ids.push(person.id.clone());
        }
        follower.post(&format!("/api/v1/lists/{}/accounts", self.list), &json!({ "account_ids": ids })).await;
        self.viewers[2].api.post(&format!("/api/v1/tags/{TAG}/follow"), &json!({})).await;
        for person in std::iter::once(&self.author).chain(&self.viewers) {
            let device = Device::new();
            let asked = device.subscription(&self.push.url(&format!("/{}", person.name)), true, &ALERTS);
            person.api.post("/api/v1/push/subscription", &asked).await;
            self.devices.push(device);
        }
        let (eve, relay) = (&self.eve, self.puppet.actor("relay"));
        let inbox = format!("{}/inbox", self.server.url());
        assert_eq!(eve.deliver(&inbox, &eve.activity("Follow", &json!(self.author.uri))).await, 202);
        let of_tag = format!("{}/tags/sltchat/inbox", self.server.url());
        assert_eq!(relay.deliver(&of_tag, &relay.activity("Follow", &json!(PUBLIC))).await, 202);
        eventually_within(PATIENCE, "both are accepted", || async {
            let accepted = self.puppet.received_of("Accept").len();
            if accepted == 2 { Ok(()) } else { Err(accepted) }
        })
        .await;
    }

    /// What a device was told, by the place of its owner: the author first, then the viewers.
    pub(super) fn told(&self, at: usize) -> Vec<Value> {
        let name = if at == 0 { &self.author.name } else { &self.viewers[at - 1].name };
        self.push.taken(&format!("/{name}")).iter().map(|taken| self.devices[at].read(taken).unwrap()).collect()
    }

    /// Waits until nothing is on its way any more: no job, no letter, no delivery, nothing received.
    pub(super) async fn quiet(&self) {
        let database = self.server.database();
        eventually_within(PATIENCE, "nothing is on its way", || async {
            let mut left = Vec::new();
            for what in [LEFT_TO_DO, "letters WHERE sealed IS NOT NULL", "deliveries", "inbox_items WHERE attempts = 0"]
            {
                left.push(database.count(what).await);
            }
            if left.iter().sum::<i64>() == 0 { Ok(()) } else { Err(left) }
        })
        .await;
    }

    /// Says `word` to everybody, on every channel.
    pub(super) async fn cry(&self, word: &str) {
        let named: Vec<String> = self.viewers.iter().map(|person| format!("@{}", person.name)).collect();
        let said = format!("{word} #{TAG} {}", named.join(" "));
        for visibility in ["public", "direct"] {
            self.crier.api.post("/api/v1/statuses", &json!({ "status": said, "visibility": visibility })).await;
        }
        one_with(&self.viewers[0].api, "/api/v1/timelines/public?limit=5", word).await;
    }
}

/// Accounts of these names with tokens for everything, made by several at once: each is a program of its own.
async fn people(server: &ServerProcess, names: &[String]) -> Vec<Person> {
    let tokens: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            names.chunks(names.len().div_ceil(4)).map(|names| scope.spawn(move || tokens(server, names))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let mut people = Vec::new();
    for (name, token) in names.iter().zip(tokens) {
        let api = server.api(Some(token.clone()));
        let own = api.get("/api/v1/accounts/verify_credentials").await;
        people.push(Person { name: name.clone(), token, api, id: text(&own["id"]), uri: text(&own["uri"]) });
    }
    people
}

fn tokens(server: &ServerProcess, names: &[String]) -> Vec<String> {
    names.iter().map(|name| token(server, name)).collect()
}

/// Makes an account, and a token of it.
fn token(server: &ServerProcess, name: &str) -> String {
    let email = format!("{name}@example.org");
    let mut create = vec!["account", "create", "--handle", name, "--email", &email, "--password-stdin"];
    if ["head", "boss"].contains(&name) {
        create.extend(["--organisation", "elm"]);
    }
    server.admin(&create, PASSWORD);
    let printed = server.admin(&["token", "create", "--account", name, "--scopes", SCOPES], "");
    printed.lines().last().unwrap().to_owned()
}

/// Signed in as nobody.
async fn app(server: &ServerProcess) -> Api {
    let nobody = server.api(None);
    let asked = json!({ "client_name": "a", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read" });
    let app = nobody.post("/api/v1/apps", &asked).await;
    let grant = json!({
        "grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"],
        "scope": "read",
    });
    server.api(nobody.post("/oauth/token", &grant).await["access_token"].as_str().map(str::to_owned))
}
