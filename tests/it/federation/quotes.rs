//! Quotes between servers: asked for and answered, by a peer that sends what a test writes and between two of ours.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::puppet::{self, Actor, PUBLIC};
use staffroom_tests::wait::eventually;

use super::hostile::{Scene, scene};
use super::network::{find, follow, one_with, servers, text};

const HOME: &str = "/api/v1/timelines/home";

async fn publish(api: &Api, words: &str, policy: &str) -> Value {
    api.post("/api/v1/statuses", &json!({ "status": words, "quote_approval_policy": policy })).await
}

/// Waits until the status `id`, as `api` sees it, quotes in the state `wanted`, and returns the quote.
async fn quote_becomes(api: &Api, id: &str, wanted: &str) -> Value {
    eventually(&format!("the quote is {wanted}"), || async {
        let quote = api.get(&format!("/api/v1/statuses/{id}")).await["quote"].clone();
        if quote["state"] == wanted { Ok(quote) } else { Err(quote) }
    })
    .await
}

/// A note by `actor` that quotes `quoted`, published where `actor` lives.
fn quoting(actor: &Actor, words: &str, quoted: &str, stamp: Option<&str>) -> Value {
    let mut note = actor.note(words, &[]);
    note["quote"] = json!(quoted);
    if let Some(stamp) = stamp {
        note["quoteAuthorization"] = json!(stamp);
    }
    actor.puppet.publish(&note);
    note
}

/// The leave of `actor` that `quoting` quotes `quoted`, not published.
fn stamp(actor: &Actor, quoting: &Value, quoted: &Value) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": actor.puppet.new_id("stamps"), "type": "QuoteAuthorization", "attributedTo": actor.uri,
        "interactingObject": quoting, "interactionTarget": quoted,
    })
}

fn request(actor: &Actor, quoted: &str, instrument: &Value) -> Value {
    let mut request = actor.activity("QuoteRequest", &json!(quoted));
    request["instrument"] = instrument.clone();
    request
}

/// The answer to the request `id`.
async fn answer_to(actor: &Actor, id: &Value) -> Value {
    eventually("the request is answered", || async {
        let answers = [actor.puppet.received_of("Accept"), actor.puppet.received_of("Reject")].concat();
        answers.into_iter().find(|answer| answer["object"]["id"] == *id).ok_or(())
    })
    .await
}

#[tokio::test]
async fn two_schools_quote_each_other_and_leave_is_taken_back() {
    let servers = servers::<2>().await;
    let (oak, elm) = (&servers[0], &servers[1]);
    let (amy, ben) = (oak.member("amy"), elm.member("ben"));
    follow(&ben, &format!("@amy@{}", oak.host())).await;
    follow(&amy, &format!("@ben@{}", elm.host())).await;
    let original = publish(&amy, "we moved the meeting", "followers").await;
    assert_eq!(original["quote_approval"]["automatic"], json!(["followers"]));
    let seen = one_with(&ben, HOME, "we moved").await;
    assert_eq!(seen["quote_approval"]["current_user"], "automatic");

    let body = json!({ "status": "good idea", "quoted_status_id": seen["id"], "quote_approval_policy": "nobody" });
    let quote = ben.post("/api/v1/statuses", &body).await;
    let shown = quote_becomes(&ben, text(&quote["id"]), "accepted").await;
    assert_eq!(shown["quoted_status"]["uri"], original["uri"]);
    let arrived = one_with(&amy, HOME, "good idea").await;
    let shown = quote_becomes(&amy, text(&arrived["id"]), "accepted").await;
    assert_eq!(shown["quoted_status"]["id"], original["id"]);
    let notices = amy.get("/api/v1/notifications?types[]=quote").await;
    assert_eq!(notices[0]["status"]["id"], arrived["id"]);
    let id = text(&original["id"]);
    assert_eq!(amy.get(&format!("/api/v1/statuses/{id}")).await["quotes_count"], 1);
    let listed = amy.get(&format!("/api/v1/statuses/{id}/quotes")).await;
    assert_eq!(listed[0]["id"], arrived["id"]);

    let revoke = format!("/api/v1/statuses/{id}/quotes/{}/revoke", text(&arrived["id"]));
    let eve = oak.member("eve");
    assert_eq!(eve.send(Method::POST, &revoke, &json!({})).await.status, 404);
    assert_eq!(amy.post(&revoke, &json!({})).await["quote"]["state"], "revoked");
    quote_becomes(&ben, text(&quote["id"]), "revoked").await;

    // who may quote changes, and the other school hears of it
    let path = format!("/api/v1/statuses/{id}/interaction_policy");
    assert_eq!(eve.send(Method::PUT, &path, &json!({ "quote_approval_policy": "public" })).await.status, 404);
    amy.send(Method::PUT, &path, &json!({ "quote_approval_policy": "nobody" })).await.ok();
    eventually("the policy arrives", || async {
        let seen = ben.get(&format!("/api/v1/statuses/{}", text(&seen["id"]))).await;
        if seen["quote_approval"]["current_user"] == "denied" { Ok(()) } else { Err(seen["quote_approval"].clone()) }
    })
    .await;
    let denied = ben.send(Method::POST, "/api/v1/statuses", &body).await;
    assert_eq!(denied.status, 403, "{}", denied.json);
    assert!(denied.json["error"].as_str().unwrap().contains("nobody quote it"), "{}", denied.json);
}

#[tokio::test]
async fn sec_75_requests_are_answered_by_the_policy_and_stamps_can_be_looked_up() {
    let scene = scene().await;
    for (policy, kind) in [("public", "Accept"), ("nobody", "Reject"), ("followers", "Reject")] {
        let status = publish(&scene.amy, &format!("for {policy}"), policy).await;
        let note = quoting(&scene.eve, &format!("quoting {policy}"), text(&status["uri"]), None);
        let asked = request(&scene.eve, text(&status["uri"]), &note);
        scene.deliver(&scene.eve, &asked).await;
        let answer = answer_to(&scene.eve, &asked["id"]).await;
        assert_eq!(answer["type"], kind, "{policy}: {answer}");
        if kind == "Reject" {
            assert_eq!(answer["result"], Value::Null);
            continue;
        }
        let at = text(&answer["result"]);
        let (code, found) = scene.eve.fetch(at).await;
        assert_eq!((code, &found["type"], &found["id"]), (200, &json!("QuoteAuthorization"), &json!(at)));
        assert_eq!((&found["interactionTarget"], &found["interactingObject"]), (&status["uri"], &note["id"]));
        let arrived = one_with(&scene.amy, HOME, "quoting public").await;
        quote_becomes(&scene.amy, text(&arrived["id"]), "accepted").await;
        let revoke = format!("/api/v1/statuses/{}/quotes/{}/revoke", text(&status["id"]), text(&arrived["id"]));
        scene.amy.post(&revoke, &json!({})).await;
        assert_eq!(scene.eve.fetch(at).await.0, 404);
        eventually("eve hears of it", || async {
            let deleted = scene.puppet.received_of("Delete");
            deleted.into_iter().find(|delete| delete["object"]["id"] == json!(at)).map(drop).ok_or(())
        })
        .await;
    }
    // asking for what another wrote, or for somebody else, gets no answer at all
    let status = publish(&scene.amy, "for all", "public").await;
    let other = scene.puppet.named("other").actor("olga");
    let theirs = quoting(&other, "olga's", text(&status["uri"]), None);
    let asked = request(&scene.eve, text(&status["uri"]), &theirs["id"]);
    scene.deliver(&scene.eve, &asked).await;
    let mallory = scene.puppet.actor("mallory");
    let eves = quoting(&scene.eve, "eve's", text(&status["uri"]), None);
    scene.deliver(&mallory, &request(&mallory, text(&status["uri"]), &eves)).await;
    assert_eq!(scene.server.database().count("quote_authorizations WHERE NOT revoked").await, 0);
}

#[tokio::test]
async fn sec_75_fake_stamps_are_not_believed_and_true_ones_not_broken() {
    let scene = scene().await;
    let cat = scene.puppet.named("cat").actor("cat");
    let mallory = scene.puppet.named("cat").actor("mallory");
    let mut original = cat.note("cat's words", &[]);
    original["interactionPolicy"] = json!({ "canQuote": { "automaticApproval": [PUBLIC] } });
    cat.puppet.publish(&original);
    let deliver = async |words: &str, make: &dyn Fn(&Value) -> Option<(String, Value)>| {
        let mut note = quoting(&scene.eve, words, text(&original["id"]), None);
        if let Some((at, stamp)) = make(&note) {
            note["quoteAuthorization"] = json!(at);
            scene.puppet.publish(&note);
            cat.puppet.publish_at(&at, &stamp);
        }
        scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
        let seen = one_with(&scene.amy, HOME, words).await;
        (text(&seen["id"]).to_owned(), note)
    };
    let at = |stamp: Value| Some((text(&stamp["id"]).to_owned(), stamp));
    let (good, note) = deliver("with leave", &|note| at(stamp(&cat, &note["id"], &original["id"]))).await;
    let shown = quote_becomes(&scene.amy, &good, "accepted").await;
    assert!(text(&shown["quoted_status"]["content"]).contains("cat's words"));
    for (words, make) in [
        ("of another author", &|note: &Value| at(stamp(&mallory, &note["id"], &original["id"]))),
        ("for another note", &|_: &Value| at(stamp(&cat, &json!("https://x.example/1"), &original["id"]))),
        ("of another note", &|note: &Value| at(stamp(&cat, &note["id"], &json!(cat.puppet.url("/notes/77"))))),
        ("not there", &|_: &Value| Some((cat.puppet.url("/stamps/none"), json!(null)))),
        ("of another kind", &|note: &Value| {
            let mut stamp = stamp(&cat, &note["id"], &original["id"]);
            stamp["type"] = json!("Note");
            at(stamp)
        }),
        ("at another id", &|note: &Value| {
            Some((cat.puppet.url("/stamps/copy"), stamp(&mallory, &note["id"], &original["id"])))
        }),
    ] as [(&str, &dyn Fn(&Value) -> Option<(String, Value)>); 6]
    {
        let (id, _) = deliver(words, make).await;
        let shown = quote_becomes(&scene.amy, &id, "rejected").await;
        assert_eq!(shown["quoted_status"], Value::Null, "{words}");
    }
    // on another server than the author's it is not even looked at
    let before = scene.puppet.fetched().len();
    let (id, _) = deliver("by the quoter", &|note| {
        let mut own = stamp(&scene.eve, &note["id"], &original["id"]);
        own["attributedTo"] = json!(cat.uri);
        at(own)
    })
    .await;
    let shown = quote_becomes(&scene.amy, &id, "pending").await;
    assert_eq!((shown["quoted_status"].clone(), scene.puppet.fetched().len()), (Value::Null, before));

    // nobody but cat takes it away, by Delete, Reject, or a quote of their own that names the same stamp
    let leave = note["quoteAuthorization"].clone();
    scene.deliver(&mallory, &mallory.activity("Delete", &leave)).await;
    scene.deliver(&scene.eve, &scene.eve.activity("Delete", &leave)).await;
    let thief = quoting(&mallory, "stolen leave", text(&original["id"]), Some(text(&leave)));
    scene.follows(&mallory).await;
    scene.deliver(&mallory, &mallory.activity("Create", &thief)).await;
    let stolen = one_with(&scene.amy, HOME, "stolen leave").await;
    quote_becomes(&scene.amy, text(&stolen["id"]), "rejected").await;
    let mut update = note.clone();
    update["updated"] = json!(puppet::now());
    update["content"] = json!("with leave, edited");
    update.as_object_mut().unwrap().remove("quoteAuthorization");
    scene.deliver(&scene.eve, &scene.eve.activity("Update", &update)).await;
    quote_becomes(&scene.amy, &good, "accepted").await;
    cat.puppet.withdraw(text(&leave));
    scene.deliver(&cat, &cat.activity("Delete", &json!({ "id": leave, "type": "QuoteAuthorization" }))).await;
    quote_becomes(&scene.amy, &good, "revoked").await;
}

#[tokio::test]
async fn sec_75_yes_is_taken_from_the_quoted_author_alone() {
    let scene = scene().await;
    let mut original = scene.eve.note("eve's words", &[]);
    original["interactionPolicy"] = json!({ "canQuote": { "automaticApproval": [PUBLIC] } });
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &original)).await;
    let seen = one_with(&scene.amy, HOME, "eve's words").await;
    let body = json!({ "status": "see this", "quoted_status_id": seen["id"] });
    let quote = scene.amy.post("/api/v1/statuses", &body).await;
    assert_eq!(quote["quote"]["state"], "pending");
    let asked = eventually("eve is asked", || async { scene.puppet.received_of("QuoteRequest").pop().ok_or(()) }).await;
    assert_eq!((&asked["object"], &asked["instrument"]["id"]), (&original["id"], &quote["uri"]));
    assert_eq!(asked["instrument"]["quote"], original["id"]);

    let leave = stamp(&scene.eve, &quote["uri"], &original["id"]);
    let accept = |actor: &Actor, result: Value| {
        let mut accept = actor.activity("Accept", &asked);
        accept["result"] = result;
        accept
    };
    let mallory = scene.puppet.actor("mallory");
    let far = scene.puppet.named("far").actor("fay");
    scene.deliver(&mallory, &accept(&mallory, leave["id"].clone())).await;
    scene.deliver(&far, &accept(&far, json!(far.puppet.url("/stamps/1")))).await;
    scene.deliver(&scene.eve, &accept(&scene.eve, json!(far.puppet.url("/stamps/2")))).await;
    scene.deliver(&scene.eve, &accept(&scene.eve, Value::Null)).await;
    let id = text(&quote["id"]);
    quote_becomes(&scene.amy, id, "pending").await;

    scene.deliver(&scene.eve, &accept(&scene.eve, leave["id"].clone())).await;
    quote_becomes(&scene.amy, id, "accepted").await;
    let (_, note) = scene.eve.fetch(text(&quote["uri"])).await;
    assert_eq!(note["quoteAuthorization"], leave["id"]);
    scene.deliver(&mallory, &mallory.activity("Reject", &asked)).await;
    quote_becomes(&scene.amy, id, "accepted").await;
    scene.deliver(&scene.eve, &scene.eve.activity("Reject", &asked)).await;
    quote_becomes(&scene.amy, id, "revoked").await;
}

#[tokio::test]
async fn other_programs_spell_quotes_in_their_own_ways() {
    let scene = scene().await;
    let ld = "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";
    let own = scene.eve.note("quoted by herself", &[]);
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &own)).await;
    for (words, field, value) in [
        ("like Pleroma", "quoteUrl", own["id"].clone()),
        ("like Fedibird", "quoteUri", own["id"].clone()),
        ("like Misskey", "_misskey_quote", own["id"].clone()),
        ("like Mitra", "tag", json!([{ "type": "Link", "mediaType": ld, "href": own["id"] }])),
    ] {
        let mut note = scene.eve.note(words, &[]);
        note[field] = value;
        scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
        let seen = one_with(&scene.amy, HOME, words).await;
        let quote = quote_becomes(&scene.amy, text(&seen["id"]), "accepted").await;
        assert_eq!(quote["quoted_status"]["uri"], own["id"]);
    }
    // of ours, without our leave, it is none
    let status = publish(&scene.amy, "not for all", "followers").await;
    let mut note = scene.eve.note("in the old way", &[]);
    note["quoteUrl"] = status["uri"].clone();
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    let seen = one_with(&scene.amy, HOME, "in the old way").await;
    quote_becomes(&scene.amy, text(&seen["id"]), "rejected").await;
}

#[tokio::test]
async fn what_a_policy_denies_is_refused_here_with_its_reason() {
    let scene: Scene = scene().await;
    let mut note = scene.eve.note("leave me be", &[]);
    let nobody = json!({ "automaticApproval": [scene.eve.uri], "manualApproval": [] });
    note["interactionPolicy"] =
        json!({ "canLike": nobody, "canReply": { "always": [scene.eve.uri] }, "canAnnounce": nobody });
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    let seen = one_with(&scene.amy, HOME, "leave me be").await;
    let id = text(&seen["id"]);
    for action in ["favourite", "reblog"] {
        let answer = scene.amy.send(Method::POST, &format!("/api/v1/statuses/{id}/{action}"), &json!({})).await;
        assert_eq!(answer.status, 403, "{action}: {}", answer.json);
        assert!(text(&answer.json["error"]).contains("lets nobody"), "{}", answer.json);
    }
    let reply = json!({ "status": "but", "in_reply_to_id": id });
    assert_eq!(scene.amy.send(Method::POST, "/api/v1/statuses", &reply).await.status, 403);
    // ours say who may, in words GoToSocial reads
    let status = publish(&scene.amy, "talk to me", "followers").await;
    let (_, note) = scene.eve.fetch(text(&status["uri"])).await;
    let policy = &note["interactionPolicy"];
    assert_eq!(policy["canReply"]["automaticApproval"], json!([PUBLIC]));
    assert!(text(&policy["canQuote"]["automaticApproval"][0]).ends_with("/followers"));
    find(&scene.amy, &format!("@eve@{}", scene.puppet.host())).await;
}
