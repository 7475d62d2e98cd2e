//! Webhooks: what the operator's own receiver is told, what nobody is told, and whom the server does not speak to.

use aws_lc_rs::hmac;
use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::device::{PushService, Taken};
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};
use staffroom_tests::wait::eventually;

const STATUSES: &str = "/api/v1/statuses";
const REPORTS: &str = "/api/v1/admin/reports";
const ALL: &str = "account.created,account.approved,account.updated,report.created,report.updated,status.created,\
                   status.updated";

/// A server with the admin zoe, and a receiver it may speak with.
struct Ground {
    server: ServerProcess,
    receiver: PushService,
    zoe: Api,
}

/// A webhook, and the secret it shares with the server.
struct Hook {
    id: String,
    path: &'static str,
    secret: String,
}

async fn ground() -> Ground {
    let [ours, theirs] = free_ports();
    let settings = [
        ("REGISTRATIONS__OPEN", "true"),
        ("REGISTRATIONS__APPROVAL", "true"),
        ("REGISTRATIONS__CONFIRMATION", "false"),
    ];
    let server = ServerProcess::start_with(ours, &[theirs], &settings).await;
    let receiver = PushService::start(theirs).await;
    server.member_token("zoe");
    server.admin(&["account", "set-role", "zoe", "admin"], "");
    let scopes = "read write admin:read admin:write";
    let printed = server.admin(&["token", "create", "--account", "zoe", "--scopes", scopes], "");
    let zoe = server.api(printed.lines().last().map(str::to_owned));
    Ground { server, receiver, zoe }
}

impl Ground {
    fn hook(&self, path: &'static str, events: &str) -> Hook {
        let printed = self.server.admin(&["webhook", "add", &self.receiver.url(path), "--events", events], "");
        let id = printed.split('\t').next().unwrap().to_owned();
        Hook { id, path, secret: printed.lines().last().unwrap().to_owned() }
    }

    /// What a webhook was told of `event`, once it was.
    async fn told(&self, hook: &Hook, event: &str) -> Value {
        let (taken, body) = eventually(&format!("{event} is told"), || async {
            let all = self.receiver.taken(hook.path);
            all.iter()
                .map(|taken| (taken.clone(), body(taken)))
                .find(|(_, body)| body["event"] == event)
                .ok_or(all.len())
        })
        .await;
        assert_eq!(taken.header("content-type"), "application/json");
        assert!(is_signed(&taken, &hook.secret), "{event}: {}", taken.header("x-hub-signature"));
        assert!(body["created_at"].is_string(), "{body}");
        body["object"].clone()
    }

    /// Waits until nothing is on its way.
    async fn quiet(&self) {
        eventually("everything was told", || async {
            let left = self.server.database().count("jobs WHERE kind = 'tell_webhook' AND attempts = 0").await;
            if left == 0 { Ok(()) } else { Err(left) }
        })
        .await;
    }

    /// Everything a webhook was told, as text.
    fn all(&self, hook: &Hook) -> String {
        self.receiver.taken(hook.path).iter().map(|taken| body(taken).to_string()).collect()
    }
}

fn body(taken: &Taken) -> Value {
    serde_json::from_slice(&taken.body).unwrap_or_default()
}

fn is_signed(taken: &Taken, secret: &str) -> bool {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), &taken.body);
    let digits = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    taken.header("x-hub-signature") == format!("sha256={digits}")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_webhook_is_told_what_the_api_shows() {
    let ground = ground().await;
    let hook = ground.hook("/all", ALL);
    let amy = ground.server.member("amy");
    let me = text(&amy.get("/api/v1/accounts/verify_credentials").await["id"]);
    let admin = format!("/api/v1/admin/accounts/{me}");
    let made = ground.told(&hook, "account.created").await;
    assert_eq!((&made["id"], &made["email"]), (&json!(me), &json!("amy@example.org")));
    let shown = ground.zoe.get(&admin).await;
    assert_eq!(
        made.as_object().unwrap().keys().collect::<Vec<_>>(),
        shown.as_object().unwrap().keys().collect::<Vec<_>>()
    );

    let change = json!({ "display_name": "Amy Pond" });
    amy.send(Method::PATCH, "/api/v1/accounts/update_credentials", &change).await.ok();
    assert_eq!(ground.told(&hook, "account.updated").await, ground.zoe.get(&admin).await);

    let status = amy.post(STATUSES, &json!({ "status": "Fractions are fun" })).await;
    let path = format!("{STATUSES}/{}", text(&status["id"]));
    assert_eq!(ground.told(&hook, "status.created").await, ground.server.api(None).get(&path).await);
    amy.send(Method::PUT, &path, &json!({ "status": "Fractions are hard" })).await.ok();
    assert_eq!(ground.told(&hook, "status.updated").await, ground.server.api(None).get(&path).await);

    let ben = ground.server.member("ben");
    let about = json!({ "account_id": me, "status_ids": [status["id"]], "comment": "They are not" });
    let report = text(&ben.post("/api/v1/reports", &about).await["id"]);
    let filed = ground.told(&hook, "report.created").await;
    assert_eq!(filed, ground.zoe.get(&format!("{REPORTS}/{report}")).await);
    assert_eq!((&filed["comment"], &filed["action_taken"]), (&json!("They are not"), &json!(false)));
    let resolved = ground.zoe.post(&format!("{REPORTS}/{report}/resolve"), &json!({})).await;
    assert_eq!(ground.told(&hook, "report.updated").await, resolved);

    let nobody = ground.server.api(None);
    let asked = json!({ "client_name": "a", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write" });
    let app = nobody.post("/api/v1/apps", &asked).await;
    let grant = json!({
        "grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"],
        "scope": "read write",
    });
    let app = ground.server.api(nobody.post("/oauth/token", &grant).await["access_token"].as_str().map(str::to_owned));
    let person = json!({
        "username": "cora", "email": "cora@example.org", "password": PASSWORD, "agreement": true, "locale": "en",
    });
    app.post("/api/v1/accounts", &person).await;
    let cora = ground.server.database().number("SELECT account_id FROM users WHERE email = 'cora@example.org'").await;
    ground.zoe.post(&format!("/api/v1/admin/accounts/{cora}/approve"), &json!({})).await;
    let approved = ground.told(&hook, "account.approved").await;
    assert_eq!((&approved["username"], &approved["approved"]), (&json!("cora"), &json!(true)));
}

#[tokio::test]
async fn what_is_held_or_not_for_everybody_is_not_told() {
    let ground = ground().await;
    let hook = ground.hook("/statuses", "status.created,status.updated");
    let amy = ground.server.member("amy");
    for (words, visibility) in [("a secret for followers", "private"), ("a secret for nobody", "direct")] {
        let status = amy.post(STATUSES, &json!({ "status": words, "visibility": visibility })).await;
        let path = format!("{STATUSES}/{}", text(&status["id"]));
        amy.send(Method::PUT, &path, &json!({ "status": format!("{words}, still") })).await.ok();
    }
    let held = amy.post(STATUSES, &json!({ "status": "UPN: H801200001001 has left us" })).await;
    assert_eq!(held["staffroom"]["held"]["state"], "held", "{held}");
    let there = format!("{STATUSES}/{}", text(&held["id"]));
    amy.send(Method::PUT, &there, &json!({ "status": "UPN: H801200001001, again" })).await.ok();
    assert_eq!(ground.server.database().count("jobs WHERE kind = 'tell_webhook'").await, 0);

    let clean = amy.send(Method::PUT, &there, &json!({ "status": "Somebody has left us" })).await.ok();
    let told = ground.told(&hook, "status.created").await;
    assert_eq!((&told["id"], &told["content"]), (&clean["id"], &json!("<p>Somebody has left us</p>")));
    ground.quiet().await;
    let all = ground.all(&hook);
    for secret in ["secret", "H801200001001", "UPN", held["id"].as_str().unwrap()] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
    assert_eq!(ground.receiver.taken(hook.path).len(), 1);
}

#[tokio::test]
async fn only_who_listens_is_told_and_the_secret_can_be_changed() {
    let ground = ground().await;
    let (reports, off) = (ground.hook("/reports", "report.created"), ground.hook("/off", "status.created"));
    let (gone, mut hook) = (ground.hook("/gone", "status.created"), ground.hook("/on", "status.created"));
    ground.server.admin(&["webhook", "disable", &off.id], "");
    ground.server.admin(&["webhook", "remove", &gone.id], "");
    let listed = ground.server.admin(&["webhook", "list"], "");
    assert_eq!(listed.lines().count(), 3, "{listed}");
    assert!(!listed.contains(&hook.secret), "the secret is told once");
    assert!(listed.contains(&format!("{}\toff\tstatus.created\t{}", off.id, ground.receiver.url("/off"))), "{listed}");

    let former = std::mem::take(&mut hook.secret);
    hook.secret = ground.server.admin(&["webhook", "rotate-secret", &hook.id], "").trim().to_owned();
    assert_ne!(former, hook.secret);
    let amy = ground.server.member("amy");
    amy.post(STATUSES, &json!({ "status": "Good morning" })).await;
    ground.told(&hook, "status.created").await;
    let taken = ground.receiver.taken(hook.path).remove(0);
    assert!(!is_signed(&taken, &former), "the former secret counts no more");
    ground.quiet().await;
    for silent in [&reports, &off, &gone] {
        assert!(ground.receiver.taken(silent.path).is_empty(), "{}", silent.path);
    }

    ground.server.admin(&["webhook", "enable", &off.id], "");
    amy.post(STATUSES, &json!({ "status": "Good evening" })).await;
    assert_eq!(ground.told(&off, "status.created").await["content"], "<p>Good evening</p>");
    let enabled = ground.server.database().count("webhooks WHERE enabled").await;
    assert_eq!(enabled, 3);
}

#[tokio::test]
async fn a_receiver_that_fails_is_asked_again_and_one_that_refuses_is_not() {
    let ground = ground().await;
    let (down, closed) = (ground.hook("/down", "status.created"), ground.hook("/closed", "status.created"));
    let moved = ground.hook("/moved", "status.created");
    for (hook, status) in [(&down, 503), (&closed, 403), (&moved, 302)] {
        ground.receiver.answers(hook.path, status);
    }
    ground.server.member("amy").post(STATUSES, &json!({ "status": "Good morning" })).await;
    let waiting = "jobs WHERE kind = 'tell_webhook' AND attempts > 0";
    eventually("it waits for another try", || async {
        let left = ground.server.database().count(waiting).await;
        if left == 1 { Ok(()) } else { Err(left) }
    })
    .await;
    ground.quiet().await;
    assert_eq!(ground.server.database().count("jobs WHERE kind = 'tell_webhook'").await, 1);
    for refused in [&closed, &moved] {
        assert_eq!(ground.receiver.taken(refused.path).len(), 1, "{}", refused.path);
    }
    ground.receiver.answers(down.path, 200);
    eventually("it was told", || async {
        let left = ground.server.database().count("jobs WHERE kind = 'tell_webhook'").await;
        if left == 0 { Ok(()) } else { Err(left) }
    })
    .await;
    assert!(ground.receiver.taken(down.path).len() > 1);
    assert_eq!(ground.told(&down, "status.created").await["content"], "<p>Good morning</p>");
}

#[tokio::test]
async fn webhooks_lead_to_no_address_of_the_house() {
    let ground = ground().await;
    let own = format!("http://localhost:{}/hook", ground.server.port());
    for url in [
        "https://10.0.0.1/hook",
        "https://127.0.0.1/hook",
        "https://[::1]/hook",
        "http://example.org/hook",
        "nowhere",
        &own,
    ] {
        let said = ground.server.admin_refuses(&["webhook", "add", url, "--events", "status.created"]);
        assert!(said.contains("url"), "{url}: {said}");
    }
    let url = ground.receiver.url("/hook");
    for events in ["status.held", "status.created,", ""] {
        let said = ground.server.admin_refuses(&["webhook", "add", &url, "--events", events]);
        assert!(said.contains("events"), "{events:?}: {said}");
    }
    let hook = ground.hook("/hook", "status.created");
    let said = ground.server.admin_refuses(&["webhook", "add", &url, "--events", "report.created"]);
    assert!(said.contains("told already"), "{said}");
    for verb in ["remove", "disable", "enable", "rotate-secret"] {
        ground.server.admin_refuses(&["webhook", verb, "1"]);
    }
    assert_eq!(ground.server.database().count("webhooks").await, 1);
    let log = ground.zoe.get("/api/staffroom/v1/moderation/log?kind=webhook.add").await;
    assert_eq!((&log[0]["subject"]["id"], log.as_array().unwrap().len()), (&json!(hook.id), 1), "{log}");
    assert!(!log.to_string().contains("/hook"));
}
