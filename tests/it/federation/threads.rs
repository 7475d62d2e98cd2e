//! Whole threads: told by our own collections, completed from those of others, and what hostile collections come to.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::puppet::{self, PUBLIC};
use staffroom_tests::wait::eventually;

use super::hostile::{Scene, scene};
use super::network::{follow, one_with, servers, text};

const HOME: &str = "/api/v1/timelines/home";

/// The status at `url`, looked up from `api`.
async fn look_up(api: &Api, url: &str) -> Value {
    let query: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
    let found = api.get(&format!("/api/v2/search?type=statuses&resolve=true&q={query}")).await;
    found["statuses"][0].clone()
}

/// The words of all that answers the status `id`.
async fn answers(api: &Api, id: &str) -> String {
    api.get(&format!("/api/v1/statuses/{id}/context")).await["descendants"].to_string()
}

#[tokio::test]
async fn a_thread_of_three_servers_is_completed_when_somebody_opens_it() {
    let servers = servers::<3>().await;
    let (oak, elm, ash) = (&servers[0], &servers[1], &servers[2]);
    let (amy, ben, cat) = (oak.member("amy"), elm.member("ben"), ash.member("cat"));
    follow(&cat, &format!("@ben@{}", elm.host())).await;
    let root = ben.post("/api/v1/statuses", &json!({ "status": "how do you start lessons?" })).await;
    let seen = one_with(&cat, HOME, "start lessons").await;
    let body = json!({ "status": "with a question", "in_reply_to_id": seen["id"] });
    let answer = cat.post("/api/v1/statuses", &body).await;
    eventually("elm has the answer", || async {
        let known = answers(&ben, text(&root["id"])).await;
        if known.contains("with a question") { Ok(()) } else { Err(known) }
    })
    .await;
    let secret = json!({ "status": "@ben only you", "visibility": "direct", "in_reply_to_id": root["id"] });
    ben.post("/api/v1/statuses", &secret).await;

    // both notes name the conversation where it began, and it can be read there
    let (_, note) = puppet_fetch(text(&root["uri"])).await;
    let (_, reply) = puppet_fetch(text(&answer["uri"])).await;
    assert_eq!(note["context"], reply["context"]);
    let (code, conversation) = puppet_fetch(text(&note["context"])).await;
    assert_eq!((code, &conversation["attributedTo"]), (200, &note["attributedTo"]));
    let (_, page) = puppet_fetch(text(&conversation["first"])).await;
    assert_eq!(page["orderedItems"], json!([answer["uri"], root["uri"]]), "what is direct is not told");
    assert_eq!(puppet_fetch(&format!("{}/contexts/000000000000000001", elm.url())).await.0, 404);

    // oak knows nothing but the beginning, until amy opens it
    let found = look_up(&amy, text(&root["url"])).await;
    let id = text(&found["id"]);
    eventually("oak has the answer", || async {
        let known = answers(&amy, id).await;
        if known.contains("with a question") { Ok(()) } else { Err(known) }
    })
    .await;
    assert!(!answers(&amy, id).await.contains("only you"));
}

/// `url` as a stranger without a key gets it.
async fn puppet_fetch(url: &str) -> (u16, Value) {
    let (status, body) = puppet::send(puppet::draft("GET", url, b"")).await;
    (status, serde_json::from_str(&body).unwrap_or_default())
}

impl Scene {
    /// A note of eve's with this collection of answers, opened by amy, who saw it; how many requests that led to.
    async fn opened(&self, words: &str, replies: Value) -> (String, usize) {
        let mut note = self.eve.note(words, &[]);
        note["replies"] = replies;
        self.puppet.publish(&note);
        self.deliver(&self.eve, &self.eve.activity("Create", &note)).await;
        let seen = one_with(&self.amy, HOME, words).await;
        let before = self.puppet.fetched().len();
        let id = text(&seen["id"]).to_owned();
        answers(&self.amy, &id).await;
        eventually("the thread was looked at", || async {
            let database = self.server.database();
            let waiting = database.count("jobs WHERE kind = 'fill_thread' AND payload LIKE '%:0'").await;
            let busy = database.count("jobs WHERE kind <> 'fill_thread'").await;
            if (waiting, busy) == (0, 0) { Ok(()) } else { Err((waiting, busy)) }
        })
        .await;
        (id, self.puppet.fetched().len() - before)
    }
}

#[tokio::test]
async fn sec_47_collections_without_end_come_to_an_end() {
    let scene = scene().await;
    let base = scene.puppet.url("");
    scene.puppet.makes(move |key| {
        let (_, path) = key.split_once('/')?;
        let at = |path: &str| format!("{base}/{path}");
        let page = |id: &str, items: Value, next: Value| {
            json!({ "id": at(id), "type": "OrderedCollectionPage", "totalItems": 1_000_000_000_u64, "orderedItems": items, "next": next })
        };
        match path.split_once('/')? {
            ("endless", n) => {
                let n: u64 = n.parse().ok()?;
                Some(page(path, json!([]), json!(at(&format!("endless/{}", n + 1)))))
            }
            ("itself", _) => Some(page(path, json!([]), json!(at(path)))),
            ("wide", _) => {
                let items: Vec<Value> = (0..5_000).map(|n| json!(at(&format!("nothing/{n}")))).collect();
                Some(page(path, json!(items), Value::Null))
            }
            _ => None,
        }
    });
    for (words, path, most) in [("endless", "/endless/0", 11), ("itself", "/itself/0", 2), ("wide", "/wide/0", 20)] {
        let (id, asked) = scene.opened(words, json!(scene.puppet.url(path))).await;
        assert!((1..=most).contains(&asked), "{words}: {asked} requests");
        let seen = scene.amy.get(&format!("/api/v1/statuses/{id}")).await;
        assert_eq!(seen["replies_count"], 0, "{words}: what others count is not shown");
        // opened again at once, nothing is asked again
        let before = scene.puppet.fetched().len();
        answers(&scene.amy, &id).await;
        assert_eq!(scene.puppet.fetched().len(), before);
    }
}

#[tokio::test]
async fn sec_47_what_is_in_a_collection_is_believed_of_its_own_server_only() {
    let scene = scene().await;
    let far = scene.puppet.named("far").actor("fay");
    let near = scene.puppet.actor("nell");
    let genuine = far.note("fay really said this", &[]);
    let mut forged = far.note("fay never said this", &[]);
    far.puppet.withdraw(text(&forged["id"]));
    forged["content"] = json!("fay never said this");
    let mut altered = genuine.clone();
    altered["content"] = json!("fay said something else");
    let mut own = near.note("nell's answer", &[]);
    let mut private = near.note("nell's secret", &[]);
    private["to"] = json!([format!("{}/followers", near.uri)]);
    for note in [&own, &private] {
        scene.puppet.withdraw(text(&note["id"]));
    }
    own["to"] = json!([PUBLIC]);
    let items = json!([forged, altered, own, private, "not an id", 7, { "type": "Note" }]);
    let elsewhere = json!({ "type": "CollectionPage", "items": [scene.eve.note("from the next host", &[])["id"]] });
    let next = scene.puppet.named("other").url("/page");
    scene.puppet.publish_at(&next, &elsewhere);
    let at = scene.puppet.new_id("replies");
    let collection =
        json!({ "id": at, "type": "Collection", "first": { "type": "CollectionPage", "items": items, "next": next } });
    scene.puppet.publish(&collection);
    let (_, asked) = scene.opened("a thread of lies", json!(at)).await;
    assert!(asked <= 20, "{asked} requests");
    let stored = scene.server.database();
    let count = async |words: &str| stored.count(&format!("statuses WHERE content LIKE '%{words}%'")).await;
    assert_eq!(count("fay really said this").await, 1, "looked up where it lives");
    assert_eq!(count("s answer").await, 1, "its own server's word");
    for words in ["never said", "something else", "secret", "from the next host"] {
        assert_eq!(count(words).await, 0, "{words}");
    }
}

#[tokio::test]
async fn a_client_is_told_while_more_of_a_thread_is_on_its_way() {
    let scene = scene().await;
    let mut note = scene.eve.note("a thread with more", &[]);
    let mut answer = scene.eve.note("the rest of it", &[]);
    answer["inReplyTo"] = note["id"].clone();
    scene.puppet.publish(&answer);
    let at = scene.puppet.new_id("replies");
    scene.puppet.publish(&json!({ "id": at, "type": "Collection", "items": [answer["id"]] }));
    note["replies"] = json!(at);
    scene.puppet.publish(&note);
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    let seen = one_with(&scene.amy, HOME, "a thread with more").await;
    let path = format!("/api/v1/statuses/{}/context", text(&seen["id"]));
    let opened = scene.amy.request(Method::GET, &path).send().await.unwrap();
    let header = opened.headers()["mastodon-async-refresh"].to_str().unwrap().to_owned();
    let id = header.strip_prefix("id=\"").and_then(|rest| rest.strip_suffix("\", retry=3, result_count=0"));
    let refresh = format!("/api/v1_alpha/async_refreshes/{}", id.unwrap_or_else(|| panic!("{header}")));
    eventually("the rest is here", || async {
        let now = scene.amy.get(&refresh).await["async_refresh"].clone();
        if now["status"] == "finished" { Ok(()) } else { Err(now) }
    })
    .await;
    assert_eq!(scene.amy.get(&refresh).await["async_refresh"]["result_count"], 1);
    let later = scene.amy.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(later.headers().get("mastodon-async-refresh"), None);
    let unknown = "/api/v1_alpha/async_refreshes/000000000000000001";
    assert_eq!(scene.amy.send(Method::GET, unknown, &Value::Null).await.status, 404);
    let guest = Api::new(scene.server.url(), None);
    assert_eq!(guest.send(Method::GET, &refresh, &Value::Null).await.status, 401);
    let path = format!("/api/v1/statuses/{}/context", text(&seen["id"]));
    let unasked = guest.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(unasked.headers().get("mastodon-async-refresh"), None);
}
