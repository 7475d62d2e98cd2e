//! Every text somebody can put before others is judged, at every point where that can be done, and its clean twin passes.

use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::Puppet;
use staffroom_tests::wait::eventually;

use super::api::media::{picture, upload};
use super::moderation_rules::{admin, text};

/// Puts a word into a part of a note.
type Change = fn(&mut Value, &str);

/// Stands in what must not pass, and nowhere else.
const BAD: &str = "zugzwang";
const CREDENTIALS: &str = "/api/v1/accounts/update_credentials";
const STATUSES: &str = "/api/v1/statuses";

fn pack() -> String {
    let rule = |id: &str, action: &str, more: &str, words: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\nversion = 1\ndirection = [\"outbound\", \"inbound\"]\naction = \"{action}\"\n{more}\
             reason = \"It says so\"\nrationale = \"Nobody wants it.\"\nmust_match = [\"{words} {words}\"]\n\
             must_not_match = [\"nothing of it\"]\n"
        )
    };
    let mut pack = "[pack]\nid = \"points\"\nversion = 1\ntitle = \"Points\"\n".to_owned();
    let phrase = |words: &str| format!("[rule.when.phrase]\nany = [\"{words}\"]\n");
    pack += &(rule("bad-word", "hold", "", BAD) + &phrase(BAD));
    pack += &(rule("between-two", "hold", "visibility = [\"direct\"]\n", "tellnobody") + &phrase("tellnobody"));
    // what stands often is compared with all of itself: a little text makes much work
    for n in 0..16 {
        pack += &(rule(&format!("often-{n}"), "allow", "", "abc") + &phrase("abc"));
    }
    let near = "[rule.when.combine]\nnear = { rules = [\"often-0\", \"often-1\"], within = 10 }\n";
    pack + &rule("close", "label", "", "abc") + near
}

async fn held(api: &Api) -> usize {
    api.get("/api/staffroom/v1/held?state=held&limit=40").await.as_array().unwrap().len()
}

/// Sends `body` with the bad word and without it: the first is held, the second is not.
async fn is_held(api: &Api, method: Method, path: &str, body: impl Fn(&str) -> Value) {
    let before = held(api).await;
    let answer = api.send(method.clone(), path, &body(BAD)).await;
    assert_eq!((answer.status, held(api).await), (200, before + 1), "{method} {path}: {}", answer.json);
    let answer = api.send(method.clone(), path, &body("fine")).await;
    let now = held(api).await;
    // a clean edit takes the place of the one that was held
    let left = if method == Method::PUT { before } else { before + 1 };
    assert_eq!((answer.status, now), (200, left), "{method} {path}: {}", answer.json);
}

/// Sends `body` with the bad word and without it: the first is refused, the second is not.
async fn is_refused(api: &Api, method: Method, path: &str, body: impl Fn(&str) -> Value) {
    let refused = api.send(method.clone(), path, &body(BAD)).await;
    assert_eq!(refused.status, 422, "{method} {path}: {}", refused.json);
    assert!(text(&refused.json["error"]).contains("It says so"), "{}", refused.json);
    let passed = api.send(method.clone(), path, &body("fine")).await;
    assert_eq!(passed.status, 200, "{method} {path}: {}", passed.json);
}

#[tokio::test]
async fn every_part_of_a_status_is_judged_however_it_comes_about() {
    let [port] = free_ports();
    let server = ServerProcess::start_with_pack(port, &[], &pack()).await;
    let amy = server.member("amy");
    let poll = |word: &str| json!({ "options": ["this", word], "expires_in": 3600 });
    is_held(&amy, Method::POST, STATUSES, |word| json!({ "status": format!("so {word}") })).await;
    is_held(&amy, Method::POST, STATUSES, |word| json!({ "status": "so", "spoiler_text": word })).await;
    is_held(&amy, Method::POST, STATUSES, |word| json!({ "status": "which?", "poll": poll(word) })).await;
    is_held(&amy, Method::POST, STATUSES, |word| json!({ "status": format!("so #{word}") })).await;
    let later = "2099-01-01T00:00:00Z";
    is_held(&amy, Method::POST, STATUSES, |word| json!({ "status": word, "scheduled_at": later })).await;
    let status = amy.post(STATUSES, &json!({ "status": "clean" })).await;
    let there = format!("{STATUSES}/{}", text(&status["id"]));
    is_held(&amy, Method::PUT, &there, |word| json!({ "status": format!("now {word}") })).await;

    let private = |word: &str| json!({ "status": word, "visibility": "direct" });
    let (before, open) = (held(&amy).await, json!({ "status": "tellnobody" }));
    assert_eq!(amy.send(Method::POST, STATUSES, &open).await.status, 200);
    assert_eq!(held(&amy).await, before, "the rule is about direct ones alone");
    amy.post(STATUSES, &private("tellnobody")).await;
    assert_eq!(held(&amy).await, before + 1);
}

#[tokio::test]
async fn what_is_said_of_pictures_is_judged_and_their_file_names_go_nowhere() {
    let [port] = free_ports();
    let server = ServerProcess::start_with_pack(port, &[], &pack()).await;
    let amy = server.member("amy");
    let attach = async |description: &str| {
        let file = picture(8, 8, ImageFormat::Png);
        let (code, media) = upload(&amy, "/api/v2/media", &file, &format!("{BAD}.png")).await;
        assert!(code < 300, "{media}");
        let path = format!("/api/v1/media/{}", text(&media["id"]));
        let body = json!({ "description": description });
        assert_eq!(amy.send(Method::PUT, &path, &body).await.status, 200);
        (path, amy.post(STATUSES, &json!({ "status": "look", "media_ids": [media["id"]] })).await)
    };
    let (_, risky) = attach(&format!("{BAD} in the hall")).await;
    assert_eq!(risky["staffroom"]["held"]["rule"], "bad-word");
    let (media, clean) = attach("the hall").await;
    assert!(clean["staffroom"].is_null() && !clean.to_string().contains(BAD), "{clean}");
    let path = format!("/@amy/{}", text(&clean["id"]));
    let request = server.api(None).request(Method::GET, &path).header("accept", "application/activity+json");
    let document = request.send().await.unwrap().text().await.unwrap();
    assert!(document.contains("the hall") && !document.contains(BAD), "{document}");

    // what is published is described anew by editing it, and in no other way
    let answer = amy.send(Method::PUT, &media, &json!({ "description": BAD })).await;
    assert_eq!(answer.status, 404, "{}", answer.json);
    let id = clean["media_attachments"][0]["id"].clone();
    let edit = |word: &str| {
        let described = json!([{ "id": id, "description": format!("a {word} hall") }]);
        json!({ "status": "look", "media_ids": [id], "media_attributes": described })
    };
    let there = format!("{STATUSES}/{}", text(&clean["id"]));
    is_held(&amy, Method::PUT, &there, edit).await;
    let now = amy.get(&there).await;
    assert_eq!(now["media_attachments"][0]["description"], "a fine hall");
}

#[tokio::test]
async fn profiles_featured_hashtags_and_names_of_organisations_are_judged() {
    let [port] = free_ports();
    let server = ServerProcess::start_with_pack(port, &[], &pack()).await;
    let (amy, zoe) = (server.member("amy"), admin(&server, "zoe"));
    let patch = Method::PATCH;
    is_refused(&amy, patch.clone(), CREDENTIALS, |word| json!({ "display_name": word })).await;
    is_refused(&amy, patch.clone(), CREDENTIALS, |word| json!({ "note": format!("I say {word}") })).await;
    for (name, value) in [(true, false), (false, true)] {
        let field = |word: &str| {
            let of = |is: bool| if is { word } else { "plain" };
            json!({ "fields_attributes": [{ "name": of(name), "value": of(value) }] })
        };
        is_refused(&amy, patch.clone(), CREDENTIALS, field).await;
    }
    is_refused(&amy, patch, "/api/v1/profile", |word| json!({ "note": word })).await;
    is_refused(&amy, Method::POST, "/api/v1/featured_tags", |word| json!({ "name": word })).await;
    let feature = |word: &str| format!("/api/v1/tags/{word}/feature");
    assert_eq!(amy.send(Method::POST, &feature(BAD), &json!({})).await.status, 422);
    assert_eq!(amy.send(Method::POST, &feature("fine"), &json!({})).await.status, 200);

    let organisations = "/api/v1/staffroom/organisations";
    is_refused(&zoe, Method::POST, organisations, |word| json!({ "name": format!("{word} school") })).await;
    let elm = zoe.post(organisations, &json!({ "name": "Elm" })).await;
    let of_elm = format!("{organisations}/{}", text(&elm["id"]));
    is_refused(&zoe, Method::PUT, &of_elm, |word| json!({ "name": format!("{word} trust") })).await;
}

#[tokio::test]
async fn what_comes_in_is_judged_in_every_part_and_profiles_lose_what_is_held() {
    let [ours, theirs] = free_ports();
    let puppet = Puppet::start(theirs).await;
    let server = ServerProcess::start_with_pack(ours, &[theirs], &pack()).await;
    let amy = server.member("amy");
    let me = text(&amy.get("/api/v1/accounts/verify_credentials").await["uri"]);
    let (eve, inbox) = (puppet.actor("eve"), format!("{}/inbox", server.url()));
    let parts: [(&str, Change); 5] = [
        ("content", |note, word| note["content"] = json!(format!("<p>so <b>{word}</b></p>"))),
        ("summary", |note, word| note["summary"] = json!(word)),
        ("alt", |note, word| {
            let picture = json!({ "type": "Document", "mediaType": "image/png", "url": "http://x.example/a.png" });
            note["attachment"] = json!([picture]);
            note["attachment"][0]["name"] = json!(word);
        }),
        ("poll", |note, word| {
            note["type"] = json!("Question");
            note["oneOf"] = json!([{ "type": "Note", "name": word }, { "type": "Note", "name": "that" }]);
        }),
        ("silent hashtag", |note, word| {
            let href = format!("http://x.example/tags/{word}");
            let tag = json!({ "type": "Hashtag", "name": format!("#{word}"), "href": href });
            note["tag"].as_array_mut().unwrap().push(tag);
        }),
    ];
    let (mut bad, mut fine) = (0, 0);
    for (part, set) in parts {
        for word in [BAD, "fine"] {
            let mut note = eve.note("so", &[&me]);
            set(&mut note, word);
            assert_eq!(eve.deliver(&inbox, &eve.activity("Create", &note)).await, 202);
            if word == BAD {
                bad += 1;
            } else {
                fine += 1;
            }
            eventually(part, || async {
                let database = server.database();
                let (apart, shown) = (database.count("quarantined_statuses").await, database.count("statuses").await);
                if (apart, shown) == (bad, fine) { Ok(()) } else { Err((apart, shown)) }
            })
            .await;
        }
    }
    for (name, word) in [("mallory", BAD), ("sam", "fine")] {
        let actor = puppet.actor(name);
        let mut document = actor.document();
        document["name"] = json!(format!("The {word} one"));
        document["summary"] = json!(format!("<p>I say {word}</p>"));
        let field = json!({ "type": "PropertyValue", "name": "says", "value": word });
        document["attachment"] = json!([field]);
        puppet.publish(&document);
        let query = format!("/api/v2/search?type=accounts&resolve=true&q=%40{name}%40{}", puppet.host());
        let found = amy.get(&query).await["accounts"][0].clone();
        assert_eq!(found["username"], name, "{found}");
        let shows = found["note"].as_str().unwrap().contains("I say") && !found["fields"][0].is_null();
        assert_eq!((shows, found.to_string().contains(BAD)), (word == "fine", false), "{found}");
    }
}

#[tokio::test]
async fn what_is_too_much_work_waits_for_a_person_whichever_way_it_goes() {
    let [ours, theirs] = free_ports();
    let puppet = Puppet::start(theirs).await;
    let server = ServerProcess::start_with_pack(ours, &[theirs], &pack()).await;
    let amy = server.member("amy");
    let me = text(&amy.get("/api/v1/accounts/verify_credentials").await["uri"]);
    let much = "abc ".repeat(124);
    let status = amy.post(STATUSES, &json!({ "status": much })).await;
    let note = &status["staffroom"]["held"];
    assert!(text(&note["reason"]).contains("too long or too complex"), "{status}");
    assert_eq!(note["choices"], json!(["review", "school", "withdraw"]), "its author cannot wave it through");
    let little = amy.post(STATUSES, &json!({ "status": "abc abc" })).await;
    assert!(little["staffroom"].is_null(), "{little}");
    let profile = json!({ "note": much });
    assert_eq!(amy.send(Method::PATCH, CREDENTIALS, &profile).await.status, 422);

    let (eve, inbox) = (puppet.actor("eve"), format!("{}/inbox", server.url()));
    for words in [much.as_str(), "abc abc"] {
        assert_eq!(eve.deliver(&inbox, &eve.activity("Create", &eve.note(words, &[&me]))).await, 202);
    }
    eventually("one comes in, one waits", || async {
        let database = server.database();
        let shown = database.count("notifications WHERE status_id IN (SELECT id FROM statuses WHERE NOT local)").await;
        let apart = database.count("quarantined_statuses").await;
        if (apart, shown) == (1, 1) { Ok(()) } else { Err((apart, shown)) }
    })
    .await;
    for direction in ["outbound", "inbound"] {
        let counted = server.metric(&format!("moderation_incomplete_total{{direction=\"{direction}\"}}")).await;
        assert!(counted.is_some_and(|n| n >= 1.0), "{direction}: {counted:?}");
    }
    assert_eq!(server.database().count("moderation_decisions WHERE findings LIKE '%abc abc%'").await, 0);
}
