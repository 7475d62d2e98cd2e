//! The OpenAPI document as it is served: every endpoint of the table of routes and nothing else, each for whom it is.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_server::api::{Auth, ROUTES, Route};

use super::server;

/// Where `document` is not what the table of routes says.
fn differences(document: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut listed = 0;
    for route in ROUTES {
        let operation = &document["paths"][route.path][route.method.to_ascii_lowercase()];
        if operation["security"] != security(route) {
            wrong.push(format!("{} {}: {}", route.method, route.path, operation["security"]));
        }
    }
    for item in document["paths"].as_object().unwrap().values() {
        listed += item.as_object().unwrap().len();
    }
    if listed != ROUTES.len() {
        wrong.push(format!("{listed} operations for {} endpoints", ROUTES.len()));
    }
    let scopes = &document["components"]["securitySchemes"]["oauth"]["flows"]["authorizationCode"]["scopes"];
    for route in ROUTES.iter().filter(|route| !route.scope.is_empty()) {
        if scopes[route.scope].is_null() {
            wrong.push(format!("{} is no scope", route.scope));
        }
    }
    wrong
}

fn security(route: &Route) -> Value {
    let scopes = if route.scope.is_empty() { json!([]) } else { json!([route.scope]) };
    match route.auth {
        Auth::Open => json!([]),
        Auth::Public => json!([{}, { "oauth": scopes }]),
        Auth::AppOrUser
        | Auth::User
        | Auth::OrganisationModerator
        | Auth::OrganisationAdmin
        | Auth::Moderator
        | Auth::Admin => json!([{ "oauth": scopes }]),
    }
}

#[tokio::test]
async fn the_document_has_every_endpoint_as_it_is_and_nothing_else() {
    let guest = server().await.api(None);
    let answer = guest.request(Method::GET, "/api/openapi.json").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/json");
    let document: Value = answer.json().await.unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(differences(&document), Vec::<String>::new());

    let mut broken = document.clone();
    broken["paths"]["/api/v1/lists"]["get"]["security"] = json!([]);
    broken["paths"]["/api/v1/extra"] = json!({ "get": {} });
    assert_eq!(differences(&broken).len(), 2);
    assert_eq!(guest.send(Method::POST, "/api/openapi.json", &Value::Null).await.status, 405);
}
