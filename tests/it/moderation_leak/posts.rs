//! Ten thousand held statuses, each with a marker of its own.

use futures_util::StreamExt as _;
use futures_util::stream;
use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use staffroom_server::domain::ids::{JobId, ScheduledStatusId};
use staffroom_server::domain::job::Job;
use staffroom_server::storage::Storage;
use staffroom_tests::wait::eventually;

use super::ears::Ear;
use super::finder::{COMMON, marker, markers_in};
use super::jobs;
use super::world::{Person, TAG, WRITERS, World, text};
use crate::api::media::{picture, upload};

/// How many there are, at the least.
pub(super) const POSTS: usize = 10_000;
/// Posted at a time.
const AT_ONCE: usize = 16;
/// Posted before all who listen have to have heard what was said before.
const BETWEEN_CRIES: usize = 250;
const STATUSES: &str = "/api/v1/statuses";
/// The hashtag of the status that is held when its time has come, and the number of its marker.
const PANIC: &str = "heldlater";
const DUE: usize = 14;
/// The first number of the writers' markers; those before are the author's.
const FIRST: usize = 100;
/// One of theirs that has its marker for a hashtag.
pub(super) const TAGGED: usize = 103;

/// Something held, as its author knows it.
pub(super) struct Held {
    pub(super) kind: &'static str,
    pub(super) marker: String,
    pub(super) id: String,
    pub(super) uri: String,
}

/// All of it, and what it belongs to.
#[derive(Default)]
pub(super) struct Written {
    /// The author's, one of each kind.
    pub(super) each: Vec<Held>,
    /// The writers'.
    pub(super) many: Vec<Held>,
    pub(super) media: Vec<Value>,
    pub(super) polls: Vec<String>,
    /// Published statuses an edit of which is held.
    pub(super) edited: Vec<String>,
    pub(super) scheduled: Vec<String>,
    /// What the author was told by, and where that stands.
    pub(super) notices: Vec<String>,
    pub(super) notifications: Vec<String>,
    pub(super) groups: Vec<String>,
    pub(super) conversations: Vec<String>,
}

/// What a rule holds.
fn risky(n: usize) -> String {
    format!("UPN H801200001001 {} {COMMON}", marker(n))
}

impl World {
    /// Has ten thousand statuses held; what `ears` heard of that. They are never far behind: who is, is cut off.
    pub(super) async fn write_many(&self, written: &mut Written, ears: &[Ear]) -> Vec<String> {
        let open = self.crier.api.post(STATUSES, &json!({ "status": "Who is awake?" })).await;
        let mut problems = Vec::new();
        for first in (0..POSTS).step_by(BETWEEN_CRIES) {
            let some = first..POSTS.min(first + BETWEEN_CRIES);
            let posting = stream::iter(some).map(|n| self.write_one(n, &open["id"]));
            written.many.extend(posting.buffer_unordered(AT_ONCE).collect::<Vec<_>>().await);
            problems.extend(self.overheard(ears, &format!("cryof{first}end")).await);
        }
        self.learn(written).await;
        problems
    }

    /// Number `n`, by one of the writers, in one of the ways statuses are written.
    async fn write_one(&self, n: usize, open: &Value) -> Held {
        let writer = &self.writers[n % WRITERS];
        let n = n + FIRST;
        let words = risky(n);
        let (kind, status) = match n % 8 {
            0 => ("public", json!({ "status": words, "visibility": "public" })),
            1 => ("unlisted", json!({ "status": words, "visibility": "unlisted" })),
            2 => ("private", json!({ "status": words, "visibility": "private" })),
            3 => ("direct", json!({ "status": format!("@named {words}"), "visibility": "direct" })),
            4 => ("warning", json!({ "status": format!("{COMMON}, really"), "spoiler_text": words })),
            5 => {
                let poll = json!({ "options": [words, "other"], "expires_in": 3600 });
                ("poll", json!({ "status": format!("{COMMON}, or?"), "poll": poll }))
            }
            6 => ("answer", json!({ "status": words, "in_reply_to_id": open })),
            _ => ("tag", json!({ "status": format!("{words} #{TAG} #{} @named", marker(n)) })),
        };
        held(writer, kind, n, status).await
    }

    /// The author's: everything that can be held.
    pub(super) async fn write_each(&self, storage: &Storage) -> Written {
        let (author, mut written) = (&self.author, Written::default());
        let open = json!({ "status": "Quote me", "quote_approval_policy": "public" });
        let open = self.crier.api.post(STATUSES, &open).await["id"].clone();
        let abroad = self.puppet.url("");
        let host = self.puppet.host();
        let (words, unknown) = (risky(0), marker(0));
        // whoever asks that server for the account, or for the page, has told it
        let words = format!("{words} @named @{unknown}@{host} {abroad}/{unknown}");
        let picture_of = self.picture(&mut written, 3).await;
        for (n, kind, status) in [
            (0, "text", json!({ "status": words })),
            (1, "tag", json!({ "status": format!("{} #{TAG} #{}", risky(1), marker(1)) })),
            (2, "warning", json!({ "status": format!("{COMMON}, look"), "spoiler_text": risky(2) })),
            (3, "media", json!({ "status": format!("{COMMON}, a plan"), "media_ids": [picture_of] })),
            (4, "private", json!({ "status": risky(4), "visibility": "private" })),
            (5, "unlisted", json!({ "status": risky(5), "visibility": "unlisted" })),
            (6, "direct", json!({ "status": format!("@named {}", risky(6)), "visibility": "direct" })),
            (7, "answer", json!({ "status": risky(7), "in_reply_to_id": open })),
            (8, "quote", json!({ "status": risky(8), "quoted_status_id": open })),
            (
                9,
                "poll",
                json!({ "status": format!("{COMMON}, or?"), "poll": {
                "options": [risky(9), "other"], "expires_in": 3600,
            } }),
            ),
        ] {
            let one = held(author, kind, n, status).await;
            if kind == "poll" {
                written.polls.push(text(&author.api.get(&format!("{STATUSES}/{}", one.id)).await["poll"]["id"]));
            }
            written.each.push(one);
        }
        // these wait for what they answer and quote
        let first = json!(written.each[0].id);
        let after = json!({ "status": format!("{} {COMMON}", marker(10)), "in_reply_to_id": first });
        written.each.push(held(author, "after", 10, after).await);
        let about = json!({ "status": format!("{} {COMMON}", marker(11)), "quoted_status_id": first });
        written.each.push(held(author, "about", 11, about).await);
        for wish in ["reblog", "pin", "bookmark", "favourite"] {
            let path = format!("{STATUSES}/{}/{wish}", written.each[0].id);
            author.api.send(Method::POST, &path, &json!({})).await;
        }
        self.edit_and_schedule(&mut written, storage).await;
        written
    }

    /// A picture whose description is held, in a file that is called by its marker.
    async fn picture(&self, written: &mut Written, n: usize) -> Value {
        let api = &self.author.api;
        let bytes = picture(8, 8, ImageFormat::Png);
        let (_, media) = upload(api, "/api/v2/media", &bytes, &format!("{}.png", marker(n))).await;
        let path = format!("/api/v1/media/{}", text(&media["id"]));
        api.send(Method::PUT, &path, &json!({ "description": risky(n) })).await.ok();
        written.media.push(media.clone());
        media["id"].clone()
    }

    /// An edit of something published, something for a later time, and something that is held when its time has come.
    async fn edit_and_schedule(&self, written: &mut Written, storage: &Storage) {
        let api = &self.author.api;
        let published = api.post(STATUSES, &json!({ "status": "An ordinary day" })).await;
        let path = format!("{STATUSES}/{}", text(&published["id"]));
        let edited = api.send(Method::PUT, &path, &json!({ "status": risky(12) })).await.ok();
        assert_eq!(edited["staffroom"]["held"]["is_edit"], true, "{edited}");
        written.edited.push(text(&published["id"]));
        let later = json!({ "status": risky(13), "scheduled_at": "2099-01-01T00:00:00Z" });
        written.scheduled.push(text(&api.post(STATUSES, &later).await["id"]));

        let words = format!("{} {COMMON} #{PANIC}", marker(DUE));
        let due = api.post(STATUSES, &json!({ "status": words, "scheduled_at": "2099-01-01T00:00:00Z" })).await;
        let panic = json!({ "reason": "It goes round", "hours": 1, "hashtag": PANIC });
        self.zoe.api.post("/api/staffroom/v1/moderation/panic", &panic).await;
        let open = "held_statuses WHERE state = 'held'";
        let before = self.server.database().count(open).await;
        let job = Job::PublishScheduled(ScheduledStatusId::parse(&text(&due["id"])).unwrap());
        jobs::push(storage, JobId(1), &job).await;
        eventually("what is due is held", || async {
            let now = self.server.database().count(open).await;
            if now == before + 1 { Ok(()) } else { Err((before, now)) }
        })
        .await;
    }

    /// What the author is told, by the ids it has.
    async fn learn(&self, written: &mut Written) {
        let api = &self.author.api;
        for kept in api.get("/api/staffroom/v1/held?limit=40").await.as_array().unwrap() {
            let (id, said) = (text(&kept["id"]), kept["status"].to_string());
            let Some(found) = markers_in(&said).into_iter().next() else { continue };
            let kind = match kept["kind"].as_str() {
                Some("edit") => "edit",
                Some("scheduled") => "later",
                _ if found == marker(DUE) => "due",
                _ => continue,
            };
            let uri = format!("{}/statuses/{id}", self.author.uri);
            written.each.push(Held { kind, marker: found, id, uri });
        }
        for told in api.get("/api/v1/notifications?limit=80").await.as_array().unwrap() {
            written.notifications.push(text(&told["id"]));
            written.groups.push(text(&told["group_key"]));
            written.notices.extend(told["status"]["id"].as_str().map(str::to_owned));
        }
        for talk in api.get("/api/v1/conversations?limit=40").await.as_array().unwrap() {
            written.conversations.push(text(&talk["id"]));
        }
        let all = [&written.notices, &written.notifications, &written.groups, &written.conversations, &written.polls];
        assert!(all.iter().all(|ids| !ids.is_empty()), "{all:?}");
        for kind in ["text", "due", "edit", "later"] {
            assert!(written.each.iter().any(|held| held.kind == kind), "{kind}");
        }
    }
}

/// Posts `status`, which must be held.
async fn held(by: &Person, kind: &'static str, n: usize, status: Value) -> Held {
    let made = by.api.post(STATUSES, &status).await;
    assert!(made["staffroom"]["held"].is_object(), "{kind}: {made}");
    Held { kind, marker: marker(n), id: text(&made["id"]), uri: text(&made["uri"]) }
}
