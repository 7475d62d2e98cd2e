//! Reports between servers: forwarded without the reporter's name, received about ours alone.

use serde_json::{Value, json};
use staffroom_tests::wait::eventually;

use super::hostile::scene;
use super::network::{actor_uri, find};

#[tokio::test]
async fn a_report_is_forwarded_in_the_name_of_the_instance() {
    let scene = scene().await;
    let note = scene.eve.note("names a pupil", &[]);
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    let eve = find(&scene.amy, &format!("@eve@{}", scene.puppet.host())).await;
    let body = json!({ "account_id": eve["id"], "status_ids": [scene.id_of(&note).await.to_string()],
        "comment": "a child is named", "forward": true, "category": "other" });
    let report = scene.amy.post("/api/v1/reports", &body).await;
    assert_eq!((&report["forwarded"], &report["target_account"]["id"]), (&json!(true), &eve["id"]));
    let flag =
        eventually("the report arrives", || async { scene.puppet.received_of("Flag").into_iter().next().ok_or(()) })
            .await;
    assert_eq!(flag["object"], json!([scene.eve.uri, note["id"]]));
    assert_eq!(flag["content"], "a child is named");
    assert_eq!(flag["actor"], json!(format!("{}/actor", scene.server.url())));
    assert!(!flag.to_string().contains(&actor_uri(&scene.amy).await), "the reporter is named: {flag}");
}

#[tokio::test]
async fn reports_from_elsewhere_are_kept_about_ours_unless_their_domain_is_not_heard() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let ours = scene.amy.post("/api/v1/statuses", &json!({ "status": "hello" })).await;
    let flag = |about: Value| {
        let mut flag = scene.eve.activity("Flag", &about);
        flag["content"] = json!("this is wrong");
        flag
    };
    scene.deliver(&scene.eve, &flag(json!([me, ours["uri"]]))).await;
    // about nobody here; about nothing
    scene.deliver(&scene.eve, &flag(json!([scene.eve.uri]))).await;
    scene.deliver(&scene.eve, &flag(json!([]))).await;
    let list = scene.server.admin(&["report", "list"], "");
    let lines: Vec<&str> = list.lines().filter(|line| line.contains("about")).collect();
    assert_eq!(lines.len(), 1, "{list}");
    assert!(lines[0].contains("about @amy (1 statuses): this is wrong"), "{list}");
    let spammer = scene.puppet.named("spam").actor("sam");
    let kept = async || scene.server.database().count("reports").await;
    scene.deliver(&spammer, &spammer.activity("Flag", &json!([me]))).await;
    assert_eq!(kept().await, 2);
    scene.server.admin(&["domain", "block", "spam.localhost", "--severity", "noop", "--reject-reports"], "");
    eventually("reports of the domain are not heard any more", || async {
        let before = kept().await;
        scene.deliver(&spammer, &spammer.activity("Flag", &json!([me]))).await;
        let after = kept().await;
        if before == after { Ok(()) } else { Err(after) }
    })
    .await;
}
