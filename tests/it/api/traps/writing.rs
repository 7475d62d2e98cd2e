//! Statuses: editing, polls, scheduling, deleting, filters.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};
use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::api::{server, somebody};

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} of {value}"))
}

fn path(status: &Value) -> String {
    format!("/api/v1/statuses/{}", text(status, "id"))
}

async fn upload(api: &Api, description: &str) -> Value {
    let mut picture = Cursor::new(Vec::new());
    RgbImage::new(9, 7).write_to(&mut picture, ImageFormat::Png).unwrap();
    let mut body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\n{description}\r\n\
         --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.png\"\r\n\r\n"
    )
    .into_bytes();
    body.extend(picture.into_inner());
    body.extend(b"\r\n--x--\r\n");
    let request = api.request(Method::POST, "/api/v2/media").header("content-type", "multipart/form-data; boundary=x");
    let answer = request.body(body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

fn attached(status: &Value) -> Vec<(&str, &str)> {
    let media = status["media_attachments"].as_array().unwrap().iter();
    media.map(|one| (text(one, "id"), text(one, "description"))).collect()
}

#[tokio::test]
async fn trap_31_a_poll_has_all_its_parts_in_their_kinds() {
    let ((me, _), (other, _)) = (somebody().await, somebody().await);
    let poll = json!({ "options": ["tea", "coffee"], "expires_in": 3600, "multiple": true });
    let status = me.post("/api/v1/statuses", &json!({ "status": "which?", "poll": poll })).await;
    let read = format!("/api/v1/polls/{}", text(&status["poll"], "id"));
    let seen = other.get(&read).await;
    assert_eq!((&seen["own_votes"], &seen["emojis"], &seen["voted"]), (&json!([]), &json!([]), &json!(false)));
    assert_eq!((&seen["multiple"], &seen["expired"]), (&json!(true), &json!(false)));
    assert!(text(&seen, "expires_at").ends_with('Z'));
    assert_eq!(seen["options"], json!([{ "title": "tea", "votes_count": 0 }, { "title": "coffee", "votes_count": 0 }]));
    let voted = other.post(&format!("{read}/votes"), &json!({ "choices": ["1", "0"] })).await;
    assert_eq!((&voted["votes_count"], &voted["voters_count"]), (&json!(2), &json!(1)));
    assert_eq!(
        other.send(Method::POST, &format!("{read}/votes"), &json!({ "choices": [1] })).await.status,
        422,
        "once"
    );
    assert_eq!(me.send(Method::POST, &format!("{read}/votes"), &json!({ "choices": [1] })).await.status, 422, "own");
    let guest = server().await.api(None).get(&path(&status)).await;
    assert_eq!((&guest["poll"]["own_votes"], &guest["poll"]["votes_count"]), (&json!([]), &json!(2)));
}

#[tokio::test]
async fn trap_32_no_word_goes_out_that_is_not_mastodons() {
    let (me, _) = somebody().await;
    for visibility in ["public", "unlisted", "private", "direct"] {
        let status = me.post("/api/v1/statuses", &json!({ "status": "x", "visibility": visibility })).await;
        assert_eq!(status["visibility"], visibility);
        let policy = status["quote_approval"]["current_user"].as_str().unwrap();
        assert!(["automatic", "manual", "denied", "unknown"].contains(&policy), "{policy}");
    }
    for visibility in ["local", "list", "mutual", "everyone"] {
        let refused =
            me.send(Method::POST, "/api/v1/statuses", &json!({ "status": "x", "visibility": visibility })).await;
        assert_eq!(refused.status, 422, "{visibility}: {}", refused.json);
    }
}

#[tokio::test]
async fn trap_33_an_edit_keeps_takes_out_and_orders_pictures_as_the_app_says() {
    let ((me, _), (fan, _)) = (somebody().await, somebody().await);
    let (a, b, c) = (upload(&me, "A").await, upload(&me, "B").await, upload(&me, "C").await);
    let ids = |list: &[&Value]| list.iter().map(|media| media["id"].clone()).collect::<Vec<_>>();
    let status = me.post("/api/v1/statuses", &json!({ "status": "three", "media_ids": ids(&[&a, &b, &c]) })).await;
    let path = path(&status);
    fan.post(&format!("{path}/favourite"), &json!({})).await;
    let edit = async |body: Value| me.send(Method::PUT, &path, &body).await.ok();
    let kept = edit(json!({ "status": "still three", "media_ids": ids(&[&a, &b, &c]) })).await;
    assert_eq!(attached(&kept), attached(&status));
    let turned = edit(json!({ "status": "turned", "media_ids": ids(&[&c, &a, &b]) })).await;
    assert_eq!(attached(&turned).iter().map(|one| one.1).collect::<String>(), "CAB");
    let words = json!([{ "id": a["id"], "description": "A in words" }]);
    let fewer = edit(json!({ "status": "fewer", "media_ids": ids(&[&a, &b]), "media_attributes": words })).await;
    assert_eq!(attached(&fewer).iter().map(|one| one.1).collect::<Vec<_>>(), ["A in words", "B"]);
    assert!(fewer["edited_at"].is_string());
    assert_eq!((&fewer["favourites_count"], &fewer["created_at"]), (&json!(1), &status["created_at"]));
    let history = me.get(&format!("{path}/history")).await;
    let lengths = history.as_array().unwrap().iter().map(|one| one["media_attachments"].as_array().unwrap().len());
    assert_eq!(lengths.collect::<Vec<_>>(), [3, 3, 3, 2]);
    assert_eq!(me.get(&format!("{path}/source")).await["text"], "fewer");
    let theirs = upload(&fan, "not mine").await;
    let stolen = json!({ "status": "fewer", "media_ids": ids(&[&a, &theirs]) });
    assert!(me.send(Method::PUT, &path, &stolen).await.status >= 400);
    assert_eq!(attached(&me.get(&path).await).len(), 2);
}

#[tokio::test]
async fn trap_34_what_is_deleted_can_be_written_anew() {
    let (me, _) = somebody().await;
    let picture = upload(&me, "A plan").await;
    let status = json!({ "status": "To *redraft* #x", "media_ids": [picture["id"]], "spoiler_text": "cw" });
    let written = me.post("/api/v1/statuses", &status).await;
    let gone = me.send(Method::DELETE, &path(&written), &Value::Null).await.ok();
    assert_eq!((&gone["text"], &gone["spoiler_text"]), (&json!("To *redraft* #x"), &json!("cw")));
    assert_eq!(gone["media_attachments"][0]["id"], picture["id"]);
    let anew = me.post("/api/v1/statuses", &status).await;
    assert_eq!(attached(&anew), [(text(&picture, "id"), "A plan")]);
    me.send(Method::DELETE, &format!("{}?delete_media=true", path(&anew)), &Value::Null).await.ok();
    assert_eq!(me.send(Method::POST, "/api/v1/statuses", &status).await.status, 422, "the picture is gone for good");
    let poll = json!({ "options": ["tea", "coffee"], "expires_in": 3600 });
    let asked = me.post("/api/v1/statuses", &json!({ "status": "which?", "poll": poll })).await;
    let gone = me.send(Method::DELETE, &path(&asked), &Value::Null).await.ok();
    assert_eq!(gone["poll"]["options"][1]["title"], "coffee");
}

#[tokio::test]
async fn trap_35_what_is_to_be_published_later_is_no_status_yet() {
    let ((me, _), (other, _)) = (somebody().await, somebody().await);
    let now = me.post("/api/v1/statuses", &json!({ "status": "what time is it?" })).await;
    let now = OffsetDateTime::parse(text(&now, "created_at"), &Rfc3339).unwrap();
    let at = |minutes: i64| (now + time::Duration::minutes(minutes)).format(&Rfc3339).unwrap();
    let later = me.post("/api/v1/statuses", &json!({ "status": "later", "scheduled_at": at(30) })).await;
    assert!(later.get("content").is_none() && later["scheduled_at"].is_string(), "{later}");
    assert_eq!((&later["params"]["text"], &later["media_attachments"]), (&json!("later"), &json!([])));
    assert!(me.statuses_with("/api/v1/timelines/home", "later").await.is_empty());
    for wrong in [json!(at(1)), json!(at(-60)), json!("tomorrow")] {
        let refused = me.send(Method::POST, "/api/v1/statuses", &json!({ "status": "x", "scheduled_at": wrong })).await;
        assert_eq!(refused.status, 422, "{wrong}: {}", refused.json);
    }
    let path = format!("/api/v1/scheduled_statuses/{}", text(&later, "id"));
    assert_eq!(other.send(Method::GET, &path, &Value::Null).await.status, 404);
    assert_eq!(me.get("/api/v1/scheduled_statuses").await[0]["id"], later["id"]);
    me.send(Method::DELETE, &path, &Value::Null).await.ok();
    assert_eq!(me.get("/api/v1/scheduled_statuses").await, json!([]));
}

#[tokio::test]
async fn trap_42_filters_are_applied_here_and_both_versions_are_one() {
    let ((me, _), (other, handle)) = (somebody().await, somebody().await);
    let id = text(&other.get("/api/v1/accounts/verify_credentials").await, "id").to_owned();
    me.post(&format!("/api/v1/accounts/{id}/follow"), &json!({})).await;
    let filter = json!({
        "title": "exams", "context": ["home"], "filter_action": "warn",
        "keywords_attributes": [{ "keyword": "gcse", "whole_word": true }],
    });
    let filter = me.post("/api/v2/filters", &filter).await;
    let keyword = text(&filter["keywords"][0], "id").to_owned();
    let status = other.post("/api/v1/statuses", &json!({ "status": format!("GCSE results by {handle}") })).await;
    let seen = &me.statuses_with("/api/v1/timelines/home", &handle).await[0];
    assert_eq!(seen["filtered"][0]["filter"]["title"], "exams");
    assert_eq!(seen["filtered"][0]["keyword_matches"], json!(["gcse"]));
    assert_eq!(other.get(&path(&status)).await["filtered"], json!([]), "one's own filters alone");
    let old = me.get("/api/v1/filters").await;
    assert_eq!((text(&old[0], "id"), text(&old[0], "phrase")), (&*keyword, "gcse"), "the id is the keyword's");
    assert_eq!((&old[0]["irreversible"], &old[0]["whole_word"]), (&json!(false), &json!(true)));
    assert_eq!(other.send(Method::DELETE, &format!("/api/v1/filters/{keyword}"), &Value::Null).await.status, 404);
    let hide = json!({ "phrase": "gcse", "context": ["home"], "irreversible": true, "whole_word": true });
    me.send(Method::PUT, &format!("/api/v1/filters/{keyword}"), &hide).await.ok();
    let seen = &me.statuses_with("/api/v1/timelines/home", &handle).await[0];
    assert_eq!(seen["filtered"][0]["filter"]["filter_action"], "hide", "apps leave it out");
    me.send(Method::DELETE, &format!("/api/v1/filters/{keyword}"), &Value::Null).await.ok();
    assert_eq!(me.statuses_with("/api/v1/timelines/home", &handle).await[0]["filtered"], json!([]));
}

#[tokio::test]
async fn trap_42_a_filter_of_the_old_form_is_called_by_its_phrase_and_another_keeps_its_name() {
    let (me, _) = somebody().await;
    let old = me.post("/api/v1/filters", &json!({ "phrase": "exams", "context": ["home"] })).await;
    let named = json!({ "title": "School", "context": ["home"], "keywords_attributes": [{ "keyword": "gcse" }] });
    let named = me.post("/api/v2/filters", &named).await;
    let change = json!({ "phrase": "tests", "context": ["home", "public"] });
    for id in [text(&old, "id"), text(&named["keywords"][0], "id")] {
        let changed = me.send(Method::PUT, &format!("/api/v1/filters/{id}"), &change).await.ok();
        assert_eq!((&changed["phrase"], &changed["context"]), (&json!("tests"), &json!(["home", "public"])));
    }
    let mut titles: Vec<String> = Vec::new();
    for filter in me.get("/api/v2/filters").await.as_array().unwrap() {
        assert_eq!(filter["keywords"][0]["keyword"], "tests");
        titles.push(text(filter, "title").to_owned());
    }
    titles.sort();
    assert_eq!(titles, ["School", "tests"]);
}

#[tokio::test]
async fn trap_52_pictures_are_served_in_parts_and_to_every_origin() {
    let (me, _) = somebody().await;
    let picture = upload(&me, "A plan").await;
    let path = text(&picture, "url").strip_prefix(server().await.url()).unwrap().to_owned();
    let guest = server().await.api(None);
    let whole = guest.request(Method::GET, &path).header("origin", "https://app.test").send().await.unwrap();
    assert_eq!(whole.headers()["access-control-allow-origin"], "*");
    assert_eq!(whole.headers()["accept-ranges"], "bytes");
    let whole = whole.bytes().await.unwrap();
    let part = guest.request(Method::GET, &path).header("range", "bytes=2-5").send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], format!("bytes 2-5/{}", whole.len()).as_str());
    assert_eq!(part.bytes().await.unwrap(), whole.slice(2..6));
    let beyond = guest.request(Method::GET, &path).header("range", "bytes=999999-").send().await.unwrap();
    assert_eq!(beyond.status(), 416);
}
