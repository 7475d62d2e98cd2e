//! What the federation tests share: servers that know each other, and a server with a puppet.

use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::{Actor, Puppet};
use staffroom_tests::wait::eventually;

/// `N` servers that may speak with each other.
pub(crate) async fn servers<const N: usize>() -> Vec<ServerProcess> {
    let ports = free_ports::<N>();
    let starting = ports.map(|port| ServerProcess::start(port, Box::leak(Box::new(ports))));
    let mut servers = Vec::new();
    for server in futures_util::future::join_all(starting).await {
        servers.push(server);
    }
    servers
}

/// A server with amy on it, and a puppet it may speak with.
pub(crate) async fn server_and_puppet() -> (ServerProcess, Api, Puppet) {
    let [ours, theirs] = free_ports();
    let puppet = Puppet::start(theirs).await;
    let server = ServerProcess::start(ours, &[theirs]).await;
    let amy = server.member("amy");
    (server, amy, puppet)
}

/// A string of an answer; empty when it is none.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The network id of the account `api` is signed in as.
pub(crate) async fn actor_uri(api: &Api) -> String {
    text(&api.get("/api/v1/accounts/verify_credentials").await["uri"]).to_owned()
}

/// Finds `handle` (`@name@host`) from `api` and returns the account, asking its server if need be.
pub(crate) async fn find(api: &Api, handle: &str) -> Value {
    let path = format!("/api/v2/search?type=accounts&resolve=true&q={}", handle.replace('@', "%40"));
    let found = api.get(&path).await;
    assert_eq!(found["accounts"].as_array().map(Vec::len), Some(1), "{handle}: {found}");
    found["accounts"][0].clone()
}

/// Follows `handle` from `api` and waits until that is accepted; returns our id of the account.
pub(crate) async fn follow(api: &Api, handle: &str) -> String {
    let account = find(api, handle).await;
    let id = text(&account["id"]).to_owned();
    api.post(&format!("/api/v1/accounts/{id}/follow"), &json!({})).await;
    eventually(&format!("the follow of {handle} is accepted"), || async {
        let relation = api.get(&format!("/api/v1/accounts/relationships?id[]={id}")).await[0].clone();
        if relation["following"] == true { Ok(()) } else { Err(relation) }
    })
    .await;
    id
}

/// Follows `actor` from `api`, which accepts at `inbox`.
pub(crate) async fn follow_puppet(api: &Api, inbox: &str, actor: &Actor) {
    let answering = async {
        let follow = eventually("the follow arrives", || async {
            let follows = actor.puppet.received_of("Follow");
            follows.into_iter().find(|follow| follow["object"] == json!(actor.uri)).ok_or(())
        })
        .await;
        assert_eq!(actor.deliver(inbox, &actor.activity("Accept", &follow)).await, 202);
    };
    let handle = format!("@{}@{}", actor.name, actor.puppet.host());
    tokio::join!(follow(api, &handle), answering);
}

/// Waits until exactly one status at `path` has `words` in it, and returns it.
pub(crate) async fn one_with(api: &Api, path: &str, words: &str) -> Value {
    eventually(&format!("one status with “{words}” at {path}"), || async {
        let found = api.statuses_with(path, words).await;
        if let [one] = found.as_slice() { Ok(one.clone()) } else { Err(found.len()) }
    })
    .await
}

/// Waits until no status at `path` has `words` in it.
pub(crate) async fn none_with(api: &Api, path: &str, words: &str) {
    eventually(&format!("no status with “{words}” at {path}"), || async {
        let found = api.statuses_with(path, words).await;
        if found.is_empty() { Ok(()) } else { Err(found) }
    })
    .await;
}
