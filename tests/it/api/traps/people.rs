//! Accounts and what stands between them: profiles, relationships, lists, reports, searching.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{ServerProcess, free_ports};

use crate::api::{server, somebody};

async fn id_of(api: &Api) -> String {
    api.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned()
}

/// The smallest PNG: one white point.
const POINT: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\nIDAT\x08\xd7\x63\xf8\x0f\0\x01\x01\x01\0\x1b\xb6\xee\x56\0\0\0\0IEND\xae\x42\x60\x82";

#[tokio::test]
async fn trap_28_one_notification_can_be_asked_for_by_its_owner() {
    let (me, handle) = somebody().await;
    let (other, _) = somebody().await;
    other.post("/api/v1/statuses", &json!({ "status": format!("@{handle} hello") })).await;
    let listed = me.get("/api/v1/notifications").await;
    let path = format!("/api/v1/notifications/{}", listed[0]["id"].as_str().unwrap());
    assert_eq!(me.get(&path).await, listed[0]);
    assert_eq!(other.send(Method::GET, &path, &Value::Null).await.status, 404);
}

#[tokio::test]
async fn trap_36_a_profile_is_changed_by_multipart_and_by_json_and_emptied_by_nothing() {
    let (me, _) = somebody().await;
    let before = me.get("/api/v1/accounts/verify_credentials").await;
    let mut body = Vec::new();
    for (name, value) in [
        ("display_name", "Ms Owl"),
        ("note", "Deputy head"),
        ("locked", "true"),
        ("bot", "0"),
        ("fields_attributes[0][name]", "School"),
        ("fields_attributes[0][value]", "Oak"),
        ("source[privacy]", "unlisted"),
    ] {
        body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    body.extend(b"--x\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"a.png\"\r\n");
    body.extend(b"Content-Type: image/png\r\n\r\n");
    body.extend(POINT);
    body.extend(b"\r\n--x--\r\n");
    let path = "/api/v1/accounts/update_credentials";
    let request = me.request(Method::PATCH, path).header("content-type", "multipart/form-data; boundary=x").body(body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let changed: Value = answer.json().await.unwrap();
    assert_eq!((&changed["display_name"], &changed["locked"]), (&json!("Ms Owl"), &json!(true)));
    assert_eq!((&changed["bot"], &changed["source"]["privacy"]), (&json!(false), &json!("unlisted")));
    assert_eq!(changed["fields"][0]["name"], "School");
    assert_ne!(changed["avatar"], before["avatar"]);
    let as_json = json!({ "note": "", "fields_attributes": [{ "name": "Trust", "value": "Trees" }], "locked": false });
    let changed = me.send(Method::PATCH, path, &as_json).await.ok();
    assert_eq!((&changed["source"]["note"], &changed["note"]), (&json!(""), &json!("")));
    assert_eq!((&changed["fields"][0]["name"], &changed["locked"]), (&json!("Trust"), &json!(false)));
    assert_eq!(changed["display_name"], "Ms Owl", "what is not named stays");
}

#[tokio::test]
async fn trap_37_relationships_are_asked_for_in_every_way_lists_are_written() {
    let (me, _) = somebody().await;
    let (one, two) = (id_of(&somebody().await.0).await, id_of(&somebody().await.0).await);
    for (query, expected) in [
        (format!("?id[]={one}&id[]={two}"), vec![&one, &two]),
        (format!("?id%5B%5D={one}"), vec![&one]),
        (format!("?id={one}"), vec![&one]),
        (format!("?id[0]={one}&id[1]={two}"), vec![&one, &two]),
        (String::new(), vec![]),
        ("?id[]=".to_owned(), vec![]),
        ("?id[]=nobody".to_owned(), vec![]),
    ] {
        let found = me.get(&format!("/api/v1/accounts/relationships{query}")).await;
        let ids: Vec<&str> = found.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{query}");
    }
    let guest = server().await.api(None);
    let refused = guest.send(Method::GET, &format!("/api/v1/accounts/relationships?id={one}"), &Value::Null).await;
    assert_eq!(refused.status, 401);
}

#[tokio::test]
async fn trap_38_a_follow_of_somebody_locked_is_asked_for_first() {
    let ((me, _), (other, _), (third, _)) = (somebody().await, somebody().await, somebody().await);
    let (my_id, id) = (id_of(&me).await, id_of(&other).await);
    other.send(Method::PATCH, "/api/v1/accounts/update_credentials", &json!({ "locked": true })).await.ok();
    let follow = format!("/api/v1/accounts/{id}/follow");
    for _ in 0..2 {
        let asked = me.post(&follow, &json!({})).await;
        assert_eq!((&asked["requested"], &asked["following"]), (&json!(true), &json!(false)));
    }
    let requests = other.get("/api/v1/follow_requests").await;
    assert_eq!((requests.as_array().unwrap().len(), &requests[0]["id"]), (1, &json!(my_id)));
    let accept = format!("/api/v1/follow_requests/{my_id}/authorize");
    assert_eq!(third.send(Method::POST, &accept, &json!({})).await.status, 404, "not one's own to accept");
    other.post(&accept, &json!({})).await;
    let path = format!("/api/v1/accounts/relationships?id[]={id}");
    let stands = me.get(&path).await[0].clone();
    assert_eq!((&stands["requested"], &stands["following"]), (&json!(false), &json!(true)));
    let changed = me.post(&follow, &json!({ "reblogs": false, "notify": true, "languages": ["cy"] })).await;
    assert_eq!((&changed["showing_reblogs"], &changed["notifying"]), (&json!(false), &json!(true)));
    assert_eq!((&changed["languages"], &changed["following"]), (&json!(["cy"]), &json!(true)));
    assert_eq!(other.get("/api/v1/follow_requests").await, json!([]), "nothing is asked for twice");
}

#[tokio::test]
async fn follows_are_narrowed_to_languages_and_to_nothing_else() {
    let ((me, _), (other, _)) = (somebody().await, somebody().await);
    let id = other.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    let follow = format!("/api/v1/accounts/{id}/follow");
    let made = me.post(&follow, &json!({ "languages": ["cy", "EN", "zh-TW", "en"] })).await;
    assert_eq!(made["languages"], json!(["cy", "en", "zh-TW"]));
    let many: Vec<String> = (0..51).map(|n| format!("x{n}")).collect();
    for bad in [json!(["cy", "=1"]), json!(["x".repeat(100)]), json!(["e n"]), json!(["en\n"]), json!(many)] {
        let refused = me.send(Method::POST, &follow, &json!({ "languages": bad })).await;
        assert_eq!(refused.status, 422, "{bad}: {}", refused.json);
        assert!(refused.json["error"].as_str().unwrap().contains("anguages"), "{}", refused.json);
    }
    let stands = me.get(&format!("/api/v1/accounts/relationships?id[]={id}")).await;
    assert_eq!(stands[0]["languages"], json!(["cy", "en", "zh-TW"]), "nothing changed");
    assert_eq!(me.post(&follow, &json!({ "languages": [] })).await["languages"], Value::Null);
}

#[tokio::test]
async fn names_show_what_they_say() {
    let (me, _) = somebody().await;
    let odd = "\u{202e}A\u{0}my\u{7} \u{1b}Po\u{2066}nd\r\n";
    let set = json!({
        "display_name": odd, "note": format!("one\u{7}\ntwo\u{0}"),
        "fields_attributes": [{ "name": odd, "value": odd }, { "name": "Zoë 👩\u{200d}🏫", "value": "اسم ש" }],
    });
    let path = "/api/v1/accounts/update_credentials";
    let changed = me.send(Method::PATCH, path, &set).await.ok();
    let read = me.get("/api/v1/accounts/verify_credentials").await;
    for shown in [&changed, &read] {
        assert_eq!(shown["display_name"], "Amy Pond");
        assert_eq!(shown["source"]["note"], "one\ntwo");
        let field = &shown["source"]["fields"][0];
        assert_eq!((&field["name"], &field["value"]), (&json!("Amy Pond"), &json!("Amy Pond")));
        assert_eq!(shown["fields"][0]["value"], "Amy Pond");
        let field = &shown["source"]["fields"][1];
        assert_eq!(
            (&field["name"], &field["value"]),
            (&json!("Zoë 👩\u{200d}🏫"), &json!("اسم ש")),
            "what means something"
        );
    }
    let unseen = me.send(Method::PATCH, path, &json!({ "display_name": "\u{200b}\u{202e}\n" })).await.ok();
    assert_eq!(unseen["display_name"], "");

    let app = json!({ "client_name": "su\u{202e}\r\nBcc: x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob" });
    assert_eq!(me.post("/api/v1/apps", &app).await["name"], "suBcc: x");
    let app = json!({ "client_name": "\u{202e}\n", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob" });
    assert_eq!(me.send(Method::POST, "/api/v1/apps", &app).await.status, 422);
    for bad in ["heads\nof IT", "heads\t", "\u{1b}[31mheads", "\u{202e}"] {
        let refused = me.send(Method::POST, "/api/v1/lists", &json!({ "title": bad })).await;
        assert_eq!(refused.status, if bad == "heads\t" { 200 } else { 422 }, "{bad:?}: {}", refused.json);
    }
    assert_eq!(me.post("/api/v1/lists", &json!({ "title": "=\u{202e}heads" })).await["title"], "=heads");
}

#[tokio::test]
async fn statuses_are_for_named_people_by_choice_and_not_by_default() {
    let (me, _) = somebody().await;
    let path = "/api/v1/accounts/update_credentials";
    me.send(Method::PATCH, path, &json!({ "source": { "privacy": "private" } })).await.ok();
    for bad in ["direct", "limited", "x"] {
        let refused = me.send(Method::PATCH, path, &json!({ "source": { "privacy": bad } })).await;
        assert_eq!(refused.status, 422, "{bad}: {}", refused.json);
    }
    let kept = me.get("/api/v1/accounts/verify_credentials").await;
    assert_eq!(kept["source"]["privacy"], "private");
}

#[tokio::test]
async fn trap_39_searching_an_address_finds_just_that() {
    let ((me, _), (other, handle)) = (somebody().await, somebody().await);
    let account = other.get("/api/v1/accounts/verify_credentials").await;
    let status = other.post("/api/v1/statuses", &json!({ "status": "needle in a haystack" })).await;
    let search = async |q: &str, more: &str| {
        let q: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
        me.get(&format!("/api/v2/search?q={q}&resolve=true{more}")).await
    };
    let acct = format!("@{handle}@{}", server().await.host());
    for q in [account["url"].as_str().unwrap(), account["uri"].as_str().unwrap(), &format!("@{handle}"), &acct] {
        let found = search(q, "&type=accounts&limit=1").await;
        assert_eq!(found["accounts"][0]["id"], account["id"], "{q}");
        assert_eq!((&found["statuses"], &found["hashtags"]), (&json!([]), &json!([])), "{q}");
    }
    for q in [status["url"].as_str().unwrap(), status["uri"].as_str().unwrap()] {
        let found = search(q, "").await;
        assert_eq!((&found["statuses"][0]["id"], found["statuses"].as_array().unwrap().len()), (&status["id"], 1));
    }
    let guest = server().await.api(None);
    let refused = guest.send(Method::GET, "/api/v2/search?q=x&resolve=true", &Value::Null).await;
    assert_eq!(refused.status, 401);
    assert_eq!(guest.send(Method::GET, "/api/v2/search?q=x&offset=5", &Value::Null).await.status, 401);
    let (none, _) = somebody().await;
    let following = none.get(&format!("/api/v2/search?q={handle}&type=accounts&following=true")).await;
    assert_eq!(following["accounts"], json!([]), "only those one follows");
}

#[tokio::test]
async fn trap_43_markers_come_in_every_form_and_only_when_asked_for() {
    let (me, _) = somebody().await;
    let path = "/api/v1/markers";
    let body = "home[last_read_id]=109876543210987654";
    let form = me.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded").body(body);
    let set: Value = form.send().await.unwrap().json().await.unwrap();
    assert_eq!((&set["home"]["last_read_id"], &set["home"]["version"]), (&json!("109876543210987654"), &json!(1)));
    assert!(set.get("notifications").is_none(), "{set}");
    let set = me.post(path, &json!({ "notifications": { "last_read_id": "109876543210987655" } })).await;
    assert_eq!(set["notifications"]["last_read_id"], "109876543210987655");
    let read = me.get(&format!("{path}?timeline[]=home")).await;
    assert!(read.get("home").is_some() && read.get("notifications").is_none(), "{read}");
    assert_eq!(me.get(&format!("{path}?timeline[]=home&timeline[]=notifications")).await.as_object().unwrap().len(), 2);
    assert_eq!(me.get(path).await, json!({}));
    let (other, _) = somebody().await;
    assert_eq!(other.get(&format!("{path}?timeline[]=home")).await, json!({}), "one's own alone");
}

#[tokio::test]
async fn trap_44_a_mute_that_ends_says_when() {
    let ((me, _), (other, _)) = (somebody().await, somebody().await);
    let id = id_of(&other).await;
    let muted = me.post(&format!("/api/v1/accounts/{id}/mute"), &json!({ "duration": 3600 })).await;
    assert_eq!((&muted["muting"], &muted["muting_notifications"]), (&json!(true), &json!(true)));
    let listed = me.get("/api/v1/mutes").await;
    assert_eq!(listed[0]["id"], json!(id));
    assert!(listed[0]["mute_expires_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{}", listed[0]);
    me.post(&format!("/api/v1/accounts/{id}/mute"), &json!({ "duration": 0, "notifications": false })).await;
    let listed = me.get("/api/v1/mutes").await;
    assert_eq!(listed[0]["mute_expires_at"], Value::Null, "for ever");
    let wrong = me.send(Method::POST, &format!("/api/v1/accounts/{id}/mute"), &json!({ "duration": "soon" })).await;
    assert_eq!(wrong.status, 422, "{}", wrong.json);
}

#[tokio::test]
async fn trap_45_a_report_is_given_back_as_it_was_taken() {
    let ((me, _), (other, _)) = (somebody().await, somebody().await);
    let id = id_of(&other).await;
    let status = other.post("/api/v1/statuses", &json!({ "status": "unkind words" })).await;
    let body = format!(
        "account_id={id}&status_ids[]={}&category=spam&comment=see&forward=true&forward_to_domains[]=",
        status["id"].as_str().unwrap()
    );
    let form = me.request(Method::POST, "/api/v1/reports").body(body);
    let answer = form.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let report: Value = answer.json().await.unwrap();
    assert_eq!((&report["category"], &report["comment"]), (&json!("spam"), &json!("see")));
    assert_eq!((&report["target_account"]["id"], &report["status_ids"]), (&json!(id), &json!([status["id"]])));
    assert_eq!((&report["action_taken"], &report["rule_ids"]), (&json!(false), &json!([])));
    let unknown = json!({ "account_id": id, "category": "nonsense" });
    assert_eq!(me.send(Method::POST, "/api/v1/reports", &unknown).await.status, 422);
    assert_eq!(me.send(Method::POST, "/api/v1/reports", &json!({ "account_id": "1" })).await.status, 404);
}

#[tokio::test]
async fn trap_48_a_suspended_account_can_still_be_read_by_apps() {
    let [port] = free_ports();
    let server = ServerProcess::start(port, &[]).await;
    let (amy, bob) = (server.member("amy"), server.member("bob"));
    let change = json!({ "display_name": "Bob", "note": "Words" });
    bob.send(Method::PATCH, "/api/v1/accounts/update_credentials", &change).await.ok();
    bob.post("/api/v1/statuses", &json!({ "status": "still here" })).await;
    let id = id_of(&bob).await;
    server.admin(&["account", "suspend", "bob"], "");
    let seen = amy.get(&format!("/api/v1/accounts/{id}")).await;
    assert_eq!((&seen["suspended"], &seen["id"], &seen["username"]), (&json!(true), &json!(id), &json!("bob")));
    for name in ["display_name", "note"] {
        assert_eq!(seen[name], "", "{name}");
    }
    for name in ["statuses_count", "followers_count", "following_count"] {
        assert_eq!(seen[name], 0, "{name}");
    }
    assert_eq!((&seen["fields"], &seen["emojis"]), (&json!([]), &json!([])));
    for name in ["avatar", "avatar_static", "header", "header_static", "url", "acct", "created_at"] {
        assert!(seen[name].as_str().is_some_and(|text| !text.is_empty()), "{name}");
    }
    assert_eq!(amy.send(Method::GET, &format!("/api/v1/accounts/{id}/statuses"), &Value::Null).await.json, json!([]));
}
