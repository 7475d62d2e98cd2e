//! Stock clients: `toot` with its own sign-in and Mastodon.py, between schools; every area of four of them in `kits`.

mod kits;

use serde_json::Value;
use staffroom_tests::api::Api;
use staffroom_tests::clients::Clients;
use staffroom_tests::peer;
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};
use staffroom_tests::wait::eventually;

const TAG: &str = "/api/v1/timelines/tag/sltchat";

#[tokio::test]
async fn a_status_of_toot_is_exchanged_edited_by_mastodon_py_and_deleted_by_toot() {
    let folder = peer::folder();
    let ports: [u16; 3] = free_ports();
    let mut servers = Vec::new();
    for port in ports {
        servers.push(ServerProcess::start(port, &ports).await);
    }
    for server in &servers {
        for other in servers.iter().filter(|other| other.url() != server.url()) {
            server.add_peer(other.url(), "SLTchat");
        }
    }
    let [school_a, school_b, school_c] = servers.as_slice() else { panic!("three were started") };
    let token = school_a.member_token("amy");
    let (ben, cat) = (school_b.member("ben"), school_c.member("cat"));

    let clients = Clients::new(&folder);
    let login = ["login", "--instance", school_a.url(), "--email", "amy@example.org", "--password", PASSWORD];
    clients.toot(&login).await;
    let posted = clients.toot(&["post", "First day back #SLTchat"]).await;
    let (id, uri) = (posted["id"].as_str().unwrap(), posted["uri"].as_str().unwrap());
    clients.toot(&["see", "SLTchat", "First day back"]).await;
    clients.toot(&["home", "First day back"]).await;
    for reader in [&ben, &cat] {
        shows_once(reader, uri, "First day back").await;
        assert_eq!(reader.get("/api/v1/timelines/home").await, serde_json::json!([]), "follows nobody");
    }

    let edit = ["edit", "--instance", school_a.url(), "--token", &token, id, "Second day back #SLTchat"];
    clients.mastodon_py(&edit).await;
    for reader in [&ben, &cat] {
        shows_once(reader, uri, "Second day back").await;
    }

    clients.toot(&["delete", id]).await;
    for reader in [&ben, &cat] {
        eventually("the deletion arrives", || async {
            let left = copies(reader, uri).await;
            if left.is_empty() { Ok(()) } else { Err(left) }
        })
        .await;
    }
}

#[tokio::test]
async fn toot_follows_an_account_of_another_school() {
    let folder = peer::folder();
    let ports: [u16; 2] = free_ports();
    let near = ServerProcess::start(ports[0], &ports).await;
    let far = ServerProcess::start(ports[1], &ports).await;
    near.member_token("amy");
    let ben = far.member("ben");

    let clients = Clients::new(&folder);
    let login = ["login", "--instance", near.url(), "--email", "amy@example.org", "--password", PASSWORD];
    clients.toot(&login).await;
    let ben_handle = format!("@ben@{}", far.url().trim_start_matches("http://"));
    clients.toot(&["follow", &ben_handle]).await;
    let me = ben.get("/api/v1/accounts/verify_credentials").await;
    eventually("ben is followed", || async {
        let followers = ben.get(&format!("/api/v1/accounts/{}/followers", me["id"].as_str().unwrap())).await;
        if followers[0]["username"] == "amy" { Ok(()) } else { Err(followers) }
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_gives_toot_no_code() {
    let folder = peer::folder();
    let [port] = free_ports();
    let server = ServerProcess::start(port, &[]).await;
    server.member_token("amy");
    let clients = Clients::new(&folder);
    let login = ["login", "--instance", server.url(), "--email", "amy@example.org", "--password", "wrong password"];
    assert!(!clients.toot_succeeds(&login).await);
}

#[tokio::test]
async fn mastodon_py_signs_in_and_uses_what_an_app_uses() {
    let folder = peer::folder();
    let [port] = free_ports();
    let server = ServerProcess::start(port, &[]).await;
    server.member_token("amy");
    let clients = Clients::new(&folder);
    let login = ["login", "--instance", server.url(), "--email", "amy@example.org", "--password", PASSWORD];
    let token = clients.mastodon_py(&login).await["token"].as_str().unwrap().to_owned();
    clients.mastodon_py(&["all", "--instance", server.url(), "--token", &token]).await;
}

async fn copies(reader: &Api, uri: &str) -> Vec<Value> {
    let Value::Array(statuses) = reader.get(TAG).await else { return Vec::new() };
    statuses.into_iter().filter(|status| status["uri"] == uri || status["reblog"]["uri"] == uri).collect()
}

async fn shows_once(reader: &Api, uri: &str, text: &str) {
    eventually(&format!("{text} in the tag timeline"), || async {
        let found = copies(reader, uri).await;
        let right = found.len() == 1 && found[0]["content"].as_str().is_some_and(|content| content.contains(text));
        if right { Ok(()) } else { Err(found) }
    })
    .await;
}
