//! The rules where they act: before something is published, before something that came in is kept, and before it is
//! tried out.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::Puppet;
use staffroom_tests::wait::eventually;

const RISKY: &str = "UPN: H801200001001 has left us";

const PACK: &str = r#"
[pack]
id = "essays"
version = 1
title = "What we do not want from outside"

[[rule]]
id = "essay-adverts"
version = 1
direction = ["inbound"]
action = "reject"
reason = "It advertises essays"
rationale = "Nobody here wants to read these."
must_match = ["Buy your essays here"]
must_not_match = ["How do you mark essays?"]
[rule.when.phrase]
any = ["buy your essays"]
"#;

#[tokio::test]
async fn what_the_rules_hold_is_not_published_and_the_author_reads_why() {
    let [port] = free_ports();
    let server = ServerProcess::start(port, &[]).await;
    let amy = server.member("amy");
    for risky in [
        json!({ "status": RISKY }),
        json!({ "status": "See above", "spoiler_text": RISKY }),
        json!({ "status": "Which one?", "poll": { "options": ["this", RISKY], "expires_in": 3600 } }),
    ] {
        let held = amy.post("/api/v1/statuses", &risky).await;
        assert_eq!(
            (&held["visibility"], &held["staffroom"]["held"]["rule"]),
            (&json!("public"), &json!("pupil-number"))
        );
        assert!(held["staffroom"]["held"]["reason"].as_str().unwrap().contains("pupil's own number"), "{held}");
    }
    let published = "statuses WHERE account_id IN (SELECT account_id FROM users)";
    assert_eq!(server.database().count(published).await, 0);
    assert_eq!(server.database().count("moderation_decisions WHERE findings LIKE '%H801200001001%'").await, 0);
    assert_eq!(server.database().count("moderation_decisions WHERE action = 'hold'").await, 3);

    let status = amy.post("/api/v1/statuses", &json!({ "status": "When does the UPN guidance change?" })).await;
    let path = format!("/api/v1/statuses/{}", status["id"].as_str().unwrap());
    let edited = amy.send(Method::PUT, &path, &json!({ "status": RISKY })).await.ok();
    assert_eq!((&edited["content"], &edited["staffroom"]["held"]["is_edit"]), (&status["content"], &json!(true)));
    let after = amy.get(&path).await;
    assert_eq!((&after["content"], &after["edited_at"]), (&status["content"], &Value::Null));
    let profile = amy.send(Method::PATCH, "/api/v1/accounts/update_credentials", &json!({ "note": RISKY })).await;
    assert_eq!(profile.status, 422, "{}", profile.json);

    let tried = amy.post("/api/staffroom/v1/evaluate", &json!({ "status": RISKY })).await;
    assert_eq!((&tried["action"], &tried["findings"][0]["rule"]), (&json!("hold"), &json!("pupil-number")));
    let fine = amy.post("/api/staffroom/v1/evaluate", &json!({ "status": "Marking again" })).await;
    assert_eq!((&fine["action"], &fine["findings"]), (&json!("allow"), &json!([])));
    assert_eq!(server.database().count(published).await, 1);
    assert_eq!(server.database().count("held_statuses").await, 4);
}

#[tokio::test]
async fn what_the_rules_reject_from_outside_is_not_kept_but_noted_without_its_words() {
    let [ours, theirs] = free_ports();
    let puppet = Puppet::start(theirs).await;
    let server = ServerProcess::start_with_pack(ours, &[theirs], PACK).await;
    let amy = server.member("amy");
    let me = amy.get("/api/v1/accounts/verify_credentials").await["uri"].as_str().unwrap().to_owned();
    let (eve, inbox) = (puppet.actor("eve"), format!("{}/inbox", server.url()));
    for words in ["<p>B\u{200b}uy <b>your</b>  ESSAYS here</p>", "<p>How do you mark essays?</p>"] {
        assert_eq!(eve.deliver(&inbox, &eve.activity("Create", &eve.note(words, &[&me]))).await, 202);
    }
    eventually("both are worked off", || async {
        let waiting = server.database().count("inbox_items").await;
        let told = server.database().count("notifications").await;
        if (waiting, told) == (0, 1) { Ok(()) } else { Err((waiting, told)) }
    })
    .await;
    let notices = amy.get("/api/v1/notifications").await;
    assert!(notices[0]["status"]["content"].as_str().unwrap().contains("How do you mark"), "{notices}");
    assert_eq!(server.database().count("statuses").await, 1);
    assert_eq!(server.database().count("moderation_decisions WHERE findings LIKE '%essay-adverts%'").await, 1);
    assert_eq!(server.database().count("moderation_decisions WHERE findings LIKE '%your%'").await, 0);
}
