//! Asking before favouriting, answering and boosting, as GoToSocial does: answered by the policy, never on the word of
//! somebody else.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::puppet::{Actor, PUBLIC};
use staffroom_tests::wait::eventually;

use super::hostile::{Scene, scene};
use super::network::{actor_uri, one_with, text};

const HOME: &str = "/api/v1/timelines/home";
const REPLY: &str = include_str!("../../fixtures/gotosocial/reply_request.json");
const LIKE: &str = include_str!("../../fixtures/gotosocial/like_request.json");

async fn publish(scene: &Scene, words: &str, audience: &str) -> Value {
    scene.amy.post("/api/v1/statuses", &json!({ "status": words, "visibility": audience })).await
}

/// `fixture` as `actor` sends it about `status`.
fn by(actor: &Actor, fixture: &str, status: &Value) -> Value {
    let text_of = fixture.replace("https://sloth.example/users/rob/", &format!("{}/", actor.uri));
    let text_of = text_of.replace("https://sloth.example/users/rob", &actor.uri);
    let text_of = text_of.replace("https://oak.example/users/amy/statuses/1", text(&status["uri"]));
    let mut sent: Value = serde_json::from_str(&text_of).unwrap();
    sent["id"] = json!(actor.puppet.new_id("requests"));
    sent["instrument"]["id"] = json!(actor.puppet.new_id("interactions"));
    sent
}

/// A request of `actor` to boost `status`.
fn boost(actor: &Actor, status: &Value) -> Value {
    let mut request = actor.activity("AnnounceRequest", &status["uri"]);
    request["instrument"] = actor.activity("Announce", &status["uri"]);
    request
}

/// The answer to `request`, and what it says.
async fn answer_to(actor: &Actor, request: &Value) -> Value {
    eventually("the request is answered", || async {
        let answers = [actor.puppet.received_of("Accept"), actor.puppet.received_of("Reject")].concat();
        answers.into_iter().find(|answer| answer["object"]["id"] == request["id"]).ok_or(())
    })
    .await
}

async fn counts(scene: &Scene, status: &Value) -> [i64; 3] {
    let seen = scene.amy.get(&format!("/api/v1/statuses/{}", text(&status["id"]))).await;
    ["favourites_count", "replies_count", "reblogs_count"].map(|name| seen[name].as_i64().unwrap())
}

#[tokio::test]
async fn who_asks_is_answered_and_what_was_asked_for_counts() {
    let scene = scene().await;
    let rob = scene.puppet.named("sloth").actor("rob");
    let status = publish(&scene, "Ask me", "public").await;
    let (like, reply, boost) = (by(&rob, LIKE, &status), by(&rob, REPLY, &status), boost(&rob, &status));
    for (request, kind) in
        [(&like, "LikeAuthorization"), (&reply, "ReplyAuthorization"), (&boost, "AnnounceAuthorization")]
    {
        scene.deliver(&rob, request).await;
        let answer = answer_to(&rob, request).await;
        assert_eq!((&answer["type"], &answer["object"]["type"]), (&json!("Accept"), &request["type"]), "{answer}");
        let (code, found) = rob.fetch(text(&answer["result"])).await;
        assert_eq!((code, &found["type"], &found["id"]), (200, &json!(kind), &answer["result"]));
        let about = (&found["interactingObject"], &found["interactionTarget"], &found["attributedTo"]);
        let amy = json!(actor_uri(&scene.amy).await);
        assert_eq!(about, (&request["instrument"]["id"], &status["uri"], &amy));
        // asked again under another id, the answer is the same
        let mut again = request.clone();
        again["id"] = json!(rob.puppet.new_id("requests"));
        scene.deliver(&rob, &again).await;
        assert_eq!(answer_to(&rob, &again).await["result"], answer["result"]);
    }
    assert_eq!(counts(&scene, &status).await, [1, 1, 1]);
    let thread = scene.amy.get(&format!("/api/v1/statuses/{}/context", text(&status["id"]))).await;
    assert!(text(&thread["descendants"][0]["content"]).contains("May I answer here?"), "{thread}");
    scene.deliver(&rob, &rob.activity("Undo", &like["instrument"])).await;
    scene.deliver(&rob, &rob.activity("Undo", &boost["instrument"])).await;
    assert_eq!(counts(&scene, &status).await, [0, 1, 0]);
    // taken back before it was asked for
    let late = by(&rob, LIKE, &status);
    scene.deliver(&rob, &rob.activity("Undo", &late["instrument"])).await;
    scene.deliver(&rob, &late).await;
    assert_eq!(counts(&scene, &status).await, [0, 1, 0]);
}

#[tokio::test]
async fn what_the_policy_denies_is_rejected_and_lies_get_no_answer() {
    let scene = scene().await;
    let rob = scene.puppet.named("sloth").actor("rob");
    scene.deliver(&rob, &rob.activity("Follow", &json!(actor_uri(&scene.amy).await))).await;
    let private = publish(&scene, "for followers", "private").await;
    let asked = boost(&rob, &private);
    scene.deliver(&rob, &asked).await;
    let answer = answer_to(&rob, &asked).await;
    assert_eq!((&answer["type"], answer.get("result")), (&json!("Reject"), None), "{answer}");
    assert_eq!(counts(&scene, &private).await, [0, 0, 0]);

    let (status, other) = (publish(&scene, "for all", "public").await, publish(&scene, "another", "public").await);
    let mallory = scene.puppet.actor("mallory");
    let answered = rob.puppet.received_of("Accept").len();
    for fixture in [LIKE, REPLY] {
        // what somebody else made, on their server or said to be on one's own
        let mut stolen = by(&mallory, fixture, &status);
        stolen["instrument"] = by(&rob, fixture, &status)["instrument"].clone();
        scene.deliver(&mallory, &stolen).await;
        stolen["id"] = json!(mallory.puppet.new_id("requests"));
        stolen["instrument"]["id"] = json!(mallory.puppet.new_id("interactions"));
        scene.deliver(&mallory, &stolen).await;
        // about something else than it says
        let mut twisted = by(&mallory, fixture, &status);
        twisted["instrument"] = by(&mallory, fixture, &other)["instrument"].clone();
        scene.deliver(&mallory, &twisted).await;
        // about what she may not see
        scene.deliver(&mallory, &by(&mallory, fixture, &private)).await;
    }
    let mut other_kind = by(&mallory, LIKE, &status);
    other_kind["instrument"]["type"] = json!("Announce");
    scene.deliver(&mallory, &other_kind).await;
    let mut bare = by(&mallory, LIKE, &status);
    bare["instrument"] = bare["instrument"]["id"].clone();
    scene.deliver(&mallory, &bare).await;
    assert_eq!(scene.server.database().count("quote_authorizations").await, 0);
    assert_eq!(rob.puppet.received_of("Accept").len(), answered);
    for status in [&status, &other, &private] {
        assert_eq!(counts(&scene, status).await, [0, 0, 0]);
    }
}

/// A note of eve's who wants to be asked before anything, as amy sees it.
async fn guarded(scene: &Scene, words: &str) -> (Value, Value) {
    let mut note = scene.eve.note(words, &[]);
    let ask = json!({ "automaticApproval": [scene.eve.uri], "manualApproval": [PUBLIC] });
    note["interactionPolicy"] = json!({ "canLike": ask, "canReply": ask, "canAnnounce": ask });
    scene.puppet.publish(&note);
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    let seen = one_with(&scene.amy, HOME, words).await;
    (note, seen)
}

/// The request of this type that eve got about `note`.
async fn asked(scene: &Scene, kind: &str, note: &Value) -> Value {
    eventually(&format!("{kind} arrives"), || async {
        let requests = scene.puppet.received_of(kind);
        requests.into_iter().find(|request| request["object"] == note["id"]).ok_or(())
    })
    .await
}

/// What amy does with a status: favourites, boosts and answers it; her answer.
async fn does_all(scene: &Scene, seen: &Value) -> Value {
    let path = format!("/api/v1/statuses/{}", text(&seen["id"]));
    let favourite = scene.amy.post(&format!("{path}/favourite"), &json!({})).await;
    assert_eq!((&favourite["favourited"], &favourite["favourites_count"]), (&json!(true), &json!(0)));
    let boost = scene.amy.post(&format!("{path}/reblog"), &json!({})).await;
    assert_eq!((&boost["id"], &boost["reblogged"], &boost["reblogs_count"]), (&seen["id"], &json!(true), &json!(0)));
    let reply = json!({ "status": "May we answer?", "in_reply_to_id": seen["id"] });
    let reply = scene.amy.post("/api/v1/statuses", &reply).await;
    assert_eq!(reply["visibility"], "direct", "nobody else sees it yet");
    reply
}

const REQUESTS: [(&str, &str); 3] =
    [("LikeRequest", "Like"), ("AnnounceRequest", "Announce"), ("ReplyRequest", "Create")];

#[tokio::test]
async fn we_ask_where_an_author_wants_that_and_nothing_counts_before_they_say_yes() {
    let scene = scene().await;
    let (note, seen) = guarded(&scene, "ask before you do anything").await;
    let reply = does_all(&scene, &seen).await;
    let (zoe, mallory) = (scene.server.member("zoe"), scene.puppet.actor("mallory"));
    let path = format!("/api/v1/statuses/{}", text(&reply["id"]));
    assert_eq!(zoe.send(Method::GET, &path, &Value::Null).await.status, 404);
    let far = scene.puppet.named("far").actor("fay");
    let mut answers = Vec::new();
    for (kind, made) in REQUESTS {
        let request = asked(&scene, kind, &note).await;
        let kept = if made == "Create" { "Note" } else { made };
        assert_eq!(request["instrument"]["type"], kept, "{request}");
        if made == "Create" {
            assert_eq!(
                (&request["instrument"]["inReplyTo"], &request["instrument"]["to"]),
                (&note["id"], &json!([PUBLIC]))
            );
        }
        let answer = |actor: &Actor, result: Value| {
            let mut accept = actor.activity("Accept", &request);
            accept["result"] = result;
            accept
        };
        // not hers to say, and not said as it has to be
        let stamp = scene.eve.puppet.new_id("authorizations");
        scene.deliver(&mallory, &answer(&mallory, json!(stamp))).await;
        scene.deliver(&mallory, &mallory.activity("Reject", &request)).await;
        scene.deliver(&scene.eve, &answer(&scene.eve, json!(far.puppet.url("/authorizations/1")))).await;
        scene.deliver(&scene.eve, &answer(&scene.eve, Value::Null)).await;
        answers.push((made, stamp.clone(), answer(&scene.eve, json!(stamp))));
    }
    assert_eq!(counts(&scene, &seen).await, [0, 0, 0]);
    for made in ["Like", "Announce", "Create"] {
        assert_eq!(scene.puppet.received_of(made).len(), 0, "{made} is not sent before");
    }
    for (_, _, accept) in &answers {
        scene.deliver(&scene.eve, accept).await;
        scene.deliver(&scene.eve, accept).await;
    }
    assert_eq!(counts(&scene, &seen).await, [1, 1, 1]);
    for (made, stamp, _) in &answers {
        let sent =
            eventually(&format!("{made} is sent"), || async { scene.puppet.received_of(made).pop().ok_or(()) }).await;
        let (holder, name) = match *made {
            "Like" => (&sent, "likeAuthorization"),
            "Announce" => (&sent, "announceAuthorization"),
            _ => (&sent["object"], "replyAuthorization"),
        };
        assert_eq!(holder[name], json!(stamp), "{sent}");
    }
    let shown = zoe.get(&path).await;
    assert_eq!((&shown["visibility"], &shown["in_reply_to_id"]), (&json!("public"), &seen["id"]));
    // and a no that comes too late
    scene.deliver(&scene.eve, &scene.eve.activity("Reject", &asked(&scene, "LikeRequest", &note).await)).await;
    assert_eq!(counts(&scene, &seen).await, [1, 1, 1]);
}

#[tokio::test]
async fn a_no_takes_it_back_and_what_was_taken_back_is_not_allowed_later() {
    let scene = scene().await;
    let (note, seen) = guarded(&scene, "no means no").await;
    let reply = does_all(&scene, &seen).await;
    for (kind, _) in REQUESTS {
        scene.deliver(&scene.eve, &scene.eve.activity("Reject", &asked(&scene, kind, &note).await)).await;
    }
    let path = format!("/api/v1/statuses/{}", text(&seen["id"]));
    let now = scene.amy.get(&path).await;
    assert_eq!((&now["favourited"], &now["reblogged"]), (&json!(false), &json!(false)));
    let gone = format!("/api/v1/statuses/{}", text(&reply["id"]));
    assert_eq!(scene.amy.send(Method::GET, &gone, &Value::Null).await.status, 404);
    for again in ["favourite", "reblog"] {
        let answer = scene.amy.send(Method::POST, &format!("{path}/{again}"), &json!({})).await;
        assert_eq!(answer.status, 403, "{}", answer.json);
    }

    let (note, seen) = guarded(&scene, "changed my mind").await;
    let path = format!("/api/v1/statuses/{}", text(&seen["id"]));
    for (do_it, undo_it, kind) in
        [("favourite", "unfavourite", "LikeRequest"), ("reblog", "unreblog", "AnnounceRequest")]
    {
        scene.amy.post(&format!("{path}/{do_it}"), &json!({})).await;
        let request = asked(&scene, kind, &note).await;
        let undone = scene.amy.post(&format!("{path}/{undo_it}"), &json!({})).await;
        assert_eq!((&undone["favourited"], &undone["reblogged"]), (&json!(false), &json!(false)));
        eventually("eve hears of it", || async {
            let undos = scene.puppet.received_of("Undo");
            undos.into_iter().find(|undo| undo["object"]["id"] == request["instrument"]["id"]).map(drop).ok_or(())
        })
        .await;
        let mut accept = scene.eve.activity("Accept", &request);
        accept["result"] = json!(scene.puppet.new_id("authorizations"));
        scene.deliver(&scene.eve, &accept).await;
    }
    assert_eq!(counts(&scene, &seen).await, [0, 0, 0]);
    // an answer deleted while it waits is deleted where it waits, too
    let reply = json!({ "status": "Never mind", "in_reply_to_id": seen["id"] });
    let reply = scene.amy.post("/api/v1/statuses", &reply).await;
    let request = asked(&scene, "ReplyRequest", &note).await;
    let gone = format!("/api/v1/statuses/{}", text(&reply["id"]));
    let edit = scene.amy.send(Method::PUT, &gone, &json!({ "status": "Do mind" })).await;
    assert_eq!(edit.status, 403, "{}", edit.json);
    scene.amy.send(Method::DELETE, &gone, &Value::Null).await.ok();
    eventually("eve hears of it", || async {
        let deletes = scene.puppet.received_of("Delete");
        deletes.into_iter().find(|delete| delete["object"]["id"] == reply["uri"]).map(drop).ok_or(())
    })
    .await;
    let mut accept = scene.eve.activity("Accept", &request);
    accept["result"] = json!(scene.puppet.new_id("authorizations"));
    scene.deliver(&scene.eve, &accept).await;
    assert_eq!(counts(&scene, &seen).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_late_yes_publishes_nothing_of_somebody_who_may_not_any_more() {
    let scene = scene().await;
    let organisations = scene.server.admin(&["organisation", "list"], "");
    let slug = organisations.split('\t').next().unwrap();
    let give = |role: &str| scene.server.admin(&["organisation", "member", "set", slug, "amy", role], "");
    let (note, seen) = guarded(&scene, "you may, later").await;
    let reply = does_all(&scene, &seen).await;
    let says_yes = async || {
        for kind in ["AnnounceRequest", "ReplyRequest"] {
            let mut accept = scene.eve.activity("Accept", &asked(&scene, kind, &note).await);
            accept["result"] = json!(scene.puppet.new_id("authorizations"));
            scene.deliver(&scene.eve, &accept).await;
        }
    };
    let zoe = scene.server.member("zoe");
    let (original, reply) =
        (format!("/api/v1/statuses/{}", text(&seen["id"])), format!("/api/v1/statuses/{}", text(&reply["id"])));
    let counted = async || {
        let status = zoe.get(&original).await;
        ["replies_count", "reblogs_count"].map(|name| status[name].as_i64().unwrap())
    };
    give("member");
    says_yes().await;
    assert_eq!(counted().await, [0, 0], "the right to write was taken");
    give("contributor");
    scene.server.admin(&["account", "suspend", "amy"], "");
    says_yes().await;
    scene.server.admin(&["account", "lift", "amy", "suspend"], "");
    assert_eq!(counted().await, [0, 0], "suspended");
    assert_eq!(zoe.send(Method::GET, &reply, &Value::Null).await.status, 404);
    for made in ["Announce", "Create"] {
        assert_eq!(scene.puppet.received_of(made).len(), 0, "{made}");
    }
    says_yes().await;
    assert_eq!(counted().await, [1, 1], "said again when they may");
    assert_eq!(zoe.get(&reply).await["visibility"], "public");
}
