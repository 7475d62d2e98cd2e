//! Accounts that move: followers go along only where both ends say so, and never across a block.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::puppet::Actor;
use staffroom_tests::wait::eventually;

use super::hostile::{Scene, scene};
use super::network::{actor_uri, find, follow, servers, text};

/// Publishes that `actor` is also `alias`.
pub(super) fn claims(actor: &Actor, alias: &str) -> Value {
    let mut document = actor.document();
    document["alsoKnownAs"] = json!([alias]);
    actor.puppet.publish(&document);
    document
}

/// `by` says that `from` goes to `to`.
pub(super) fn relocation(by: &Actor, from: &str, to: &str) -> Value {
    let mut activity = by.activity("Move", &json!(from));
    activity["target"] = json!(to);
    activity
}

impl Scene {
    /// Whether amy follows (or asked to follow) `actor`.
    async fn is_wanted(&self, actor: &Actor) -> bool {
        let id = find(&self.amy, &format!("@{}@{}", actor.name, actor.puppet.host())).await["id"].clone();
        let relation = self.amy.get(&format!("/api/v1/accounts/relationships?id[]={}", text(&id))).await[0].clone();
        relation["following"] == true || relation["requested"] == true
    }

    async fn jobs_done(&self) {
        eventually("no job is left to be done at once", || async {
            let waiting = self.server.database().count("jobs WHERE attempts = 0 AND kind = 'move_followers'").await;
            if waiting == 0 { Ok(()) } else { Err(waiting) }
        })
        .await;
    }
}

#[tokio::test]
async fn followers_go_along_where_both_ends_say_so() {
    let scene = scene().await;
    let (eve, new) = (scene.eve.clone(), scene.puppet.actor("eve-anew"));
    let known = find(&scene.amy, &format!("@eve@{}", scene.puppet.host())).await;
    let list = scene.amy.post("/api/v1/lists", &json!({ "title": "heads" })).await;
    let members = format!("/api/v1/lists/{}/accounts", text(&list["id"]));
    scene.amy.post(&members, &json!({ "account_ids": [known["id"]] })).await;
    claims(&new, &eve.uri);
    scene.deliver(&eve, &relocation(&eve, &eve.uri, &new.uri)).await;
    eventually("amy asks to follow the new account", || async {
        let asked = scene.puppet.received_of("Follow").into_iter().any(|follow| follow["object"] == json!(new.uri));
        if asked { Ok(()) } else { Err(()) }
    })
    .await;
    eventually("amy follows the old one no more", || async {
        let undone = scene.puppet.received_of("Undo");
        let undone = undone.into_iter().any(|undo| undo["object"]["object"] == json!(eve.uri));
        if undone { Ok(()) } else { Err(()) }
    })
    .await;
    let old = find(&scene.amy, &format!("@eve@{}", scene.puppet.host())).await;
    let shown = scene.amy.get(&format!("/api/v1/accounts/{}", text(&old["id"]))).await;
    assert_eq!(shown["moved"]["uri"], json!(new.uri), "{shown}");
    let listed = scene.amy.get(&members).await;
    let listed: Vec<&str> = listed.as_array().unwrap().iter().map(|one| text(&one["username"])).collect();
    assert_eq!(listed, ["eve-anew"], "the new account is in the lists of the old one, which left them");
    let again =
        scene.amy.send(Method::POST, &format!("/api/v1/accounts/{}/follow", text(&old["id"])), &json!({})).await;
    assert_eq!(again.status, 403, "nobody follows an account that moved: {}", again.json);
    // a second move within the week is not followed
    let third = scene.puppet.actor("eve-again");
    claims(&third, &eve.uri);
    scene.deliver(&eve, &relocation(&eve, &eve.uri, &third.uri)).await;
    scene.jobs_done().await;
    assert!(!scene.is_wanted(&third).await);
}

#[tokio::test]
async fn a_move_said_by_the_new_account_needs_the_word_of_the_old() {
    let scene = scene().await;
    let (eve, new) = (scene.eve.clone(), scene.puppet.actor("eve-anew"));
    let document = claims(&new, &eve.uri);
    assert_eq!(document["alsoKnownAs"], json!([eve.uri]));
    scene.deliver(&new, &relocation(&new, &eve.uri, &new.uri)).await;
    scene.jobs_done().await;
    assert!(!scene.is_wanted(&new).await, "a thief of followers");
    let mut old = eve.document();
    old["movedTo"] = json!(new.uri);
    scene.puppet.publish(&old);
    scene.deliver(&new, &relocation(&new, &eve.uri, &new.uri)).await;
    eventually("amy goes along", || async { if scene.is_wanted(&new).await { Ok(()) } else { Err(()) } }).await;
}

#[tokio::test]
async fn sec_72_nobody_moves_others_and_blocks_are_not_evaded_by_moving() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let (eve, mallory) = (scene.eve.clone(), scene.puppet.actor("mallory"));
    // somebody else moves eve, with and without a claim; eve is moved to one who does not claim her; amy is moved
    for (by, from, to) in [
        (&mallory, &eve.uri, &mallory.uri),
        (&eve, &eve.uri, &mallory.uri),
        (&mallory, &me, &mallory.uri),
        (&eve, &eve.uri, &eve.uri),
    ] {
        scene.deliver(by, &relocation(by, from, to)).await;
    }
    claims(&mallory, &eve.uri);
    scene.deliver(&mallory, &relocation(&mallory, &eve.uri, &mallory.uri)).await;
    scene.jobs_done().await;
    assert!(!scene.is_wanted(&mallory).await);
    assert!(scene.is_wanted(&eve).await);

    // trent, whom amy blocked, comes back as another; eve, whom amy follows, goes to one whom amy blocks
    let block = async |actor: &Actor| {
        let id = find(&scene.amy, &format!("@{}@{}", actor.name, actor.puppet.host())).await["id"].clone();
        scene.amy.post(&format!("/api/v1/accounts/{}/block", text(&id)), &json!({})).await;
    };
    let (trent, alias) = (scene.puppet.actor("trent"), scene.puppet.actor("trent-anew"));
    block(&trent).await;
    claims(&alias, &trent.uri);
    scene.deliver(&trent, &relocation(&trent, &trent.uri, &alias.uri)).await;
    eventually("the alias is blocked as well", || async {
        let blocked = scene.amy.get("/api/v1/blocks").await.to_string();
        if blocked.contains(&alias.uri) { Ok(()) } else { Err(blocked) }
    })
    .await;
    let oscar = scene.puppet.actor("oscar");
    block(&oscar).await;
    claims(&oscar, &eve.uri);
    scene.deliver(&eve, &relocation(&eve, &eve.uri, &oscar.uri)).await;
    scene.jobs_done().await;
    assert!(!scene.is_wanted(&oscar).await);
}

#[tokio::test]
async fn one_of_ours_moves_to_another_instance_with_her_followers() {
    let servers = servers::<2>().await;
    let [oak, elm] = servers.as_slice() else { panic!("two servers") };
    let (amy, ben) = (oak.member("amy"), oak.member("ben"));
    let (anew, cat) = (elm.member("amelia"), elm.member("cat"));
    let host = |url: &str| url.trim_start_matches("http://").to_owned();
    follow(&ben, "@amy").await;
    follow(&cat, &format!("@amy@{}", host(oak.url()))).await;
    let (old_uri, new_uri) = (actor_uri(&amy).await, actor_uri(&anew).await);
    let go = |target: &str, password: &str| json!({ "moved_to_uri": target, "password": password });
    let moving = async |api: &Api, body: Value| api.send(Method::POST, "/api/v1/accounts/move", &body).await;
    let password = staffroom_tests::process::PASSWORD;
    let unclaimed = moving(&amy, go(&new_uri, password)).await;
    assert_eq!(unclaimed.status, 422, "{}", unclaimed.json);
    anew.post("/api/v1/accounts/alias", &json!({ "also_known_as_uris": [old_uri] })).await;
    assert_eq!(moving(&amy, go(&new_uri, "a guess")).await.status, 401);
    assert_eq!(moving(&amy, go("https://nowhere.invalid/users/x", password)).await.status / 100, 4);
    let moved = moving(&amy, go(&new_uri, password)).await;
    assert_eq!(moved.status, 202, "{}", moved.json);

    for (api, handle) in
        [(&ben, format!("@amelia@{}", host(elm.url()))), (&cat, format!("@amelia@{}", host(elm.url())))]
    {
        let id = find(api, &handle).await["id"].clone();
        eventually("the follower went along", || async {
            let relation = api.get(&format!("/api/v1/accounts/relationships?id[]={}", text(&id))).await[0].clone();
            if relation["following"] == true { Ok(()) } else { Err(relation) }
        })
        .await;
    }
    eventually("nobody follows the old account", || async {
        let old = amy.get("/api/v1/accounts/verify_credentials").await;
        if old["followers_count"] == 0 { Ok(()) } else { Err(old) }
    })
    .await;
    assert_eq!(amy.get("/api/v1/accounts/verify_credentials").await["moved"]["uri"], json!(new_uri));
    let silent = amy.send(Method::POST, "/api/v1/statuses", &json!({ "status": "still here" })).await;
    assert_eq!(silent.status, 403, "{}", silent.json);
    assert_eq!(moving(&amy, go(&new_uri, password)).await.status, 403, "once in thirty days");

    // back again: not in a circle, which would leave both accounts dumb
    amy.post("/api/v1/accounts/alias", &json!({ "also_known_as_uris": [new_uri] })).await;
    let circle = moving(&anew, go(&old_uri, password)).await;
    assert_eq!(circle.status, 422, "{}", circle.json);
    assert!(circle.json["error"].as_str().unwrap_or_default().contains("has moved itself"), "{}", circle.json);
    assert_eq!(moving(&amy, go("", "a guess")).await.status, 401);
    let stays = moving(&amy, go("", password)).await;
    assert!(stays.status == 202 && stays.json["moved"].is_null(), "{}", stays.json);
    amy.post("/api/v1/statuses", &json!({ "status": "here again" })).await;
    assert_eq!(moving(&anew, go(&old_uri, password)).await.status, 202);
    let id = find(&cat, &format!("@amy@{}", host(oak.url()))).await["id"].clone();
    eventually("the follower came back", || async {
        let relation = cat.get(&format!("/api/v1/accounts/relationships?id[]={}", text(&id))).await[0].clone();
        if relation["following"] == true { Ok(()) } else { Err(relation) }
    })
    .await;
}

#[tokio::test]
async fn other_ids_are_not_lost_to_a_misspelt_parameter() {
    let servers = servers::<2>().await;
    let [oak, elm] = servers.as_slice() else { panic!("two servers") };
    let (amy, anew) = (oak.member("amy"), elm.member("amelia"));
    let (path, old) = ("/api/v1/accounts/alias", actor_uri(&amy).await);
    anew.post(path, &json!({ "also_known_as_uris": [old] })).await;
    for wrong in [json!({}), json!({ "aliases": [old] }), json!({ "also_known_as_uri": old })] {
        assert_eq!(anew.send(Method::POST, path, &wrong).await.status, 422, "{wrong}");
    }
    let aliases = "accounts WHERE domain IS NULL AND username = 'amelia' AND also_known_as LIKE '%amy%'";
    assert_eq!(elm.database().count(aliases).await, 1);
    anew.post(path, &json!({ "also_known_as_uris": [""] })).await;
    assert_eq!(elm.database().count(aliases).await, 0);
}
