//! What is kept inside a school is seen by nobody outside it, whoever is named in it, first or later on.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::organisations::Person;
use super::{Ground, STATUSES, answer, ground, hold, notices, own, path, server, text, write};

/// A risky status of `by` that names `named`, published for their school alone.
async fn kept(by: &Person, words: &str) -> Value {
    let held = write(by, words).await;
    by.api.post(&own(&held, "/school"), &json!({})).await;
    by.api.get(&path(&held)).await
}

/// All ways of reading a status, and what is told of it, to somebody who may know nothing of it.
async fn knows_nothing(who: &Person, of: &Value, word: &str) {
    for rest in ["", "/history", "/source", "/context", "/favourited_by", "/reblogged_by"] {
        let at = format!("{}{rest}", path(of));
        assert_eq!(who.asks(Method::GET, &at, Value::Null).await, 404, "{at}");
    }
    for rest in ["/favourite", "/bookmark", "/reblog"] {
        let at = format!("{}{rest}", path(of));
        assert_eq!(who.asks(Method::POST, &at, json!({})).await, 404, "{at}");
    }
    let reply = json!({ "status": "what?", "in_reply_to_id": of["id"] });
    assert_eq!(who.asks(Method::POST, STATUSES, reply).await, 404);
    let places = [
        "/api/v1/notifications".to_owned(),
        "/api/v1/conversations".to_owned(),
        "/api/v1/timelines/home".to_owned(),
        format!("{STATUSES}?id[]={}", text(&of["id"])),
        format!("/api/v1/accounts/{}/statuses", text(&of["account"]["id"])),
        format!("/api/v2/search?type=statuses&q={word}"),
    ];
    for place in places {
        let found = who.api.get(&place).await.to_string();
        assert!(!found.contains(word) && !found.contains(&text(&of["id"])), "{place}: {found}");
    }
}

async fn edit(by: &Person, status: &Value, words: &str) -> (u16, Value) {
    let answer = by.api.send(Method::PUT, &path(status), &json!({ "status": words })).await;
    (answer.status, answer.json)
}

#[tokio::test]
async fn an_edit_cannot_name_somebody_elsewhere() {
    let Ground { oak, elm, pat } = ground().await;
    let (near, far) = (oak.person("contributor").await, elm.person("contributor").await);
    far.api.post(&format!("/api/v1/accounts/{}/follow", pat.id), &json!({})).await;
    let now = kept(&pat, "UPN: H801200001001 Quittengelee").await;
    for outsider in [format!("@{}", far.handle), "@eve@elsewhere.example".to_owned()] {
        let (code, told) = edit(&pat, &now, &format!("Quittengelee for {outsider}")).await;
        assert!(code == 422 && text(&told["error"]).contains(&outsider), "{code} {told}");
    }
    assert_eq!(pat.api.get(&path(&now)).await["edited_at"], Value::Null);
    knows_nothing(&far, &now, "Quittengelee").await;

    let (code, edited) = edit(&pat, &now, &format!("Quittengelee for @{}", near.handle)).await;
    assert_eq!((code, &edited["mentions"][0]["id"]), (200, &json!(near.id)));
    let history = near.api.get(&format!("{}/history", path(&now))).await;
    assert_eq!(history.as_array().unwrap().len(), 2);
    assert!(near.api.get("/api/v1/notifications").await.to_string().contains(&text(&now["id"])));
    let found = near.api.get("/api/v2/search?type=statuses&q=Quittengelee").await;
    assert_eq!(found["statuses"][0]["id"], now["id"]);
    knows_nothing(&far, &now, "Quittengelee").await;
    assert_eq!(server().await.api(None).send(Method::GET, &path(&now), &Value::Null).await.status, 404);

    let open = write(&pat, "An open day").await;
    assert_eq!(edit(&pat, &open, &format!("An open day for @{}", far.handle)).await.0, 200);
    assert!(far.api.get("/api/v1/notifications").await.to_string().contains(&text(&open["id"])));
}

#[tokio::test]
async fn whom_it_names_from_the_start_is_not_told_and_stays_outside() {
    let Ground { oak, elm, pat } = ground().await;
    let (near, far) = (oak.person("contributor").await, elm.person("contributor").await);
    let words = format!("UPN: H801200001001 Birnenmus for @{} and @{}", far.handle, near.handle);
    let now = kept(&pat, &words).await;
    let named: Vec<&Value> = now["mentions"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(named, [&json!(near.id)]);
    knows_nothing(&far, &now, "Birnenmus").await;
    assert!(near.api.get("/api/v1/notifications").await.to_string().contains(&text(&now["id"])));

    let (code, edited) = edit(&pat, &now, &format!("Birnenmus for @{}", far.handle)).await;
    assert_eq!((code, &edited["mentions"]), (200, &json!([])), "a name that stands there is only a word");
    knows_nothing(&far, &now, "Birnenmus").await;
    assert_eq!(edit(&pat, &now, "Birnenmus").await.0, 200);
    let (code, told) = edit(&pat, &now, &format!("Birnenmus for @{}", far.handle)).await;
    assert_eq!(code, 422, "it stands there no more: {told}");
}

#[tokio::test]
async fn answers_boosts_and_quotes_do_not_carry_it_out() {
    let Ground { oak, elm, pat } = ground().await;
    let (near, third) = (oak.person("contributor").await, oak.person("contributor").await);
    let far = elm.person("contributor").await;
    let now = kept(&pat, "UPN: H801200001001 Pflaumenkuchen").await;

    let public = answer(&near, &now, "Pflaumenkuchen it is").await;
    assert_eq!(public["visibility"], "direct");
    assert_eq!(third.asks(Method::GET, &path(&public), Value::Null).await, 200);
    knows_nothing(&far, &public, "Pflaumenkuchen").await;
    let quiet = json!({
        "status": format!("@{} Pflaumenkuchen, really?", pat.handle), "in_reply_to_id": now["id"], "visibility": "direct",
    });
    let quiet = near.api.post(STATUSES, &quiet).await;
    assert_eq!(pat.asks(Method::GET, &path(&quiet), Value::Null).await, 200);
    assert_eq!(third.asks(Method::GET, &path(&quiet), Value::Null).await, 404, "for one alone");

    for parent in [&now, &public, &quiet] {
        for visibility in ["public", "unlisted", "private", "direct"] {
            let told = json!({
                "status": format!("look, @{}", far.handle), "in_reply_to_id": parent["id"], "visibility": visibility,
            });
            let refused = near.api.send(Method::POST, STATUSES, &told).await;
            assert!(refused.status == 422 && text(&refused.json["error"]).contains(&far.handle), "{refused:?}");
        }
    }
    for by in [&near, &pat] {
        assert_eq!(by.asks(Method::POST, &format!("{}/reblog", path(&now)), json!({})).await, 403);
        let quote = json!({ "status": "look", "quoted_status_id": now["id"] });
        assert_ne!(by.asks(Method::POST, STATUSES, quote).await, 200);
    }
    let (code, told) = edit(&near, &public, &format!("Pflaumenkuchen for @{}", far.handle)).await;
    assert_eq!(code, 422, "{told}");
    knows_nothing(&far, &now, "Pflaumenkuchen").await;

    let open = write(&pat, "An open day").await;
    let told = answer(&near, &open, &format!("look, @{}", far.handle)).await;
    assert_eq!((&told["visibility"], far.asks(Method::GET, &path(&told), Value::Null).await), (&json!("public"), 200));
}

#[tokio::test]
async fn what_waits_and_names_somebody_elsewhere_does_not_go_with_what_is_kept() {
    let Ground { oak, elm, pat } = ground().await;
    let (near, far) = (oak.person("contributor").await, elm.person("contributor").await);
    for about in ["in_reply_to_id", "quoted_status_id"] {
        for visibility in ["direct", "public"] {
            let first = write(&pat, "UPN: H801200001001 Zwetschge").await;
            let words = format!("@{} @{} Zwetschge", far.handle, near.handle);
            let mut waiting = json!({ "status": words, "visibility": visibility });
            waiting[about] = first["id"].clone();
            let waiting = pat.api.post(STATUSES, &waiting).await;
            let below = answer(&pat, &waiting, "Zwetschge, too").await;
            pat.api.post(&own(&first, "/school"), &json!({})).await;
            let left = pat.api.get(&own(&waiting, "")).await;
            assert_eq!((&left["state"], &left["choices"]), (&json!("held"), &json!(["withdraw"])), "{left}");
            assert!(text(&left["reason"]).contains("not of your school"), "{left}");
            assert_eq!(pat.api.get(&own(&below, "")).await["state"], "held");
            let told = text(&notices(&pat).await[0]["content"]);
            let names = format!("@{}, who is not of the school", far.handle);
            assert!(told.contains(&names) && told.contains("“withdraw”") && !told.contains("“school”"), "{told}");
            let root = pat.api.get(&path(&first)).await;
            assert_eq!(near.asks(Method::GET, &path(&root), Value::Null).await, 200);
            assert_eq!(near.asks(Method::GET, &path(&waiting), Value::Null).await, 404);
            knows_nothing(&far, &root, "Zwetschge").await;

            let (code, told) = edit(&pat, &waiting, &format!("{words}!")).await;
            assert!(code == 422 && text(&told["error"]).contains(&far.handle), "{code} {told}");
            assert_eq!(pat.asks(Method::POST, &own(&waiting, "/school"), json!({})).await, 409);
            let (code, now) = edit(&pat, &waiting, &format!("Zwetschge, @{}", near.handle)).await;
            assert_eq!((code, &now["visibility"]), (200, &json!("direct")), "{now}");
            let is_answer = about == "in_reply_to_id";
            assert_eq!(now["in_reply_to_id"] == root["id"], is_answer, "{now}");
            assert_eq!(now["quote"]["quoted_status"]["id"] == root["id"], !is_answer, "{now}");
            assert_eq!(near.asks(Method::GET, &path(&now), Value::Null).await, 200);
            assert_eq!(pat.api.get(&own(&below, "")).await["state"], "released");
            knows_nothing(&far, &now, "Zwetschge").await;
        }
    }
}

#[tokio::test]
async fn what_is_left_is_withdrawn_by_an_answer_and_goes_out_where_the_first_goes_to_all() {
    let Ground { oak, elm, pat } = ground().await;
    let (judge, far) = (oak.person("moderator").await, elm.person("contributor").await);
    let first = write(&pat, "UPN: H801200001001 Mirabelle").await;
    let waiting = answer(&pat, &first, &format!("Mirabelle for @{}", far.handle)).await;
    pat.api.post(&own(&first, "/school"), &json!({})).await;
    answer(&pat, &notices(&pat).await[0], "withdraw").await;
    assert_eq!(pat.api.get(&own(&waiting, "")).await["state"], "withdrawn");

    let second = write(&pat, "UPN: H801200001001 Reneklode").await;
    let waiting = answer(&pat, &second, &format!("Reneklode for @{}", far.handle)).await;
    judge.api.post(&hold(&second, "/release"), &json!({})).await;
    let now = pat.api.get(&path(&waiting)).await;
    assert_eq!((&now["visibility"], far.asks(Method::GET, &path(&now), Value::Null).await), (&json!("public"), 200));
}

#[tokio::test]
async fn a_held_answer_to_what_is_kept_is_not_edited_to_name_somebody_elsewhere() {
    let Ground { oak, elm, pat } = ground().await;
    let (near, far) = (oak.person("contributor").await, elm.person("contributor").await);
    let now = kept(&pat, "UPN: H801200001001 Quittenbrot").await;
    let held = answer(&near, &now, "UPN: H801200001001 Quittenbrot").await;
    assert_eq!(held["staffroom"]["held"]["state"], "held", "{held}");
    for words in ["UPN: H801200001001 Quittenbrot for", "Quittenbrot for"] {
        let (code, told) = edit(&near, &held, &format!("{words} @{}", far.handle)).await;
        assert!(code == 422 && text(&told["error"]).contains(&far.handle), "{code} {told}");
    }
    let (code, out) = edit(&near, &held, &format!("Quittenbrot for @{}", pat.handle)).await;
    assert_eq!((code, &out["visibility"]), (200, &json!("direct")), "{out}");
    knows_nothing(&far, &out, "Quittenbrot").await;
}

#[tokio::test]
async fn who_leaves_the_school_sees_it_no_more_and_a_thread_held_with_it_reaches_no_further() {
    let Ground { oak, elm, pat } = ground().await;
    let (near, far) = (oak.person("contributor").await, elm.person("contributor").await);
    let first = write(&pat, "UPN: H801200001001 Apfelwein").await;
    let open = answer(&pat, &first, "Apfelwein for all").await;
    let quiet = json!({
        "status": format!("Apfelwein, @{}", near.handle), "in_reply_to_id": first["id"], "visibility": "direct",
    });
    let quiet = pat.api.post(STATUSES, &quiet).await;
    pat.api.post(&own(&first, "/school"), &json!({})).await;
    let third = oak.person("contributor").await;
    for held in [&first, &open, &quiet] {
        let now = pat.api.get(&path(held)).await;
        assert_eq!(now["visibility"], "direct");
        assert_eq!(near.asks(Method::GET, &path(&now), Value::Null).await, 200);
        assert_eq!(third.asks(Method::GET, &path(&now), Value::Null).await, 404, "who came later");
        knows_nothing(&far, &now, "Apfelwein").await;
    }
    let now = pat.api.get(&path(&first)).await;
    server().await.admin(&["organisation", "member", "move", &elm.slug, &near.handle], "");
    knows_nothing(&near, &now, "Apfelwein").await;
    assert_eq!(pat.asks(Method::GET, &path(&now), Value::Null).await, 200);
}
