//! One school's people and operators on another school's server: nobody's rights reach further than their own.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_server::api::ROUTES;
use staffroom_tests::api::Api;

use super::network::{find, follow, none_with, one_with, servers, text};

const HOME: &str = "/api/v1/timelines/home";

/// The status codes of every call of the client API with `token`, with `id` wherever one belongs.
async fn answers(server: &staffroom_tests::process::ServerProcess, token: &str, id: &str) -> Vec<(String, u16)> {
    let api: Api = server.api(Some(token.to_owned()));
    let mut answers = Vec::new();
    for route in ROUTES.iter().filter(|route| route.path.starts_with("/api/")) {
        let path: Vec<&str> = route.path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect();
        let method: Method = route.method.parse().unwrap();
        let body = if method == Method::GET { Value::Null } else { json!({ "status": "x", "comment": "x" }) };
        let status = api.send(method, &path.join("/"), &body).await.status;
        answers.push((format!("{} {}", route.method, route.path), status));
    }
    answers
}

#[tokio::test]
async fn sec_69_an_operators_token_is_worth_nothing_elsewhere() {
    let servers = servers::<2>().await;
    let (oak, elm) = (&servers[0], &servers[1]);
    let token = oak.member_token("amy");
    oak.admin(&["account", "set-role", "amy", "admin"], "");
    let ben = elm.member("ben");
    let status = ben.post("/api/v1/statuses", &json!({ "status": "Words of ben" })).await;
    let id = text(&status["id"]);
    let (as_amy, as_nobody) = (answers(elm, &token, id).await, answers(elm, "no-such-token", id).await);
    assert!(as_amy.len() > 50, "only {} calls", as_amy.len());
    assert_eq!(as_amy, as_nobody);
    assert!(as_amy.iter().any(|(_, status)| *status == 401));
    let seen = ben.get(&format!("/api/v1/statuses/{id}")).await;
    assert_eq!((&seen["favourites_count"], text(&seen["content"])), (&json!(0), "<p>Words of ben</p>"));
}

#[tokio::test]
async fn sec_69_what_an_operator_does_to_people_elsewhere_stays_at_home() {
    let servers = servers::<2>().await;
    let (oak, elm) = (&servers[0], &servers[1]);
    let (amy, ben, cat) = (oak.member("amy"), elm.member("ben"), elm.member("cat"));
    oak.admin(&["account", "set-role", "amy", "admin"], "");
    follow(&amy, &format!("@ben@{}", elm.host())).await;
    follow(&cat, "@ben").await;
    let status = ben.post("/api/v1/statuses", &json!({ "status": "Words of ben" })).await;
    let copy = one_with(&amy, HOME, "Words of ben").await;

    // not hers to change, by any of its names
    let path = format!("/api/v1/statuses/{}", text(&copy["id"]));
    for (method, body) in [(Method::DELETE, Value::Null), (Method::PUT, json!({ "status": "Amy's words" }))] {
        let refused = amy.send(method.clone(), &path, &body).await.status;
        assert!(matches!(refused, 403 | 404), "{method}: {refused}");
    }
    let handle = format!("ben@{}", elm.host());
    oak.admin_refuses(&["account", "delete", &handle, "--yes"]);
    oak.admin_refuses(&["account", "set-role", &handle, "admin"]);
    oak.admin_refuses(&["token", "create", "--account", &handle]);

    // a suspension and a block change what is seen here, and nothing there
    oak.admin(&["account", "suspend", &handle], "");
    none_with(&amy, HOME, "Words of ben").await;
    oak.admin(&["account", "lift", &handle, "suspend"], "");
    one_with(&amy, HOME, "Words of ben").await;
    let account = find(&amy, &format!("@{handle}")).await;
    amy.post(&format!("/api/v1/accounts/{}/block", text(&account["id"])), &json!({})).await;
    none_with(&amy, HOME, "Words of ben").await;
    one_with(&cat, HOME, "Words of ben").await;
    let there = ben.get(&format!("/api/v1/statuses/{}", text(&status["id"]))).await;
    assert_eq!(text(&there["content"]), "<p>Words of ben</p>");
    let me = ben.get("/api/v1/accounts/verify_credentials").await;
    assert_eq!(me["statuses_count"], 1);
}
