//! Well-signed lies: every activity here passes the gate and must change nothing, because its sender has no right to it.

use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::ServerProcess;
use staffroom_tests::puppet::{self, Actor, PUBLIC, Puppet};
use staffroom_tests::wait::eventually;

use super::network::{actor_uri, follow_puppet, one_with, server_and_puppet, text};

const HOME: &str = "/api/v1/timelines/home";

pub(crate) struct Scene {
    pub(crate) server: ServerProcess,
    pub(crate) amy: Api,
    pub(crate) puppet: Puppet,
    pub(crate) eve: Actor,
    pub(crate) inbox: String,
}

/// Amy follows the honest `eve`, who answered.
pub(crate) async fn scene() -> Scene {
    let (server, amy, puppet) = server_and_puppet().await;
    let inbox = format!("{}/inbox", server.url());
    let eve = puppet.actor("eve");
    let scene = Scene { server, amy, puppet, eve, inbox };
    scene.follows(&scene.eve.clone()).await;
    scene
}

impl Scene {
    pub(crate) async fn follows(&self, actor: &Actor) {
        follow_puppet(&self.amy, &self.inbox, actor).await;
    }

    /// Delivers `activity` by `actor` and waits until it is worked off.
    pub(crate) async fn deliver(&self, actor: &Actor, activity: &Value) {
        let status = actor.deliver(&self.inbox, activity).await;
        assert_eq!(status, 202, "{activity}");
        self.settled().await;
    }

    /// Our id of the status `note` became.
    pub(super) async fn id_of(&self, note: &Value) -> i64 {
        let sql = format!("SELECT id FROM statuses WHERE uri = '{}'", text(&note["id"]));
        self.server.database().number(&sql).await
    }

    /// Waits until no received activity is left to be worked off at once.
    pub(crate) async fn settled(&self) {
        eventually("received activities are worked off", || async {
            let waiting = self.server.database().count("inbox_items WHERE attempts = 0").await;
            if waiting == 0 { Ok(()) } else { Err(waiting) }
        })
        .await;
    }
}

#[tokio::test]
async fn nobody_but_the_author_edits_or_deletes() {
    let scene = scene().await;
    let note = scene.eve.note("eve's own words", &[]);
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    one_with(&scene.amy, HOME, "eve's own words").await;

    let mallory = scene.puppet.actor("mallory");
    let mut edited = note.clone();
    edited["content"] = json!("mallory's words");
    edited["updated"] = json!(puppet::now());
    scene.deliver(&mallory, &mallory.activity("Update", &edited)).await;
    edited["attributedTo"] = json!(mallory.uri);
    scene.deliver(&mallory, &mallory.activity("Update", &edited)).await;
    scene.deliver(&mallory, &mallory.activity("Delete", &note["id"])).await;
    let tombstone = json!({ "id": note["id"], "type": "Tombstone" });
    scene.deliver(&mallory, &mallory.activity("Delete", &tombstone)).await;
    scene.deliver(&mallory, &mallory.activity("Delete", &json!(scene.eve.uri))).await;
    scene.deliver(&mallory, &mallory.activity("Update", &scene.eve.document())).await;
    let seen = one_with(&scene.amy, HOME, "own words").await;
    assert_eq!(seen["edited_at"], Value::Null);
    assert_eq!(seen["account"]["display_name"], "eve");

    // the author's own are believed
    edited["attributedTo"] = json!(scene.eve.uri);
    edited["content"] = json!("eve's better words");
    scene.deliver(&scene.eve, &scene.eve.activity("Update", &edited)).await;
    one_with(&scene.amy, HOME, "better words").await;
    scene.deliver(&scene.eve, &scene.eve.activity("Delete", &tombstone)).await;
    assert!(scene.amy.statuses_with(HOME, "better words").await.is_empty());
}

#[tokio::test]
async fn a_note_of_somebody_else_is_not_taken_from_the_messenger() {
    let scene = scene().await;
    let mallory = scene.puppet.actor("mallory");
    let me = actor_uri(&scene.amy).await;
    let mut put_into_mouth = mallory.note("put into eve's mouth", &[&me]);
    put_into_mouth["attributedTo"] = json!(scene.eve.uri);
    scene.deliver(&mallory, &mallory.activity("Create", &put_into_mouth)).await;
    let mut elsewhere = mallory.note("from elsewhere", &[&me]);
    elsewhere["id"] = json!("http://localhost:1/notes/1");
    scene.deliver(&mallory, &mallory.activity("Create", &elsewhere)).await;
    // a note that claims to be amy's, or to lie on our own server
    let mut ours = mallory.note("forged at home", &[&me]);
    ours["attributedTo"] = json!(me);
    scene.deliver(&mallory, &mallory.activity("Create", &ours)).await;
    ours["attributedTo"] = json!(mallory.uri);
    ours["id"] = json!(format!("{}/users/amy/statuses/1", scene.server.url()));
    scene.deliver(&mallory, &mallory.activity("Create", &ours)).await;
    assert_eq!(scene.server.database().count("statuses").await, 0);
    assert_eq!(scene.server.database().count("notifications").await, 0);
}

#[tokio::test]
async fn nobody_takes_back_what_somebody_else_did() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let status = scene.amy.post("/api/v1/statuses", &json!({ "status": "Like this" })).await;
    let path = format!("/api/v1/statuses/{}", text(&status["id"]));
    let follow = scene.eve.activity("Follow", &json!(me));
    let like = scene.eve.activity("Like", &status["uri"]);
    let announce = scene.eve.activity("Announce", &status["uri"]);
    for activity in [&follow, &like, &announce] {
        scene.deliver(&scene.eve, activity).await;
    }
    let counts = async || {
        let status = scene.amy.get(&path).await;
        let me = scene.amy.get("/api/v1/accounts/verify_credentials").await;
        [&me["followers_count"], &status["favourites_count"], &status["reblogs_count"]].map(|n| n.as_u64().unwrap())
    };
    assert_eq!(counts().await, [1, 1, 1]);

    let mallory = scene.puppet.actor("mallory");
    for activity in [&follow, &like, &announce] {
        scene.deliver(&mallory, &mallory.activity("Undo", activity)).await;
        scene.deliver(&mallory, &mallory.activity("Undo", &activity["id"])).await;
        let mut forged = activity.clone();
        forged["actor"] = json!(mallory.uri);
        scene.deliver(&mallory, &mallory.activity("Undo", &forged)).await;
    }
    assert_eq!(counts().await, [1, 1, 1]);
    for activity in [&follow, &like, &announce] {
        scene.deliver(&scene.eve, &scene.eve.activity("Undo", activity)).await;
    }
    assert_eq!(counts().await, [0, 0, 0]);
}

#[tokio::test]
async fn nobody_accepts_a_follow_for_somebody_else() {
    let scene = scene().await;
    let grace = scene.puppet.actor("grace");
    let mallory = scene.puppet.actor("mallory");
    let account = super::network::find(&scene.amy, &format!("@grace@{}", scene.puppet.host())).await;
    let id = text(&account["id"]).to_owned();
    scene.amy.post(&format!("/api/v1/accounts/{id}/follow"), &json!({})).await;
    let follow = eventually("the follow arrives", || async {
        let follows = scene.puppet.received_of("Follow");
        follows.into_iter().find(|follow| follow["object"] == json!(grace.uri)).ok_or(())
    })
    .await;
    scene.deliver(&mallory, &mallory.activity("Accept", &follow)).await;
    let relation = async || scene.amy.get(&format!("/api/v1/accounts/relationships?id[]={id}")).await[0].clone();
    assert_eq!(relation().await["following"], false);
    scene.deliver(&grace, &grace.activity("Reject", &follow)).await;
    let after = relation().await;
    assert_eq!((&after["following"], &after["requested"]), (&json!(false), &json!(false)));
    // an answer to what was taken back or refused makes no follow
    scene.deliver(&grace, &grace.activity("Accept", &follow)).await;
    assert_eq!(relation().await["following"], false);
}

#[tokio::test]
async fn the_same_effect_comes_once_however_often_it_is_sent() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let status = scene.amy.post("/api/v1/statuses", &json!({ "status": "Count me" })).await;
    let note = scene.eve.note("said once", &[&me]);
    for _ in 0..3 {
        // other ids, same meaning
        scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
        scene.deliver(&scene.eve, &scene.eve.activity("Like", &status["uri"])).await;
        scene.deliver(&scene.eve, &scene.eve.activity("Announce", &status["uri"])).await;
        scene.deliver(&scene.eve, &scene.eve.activity("Follow", &json!(me))).await;
    }
    one_with(&scene.amy, HOME, "said once").await;
    let seen = scene.amy.get(&format!("/api/v1/statuses/{}", text(&status["id"]))).await;
    assert_eq!((&seen["favourites_count"], &seen["reblogs_count"]), (&json!(1), &json!(1)));
    let notices = scene.amy.get("/api/v1/notifications").await;
    let mut kinds: Vec<_> = notices.as_array().unwrap().iter().map(|one| text(&one["type"])).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["favourite", "follow", "mention", "reblog"]);
}

#[tokio::test]
async fn what_was_deleted_before_it_came_stays_away() {
    let scene = scene().await;
    let note = scene.eve.note("never to be read", &[]);
    scene.puppet.withdraw(text(&note["id"]));
    scene.deliver(&scene.eve, &scene.eve.activity("Delete", &note["id"])).await;
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &scene.eve.note("to be read", &[]))).await;
    one_with(&scene.amy, HOME, "to be read").await;
    assert_eq!(scene.amy.statuses_with(HOME, "never to be read").await.len(), 0);
}

#[tokio::test]
async fn strangers_notes_are_kept_only_when_they_concern_somebody_here() {
    let scene = scene().await;
    let stranger = scene.puppet.actor("stranger");
    scene.deliver(&stranger, &stranger.activity("Create", &stranger.note("spam for nobody", &[]))).await;
    let mut private = scene.eve.note("for followers", &[]);
    private["to"] = json!([format!("{}/followers", scene.eve.uri)]);
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &private)).await;
    let seen = one_with(&scene.amy, HOME, "for followers").await;
    assert_eq!(seen["visibility"], "private");
    let cat = scene.server.member("cat");
    let path = format!("/api/v1/statuses/{}", text(&seen["id"]));
    assert_eq!(cat.send(reqwest::Method::GET, &path, &Value::Null).await.status, 404);
    assert_eq!(scene.server.database().count("statuses").await, 1);
    assert!(private["cc"].as_array().unwrap().is_empty() && private["to"][0] != PUBLIC);
}
