//! Groups (FEP-1b12): what they pass on is looked up where it lives, and what they make up changes nothing.

use std::time::Duration;

use serde_json::{Value, json};
use staffroom_tests::puppet::{self, Actor};
use staffroom_tests::wait::eventually;

use super::hostile::{Scene, scene};
use super::network::{none_with, one_with, text};

const HOME: &str = "/api/v1/timelines/home";

/// A group that amy follows, and dee, who writes in it from another server.
async fn group() -> (Scene, Actor, Actor) {
    let scene = scene().await;
    let group = scene.puppet.named("bay").actor("teaching");
    let mut document = group.document();
    document["type"] = json!("Group");
    group.puppet.publish(&document);
    scene.follows(&group).await;
    let dee = scene.puppet.named("dee").actor("dee");
    (scene, group, dee)
}

impl Scene {
    /// `group` passes on what `actor` says of `object`.
    async fn passed_on(&self, group: &Actor, actor: &Actor, kind: &str, object: &Value) {
        let mut inner = actor.activity(kind, object);
        inner["audience"] = json!(group.uri);
        self.deliver(group, &group.activity("Announce", &inner)).await;
    }

    /// How often `words` are stored.
    async fn stored(&self, words: &str) -> i64 {
        self.server.database().count(&format!("statuses WHERE content LIKE '%{words}%'")).await
    }
}

#[tokio::test]
async fn what_a_group_passes_on_is_read_at_its_own_address() {
    let (scene, group, dee) = group().await;
    let mut page = dee.note("what we tried", &[]);
    page["type"] = json!("Page");
    page["name"] = json!("Reading for pleasure");
    page["attachment"] = json!([{ "type": "Link", "href": "https://books.example/list" }]);
    dee.puppet.publish(&page);
    // Lemmy sends both
    scene.passed_on(&group, &dee, "Create", &page).await;
    scene.deliver(&group, &group.activity("Announce", &page["id"])).await;
    let seen = eventually("the boost shows", || async {
        let home = scene.amy.get(HOME).await;
        let boosts = |one: &&Value| text(&one["reblog"]["content"]).contains("Reading for pleasure");
        home.as_array().and_then(|all| all.iter().find(boosts).cloned()).ok_or(home)
    })
    .await;
    assert_eq!(seen["account"]["group"], true);
    assert!(text(&seen["reblog"]["content"]).contains("https://books.example/list"), "{seen}");
    let mut answer = dee.note("an answer in the group", &[]);
    answer["inReplyTo"] = page["id"].clone();
    dee.puppet.publish(&answer);
    scene.passed_on(&group, &dee, "Create", &answer).await;
    assert_eq!(scene.stored("an answer in the group").await, 1);

    answer["content"] = json!("an answer, edited");
    answer["updated"] = json!(puppet::now());
    dee.puppet.publish(&answer);
    let mut twisted = answer.clone();
    twisted["content"] = json!("an answer, twisted");
    scene.passed_on(&group, &dee, "Update", &twisted).await;
    assert_eq!((scene.stored("edited").await, scene.stored("twisted").await), (1, 0));

    let favourite = dee.activity("Like", &page["id"]);
    dee.puppet.publish(&favourite);
    scene.deliver(&group, &group.activity("Announce", &favourite)).await;
    let id = text(&seen["reblog"]["id"]).to_owned();
    assert_eq!(scene.amy.get(&format!("/api/v1/statuses/{id}")).await["favourites_count"], 1);

    scene.passed_on(&group, &dee, "Delete", &answer["id"]).await;
    assert_eq!(scene.stored("edited").await, 1, "it is still there where it lives");
    dee.puppet.withdraw(text(&answer["id"]));
    scene.passed_on(&group, &dee, "Delete", &answer["id"]).await;
    assert_eq!(scene.stored("edited").await, 0);
}

#[tokio::test]
async fn what_a_group_makes_up_changes_nothing() {
    let (scene, group, dee) = group().await;
    let mut invented = dee.note("dee never wrote this", &[]);
    dee.puppet.withdraw(text(&invented["id"]));
    scene.passed_on(&group, &dee, "Create", &invented).await;
    invented["content"] = json!("nor this");
    scene.passed_on(&group, &dee, "Update", &invented).await;
    assert_eq!(scene.server.database().count("statuses").await, 0);

    let note = scene.eve.note("eve's words", &[]);
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    let seen = one_with(&scene.amy, HOME, "eve's words").await;
    let own = scene.amy.post("/api/v1/statuses", &json!({ "status": "amy's words" })).await;
    for object in [&note["id"], &own["uri"]] {
        scene.passed_on(&group, &scene.eve, "Delete", object).await;
        scene.passed_on(&group, &scene.eve, "Like", object).await;
        let mut undo = scene.eve.activity("Undo", &scene.eve.activity("Like", object));
        undo["id"] = json!(dee.puppet.new_id("activities"));
        dee.puppet.publish(&undo);
        scene.deliver(&group, &group.activity("Announce", &undo)).await;
    }
    for (id, words) in [(&seen["id"], "eve's words"), (&own["id"], "amy's words")] {
        let now = scene.amy.get(&format!("/api/v1/statuses/{}", text(id))).await;
        assert!(text(&now["content"]).contains(words.split('\'').next().unwrap()), "{}", now["content"]);
        assert_eq!(now["favourites_count"], 0);
    }
    // a stranger's group is not even asked about
    let stranger = scene.puppet.named("cove").actor("strangers");
    let genuine = dee.note("true but not asked for", &[]);
    let before = scene.puppet.fetched().len();
    scene.passed_on(&stranger, &dee, "Create", &genuine).await;
    eventually("only the stranger was looked at", || async {
        let asked: Vec<String> = scene.puppet.fetched().split_off(before);
        if asked.iter().all(|one| !one.contains("/notes/")) { Ok(()) } else { Err(asked) }
    })
    .await;
    none_with(&scene.amy, HOME, "true but not asked for").await;
}

#[tokio::test]
async fn what_its_actor_proves_a_group_passes_on_without_a_look_elsewhere() {
    let (scene, group, dee) = group().await;
    let pass_on = async |activity: &Value| scene.deliver(&group, &group.activity("Announce", activity)).await;
    let proven = |kind: &str, object: &Value| dee.prove(&dee.activity(kind, object), Duration::ZERO);
    let hidden = |words: &str| {
        let note = dee.note(words, &[]);
        dee.puppet.withdraw(text(&note["id"]));
        note
    };
    let note = hidden("proven by dee");
    pass_on(&proven("Create", &note)).await;
    assert_eq!(scene.stored("proven by dee").await, 1);
    let own = scene.amy.post("/api/v1/statuses", &json!({ "status": "amy's words" })).await;
    let path = format!("/api/v1/statuses/{}", text(&own["id"]));
    let favourite = proven("Like", &own["uri"]);
    let favourites = async |number: u64| {
        eventually("the favourites are counted", || async {
            let now = scene.amy.get(&path).await["favourites_count"].clone();
            if now == number { Ok(()) } else { Err(now) }
        })
        .await;
    };
    pass_on(&favourite).await;
    favourites(1).await;
    pass_on(&proven("Undo", &favourite)).await;
    favourites(0).await;
    pass_on(&proven("Delete", &note["id"])).await;
    assert_eq!(scene.stored("proven by dee").await, 0);
    assert!(scene.puppet.fetched().iter().all(|one| !one.contains("/notes/") && !one.contains("/activities/")));

    // hostile twins: somebody else's proof, an old one, one of other words, one for what is not the actor's
    let mallory = scene.puppet.named("cove").actor("mallory");
    let create = dee.activity("Create", &hidden("never proven by dee"));
    pass_on(&mallory.prove(&create, Duration::ZERO)).await;
    pass_on(&dee.prove(&create, Duration::from_hours(13))).await;
    let mut altered = proven("Create", &hidden("first words"));
    altered["object"]["content"] = json!("never proven by dee");
    pass_on(&altered).await;
    let foreign = mallory.prove(&mallory.activity("Create", &create["object"]), Duration::ZERO);
    pass_on(&foreign).await;
    pass_on(&mallory.prove(&mallory.activity("Delete", &own["uri"]), Duration::ZERO)).await;
    assert_eq!(scene.stored("never proven").await + scene.stored("first words").await, 0);
    assert!(text(&scene.amy.get(&path).await["content"]).contains("words"));
    // with a wrong proof it is looked up as without one
    let genuine = dee.note("genuine words", &[]);
    let mut twisted = proven("Create", &genuine);
    twisted["object"]["content"] = json!("twisted words");
    pass_on(&twisted).await;
    assert_eq!((scene.stored("genuine words").await, scene.stored("twisted words").await), (1, 0));
}
