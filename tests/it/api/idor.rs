//! The IDOR sweep, made from the served OpenAPI document: every operation that names a thing, tried on something that
//! belongs to amy (or to the staff) by everybody else, at her school and from another one. An operation that names a
//! kind of thing the sweep does not know fails it.

mod other_school;
mod school;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::{Answer, Api};
use staffroom_tests::schema;

use super::described::{Ids, Operation, Place, operations};
use school::{SECRET, School, text};

/// Kinds nobody owns: names of accounts and hashtags, what everybody is told, and a thread's counter.
const OPEN: [&str; 5] = ["account", "announcement", "hashtag", "date", "async_refresh"];

/// What can be done to a status everybody sees by its author alone.
const AUTHORS_ALONE: [&str; 7] = [
    "PUT /api/v1/statuses/{id}",
    "DELETE /api/v1/statuses/{id}",
    "GET /api/v1/statuses/{id}/source",
    "PUT /api/v1/statuses/{id}/interaction_policy",
    "POST /api/v1/statuses/{id}/quotes/{quoting_id}/revoke",
    "POST /api/v1/statuses/{id}/pin",
    "GET /api/v1/staffroom/statuses/{id}/delivery",
];

/// What this server does with nobody's status: nothing is translated here (`translate.rs` has one where it is).
const NOWHERE: &str = "POST /api/v1/statuses/{id}/translate";

/// What is said to those whose role is too low.
const NOT_ALLOWED: &str = "This action is not allowed";

impl Operation {
    /// What `api` is answered.
    async fn call(&self, api: &Api, (path, body): &(String, Value)) -> Answer {
        if self.is_stream() {
            // one that opens has no end
            let response = api.request(self.method.clone(), path).send().await.unwrap();
            return Answer { status: response.status().as_u16(), json: Value::Null };
        }
        let body = if body.is_null() && self.method != Method::GET { &json!({}) } else { body };
        api.send(self.method.clone(), path, body).await
    }

    /// Where an answer is not what the document says.
    fn misdescribed(&self, document: &Value, answer: &Answer) -> Vec<String> {
        let responses = &self.described["responses"];
        let code = answer.status.to_string();
        let response =
            if responses[&code].is_null() { &document["components"]["responses"]["Error"] } else { &responses[&code] };
        let expected = &response["content"]["application/json"]["schema"];
        if answer.status < 300 && responses[&code].is_null() {
            return vec![format!("{} answers {code}, which is not in the document", self.name)];
        }
        let found = schema::problems(document, expected, &answer.json);
        found.into_iter().map(|one| format!("{} {code} {one}", self.name)).collect()
    }
}

fn is_refused(answer: &Answer) -> bool {
    [401, 403, 404].contains(&answer.status)
}

fn tells(answer: &Answer) -> bool {
    answer.json.to_string().contains(SECRET)
}

#[tokio::test]
async fn what_belongs_to_somebody_is_out_of_reach_for_everybody_else() {
    let school = School::open().await;
    let mut problems = Vec::new();
    for operation in operations(&school.document).iter().filter(|operation| !operation.names.is_empty()) {
        let name = &operation.name;
        let owner = if operation.of_staff { &school.zoe } else { &school.amy };
        let Some(ids) = school.make(owner, &operation.kinds()).await else {
            problems.push(format!("{name}: the sweep does not know what {:?} are", operation.kinds()));
            continue;
        };
        if let Some((_, id)) = ids.iter().find(|(_, id)| id.is_empty()) {
            problems.push(format!("{name}: nothing was made: {ids:?} {id}"));
            continue;
        }
        let request = operation.request(&school.samples, &ids, &[]);
        let is_open = !operation.of_staff && OPEN.contains(&operation.kinds()[0]);
        let mut intruders = vec![("mallory", &school.mallory), ("a guest", &school.guest), ("eve", &school.stranger)];
        if operation.of_staff {
            intruders.push(("amy", &school.amy));
        }
        let may_change = operation.method != Method::GET;
        let before = if may_change { school.belongings(&ids).await } else { Vec::new() };
        for (who, api) in intruders {
            // what everybody may name, they may also do something with on their own side
            if is_open && operation.method != Method::GET {
                continue;
            }
            let answer = operation.call(api, &request).await;
            // a group of notifications is named by what it is about: everybody has their own
            let is_own = name == "POST /api/v2/notifications/{group_key}/dismiss" && answer.json == json!({});
            if tells(&answer) || (!is_open && !is_own && !is_refused(&answer)) {
                problems.push(format!("{name} by {who}: {answer:?}"));
            }
        }
        if may_change && school.belongings(&ids).await != before {
            problems.push(format!("{name}: something changed"));
        }
        // what is kept inside the school is for everybody here
        if name == "POST /api/staffroom/v1/held/{id}/school" {
            continue;
        }
        let answer = operation.call(owner, &request).await;
        // nothing is talked about at a school of five, no thread is being fetched, nothing risky comes in, and there are no
        // terms
        let is_empty = ["trend_tag", "trend_status", "trend_link", "async_refresh", "date", "quarantined"];
        let is_nothing = is_empty.contains(&operation.kinds()[0]) && answer.status == 404;
        // an account that waits for nothing is not approved; that is no matter of who asks
        let is_state = operation.of_staff && answer.status == 403 && answer.json["error"] != NOT_ALLOWED;
        if is_refused(&answer) && !is_nothing && !is_state && name != NOWHERE {
            problems.push(format!("{name} by its owner: {answer:?} to {request:?}"));
        }
        problems.extend(operation.misdescribed(&school.document, &answer));
    }
    // whoever asks without naming anything is told nothing of hers either, and answers are as described
    for operation in operations(&school.document).iter().filter(|operation| operation.names.is_empty()) {
        if operation.method != Method::GET || operation.is_stream() {
            continue;
        }
        let request = operation.request(&school.samples, &Ids::new(), &[]);
        for (who, api) in [("mallory", &school.mallory), ("a guest", &school.guest), ("eve", &school.stranger)] {
            let answer = operation.call(api, &request).await;
            if tells(&answer) {
                problems.push(format!("{} by {who}: {answer:?}", operation.name));
            }
        }
        for api in [&school.amy, &school.zoe] {
            let answer = operation.call(api, &request).await;
            problems.extend(operation.misdescribed(&school.document, &answer));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[tokio::test]
async fn a_status_everybody_sees_is_its_authors_all_the_same() {
    let school = School::open().await;
    let mut problems = Vec::new();
    let mut met = Vec::new();
    for operation in operations(&school.document) {
        if operation.of_staff || operation.names.first().is_none_or(|(_, kind)| kind != "status") {
            continue;
        }
        let ids = school.make(&school.amy, &["status", "quote"]).await.unwrap();
        let request = operation.request(&school.samples, &ids, &[]);
        let before = school.belongings(&ids).await;
        let is_authors = AUTHORS_ALONE.contains(&operation.name.as_str());
        let answer = operation.call(&school.mallory, &request).await;
        if is_authors {
            met.push(operation.name.clone());
            // "Someone else's post cannot be pinned" is 422 in Mastodon
            let refused = is_refused(&answer) || (operation.path.ends_with("/pin") && answer.status == 422);
            if !refused || school.belongings(&ids).await != before {
                problems.push(format!("{} by mallory: {answer:?}", operation.name));
            }
            let own = operation.call(&school.amy, &request).await;
            if own.status >= 400 {
                problems.push(format!("{} by amy: {own:?}", operation.name));
            }
        } else if is_refused(&answer) && operation.name != NOWHERE {
            problems.push(format!("{} by mallory, who may: {answer:?}", operation.name));
        }
    }
    assert_eq!(met.len(), AUTHORS_ALONE.len(), "{met:?}");
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[tokio::test]
async fn what_belongs_to_somebody_cannot_be_named_in_parameters_either() {
    let school = School::open().await;
    let mut problems = Vec::new();
    let mut let_in = Vec::new();
    for operation in operations(&school.document).iter().filter(|operation| !operation.of_staff) {
        for (parameter, kind, place) in operation.naming(&OPEN) {
            let Some(hers) = school.make(&school.amy, &[kind.as_str()]).await else {
                problems.push(format!("{} {parameter}: the sweep does not know what {kind} is", operation.name));
                continue;
            };
            let value = place.value(&hers[&kind]);
            let before = school.belongings(&hers).await;
            for (who, api) in [("mallory", &school.mallory), ("eve", &school.stranger)] {
                let own = school.make(&school.mallory, &operation.kinds()).await;
                let own = if operation.names.is_empty() { Ids::new() } else { own.unwrap() };
                let mut sent = vec![(parameter.as_str(), value.clone())];
                if operation.name == "POST /api/v1/statuses" {
                    sent.push(("status", json!("mine")));
                }
                let answer = operation.call(api, &operation.request(&school.samples, &own, &sent)).await;
                // in a list what names nothing is passed over, alone it is refused
                let is_passed_over = !matches!(place, Place::Alone) && answer.status == 200;
                // looks at the words alone
                let is_passed_over = is_passed_over || operation.path == "/api/staffroom/v1/evaluate";
                if tells(&answer) || !(is_refused(&answer) || answer.status == 422 || is_passed_over) {
                    problems.push(format!("{} {parameter} by {who}: {answer:?}", operation.name));
                }
                if is_passed_over && answer.json["media_attachments"][0].is_object() {
                    problems.push(format!("{} {parameter} by {who} took the file: {answer:?}", operation.name));
                }
            }
            if school.belongings(&hers).await != before {
                problems.push(format!("{} {parameter}: something changed", operation.name));
            }
            if operation.names.is_empty() {
                let sent = [(parameter.as_str(), value), ("status", json!("mine")), ("visibility", json!("private"))];
                let sent = if operation.name == "POST /api/v1/statuses" { &sent[..] } else { &sent[..1] };
                let answer = operation.call(&school.amy, &operation.request(&school.samples, &Ids::new(), sent)).await;
                if answer.status == 200 {
                    let_in.push(format!("{} {parameter}", operation.name));
                }
            }
        }
    }
    for wanted in [
        "GET /api/v1/statuses id[]",
        "GET /api/v1/streaming/list list",
        "POST /api/v1/statuses in_reply_to_id",
        "POST /api/v1/statuses media_ids",
        "POST /api/v1/statuses quoted_status_id",
        "POST /api/v1/notifications/requests/accept id",
    ] {
        if !let_in.iter().any(|one| one == wanted) {
            problems.push(format!("{wanted} by amy is refused: {let_in:?}"));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[tokio::test]
async fn another_school_is_told_only_what_is_for_all() {
    let school = School::open().await;
    let write = async |visibility: &str| {
        let asked = json!({ "status": format!("{SECRET} {visibility}"), "visibility": visibility });
        text(&school.amy.post("/api/v1/statuses", &asked).await["uri"])
    };
    // both by a signed request of the other server and by one of nobody
    let seen = async |uri: &str| {
        let found = school.abroad.get(&format!("/api/v2/search?resolve=true&type=statuses&q={uri}")).await;
        let path = uri.trim_start_matches(school.server.url());
        let request = school.guest.request(Method::GET, path).header("accept", "application/activity+json");
        (found["statuses"].as_array().unwrap().len(), request.send().await.unwrap().status().as_u16())
    };
    assert_eq!(seen(&write("public").await).await, (1, 200));
    for visibility in ["private", "direct"] {
        assert_eq!(seen(&write(visibility).await).await, (0, 404), "{visibility}");
    }
}

#[test]
fn an_operation_nobody_described_is_noticed() {
    let document = json!({ "paths": { "/api/v1/things/{id}": { "get": {
        "x-who": "a person", "parameters": [{ "name": "id", "in": "path", "x-names": "thing" }],
        "responses": { "200": { "content": { "application/json": { "schema": { "type": "array" } } } } },
    } } } });
    let operations = operations(&document);
    let [thing] = operations.as_slice() else { panic!("there is one") };
    assert_eq!((thing.kinds(), OPEN.contains(&"thing"), thing.of_staff), (vec!["thing"], false, false));
    let answer = |status, json| Answer { status, json };
    assert_eq!(thing.misdescribed(&document, &answer(200, json!({}))).len(), 1);
    assert_eq!(thing.misdescribed(&document, &answer(202, json!([]))).len(), 1);
    assert!(thing.misdescribed(&document, &answer(200, json!([]))).is_empty());
    assert!(tells(&answer(200, json!([SECRET]))) && !tells(&answer(200, json!([]))));
}
