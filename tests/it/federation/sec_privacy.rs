//! Attacks on who sees what: boosts of what is private, audiences that grow, hidden recipients, blocked people on
//! detours, pictures after their status is gone.

use std::io::Cursor;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::puppet::{self, PUBLIC, draft};
use staffroom_tests::wait::eventually;

use super::hostile::{Scene, scene};
use super::network::{actor_uri, find, none_with, one_with, text};

const HOME: &str = "/api/v1/timelines/home";

impl Scene {
    async fn written(&self, words: &str, visibility: &str) -> Value {
        self.amy.post("/api/v1/statuses", &json!({ "status": words, "visibility": visibility })).await
    }

    async fn status_of(&self, api: &Api, method: Method, path: &str) -> u16 {
        api.send(method, path, &Value::Null).await.status
    }
}

#[tokio::test]
async fn sec_62_what_is_private_is_passed_on_by_nobody() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let (ben, cat) = (scene.server.member("ben"), scene.server.member("cat"));
    let amy_id = text(&scene.amy.get("/api/v1/accounts/verify_credentials").await["id"]).to_owned();
    ben.post(&format!("/api/v1/accounts/{amy_id}/follow"), &json!({})).await;
    scene.deliver(&scene.eve, &scene.eve.activity("Follow", &json!(me))).await;
    let stranger = scene.puppet.actor("stranger");
    for visibility in ["private", "direct"] {
        let status = scene.written(&format!("@eve@{} {visibility} words", scene.puppet.host()), visibility).await;
        let path = format!("/api/v1/statuses/{}", text(&status["id"]));
        // by a follower elsewhere who may read it, by a stranger; liked by a stranger
        for (actor, kind) in [(&scene.eve, "Announce"), (&stranger, "Announce"), (&stranger, "Like")] {
            scene.deliver(actor, &actor.activity(kind, &status["uri"])).await;
        }
        let seen = scene.amy.get(&path).await;
        assert_eq!((&seen["reblogs_count"], &seen["favourites_count"]), (&json!(0), &json!(0)), "{visibility}");
        // by a follower here, by somebody here who may not read it
        for api in [&ben, &cat] {
            let refused = scene.status_of(api, Method::POST, &format!("{path}/reblog")).await;
            assert!((400..500).contains(&refused), "{visibility}: {refused}");
        }
        assert_eq!(scene.status_of(&cat, Method::POST, &format!("{path}/favourite")).await, 404);
        assert!(cat.statuses_with(HOME, "words").await.is_empty());
        // the author may boost to followers what followers have already
        let own = scene.status_of(&scene.amy, Method::POST, &format!("{path}/reblog")).await;
        assert_eq!(own == 200, visibility == "private", "{visibility}: {own}");
    }
    // somebody else's private words, boosted to us by another, are not fetched or shown
    let mut secret = stranger.note("stranger's secret", &[]);
    secret["to"] = json!([format!("{}/followers", stranger.uri)]);
    scene.puppet.publish(&secret);
    scene.deliver(&scene.eve, &scene.eve.activity("Announce", &secret["id"])).await;
    assert!(scene.amy.statuses_with(HOME, "secret").await.is_empty());
    // the twin: what is public is passed on
    let open = stranger.note("for everybody", &[]);
    scene.deliver(&scene.eve, &scene.eve.activity("Announce", &open["id"])).await;
    eventually("the boost shows", || async {
        let home = scene.amy.get(HOME).await.to_string();
        if home.contains("for everybody") { Ok(()) } else { Err(()) }
    })
    .await;
}

#[tokio::test]
async fn sec_63_an_audience_never_grows_and_every_spelling_is_understood() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let followers = format!("{}/followers", scene.eve.uri);
    for (what, to, cc) in [("private", json!([followers]), json!([])), ("direct", json!([me]), json!([]))] {
        let mut note = scene.eve.note(&format!("{what} note"), &[]);
        (note["to"], note["cc"]) = (to, cc);
        note["tag"] = json!([{ "type": "Mention", "href": me }]);
        scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
        let path = format!("/api/v1/statuses/{}", scene.id_of(&note).await);
        assert_eq!(scene.amy.get(&path).await["visibility"], what);
        for wider in [PUBLIC, "as:Public", "Public"] {
            note["content"] = json!(format!("{what} note to {wider}"));
            note["to"] = json!([wider, me]);
            note["cc"] = json!([wider]);
            note["updated"] = json!(puppet::now());
            scene.deliver(&scene.eve, &scene.eve.activity("Update", &note)).await;
            assert_eq!(scene.amy.get(&path).await["visibility"], what, "{wider}");
        }
        let cat = scene.server.member(&format!("cat{}", what.len()));
        assert_eq!(scene.status_of(&cat, Method::GET, &path).await, 404);
    }
    for (n, (spelling, in_cc)) in [
        (PUBLIC, false),
        ("as:Public", false),
        ("Public", false),
        (PUBLIC, true),
        ("as:Public", true),
        ("Public", true),
    ]
    .into_iter()
    .enumerate()
    {
        let mut note = scene.eve.note(&format!("spelling {n}"), &[]);
        (note["to"], note["cc"]) =
            if in_cc { (json!([followers]), json!(spelling)) } else { (json!(spelling), json!([])) };
        scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
        let seen = one_with(&scene.amy, HOME, &format!("spelling {n}")).await;
        assert_eq!(seen["visibility"], if in_cc { "unlisted" } else { "public" }, "{spelling}");
    }
    // what only looks like everybody is nobody
    for spelling in ["as:public", "https://www.w3.org/ns/activitystreams#public", "http://evil.example/#Public"] {
        let mut note = scene.eve.note("not everybody", &[]);
        (note["to"], note["cc"]) = (json!([spelling, me]), json!([]));
        scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
        let path = format!("/api/v1/statuses/{}", scene.id_of(&note).await);
        assert_eq!(scene.amy.get(&path).await["visibility"], "direct", "{spelling}");
    }
}

#[tokio::test]
async fn sec_64_hidden_recipients_stay_hidden() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    scene.deliver(&scene.eve, &scene.eve.activity("Follow", &json!(me))).await;
    // what comes with hidden recipients is taken, and does not show them
    let mut note = scene.eve.note("with hidden ones", &[&me]);
    note["bto"] = json!([scene.puppet.url("/users/hidden")]);
    note["bcc"] = json!([scene.puppet.url("/users/hidden")]);
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    let seen = one_with(&scene.amy, HOME, "with hidden ones").await;
    assert!(!seen.to_string().contains("/users/hidden"));
    // and nothing that leaves has any, whatever it is
    let reply = json!({ "status": "an answer", "in_reply_to_id": seen["id"] });
    let answer = scene.amy.post("/api/v1/statuses", &reply).await;
    let path = format!("/api/v1/statuses/{}", text(&answer["id"]));
    scene.amy.post(&format!("/api/v1/statuses/{}/reblog", text(&seen["id"])), &json!({})).await;
    scene.amy.post(&format!("/api/v1/statuses/{}/favourite", text(&seen["id"])), &json!({})).await;
    for visibility in ["public", "unlisted", "private", "direct"] {
        scene.written(&format!("@eve@{} for you", scene.puppet.host()), visibility).await;
    }
    scene.amy.send(Method::DELETE, &path, &Value::Null).await.ok();
    eventually("everything has left", || async {
        let kinds: std::collections::BTreeSet<String> =
            scene.puppet.received().iter().map(|one| text(&one.activity["type"]).to_owned()).collect();
        let missing =
            ["Create", "Announce", "Like", "Delete", "Accept", "Follow"].iter().any(|kind| !kinds.contains(*kind));
        if missing { Err(kinds) } else { Ok(()) }
    })
    .await;
    let fetched = [scene.eve.fetch(&me).await.1, scene.eve.fetch(text(&answer["uri"])).await.1];
    for document in scene.puppet.received().into_iter().map(|one| one.activity).chain(fetched) {
        let document = document.to_string();
        assert!(!document.contains("\"bto\"") && !document.contains("\"bcc\""), "{document}");
    }
}

#[tokio::test]
async fn sec_65_the_shared_inbox_shows_nothing_to_others() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let cat = scene.server.member("cat");
    let cat_id = text(&cat.get("/api/v1/accounts/verify_credentials").await["id"]).to_owned();
    // cat follows the author as well, and still is not addressed
    let found = find(&cat, &format!("@eve@{}", scene.puppet.host())).await;
    cat.post(&format!("/api/v1/accounts/{}/follow", text(&found["id"])), &json!({})).await;
    let mut note = scene.eve.note("for amy alone", &[&me]);
    (note["to"], note["cc"]) = (json!([me]), json!([]));
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    one_with(&scene.amy, HOME, "for amy alone").await;
    let id = scene.id_of(&note).await;
    assert_eq!(scene.status_of(&cat, Method::GET, &format!("/api/v1/statuses/{id}")).await, 404);
    assert_eq!(scene.status_of(&cat, Method::GET, &format!("/api/v1/statuses/{id}/context")).await, 404);
    assert_eq!(scene.status_of(&scene.server.api(None), Method::GET, &format!("/api/v1/statuses/{id}")).await, 404);
    for path in [
        HOME,
        "/api/v1/timelines/public",
        "/api/v1/notifications",
        &format!("/api/v1/accounts/{}/statuses", text(&found["id"])),
        &format!("/api/v1/accounts/{cat_id}/statuses"),
        "/api/v2/search?q=amy+alone",
    ] {
        assert!(!cat.get(path).await.to_string().contains("for amy alone"), "{path}");
    }
}

#[tokio::test]
async fn sec_70_pictures_have_names_nobody_guesses_and_go_with_their_status() {
    let scene = scene().await;
    let mut png = Cursor::new(Vec::new());
    image::RgbImage::new(8, 8).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n".to_vec();
    body.extend(png.into_inner());
    body.extend(b"\r\n--x--\r\n");
    let upload =
        scene.amy.request(Method::POST, "/api/v2/media").header("content-type", "multipart/form-data; boundary=x");
    let media: Value = upload.body(body).send().await.unwrap().json().await.unwrap();
    let words = json!({ "status": "private picture", "visibility": "private", "media_ids": [media["id"]] });
    let status = scene.amy.post("/api/v1/statuses", &words).await;
    let url = text(&status["media_attachments"][0]["url"]).to_owned();
    let path = url.strip_prefix(scene.server.url()).unwrap().to_owned();
    let name = path.rsplit('/').next().unwrap().split('.').next().unwrap();
    assert!(name.len() * 6 >= 128, "{name}: too short to be unguessable");
    let get =
        async |path: &str| scene.server.api(None).request(Method::GET, path).send().await.unwrap().status().as_u16();
    assert_eq!(get(&path).await, 200);
    let folder = path.rsplit_once('/').unwrap().0;
    for guess in
        [format!("{folder}/"), format!("{folder}/../../secret.key"), path.replace(name, "a"), "/media/".to_owned()]
    {
        assert_eq!(get(&guess).await, 404, "{guess}");
    }
    scene.amy.send(Method::DELETE, &format!("/api/v1/statuses/{}", text(&status["id"])), &Value::Null).await.ok();
    eventually("the picture is gone", || async {
        let status = get(&path).await;
        if status == 404 || status == 410 { Ok(()) } else { Err(status) }
    })
    .await;
}

#[tokio::test]
async fn sec_72_the_blocked_find_no_detour() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let mallory = scene.puppet.actor("mallory");
    scene.deliver(&mallory, &mallory.activity("Follow", &json!(me))).await;
    scene.deliver(&scene.eve, &scene.eve.activity("Follow", &json!(me))).await;
    let status = scene.written("amy's words", "public").await;
    let private = scene.written("amy's quiet words", "private").await;
    let blocked = find(&scene.amy, &format!("@mallory@{}", scene.puppet.host())).await;
    scene.amy.post(&format!("/api/v1/accounts/{}/block", text(&blocked["id"])), &json!({})).await;
    scene.amy.post("/api/v1/notifications/clear", &json!({})).await;
    let followers = async || scene.amy.get("/api/v1/accounts/verify_credentials").await["followers_count"].clone();
    assert_eq!(followers().await, 1, "mallory's follow ended");

    let mut reply = mallory.note("mallory answers", &[&me]);
    reply["inReplyTo"] = status["uri"].clone();
    let mut through_eve = mallory.note("mallory answers eve and names amy", &[&scene.eve.uri, &me]);
    let by_eve = scene.eve.note("eve answers", &[&me]);
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &by_eve)).await;
    through_eve["inReplyTo"] = by_eve["id"].clone();
    let vote = json!({ "id": scene.puppet.new_id("votes"), "type": "Note", "attributedTo": mallory.uri, "name": "yes",
                       "inReplyTo": status["uri"], "to": [me] });
    for activity in [
        mallory.activity("Create", &reply),
        mallory.activity("Create", &through_eve),
        mallory.activity("Like", &status["uri"]),
        mallory.activity("Announce", &status["uri"]),
        mallory.activity("Follow", &json!(me)),
        mallory.activity("Create", &vote),
        mallory.activity("Update", &mallory.document()),
    ] {
        scene.deliver(&mallory, &activity).await;
    }
    // boosted by somebody amy follows, it does not reach amy either
    scene.deliver(&scene.eve, &scene.eve.activity("Announce", &reply["id"])).await;
    let seen = scene.amy.get(&format!("/api/v1/statuses/{}", text(&status["id"]))).await;
    let counts = [&seen["favourites_count"], &seen["reblogs_count"]];
    assert_eq!(counts, [&json!(0), &json!(0)]);
    assert_eq!(followers().await, 1);
    let told = scene.amy.get("/api/v1/notifications").await.to_string();
    assert!(!told.contains("mallory"), "{told}");
    none_with(&scene.amy, HOME, "mallory").await;
    let context = scene.amy.get(&format!("/api/v1/statuses/{}/context", text(&status["id"]))).await.to_string();
    assert!(!context.contains("mallory answers"), "{context}");
    // and mallory reads nothing by signing for it
    assert_eq!(mallory.fetch(text(&private["uri"])).await.0, 404);
    eventually("eve reads it", || async {
        let (status, _) = scene.eve.fetch(text(&private["uri"])).await;
        if status == 200 { Ok(()) } else { Err(status) }
    })
    .await;
    let (unsigned, _) = puppet::send(draft("GET", text(&private["uri"]), b"")).await;
    assert_eq!(unsigned, 404);
}

#[tokio::test]
async fn sec_62_who_may_not_see_a_status_puts_nothing_below_it() {
    let scene = scene().await;
    let (me, mallory) = (actor_uri(&scene.amy).await, scene.puppet.actor("mallory"));
    let eve = format!("@eve@{}", scene.eve.puppet.host());
    let below = async |parent: &Value| {
        let path = format!("/api/v1/statuses/{}", text(&parent["id"]));
        let thread = scene.amy.get(&format!("{path}/context")).await;
        let words: Vec<String> =
            thread["descendants"].as_array().unwrap().iter().map(|it| text(&it["content"]).to_owned()).collect();
        (words, scene.amy.get(&path).await["replies_count"].as_i64().unwrap())
    };
    for (visibility, words) in [("direct", format!("between us {eve}")), ("private", "among us".to_owned())] {
        let parent = scene.written(&words, visibility).await;
        // public, and to amy alone
        for recipient in [PUBLIC, me.as_str()] {
            let mut intruding = mallory.note("pushed in", &[&me]);
            intruding["to"] = json!([recipient, me]);
            intruding["inReplyTo"] = parent["uri"].clone();
            scene.deliver(&mallory, &mallory.activity("Create", &intruding)).await;
            assert!(scene.id_of(&intruding).await > 0, "it stands for itself: amy is named");
        }
        assert_eq!(below(&parent).await, (vec![], 0), "{visibility}");
    }
    let parent = scene.written(&format!("once more between us {eve}"), "direct").await;
    let mut reply = scene.eve.note("well said", &[&me]);
    reply["to"] = json!([me]);
    reply["inReplyTo"] = parent["uri"].clone();
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &reply)).await;
    let (words, count) = below(&parent).await;
    assert!(count == 1 && words.len() == 1 && words[0].contains("well said"), "{words:?} {count}");
}

#[tokio::test]
async fn sec_62_how_many_direct_statuses_somebody_writes_is_not_counted() {
    let scene = scene().await;
    let counted =
        async || scene.amy.get("/api/v1/accounts/verify_credentials").await["statuses_count"].as_i64().unwrap();
    let mut written = Vec::new();
    for (visibility, count) in [("direct", 0), ("public", 1), ("private", 2), ("direct", 2)] {
        written.push(scene.written("words", visibility).await);
        assert_eq!(counted().await, count, "{visibility}");
    }
    for (status, count) in written.iter().rev().zip([2, 1, 0, 0]) {
        let path = format!("/api/v1/statuses/{}", text(&status["id"]));
        assert_eq!(scene.status_of(&scene.amy, Method::DELETE, &path).await, 200);
        assert_eq!(counted().await, count);
    }
}
