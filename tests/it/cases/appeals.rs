//! Decisions and appeals: by the person alone, once, in time, decided by somebody else.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::browser::Browser;

use super::{Schools, id_of, link, text};

const APPEALS: &str = "/api/staffroom/v1/appeals";
const DECISIONS: &str = "/api/staffroom/v1/decisions";
const TO_DECIDE: &str = "/api/staffroom/v1/moderation/appeals";

async fn act(schools: &Schools, measure: &str) {
    let action = json!({ "type": measure, "text": "Mind your words", "send_email_notification": true });
    let path = format!("/api/v1/admin/accounts/{}/action", id_of(&schools.amy).await);
    schools.mo.post(&path, &action).await;
}

#[tokio::test]
async fn an_appeal_is_made_once_and_decided_by_somebody_else() {
    let schools = Schools::open().await;
    assert_eq!(schools.amy.get(DECISIONS).await, json!([]));
    act(&schools, "silence").await;
    let decision = schools.amy.get(DECISIONS).await[0].clone();
    assert_eq!((&decision["restriction"], &decision["ground"]), (&json!("silence"), &json!("rules")));
    assert_eq!((&decision["automated"], &decision["facts"]), (&json!(false), &json!("Mind your words")));
    assert_eq!((&decision["can_appeal"], &decision["appeal"]), (&json!(true), &Value::Null));
    assert!(!decision.to_string().contains("\"mo\""), "who decided is not said");
    let appeal = json!({ "decision_id": decision["id"], "text": "<b>I did not</b>" });
    for other in [&schools.eve, &schools.mo] {
        assert_eq!(other.send(Method::POST, APPEALS, &appeal).await.status, 404, "it is about somebody else");
    }
    for bad in [json!({ "decision_id": decision["id"], "text": " " }), json!({ "decision_id": decision["id"] })] {
        assert_eq!(schools.amy.send(Method::POST, APPEALS, &bad).await.status, 422, "{bad}");
    }
    let filed = schools.amy.post(APPEALS, &appeal).await;
    assert_eq!((&filed["state"], &filed["decision"]["id"]), (&json!("pending"), &decision["id"]));
    assert_eq!(schools.amy.send(Method::POST, APPEALS, &appeal).await.status, 409, "once");
    let own = format!("{APPEALS}/{}", text(&filed["id"]));
    assert_eq!(schools.amy.get(&own).await["text"], "<b>I did not</b>");
    assert_eq!(schools.eve.send(Method::GET, &own, &Value::Null).await.status, 404);
    let told = schools.amy.get("/api/v1/notifications?types[]=moderation_warning").await;
    assert_eq!(told[0]["moderation_warning"]["appeal"]["state"], "pending");

    let decide = format!("{TO_DECIDE}/{}/decide", text(&filed["id"]));
    let granted = json!({ "outcome": "approved", "answer": "You were right" });
    assert_eq!(schools.eve.send(Method::POST, &decide, &granted).await.status, 404, "of another school");
    assert_eq!(schools.amy.send(Method::POST, &decide, &granted).await.status, 403);
    let own = schools.mo.send(Method::POST, &decide, &granted).await;
    assert!(own.status == 403 && text(&own.json["error"]).contains("somebody else"), "{own:?}");
    assert_eq!(schools.ada.get(TO_DECIDE).await[0]["account"]["username"], "amy");
    for bad in [json!({ "outcome": "perhaps", "answer": "x" }), json!({ "outcome": "approved" })] {
        assert_eq!(schools.ada.send(Method::POST, &decide, &bad).await.status, 422, "{bad}");
    }
    let refused = json!({ "outcome": "rejected", "answer": "No" });
    let (one, other) = tokio::join!(
        schools.ada.send(Method::POST, &decide, &granted),
        schools.zoe.send(Method::POST, &decide, &refused),
    );
    let mut codes = [one.status, other.status];
    codes.sort_unstable();
    assert_eq!(codes, [200, 409], "{one:?} {other:?}");
    let is_granted = one.status == 200;
    let (by, how, told) = if is_granted { ("ada", "approved", &other) } else { ("zoe", "rejected", &one) };
    assert!(text(&told.json["error"]).contains(&format!("already decided by @{by}: {how}")), "{told:?}");
    let account = schools.ada.get(&format!("/api/v1/admin/accounts/{}", id_of(&schools.amy).await)).await;
    assert_eq!(account["silenced"], !is_granted);
    let letter = schools.letter("amy@example.org", "Your appeal").await;
    assert!(letter.contains(if is_granted { "You were right" } else { "stands" }), "{letter}");
    assert_eq!(schools.ada.get(TO_DECIDE).await, json!([]));
    assert_eq!(schools.ada.get(&format!("{TO_DECIDE}?decided=true")).await[0]["id"], filed["id"]);
}

#[tokio::test]
async fn who_cannot_sign_in_appeals_behind_the_link_in_the_letter() {
    let schools = Schools::open().await;
    act(&schools, "disable").await;
    assert_eq!(schools.amy.send(Method::GET, DECISIONS, &Value::Null).await.status, 401);
    let link = link(&schools.letter("amy@example.org", "About your account").await);
    let mut browser = Browser::default();
    let page = browser.open(&link).await;
    assert!(page.status == 200 && page.body.contains("Mind your words"), "{}", page.body);
    assert_eq!(browser.open(&link).await.status, 200, "looking uses nothing up");
    let token = page.hidden("token");
    let forged = Browser::default().post(page.url.clone(), &[("token", token.as_str()), ("text", "I")]).await;
    assert_eq!(forged.status, 403);
    let empty = browser.submit(&page, "/appeals/new", &[("text", " ")]).await;
    assert_eq!(empty.status, 422, "{}", empty.body);
    let sent = browser.submit(&page, "/appeals/new", &[("text", "<script>alert(1)</script>")]).await;
    assert!(sent.status == 200 && sent.body.contains("It waits for a decision"), "{}", sent.body);
    assert!(!sent.body.contains("<script"), "{}", sent.body);
    let again = browser.submit(&page, "/appeals/new", &[("text", "And again")]).await;
    assert_eq!(again.status, 422, "{}", again.body);
    for wrong in ["/appeals/new", "/appeals/new?token=wrong"] {
        assert_eq!(browser.open(&format!("{}{wrong}", schools.server.url())).await.status, 410, "{wrong}");
    }
    let waiting = schools.ada.get(TO_DECIDE).await;
    let decide = format!("{TO_DECIDE}/{}/decide", text(&waiting[0]["id"]));
    schools.ada.post(&decide, &json!({ "outcome": "approved", "answer": "You may come back" })).await;
    let page = browser.open(&link).await;
    assert!(page.body.contains("was granted") && page.body.contains("You may come back"), "{}", page.body);
    assert_eq!(schools.amy.get(DECISIONS).await[0]["appeal"]["state"], "approved", "amy signs in again");
}
