//! Out of force for everybody, and back: by two people, and back without another trial.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{ServerProcess, free_ports};

use super::{MODERATION, admin, agree, post, rule, says, text, tried};

/// A pack of the operator, which is in force from the start.
const PACK: &str = r#"
[pack]
id = "signals"
version = 1
title = "Signals"

[[rule]]
id = "red-flag"
version = 1
direction = ["outbound"]
action = "hold"
reason = "It says so"
rationale = "Nobody wants it."
must_match = ["red flags"]
must_not_match = ["nothing of it"]
[rule.when.phrase]
any = ["red flags"]

[[rule]]
id = "red-flag-too"
version = 1
direction = ["outbound"]
action = "label"
reason = "It says so"
rationale = "Nobody wants it."
must_match = ["red flags"]
must_not_match = ["nothing of it"]
[rule.when.combine]
all = ["red-flag"]

[[rule]]
id = "green-flag"
version = 1
direction = ["outbound"]
action = "hold"
reason = "It says so"
rationale = "Nobody wants it."
must_match = ["green flags"]
must_not_match = ["nothing of it"]
[rule.when.phrase]
any = ["green flags"]
"#;

struct Scene {
    _server: ServerProcess,
    zoe: Api,
    yan: Api,
    amy: Api,
}

impl Scene {
    async fn open() -> Self {
        let [port] = free_ports();
        let server = ServerProcess::start_with_pack(port, &[], PACK).await;
        let (zoe, yan, amy) = (admin(&server, "zoe"), admin(&server, "yan"), server.member("amy"));
        Self { _server: server, zoe, yan, amy }
    }

    async fn id_of(&self, name: &str) -> String {
        let rules = self.zoe.get(&format!("{MODERATION}/rules?of_instance=true&limit=200")).await;
        text(&rules.as_array().unwrap().iter().find(|rule| rule["name"] == name).unwrap()["id"])
    }

    async fn rule(&self, id: &str) -> Value {
        self.zoe.get(&format!("{MODERATION}/rules/{id}")).await
    }

    /// What zoe asks for, which is not done yet.
    async fn asks(&self, id: &str, verb: &str, kind: &str) -> Value {
        let before = self.rule(id).await;
        let asked = post(&self.zoe, &format!("/rules/{id}/{verb}"), &json!({})).await.ok();
        assert_eq!(
            (&asked["approval"]["kind"], &asked["approval"]["state"]),
            (&json!(kind), &json!("pending")),
            "{asked}"
        );
        assert_eq!((&asked["rule"], self.rule(id).await), (&before, before.clone()), "{verb} changed something");
        asked
    }
}

#[tokio::test]
async fn nobody_alone_takes_out_of_force_what_holds_for_everybody() {
    let scene = Scene::open().await;
    let Scene { zoe, yan, amy, .. } = &scene;
    let id = scene.id_of("red-flag-too").await;
    let sole = scene.id_of("green-flag").await;
    for (verb, kind) in [("retire", "retire_rule"), ("rollback", "roll_back_rule")] {
        let asked = scene.asks(&sole, verb, kind).await;
        let again = scene.asks(&sole, verb, kind).await;
        assert_eq!(asked["approval"]["id"], again["approval"]["id"], "who asks again finds what waits");
        let path = format!("/approvals/{}", text(&asked["approval"]["id"]));
        let own = post(zoe, &format!("{path}/grant"), &json!({})).await;
        assert_eq!(own.status, 403, "{verb}: {}", own.json);
        let theirs = amy.send(Method::POST, &format!("{MODERATION}{path}/grant"), &json!({})).await;
        assert_eq!(theirs.status, 403, "{verb}: {}", theirs.json);
        assert_eq!(says(amy, "green flags").await, "hold", "{verb}");
        post(zoe, &format!("{path}/refuse"), &json!({})).await.ok();
        assert_eq!(post(yan, &format!("{path}/grant"), &json!({})).await.status, 409, "{verb}: it was taken back");
        assert_eq!(says(amy, "green flags").await, "hold", "{verb}");
    }
    // what stands otherwise by then is not what somebody agreed to
    let retire = scene.asks(&id, "retire", "retire_rule").await;
    agree(yan, &scene.asks(&id, "rollback", "roll_back_rule").await).await;
    let path = format!("/approvals/{}/grant", text(&retire["approval"]["id"]));
    assert_eq!(post(yan, &path, &json!({})).await.status, 409);
    assert_eq!(scene.rule(&id).await["state"], "shadow");
}

#[tokio::test]
async fn what_was_in_force_is_so_again_by_two_without_another_trial() {
    let scene = Scene::open().await;
    let Scene { yan, amy, .. } = &scene;
    let (id, other) = (scene.id_of("red-flag").await, scene.id_of("red-flag-too").await);
    // what names it goes first
    let needed = post(&scene.zoe, &format!("/rules/{id}/retire"), &json!({})).await;
    assert!(needed.status == 422 && needed.json.to_string().contains("rule red-flag-too would"), "{}", needed.json);
    agree(yan, &scene.asks(&other, "retire", "retire_rule").await).await;
    agree(yan, &scene.asks(&id, "retire", "retire_rule").await).await;
    let retired = scene.rule(&id).await;
    assert_eq!((&retired["state"], &retired["enforced_version"]), (&json!("retired"), &Value::Null));
    // by now it would be too broad
    for n in 0..3 {
        amy.post("/api/v1/statuses", &json!({ "status": format!("red flags {n}") })).await;
    }
    assert_eq!(says(amy, "red flags").await, "allow");
    agree(yan, &scene.asks(&id, "rollback", "roll_back_rule").await).await;
    let back = scene.rule(&id).await;
    assert_eq!((&back["state"], &back["enforced_version"]), (&json!("enforce"), &json!(1)));
    assert_eq!(says(amy, "red flags").await, "hold");

    // the same by asking to enforce it
    agree(yan, &scene.asks(&id, "retire", "retire_rule").await).await;
    let lint = scene.zoe.get(&format!("{MODERATION}/rules/{id}/lint")).await;
    assert_eq!((&lint["errors"], &lint["blocks"]), (&json!([]), &json!([])), "{lint}");
    agree(yan, &scene.asks(&id, "enforce", "enforce_rule").await).await;
    agree(yan, &scene.asks(&other, "rollback", "roll_back_rule").await).await;
    assert_eq!(says(amy, "red flags").await, "hold");
    let engine = scene.zoe.get(&format!("{MODERATION}/engine")).await;
    assert_eq!((&engine["problem"], &engine["left_out"]), (&Value::Null, &json!([])));
}

#[tokio::test]
async fn what_was_never_in_force_is_tried_first_and_only_a_stricter_version_comes_back_by_one() {
    let scene = Scene::open().await;
    let Scene { zoe, yan, amy, .. } = &scene;
    let id = tried(zoe, &rule("blue-flag", "hold", "blue flags")).await;
    agree(yan, &scene.asks(&id, "enforce", "enforce_rule").await).await;
    let write = async |definition: String| {
        let path = format!("{MODERATION}/rules/{id}");
        zoe.send(Method::PUT, &path, &json!({ "definition": definition })).await.ok()
    };
    // a milder version needs a trial, and somebody else
    write(rule("blue-flag", "nudge", "blue flags")).await;
    let untried = post(zoe, &format!("/rules/{id}/enforce"), &json!({})).await;
    assert_eq!(untried.status, 422, "{}", untried.json);
    post(zoe, &format!("/rules/{id}/shadow"), &json!({})).await.ok();
    assert_eq!(super::dry_run(zoe, &id).await["state"], "done");
    let asked = scene.asks(&id, "enforce", "enforce_rule").await;
    assert!(text(&asked["approval"]["title"]).contains("in the place of version 1"), "{asked}");
    assert_eq!(says(amy, "blue flags").await, "hold");
    agree(yan, &asked).await;
    assert_eq!(says(amy, "blue flags").await, "nudge");
    // back to the stricter one: nothing more gets through
    let back = post(zoe, &format!("/rules/{id}/rollback"), &json!({})).await.ok();
    assert_eq!((&back["rule"]["enforced_version"], &back["approval"]), (&json!(1), &Value::Null), "{back}");
    assert_eq!(says(amy, "blue flags").await, "hold");
    // and to the milder one again: asked for, without another trial
    agree(yan, &scene.asks(&id, "enforce", "enforce_rule").await).await;
    assert_eq!(says(amy, "blue flags").await, "nudge");

    // another version was never in force, though the rule was
    agree(yan, &scene.asks(&id, "retire", "retire_rule").await).await;
    let changed = write(rule("blue-flag", "hold", "flags of blue")).await;
    assert_eq!((&changed["version"], &changed["state"]), (&json!(3), &json!("draft")));
    let untried = post(zoe, &format!("/rules/{id}/enforce"), &json!({})).await;
    assert_eq!(untried.status, 422, "{}", untried.json);
    // nor is one that holds for others than the one that was
    let wide = json!({ "scope": "tag:oakonly" });
    zoe.send(Method::PUT, &format!("{MODERATION}/rules/{id}"), &wide).await.ok();
    post(zoe, &format!("/rules/{id}/retire"), &json!({})).await.ok();
    let nowhere = post(zoe, &format!("/rules/{id}/rollback"), &json!({})).await;
    assert!(nowhere.status == 422 && nowhere.json.to_string().contains("no way back"), "{}", nowhere.json);
}

#[tokio::test]
async fn a_change_that_asks_for_more_is_taken_back_by_two_too() {
    let scene = Scene::open().await;
    let Scene { zoe, yan, amy, .. } = &scene;
    assert_eq!(says(amy, "what bullshit").await, "label");
    let adjust = json!({ "definition": "rule = \"rude-words\"\naction = \"hold\"" });
    let id = text(&post(zoe, "/rules", &adjust).await.ok()["id"]);
    agree(yan, &scene.asks(&id, "enforce", "enforce_rule").await).await;
    assert_eq!(says(amy, "what bullshit").await, "hold");
    agree(yan, &scene.asks(&id, "retire", "retire_rule").await).await;
    assert_eq!(says(amy, "what bullshit").await, "label");
    agree(yan, &scene.asks(&id, "rollback", "roll_back_rule").await).await;
    assert_eq!(says(amy, "what bullshit").await, "hold");
}
