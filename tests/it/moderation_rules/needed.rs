//! Rules that need others: nobody takes those away under them, and what cannot run is in nobody else's way.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::ServerProcess;

use super::schools::person;
use super::{MODERATION, admin, agree, post, rule, says, start, text, tried};

/// A rule in TOML that matches where one of another name does.
fn combining(name: &str, other: &str, action: &str, words: &str) -> String {
    rule(name, action, words)
        .replace(&format!("[when.phrase]\nany = [\"{words}\"]"), &format!("[when.combine]\nany = [\"{other}\"]"))
}

/// Writes a rule down; its id.
async fn written(api: &Api, definition: &str) -> String {
    text(&post(api, "/rules", &json!({ "definition": definition })).await.ok()["id"])
}

/// Takes a step that needs nobody else.
async fn step(api: &Api, id: &str, verb: &str) {
    let done = post(api, &format!("/rules/{id}/{verb}"), &json!({})).await.ok();
    assert_eq!(done.get("approval").cloned().unwrap_or_default(), Value::Null, "{verb}: {done}");
}

async fn engine(api: &Api) -> Value {
    api.get(&format!("{MODERATION}/engine")).await
}

/// The names of rules that do not run, as `api` is told.
async fn left_out(api: &Api) -> Vec<String> {
    let mut names: Vec<String> =
        engine(api).await["left_out"].as_array().unwrap().iter().map(|one| text(&one["name"])).collect();
    names.sort_unstable();
    names
}

/// Two administrators, and of each of two schools a moderator and somebody who writes.
struct Scene {
    server: ServerProcess,
    elm_id: String,
    zoe: Api,
    yan: Api,
    elm: [Api; 2],
    oak: [Api; 2],
}

impl Scene {
    async fn open() -> Self {
        let server = start().await;
        let (zoe, yan) = (admin(&server, "zoe"), admin(&server, "yan"));
        let school = async |name: &str| zoe.post("/api/v1/staffroom/organisations", &json!({ "name": name })).await;
        let elm_id = text(&school("Elm").await["id"]);
        school("Oak").await;
        let elm = [person(&server, "elm", "quin", "moderator"), person(&server, "elm", "lee", "contributor")];
        let oak = [person(&server, "oak", "pat", "moderator"), person(&server, "oak", "kim", "contributor")];
        Self { server, elm_id, zoe, yan, elm, oak }
    }

    /// A rule of the instance, in force.
    async fn of_instance(&self, definition: &str) -> String {
        let id = tried(&self.zoe, definition).await;
        self.both(&id, "enforce").await;
        id
    }

    /// Takes a step by two people.
    async fn both(&self, id: &str, verb: &str) {
        agree(&self.yan, &post(&self.zoe, &format!("/rules/{id}/{verb}"), &json!({})).await.ok()).await;
    }
}

#[tokio::test]
async fn what_other_rules_of_a_school_need_is_not_taken_away_and_other_schools_never_notice() {
    let scene = Scene::open().await;
    let ([quin, _], [pat, kim]) = (&scene.elm, &scene.oak);
    let a = written(quin, &rule("elm-a", "nudge", "plover")).await;
    let b = written(quin, &combining("elm-b", "elm-a", "nudge", "plover")).await;
    for id in [&a, &b] {
        step(quin, id, "shadow").await;
    }
    let path = format!("/rules/{a}");
    let change = json!({ "definition": rule("elm-a", "nudge", "heron") });
    for refused in [
        post(quin, &format!("{path}/retire"), &json!({})).await,
        post(quin, &format!("{path}/rollback"), &json!({})).await,
        quin.send(Method::PUT, &format!("{MODERATION}{path}"), &change).await,
    ] {
        assert!(refused.status == 422 && refused.json.to_string().contains("rule elm-b would"), "{}", refused.json);
    }
    assert_eq!(quin.get(&format!("{MODERATION}{path}")).await["state"], "shadow");
    let now = engine(&scene.zoe).await;
    assert_eq!((&now["problem"], &now["left_out"], &now["revision"]), (&Value::Null, &json!([]), &now["wanted"]));

    // nothing of it is in the way of another school
    let of_oak = tried(pat, &rule("oak-a", "hold", "bog rush")).await;
    step(pat, &of_oak, "enforce").await;
    assert_eq!(says(kim, "bog rush").await, "hold");
    step(pat, &of_oak, "retire").await;
    assert_eq!(says(kim, "bog rush").await, "allow");
    // nor can another school name it, or learn that it is there
    for name in ["elm-a", &format!("o{}--elm-a", scene.elm_id)] {
        let id = written(pat, &combining(&format!("oak-{}", name.len()), name, "nudge", "plover")).await;
        let refused = post(pat, &format!("/rules/{id}/shadow"), &json!({})).await;
        assert!(refused.status == 422 && !refused.json.to_string().contains("elm-b"), "{}", refused.json);
        assert!(refused.json.to_string().contains("no rule"), "{}", refused.json);
    }
    // what needs it goes first
    for id in [&b, &a] {
        step(quin, id, "retire").await;
    }
    assert_eq!(left_out(&scene.zoe).await, Vec::<String>::new());
}

#[tokio::test]
async fn rules_of_schools_go_out_of_force_with_what_they_need_of_the_instance_and_come_back_with_it() {
    let mut scene = Scene::open().await;
    let flag = scene.of_instance(&rule("red-flag", "label", "red flags")).await;
    let needs = {
        let ([quin, lee], [pat, kim]) = (&scene.elm, &scene.oak);
        let needs = tried(quin, &combining("elm-red", "red-flag", "hold", "red flags")).await;
        step(quin, &needs, "enforce").await;
        let adjust = written(pat, "rule = \"red-flag\"\naction = \"hold\"").await;
        step(pat, &adjust, "enforce").await;
        assert_eq!((says(lee, "red flags").await, says(kim, "red flags").await), ("hold".into(), "hold".into()));
        needs
    };

    // schools do not hold the instance up
    scene.both(&flag, "retire").await;
    for restarted in [false, true] {
        if restarted {
            scene.server.kill();
            scene.server.restart().await;
        }
        let ([quin, lee], [pat, kim]) = (&scene.elm, &scene.oak);
        assert_eq!((says(lee, "red flags").await, says(kim, "red flags").await), ("allow".into(), "allow".into()));
        let now = engine(&scene.zoe).await;
        assert_eq!((&now["problem"], &now["revision"]), (&Value::Null, &now["wanted"]));
        // each is told of their own
        assert_eq!(left_out(&scene.zoe).await, ["adjust-red-flag", "elm-red"]);
        assert_eq!(
            (left_out(quin).await, left_out(pat).await),
            (vec!["elm-red".to_owned()], vec!["adjust-red-flag".to_owned()])
        );
        assert!(!engine(pat).await.to_string().contains("elm-red"));
        let stands = quin.get(&format!("{MODERATION}/rules/{needs}")).await;
        assert_eq!(stands["state"], "enforce");
        assert!(text(&stands["problem"]).contains("red-flag"), "{stands}");
        // and everybody else's rules go on
        let name = if restarted { "oak-later" } else { "oak-sooner" };
        let other = tried(pat, &rule(name, "hold", name)).await;
        step(pat, &other, "enforce").await;
        assert_eq!((says(kim, name).await, says(lee, name).await), ("hold".into(), "allow".into()));
        step(pat, &other, "retire").await;
        assert_eq!(says(kim, name).await, "allow");
    }

    scene.both(&flag, "rollback").await;
    let ([_, lee], [_, kim]) = (&scene.elm, &scene.oak);
    assert_eq!((says(lee, "red flags").await, says(kim, "red flags").await), ("hold".into(), "hold".into()));
    assert_eq!(left_out(&scene.zoe).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_rules_of_the_instance_need_of_each_other_stays_until_they_are_gone() {
    let scene = Scene::open().await;
    let rules = scene.zoe.get(&format!("{MODERATION}/rules?of_instance=true&limit=200")).await;
    let id_of = |name: &str| text(&rules.as_array().unwrap().iter().find(|rule| rule["name"] == name).unwrap()["id"]);
    for needed in ["holds-links", "stranger", "picture-attached"] {
        let refused = post(&scene.zoe, &format!("/rules/{}/retire", id_of(needed)), &json!({})).await;
        assert!(refused.status == 422 && refused.json.to_string().contains("would no longer run"), "{}", refused.json);
    }
    assert_eq!(engine(&scene.zoe).await["problem"], Value::Null);
    // a school's moderator is not even told
    let path = format!("/rules/{}/retire", id_of("stranger"));
    assert_eq!(post(&scene.elm[0], &path, &json!({})).await.status, 404);
}
