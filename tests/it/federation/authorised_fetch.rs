//! What is not for everybody is served to those it is for, who show it by their signature, and is not there for others.

use serde_json::{Value, json};
use staffroom_tests::puppet::{self, draft};
use staffroom_tests::wait::eventually;

use super::network::{actor_uri, server_and_puppet, text};

#[tokio::test]
async fn sec_67_private_statuses_are_there_for_followers_only() {
    let (server, amy, puppet) = server_and_puppet().await;
    let (eve, mallory) = (puppet.actor("eve"), puppet.actor("mallory"));
    let me = actor_uri(&amy).await;
    let inbox = format!("{}/inbox", server.url());
    assert_eq!(eve.deliver(&inbox, &eve.activity("Follow", &json!(me))).await, 202);
    eventually("the follow is answered", || async {
        if puppet.received_of("Accept").is_empty() { Err(puppet.received()) } else { Ok(()) }
    })
    .await;

    let post = async |words: &str, visibility: &str| -> String {
        let status = json!({ "status": words, "visibility": visibility });
        text(&amy.post("/api/v1/statuses", &status).await["uri"]).to_owned()
    };
    let open = post("For everybody", "public").await;
    let private = post("For followers", "private").await;
    let direct = post(&format!("@eve@{} For eve", puppet.host()), "direct").await;

    let unsigned = async |url: &str| puppet::send(draft("GET", url, b"")).await.0;
    for (uri, nobody, follower, stranger) in
        [(&open, 200, 200, 200), (&private, 404, 200, 404), (&direct, 404, 200, 404)]
    {
        assert_eq!(unsigned(uri).await, nobody, "{uri} unsigned");
        assert_eq!(eve.fetch(uri).await.0, follower, "{uri} by eve");
        assert_eq!(mallory.fetch(uri).await.0, stranger, "{uri} by mallory");
    }
    // a wrong signature is worth no more than none
    let mut forged = draft("GET", &private, b"");
    puppet::sign(&mut forged, &puppet::FOREIGN_KEY, &eve.key_id, &["(request-target)", "host", "date"]);
    let (status, body) = puppet::send(forged).await;
    assert!((400..500).contains(&status) && !body.contains("For followers"), "{status} {body}");

    // collections list what is open, whoever asks
    let outbox = text(&eve.fetch(&me).await.1["outbox"]).to_owned();
    let first = match &eve.fetch(&outbox).await.1["first"] {
        Value::String(url) => eve.fetch(url).await.1,
        page => page.clone(),
    };
    let listed = first.to_string();
    assert!(listed.contains(&open) && !listed.contains(&private) && !listed.contains(&direct), "{listed}");
}
