//! What ties somebody here to a domain.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::wait::eventually;

use super::hostile::scene;
use super::network::actor_uri;

#[tokio::test]
async fn what_a_block_of_a_domain_would_end_is_told_first() {
    let scene = scene().await;
    let far = scene.puppet.named("far").actor("fay");
    scene.follows(&far).await;
    let path = |domain: &str| format!("/api/v1/domain_blocks/preview?domain={domain}");
    let ties = async |host: &str| {
        let told = scene.amy.get(&path(host)).await;
        (told["following_count"].as_i64().unwrap(), told["followers_count"].as_i64().unwrap())
    };
    let host = far.puppet.host();
    eventually("fay is followed", || async {
        let ties = ties(&host).await;
        if ties == (1, 0) { Ok(()) } else { Err(ties) }
    })
    .await;
    let follow = far.activity("Follow", &json!(actor_uri(&scene.amy).await));
    scene.deliver(&far, &follow).await;
    assert_eq!(ties(&host).await, (1, 1));
    assert_eq!(ties("elsewhere.example").await, (0, 0));
    let reader = scene.server.member("reader");
    assert_eq!(reader.get(&path(&host)).await, json!({ "following_count": 0, "followers_count": 0 }));
    assert_eq!(scene.amy.send(Method::GET, &path(""), &Value::Null).await.status, 422);
    assert_eq!(scene.server.api(None).send(Method::GET, &path(&host), &Value::Null).await.status, 401);
}
