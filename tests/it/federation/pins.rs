//! Statuses pinned to profiles, on either side.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::wait::eventually;

use super::hostile::{Scene, scene};
use super::network::{actor_uri, find, text};

impl Scene {
    /// The words of what eve has pinned, as amy sees it.
    async fn pinned(&self) -> Vec<String> {
        let eve = find(&self.amy, &format!("@eve@{}", self.puppet.host())).await;
        let path = format!("/api/v1/accounts/{}/statuses?pinned=true", text(&eve["id"]));
        let Value::Array(found) = self.amy.get(&path).await else { panic!("no list") };
        found.iter().map(|status| text(&status["content"]).to_owned()).collect()
    }

    async fn shows(&self, words: &[&str]) {
        eventually(&format!("{words:?} are pinned"), || async {
            let pinned = self.pinned().await;
            let all = pinned.len() == words.len() && words.iter().all(|w| pinned.iter().any(|text| text.contains(w)));
            if all { Ok(()) } else { Err(pinned) }
        })
        .await;
    }
}

#[tokio::test]
async fn what_is_pinned_elsewhere_is_fetched_and_followed() {
    let scene = scene().await;
    let collection = format!("{}/collections/featured", scene.eve.uri);
    let mut document = scene.eve.document();
    document["featured"] = json!(collection);
    scene.puppet.publish(&document);
    scene.deliver(&scene.eve, &scene.eve.activity("Update", &document)).await;
    let (old, embedded, new) =
        (scene.eve.note("the first", &[]), scene.eve.note("the second", &[]), scene.eve.note("a third", &[]));
    let mallory = scene.puppet.actor("mallory");
    let foreign = mallory.note("mallory's own", &[]);
    let mut forged = mallory.note("in eve's name", &[]);
    forged["attributedTo"] = json!(mallory.uri);
    let items = json!([old["id"], embedded, forged, foreign["id"], "http://localhost:1/notes/1", 7]);
    scene.puppet.publish(&json!({ "id": collection, "type": "OrderedCollection", "orderedItems": items }));
    scene.shows(&["the first", "the second"]).await;

    let target = |activity: Value, target: &str| {
        let mut activity = activity;
        activity["target"] = json!(target);
        activity
    };
    scene.deliver(&scene.eve, &target(scene.eve.activity("Add", &new["id"]), &collection)).await;
    scene.shows(&["the first", "the second", "a third"]).await;
    scene.deliver(&scene.eve, &target(scene.eve.activity("Remove", &old["id"]), &collection)).await;
    scene.shows(&["the second", "a third"]).await;
    // by somebody else, of somebody else's, to another collection
    for (by, kind, object, to) in [
        (&mallory, "Remove", &new, collection.as_str()),
        (&mallory, "Add", &foreign, &collection),
        (&scene.eve, "Add", &foreign, &collection),
        (&scene.eve, "Add", &old, "http://localhost:1/collections/featured"),
    ] {
        scene.deliver(by, &target(by.activity(kind, &object["id"]), to)).await;
    }
    scene.shows(&["the second", "a third"]).await;
}

#[tokio::test]
async fn what_we_pin_is_told_to_followers() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    scene.deliver(&scene.eve, &scene.eve.activity("Follow", &json!(me))).await;
    let post = async |visibility: &str| {
        scene.amy.post("/api/v1/statuses", &json!({ "status": "pin me", "visibility": visibility })).await
    };
    let (private, open) = (post("private").await, post("public").await);
    for status in [&private, &open, &open] {
        scene.amy.send(Method::POST, &format!("/api/v1/statuses/{}/pin", text(&status["id"])), &json!({})).await;
    }
    scene.amy.post(&format!("/api/v1/statuses/{}/unpin", text(&open["id"])), &json!({})).await;
    eventually("the unpinning is told", || async {
        if scene.puppet.received_of("Remove").is_empty() { Err(()) } else { Ok(()) }
    })
    .await;
    let told: Vec<Value> =
        scene.puppet.received_of("Add").into_iter().chain(scene.puppet.received_of("Remove")).collect();
    for activity in &told {
        assert_eq!((&activity["object"], &activity["actor"]), (&open["uri"], &json!(me)));
        assert_eq!(activity["target"], json!(format!("{me}/collections/featured")));
    }
    assert!(told.len() <= 2, "{told:?}");
}
