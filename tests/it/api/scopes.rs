//! Every endpoint of the table is called by nobody, with a wrong token, by an application, with too small a scope and
//! with the right one.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_server::api::{Auth, Kind, ROUTES, Route};
use staffroom_tests::api::Api;

use super::server;

/// A path with an id nothing has in every place for one.
fn path(route: &Route) -> String {
    let parts = route.path.split('/').map(|part| match part {
        "{name}" | "{hashtag}" => "sltchat",
        part if part.starts_with('{') => "999999999999999999",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

async fn answer(api: &Api, route: &Route) -> (u16, String) {
    let method = Method::from_bytes(route.method.as_bytes()).unwrap();
    if route.kind == Kind::Stream {
        // one that opens has no end
        let response = api.request(method, &path(route)).send().await.unwrap();
        let status = response.status().as_u16();
        let error = if status == 200 { Value::Null } else { response.json().await.unwrap() };
        return (status, error["error"].as_str().unwrap_or_default().to_owned());
    }
    let answer = api.send(method, &path(route), &json!({})).await;
    let error = answer.json["error"].as_str().unwrap_or_default().to_owned();
    (answer.status, error)
}

/// What must come of a call by somebody who may not.
fn expected(auth: Auth, caller: &str) -> Option<u16> {
    match (caller, auth) {
        (_, Auth::Open) | ("nobody", Auth::Public) | ("app", Auth::Public | Auth::AppOrUser) => None,
        ("app", Auth::User) => Some(422),
        ("too small", _)
        | ("app", Auth::Admin | Auth::Moderator | Auth::OrganisationAdmin | Auth::OrganisationModerator) => Some(403),
        _ => Some(401),
    }
}

/// The token endpoint refuses clients it does not know, registering people is closed, addresses are confirmed once, and
/// operators say who sees their neighbours.
fn has_refusals_of_its_own(route: &Route) -> bool {
    let neighbours = ["/api/v1/instance/domain_blocks", "/api/v1/instance/peers"];
    route.path.starts_with("/oauth/")
        || (route.method, route.path) == ("POST", "/api/v1/accounts")
        || route.path == "/api/v1/emails/confirmations"
        || neighbours.contains(&route.path)
}

#[tokio::test]
async fn every_endpoint_is_open_to_exactly_those_it_is_for() {
    let server = server().await;
    server.member("scopes");
    let token = |scopes: &str| {
        let printed = server.admin(&["token", "create", "--account", "scopes", "--scopes", scopes], "");
        printed.lines().last().unwrap().to_owned()
    };
    let role = std::cell::Cell::new("member".to_owned());
    let set_role = |wanted: &str| {
        if role.replace(wanted.to_owned()) != wanted {
            server.admin(&["account", "set-role", "scopes", wanted], "");
        }
    };
    let nobody = server.api(None);
    let wrong = server.api(Some("no-such-token".to_owned()));
    let small = server.api(Some(token("push")));
    let no_push = server.api(Some(token("profile")));
    let asked =
        json!({ "client_name": "all", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write push" });
    let app = nobody.post("/api/v1/apps", &asked).await;
    let grant = json!({
        "grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"],
        "scope": "read write push",
    });
    let app = nobody.post("/oauth/token", &grant).await["access_token"].as_str().unwrap().to_owned();
    let app = server.api(Some(app));
    let mut right: BTreeMap<&str, Api> = BTreeMap::new();

    let mut problems = Vec::new();
    for route in ROUTES {
        let mut say = |caller: &str, found: &(u16, String)| {
            problems.push(format!("{} {} by {caller}: {found:?}", route.method, route.path));
        };
        let too_small = if route.scope == "push" { &no_push } else { &small };
        let callers = [("nobody", &nobody), ("wrong token", &wrong), ("app", &app), ("too small", too_small)];
        for (caller, api) in callers {
            let without_scope = route.scope.is_empty() && caller == "too small";
            let wanted = if without_scope { None } else { expected(route.auth, caller) };
            let found = answer(api, route).await;
            let fits = match wanted {
                Some(status) => found.0 == status && !found.1.is_empty(),
                None => found.0 < 500 && (![401, 403].contains(&found.0) || has_refusals_of_its_own(route)),
            };
            if !fits {
                say(caller, &found);
            }
        }
        let scope = if route.scope.is_empty() { "read" } else { route.scope };
        let api = right.entry(scope).or_insert_with(|| server.api(Some(token(scope))));
        let ranks: &[&str] = match route.auth {
            Auth::Admin | Auth::OrganisationAdmin => &["member", "moderator", "admin"],
            Auth::Moderator | Auth::OrganisationModerator => &["member", "moderator"],
            _ => &[],
        };
        for too_low in ranks.iter().take(ranks.len().saturating_sub(1)) {
            set_role(too_low);
            let found = answer(api, route).await;
            if found.0 != 403 {
                say(too_low, &found);
            }
        }
        ranks.last().into_iter().for_each(|rank| set_role(rank));
        let found = answer(api, route).await;
        let needs_a_person = found.1.contains("requires an authenticated user");
        let refused = [401, 403].contains(&found.0) && !has_refusals_of_its_own(route);
        if found.0 >= 500 || refused || needs_a_person {
            say(scope, &found);
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[tokio::test]
async fn a_revoked_token_and_one_in_the_address_open_nothing() {
    let server = server().await;
    let token = server.member_token("revoked");
    let (nobody, me) = (server.api(None), server.api(Some(token.clone())));
    let path = "/api/v1/accounts/verify_credentials";
    assert_eq!(me.get(path).await["username"], "revoked");
    let by_query = nobody.send(Method::GET, &format!("{path}?access_token={token}"), &Value::Null).await;
    assert_eq!(by_query.status, 401);
    server.admin(&["account", "suspend", "revoked"], "");
    let after = me.send(Method::GET, path, &Value::Null).await;
    assert!([401, 403].contains(&after.status), "{after:?}");
}
