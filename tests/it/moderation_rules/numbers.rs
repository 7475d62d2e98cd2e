//! Numbers and times out of range are refused with the range, and not made to fit.

use serde_json::{Value, json};
use staffroom_tests::api::{Answer, Api};

use super::{MODERATION, admin, dry_run, post, rule, start, text};

const LISTS: [&str; 14] = [
    "/api/staffroom/v1/held",
    "/api/staffroom/v1/decisions",
    "/api/staffroom/v1/appeals",
    "/api/staffroom/v1/moderation/holds",
    "/api/staffroom/v1/moderation/quarantine",
    "/api/staffroom/v1/moderation/log",
    "/api/staffroom/v1/moderation/rules",
    "/api/staffroom/v1/moderation/packs",
    "/api/staffroom/v1/moderation/dry_runs",
    "/api/staffroom/v1/moderation/approvals",
    "/api/staffroom/v1/moderation/appeals",
    "/api/staffroom/v1/moderation/cases",
    "/api/staffroom/v1/moderation/deadlines",
    "/api/v1/staffroom/organisations",
];

async fn get(api: &Api, path: &str) -> Answer {
    api.send(reqwest::Method::GET, path, &Value::Null).await
}

#[track_caller]
fn refused(answer: &Answer, words: &[&str]) {
    let said = text(&answer.json["error"]);
    assert!(answer.status == 422 && words.iter().all(|word| said.contains(word)), "{words:?}: {answer:?}");
}

#[tokio::test]
async fn how_much_of_a_list_is_wanted_is_a_number_in_range() {
    let server = start().await;
    let zoe = admin(&server, "zoe");
    for list in LISTS {
        for wrong in ["-1", "0", "abc", "1.5", "100000", "99999999999999999999"] {
            refused(&get(&zoe, &format!("{list}?limit={wrong}")).await, &["limit", wrong, "from 1 to "]);
        }
        for fine in ["?limit=1", "?limit=40", "?limit=", ""] {
            assert_eq!(get(&zoe, &format!("{list}{fine}")).await.status, 200, "{list}{fine}");
        }
    }
    // Mastodon's lists are as forgiving as Mastodon
    assert_eq!(get(&zoe, "/api/v1/admin/domain_blocks?limit=-1").await.status, 200);
}

#[tokio::test]
async fn days_and_hours_out_of_range_are_named_with_their_range() {
    let server = start().await;
    let zoe = admin(&server, "zoe");
    let drafted = post(&zoe, "/rules", &json!({ "definition": rule("red-flag", "hold", "red flags") })).await.ok();
    let id = text(&drafted["id"]);
    for wrong in [json!(0), json!(-7), json!(3651), json!(9_000_000_000_i64)] {
        let asked = post(&zoe, "/dry_runs", &json!({ "rule_id": id, "days": wrong })).await;
        refused(&asked, &["days", &wrong.to_string(), "from 1 to 3650"]);
        let figures = get(&zoe, &format!("{MODERATION}/rules/{id}/figures?days={wrong}")).await;
        refused(&figures, &["days", &wrong.to_string(), "from 1 to 366"]);
        let due = if wrong == json!(0) { json!(366) } else { wrong };
        let deadlines = get(&zoe, &format!("{MODERATION}/deadlines?days={due}")).await;
        refused(&deadlines, &["days", &due.to_string(), "from 0 to 365"]);
    }
    assert_eq!(zoe.get(&format!("{MODERATION}/dry_runs")).await, json!([]));
    post(&zoe, "/dry_runs", &json!({ "rule_id": id, "days": 3650 })).await.ok();
    dry_run(&zoe, &id).await;

    let begin = |member: &str, value: Value| json!({ member: value, "hashtag": "nowhere", "reason": "wait" });
    for wrong in ["0", "-1", "169", "soon", "1e3"] {
        refused(&post(&zoe, "/panic", &begin("hours", json!(wrong))).await, &["hours", wrong, "from 1 to 168"]);
    }
    for wrong in ["soon", "2027-13-01T00:00:00Z"] {
        let answer = post(&zoe, "/panic", &begin("until", json!(wrong))).await;
        refused(&answer, &["until", wrong, "such as 2027-01-01T00:00:00Z", "next seven days"]);
    }
    for wrong in ["2020-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"] {
        refused(
            &post(&zoe, "/panic", &begin("until", json!(wrong))).await,
            &["until", wrong, "in the next seven days"],
        );
    }
    let both = json!({ "until": "2999-01-01T00:00:00Z", "hours": 1, "reason": "wait" });
    refused(&post(&zoe, "/panic", &both).await, &["until", "left out"]);
    assert_eq!(zoe.get(&format!("{MODERATION}/panic")).await, json!([]));
    post(&zoe, "/panic", &begin("hours", json!(168))).await.ok();
}
