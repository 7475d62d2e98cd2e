//! Moderation rules by HTTP: from a draft to being in force and back, whose they are, who has to agree.

mod domains;
mod fields;
mod needed;
mod numbers;
mod packs;
mod samples;
mod schools;
mod withdrawn;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::{Answer, Api};
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::wait::eventually;

pub(crate) const MODERATION: &str = "/api/staffroom/v1/moderation";
const SCOPES: &str = "read write follow push admin:read admin:write";

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub(crate) async fn start() -> ServerProcess {
    let [port] = free_ports();
    ServerProcess::start(port, &[]).await
}

/// A client of somebody there is, for everything they may do.
pub(crate) fn staff(server: &ServerProcess, handle: &str) -> Api {
    let printed = server.admin(&["token", "create", "--account", handle, "--scopes", SCOPES], "");
    server.api(printed.lines().last().map(str::to_owned))
}

/// An administrator of the instance.
pub(crate) fn admin(server: &ServerProcess, handle: &str) -> Api {
    server.member_token(handle);
    server.admin(&["account", "set-role", handle, "admin"], "");
    staff(server, handle)
}

/// A rule in TOML that looks for `words`.
pub(crate) fn rule(name: &str, action: &str, words: &str) -> String {
    format!(
        "id = \"{name}\"\nversion = 1\ndirection = [\"outbound\"]\naction = \"{action}\"\nreason = \"It says so\"\n\
         rationale = \"Nobody wants it.\"\nmust_match = [\"{words}\"]\nmust_not_match = [\"nothing of it\"]\n\
         [when.phrase]\nany = [\"{words}\"]\n"
    )
}

pub(crate) async fn post(api: &Api, path: &str, body: &Value) -> Answer {
    api.send(Method::POST, &format!("{MODERATION}{path}"), body).await
}

/// What the rules say to a text of whoever asks.
pub(crate) async fn says(api: &Api, words: &str) -> String {
    text(&api.post("/api/staffroom/v1/evaluate", &json!({ "status": words })).await["action"])
}

/// Tries a rule on what was published before, and waits for the end of it.
pub(crate) async fn dry_run(api: &Api, rule: &str) -> Value {
    let run = post(api, "/dry_runs", &json!({ "rule_id": rule })).await.ok();
    let path = format!("{MODERATION}/dry_runs/{}", text(&run["id"]));
    eventually("the dry run ends", || async {
        let run = api.get(&path).await;
        if run["state"] == "running" { Err(run) } else { Ok(run) }
    })
    .await
}

/// Writes a rule and tries it out, so that it can be enforced; its id.
pub(crate) async fn tried(api: &Api, definition: &str) -> String {
    let drafted = post(api, "/rules", &json!({ "definition": definition })).await.ok();
    let id = text(&drafted["id"]);
    post(api, &format!("/rules/{id}/shadow"), &json!({})).await.ok();
    assert_eq!(dry_run(api, &id).await["state"], "done");
    id
}

/// Somebody else agrees to what was asked for.
pub(crate) async fn agree(other: &Api, asked: &Value) {
    let path = format!("/approvals/{}/grant", text(&asked["approval"]["id"]));
    assert_eq!(post(other, &path, &json!({})).await.ok()["state"], "granted");
}

#[tokio::test]
async fn a_rule_goes_from_a_draft_into_force_and_back_by_four_eyes() {
    let server = start().await;
    let (zoe, yan, amy) = (admin(&server, "zoe"), admin(&server, "yan"), server.member("amy"));
    for n in 0..3 {
        amy.post("/api/v1/statuses", &json!({ "status": format!("Marking {n}") })).await;
    }
    let drafted = post(&zoe, "/rules", &json!({ "definition": rule("red-flag", "hold", "red flags") })).await.ok();
    assert_eq!((&drafted["state"], &drafted["enforced_version"]), (&json!("draft"), &Value::Null));
    let id = text(&drafted["id"]);
    let path = |verb: &str| format!("/rules/{id}{verb}");
    let early = post(&zoe, &path("/enforce"), &json!({})).await;
    assert_eq!(early.status, 422, "{}", early.json);
    let linted = zoe.get(&format!("{MODERATION}{}", path("/lint"))).await;
    assert_eq!((linted["errors"].as_array().unwrap().len(), linted["blocks"].as_array().unwrap().len()), (0, 2));
    post(&zoe, &path("/shadow"), &json!({})).await.ok();
    let run = dry_run(&zoe, &id).await;
    assert_eq!((&run["state"], &run["scanned"], &run["matched"]), (&json!("done"), &json!(3), &json!(0)));
    assert_eq!(says(&amy, "red flags").await, "allow", "in the shadow it asks for nothing");

    let asked = post(&zoe, &path("/enforce"), &json!({})).await.ok();
    assert_eq!((&asked["rule"]["state"], &asked["approval"]["state"]), (&json!("shadow"), &json!("pending")));
    let approval = format!("/approvals/{}", text(&asked["approval"]["id"]));
    let own = post(&zoe, &format!("{approval}/grant"), &json!({})).await;
    assert_eq!(own.status, 403, "{}", own.json);
    assert_eq!(says(&amy, "red flags").await, "allow");
    let waiting = yan.get(&format!("{MODERATION}/approvals?open=true")).await;
    assert_eq!(waiting.as_array().unwrap().len(), 1);
    let granted = post(&yan, &format!("{approval}/grant"), &json!({})).await.ok();
    assert_eq!(granted["state"], "granted");
    assert_eq!(post(&yan, &format!("{approval}/refuse"), &json!({})).await.status, 409);

    // without a restart, for what is tried out and what is published
    assert_eq!(says(&amy, "red flags").await, "hold");
    amy.send(Method::POST, "/api/v1/statuses", &json!({ "status": "red flags everywhere" })).await;
    eventually("it is counted", || async {
        let days = zoe.get(&format!("{MODERATION}{}", path("/figures"))).await;
        if days[0]["held"] == 1 && days[0]["matched"] == 1 { Ok(()) } else { Err(days) }
    })
    .await;

    let asked = post(&zoe, &path("/rollback"), &json!({})).await.ok();
    assert_eq!((&asked["rule"]["state"], &asked["approval"]["kind"]), (&json!("enforce"), &json!("roll_back_rule")));
    assert_eq!(says(&amy, "red flags").await, "hold", "one person alone takes nothing out of force");
    agree(&yan, &asked).await;
    let back = zoe.get(&format!("{MODERATION}{}", path(""))).await;
    assert_eq!((&back["state"], &back["enforced_version"]), (&json!("shadow"), &Value::Null));
    assert_eq!(says(&amy, "red flags").await, "allow");
    amy.post("/api/v1/statuses", &json!({ "status": "red flags again" })).await;
    let matches = format!("{MODERATION}{}", path("/matches"));
    let seen = eventually("the match is noted", || async {
        let seen = zoe.get(&matches).await;
        if seen[0].is_object() { Ok(seen) } else { Err(seen) }
    })
    .await;
    assert_eq!((&seen[0]["shape"], &seen[0]["part"]), (&json!("xxx xxxxx"), &json!("content")));
    // what is in nobody's way needs nobody else
    let retired = post(&zoe, &path("/retire"), &json!({})).await.ok();
    assert_eq!((&retired["rule"]["state"], &retired["approval"]), (&json!("retired"), &Value::Null));
}

#[tokio::test]
async fn a_rule_that_matches_too_much_is_not_enforced_and_a_new_version_is_tried_beside_the_old() {
    let server = start().await;
    let (zoe, yan, amy) = (admin(&server, "zoe"), admin(&server, "yan"), server.member("amy"));
    for n in 0..3 {
        amy.post("/api/v1/statuses", &json!({ "status": format!("Our marking policy {n}") })).await;
    }
    let broad = tried(&zoe, &rule("broad", "hold", "marking policy")).await;
    let run = zoe.get(&format!("{MODERATION}/dry_runs")).await[0].clone();
    assert_eq!((&run["recent_matched"], &run["is_too_broad"]), (&json!(3), &json!(true)));
    assert!(text(&run["samples"][0]["excerpt"]).starts_with("Our xxxxxxx xxxxxx"), "{run}");
    let refused = post(&zoe, &format!("/rules/{broad}/enforce"), &json!({})).await;
    assert!(refused.status == 422 && refused.json.to_string().contains("too broad"), "{}", refused.json);

    let id = tried(&zoe, &rule("narrow", "hold", "red flags")).await;
    let asked = post(&zoe, &format!("/rules/{id}/enforce"), &json!({})).await.ok();
    let approval = text(&asked["approval"]["id"]);
    post(&yan, &format!("/approvals/{approval}/grant"), &json!({})).await.ok();
    let changed = json!({ "definition": rule("narrow", "hold", "blue flags") });
    let changed = zoe.send(Method::PUT, &format!("{MODERATION}/rules/{id}"), &changed).await.ok();
    assert_eq!(
        (&changed["version"], &changed["state"], &changed["enforced_version"]),
        (&json!(2), &json!("draft"), &json!(1))
    );
    post(&zoe, &format!("/rules/{id}/shadow"), &json!({})).await.ok();
    assert_eq!((says(&amy, "red flags").await, says(&amy, "blue flags").await), ("hold".into(), "allow".into()));
    let versions = zoe.get(&format!("{MODERATION}/rules/{id}/versions")).await;
    assert_eq!(versions.as_array().unwrap().len(), 2);
    let other = json!({ "definition": rule("another", "hold", "blue flags") });
    assert_eq!(zoe.send(Method::PUT, &format!("{MODERATION}/rules/{id}"), &other).await.status, 422);
    let twice = format!("{{\"action\":\"hold\",{}", r#""action":"allow"}"#);
    let answer = post(&zoe, "/rules", &json!({ "definition": twice })).await;
    assert!(answer.status == 422 && answer.json.to_string().contains("twice"), "{}", answer.json);
    let answer = post(&zoe, "/rules", &json!({ "definition": { "id": "an-object" } })).await;
    assert!(answer.status == 422 && answer.json.to_string().contains("must be a text"), "{}", answer.json);
    for wrong in ["", "id = \"Wrong\"", "id = \"panic\"", &rule("narrow", "hold", "red flags")] {
        assert_eq!(post(&zoe, "/rules", &json!({ "definition": wrong })).await.status, 422, "{wrong}");
    }
}

#[tokio::test]
async fn of_two_who_answer_at_once_one_does_and_the_other_is_told_by_whom() {
    let server = start().await;
    let (zoe, yan, xia) = (admin(&server, "zoe"), admin(&server, "yan"), admin(&server, "xia"));
    for (n, verbs) in [["grant", "refuse"], ["grant", "grant"], ["refuse", "refuse"]].into_iter().enumerate() {
        let id = tried(&zoe, &rule(&format!("rule-{n}"), "hold", &format!("flag number {n}"))).await;
        let rule_asked = post(&zoe, &format!("/rules/{id}/enforce"), &json!({})).await.ok();
        let list = (0..21).map(|at| format!("of{n}x{at}.example\n")).collect::<Vec<_>>().concat();
        let list_asked = post(&zoe, "/domain_blocks/import", &json!({ "csv": list })).await.ok();
        for asked in [rule_asked, list_asked] {
            let path = format!("/approvals/{}", text(&asked["approval"]["id"]));
            let [first, second] = verbs.map(|verb| format!("{path}/{verb}"));
            let nothing = json!({});
            let (one, other) = tokio::join!(post(&yan, &first, &nothing), post(&xia, &second, &nothing));
            let mut codes = [one.status, other.status];
            codes.sort_unstable();
            assert_eq!(codes, [200, 409], "{verbs:?}: {one:?} {other:?}");
            let (by, done, told) = if one.status == 200 { ("yan", one, other) } else { ("xia", other, one) };
            let wanted = format!("already decided by @{by}: {}", text(&done.json["state"]));
            assert!(text(&told.json["error"]).contains(&wanted), "{verbs:?}: {told:?}");
            let now = zoe.get(&format!("{MODERATION}{path}")).await;
            assert_eq!(now["state"], done.json["state"], "{verbs:?}");
        }
    }
}

#[tokio::test]
async fn for_whom_a_rule_holds_is_not_changed_behind_the_back_of_who_agreed() {
    let server = start().await;
    let (zoe, yan, amy) = (admin(&server, "zoe"), admin(&server, "yan"), server.member("amy"));
    let narrow = json!({ "definition": rule("tagged", "hold", "red flags"), "scope": "tag:oakonly" });
    let id = text(&post(&zoe, "/rules", &narrow).await.ok()["id"]);
    post(&zoe, &format!("/rules/{id}/shadow"), &json!({})).await.ok();
    assert_eq!(dry_run(&zoe, &id).await["state"], "done");
    let path = format!("{MODERATION}/rules/{id}");
    let wide = json!({ "scope": "instance" });
    // while somebody is asked: what they agree to then is another version
    let asked = post(&zoe, &format!("/rules/{id}/enforce"), &json!({})).await.ok();
    let grant = format!("/approvals/{}/grant", text(&asked["approval"]["id"]));
    let changed = zoe.send(Method::PUT, &path, &wide).await.ok();
    assert_eq!((&changed["version"], &changed["state"]), (&json!(2), &json!("draft")));
    assert_eq!(post(&yan, &grant, &json!({})).await.status, 409);
    zoe.send(Method::PUT, &path, &json!({ "scope": "tag:oakonly" })).await.ok();
    post(&zoe, &format!("/rules/{id}/shadow"), &json!({})).await.ok();
    assert_eq!(dry_run(&zoe, &id).await["state"], "done");
    // and once it is in force: not at all
    let asked = post(&zoe, &format!("/rules/{id}/enforce"), &json!({})).await.ok();
    post(&yan, &format!("/approvals/{}/grant", text(&asked["approval"]["id"])), &json!({})).await.ok();
    let refused = zoe.send(Method::PUT, &path, &wide).await;
    assert!(refused.status == 422 && refused.json.to_string().contains("in force"), "{}", refused.json);
    assert_eq!(
        (says(&amy, "red flags").await, says(&amy, "red flags #oakonly").await),
        ("allow".into(), "hold".into())
    );
}

#[tokio::test]
async fn in_a_panic_everything_is_held_until_it_is_ended() {
    let server = start().await;
    let (zoe, amy) = (admin(&server, "zoe"), server.member("amy"));
    let begin = json!({ "hours": 2, "hashtag": "#SLTchat", "reason": "A video is going round" });
    let tagged = post(&zoe, "/panic", &begin).await.ok();
    assert_eq!((says(&amy, "Hello #sltchat").await, says(&amy, "Hello").await), ("hold".into(), "allow".into()));
    let answer = amy.post("/api/staffroom/v1/evaluate", &json!({ "status": "Hello #SLTchat" })).await;
    assert!(text(&answer["findings"][0]["reason"]).contains("A video is going round"), "{answer}");
    let all = post(&zoe, "/panic", &json!({ "hours": 1, "reason": "Everything, for once" })).await.ok();
    assert_eq!(says(&amy, "Hello").await, "hold");
    assert_eq!(zoe.get(&format!("{MODERATION}/panic")).await.as_array().unwrap().len(), 2);
    for panic in [&tagged, &all] {
        let path = format!("{MODERATION}/panic/{}", text(&panic["id"]));
        assert!(zoe.send(Method::DELETE, &path, &Value::Null).await.ok()["ended_at"].is_string());
        assert_eq!(zoe.send(Method::DELETE, &path, &Value::Null).await.status, 404);
    }
    assert_eq!(says(&amy, "Hello #sltchat").await, "allow");
    for wrong in [
        json!({ "hours": 1 }),
        json!({ "reason": "no end" }),
        json!({ "hours": 0, "reason": "over at once" }),
        json!({ "hours": 1000, "reason": "too long" }),
        json!({ "until": "2020-01-01T00:00:00Z", "reason": "over" }),
        json!({ "until": "soon", "reason": "when?" }),
        json!({ "hours": 1, "hashtag": "two words", "reason": "which?" }),
    ] {
        assert_eq!(post(&zoe, "/panic", &wrong).await.status, 422, "{wrong}");
    }
}
