//! Held statuses as authors, colleagues and moderators meet them over HTTP.

mod appealed;
mod kept;
mod leaks;
mod notices;

use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::browser::Browser;

use super::media::{picture, upload};
use super::organisations::{Person, School, of_instance, school, text};
use super::server;

const RISKY: &str = "UPN: H801200001001 has left us";
const STATUSES: &str = "/api/v1/statuses";
const HOLDS: &str = "/api/staffroom/v1/moderation/holds";

/// A school with an author, and another one.
struct Ground {
    oak: School,
    elm: School,
    pat: Person,
}

async fn ground() -> Ground {
    let admin = of_instance("admin").await;
    let (oak, elm) = (school(&admin).await, school(&admin).await);
    let pat = oak.person("contributor").await;
    Ground { oak, elm, pat }
}

fn path(status: &Value) -> String {
    format!("{STATUSES}/{}", text(&status["id"]))
}

fn own(status: &Value, rest: &str) -> String {
    format!("/api/staffroom/v1/held/{}{rest}", text(&status["id"]))
}

fn hold(status: &Value, rest: &str) -> String {
    format!("{HOLDS}/{}{rest}", text(&status["id"]))
}

async fn write(by: &Person, words: &str) -> Value {
    by.api.post(STATUSES, &json!({ "status": words })).await
}

async fn answer(by: &Person, to: &Value, words: &str) -> Value {
    by.api.post(STATUSES, &json!({ "status": words, "in_reply_to_id": to["id"] })).await
}

/// What the moderation account told somebody, newest first.
async fn notices(to: &Person) -> Vec<Value> {
    let all = to.api.get("/api/v1/notifications?types[]=mention").await;
    let all = all.as_array().unwrap().iter();
    all.filter(|one| one["account"]["acct"] == "moderation").map(|one| one["status"].clone()).collect()
}

/// The page a notice leads to.
fn link(notice: &Value) -> String {
    let content = text(&notice["content"]);
    let address = content.split("href=\"").find(|rest| rest.contains("/held/")).unwrap();
    address.split('"').next().unwrap().to_owned()
}

/// What an author's statuses are to everybody.
async fn public(of: &Person) -> Vec<Value> {
    let path = format!("/api/v1/accounts/{}/statuses", of.id);
    server().await.api(None).get(&path).await.as_array().unwrap().clone()
}

#[tokio::test]
async fn what_is_held_is_its_authors_alone_and_goes_once_it_is_edited_clean() {
    let Ground { oak, pat, .. } = ground().await;
    let colleague = oak.person("contributor").await;
    let post = async || {
        let request = pat.api.request(Method::POST, STATUSES).header("Idempotency-Key", "once");
        let answer = request.json(&json!({ "status": RISKY, "spoiler_text": "news" })).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (code, first) = post().await;
    assert_eq!((code, &first["visibility"], &first["spoiler_text"]), (200, &json!("public"), &json!("news")));
    assert_eq!(first["account"]["id"], json!(pat.id));
    let held = first["staffroom"]["held"].clone();
    assert_eq!((&held["rule"], &held["state"]), (&json!("pupil-number"), &json!("held")));
    assert_eq!(held["choices"], json!(["review", "school", "withdraw"]));
    assert_eq!(post().await.1["id"], first["id"], "the same request gets the same answer");
    assert_eq!(notices(&pat).await.len(), 1);

    let there = path(&first);
    assert_eq!(pat.api.get(&there).await["staffroom"]["held"], held);
    assert_eq!(pat.api.get(&format!("{there}/source")).await["text"], RISKY);
    assert_eq!(pat.api.get(&format!("{there}/context")).await, json!({ "ancestors": [], "descendants": [] }));
    assert_eq!(pat.api.get(&format!("{there}/history")).await.as_array().unwrap().len(), 1);
    assert_eq!(pat.api.get(&format!("{STATUSES}?id[]={}", text(&first["id"]))).await[0]["id"], first["id"]);
    for (method, rest) in [
        (Method::GET, ""),
        (Method::GET, "/source"),
        (Method::GET, "/context"),
        (Method::GET, "/history"),
        (Method::PUT, ""),
        (Method::DELETE, ""),
        (Method::POST, "/reblog"),
        (Method::POST, "/pin"),
        (Method::POST, "/favourite"),
    ] {
        let path = format!("{there}{rest}");
        assert_eq!(colleague.asks(method.clone(), &path, json!({ "status": "mine" })).await, 404, "{method} {path}");
    }
    for choice in ["", "/review", "/school", "/withdraw", "/publish"] {
        let method = if choice.is_empty() { Method::GET } else { Method::POST };
        assert_eq!(colleague.asks(method, &own(&first, choice), json!({})).await, 404, "{choice}");
    }
    let reply = json!({ "status": "about that", "in_reply_to_id": first["id"] });
    assert_eq!(colleague.asks(Method::POST, STATUSES, reply).await, 404);
    assert!(public(&pat).await.is_empty());

    let still = pat.api.send(Method::PUT, &there, &json!({ "status": "UPN H801200001001 again" })).await.ok();
    assert_eq!((&still["id"], &still["staffroom"]["held"]["state"]), (&first["id"], &json!("held")));
    assert!(text(&notices(&pat).await[0]["content"]).contains("UPN H801200001001 again"));
    let clean = pat.api.send(Method::PUT, &there, &json!({ "status": "Somebody has left us" })).await.ok();
    assert!(text(&clean["id"]) > text(&first["id"]) && clean["staffroom"].is_null(), "{clean}");
    assert_eq!(pat.api.get(&there).await["id"], clean["id"], "its old id leads to it");
    assert_eq!(public(&pat).await[0]["id"], clean["id"]);
    assert_eq!(colleague.asks(Method::GET, &there, Value::Null).await, 404, "an alias for its author alone");
    let again = pat.api.send(Method::PUT, &there, &json!({ "status": "Somebody left us" })).await.ok();
    assert_eq!((&again["id"], again["edited_at"].is_string()), (&clean["id"], true));
    assert_eq!(pat.asks(Method::DELETE, &there, Value::Null).await, 200);
    assert!(public(&pat).await.is_empty());
    let kept = pat.api.get("/api/staffroom/v1/held?state=released").await;
    assert_eq!((&kept[0]["id"], &kept[0]["released_as"]), (&first["id"], &clean["id"]));
}

#[tokio::test]
async fn an_answer_to_the_notice_does_what_it_says_and_nobody_else_hears_of_it() {
    let Ground { oak, elm, pat } = ground().await;
    let (near, far) = (oak.person("contributor").await, elm.person("contributor").await);
    let first = write(&pat, RISKY).await;
    let notice = notices(&pat).await.remove(0);
    assert_eq!((&notice["visibility"], &notice["account"]["bot"]), (&json!("direct"), &json!(true)));
    let words = text(&notice["content"]);
    for wanted in ["UPN: H801200001001", "pupil&#39;s own number", "review", "school", "withdraw", "Edit it"] {
        assert!(words.contains(wanted), "{wanted}: {words}");
    }
    for other in [&near, &far] {
        assert_eq!(other.asks(Method::GET, &path(&notice), Value::Null).await, 404);
        let reply = json!({ "status": "withdraw", "in_reply_to_id": notice["id"] });
        assert_eq!(other.asks(Method::POST, STATUSES, reply).await, 404);
    }
    for (words, state) in [(format!("review, please: {RISKY}"), "held"), ("review, please".to_owned(), "in-review")] {
        let said = answer(&pat, &notice, &format!("@{} {words}", near.handle)).await;
        assert_eq!((&said["visibility"], said["staffroom"].is_null()), (&json!("direct"), true));
        assert_eq!(pat.api.get(&own(&first, "")).await["state"], state, "{words}");
        assert_eq!(near.asks(Method::GET, &path(&said), Value::Null).await, 404);
    }
    assert_eq!(near.api.get("/api/v1/notifications").await, json!([]));
    assert!(text(&notices(&pat).await[0]["content"]).contains("will look at it"));

    let told = notices(&pat).await.remove(0);
    answer(&pat, &told, "school").await;
    let told = text(&notices(&pat).await[0]["content"]);
    assert_eq!((told.matches("is published").count(), told.contains("school alone")), (1, true), "{told}");
    let now = pat.api.get(&path(&first)).await;
    assert_eq!(now["visibility"], "direct");
    assert_eq!(near.asks(Method::GET, &path(&now), Value::Null).await, 200);
    assert_eq!(far.asks(Method::GET, &path(&now), Value::Null).await, 404, "another school");
    assert_eq!(server().await.api(None).send(Method::GET, &path(&now), &Value::Null).await.status, 404);
    let second = write(&pat, RISKY).await;
    answer(&pat, &notices(&pat).await[0], "Withdraw!").await;
    assert_eq!(pat.asks(Method::GET, &path(&second), Value::Null).await, 404);
    assert_eq!(pat.api.get(&own(&second, "")).await["state"], "withdrawn");
    assert!(public(&pat).await.is_empty());
}

#[tokio::test]
async fn the_page_the_notice_leads_to_offers_the_same_without_a_script() {
    let Ground { pat, .. } = ground().await;
    let held = write(&pat, RISKY).await;
    let address = link(&notices(&pat).await[0]);
    let mut browser = Browser::default();
    let page = browser.open(&address).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("H801200001001") && !page.body.contains("<script"), "{}", page.body);
    assert_eq!((page.header("cache-control"), page.header("referrer-policy")), ("no-store", "same-origin"));
    let (start, key) = address.rsplit_once('/').unwrap();
    let wrong: String = key.chars().rev().collect();
    for wrong in [format!("{start}/{wrong}"), format!("{start}/x"), address.replace(&text(&held["id"]), "7")] {
        let page = Browser::default().open(&wrong).await;
        assert!(page.status == 404 && !page.body.contains("H801200001001"), "{wrong}: {}", page.status);
    }
    let url = page.url.clone();
    let risky = [("choice", "edit"), ("text", "UPN H801200001001 again"), ("spoiler_text", "")];
    assert!(browser.post(url.clone(), &risky).await.body.contains("UPN H801200001001 again"));
    let odd = browser.post(url.clone(), &[("choice", "dance")]).await;
    assert!(odd.status == 422 && odd.body.contains("Nothing was changed"), "{}", odd.body);
    let sent = browser.post(url.clone(), &[("choice", "review")]).await;
    assert!(sent.body.contains("waits for a moderator"), "{}", sent.body);
    let clean = [("choice", "edit"), ("text", "Somebody has\r\nleft us"), ("spoiler_text", "")];
    let done = browser.post(url.clone(), &clean).await;
    assert!(done.body.contains("no longer held") && !done.body.contains("left us"), "{}", done.body);
    assert!(text(&public(&pat).await[0]["content"]).contains("Somebody has<br"));
    let late = browser.post(url, &[("choice", "withdraw")]).await;
    assert!(late.status == 422 && late.body.contains("lready decided"), "{}", late.body);
}

#[tokio::test]
async fn one_moderator_of_the_school_decides_and_the_others_are_told_by_whom() {
    let Ground { oak, elm, pat } = ground().await;
    let (one, other) = (oak.person("moderator").await, oak.person("moderator").await);
    let (head, stranger) = (elm.person("admin").await, elm.person("contributor").await);
    let (first, second) = (write(&pat, RISKY).await, write(&pat, &format!("née 👩‍🏫 {RISKY}, too")).await);
    let of_staff = write(&one, RISKY).await;
    let listed = one.api.get(HOLDS).await;
    let ids: Vec<_> = listed.as_array().unwrap().iter().map(|held| text(&held["id"])).collect();
    assert_eq!(ids, [text(&first["id"]), text(&second["id"])], "theirs are for somebody above them");
    assert!(text(&listed[0]["deadline"]) <= text(&listed[1]["deadline"]), "{listed}");
    assert_eq!(listed[0]["status"]["content"].as_str().unwrap().matches("H801200001001").count(), 1);
    for (held, start) in [(&listed[0], 5), (&listed[1], 13)] {
        let number = held["findings"].as_array().unwrap().iter().find(|found| found["kind"] == "upn").unwrap();
        let place = json!({ "start": start, "end": start + 13 });
        assert_eq!((&number["part"], &number["span"]), (&json!("content"), &place), "in code points");
    }
    let page = one.api.request(Method::GET, &format!("{HOLDS}?limit=1")).send().await.unwrap();
    assert!(page.headers()["link"].to_str().unwrap().contains(&format!("max_id={}", text(&first["id"]))));
    assert_eq!(head.api.get(HOLDS).await, json!([]));
    for verb in ["", "/release", "/reject", "/ask_to_edit"] {
        let method = if verb.is_empty() { Method::GET } else { Method::POST };
        let word = json!({ "reason": "no", "note": "no" });
        for (who, wanted) in [(&head, 404), (&stranger, 403), (&pat, 403)] {
            let code = who.asks(method.clone(), &hold(&first, verb), word.clone()).await;
            assert_eq!(code, wanted, "{} {verb}", who.handle);
        }
        assert_eq!(one.asks(method, &hold(&of_staff, verb), word).await, 404, "their own: {verb}");
    }
    assert_eq!(one.asks(Method::POST, &hold(&first, "/reject"), json!({ "reason": " " })).await, 422);

    let asked = one.api.post(&hold(&first, "/ask_to_edit"), &json!({ "note": "Leave the number out" })).await;
    assert_eq!((&asked["state"], &asked["note"]), (&json!("held"), &json!("Leave the number out")));
    assert!(text(&notices(&pat).await[0]["content"]).contains("Leave the number out"));

    let (release, reject) = (hold(&first, "/release"), hold(&first, "/reject"));
    let before = asked["version"].as_i64().unwrap() - 1;
    for (version, wanted) in [(json!(before), 409), (json!("x"), 422)] {
        let code = one.asks(Method::POST, &release, json!({ "version": version })).await;
        assert_eq!(code, wanted, "as it was before: {version}");
    }
    let word = json!({ "reason": "It names a child" });
    let nothing = json!({});
    let (a, b) =
        tokio::join!(one.api.send(Method::POST, &release, &nothing), other.api.send(Method::POST, &reject, &word));
    let mut codes = [a.status, b.status];
    codes.sort_unstable();
    assert_eq!(codes, [200, 409], "{a:?} {b:?}");
    let late = other.api.send(Method::POST, &release, &nothing).await;
    let by = if a.status == 200 { &one } else { &other };
    let told = text(&late.json["error"]);
    assert!(late.status == 409 && told.contains(&format!("already decided by @{}", by.handle)), "{told}");
    assert_eq!(public(&pat).await.len(), usize::from(a.status == 200));
    let before = public(&pat).await.len();

    let no = other.api.post(&hold(&second, "/reject"), &json!({ "reason": "It names a child" })).await;
    assert_eq!((&no["state"], &no["decided_by"]["id"]), (&json!("rejected"), &json!(other.id)));
    assert!(text(&notices(&pat).await[0]["content"]).contains("It names a child"));
    assert_eq!(pat.asks(Method::GET, &path(&second), Value::Null).await, 404);
    assert_eq!(pat.asks(Method::POST, &own(&second, "/school"), nothing).await, 409);
    let kept = pat.api.get(&own(&second, "")).await;
    assert_eq!((&kept["note"], kept.get("decided_by")), (&json!("It names a child"), None));
    assert_eq!(public(&pat).await.len(), before);
}

#[tokio::test]
async fn who_edits_while_a_moderator_decides_and_who_decides_are_never_both_right() {
    let Ground { oak, pat, .. } = ground().await;
    let judge = oak.person("moderator").await;
    for n in 0..4 {
        let (_, media) = upload(&pat.api, "/api/v2/media", &picture(8, 8, ImageFormat::Png), "a picture").await;
        let risky = json!({ "status": format!("{RISKY} {n}"), "media_ids": [media["id"]] });
        let held = pat.api.post(STATUSES, &risky).await;
        let (there, release) = (path(&held), hold(&held, "/release"));
        let as_seen = json!({ "version": judge.api.get(&hold(&held, "")).await["version"] });
        let edit = json!({ "status": format!("UPN H801200001001 another {n}"), "media_ids": [media["id"]] });
        let (edited, decided) =
            tokio::join!(pat.api.send(Method::PUT, &there, &edit), judge.api.send(Method::POST, &release, &as_seen),);
        for answer in [&edited, &decided] {
            assert!([200, 409].contains(&answer.status), "{edited:?} {decided:?}");
        }
        // what went out is what the moderator saw; what was edited since waits
        let out: Vec<String> = public(&pat).await.iter().map(|status| text(&status["content"])).collect();
        assert!(out.iter().all(|content| !content.contains("another")), "{out:?}");
        let is_out = out.iter().any(|content| content.contains(&format!("H801200001001 has left us {n}")));
        assert_eq!(is_out, decided.status == 200, "{edited:?} {decided:?}");
        assert!(edited.status == 200 || decided.status == 200, "{edited:?} {decided:?}");
    }
    let held = write(&pat, RISKY).await;
    let seen = judge.api.get(&hold(&held, "")).await["version"].clone();
    pat.api.send(Method::PUT, &path(&held), &json!({ "status": "UPN H801200001001 that nobody saw" })).await.ok();
    for verb in ["/release", "/reject", "/ask_to_edit"] {
        let word = json!({ "reason": "no", "note": "no", "version": seen });
        assert_eq!(judge.asks(Method::POST, &hold(&held, verb), word).await, 409, "{verb}");
    }
    let now = judge.api.get(&hold(&held, "")).await["version"].clone();
    assert_eq!(judge.asks(Method::POST, &hold(&held, "/release"), json!({ "version": now })).await, 200);
}

#[tokio::test]
async fn a_thread_of_ones_own_goes_out_together_and_in_order() {
    let Ground { oak, pat, .. } = ground().await;
    let judge = oak.person("moderator").await;
    let first = write(&pat, RISKY).await;
    let second = answer(&pat, &first, "second").await;
    let third = answer(&pat, &second, "third").await;
    let quote = json!({ "status": "as I said", "quoted_status_id": first["id"] });
    let quote = pat.api.post(STATUSES, &quote).await;
    for waiting in [&second, &third, &quote] {
        assert_eq!(waiting["staffroom"]["held"]["rule"], Value::Null, "{waiting}");
    }
    assert_eq!(second["in_reply_to_id"], first["id"]);
    let boost = pat.api.post(&format!("{}/reblog", path(&first)), &json!({})).await;
    assert_eq!((&boost["id"], &boost["reblogged"]), (&first["id"], &json!(true)));
    assert_eq!(pat.api.post(&format!("{}/pin", path(&first)), &json!({})).await["pinned"], true);
    let around = pat.api.get(&format!("{}/context", path(&second))).await;
    assert_eq!((&around["ancestors"][0]["id"], &around["descendants"][0]["id"]), (&first["id"], &third["id"]));
    assert!(public(&pat).await.is_empty() && notices(&pat).await.len() == 1);

    judge.api.post(&hold(&first, "/release"), &json!({})).await;
    let mut now = Vec::new();
    for one in [&first, &second, &third, &quote] {
        now.push(pat.api.get(&path(one)).await);
    }
    assert!(now.iter().map(|one| text(&one["id"])).collect::<Vec<_>>().is_sorted());
    assert_eq!((&now[1]["in_reply_to_id"], &now[2]["in_reply_to_id"]), (&now[0]["id"], &now[1]["id"]));
    assert_eq!(now[3]["quote"]["quoted_status"]["id"], now[0]["id"]);
    assert_eq!((&now[0]["reblogs_count"], &now[0]["pinned"]), (&json!(1), &json!(true)));
    assert_eq!(public(&pat).await.len(), 5, "with the boost");

    let parent = write(&pat, RISKY).await;
    let child = answer(&pat, &parent, "with it").await;
    assert_eq!(pat.asks(Method::POST, &own(&child, "/review"), json!({})).await, 409);
    assert_eq!(pat.asks(Method::DELETE, &path(&parent), Value::Null).await, 200);
    assert_eq!(pat.asks(Method::GET, &path(&child), Value::Null).await, 404);
}

#[tokio::test]
async fn attachments_of_what_is_held_are_bound_to_it_and_shown_to_nobody() {
    let Ground { oak, pat, .. } = ground().await;
    let judge = oak.person("moderator").await;
    let server = server().await;
    let (_, media) = upload(&pat.api, "/api/v2/media", &picture(8, 8, ImageFormat::Png), "plan.png").await;
    let id = text(&media["id"]);
    let guest = server.api(None);
    let fetch = async |url: &Value| {
        let path = url.as_str().unwrap().strip_prefix(server.url()).unwrap();
        guest.request(Method::GET, path).send().await.unwrap().status().as_u16()
    };
    assert_eq!(fetch(&media["url"]).await, 200);
    let held = pat.api.post(STATUSES, &json!({ "status": RISKY, "media_ids": [id] })).await;
    let shown = held["media_attachments"][0].clone();
    for hidden in [&media["url"], &media["preview_url"]] {
        assert_eq!(fetch(hidden).await, 404);
    }
    // at an address its author was given, and who decides
    assert_eq!((fetch(&shown["url"]).await, fetch(&shown["preview_url"]).await), (200, 200));
    let by_judge = judge.api.get(&hold(&held, "")).await["status"]["media_attachments"][0].clone();
    assert_eq!(fetch(&by_judge["url"]).await, 200);
    let forged = shown["url"].as_str().unwrap().replace("/media/held/", "/media/held/x");
    assert_eq!(fetch(&json!(forged)).await, 404);
    let again = json!({ "status": "the plan", "media_ids": [id] });
    assert_eq!(pat.asks(Method::POST, STATUSES, again).await, 422);
    let described = json!({ "description": "another" });
    assert_eq!(pat.asks(Method::PUT, &format!("/api/v1/media/{id}"), described).await, 404);
    assert_eq!(pat.asks(Method::DELETE, &format!("/api/v1/media/{id}"), Value::Null).await, 422);

    let clean = json!({ "status": "Somebody has left us", "media_ids": [id] });
    let now = pat.api.send(Method::PUT, &path(&held), &clean).await.ok();
    assert_eq!(now["media_attachments"][0]["url"], media["url"]);
    assert_eq!((fetch(&media["url"]).await, fetch(&shown["url"]).await), (200, 404));
}

#[tokio::test]
async fn an_edit_and_a_scheduled_status_are_held_as_well() {
    let Ground { oak, pat, .. } = ground().await;
    let judge = oak.person("moderator").await;
    let published = write(&pat, "A fine day").await;
    let edited = pat.api.send(Method::PUT, &path(&published), &json!({ "status": RISKY })).await.ok();
    assert_eq!((&edited["content"], &edited["edited_at"]), (&published["content"], &Value::Null));
    assert_eq!(edited["staffroom"]["held"]["is_edit"], true);
    assert!(public(&pat).await[0]["staffroom"].is_null());
    let held = judge.api.get(HOLDS).await[0].clone();
    assert_eq!((&held["kind"], &held["edits"]), (&json!("edit"), &published["id"]));
    assert!(text(&held["status"]["content"]).contains("H801200001001"));
    assert_eq!(pat.asks(Method::POST, &own(&held, "/school"), json!({})).await, 409, "it is published already");
    judge.api.post(&hold(&held, "/release"), &json!({})).await;
    let now = public(&pat).await.remove(0);
    assert!(text(&now["content"]).contains("H801200001001") && now["edited_at"].is_string(), "{now}");

    let later = json!({ "status": RISKY, "scheduled_at": "2099-01-01T00:00:00Z" });
    let waiting = pat.api.post(STATUSES, &later).await;
    assert_eq!(waiting["params"]["text"], RISKY);
    let scheduled = format!("/api/v1/scheduled_statuses/{}", text(&waiting["id"]));
    assert_eq!(pat.api.get("/api/v1/scheduled_statuses").await[0]["id"], waiting["id"]);
    let moved = json!({ "scheduled_at": "2098-01-01T00:00:00Z" });
    let moved = pat.api.send(Method::PUT, &scheduled, &moved).await.ok();
    assert!(text(&moved["scheduled_at"]).starts_with("2098"), "{moved}");
    assert_eq!(judge.asks(Method::GET, &scheduled, Value::Null).await, 404);
    assert_eq!(pat.api.get(&own(&waiting, "")).await["kind"], "scheduled");
    judge.api.post(&hold(&waiting, "/release"), &json!({})).await;
    assert_eq!(pat.api.get(&scheduled).await["id"], waiting["id"], "it waits for its time");
    assert_eq!(public(&pat).await.len(), 1);
    let dropped = pat.api.post(STATUSES, &later).await;
    let scheduled = format!("/api/v1/scheduled_statuses/{}", text(&dropped["id"]));
    assert_eq!(pat.asks(Method::DELETE, &scheduled, Value::Null).await, 200);
    assert_eq!(pat.api.get(&own(&dropped, "")).await["state"], "withdrawn");
}
