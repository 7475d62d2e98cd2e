//! The course of a notice, with the times at which things happened.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::browser::Browser;

use super::{CASES, EMAIL, NAME, STATEMENT, Schools, complete, link, record, send, text};

fn deadline(case: &Value) -> (String, String) {
    let first = &case["deadlines"][0];
    (text(&first["duty"]), text(&first["by"]))
}

#[tokio::test]
async fn a_notice_over_easter_has_its_deadlines_to_the_second() {
    let schools = Schools::open().await;
    let (path, status) = schools.notice(Some("2026-04-02T08:30:00Z")).await;
    let case = schools.mo.get(&path).await;
    assert_eq!(case["state"], "received");
    assert_eq!(deadline(&case), ("assess".to_owned(), "2026-04-08T08:30:00.000Z".to_owned()));
    assert_eq!(case["deadlines"][0]["overdue"], true);
    let due = schools.mo.get("/api/staffroom/v1/moderation/deadlines?days=0").await;
    assert_eq!(due[0]["case_id"], case["id"], "what is over is due");
    assert_eq!(schools.eve.get("/api/staffroom/v1/moderation/deadlines?days=365").await, json!([]));

    let wrong = record(&schools.mo, &path, "told_complainant", &json!({})).await;
    assert_eq!(wrong.status, 422);
    assert!(text(&wrong.json["error"]).contains("what can happen: assessed"), "{}", wrong.json);
    let early = json!({ "at": "2026-04-02T08:29:59Z" });
    assert_eq!(record(&schools.mo, &path, "assessed", &early).await.status, 422, "before it came");
    // as from the receipt: over the four days of Easter
    for (event, at, state, duty) in [
        ("assessed", "2026-04-07T09:00:00Z", "valid", "acknowledge"),
        ("poster_unreachable", "2026-04-07T11:00:00Z", "removing", "remove"),
    ] {
        let case = record(&schools.mo, &path, event, &json!({ "at": at })).await.ok();
        let due = (duty.to_owned(), "2026-04-08T08:30:00.000Z".to_owned());
        assert_eq!((&case["state"], deadline(&case)), (&json!(state), due), "{event}");
    }
    let kept = record(&schools.mo, &path, "removed", &json!({})).await;
    assert_eq!(kept.status, 422, "it is still there: {}", kept.json);
    let case = record(&schools.mo, &path, "removed", &json!({ "remove_statuses": true })).await.ok();
    assert_eq!(case["state"], "removed");
    let gone = schools.amy.send(Method::GET, &format!("/api/v1/statuses/{status}"), &Value::Null).await;
    assert_eq!(gone.status, 404);
    let told = schools.letter("amy@example.org", "Something was removed").await;
    assert!(told.contains("/appeals/new?token=") && !told.contains(NAME), "{told}");
    let case = send(&schools.mo, &path, "outcome", "We are sorry.").await.ok();
    assert_eq!((&case["state"], &case["deadlines"]), (&json!("ended_removed"), &json!([])));
    let letter = schools.letter(EMAIL, "Case").await;
    assert!(letter.contains("We are sorry."), "{letter}");

    let version = &case["version"];
    let close = format!("{path}/close");
    let closed = schools.mo.send(Method::POST, &close, &json!({ "version": version })).await.ok();
    assert!(closed["closed_at"].is_string() && closed["possible"] == json!([]), "{closed}");
    let again = schools.mo.send(Method::POST, &close, &json!({ "version": closed["version"] })).await;
    assert_eq!(again.status, 403);
    assert_eq!(schools.mo.get(CASES).await, json!([]));
    assert_eq!(schools.mo.get(&format!("{CASES}?closed=true&kind=defamation_notice")).await[0]["id"], closed["id"]);

    let evidence = schools.mo.get(&format!("{path}/evidence")).await;
    let parts = evidence["parts"].as_array().unwrap();
    assert!(parts.iter().any(|part| part["name"] == "case.json") && parts.len() > 4, "{evidence}");
    let manifest: String =
        parts.iter().map(|part| text(&part["sha256"]) + "  " + part["name"].as_str().unwrap() + "\n").collect();
    assert_eq!(evidence["manifest"], manifest);
    let page = schools.mo.request(Method::GET, &format!("{path}/evidence?format=html")).send().await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
    let page = page.text().await.unwrap();
    assert!(page.contains(evidence["manifest_sha256"].as_str().unwrap()) && page.contains(STATEMENT), "{page}");
}

#[tokio::test]
async fn the_poster_gets_the_notice_without_the_complainant_and_answers_on_a_page() {
    let schools = Schools::open().await;
    let (path, _) = schools.notice(None).await;
    record(&schools.mo, &path, "assessed", &json!({})).await.ok();
    let draft = format!("{path}/letters?letter=poster_notice&version={}", schools.mo.get(&path).await["version"]);
    let shown = schools.mo.get(&draft).await;
    assert!(text(&shown["text"]).contains(STATEMENT) && text(&shown["text"]).contains("(the link)"), "{shown}");
    assert_eq!(schools.mo.get(&path).await["state"], "valid", "looking sends nothing");
    send(&schools.mo, &path, "poster_notice", "").await.ok();
    let letter = schools.letter("amy@example.org", "Case").await;
    assert!(!letter.contains(NAME) && !letter.contains(EMAIL), "{letter}");
    let link = link(&letter);

    let mut browser = Browser::default();
    let page = browser.open(&link).await;
    assert!(page.status == 200 && page.body.contains(STATEMENT) && !page.body.contains(NAME), "{}", page.body);
    let evil = "<script>alert(1)</script>";
    let page = browser.submit(&page, "/complaints/answer", &[("remove", "no"), ("full_name", evil)]).await;
    assert_eq!(page.status, 422, "{}", page.body);
    assert!(page.body.contains("postal address") && !page.body.contains(evil), "{}", page.body);
    assert_eq!(schools.mo.get(&path).await["state"], "with_poster");
    let token = page.hidden("token");
    let forged = Browser::default().post(page.url.clone(), &[("token", token.as_str()), ("remove", "yes")]).await;
    assert_eq!(forged.status, 403, "{}", forged.body);
    for wrong in ["/complaints/answer", "/complaints/answer?token=wrong"] {
        assert_eq!(browser.open(&format!("{}{wrong}", schools.server.url())).await.status, 410, "{wrong}");
    }
    let fields =
        [("remove", "no"), ("full_name", "Amy Ash"), ("postal_address", "1 High Street\nOakham"), ("may_have", "no")];
    let page = browser.submit(&page, "/complaints/answer", &fields).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(browser.open(&link).await.status, 410, "it counts once");
    let case = schools.mo.get(&path).await;
    assert_eq!(case["state"], "stands");
    assert!(case["papers"].to_string().contains("1 High Street"), "for the moderators");
    send(&schools.mo, &path, "outcome", "").await.ok();
    let letter = schools.letter(EMAIL, "Case").await;
    assert!(!letter.contains("High Street") && !letter.contains("Amy Ash"), "{letter}");
}

#[tokio::test]
async fn other_kinds_of_cases_have_their_own_clocks() {
    let schools = Schools::open().await;
    let open = async |kind: &str, received_at: &str| {
        let mut new = json!({ "kind": kind, "organisation_id": schools.oak, "received_at": received_at });
        if kind != "data_breach" {
            new["complaint"] = json!({ "name": NAME, "email": EMAIL, "text": "You show my address" });
        }
        schools.mo.send(Method::POST, CASES, &new).await.ok()
    };
    for (kind, received_at, duty, by) in [
        ("data_breach", "2026-04-03T12:00:00Z", "notify_regulator", "2026-04-06T12:00:00.000Z"),
        ("subject_access", "2026-01-31T12:00:00Z", "answer_request", "2026-03-03T00:00:00.000Z"),
        ("data_complaint", "2026-07-01T12:00:00Z", "acknowledge_complaint", "2026-07-31T23:00:00.000Z"),
        ("online_safety_complaint", "2026-04-02T12:00:00Z", "acknowledge_complaint", "2026-04-08T23:00:00.000Z"),
    ] {
        let case = open(kind, received_at).await;
        assert_eq!(deadline(&case), (duty.to_owned(), by.to_owned()), "{kind}");
    }
    let page = schools.mo.get(&format!("{CASES}?kind=data_breach")).await;
    assert_eq!(page.as_array().unwrap().len(), 1);
    for (bad, word) in [
        (json!({ "kind": "divorce" }), "kind"),
        (json!({ "kind": "data_breach", "received_at": "yesterday" }), "received_at"),
        (json!({ "kind": "data_breach", "received_at": "2999-01-01T00:00:00Z" }), "received_at"),
        (json!({ "kind": "data_complaint" }), "complaint"),
        (json!({ "kind": "defamation_notice", "jurisdiction": "scotland", "complaint": complete("x") }), "procedure"),
    ] {
        let mut bad = bad;
        bad["organisation_id"] = json!(schools.oak);
        let answer = schools.mo.send(Method::POST, CASES, &bad).await;
        assert!(answer.status == 422 && text(&answer.json["error"]).contains(word), "{word}: {answer:?}");
    }
}
