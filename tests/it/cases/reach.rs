//! Whose business cases are, and who is first.

use reqwest::Method;
use serde_json::{Value, json};

use super::{CASES, Schools, id_of, record, text};

const MODERATION: &str = "/api/staffroom/v1/moderation";

#[tokio::test]
async fn sec_69_another_schools_moderator_finds_no_case_and_no_rota() {
    let schools = Schools::open().await;
    let (path, _) = schools.notice(None).await;
    let version = schools.mo.get(&path).await["version"].clone();
    let turn = json!({
        "organisation_id": schools.oak, "account_id": id_of(&schools.ada).await, "kind": "cover",
        "from": "2098-06-01T00:00:00Z", "until": "2099-01-01T00:00:00Z",
    });
    let turn = schools.mo.post(&format!("{MODERATION}/rota"), &turn).await;
    let rota = format!("{MODERATION}/rota?organisation_id={}", schools.oak);
    assert_eq!(schools.mo.get(&rota).await[0]["account"]["username"], "ada");
    let post = |what: &str, more: Value| (Method::POST, format!("{path}/{what}"), more);
    let mut calls = vec![
        (Method::GET, path.clone(), Value::Null),
        (Method::GET, format!("{path}/evidence"), Value::Null),
        (Method::GET, format!("{path}/letters?letter=poster_notice&version={version}"), Value::Null),
        post("events", json!({ "event": "removed", "version": version, "remove_statuses": true })),
        post("assign", json!({ "version": version })),
        post("unassign", json!({ "version": version })),
        post("notes", json!({ "version": version, "note": "mine" })),
        post("letters", json!({ "version": version, "letter": "poster_notice" })),
        post("close", json!({ "version": version })),
        (Method::GET, rota, Value::Null),
        (Method::DELETE, format!("{MODERATION}/rota/{}", text(&turn["id"])), Value::Null),
    ];
    let new = json!({ "kind": "data_breach", "organisation_id": schools.oak });
    calls.push((Method::POST, CASES.to_owned(), new));
    let about =
        json!({ "kind": "data_breach", "organisation_id": schools.elm, "account_ids": [id_of(&schools.amy).await] });
    calls.push((Method::POST, CASES.to_owned(), about));
    for (method, path, body) in calls {
        let answer = schools.eve.send(method.clone(), &path, &body).await;
        assert_eq!(answer.status, 404, "{method} {path}: {answer:?}");
        let answer = schools.amy.send(method.clone(), &path, &body).await;
        assert_eq!(answer.status, 403, "{method} {path}: {answer:?}");
        let nobody = schools.server.api(None).send(method.clone(), &path, &body).await;
        assert_eq!(nobody.status, 401, "{method} {path}");
    }
    assert_eq!(schools.eve.get(CASES).await, json!([]));
    let case = schools.mo.get(&path).await;
    assert_eq!((&case["version"], &case["state"]), (&version, &json!("received")), "nothing was changed");
    assert_eq!(schools.zoe.get(CASES).await[0]["id"], case["id"], "the instance's staff see everything");
}

#[tokio::test]
async fn of_two_who_decide_at_once_one_does_and_the_other_is_told() {
    let schools = Schools::open().await;
    for _ in 0..3 {
        let (path, _) = schools.notice(None).await;
        let version = schools.mo.get(&path).await["version"].clone();
        let events = format!("{path}/events");
        let removed = json!({ "event": "removed", "version": version, "remove_statuses": true });
        let withdrawn = json!({ "event": "withdrawn", "version": version });
        let (one, other) = tokio::join!(
            schools.mo.send(Method::POST, &events, &removed),
            schools.ada.send(Method::POST, &events, &withdrawn),
        );
        let mut codes = [one.status, other.status];
        codes.sort_unstable();
        assert_eq!(codes, [200, 409], "{one:?} {other:?}");
        let (done, told) = if one.status == 200 { (one, other) } else { (other, one) };
        let state = text(&done.json["state"]);
        assert!(text(&told.json["error"]).contains(&state), "{told:?}");
        let case = schools.mo.get(&path).await;
        assert_eq!((&case["state"], case["entries"].as_array().unwrap().len()), (&json!(state), 2));
    }
}

#[tokio::test]
async fn a_case_is_given_to_those_whose_business_it_is() {
    let schools = Schools::open().await;
    let (path, _) = schools.notice(None).await;
    let version = |case: &Value| case["version"].clone();
    let assign = format!("{path}/assign");
    let first = version(&schools.mo.get(&path).await);
    let case = schools.mo.post(&assign, &json!({ "version": first })).await;
    assert_eq!(case["assigned_to"]["username"], "mo");
    let stale = schools.ada.send(Method::POST, &assign, &json!({ "version": first })).await;
    assert_eq!(stale.status, 409, "mo was faster");
    for whom in [&schools.amy, &schools.eve] {
        let body = json!({ "version": version(&case), "account_id": id_of(whom).await });
        assert_eq!(schools.mo.send(Method::POST, &assign, &body).await.status, 422);
    }
    let body = json!({ "version": version(&case), "account_id": id_of(&schools.ada).await });
    let case = schools.mo.post(&assign, &body).await;
    assert_eq!(case["assigned_to"]["username"], "ada");
    let list = format!("{CASES}?assigned_to={}", id_of(&schools.ada).await);
    assert_eq!(schools.mo.get(&list).await.as_array().unwrap().len(), 1);
    let case = schools.mo.post(&format!("{path}/unassign"), &json!({ "version": version(&case) })).await;
    assert_eq!(case["assigned_to"], Value::Null);
    let case =
        schools.mo.post(&format!("{path}/notes"), &json!({ "version": version(&case), "note": "rang her" })).await;
    assert!(case["papers"].to_string().contains("rang her"), "{case}");
    let (no_version, odd) = (json!({ "note": "x" }), json!({ "note": "x", "version": "soon" }));
    for bad in [no_version, odd, json!({ "note": " ", "version": case["version"] })] {
        assert_eq!(schools.mo.send(Method::POST, &format!("{path}/notes"), &bad).await.status, 422, "{bad}");
    }

    // a moderator has no case about themselves
    let own = schools.mo.post("/api/v1/statuses", &json!({ "status": "I took it" })).await;
    let new = json!({
        "kind": "data_breach", "organisation_id": schools.oak, "status_ids": [own["id"]],
    });
    assert_eq!(schools.mo.send(Method::POST, CASES, &new).await.status, 404);
    let opened = schools.ada.post(CASES, &new).await;
    let own = format!("{CASES}/{}", text(&opened["id"]));
    assert_eq!(schools.mo.send(Method::GET, &own, &Value::Null).await.status, 404);
    assert_eq!(schools.mo.get(CASES).await.as_array().unwrap().len(), 1);
    assert_eq!(record(&schools.ada, &own, "removed", &json!({ "remove_statuses": true })).await.status, 200);
}
