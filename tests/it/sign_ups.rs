//! People who make an account for themselves: nobody to others before they are let in, and how often they may try.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};

const ACCOUNTS: &str = "/api/v1/accounts";

/// A server behind a proxy, where everybody may ask for an account.
async fn server(approval: &str, confirmation: &str) -> ServerProcess {
    let [port] = free_ports();
    let settings = [
        ("REGISTRATIONS__OPEN", "true"),
        ("REGISTRATIONS__APPROVAL", approval),
        ("REGISTRATIONS__CONFIRMATION", confirmation),
        ("SERVER__TRUSTED_PROXIES", "127.0.0.1,::1"),
    ];
    ServerProcess::start_with(port, &[], &settings).await
}

/// The token of an app.
async fn app(server: &ServerProcess) -> Api {
    let nobody = server.api(None);
    let asked = json!({ "client_name": "a", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write" });
    let app = nobody.post("/api/v1/apps", &asked).await;
    let grant = json!({
        "grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"],
        "scope": "read write",
    });
    server.api(nobody.post("/oauth/token", &grant).await["access_token"].as_str().map(str::to_owned))
}

/// Somebody at `address` asks for an account.
async fn asks(app: &Api, address: &str, name: &str, email: &str) -> (u16, Value) {
    let person = json!({ "username": name, "email": email, "password": PASSWORD, "agreement": true, "locale": "en" });
    let request = app.request(Method::POST, ACCOUNTS).header("x-forwarded-for", address).json(&person);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

/// The number of who asked with this address.
async fn id_of(server: &ServerProcess, email: &str) -> i64 {
    server.database().number(&format!("SELECT account_id FROM users WHERE email = '{email}'")).await
}

/// What everybody can ask about somebody, each with whether servers ask.
fn places(server: &ServerProcess, name: &str, id: i64) -> Vec<(String, bool)> {
    let host = server.host();
    vec![
        (format!("{ACCOUNTS}/lookup?acct={name}"), false),
        (format!("{ACCOUNTS}/{id}"), false),
        (format!("{ACCOUNTS}/{id}/followers"), false),
        (format!("{ACCOUNTS}/{id}/following"), false),
        (format!("/@{name}"), false),
        (format!("/@{name}.rss"), false),
        (format!("/@{name}"), true),
        (format!("/users/{name}"), true),
        (format!("/users/{name}/outbox"), true),
        (format!("/users/{name}/followers"), true),
        (format!("/.well-known/webfinger?resource=acct:{name}@{host}"), false),
        (format!("/.well-known/webfinger?resource=http://{host}/users/{name}"), false),
    ]
}

/// What each of these answers a stranger.
async fn answers(nobody: &Api, places: &[(String, bool)]) -> Vec<u16> {
    let mut found = Vec::new();
    for (path, by_server) in places {
        let accept = if *by_server { "application/activity+json" } else { "*/*" };
        let answer = nobody.request(Method::GET, path).header("accept", accept).send().await.unwrap();
        found.push(answer.status().as_u16());
    }
    found
}

/// Nobody knows of who asked for an account, and everybody does once they were let in.
async fn nobody_before(server: &ServerProcess, member: &Api, name: &str, id: i64) {
    let (nobody, places) = (server.api(None), places(server, name, id));
    assert_eq!(answers(&nobody, &places).await, vec![404; places.len()], "{places:?}");
    for none in [format!("{ACCOUNTS}?id[]={id}"), format!("{ACCOUNTS}/{id}/statuses")] {
        assert_eq!(nobody.get(&none).await, json!([]), "{none}");
    }
    for search in ["/api/v2/search?type=accounts&resolve=true&q=", "/api/v1/accounts/search?q="] {
        for q in [name.to_owned(), format!("@{name}@{}", server.host()), format!("http://{}/@{name}", server.host())] {
            let found = member.get(&format!("{search}{q}")).await;
            let accounts = if found.is_array() { &found } else { &found["accounts"] };
            assert_eq!(*accounts, json!([]), "{search}{q}");
        }
    }
    assert_eq!(member.get(&format!("{ACCOUNTS}/relationships?id[]={id}")).await, json!([]));
    for verb in ["follow", "block", "mute", "note", "pin"] {
        let answer = member.send(Method::POST, &format!("{ACCOUNTS}/{id}/{verb}"), &json!({ "comment": "x" })).await;
        assert_eq!(answer.status, 404, "{verb}: {}", answer.json);
    }
    let list = member.post("/api/v1/lists", &json!({ "title": "year 9" })).await;
    let path = format!("/api/v1/lists/{}/accounts", list["id"].as_str().unwrap());
    assert_eq!(member.send(Method::POST, &path, &json!({ "account_ids": [id.to_string()] })).await.status, 404);
    let reported = member.send(Method::POST, "/api/v1/reports", &json!({ "account_id": id.to_string() })).await;
    assert_eq!(reported.status, 404, "{}", reported.json);
    let status = member.post("/api/v1/statuses", &json!({ "status": format!("Good morning @{name}") })).await;
    assert_eq!(status["mentions"], json!([]));
}

/// The same once they were let in.
async fn somebody_after(server: &ServerProcess, member: &Api, name: &str, id: i64) {
    let (nobody, places) = (server.api(None), places(server, name, id));
    assert_eq!(answers(&nobody, &places).await, vec![200; places.len()], "{places:?}");
    assert_eq!(nobody.get(&format!("{ACCOUNTS}?id[]={id}")).await[0]["username"], name);
    let found = member.get(&format!("/api/v2/search?type=accounts&q={name}")).await;
    assert_eq!(found["accounts"][0]["username"], name);
    assert_eq!(member.post(&format!("{ACCOUNTS}/{id}/follow"), &json!({})).await["following"], true);
    let status = member.post("/api/v1/statuses", &json!({ "status": format!("Good morning @{name}") })).await;
    assert_eq!(status["mentions"][0]["username"], name);
}

#[tokio::test]
async fn who_waits_for_approval_is_nobody_to_others() {
    let server = server("true", "false").await;
    let (app, member) = (app(&server).await, server.member("amy"));
    server.member("max");
    server.admin(&["account", "set-role", "max", "moderator"], "");
    let scopes = "read write admin:read admin:write";
    let printed = server.admin(&["token", "create", "--account", "max", "--scopes", scopes], "");
    let moderator = server.api(printed.lines().last().map(str::to_owned));

    let (status, made) = asks(&app, "203.0.113.7", "fresh", "fresh@fine.example").await;
    assert_eq!(status, 200, "{made}");
    let fresh = server.api(made["access_token"].as_str().map(str::to_owned));
    let own = format!("{ACCOUNTS}/verify_credentials");
    let id = id_of(&server, "fresh@fine.example").await;
    nobody_before(&server, &member, "fresh", id).await;
    assert_eq!(fresh.send(Method::GET, &own, &Value::Null).await.status, 403);
    assert_eq!(asks(&app, "203.0.113.7", "FRESH", "other@fine.example").await.0, 422, "the name is taken");
    assert_eq!(moderator.get("/api/v1/admin/accounts?pending=true").await[0]["username"], "fresh");

    moderator.post(&format!("/api/v1/admin/accounts/{id}/approve"), &json!({})).await;
    assert_eq!(fresh.get(&own).await["username"], "fresh");
    somebody_after(&server, &member, "fresh", id).await;
}

#[tokio::test]
async fn who_has_not_confirmed_their_address_is_nobody_to_others() {
    let mut server = server("false", "true").await;
    let (asking, member) = (app(&server).await, server.member("amy"));
    let (status, made) = asks(&asking, "203.0.113.7", "fresh", "fresh@fine.example").await;
    assert_eq!(status, 200, "{made}");
    let token = made["access_token"].as_str().map(str::to_owned);
    let check = "/api/v1/emails/check_confirmation";
    let id = id_of(&server, "fresh@fine.example").await;
    nobody_before(&server, &member, "fresh", id).await;
    assert_eq!(server.api(token.clone()).get(check).await, json!(false), "their own app may ask");
    server.kill();
    server.database().change(&format!("UPDATE users SET confirmed_at = created_at WHERE account_id = {id}")).await;
    server.restart().await;
    assert_eq!(server.api(token).get(check).await, json!(true));
    somebody_after(&server, &member, "fresh", id).await;
}

#[tokio::test]
async fn mistyped_forms_keep_no_school_out_and_floods_are_stopped() {
    let server = server("false", "false").await;
    let app = app(&server).await;
    let (school, flood) = ("203.0.113.7", "203.0.113.8");
    for _ in 0..15 {
        assert_eq!(asks(&app, school, "amy", "no address").await.0, 422);
    }
    for n in 0..10 {
        let name = format!("teacher{n}");
        let (status, made) = asks(&app, school, &name, &format!("{name}@fine.example")).await;
        assert_eq!(status, 200, "{name}: {made}");
    }
    assert_eq!(asks(&app, school, "eleventh", "eleventh@fine.example").await.0, 429);
    assert_eq!(asks(&app, school, "eleventh", "no address").await.0, 429, "a mistake opens nothing");
    assert_eq!(asks(&app, school, "eleventh", "eleventh@fine.example").await.0, 429);
    for _ in 0..100 {
        assert_eq!(asks(&app, flood, "amy", "no address").await.0, 422);
    }
    assert_eq!(asks(&app, flood, "amy", "amy@fine.example").await.0, 429);
    assert_eq!(asks(&app, "203.0.113.9", "amy", "amy@fine.example").await.0, 200, "somebody else");
}
