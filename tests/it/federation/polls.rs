//! Polls across servers: theirs voted in here, ours voted in from there, and votes that must not count.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::puppet::{self, Actor};
use staffroom_tests::wait::eventually;

use super::hostile::{Scene, scene};
use super::network::{actor_uri, text};

const SOON: &str = "2099-01-01T00:00:00Z";

/// A question by `actor` that names `amy`, with `votes` for each option.
fn question(actor: &Actor, amy: &str, options: &[(&str, i64)]) -> Value {
    let mut question = actor.note("tea or coffee?", &[amy]);
    let option =
        |(name, votes): &(&str, i64)| json!({ "type": "Note", "name": name, "replies": { "totalItems": votes } });
    question["type"] = json!("Question");
    question["oneOf"] = options.iter().map(option).collect();
    question["endTime"] = json!(SOON);
    question["votersCount"] = json!(options.iter().map(|(_, votes)| votes).sum::<i64>());
    question["tag"] = json!([{ "type": "Mention", "href": amy }]);
    actor.puppet.publish(&question);
    question
}

/// A vote by `actor` for `option` of `status`.
fn vote(actor: &Actor, status: &Value, option: &str) -> Value {
    let note = json!({
        "id": actor.puppet.new_id("votes"), "type": "Note", "attributedTo": actor.uri, "name": option,
        "inReplyTo": status["uri"], "to": [status["account"]["uri"]],
    });
    actor.activity("Create", &note)
}

impl Scene {
    async fn poll_of(&self, path: &str) -> Value {
        self.amy.get(path).await["poll"].clone()
    }

    async fn counts(&self, path: &str) -> Vec<i64> {
        let poll = self.poll_of(path).await;
        let counts = poll["options"].as_array().into_iter().flatten().map(|o| o["votes_count"].as_i64().unwrap_or(-1));
        counts.chain(poll["voters_count"].as_i64()).collect()
    }

    async fn counted(&self, path: &str, counts: &[i64]) {
        eventually(&format!("{counts:?} are counted"), || async {
            let found = self.counts(path).await;
            if found == counts { Ok(()) } else { Err(found) }
        })
        .await;
    }
}

#[tokio::test]
async fn a_poll_of_another_server_is_voted_in_there_and_counted_there() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let question = question(&scene.eve, &me, &[("tea", 3), ("coffee", 1)]);
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &question)).await;
    let path = format!("/api/v1/statuses/{}", scene.id_of(&question).await);
    let poll = scene.poll_of(&path).await;
    assert_eq!((&poll["multiple"], &poll["expired"], &poll["voted"]), (&json!(false), &json!(false), &json!(false)));
    assert_eq!(scene.counts(&path).await, [3, 1, 4]);

    let ballot = format!("/api/v1/polls/{}/votes", text(&poll["id"]));
    let refused = scene.amy.send(Method::POST, &ballot, &json!({ "choices": ["0", "1"] })).await;
    assert_eq!(refused.status, 422, "{}", refused.json);
    let voted = scene.amy.post(&ballot, &json!({ "choices": ["1"] })).await;
    assert_eq!((&voted["voted"], &voted["own_votes"]), (&json!(true), &json!([1])));
    assert_eq!(scene.counts(&path).await, [3, 2, 5]);
    let sent = eventually("the vote arrives", || async {
        let created = scene.puppet.received_of("Create");
        created.into_iter().find(|activity| activity["object"]["name"] == "coffee").ok_or(())
    })
    .await;
    let object = &sent["object"];
    assert_eq!((&object["type"], &object["inReplyTo"]), (&json!("Note"), &question["id"]));
    assert_eq!((&object["attributedTo"], &object["to"]), (&json!(me), &json!([scene.eve.uri])));
    assert!(object["content"].is_null(), "{object}");
    let again = scene.amy.send(Method::POST, &ballot, &json!({ "choices": ["0"] })).await;
    assert_eq!(again.status, 422, "{}", again.json);

    // its server has the last word on the counts
    let mut counted = question.clone();
    counted["oneOf"][1]["replies"]["totalItems"] = json!(40);
    counted["votersCount"] = json!(43);
    scene.deliver(&scene.eve, &scene.eve.activity("Update", &counted)).await;
    scene.counted(&path, &[3, 40, 43]).await;
    let seen = scene.amy.get(&path).await;
    assert!(seen["edited_at"].is_null(), "counting is no edit: {seen}");
    assert_eq!(seen["poll"]["own_votes"], json!([1]));
    // a poll that asks something else has no votes of before
    let mut other = counted.clone();
    other["oneOf"][0]["name"] = json!("water");
    other["updated"] = json!(puppet::now());
    scene.deliver(&scene.eve, &scene.eve.activity("Update", &other)).await;
    eventually("the poll is another", || async {
        let poll = scene.poll_of(&path).await;
        if poll["options"][0]["title"] == "water" { Ok(()) } else { Err(poll) }
    })
    .await;
    assert_eq!(scene.poll_of(&path).await["own_votes"], json!([]));
}

#[tokio::test]
async fn sec_52_polls_of_any_size_and_count_do_no_harm() {
    let scene = scene().await;
    let me = actor_uri(&scene.amy).await;
    let huge: Vec<(String, i64)> = (0..3_000).map(|n| (format!("option {n}"), 1)).collect();
    let huge: Vec<(&str, i64)> = huge.iter().map(|(name, votes)| (name.as_str(), *votes)).collect();
    let long = "x".repeat(500_000);
    let cases = [
        ("three thousand options", huge, false),
        ("one option", vec![("tea", 1)], false),
        ("two options alike", vec![("tea", 1), ("tea", 2)], false),
        ("an option of half a megabyte", vec![(&long, 1), ("tea", 2)], true),
        ("counts below none and beyond all bounds", vec![("tea", -7), ("coffee", i64::MAX)], true),
    ];
    for (what, options, is_poll) in cases {
        let mut question = question(&scene.eve, &me, &[]);
        let option = |(name, votes): &(&str, i64)| json!({ "name": name, "replies": { "totalItems": votes } });
        question["oneOf"] = options.iter().map(option).collect();
        question["votersCount"] = json!(u64::MAX);
        scene.deliver(&scene.eve, &scene.eve.activity("Create", &question)).await;
        let path = format!("/api/v1/statuses/{}", scene.id_of(&question).await);
        let poll = scene.poll_of(&path).await;
        assert_eq!(!poll.is_null(), is_poll, "{what}: {poll}");
        for option in poll["options"].as_array().into_iter().flatten() {
            let (title, votes) = (text(&option["title"]), option["votes_count"].as_i64().unwrap_or(-1));
            assert!(title.chars().count() <= 500 && (0..=10_000_000_000).contains(&votes), "{what}: {votes}");
        }
        assert!(poll.is_null() || poll["voters_count"] == json!(10_000_000_000_i64), "{what}: {poll}");
    }
}

#[tokio::test]
async fn sec_73_each_person_has_one_vote_and_only_the_polls_owner_counts() {
    let scene = scene().await;
    let ask = json!({ "status": "which day?", "poll": { "options": ["Monday", "Friday"], "expires_in": 3600 } });
    let ours = scene.amy.post("/api/v1/statuses", &ask).await;
    let path = format!("/api/v1/statuses/{}", text(&ours["id"]));
    // twice, for another option, for one that is not there
    for option in ["Monday", "Monday", "Friday", "Sunday"] {
        scene.deliver(&scene.eve, &vote(&scene.eve, &ours, option)).await;
    }
    scene.counted(&path, &[1, 0, 1]).await;
    // somebody amy blocks
    let mallory = scene.puppet.actor("mallory");
    scene.deliver(&mallory, &vote(&mallory, &ours, "Friday")).await;
    scene.counted(&path, &[1, 1, 2]).await;
    let trent = scene.puppet.actor("trent");
    let found = super::network::find(&scene.amy, &format!("@trent@{}", scene.puppet.host())).await;
    scene.amy.post(&format!("/api/v1/accounts/{}/block", text(&found["id"])), &json!({})).await;
    scene.deliver(&trent, &vote(&trent, &ours, "Friday")).await;
    // in the name of somebody else, by a count of one's own
    let mut forged = vote(&scene.eve, &ours, "Friday");
    forged["object"]["attributedTo"] = json!(mallory.uri);
    scene.deliver(&scene.eve, &forged).await;
    let mut counted = json!({
        "id": ours["uri"], "type": "Question", "attributedTo": ours["account"]["uri"], "to": [puppet::PUBLIC],
        "content": "which day?", "votersCount": 99, "updated": puppet::now(),
        "oneOf": [{ "name": "Monday", "replies": { "totalItems": 99 } }, { "name": "Friday" }],
    });
    let _ = scene.eve.deliver(&format!("{}/inbox", scene.server.url()), &scene.eve.activity("Update", &counted)).await;
    counted["attributedTo"] = json!(scene.eve.uri);
    let _ = scene.eve.deliver(&format!("{}/inbox", scene.server.url()), &scene.eve.activity("Update", &counted)).await;
    // one who counts comes last: by then all the others were worked off
    let peggy = scene.puppet.actor("peggy");
    scene.deliver(&peggy, &vote(&peggy, &ours, "Monday")).await;
    scene.counted(&path, &[2, 1, 3]).await;
    // the author
    let own = format!("/api/v1/polls/{}/votes", text(&ours["poll"]["id"]));
    assert_eq!(scene.amy.send(Method::POST, &own, &json!({ "choices": ["0"] })).await.status, 422);

    // where several may be chosen they come one by one, each once
    let ask = json!({ "status": "which days?",
        "poll": { "options": ["Monday", "Friday"], "expires_in": 3600, "multiple": true } });
    let several = scene.amy.post("/api/v1/statuses", &ask).await;
    for option in ["Monday", "Friday", "Friday"] {
        scene.deliver(&scene.eve, &vote(&scene.eve, &several, option)).await;
    }
    scene.counted(&format!("/api/v1/statuses/{}", text(&several["id"])), &[1, 1, 1]).await;
}
