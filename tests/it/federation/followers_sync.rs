//! Followers synchronisation (FEP-8fcf): told with what is for followers, and put in order on both sides; lies about it
//! change nothing.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::puppet::{self, Actor, COVERED, draft};
use staffroom_tests::wait::eventually;

use super::hostile::{Scene, scene};
use super::network::{actor_uri, text};

/// SHA-256 of nothing combined: the digest of nobody.
const NOBODY: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl Scene {
    /// Delivers a note for followers by `actor` with this header.
    async fn tells(&self, actor: &Actor, collection: &str, url: &str, digest: &str) {
        let mut note = actor.note("for followers", &[]);
        note["to"] = json!([format!("{}/followers", actor.uri)]);
        let body = actor.activity("Create", &note).to_string();
        let mut request = draft("POST", &self.inbox, body.as_bytes());
        actor.sign(&mut request, &COVERED);
        let value = format!("collectionId=\"{collection}\", url=\"{url}\", digest=\"{digest}\"");
        request.headers_mut().insert("collection-synchronization", value.parse().unwrap());
        assert_eq!(puppet::send(request).await.0, 202);
        self.settled().await;
        eventually("nothing is left to be asked", || async {
            let waiting = self.server.database().count("jobs").await;
            if waiting == 0 { Ok(()) } else { Err(waiting) }
        })
        .await;
    }

    async fn follows_eve(&self) -> bool {
        self.server.database().count("follows WHERE accepted").await > 0
    }

    /// Eve's server lists these followers at `url`.
    fn lists(&self, url: &str, followers: &Value) {
        let list = json!({ "id": url, "type": "OrderedCollection", "orderedItems": followers });
        self.puppet.publish_at(url, &list);
    }
}

#[tokio::test]
async fn followers_differ_and_are_put_in_order() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let (collection, url) = (format!("{}/followers", scene.eve.uri), scene.puppet.url("/eve/sync"));
    // eve's server believes in a follower who follows no more
    let zoe = scene.server.member("zoe");
    let zoe = actor_uri(&zoe).await;
    scene.lists(&url, &json!([me, zoe]));
    scene.tells(&scene.eve, &collection, &url, NOBODY).await;
    assert!(scene.follows_eve().await);
    let undo = eventually("zoe takes it back", || async { scene.puppet.received_of("Undo").pop().ok_or(()) }).await;
    assert_eq!((&undo["actor"], &undo["object"]["object"]), (&json!(zoe), &json!(scene.eve.uri)));
    // and lost one of ours
    scene.lists(&url, &json!([]));
    scene.tells(&scene.eve, &collection, &url, NOBODY).await;
    assert!(!scene.follows_eve().await);
}

#[tokio::test]
async fn lies_about_followers_change_nothing() {
    let scene = scene().await;
    let mallory = scene.puppet.named("evil").actor("mallory");
    let near = scene.puppet.actor("near");
    let (collection, url) = (format!("{}/followers", scene.eve.uri), scene.puppet.url("/eve/sync"));
    scene.lists(&url, &json!([]));
    let far = mallory.puppet.url("/sync");
    scene.lists(&far, &json!([]));
    let before = scene.puppet.fetched().len();
    scene.follows(&mallory).await;
    scene.follows(&near).await;
    let follows = scene.server.database().count("follows WHERE accepted").await;
    for (what, actor, collection, url, digest) in [
        ("about another actor", &mallory, &*collection, &*far, NOBODY),
        ("about another actor of the same server", &near, &*collection, &*url, NOBODY),
        ("on another server", &scene.eve, &*collection, &*far, NOBODY),
        ("about another collection", &scene.eve, "https://x.example/followers", &*url, NOBODY),
        ("no digest", &scene.eve, &*collection, &*url, "zz"),
    ] {
        scene.tells(actor, collection, url, digest).await;
        let now = scene.server.database().count("follows WHERE accepted").await;
        assert_eq!(now, follows, "{what}");
    }
    let asked = scene.puppet.fetched().split_off(before);
    assert!(asked.iter().all(|one| !one.ends_with("/sync")), "{asked:?}");
    // a list that has no end, or is none, is no list
    for body in [json!({ "type": "Note", "id": url }), json!({ "id": url, "type": "Collection", "items": [7] })] {
        scene.puppet.publish_at(&url, &body);
        scene.tells(&scene.eve, &collection, &url, NOBODY).await;
        assert_eq!(scene.server.database().count("follows WHERE accepted").await, follows);
    }
}

#[tokio::test]
async fn our_followers_are_told_to_their_own_server_alone() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let far = scene.puppet.named("far").actor("fay");
    for follower in [&scene.eve, &far] {
        scene.deliver(follower, &follower.activity("Follow", &json!(me))).await;
    }
    scene.amy.post("/api/v1/statuses", &json!({ "status": "for mine", "visibility": "private" })).await;
    scene.amy.post("/api/v1/statuses", &json!({ "status": "for all" })).await;
    let headers = eventually("both arrive", || async {
        let received = scene.puppet.received();
        let mine = |words: &str| {
            let one =
                received.iter().find(|one| one.host == scene.puppet.host() && one.activity.to_string().contains(words));
            one.map(|one| one.synchronisation.clone())
        };
        mine("for mine").zip(mine("for all")).ok_or(received.len())
    })
    .await;
    let (for_mine, for_all) = headers;
    assert_eq!(for_all, None, "only what is for followers carries it");
    let header = for_mine.unwrap();
    let url = header.split("url=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (code, list) = scene.eve.fetch(&url).await;
    assert_eq!((code, &list["orderedItems"]), (200, &json!([scene.eve.uri])));
    let (_, list) = far.fetch(&url).await;
    assert_eq!(list["orderedItems"], json!([far.uri]));
    assert_eq!(scene.puppet.named("else").actor("elsa").fetch(&url).await.1["orderedItems"], json!([]));
    let path = url.trim_start_matches(scene.server.url());
    assert_eq!(scene.server.api(None).send(Method::GET, path, &Value::Null).await.status, 401);
    assert!(text(&json!(header)).contains("digest=\""));
}
