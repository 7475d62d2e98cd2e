//! Rules of one school hold there, and are nobody else's business.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::ServerProcess;

use super::{MODERATION, admin, post, rule, says, staff, start, text, tried};

/// Somebody of a school.
pub(super) fn person(server: &ServerProcess, school: &str, handle: &str, role: &str) -> Api {
    let email = format!("{handle}@example.org");
    let create =
        ["account", "create", "--handle", handle, "--email", &email, "--organisation", school, "--password-stdin"];
    server.admin(&create, "correct horse battery");
    server.admin(&["organisation", "member", "set", school, handle, role], "");
    staff(server, handle)
}

#[tokio::test]
async fn rules_of_a_school_hold_there_alone_and_are_out_of_reach_for_others() {
    let server = start().await;
    let zoe = admin(&server, "zoe");
    let school = async |name: &str| zoe.post("/api/v1/staffroom/organisations", &json!({ "name": name })).await;
    let (oak, elm) = (school("Oak").await, school("Elm").await);
    let pat = person(&server, "oak", "pat", "moderator");
    let (kim, reader) = (person(&server, "oak", "kim", "contributor"), person(&server, "oak", "reader", "member"));
    let (quin, lee) = (person(&server, "elm", "quin", "moderator"), person(&server, "elm", "lee", "contributor"));

    // a rule that holds, in one's own school, needs nobody else
    let id = tried(&pat, &rule("red-flag", "hold", "red flags")).await;
    let enforced = post(&pat, &format!("/rules/{id}/enforce"), &json!({})).await.ok();
    assert_eq!((&enforced["rule"]["state"], &enforced["approval"]), (&json!("enforce"), &Value::Null));
    assert_eq!(enforced["rule"]["organisation_id"], oak["id"]);
    assert_eq!((says(&kim, "red flags").await, says(&lee, "red flags").await), ("hold".into(), "allow".into()));
    // two schools may have rules of one name
    let theirs = tried(&quin, &rule("red-flag", "hold", "blue flags")).await;
    post(&quin, &format!("/rules/{theirs}/enforce"), &json!({})).await.ok();
    assert_eq!((says(&kim, "blue flags").await, says(&lee, "blue flags").await), ("allow".into(), "hold".into()));

    // one that refuses needs somebody else, of the same school
    let strict = tried(&pat, &rule("no-way", "reject", "green flags")).await;
    let asked = post(&pat, &format!("/rules/{strict}/enforce"), &json!({})).await.ok();
    let approval = text(&asked["approval"]["id"]);
    let panic = post(&pat, "/panic", &json!({ "hours": 1, "hashtag": "oakonly", "reason": "wait" })).await.ok();
    assert_eq!((says(&kim, "#oakonly").await, says(&lee, "#oakonly").await), ("hold".into(), "allow".into()));
    let run = text(&pat.get(&format!("{MODERATION}/dry_runs")).await[0]["id"]);

    let change = json!({ "definition": rule("red-flag", "allow", "red flags") });
    let calls = [
        (Method::GET, format!("/rules/{id}"), Value::Null),
        (Method::PUT, format!("/rules/{id}"), change),
        (Method::GET, format!("/rules/{id}/versions"), Value::Null),
        (Method::GET, format!("/rules/{id}/figures"), Value::Null),
        (Method::GET, format!("/rules/{id}/matches"), Value::Null),
        (Method::GET, format!("/rules/{id}/lint"), Value::Null),
        (Method::POST, format!("/rules/{id}/shadow"), json!({})),
        (Method::POST, format!("/rules/{id}/enforce"), json!({})),
        (Method::POST, format!("/rules/{id}/rollback"), json!({})),
        (Method::POST, format!("/rules/{id}/retire"), json!({})),
        (Method::POST, "/dry_runs".to_owned(), json!({ "rule_id": id })),
        (Method::GET, format!("/dry_runs/{run}"), Value::Null),
        (Method::POST, format!("/dry_runs/{run}/stop"), json!({})),
        (Method::GET, format!("/approvals/{approval}"), Value::Null),
        (Method::POST, format!("/approvals/{approval}/grant"), json!({})),
        (Method::POST, format!("/approvals/{approval}/refuse"), json!({})),
        (Method::DELETE, format!("/panic/{}", text(&panic["id"])), Value::Null),
        (
            Method::POST,
            "/rules".to_owned(),
            json!({ "definition": rule("x", "hold", "xyz"), "organisation_id": oak["id"] }),
        ),
        (Method::POST, "/panic".to_owned(), json!({ "hours": 1, "reason": "x", "organisation_id": oak["id"] })),
    ];
    for (method, path, body) in &calls {
        let path = format!("{MODERATION}{path}");
        for (who, api, wanted) in [("another school", &quin, 404), ("a member", &reader, 403)] {
            let answer = api.send(method.clone(), &path, body).await;
            assert_eq!(answer.status, wanted, "{who}: {method} {path}: {}", answer.json);
        }
        assert_eq!(server.api(None).send(method.clone(), &path, body).await.status, 401, "{method} {path}");
    }
    let lists = ["rules", "packs", "dry_runs", "approvals", "panic"].map(|list| format!("{MODERATION}/{list}"));
    for list in &lists {
        let seen = quin.get(list).await.to_string();
        assert!(!seen.contains(&text(&oak["id"])), "{list}: {seen}");
    }
    assert_eq!(says(&kim, "red flags").await, "hold", "nothing was changed");
    // what is a school's own business it takes back, and puts in force again, by itself
    for (verb, state, action) in [("retire", "retired", "allow"), ("rollback", "enforce", "hold")] {
        let done = post(&pat, &format!("/rules/{id}/{verb}"), &json!({})).await.ok();
        assert_eq!((&done["rule"]["state"], &done["approval"]), (&json!(state), &Value::Null), "{verb}");
        assert_eq!(says(&kim, "red flags").await, action, "{verb}");
    }

    // what is the instance's is seen in a school, and not changed there
    let shipped = zoe.get(&format!("{MODERATION}/rules?of_instance=true&limit=1")).await;
    let shipped = format!("{MODERATION}/rules/{}", text(&shipped[0]["id"]));
    assert_eq!(pat.send(Method::GET, &shipped, &Value::Null).await.status, 200);
    for verb in ["shadow", "enforce", "rollback", "retire"] {
        let answer = pat.send(Method::POST, &format!("{shipped}/{verb}"), &json!({})).await;
        assert_eq!(answer.status, 404, "{verb}: {}", answer.json);
    }
    // but a school may ask for more
    let adjust = "rule = \"rude-words\"\naction = \"hold\"";
    let adjust = post(&pat, "/rules", &json!({ "definition": adjust })).await.ok();
    post(&pat, &format!("/rules/{}/enforce", text(&adjust["id"])), &json!({})).await.ok();
    assert_eq!((says(&kim, "what bullshit").await, says(&lee, "what bullshit").await), ("hold".into(), "label".into()));
    let less = post(&pat, "/rules", &json!({ "definition": "rule = \"slurs\"\naction = \"allow\"" })).await.ok();
    let less = post(&pat, &format!("/rules/{}/enforce", text(&less["id"])), &json!({})).await;
    assert_eq!(less.status, 422, "{}", less.json);

    let granted = post(&zoe, &format!("/approvals/{approval}/grant"), &json!({})).await;
    assert_eq!(granted.status, 200, "the instance stands above: {}", granted.json);
    assert_eq!((says(&kim, "green flags").await, says(&lee, "green flags").await), ("reject".into(), "allow".into()));
    assert_eq!(elm["slug"], "elm");
}
