//! What rules are told about author, rate, attachments and known names, and that it cannot be got round cheaply.

use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::{self, Actor, Puppet};
use staffroom_tests::wait::eventually;

use super::api::media::{picture, upload};
use super::federation::network::{actor_uri, follow_puppet};
use super::moderation_rules::{admin, says, text};

const STATUSES: &str = "/api/v1/statuses";
const LINK: &str = "Look at this https://page.example/offer";
const PACK: &str = r#"
[pack]
id = "facts"
version = 1
title = "What is known around a text"

[[rule]]
id = "newcomer"
version = 1
direction = ["outbound"]
action = "allow"
reason = "Its author is new"
rationale = "Serves newcomers-links."
must_match = [{ facts = { actor = { age_days = 1, is_first_post = true } } }]
must_not_match = ["hello"]
[rule.when.actor]
younger-than-days = 7
is-first-post = true

[[rule]]
id = "link"
version = 1
direction = ["outbound"]
action = "allow"
reason = "It holds a link"
rationale = "Serves newcomers-links."
must_match = ["see https://shop.test/x"]
must_not_match = ["see me"]
[rule.when.rate]
links = 1

[[rule]]
id = "newcomers-links"
version = 1
direction = ["outbound"]
action = "nudge"
reason = "It is your first, and holds a link"
rationale = "Accounts that were taken over begin like that."
must_match = [{ text = "see https://shop.test/x", facts = { actor = { age_days = 1, is_first_post = true } } }]
must_not_match = ["see https://shop.test/x"]
[rule.when.combine]
all = ["newcomer", "link"]

[[rule]]
id = "busy"
version = 1
direction = ["outbound"]
tags = ["busy"]
action = "hold"
reason = "You write much"
rationale = "Somebody may have your password."
must_match = [{ text = "again #busy", facts = { rate = { posts_last_hour = 3 } } }]
must_not_match = ["again #busy"]
[rule.when.rate]
posts-last-hour = 3

[[rule]]
id = "undescribed"
version = 1
direction = ["outbound"]
action = "nudge"
reason = "Its picture is not described"
rationale = "Some of us cannot see it."
must_match = [{ facts = { media = [{ mime = "image/png", has_description = false }] } }]
must_not_match = [{ facts = { media = [{ mime = "image/png", has_description = true }] } }]
[rule.when.media]
types = ["image/"]
has-description = false

[[rule]]
id = "to-strangers"
version = 1
direction = ["outbound"]
action = "hold"
tags = ["stranger"]
reason = "It answers somebody who does not follow you"
rationale = "They may not want it."
must_match = [{ text = "well #stranger", facts = { object = { is_reply_to_stranger = true } } }]
must_not_match = ["well #stranger"]
[rule.when.object]
is-reply-to-stranger = true
"#;

/// The rule by which a status is held; empty when it is published.
async fn held_by(api: &Api, body: &Value) -> String {
    text(&api.post(STATUSES, body).await["staffroom"]["held"]["rule"])
}

#[tokio::test]
async fn a_first_post_with_a_link_is_held_of_a_new_account_and_not_of_an_old_one() {
    let [port] = free_ports();
    let server = ServerProcess::start_with_pack(port, &[], PACK).await;
    let (amy, zoe) = (server.member("amy"), server.member("zoe"));
    server.database().change("UPDATE accounts SET created_at = 1 WHERE username = 'zoe'").await;
    let link = json!({ "status": LINK });
    assert_eq!(held_by(&zoe, &link).await, "");
    // neither what is held nor what few can read makes it another than the first
    let direct = json!({ "status": "Psst", "visibility": "direct" });
    assert_eq!((held_by(&amy, &link).await.as_str(), held_by(&amy, &direct).await.as_str()), ("newcomers-links", ""));
    let hello = amy.post(STATUSES, &json!({ "status": "Hello" })).await;
    let path = format!("{STATUSES}/{}", text(&hello["id"]));
    let edited = amy.send(Method::PUT, &path, &link).await.ok();
    assert_eq!(edited["staffroom"]["held"]["rule"], "newcomers-links", "it still is the first");
    amy.send(Method::DELETE, &path, &json!({})).await.ok();
    assert_eq!(held_by(&amy, &link).await, "newcomers-links");
    assert_eq!(held_by(&amy, &json!({ "status": "Hello again" })).await, "");
    assert_eq!(held_by(&amy, &link).await, "");
}

#[tokio::test]
async fn what_somebody_published_within_the_hour_is_counted_also_when_it_is_gone() {
    let [port] = free_ports();
    let server = ServerProcess::start_with_pack(port, &[], PACK).await;
    let (amy, zoe) = (server.member("amy"), server.member("zoe"));
    let busy = json!({ "status": "Busy day #busy" });
    let first = amy.post(STATUSES, &json!({ "status": "One" })).await;
    let second = amy.post(STATUSES, &busy).await;
    assert!(second["staffroom"].is_null(), "{second}");
    assert_eq!(says(&amy, "Busy day #busy").await, "hold");
    let path = |status: &Value| format!("{STATUSES}/{}", text(&status["id"]));
    let edited = amy.send(Method::PUT, &path(&second), &json!({ "status": "Busy days #busy" })).await.ok();
    assert!(edited["staffroom"].is_null(), "an edit is no further one: {edited}");
    amy.send(Method::DELETE, &path(&first), &json!({})).await.ok();
    assert_eq!(held_by(&amy, &busy).await, "busy");
    assert_eq!(held_by(&zoe, &busy).await, "", "others are others");
}

#[tokio::test]
async fn pictures_are_told_by_their_kind_and_whether_they_are_described() {
    let [port] = free_ports();
    let server = ServerProcess::start_with_pack(port, &[], PACK).await;
    let amy = server.member("amy");
    for (description, rule) in [("", "undescribed"), ("  ", "undescribed"), ("The hall", "")] {
        let (code, media) = upload(&amy, "/api/v2/media", &picture(8, 8, ImageFormat::Png), "a.png").await;
        assert!(code < 300, "{media}");
        let path = format!("/api/v1/media/{}", text(&media["id"]));
        amy.send(Method::PUT, &path, &json!({ "description": description })).await.ok();
        let body = json!({ "status": "Look", "media_ids": [media["id"]] });
        assert_eq!(held_by(&amy, &body).await, rule, "{description:?}");
    }
}

#[tokio::test]
async fn who_does_not_follow_the_author_is_a_stranger() {
    let [port] = free_ports();
    let server = ServerProcess::start_with_pack(port, &[], PACK).await;
    let (amy, zoe) = (server.member("amy"), server.member("zoe"));
    let asked = zoe.post(STATUSES, &json!({ "status": "Who knows?" })).await;
    let answer = |to: &Value| json!({ "status": "I do #stranger", "in_reply_to_id": to["id"] });
    let own = amy.post(STATUSES, &json!({ "status": "I wonder" })).await;
    assert_eq!(held_by(&amy, &answer(&own)).await, "");
    assert_eq!(held_by(&amy, &answer(&asked)).await, "to-strangers");
    let me = amy.get("/api/v1/accounts/verify_credentials").await;
    zoe.post(&format!("/api/v1/accounts/{}/follow", text(&me["id"])), &json!({})).await;
    assert_eq!(held_by(&amy, &answer(&asked)).await, "");
}

struct Ground {
    server: ServerProcess,
    puppet: Puppet,
    amy: Api,
    me: String,
    inbox: String,
}

async fn ground() -> Ground {
    let [ours, theirs] = free_ports();
    let puppet = Puppet::start(theirs).await;
    let server = ServerProcess::start_with_pack(ours, &[theirs], PACK).await;
    let amy = server.member("amy");
    let (me, inbox) = (actor_uri(&amy).await, format!("{}/inbox", server.url()));
    Ground { server, puppet, amy, me, inbox }
}

impl Ground {
    fn actor(&self, name: &str, since: &str) -> Actor {
        let actor = self.puppet.actor(name);
        let mut document = actor.document();
        document["published"] = json!(since);
        self.puppet.publish(&document);
        actor
    }

    /// Writes to amy; whether it waits for a moderator.
    async fn waits(&self, actor: &Actor, words: &str) -> bool {
        let note = actor.note(words, &[&self.me]);
        assert_eq!(actor.deliver(&self.inbox, &actor.activity("Create", &note)).await, 202);
        let uri = text(&note["id"]);
        eventually("it came in, or waits", || async {
            let database = self.server.database();
            let shown = database.count(&format!("statuses WHERE uri = '{uri}'")).await;
            let apart = database.count(&format!("quarantined_statuses WHERE uri = '{uri}'")).await;
            if shown + apart == 1 { Ok(apart == 1) } else { Err((shown, apart)) }
        })
        .await
    }
}

#[tokio::test]
async fn a_link_of_a_new_stranger_waits_and_what_strangers_do_makes_no_acquaintance() {
    let ground = ground().await;
    let sam = ground.actor("sam", "2020-01-01T00:00:00Z");
    assert!(!ground.waits(&sam, LINK).await, "an old account");
    let eve = ground.actor("eve", &puppet::now());
    assert!(!ground.waits(&eve, "Hello").await, "no link");
    let follow = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": ground.puppet.new_id("follows"), "type": "Follow",
        "actor": eve.uri, "object": ground.me,
    });
    assert_eq!(eve.deliver(&ground.inbox, &follow).await, 202);
    eventually("eve follows amy", || async {
        let followers = "follows WHERE target_id IN (SELECT id FROM accounts WHERE username = 'amy')";
        let followers = ground.server.database().count(followers).await;
        if followers == 1 { Ok(()) } else { Err(followers) }
    })
    .await;
    assert!(ground.waits(&eve, LINK).await, "neither a greeting nor a follow is an acquaintance");
    assert!(ground.waits(&eve, "See <a href=\"https://page.example/offer\">there</a>").await, "a link under words");
    let name = format!("@eve@{}", ground.puppet.host());
    ground.amy.post(STATUSES, &json!({ "status": format!("{name} hello") })).await;
    assert!(!ground.waits(&eve, LINK).await, "amy wrote to eve");

    let ivy = ground.actor("ivy", &puppet::now());
    follow_puppet(&ground.amy, &ground.inbox, &ivy).await;
    assert!(!ground.waits(&ivy, LINK).await, "amy follows ivy");
}

#[tokio::test]
async fn the_same_text_of_many_waits_however_they_dress_it() {
    let ground = ground().await;
    let words = "Vote now for the friendliest school of the whole county";
    let actors: Vec<Actor> =
        ["ada", "bea", "cat", "dot"].iter().map(|name| ground.actor(name, "2020-01-01T00:00:00Z")).collect();
    for actor in &actors[..3] {
        assert!(!ground.waits(actor, words).await, "{}", actor.name);
    }
    assert!(!ground.waits(&actors[0], words).await, "two others, and she herself twice");
    for words in [words, "@amy VOTE now for the  friendliest sch\u{43e}ol of the whole county"] {
        assert!(ground.waits(&actors[3], words).await, "{words}");
    }
    assert!(!ground.waits(&actors[3], "Vote now for the friendliest school of the whole country").await);
    for actor in &actors {
        assert!(!ground.waits(actor, "Thank you all!").await, "many say that");
    }
}

#[tokio::test]
async fn names_known_here_are_known_to_the_rules_and_kept_with_no_decision() {
    let [port] = free_ports();
    let server = ServerProcess::start_with_pack(port, &[], PACK).await;
    let (zoe, amy, rain) = (admin(&server, "zoe"), server.member("amy"), server.member("rain"));
    let (school, person) = ("Tall Trees is off-rolling pupils", "Rain Winter stole the trip money");
    assert_ne!(says(&amy, school).await, "hold");
    assert_ne!(says(&amy, person).await, "hold");
    let organisation = zoe.post("/api/v1/staffroom/organisations", &json!({ "name": "Tall Trees" })).await;
    let credentials = "/api/v1/accounts/update_credentials";
    let body = json!({ "display_name": "Ms Rain Winter (she/her)" });
    rain.send(Method::PATCH, credentials, &body).await.ok();
    assert_eq!((says(&amy, school).await.as_str(), says(&amy, person).await.as_str()), ("hold", "hold"));
    assert_ne!(says(&rain, person).await, "hold", "nobody makes a name known by taking it");
    assert_ne!(held_by(&amy, &json!({ "status": format!("{school}. {person}") })).await, "");

    let database = server.database();
    for name in ["Tall Trees", "tall trees", "Rain Winter", "rain winter"] {
        let kept = format!("moderation_decisions WHERE findings LIKE '%{name}%'");
        assert_eq!(database.count(&kept).await, 0, "{name}");
    }
    let path = format!("/api/v1/staffroom/organisations/{}", text(&organisation["id"]));
    zoe.send(Method::PUT, &path, &json!({ "name": "Low Hedges" })).await.ok();
    rain.send(Method::PATCH, credentials, &json!({ "display_name": "Sun Summer" })).await.ok();
    assert_ne!(says(&amy, school).await, "hold");
    let printed = server.run(&["moderation", "decisions", "--limit", "1"], &[]).stdout;
    let printed = String::from_utf8(printed).unwrap();
    let again = server.run(&["moderation", "replay", printed.split('\t').next().unwrap()], &[]);
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
}
