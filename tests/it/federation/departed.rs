//! What is served of people who were suspended or deleted.

use staffroom_tests::process::{ServerProcess, free_ports};

#[tokio::test]
async fn collections_of_who_is_suspended_or_deleted_are_gone() {
    let [port] = free_ports();
    let server = ServerProcess::start(port, &[]).await;
    for handle in ["amy", "ben", "cat"] {
        server.member(handle);
    }
    let nobody = server.api(None);
    let status = async |path: &str| {
        let request = nobody.request(reqwest::Method::GET, path).header("accept", "application/activity+json");
        request.send().await.unwrap().status().as_u16()
    };
    let kinds = ["outbox", "outbox?page=true", "followers", "following"];
    let collections: Vec<String> =
        ["amy", "ben"].iter().flat_map(|handle| kinds.map(|kind| format!("/users/{handle}/{kind}"))).collect();
    for path in &collections {
        assert_ne!(status(path).await, 410, "{path}");
    }
    server.admin(&["account", "suspend", "amy"], "");
    server.admin(&["account", "delete", "ben", "--yes"], "");
    for path in &collections {
        assert_eq!(status(path).await, 410, "{path}");
    }
    assert_eq!(status("/users/cat/outbox").await, 200);
    assert_eq!(status("/users/nobody/outbox").await, 404);
}
