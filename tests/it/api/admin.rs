//! What moderators and administrators do from an app, and that nobody else does.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;

use super::{server, somebody};

const SCOPES: &str = "read write follow push admin:read admin:write";

/// A client with admin scopes for somebody with this role, and their handle.
async fn staff(role: &str) -> (Api, String) {
    let (_, handle) = somebody().await;
    let server = server().await;
    server.admin(&["account", "set-role", &handle, role], "");
    let printed = server.admin(&["token", "create", "--account", &handle, "--scopes", SCOPES], "");
    (server.api(printed.lines().last().map(str::to_owned)), handle)
}

async fn id_of(api: &Api) -> String {
    api.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned()
}

async fn status(api: &Api, method: Method, path: &str, body: Value) -> u16 {
    api.send(method, path, &body).await.status
}

/// What a thread holds above and below a status, by its word.
async fn around(api: &Api, id: &str) -> Vec<String> {
    let context = api.get(&format!("/api/v1/statuses/{id}/context")).await;
    let all = ["ancestors", "descendants"].into_iter().flat_map(|part| context[part].as_array().unwrap().clone());
    let word = |status: Value| {
        let said = status["content"].as_str().unwrap();
        ["startword", "limitedword", "answerword"].into_iter().find(|word| said.contains(word)).unwrap().to_owned()
    };
    all.map(word).collect()
}

#[tokio::test]
async fn limited_people_are_heard_in_threads_by_their_followers_alone() {
    let (moderator, _) = staff("moderator").await;
    let ((author, name), (limited, limited_name)) = (somebody().await, somebody().await);
    let ((follower, _), (stranger, _)) = (somebody().await, somebody().await);
    let limited_id = id_of(&limited).await;
    follower.post(&format!("/api/v1/accounts/{limited_id}/follow"), &json!({})).await;
    let answer = async |who: &Api, text: &str, to: &Value| {
        let status = who.post("/api/v1/statuses", &json!({ "status": text, "in_reply_to_id": to })).await;
        status["id"].clone()
    };
    let first = answer(&author, "startword", &Value::Null).await;
    let middle = answer(&limited, &format!("@{name} limitedword"), &first).await;
    let last = answer(&stranger, &format!("@{limited_name} answerword"), &middle).await;
    let (first, last) = (first.as_str().unwrap(), last.as_str().unwrap());
    let guest = server().await.api(None);
    let page = async || {
        let answer = guest.request(Method::GET, &format!("/@{name}/{first}")).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap().contains("limitedword"))
    };
    for api in [&author, &limited, &follower, &stranger, &guest] {
        assert_eq!(around(api, first).await, ["limitedword", "answerword"]);
        assert_eq!(around(api, last).await, ["startword", "limitedword"]);
        assert_eq!(api.get(&format!("/api/v1/accounts/{limited_id}")).await.get("limited"), None);
    }
    assert_eq!(page().await, (200, true));

    let action = format!("/api/v1/admin/accounts/{limited_id}/action");
    moderator.post(&action, &json!({ "type": "silence" })).await;
    for api in [&limited, &follower] {
        assert_eq!(around(api, first).await, ["limitedword", "answerword"]);
        assert_eq!(around(api, last).await, ["startword", "limitedword"]);
    }
    for api in [&author, &stranger, &guest] {
        assert_eq!(around(api, first).await, ["answerword"], "what others answered stays");
        assert_eq!(around(api, last).await, ["startword"]);
        assert_eq!(api.get(&format!("/api/v1/accounts/{limited_id}")).await["limited"], true);
    }
    assert_eq!(page().await, (200, false));
    // asking is not following
    limited.send(Method::PATCH, "/api/v1/accounts/update_credentials", &json!({ "locked": true })).await.ok();
    stranger.post(&format!("/api/v1/accounts/{limited_id}/follow"), &json!({})).await;
    assert_eq!(around(&stranger, first).await, ["answerword"]);
}

#[tokio::test]
async fn measures_hold_until_they_are_lifted() {
    let (moderator, _) = staff("moderator").await;
    let (person, handle) = somebody().await;
    let (reader, _) = somebody().await;
    let account = format!("/api/v1/admin/accounts/{}", id_of(&person).await);
    let written = person.post("/api/v1/statuses", &json!({ "status": "a picture" })).await;
    let written = format!("/api/v1/statuses/{}", written["id"].as_str().unwrap());
    let found = moderator.get(&format!("/api/v1/admin/accounts?local=true&username={handle}")).await;
    assert_eq!(found[0]["email"], format!("{handle}@example.org"));
    let same = moderator.get(&format!("/api/v2/admin/accounts?origin=local&status=active&username={handle}")).await;
    assert_eq!((same.as_array().unwrap().len(), &same[0]["id"]), (1, &found[0]["id"]));
    assert_eq!(moderator.get(&format!("/api/v1/admin/accounts?remote=true&username={handle}")).await, json!([]));
    assert_eq!(found[0]["role"]["name"], "");

    let act = async |measure: &str| {
        let action = json!({ "type": measure, "text": "please do not" });
        moderator.post(&format!("{account}/action"), &action).await;
        moderator.get(&account).await
    };
    assert_eq!(act("sensitive").await["sensitized"], true);
    assert_eq!(reader.get(&written).await["sensitive"], true);
    assert_eq!(person.get(&written).await["sensitive"], false, "its author sees it as meant");
    assert_eq!(moderator.post(&format!("{account}/unsensitive"), &json!({})).await["sensitized"], false);
    assert_eq!(reader.get(&written).await["sensitive"], false);

    assert_eq!(act("silence").await["silenced"], true);
    let public = "/api/v1/timelines/public?local=true&limit=40";
    assert!(reader.statuses_with(public, &handle).await.is_empty());
    assert_eq!(moderator.post(&format!("{account}/unsilence"), &json!({})).await["silenced"], false);

    assert_eq!(act("disable").await["disabled"], true);
    let own = "/api/v1/accounts/verify_credentials";
    assert!([401, 403].contains(&status(&person, Method::GET, own, Value::Null).await));
    assert_eq!(moderator.post(&format!("{account}/enable"), &json!({})).await["disabled"], false);
    assert_eq!(status(&person, Method::GET, own, Value::Null).await, 200);

    assert_eq!(act("suspend").await["suspended"], true);
    assert_eq!(status(&reader, Method::GET, &written, Value::Null).await, 404);
    assert_eq!(moderator.post(&format!("{account}/unsuspend"), &json!({})).await["suspended"], false);
    assert_eq!(status(&reader, Method::GET, &written, Value::Null).await, 200);
    assert_eq!(status(&person, Method::GET, own, Value::Null).await, 401, "signed out for good");
}

#[tokio::test]
async fn nobody_acts_on_those_with_as_many_rights_nor_without_the_role() {
    let (admin, _) = staff("admin").await;
    let (moderator, _) = staff("moderator").await;
    let (other_moderator, _) = staff("moderator").await;
    let (member, _) = staff("member").await;
    let (person, _) = somebody().await;
    let act = json!({ "type": "silence" });
    let path = async |api: &Api| format!("/api/v1/admin/accounts/{}/action", id_of(api).await);
    for (by, against, wanted) in [
        (&member, &person, 403),
        (&moderator, &other_moderator, 403),
        (&moderator, &admin, 403),
        (&admin, &admin, 403),
        (&moderator, &moderator, 403),
        (&admin, &other_moderator, 200),
    ] {
        assert_eq!(status(by, Method::POST, &path(against).await, act.clone()).await, wanted);
    }
    let person = path(&person).await;
    for wrong in [json!({}), json!({ "type": "shoot" }), json!({ "type": "none", "text": "x".repeat(2_001) })] {
        assert_eq!(status(&moderator, Method::POST, &person, wrong.clone()).await, 422, "{wrong}");
    }
    assert_eq!(status(&moderator, Method::POST, &person, json!({ "type": "none", "report_id": "1" })).await, 404);
    let nobody = "/api/v1/admin/accounts/1/action";
    assert_eq!(status(&moderator, Method::POST, nobody, act).await, 404);
}

#[tokio::test]
async fn only_administrators_delete_and_only_what_is_suspended() {
    let (admin, _) = staff("admin").await;
    let (moderator, _) = staff("moderator").await;
    let (person, _) = somebody().await;
    let account = format!("/api/v1/admin/accounts/{}", id_of(&person).await);
    let delete = async |by: &Api| status(by, Method::DELETE, &account, Value::Null).await;
    assert_eq!((delete(&moderator).await, delete(&admin).await), (403, 403));
    for verb in ["approve", "reject"] {
        let refused = status(&moderator, Method::POST, &format!("{account}/{verb}"), json!({})).await;
        assert_eq!(refused, 403, "nobody waits: {verb}");
    }
    moderator.post(&format!("{account}/action"), &json!({ "type": "suspend" })).await;
    assert_eq!((delete(&moderator).await, delete(&admin).await, delete(&admin).await), (403, 200, 404));
}

#[tokio::test]
async fn who_is_warned_is_told_without_a_name() {
    let (moderator, _) = staff("moderator").await;
    let (person, _) = somebody().await;
    let path = format!("/api/v1/admin/accounts/{}/action", id_of(&person).await);
    let quiet = json!({ "type": "none", "text": "noted" });
    let told = json!({ "type": "none", "text": "mind the names", "send_email_notification": true });
    moderator.post(&path, &quiet).await;
    moderator.post(&path, &told).await;
    let found = person.get("/api/v1/notifications?types[]=moderation_warning").await;
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found[0]["moderation_warning"]["text"], "mind the names");
    assert_eq!(found[0]["account"]["id"], id_of(&person).await);
}

#[tokio::test]
async fn a_report_is_looked_after_dealt_with_and_opened_again() {
    let (moderator, name) = staff("moderator").await;
    let (teller, _) = somebody().await;
    let (reported, handle) = somebody().await;
    let secret = json!({ "status": format!("psst @{name}"), "visibility": "direct" });
    let unseen = reported.post("/api/v1/statuses", &secret).await;
    let written = reported.post("/api/v1/statuses", &json!({ "status": "rude", "visibility": "unlisted" })).await;
    let filed = json!({ "account_id": id_of(&reported).await, "status_ids": [written["id"]], "comment": "rude" });
    let id = teller.post("/api/v1/reports", &filed).await["id"].as_str().unwrap().to_owned();
    let not_mine = json!({ "account_id": id_of(&reported).await, "status_ids": [unseen["id"]] });
    assert_eq!(status(&teller, Method::POST, "/api/v1/reports", not_mine).await, 404);

    let list = format!("/api/v1/admin/reports?target_account_id={}", id_of(&reported).await);
    let open = moderator.get(&list).await;
    assert_eq!((open.as_array().unwrap().len(), &open[0]["id"]), (1, &json!(id)));
    let path = format!("/api/v1/admin/reports/{id}");
    let found = moderator.get(&path).await;
    assert_eq!(found["target_account"]["username"], handle);
    assert_eq!(found["statuses"][0]["id"], written["id"]);
    assert_eq!(found["statuses"][0]["favourited"], Value::Null, "nobody's own marks");
    let post = async |verb: &str| moderator.post(&format!("{path}/{verb}"), &json!({})).await;
    assert_eq!(post("assign_to_self").await["assigned_account"]["username"], name);
    assert_eq!(post("unassign").await["assigned_account"], Value::Null);
    let changed = moderator.send(Method::PUT, &path, &json!({ "category": "spam" })).await.ok();
    assert_eq!(changed["category"], "spam");
    assert_eq!(status(&moderator, Method::PUT, &path, json!({ "category": "rude" })).await, 422);
    let resolved = post("resolve").await;
    assert_eq!(
        (&resolved["action_taken"], &resolved["action_taken_by_account"]["username"]),
        (&json!(true), &json!(name))
    );
    assert_eq!(moderator.get(&list).await, json!([]));
    assert_eq!(moderator.get(&format!("{list}&resolved=true")).await[0]["id"], id);
    assert_eq!(post("reopen").await["action_taken"], false);
    // a measure deals with what was reported
    let act = format!("/api/v1/admin/accounts/{}/action", id_of(&reported).await);
    moderator.post(&act, &json!({ "type": "silence", "report_id": id })).await;
    assert_eq!(moderator.get(&path).await["action_taken"], true);

    for (method, path) in [(Method::GET, list.as_str()), (Method::GET, &path), (Method::PUT, &path)] {
        assert_eq!(status(&server().await.api(None), method.clone(), path, Value::Null).await, 401);
        assert_eq!(status(&teller, method, path, Value::Null).await, 403);
    }
}

#[tokio::test]
async fn of_two_who_deal_with_a_report_at_once_one_does_and_the_other_is_told() {
    let ((one, first), (other, second)) = (staff("moderator").await, staff("moderator").await);
    let ((teller, _), (reported, _)) = (somebody().await, somebody().await);
    let target = id_of(&reported).await;
    for _ in 0..3 {
        let filed = json!({ "account_id": target, "comment": "rude" });
        let id = teller.post("/api/v1/reports", &filed).await["id"].as_str().unwrap().to_owned();
        let (resolve, act) =
            (format!("/api/v1/admin/reports/{id}/resolve"), format!("/api/v1/admin/accounts/{target}/action"));
        let (nothing, warning) = (json!({}), json!({ "type": "none", "text": "mind", "report_id": id }));
        let (a, b) = tokio::join!(one.send(Method::POST, &resolve, &nothing), other.send(Method::POST, &act, &warning));
        let mut codes = [a.status, b.status];
        codes.sort_unstable();
        assert_eq!(codes, [200, 409], "{a:?} {b:?}");
        let (by, told, loser) = if a.status == 200 { (&first, &b, &other) } else { (&second, &a, &one) };
        let said = told.json["error"].as_str().unwrap();
        assert!(said.contains(&format!("already decided by @{by}: resolved")), "{said}");
        let winner = if a.status == 200 { &one } else { &other };
        assert_eq!(status(winner, Method::POST, &resolve, json!({})).await, 200, "one's own again");
        assert_eq!(status(loser, Method::POST, &resolve, json!({})).await, 409);
        let logged = format!("moderation_log WHERE kind = 'report.resolve' AND subject_id = '{id}'");
        assert_eq!(server().await.database().count(&logged).await, 1);
    }
}

#[tokio::test]
async fn rules_about_domains_are_kept_listed_changed_and_lifted() {
    let (admin, _) = staff("admin").await;
    let (moderator, _) = staff("moderator").await;
    for (base, more) in [
        ("/api/v1/admin/domain_blocks", json!({ "severity": "suspend", "private_comment": "why" })),
        ("/api/v1/admin/domain_allows", json!({})),
    ] {
        let mut ids = Vec::new();
        for n in 0..3 {
            let mut body = more.clone();
            body["domain"] = json!(format!("n{n}.rules.example"));
            assert_eq!(status(&moderator, Method::POST, base, body.clone()).await, 403);
            let made = admin.post(base, &body).await;
            ids.insert(0, made["id"].as_str().unwrap().to_owned());
            assert_eq!(admin.get(&format!("{base}/{}", ids[0])).await, made);
        }
        for wrong in [json!({}), json!({ "domain": "no domain" }), json!({ "domain": "10.0.0.1" })] {
            assert_eq!(status(&admin, Method::POST, base, wrong.clone()).await, 422, "{wrong}");
        }
        let page = admin.request(Method::GET, &format!("{base}?limit=2")).send().await.unwrap();
        let link = page.headers()["link"].to_str().unwrap().to_owned();
        let listed: Value = page.json().await.unwrap();
        assert_eq!((&listed[0]["id"], &listed[1]["id"]), (&json!(ids[0]), &json!(ids[1])));
        assert!(link.contains(&format!("max_id={}>; rel=\"next\"", ids[1])), "{link}");
        let rest = admin.get(&format!("{base}?max_id={}", ids[1])).await;
        assert_eq!(rest[0]["id"], ids[2]);
        for id in &ids {
            let path = format!("{base}/{id}");
            assert_eq!(status(&moderator, Method::DELETE, &path, Value::Null).await, 403);
            assert_eq!(status(&admin, Method::DELETE, &path, Value::Null).await, 200);
            assert_eq!(status(&admin, Method::GET, &path, Value::Null).await, 404);
        }
    }
    let base = "/api/v1/admin/domain_blocks";
    let block = json!({ "domain": "changing.example", "public_comment": "slow", "severity": "silence" });
    let made = admin.post(base, &block).await;
    assert_eq!(status(&admin, Method::POST, base, block).await, 422, "there is one already");
    let path = format!("{base}/{}", made["id"].as_str().unwrap());
    let changed = admin.send(Method::PUT, &path, &json!({ "severity": "noop", "reject_media": true })).await.ok();
    assert_eq!((&changed["severity"], &changed["reject_media"]), (&json!("noop"), &json!(true)));
    assert_eq!((&changed["id"], &changed["public_comment"]), (&made["id"], &json!("slow")));
    assert_eq!(status(&admin, Method::PUT, &path, json!({ "severity": "harsh" })).await, 422);
    admin.send(Method::DELETE, &path, &Value::Null).await.ok();
}
