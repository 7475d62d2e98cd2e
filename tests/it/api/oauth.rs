//! Registering apps and getting tokens without a browser; signing in with one is in `web`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use super::server;
use staffroom_tests::browser::Browser;
use staffroom_tests::process::PASSWORD;

const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

pub(super) async fn register(redirect_uris: Value) -> (u16, Value) {
    let body = json!({ "client_name": "Probe", "redirect_uris": redirect_uris, "scopes": "read write follow push" });
    let answer = server().await.api(None).send(Method::POST, "/api/v1/apps", &body).await;
    (answer.status, answer.json)
}

#[tokio::test]
async fn trap_17_redirect_uris_are_kept_byte_for_byte_in_every_form_they_come() {
    let uris = "icecubesapp://\nhttp://localhost:3000\noauth2redirect://com.keylesspalace.tusky/\nhttps://a.test/x?y=1";
    let listed: Vec<&str> = uris.lines().collect();
    for form in [json!(uris), json!(listed)] {
        let (status, app) = register(form).await;
        assert_eq!(status, 200, "{app}");
        assert_eq!(app["redirect_uris"], json!(listed));
        assert_eq!(app["redirect_uri"], uris);
        assert!(app["id"].is_string() && app["client_secret"].is_string() && app["client_id"].is_string());
    }
    for refused in ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "https://a.test/#fragment", "", "no uri"] {
        let (status, answer) = register(json!(refused)).await;
        assert_eq!(status, 422, "{refused}: {answer}");
        assert!(answer["error"].is_string());
    }
}

#[tokio::test]
async fn trap_16_22_an_app_gets_a_token_for_itself_as_json_as_form_and_by_basic() {
    let (_, app) = register(json!(OUT_OF_BAND)).await;
    let (id, secret) = (app["client_id"].as_str().unwrap(), app["client_secret"].as_str().unwrap());
    let nobody = server().await.api(None);
    let fields = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    let as_json = json!({ "grant_type": "client_credentials", "client_id": id, "client_secret": secret });
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let form = |fields: &[(&str, &str)]| {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = nobody.request(Method::POST, "/oauth/token").body(body);
        request.header("content-type", "application/x-www-form-urlencoded")
    };
    for request in [
        nobody.request(Method::POST, "/oauth/token").json(&as_json),
        form(&fields),
        form(&fields[..1]).header("authorization", basic),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let token: Value = answer.json().await.unwrap();
        assert_eq!((&token["token_type"], &token["scope"]), (&json!("Bearer"), &json!("read")));
        assert!(token["created_at"].is_i64());
        let me = server().await.api(token["access_token"].as_str().map(str::to_owned));
        assert_eq!(me.get("/api/v1/apps/verify_credentials").await["name"], "Probe");
    }
}

#[tokio::test]
async fn wrong_clients_grants_and_scopes_get_the_words_of_the_standard() {
    let (_, app) = register(json!(OUT_OF_BAND)).await;
    let nobody = server().await.api(None);
    for (change, status, error) in [
        (json!({ "client_secret": "wrong" }), 401, "invalid_client"),
        (json!({ "client_id": "nobody" }), 401, "invalid_client"),
        (json!({ "grant_type": "password", "username": "a", "password": "b" }), 400, "unsupported_grant_type"),
        (json!({ "grant_type": "authorization_code", "code": "wrong" }), 400, "invalid_grant"),
        (json!({ "scope": "read admin:write" }), 400, "invalid_scope"),
    ] {
        let mut body = json!({
            "grant_type": "client_credentials", "redirect_uri": OUT_OF_BAND,
            "client_id": app["client_id"], "client_secret": app["client_secret"],
        });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = nobody.send(Method::POST, "/oauth/token", &body).await;
        assert_eq!((answer.status, answer.json["error"].as_str()), (status, Some(error)), "{change}");
    }
}

/// Verifier and challenge of RFC 7636, appendix B.
const PKCE: [&str; 2] = ["dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"];

#[tokio::test]
async fn a_code_asked_for_with_a_challenge_counts_only_with_its_verifier() {
    let server = server().await;
    server.member("pkce");
    let (_, app) = register(json!(OUT_OF_BAND)).await;
    let mut browser = Browser::default();
    let mut code = async || {
        let params = [
            ("response_type", "code"),
            ("client_id", app["client_id"].as_str().unwrap()),
            ("redirect_uri", OUT_OF_BAND),
            ("code_challenge", PKCE[1]),
            ("code_challenge_method", "S256"),
        ];
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
        let mut page = browser.open(&format!("{}/oauth/authorize?{query}", server.url())).await;
        if page.url.path() == "/auth/sign_in" {
            page = browser.sign_in(&page, "pkce", PASSWORD).await;
        }
        let page = browser.submit(&page, "/oauth/authorize", &[("decision", "approve")]).await;
        page.param("code").unwrap_or_else(|| panic!("{}", page.body))
    };
    let wrong = "a".repeat(43);
    for (verifier, status) in [(Some(PKCE[0]), 200), (Some(wrong.as_str()), 400), (Some(PKCE[1]), 400), (None, 400)] {
        let body = json!({
            "grant_type": "authorization_code", "code": code().await, "redirect_uri": OUT_OF_BAND,
            "client_id": app["client_id"], "client_secret": app["client_secret"], "code_verifier": verifier,
        });
        let answer = server.api(None).send(Method::POST, "/oauth/token", &body).await;
        assert_eq!(answer.status, status, "{verifier:?}: {}", answer.json);
        let again = server.api(None).send(Method::POST, "/oauth/token", &body).await;
        assert_eq!(again.status, 400, "a code counts once");
    }
}

#[tokio::test]
async fn a_token_can_be_ended_by_its_client_alone() {
    let nobody = server().await.api(None);
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let (_, app) = register(json!(OUT_OF_BAND)).await;
        let mut body = json!({
            "grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"],
        });
        body["token"] = nobody.post("/oauth/token", &body).await["access_token"].clone();
        tokens.push(body);
    }
    let works = async |token: &Value| {
        let api = server().await.api(token.as_str().map(str::to_owned));
        api.send(Method::GET, "/api/v1/apps/verify_credentials", &Value::Null).await.status
    };
    let mut foreign = tokens[1].clone();
    foreign["token"] = tokens[0]["token"].clone();
    nobody.send(Method::POST, "/oauth/revoke", &foreign).await;
    assert_eq!(works(&tokens[0]["token"]).await, 200, "another client cannot end it");
    for _ in 0..2 {
        let answer = nobody.send(Method::POST, "/oauth/revoke", &tokens[0]).await;
        assert_eq!((answer.status, answer.json), (200, json!({})));
        assert_eq!(works(&tokens[0]["token"]).await, 401);
    }
}

#[tokio::test]
async fn the_metadata_document_names_what_is_there() {
    let server = server().await;
    let found = server.api(None).get("/.well-known/oauth-authorization-server").await;
    assert_eq!(found["issuer"].as_str().unwrap().trim_end_matches('/'), server.url());
    assert_eq!(found["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(found["app_registration_endpoint"], format!("{}/api/v1/apps", server.url()));
    for name in ["authorization_endpoint", "token_endpoint", "revocation_endpoint"] {
        assert!(found[name].as_str().is_some_and(|url| url.starts_with(server.url())), "{name}: {}", found[name]);
    }
}
