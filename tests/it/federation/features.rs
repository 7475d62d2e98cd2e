//! Being put into collections of others (FEP-7aa9): who may be discovered may be, by who asks for themselves.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::puppet::{Actor, PUBLIC};
use staffroom_tests::wait::eventually;

use super::hostile::{Scene, scene};
use super::network::{actor_uri, find, text};

/// A request of `actor` to put amy into a collection of theirs.
fn request(actor: &Actor, amy: &str) -> Value {
    let mut request = actor.activity("FeatureRequest", &json!(amy));
    request["instrument"] = json!(actor.puppet.new_id("collections"));
    request
}

async fn answer(scene: &Scene, actor: &Actor, request: &Value) -> Value {
    scene.deliver(actor, request).await;
    eventually("the request is answered", || async {
        let answers = [actor.puppet.received_of("Accept"), actor.puppet.received_of("Reject")].concat();
        answers.into_iter().find(|answer| answer["object"]["id"] == request["id"]).ok_or(())
    })
    .await
}

async fn discoverable(scene: &Scene, on: bool) {
    let path = "/api/v1/accounts/update_credentials";
    scene.amy.send(Method::PATCH, path, &json!({ "discoverable": on })).await.ok();
}

#[tokio::test]
async fn who_may_be_discovered_may_be_recommended_and_nobody_else() {
    let scene = scene().await;
    let amy = actor_uri(&scene.amy).await;
    let policy = async || scene.eve.fetch(&amy).await.1["interactionPolicy"]["canFeature"]["automaticApproval"].clone();
    discoverable(&scene, false).await;
    assert_eq!(policy().await, json!([amy]));
    assert_eq!(answer(&scene, &scene.eve, &request(&scene.eve, &amy)).await["type"], "Reject");
    discoverable(&scene, true).await;
    assert_eq!(policy().await, json!([PUBLIC]));
    let asked = request(&scene.eve, &amy);
    let given = answer(&scene, &scene.eve, &asked).await;
    assert_eq!(given["type"], "Accept", "{given}");
    let at = text(&given["result"]);
    let (code, found) = scene.eve.fetch(at).await;
    assert_eq!((code, &found["type"], &found["id"]), (200, &json!("FeatureAuthorization"), &json!(at)));
    assert_eq!((&found["interactingObject"], &found["interactionTarget"]), (&asked["instrument"], &json!(amy)));

    // hostile twins: for a collection of somebody else's, on their server or as if it were one's own
    let far = scene.puppet.named("far").actor("fay");
    let mut stolen = request(&far, &amy);
    stolen["instrument"] = asked["instrument"].clone();
    scene.deliver(&far, &stolen).await;
    let mallory = scene.puppet.actor("mallory");
    let mut posing = request(&mallory, &amy);
    posing["instrument"] = asked["instrument"].clone();
    assert_eq!(answer(&scene, &mallory, &posing).await["type"], "Reject");
    assert_eq!(scene.server.database().count("feature_authorizations").await, 1);

    // it ends with the account's mind, and with a block
    discoverable(&scene, false).await;
    assert_eq!(scene.eve.fetch(at).await.0, 404);
    discoverable(&scene, true).await;
    assert_eq!(scene.eve.fetch(at).await.0, 200);
    let eve = find(&scene.amy, &format!("@eve@{}", scene.eve.puppet.host())).await;
    scene.amy.post(&format!("/api/v1/accounts/{}/block", text(&eve["id"])), &json!({})).await;
    assert_eq!(scene.eve.fetch(at).await.0, 404);
    assert_eq!(answer(&scene, &scene.eve, &request(&scene.eve, &amy)).await["type"], "Reject");
}
