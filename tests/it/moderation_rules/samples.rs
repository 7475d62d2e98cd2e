//! What dry runs read, and that what they show of it goes with it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{MODERATION, admin, dry_run, post, rule, start, text};

const STATUSES: &str = "/api/v1/statuses";

#[tokio::test]
async fn samples_go_with_what_they_are_of() {
    let server = start().await;
    let (zoe, amy) = (admin(&server, "zoe"), server.member("amy"));
    let mut paths = Vec::new();
    for place in ["hall", "yard", "lab"] {
        let status = amy.post(STATUSES, &json!({ "status": format!("A zugzwang in the {place}") })).await;
        paths.push(format!("{STATUSES}/{}", text(&status["id"])));
    }
    let drafted = post(&zoe, "/rules", &json!({ "definition": rule("odd-word", "hold", "zugzwang") })).await.ok();
    let id = text(&drafted["id"]);
    let run = dry_run(&zoe, &id).await;
    assert_eq!((&run["matched"], run["samples"].as_array().unwrap().len()), (&json!(3), 3), "{run}");

    amy.send(Method::DELETE, &paths[0], &Value::Null).await.ok();
    amy.send(Method::PUT, &paths[1], &json!({ "status": "Nothing in the yard" })).await.ok();
    let path = format!("{MODERATION}/dry_runs/{}", text(&run["id"]));
    let (one, all) = (zoe.get(&path).await, zoe.get(&format!("{MODERATION}/dry_runs")).await);
    let lint = zoe.get(&format!("{MODERATION}/rules/{id}/lint")).await;
    for shown in [&one, &all[0]] {
        assert_eq!((&shown["matched"], shown["samples"].as_array().unwrap().len()), (&json!(3), 1), "{shown}");
        assert!(shown.to_string().contains("the lab"), "{shown}");
    }
    for answer in [one, all, lint] {
        let said = answer.to_string();
        assert!(!said.contains("the hall") && !said.contains("the yard"), "{said}");
    }
}

#[tokio::test]
async fn what_few_may_read_is_read_by_rules_that_say_so_and_notices_by_none() {
    let server = start().await;
    let (zoe, amy) = (admin(&server, "zoe"), server.member("amy"));
    amy.post(STATUSES, &json!({ "status": "A zugzwang", "visibility": "direct" })).await;
    amy.post(STATUSES, &json!({ "status": "A zugzwang", "visibility": "private" })).await;
    // its author is told, in the words of what was written
    let held = amy.post(STATUSES, &json!({ "status": "UPN: H801200001001, a zugzwang" })).await;
    assert!(!held["staffroom"]["held"].is_null(), "{held}");
    let definition = rule("odd-word", "hold", "zugzwang");
    let open = post(&zoe, "/rules", &json!({ "definition": definition })).await.ok();
    let run = dry_run(&zoe, &text(&open["id"])).await;
    assert_eq!((&run["scanned"], &run["matched"]), (&json!(0), &json!(0)), "{run}");
    let definition = rule("odd-whisper", "hold", "zugzwang").replace("action =", "visibility = [\"direct\"]\naction =");
    let direct = post(&zoe, "/rules", &json!({ "definition": definition })).await.ok();
    let run = dry_run(&zoe, &text(&direct["id"])).await;
    assert_eq!((&run["scanned"], &run["matched"], &run["samples"]), (&json!(1), &json!(1), &json!([])), "{run}");
}
