//! Every operation of the client API, by everybody but those who may see, with the ids of what is held in every place for
//! one. An operation that names a kind of thing nobody thought of here fails the sweep.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;
use futures_util::stream;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use staffroom_tests::api::Api;

use super::finder::{COMMON, leaks, marker};
use super::posts::{TAGGED, Written};
use super::world::{TAG, WRITERS, World};
use crate::api::described::{Ids, Operation, Samples, operations};

/// Asked at a time.
const AT_ONCE: usize = 8;
/// Markers that are asked for in addresses.
pub(super) const ASKED: [usize; 9] = [0, 1, 2, 3, 9, 12, 14, TAGGED, 9_999];
/// Kinds of things that hold nothing of what anybody posts, of which none has to be there.
const APART: &[&str] = &[
    "announcement",
    "emoji",
    "appeal",
    "staff_appeal",
    "decision",
    "approval",
    "async_refresh",
    "canonical_email_block",
    "case",
    "date",
    "domain_allow",
    "domain_block",
    "dry_run",
    "email_domain_block",
    "featured_tag",
    "quarantined",
    "filter_keyword",
    "filter_status",
    "filter",
    "follow_request",
    "ip_block",
    "notification_request",
    "organisation",
    "panic",
    "report",
    "rule",
    "rule_pack",
    "severance",
    "trend_link",
    "trend_status",
    "trend_tag",
    "turn",
];

/// Ids of what is held and of what it belongs to, by kind.
pub(super) struct Pools {
    by_kind: BTreeMap<&'static str, Vec<String>>,
    samples: Samples,
}

impl Pools {
    pub(super) fn of(world: &World, written: &Written) -> Self {
        let mut statuses: Vec<String> = written.each.iter().map(|held| held.id.clone()).collect();
        statuses.extend(written.many.iter().step_by(written.many.len() / 4).map(|held| held.id.clone()));
        statuses.extend(written.notices.iter().take(4).chain(&written.edited).cloned());
        let media = written.media.iter().filter_map(|media| media["id"].as_str().map(str::to_owned)).collect();
        let accounts = vec![world.author.id.clone(), world.writers[7].id.clone()];
        let tags = vec![TAG.to_owned(), marker(1), marker(TAGGED)];
        let by_kind = BTreeMap::from([
            ("quote", statuses[..2].to_vec()),
            ("held_status", statuses.clone()),
            ("hold", statuses.clone()),
            ("scheduled_status", [&written.scheduled[..], &statuses[..4]].concat()),
            ("status", statuses),
            ("media", media),
            ("poll", written.polls.clone()),
            ("account", accounts),
            ("list", vec![world.list.clone()]),
            ("hashtag", tags),
            ("conversation", written.conversations.clone()),
            ("notification", written.notifications.clone()),
            ("notification_group", written.groups.clone()),
            ("host", vec![world.puppet.host()]),
        ]);
        Self { by_kind, samples: Samples { account: world.crier.id.clone(), status: written.edited[0].clone() } }
    }

    /// What stands for a thing of `kind`; `None` for kinds nobody thought of.
    fn get(&self, kind: &str) -> Option<Vec<String>> {
        let known = self.by_kind.get(kind).cloned();
        known.or_else(|| APART.contains(&kind).then(|| vec!["1".to_owned()]))
    }

    /// Everything that can be an id of what is held, or belong to it.
    pub(super) fn all(&self) -> Vec<String> {
        let held = ["status", "media", "poll", "conversation"];
        let all: BTreeSet<String> = held.iter().flat_map(|kind| self.by_kind[kind].iter().cloned()).collect();
        all.into_iter().collect()
    }

    /// The ways to fill in the kinds an operation names; the error names one nobody thought of.
    fn fillings(&self, kinds: &[&str]) -> Result<Vec<Ids>, String> {
        let mut all = vec![Ids::new()];
        for kind in kinds {
            let ids = self.get(kind).ok_or_else(|| format!("there is no probe for what names a {kind}"))?;
            let with = |filling: &Ids, id: &String| {
                let mut filling = filling.clone();
                filling.insert((*kind).to_owned(), id.clone());
                filling
            };
            all = all.iter().flat_map(|filling| ids.iter().map(move |id| with(filling, id))).collect();
        }
        Ok(all)
    }

    /// What is sent to an operation: once for everything it can name, by its path and in each parameter.
    fn requests(&self, operation: &Operation) -> Result<Vec<(String, Value)>, String> {
        let mut requests = Vec::new();
        let fillings = self.fillings(&operation.kinds())?;
        for ids in &fillings {
            requests.push(operation.request(&self.samples, ids, &[]));
        }
        for (parameter, kind, place) in operation.naming(&[]) {
            let ids = self.get(&kind).ok_or_else(|| format!("there is no probe for what names a {kind}"))?;
            for id in ids {
                let mut more = vec![(parameter.as_str(), place.value(&id))];
                if operation.name == "POST /api/v1/statuses" {
                    more.push(("status", json!("mine")));
                }
                requests.push(operation.request(&self.samples, &fillings[0], &more));
            }
        }
        Ok(requests)
    }
}

/// Lists and searches that show something only when asked for it.
fn questions(world: &World) -> Vec<String> {
    let mut paths = Vec::new();
    let words = [COMMON.to_owned(), "UPN".to_owned()].into_iter().chain(ASKED.map(marker));
    for word in words {
        for more in ["", "&type=statuses", "&type=statuses&resolve=true", "&type=hashtags"] {
            paths.push(format!("/api/v2/search?q={word}{more}"));
        }
        paths.push(format!("/api/v2/search?type=statuses&q={word}+from:author"));
        paths.push(format!("/api/v1/accounts/search?q={word}"));
        paths.push(format!("/api/v1/timelines/tag/{word}?limit=40"));
        paths.push(format!("/api/v1/timelines/tag/{TAG}?any[]={word}"));
        paths.push(format!("/api/v1/timelines/link?url=http%3A%2F%2F{}%2F{word}", world.puppet.host()));
    }
    for person in std::iter::once(&world.author).chain(&world.writers[..WRITERS.min(8)]) {
        for more in ["limit=40", "pinned=true", "only_media=true", "exclude_replies=true", "tagged=SLTchat"] {
            paths.push(format!("/api/v1/accounts/{}/statuses?{more}", person.id));
        }
    }
    for line in ["home", "public", "public?local=true", "public?only_media=true", "tag/sltchat"] {
        paths.push(format!("/api/v1/timelines/{line}{}limit=40", if line.contains('?') { '&' } else { '?' }));
    }
    for kind in ["statuses", "tags", "links"] {
        paths.push(format!("/api/v1/trends/{kind}?limit=20"));
    }
    paths
}

/// What an answer gives away, head and body, or that there is none.
pub(super) async fn looked(request: RequestBuilder, asked: &str) -> Vec<String> {
    let answer = request.send().await.unwrap();
    let (status, head) = (answer.status().as_u16(), format!("{:?}", answer.headers()));
    let body = answer.bytes().await.unwrap();
    let mut found = leaks(&format!("{head} {}", String::from_utf8_lossy(&body)), asked);
    // what this server does not do: translating
    if status >= 500 && ![501, 503].contains(&status) {
        found.push(format!("answered {status}: {}", String::from_utf8_lossy(&body)));
    }
    found
}

/// Whether somebody decides about what is held by this operation.
fn is_for_deciding(operation: &Operation) -> bool {
    operation.path.starts_with("/api/staffroom/v1/moderation/holds")
}

impl World {
    /// Reads all that `readers` can read; where something was found.
    pub(super) async fn sweep(&self, pools: &Pools, readers: &[(&str, &Api)]) -> Vec<String> {
        let mut problems = Vec::new();
        for (who, api) in readers.iter().copied() {
            let mut paths = questions(self);
            for operation in operations(&self.document) {
                let is_theirs = who == "zoe" && is_for_deciding(&operation);
                if operation.method != Method::GET || operation.is_stream() || is_theirs {
                    continue;
                }
                match pools.requests(&operation) {
                    Ok(requests) => paths.extend(requests.into_iter().map(|(path, _)| path)),
                    Err(why) => problems.push(format!("{}: {why}", operation.name)),
                }
            }
            let asking = stream::iter(&paths).map(|path| async move {
                let found = looked(api.request(Method::GET, path), path).await;
                (!found.is_empty()).then(|| format!("{who} GET {path}: {found:?}"))
            });
            let found: Vec<Option<String>> = asking.buffer_unordered(AT_ONCE).collect().await;
            problems.extend(found.into_iter().flatten());
        }
        problems
    }

    /// Everybody who reads over the client API and must find nothing: of what is held somebody who decides about everything
    /// learns where they decide, and there alone.
    pub(super) fn readers(&self) -> Vec<(&str, &Api)> {
        let mut readers: Vec<(&str, &Api)> =
            self.viewers.iter().chain([&self.zoe]).map(|one| (one.name.as_str(), &one.api)).collect();
        readers.extend([("an app", &self.app), ("a guest", &self.guest)]);
        readers
    }

    /// Tries to do all that can be done, by a colleague, the head of another school, an app and a guest.
    pub(super) async fn meddle(&self, pools: &Pools) -> Vec<String> {
        let mut problems = Vec::new();
        let open = "held_statuses WHERE state IN ('held', 'in-review')";
        let before = self.server.database().count(open).await;
        let vandals = self.vandals.iter().map(|one| (one.name.as_str(), &one.api));
        for (who, api) in vandals.chain([("an app", &self.app), ("a guest", &self.guest)]) {
            for operation in operations(&self.document).iter().filter(|operation| operation.method != Method::GET) {
                let requests = match pools.requests(operation) {
                    Ok(requests) => requests,
                    Err(why) => {
                        problems.push(format!("{}: {why}", operation.name));
                        continue;
                    }
                };
                for (path, body) in requests {
                    let body = if body.is_null() { json!({}) } else { body };
                    let request = api.request(operation.method.clone(), &path).json(&body);
                    let found = looked(request, &format!("{path} {body}")).await;
                    if !found.is_empty() {
                        problems.push(format!("{who} {} {path}: {found:?}", operation.method));
                    }
                }
            }
        }
        let after = self.server.database().count(open).await;
        if after != before {
            problems.push(format!("of {before} held statuses {after} are left"));
        }
        problems
    }
}

#[test]
fn an_operation_that_names_what_nobody_thought_of_is_noticed() {
    let document = json!({ "paths": { "/api/v1/things/{id}": { "get": {
        "x-who": "a person", "parameters": [
            { "name": "id", "in": "path", "x-names": "status" },
            { "name": "like", "in": "query", "schema": { "x-names": "thing" } },
        ],
    } } } });
    let samples = Samples { account: String::new(), status: String::new() };
    let pools = Pools { by_kind: BTreeMap::from([("status", vec!["7".to_owned(), "8".to_owned()])]), samples };
    let why = pools.requests(&operations(&document)[0]).unwrap_err();
    assert!(why.contains("thing"), "{why}");
    let pools =
        Pools { by_kind: BTreeMap::from([("status", vec!["7".to_owned()]), ("thing", vec!["9".to_owned()])]), ..pools };
    let requests = pools.requests(&operations(&document)[0]).unwrap();
    let paths: Vec<&str> = requests.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/api/v1/things/7", "/api/v1/things/7?like=9"]);
}
