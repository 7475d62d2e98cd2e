//! Whom an instance turns away: by e-mail domain, by address of mail, by internet address.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};
use staffroom_tests::wait::eventually;

const ACCOUNTS: &str = "/api/v1/accounts";
const DOMAINS: &str = "/api/v1/admin/email_domain_blocks";
const HASHES: &str = "/api/v1/admin/canonical_email_blocks";
const NETWORKS: &str = "/api/v1/admin/ip_blocks";

/// A server behind a proxy, where everybody may make an account at once.
async fn server() -> ServerProcess {
    let [port] = free_ports();
    let settings = [
        ("REGISTRATIONS__OPEN", "true"),
        ("REGISTRATIONS__APPROVAL", "false"),
        ("REGISTRATIONS__CONFIRMATION", "false"),
        ("SERVER__TRUSTED_PROXIES", "127.0.0.1,::1"),
    ];
    ServerProcess::start_with(port, &[], &settings).await
}

/// Somebody with admin scopes and this role.
fn staff(server: &ServerProcess, handle: &str, role: &str) -> Api {
    server.member(handle);
    server.admin(&["account", "set-role", handle, role], "");
    token(server, handle, "read write admin:read admin:write")
}

/// Somebody with a token of these scopes.
fn token(server: &ServerProcess, handle: &str, scopes: &str) -> Api {
    let printed = server.admin(&["token", "create", "--account", handle, "--scopes", scopes], "");
    server.api(printed.lines().last().map(str::to_owned))
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

/// Somebody at `address` asks for something.
async fn from(address: &str, api: &Api, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let request = api.request(method, path).header("x-forwarded-for", address).json(body);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

/// Somebody at `address` makes an account.
async fn registers(api: &Api, address: &str, name: &str, email: &str) -> (u16, Value) {
    let person = json!({ "username": name, "email": email, "password": PASSWORD, "agreement": true, "locale": "en" });
    from(address, api, Method::POST, ACCOUNTS, &person).await
}

#[tokio::test]
async fn rules_about_mail_are_kept_for_administrators_and_refuse_sign_ups() {
    let server = server().await;
    let (admin, moderator, app) =
        (staff(&server, "zoe", "admin"), staff(&server, "max", "moderator"), app(&server).await);
    for (base, body) in [
        (DOMAINS, json!({ "domain": "mail.example" })),
        (HASHES, json!({ "email": "some.one+x@fine.example" })),
        (NETWORKS, json!({ "ip": "192.0.2.0/24", "severity": "sign_up_block" })),
    ] {
        assert_eq!(server.api(None).send(Method::GET, base, &Value::Null).await.status, 401);
        assert_eq!(server.api(None).send(Method::POST, base, &body).await.status, 401);
        assert_eq!(moderator.send(Method::GET, base, &Value::Null).await.status, 403);
        assert_eq!(moderator.send(Method::POST, base, &body).await.status, 403);
        let made = admin.post(base, &body).await;
        let path = format!("{base}/{}", made["id"].as_str().unwrap());
        assert_eq!(admin.get(&path).await, made);
        assert_eq!(admin.get(base).await, json!([made]));
        assert_eq!(moderator.send(Method::DELETE, &path, &Value::Null).await.status, 403);
        assert_eq!(admin.send(Method::POST, base, &body).await.status, 422, "there already");
        assert_eq!(admin.send(Method::POST, base, &json!({})).await.status, 422);
        assert_eq!(admin.send(Method::GET, &format!("{base}/1"), &Value::Null).await.status, 404);
    }
    for (email, code) in
        [("amy@sub.mail.example", "ERR_BLOCKED"), ("someone@fine.example", "ERR_BLOCKED"), ("amy@", "ERR_INVALID")]
    {
        let (status, body) = registers(&app, "203.0.113.7", "amy", email).await;
        assert_eq!((status, &body["details"]["email"][0]["error"]), (422, &json!(code)), "{email}: {body}");
    }
    let block = admin.get(DOMAINS).await[0].clone();
    assert_eq!((&block["history"][0]["uses"], &block["history"][0]["accounts"]), (&json!("1"), &json!("1")));
    let found = admin.post(&format!("{HASHES}/test"), &json!({ "email": "s.omeone@fine.example" })).await;
    assert_eq!(found, admin.get(HASHES).await);
    assert_eq!(admin.post(&format!("{HASHES}/test"), &json!({ "email": "other@fine.example" })).await, json!([]));
    // asked with the scope for reading, as in Mastodon
    let asked = json!({ "email": "someone@fine.example" });
    for (scopes, status) in
        [("admin:read:canonical_email_blocks", 200), ("admin:write", 403), ("admin:read:ip_blocks", 403)]
    {
        let api = token(&server, "zoe", scopes);
        assert_eq!(api.send(Method::POST, &format!("{HASHES}/test"), &asked).await.status, status, "{scopes}");
    }
    assert_eq!(server.database().count("users WHERE email LIKE '%@mail.example'").await, 0);
    assert_eq!(server.database().count("email_domain_tries").await, 1);
    assert_eq!(server.database().count("email_domain_tries WHERE client LIKE '%.%'").await, 0, "no addresses");

    // lifted, they may
    for base in [DOMAINS, HASHES] {
        let path = format!("{base}/{}", admin.get(base).await[0]["id"].as_str().unwrap());
        assert_eq!(admin.send(Method::DELETE, &path, &Value::Null).await.ok(), json!({}));
        assert_eq!(admin.send(Method::DELETE, &path, &Value::Null).await.status, 404);
    }
    assert_eq!(registers(&app, "203.0.113.7", "amy", "amy@sub.mail.example").await.0, 200);
    assert_eq!(registers(&app, "203.0.113.7", "someone", "someone@fine.example").await.0, 200);

    // a moderator looks at them first
    admin.post(DOMAINS, &json!({ "domain": "free.example", "allow_with_approval": true })).await;
    let (status, made) = registers(&app, "203.0.113.7", "ben", "ben@free.example").await;
    assert_eq!(status, 200, "{made}");
    let ben = server.api(made["access_token"].as_str().map(str::to_owned));
    assert_eq!(ben.send(Method::GET, "/api/v1/accounts/verify_credentials", &Value::Null).await.status, 403);
    assert_eq!(moderator.get("/api/v1/admin/accounts?pending=true").await[0]["username"], "ben");
}

#[tokio::test]
async fn internet_addresses_are_refused_accounts_or_everything() {
    let server = server().await;
    let (admin, app) = (staff(&server, "zoe", "admin"), app(&server).await);
    let rule = json!({ "ip": "203.0.113.0/24", "severity": "sign_up_block", "comment": "a flood", "expires_in": 600 });
    let made = admin.post(NETWORKS, &rule).await;
    assert!(made["ip"] == "203.0.113.0/24" && made["comment"] == "a flood" && made["expires_at"].is_string(), "{made}");
    let path = format!("{NETWORKS}/{}", made["id"].as_str().unwrap());
    assert_eq!(registers(&app, "203.0.113.7", "amy", "amy@fine.example").await.0, 403);
    assert_eq!(registers(&app, "203.0.114.7", "amy", "amy@fine.example").await.0, 200);
    let instance = "/api/v2/instance";
    assert_eq!(from("203.0.113.7", &app, Method::GET, instance, &Value::Null).await.0, 200);

    let change = json!({ "severity": "sign_up_requires_approval" });
    let changed = admin.send(Method::PUT, &path, &change).await.ok();
    assert_eq!((&changed["severity"], &changed["expires_at"]), (&change["severity"], &made["expires_at"]));
    let (status, made) = registers(&app, "203.0.113.7", "ben", "ben@fine.example").await;
    assert_eq!(status, 200, "{made}");
    let ben = server.api(made["access_token"].as_str().map(str::to_owned));
    assert_eq!(ben.send(Method::GET, "/api/v1/accounts/verify_credentials", &Value::Null).await.status, 403);

    admin.send(Method::PUT, &path, &json!({ "severity": "no_access" })).await.ok();
    for path in ["/livez", "/readyz", "/health"] {
        assert_eq!(from("203.0.113.7", &app, Method::GET, path, &Value::Null).await.0, 200, "{path}");
    }
    for path in [instance, "/", "/auth/sign_in", "/.well-known/host-meta", "/health/more"] {
        assert_eq!(from("203.0.113.7", &app, Method::GET, path, &Value::Null).await.0, 403, "{path}");
        let other = from("203.0.114.7", &app, Method::GET, path, &Value::Null).await.0;
        assert_eq!(other, if path == "/health/more" { 404 } else { 200 }, "{path}");
    }
    // what a client says of itself does not count, nor may an administrator shut themselves out
    assert_eq!(from("203.0.113.7, 203.0.114.7", &app, Method::GET, instance, &Value::Null).await.0, 200);
    let out = json!({ "ip": "203.0.114.7", "severity": "no_access" });
    let (status, why) = from("203.0.114.7", &admin, Method::POST, NETWORKS, &out).await;
    assert_eq!(status, 422, "{why}");
    for wrong in [json!({ "ip": "203.0.113.7/24", "severity": "no_access" }), json!({ "ip": "203.0.115.0/24" })] {
        assert_eq!(admin.send(Method::POST, NETWORKS, &wrong).await.status, 422, "{wrong}");
    }
    assert_eq!(admin.send(Method::DELETE, &path, &Value::Null).await.ok(), json!({}));
    assert_eq!(from("203.0.113.7", &app, Method::GET, instance, &Value::Null).await.0, 200);
}

#[tokio::test]
async fn who_is_shut_out_gets_back_in_by_the_command_line() {
    let server = server().await;
    let admin = staff(&server, "zoe", "admin");
    let rule = json!({ "ip": "203.0.113.0/24", "severity": "no_access", "comment": "too\nmuch" });
    admin.post(NETWORKS, &rule).await;
    for own in ["127.0.0.1", "127.0.0.0/8", "::1", "0.0.0.0/0", "96.0.0.0/7", "2a00::/12", "::ffff:0:0/96"] {
        let refused = json!({ "ip": own, "severity": "no_access" });
        // asked from elsewhere: it is not the asker's own address that refuses it
        let (status, why) = from("198.51.100.1", &admin, Method::POST, NETWORKS, &refused).await;
        assert_eq!(status, 422, "{own}: {why}");
    }
    let listed = server.admin(&["address", "list"], "");
    assert_eq!(listed.lines().filter(|line| line.contains("no_access")).count(), 1, "{listed}");
    assert!(listed.contains("203.0.113.0/24\tno_access\ttoo"), "{listed}");
    let instance = "/api/v2/instance";
    let asks = async || from("203.0.113.7", &admin, Method::GET, instance, &Value::Null).await.0;
    assert_eq!(asks().await, 403);
    for wrong in ["203.0.113.7", "203.0.0.0/16", "everything"] {
        server.admin_refuses(&["address", "remove", wrong]);
    }
    assert!(server.admin(&["address", "remove", "203.0.113.0/24"], "").contains("no rule any more"));
    assert!(!server.admin(&["address", "list"], "").contains("203.0.113"));
    // read anew within seconds
    eventually("the rule is gone", || async {
        match asks().await {
            200 => Ok(()),
            status => Err(status),
        }
    })
    .await;
}

#[tokio::test]
async fn who_waits_for_confirmation_does_not_slip_to_a_blocked_address() {
    let [port] = free_ports();
    let settings = [("REGISTRATIONS__OPEN", "true"), ("REGISTRATIONS__APPROVAL", "false")];
    let server = ServerProcess::start_with(port, &[], &settings).await;
    let (admin, app) = (staff(&server, "zoe", "admin"), app(&server).await);
    admin.post(DOMAINS, &json!({ "domain": "mail.example" })).await;
    let (_, made) = registers(&app, "127.0.0.1", "amy", "amy@fine.example").await;
    let amy = server.api(made["access_token"].as_str().map(str::to_owned));
    let confirmations = "/api/v1/emails/confirmations";
    let change = async |email: &str| amy.send(Method::POST, confirmations, &json!({ "email": email })).await.status;
    assert_eq!(change("amy@mail.example").await, 422);
    assert_eq!(server.database().count("users WHERE email = 'amy@fine.example'").await, 1);
    assert_eq!(change("amy@other.example").await, 200);
}
