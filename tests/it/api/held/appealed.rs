//! A moderator's no to something held is a decision like others: with its reasons, and an appeal that somebody else decides.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::browser::Browser;

use super::super::organisations::Person;
use super::{Ground, RISKY, answer, ground, hold, link, notices, own, path, public, text, write};

const DECISIONS: &str = "/api/staffroom/v1/decisions";
const APPEALS: &str = "/api/staffroom/v1/appeals";
const TO_DECIDE: &str = "/api/staffroom/v1/moderation/appeals";

async fn rejected(author: &Person, judge: &Person) -> Value {
    let held = write(author, RISKY).await;
    judge.api.post(&hold(&held, "/reject"), &json!({ "reason": "It names a child" })).await;
    held
}

/// What `judge` rejected and `chief` let its author appeal against with success.
async fn brought_back(author: &Person, judge: &Person, chief: &Person) -> Value {
    let held = rejected(author, judge).await;
    let decision = author.api.get(DECISIONS).await[0]["id"].clone();
    let filed = author.api.post(APPEALS, &json!({ "decision_id": decision, "text": "It is nobody's" })).await;
    chief.api.post(&decide(&filed), &json!({ "outcome": "approved", "answer": "You were right" })).await;
    held
}

fn decide(appeal: &Value) -> String {
    format!("{TO_DECIDE}/{}/decide", text(&appeal["id"]))
}

#[tokio::test]
async fn what_is_rejected_can_be_appealed_against_and_comes_back() {
    let Ground { oak, elm, pat } = ground().await;
    let (judge, chief) = (oak.person("moderator").await, oak.person("admin").await);
    let (colleague, stranger) = (oak.person("contributor").await, elm.person("admin").await);
    let held = rejected(&pat, &judge).await;
    let decision = pat.api.get(DECISIONS).await[0].clone();
    assert_eq!((&decision["restriction"], &decision["status_id"]), (&json!("status_rejected"), &held["id"]));
    assert_eq!((&decision["rule"], &decision["ground"]), (&json!("pupil-number"), &json!("rules")));
    assert_eq!((&decision["facts"], &decision["can_appeal"]), (&json!("It names a child"), &json!(true)));
    assert_eq!((&decision["automated"], decision.to_string().contains(&judge.handle)), (&json!(false), false));
    let notice = notices(&pat).await.remove(0);
    for wanted in ["It names a child", "“pupil-number”", "pupil&#39;s own number", "appeal within 20 days"] {
        assert!(text(&notice["content"]).contains(wanted), "{wanted}: {notice}");
    }

    let appeal = json!({ "decision_id": decision["id"], "text": "It is nobody's number" });
    for other in [&colleague, &judge, &stranger] {
        assert_eq!(other.api.get(DECISIONS).await, json!([]));
        assert_eq!(other.asks(Method::POST, APPEALS, appeal.clone()).await, 404, "it is about somebody else");
    }
    let filed = pat.api.post(APPEALS, &appeal).await;
    assert_eq!(pat.asks(Method::POST, APPEALS, appeal).await, 409, "once");
    let granted = json!({ "outcome": "approved", "answer": "You were right" });
    for (who, wanted) in [(&judge, 403), (&stranger, 404), (&colleague, 403), (&pat, 403)] {
        assert_eq!(who.asks(Method::POST, &decide(&filed), granted.clone()).await, wanted, "{}", who.handle);
    }
    assert_eq!(pat.api.get(&own(&held, "")).await["state"], "rejected");
    assert_eq!(pat.asks(Method::POST, &own(&held, "/publish"), json!({})).await, 409);

    chief.api.post(&decide(&filed), &granted).await;
    let back = pat.api.get(&path(&held)).await;
    assert_eq!(back["staffroom"]["held"]["state"], "held", "{back}");
    assert_eq!(back["staffroom"]["held"]["choices"], json!(["review", "school", "withdraw", "publish"]));
    assert_eq!(colleague.asks(Method::GET, &path(&held), Value::Null).await, 404);
    let told = notices(&pat).await.remove(0);
    assert!(text(&told["content"]).contains("Your appeal was granted"), "{told}");
    answer(&pat, &told, "publish").await;
    assert!(text(&public(&pat).await[0]["content"]).contains("H801200001001"));
    assert_eq!(pat.api.get(DECISIONS).await[0]["appeal"]["state"], "approved");
}

#[tokio::test]
async fn after_a_granted_appeal_the_author_alone_decides() {
    let Ground { oak, pat, .. } = ground().await;
    let (judge, chief) = (oak.person("moderator").await, oak.person("admin").await);
    let held = brought_back(&pat, &judge, &chief).await;
    for who in [&judge, &chief] {
        for verb in ["/reject", "/release", "/ask_to_edit"] {
            let word = json!({ "reason": "Still no", "note": "Still no" });
            let told = who.api.send(Method::POST, &hold(&held, verb), &word).await;
            assert!(told.status == 409 && text(&told.json["error"]).contains("appeal was granted"), "{verb}: {told:?}");
        }
        for state in ["", "?state=held"] {
            assert_eq!(who.api.get(&format!("{}{state}", super::HOLDS)).await, json!([]), "it is no open work");
        }
    }
    let seen = judge.api.get(&hold(&held, "")).await;
    assert_eq!((&seen["state"], &seen["deadline"]), (&json!("held"), &Value::Null));
    pat.api.post(&own(&held, "/publish"), &json!({})).await;
    assert!(text(&public(&pat).await[0]["content"]).contains("H801200001001"));
}

#[tokio::test]
async fn moderators_decide_again_once_the_author_asks_them_or_writes_something_else_rules_hold() {
    let Ground { oak, pat, .. } = ground().await;
    let (judge, chief) = (oak.person("moderator").await, oak.person("admin").await);
    let asked = brought_back(&pat, &judge, &chief).await;
    pat.api.post(&own(&asked, "/review"), &json!({})).await;
    let listed = judge.api.get(super::HOLDS).await;
    assert!(listed[0]["id"] == asked["id"] && listed[0]["deadline"].is_string(), "{listed}");
    judge.api.post(&hold(&asked, "/release"), &json!({})).await;
    assert_eq!(public(&pat).await.len(), 1);

    let edited = brought_back(&pat, &judge, &chief).await;
    let words = json!({ "status": "UPN H801200001001 again" });
    pat.api.send(Method::PUT, &path(&edited), &words).await.ok();
    assert_eq!(
        pat.asks(Method::POST, &own(&edited, "/publish"), json!({})).await,
        409,
        "that was not what was granted"
    );
    let listed = judge.api.get(super::HOLDS).await;
    assert!(listed[0]["id"] == edited["id"] && listed[0]["deadline"].is_string(), "{listed}");
    let no = judge.api.post(&hold(&edited, "/reject"), &json!({ "reason": "It names a child" })).await;
    assert_eq!(no["state"], "rejected");
    assert_eq!(pat.api.get(DECISIONS).await[0]["can_appeal"], true);

    let published = write(&pat, "A fine day").await;
    pat.api.send(Method::PUT, &path(&published), &json!({ "status": RISKY })).await.ok();
    let edit = judge.api.get(super::HOLDS).await[0].clone();
    judge.api.post(&hold(&edit, "/reject"), &json!({ "reason": "It names a child" })).await;
    let decision = pat.api.get(DECISIONS).await[0]["id"].clone();
    let filed = pat.api.post(APPEALS, &json!({ "decision_id": decision, "text": "Please" })).await;
    chief.api.post(&decide(&filed), &json!({ "outcome": "approved", "answer": "Yes" })).await;
    assert_eq!(judge.asks(Method::POST, &hold(&edit, "/reject"), json!({ "reason": "No" })).await, 409);
    pat.api.send(Method::PUT, &path(&published), &words).await.ok();
    assert_eq!(judge.asks(Method::POST, &hold(&edit, "/reject"), json!({ "reason": "No" })).await, 200);
}

#[tokio::test]
async fn what_is_rejected_rightly_stays_so_and_nothing_else_is_a_decision() {
    let Ground { oak, pat, .. } = ground().await;
    let (judge, chief) = (oak.person("moderator").await, oak.person("admin").await);
    let asked = write(&pat, RISKY).await;
    judge.api.post(&hold(&asked, "/ask_to_edit"), &json!({ "note": "without the number" })).await;
    judge.api.post(&hold(&asked, "/release"), &json!({})).await;
    let withdrawn = write(&pat, RISKY).await;
    pat.api.post(&own(&withdrawn, "/withdraw"), &json!({})).await;
    assert_eq!(pat.api.get(DECISIONS).await, json!([]));

    let held = rejected(&pat, &judge).await;
    let decision = pat.api.get(DECISIONS).await[0]["id"].clone();
    let filed = pat.api.post(APPEALS, &json!({ "decision_id": decision, "text": "Please" })).await;
    chief.api.post(&decide(&filed), &json!({ "outcome": "rejected", "answer": "No" })).await;
    assert_eq!(pat.api.get(&own(&held, "")).await["state"], "rejected");
    assert_eq!(pat.asks(Method::GET, &path(&held), Value::Null).await, 404);
    assert_eq!(pat.asks(Method::POST, &own(&held, "/publish"), json!({})).await, 409);
    assert_eq!(public(&pat).await.len(), 1);
}

#[tokio::test]
async fn an_edit_that_is_rejected_comes_back_unless_there_is_a_later_one() {
    let Ground { oak, pat, .. } = ground().await;
    let (judge, chief) = (oak.person("moderator").await, oak.person("admin").await);
    for overtaken in [false, true] {
        let published = write(&pat, "A fine day").await;
        let edit =
            async |words: &str| pat.api.send(Method::PUT, &path(&published), &json!({ "status": words })).await.ok();
        edit(RISKY).await;
        let held = judge.api.get(super::HOLDS).await[0].clone();
        judge.api.post(&hold(&held, "/reject"), &json!({ "reason": "It names a child" })).await;
        if overtaken {
            edit("UPN: H801200001001 once more").await;
        }
        let decision = pat.api.get(DECISIONS).await[0]["id"].clone();
        let filed = pat.api.post(APPEALS, &json!({ "decision_id": decision, "text": "Please" })).await;
        chief.api.post(&decide(&filed), &json!({ "outcome": "approved", "answer": "Yes" })).await;
        let state = if overtaken { "rejected" } else { "held" };
        assert_eq!(pat.api.get(&own(&held, "")).await["state"], state);
        if !overtaken {
            pat.api.post(&own(&held, "/publish"), &json!({})).await;
            assert!(text(&pat.api.get(&path(&published)).await["content"]).contains("H801200001001"));
        }
    }
}

#[tokio::test]
async fn the_page_the_notice_leads_to_takes_the_appeal() {
    let Ground { oak, pat, .. } = ground().await;
    let judge = oak.person("moderator").await;
    let open = write(&pat, RISKY).await;
    let mut browser = Browser::default();
    let early = browser.open(&link(&notices(&pat).await[0])).await;
    let fields = [("choice", "appeal"), ("text", "<b>It is nobody's</b>")];
    let refused = browser.post(early.url.clone(), &fields).await;
    assert!(refused.status == 422 && !early.body.contains("Your appeal"), "{}", refused.body);
    judge.api.post(&hold(&open, "/reject"), &json!({ "reason": "It names a child" })).await;

    let page = browser.open(&link(&notices(&pat).await[0])).await;
    for wanted in ["It names a child", "“pupil-number”", "Send the appeal"] {
        assert!(page.body.contains(wanted), "{wanted}: {}", page.body);
    }
    assert!(!page.body.contains("H801200001001") && !page.body.contains("<script"), "{}", page.body);
    let (start, _) = page.url.as_str().rsplit_once('/').unwrap();
    let wrong = url::Url::parse(&format!("{start}/x")).unwrap();
    assert_eq!(browser.post(wrong, &fields).await.status, 404);
    let empty = browser.post(page.url.clone(), &[("choice", "appeal"), ("text", " ")]).await;
    assert_eq!(empty.status, 422, "{}", empty.body);
    let sent = browser.post(page.url.clone(), &fields).await;
    assert!(sent.status == 200 && sent.body.contains("It waits for a decision"), "{}", sent.body);
    let again = browser.post(page.url.clone(), &fields).await;
    assert!(again.status == 422 && !again.body.contains("<b>It"), "{}", again.body);
    let filed = pat.api.get(APPEALS).await;
    assert_eq!((filed.as_array().unwrap().len(), &filed[0]["text"]), (1, &json!("<b>It is nobody's</b>")));
}
