//! Web Push: what a device is told, and what nobody is told. Messages are read by a library that is not ours.

use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::browser::Browser;
use staffroom_tests::device::{Device, PushService};
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};
use staffroom_tests::wait::eventually;
use tokio::sync::OnceCell;

const PATH: &str = "/api/v1/push/subscription";

/// A server that may speak with the push service beside it.
async fn ground() -> &'static (&'static ServerProcess, PushService) {
    static GROUND: OnceCell<(&'static ServerProcess, PushService)> = OnceCell::const_new();
    let start = async || {
        let [ours, theirs] = free_ports();
        let server = ServerProcess::start(ours, &[theirs]).await.shared();
        (server, on_its_own_runtime(theirs).await)
    };
    GROUND.get_or_init(start).await
}

/// A push service that outlives the test that started it.
async fn on_its_own_runtime(port: u16) -> PushService {
    let (send, receive) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            drop(send.send(PushService::start(port).await));
            std::future::pending::<()>().await;
        });
    });
    receive.await.unwrap()
}

/// A member nobody else uses with their token, and a path of the push service for them.
async fn somebody() -> (Api, String, String) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let handle = format!("pushed{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let (server, _) = ground().await;
    let token = server.member_token(&handle);
    (server.api(Some(token.clone())), token, handle)
}

async fn send(api: &Api, method: Method, body: &Value) -> u16 {
    api.send(method, PATH, body).await.status
}

/// A token of `handle` that was given to an app, and how that app shows who it is.
async fn signed_in(handle: &str) -> (String, Value) {
    let server = ground().await.0;
    let nobody = server.api(None);
    let uri = "urn:ietf:wg:oauth:2.0:oob";
    let asked = json!({ "client_name": "a", "redirect_uris": uri, "scopes": "read push" });
    let app = nobody.post("/api/v1/apps", &asked).await;
    let id = app["client_id"].as_str().unwrap();
    let query = [("response_type", "code"), ("client_id", id), ("redirect_uri", uri), ("scope", "read push")];
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let mut browser = Browser::default();
    let page = browser.open(&format!("{}/oauth/authorize?{query}", server.url())).await;
    let page = browser.sign_in(&page, handle, PASSWORD).await;
    let page = browser.submit(&page, "/oauth/authorize", &[("decision", "approve")]).await;
    let client = json!({ "client_id": id, "client_secret": app["client_secret"] });
    let mut grant = client.clone();
    grant["grant_type"] = json!("authorization_code");
    grant["code"] = json!(page.param("code"));
    grant["redirect_uri"] = json!(uri);
    let token = nobody.post("/oauth/token", &grant).await;
    (token["access_token"].as_str().unwrap().to_owned(), client)
}

/// Waits until no message is on its way any more.
async fn told() {
    let (server, _) = ground().await;
    eventually("all devices were told", || async {
        let left = server.database().count("jobs WHERE kind = 'push' AND attempts = 0").await;
        if left == 0 { Ok(()) } else { Err(left) }
    })
    .await;
}

async fn mention(by: &Api, handle: &str, words: &str) -> Value {
    by.post("/api/v1/statuses", &json!({ "status": format!("@{handle} {words}") })).await
}

#[tokio::test]
async fn trap_26_a_device_is_told_in_both_encodings_and_only_it_can_read() {
    let (_, service) = ground().await;
    let (eve, _, eve_handle) = somebody().await;
    for (path, standard) in [("/standard", true), ("/legacy", false)] {
        let (me, secret, handle) = somebody().await;
        let (device, other) = (Device::new(), Device::new());
        let asked = device.subscription(&service.url(path), standard, &["mention", "follow"]);
        let made = me.post(PATH, &asked).await;
        assert!(made["id"].is_i64() && made["standard"] == standard && made["policy"] == "all", "{made}");
        assert_eq!((&made["alerts"]["mention"], &made["alerts"]["poll"]), (&json!(true), &json!(false)));
        assert_eq!(me.get(PATH).await, made);

        mention(&eve, &handle, "good <news> & more").await;
        let taken = eventually("a message arrives", || async { service.taken(path).pop().ok_or(()) }).await;
        let message = device.read(&taken).unwrap();
        let listed = me.get("/api/v1/notifications").await;
        let id: i64 = listed[0]["id"].as_str().unwrap().parse().unwrap();
        let expected = json!({
            "access_token": secret, "preferred_locale": "en", "notification_id": id, "notification_type": "mention",
            "icon": listed[0]["account"]["avatar"], "title": format!("{eve_handle} mentioned you"),
            "body": format!("@{handle} good <news> & more"),
        });
        assert_eq!(message, expected);
        assert_eq!(other.read(&taken), None);
        // browsers read numbers as doubles, and ask with what they read
        let read: f64 = message["notification_id"].to_string().parse().unwrap();
        let asked = format!("/api/v1/notifications/{read}");
        assert_eq!(me.get(&asked).await["id"], listed[0]["id"], "{asked}");
        for (api, wrong) in [(&eve, asked), (&me, format!("/api/v1/notifications/{}", read + 64.0))] {
            assert_eq!(api.send(Method::GET, &wrong, &Value::Null).await.status, 404, "{wrong}");
        }
        let mut changed = taken.clone();
        changed.body[100] ^= 1;
        assert_eq!(device.read(&changed), None);

        // the key everybody finds is the one it is signed with
        let key = made["server_key"].as_str().unwrap();
        assert_eq!(me.get("/api/v2/instance").await["configuration"]["vapid"]["public_key"], key);
        assert_eq!(me.get("/api/v1/apps/verify_credentials").await["vapid_key"], key);
        let app = json!({ "client_name": "a", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob" });
        assert_eq!(me.post("/api/v1/apps", &app).await["vapid_key"], key);
        let shown = if standard { "authorization" } else { "crypto-key" };
        assert!(taken.header(shown).ends_with(key), "{}", taken.header(shown));
        assert_eq!(taken.header("ttl"), "172800");
    }
}

#[tokio::test]
async fn only_what_was_asked_for_is_told() {
    let (_, service) = ground().await;
    let (me, _, handle) = somebody().await;
    let (eve, ..) = somebody().await;
    let device = Device::new();
    let path = "/choosy";
    me.post(PATH, &device.subscription(&service.url(path), true, &["follow"])).await;
    let types = || -> Vec<Value> {
        service.taken(path).iter().map(|taken| device.read(taken).unwrap()["notification_type"].clone()).collect()
    };
    mention(&eve, &handle, "not asked for").await;
    told().await;
    assert_eq!(types(), Vec::<Value>::new());

    // those of people one follows, then those of followers
    let me_id = me.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    let eve_id = eve.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    let change =
        |policy: &str| json!({ "data": { "alerts": { "mention": true, "favourite": "1" }, "policy": policy } });
    let changed = me.send(Method::PUT, PATH, &change("followed")).await.ok();
    assert_eq!((&changed["policy"], &changed["alerts"]["follow"]), (&json!("followed"), &json!(false)));
    assert_eq!(changed["endpoint"], service.url(path));
    mention(&eve, &handle, "by a stranger").await;
    told().await;
    assert_eq!(types(), Vec::<Value>::new());
    me.post(&format!("/api/v1/accounts/{eve_id}/follow"), &json!({})).await;
    mention(&eve, &handle, "by somebody followed").await;
    told().await;
    assert_eq!(types(), ["mention"]);
    me.send(Method::PUT, PATH, &change("follower")).await.ok();
    mention(&eve, &handle, "by no follower").await;
    told().await;
    assert_eq!(types().len(), 1);
    eve.post(&format!("/api/v1/accounts/{me_id}/follow"), &json!({})).await;
    mention(&eve, &handle, "by a follower").await;
    told().await;
    assert_eq!(types().len(), 2);
    me.send(Method::PUT, PATH, &change("none")).await.ok();
    mention(&eve, &handle, "for nobody").await;
    told().await;
    assert_eq!(types().len(), 2);

    // what is kept apart, and what comes from those muted, is not told either
    me.send(Method::PUT, PATH, &change("all")).await.ok();
    let (stranger, ..) = somebody().await;
    me.send(Method::PATCH, "/api/v2/notifications/policy", &json!({ "for_not_following": "filter" })).await.ok();
    mention(&stranger, &handle, "kept apart").await;
    me.post(&format!("/api/v1/accounts/{eve_id}/mute"), &json!({})).await;
    mention(&eve, &handle, "muted").await;
    told().await;
    assert_eq!(types().len(), 2);
}

#[tokio::test]
async fn a_subscription_belongs_to_its_token_and_ends_with_it() {
    let (server, service) = ground().await;
    let (eve, ..) = somebody().await;
    let (me, _, handle) = somebody().await;
    let printed = server.admin(&["token", "create", "--account", &handle, "--scopes", "read write push"], "");
    let second = server.api(Some(printed.lines().last().unwrap().to_owned()));
    let device = Device::new();
    assert_eq!(send(&me, Method::GET, &Value::Null).await, 404);
    assert_eq!(send(&me, Method::PUT, &json!({ "data": { "policy": "all" } })).await, 404);
    me.post(PATH, &device.subscription(&service.url("/first"), true, &["mention"])).await;
    assert_eq!(send(&second, Method::GET, &Value::Null).await, 404, "another token of the same person");
    second.post(PATH, &device.subscription(&service.url("/old"), true, &["mention"])).await;
    let replaced = second.post(PATH, &device.subscription(&service.url("/second"), true, &["mention"])).await;
    assert_eq!(second.get(PATH).await, replaced);
    mention(&eve, &handle, "to both").await;
    told().await;
    assert_eq!((service.taken("/first").len(), service.taken("/old").len(), service.taken("/second").len()), (1, 0, 1));

    for _ in 0..2 {
        assert_eq!(second.send(Method::DELETE, PATH, &Value::Null).await.ok(), json!({}));
    }
    assert_eq!(send(&second, Method::GET, &Value::Null).await, 404);
    mention(&eve, &handle, "to one").await;
    told().await;
    assert_eq!((service.taken("/first").len(), service.taken("/second").len()), (2, 1));

    server.admin(&["account", "suspend", &handle], "");
    assert_eq!(
        server.database().count(&format!("push_subscriptions WHERE endpoint = '{}'", service.url("/first"))).await,
        0
    );
}

#[tokio::test]
async fn revoking_a_token_ends_its_subscription() {
    let (server, service) = ground().await;
    let nobody = server.api(None);
    let (_, _, handle) = somebody().await;
    let (token, client) = signed_in(&handle).await;
    let me = server.api(Some(token.clone()));
    me.post(PATH, &Device::new().subscription(&service.url("/revoked"), true, &["mention"])).await;
    let kept = async || {
        server.database().count(&format!("push_subscriptions WHERE endpoint = '{}'", service.url("/revoked"))).await
    };
    let mut foreign = client.clone();
    foreign["client_id"] = json!("somebody else");
    foreign["token"] = json!(token);
    nobody.send(Method::POST, "/oauth/revoke", &foreign).await;
    assert_eq!(kept().await, 1);
    let mut own = client;
    own["token"] = json!(token);
    nobody.post("/oauth/revoke", &own).await;
    assert_eq!(kept().await, 0);
}

#[tokio::test]
async fn a_push_service_that_knows_the_device_no_more_is_not_asked_again() {
    let (server, service) = ground().await;
    let (eve, ..) = somebody().await;
    let subscriptions = async |path: &str| {
        server.database().count(&format!("push_subscriptions WHERE endpoint = '{}'", service.url(path))).await
    };
    for (path, status, left) in [("/gone", 410, 0), ("/unknown", 404, 0), ("/bad", 400, 1), ("/moved", 301, 1)] {
        let (me, _, handle) = somebody().await;
        service.answers(path, status);
        me.post(PATH, &Device::new().subscription(&service.url(path), true, &["mention"])).await;
        mention(&eve, &handle, "hello").await;
        eventually("the message arrives", || async { service.taken(path).pop().ok_or(()) }).await;
        told().await;
        assert_eq!(subscriptions(path).await, left, "{path}");
        assert_eq!(service.taken(path).len(), 1);
    }
    // a tired one is asked again later
    for (path, status) in [("/tired", 503), ("/flooded", 429)] {
        let (me, _, handle) = somebody().await;
        service.answers(path, status);
        me.post(PATH, &Device::new().subscription(&service.url(path), true, &["mention"])).await;
        mention(&eve, &handle, "hello").await;
        eventually("the message is taken at last", || async {
            let taken = service.taken(path).len();
            service.answers(path, if taken == 0 { status } else { 201 });
            if taken == 2 { Ok(()) } else { Err(taken) }
        })
        .await;
        assert_eq!(subscriptions(path).await, 1);
    }
}

#[tokio::test]
async fn bad_keys_and_sec_36_private_addresses_are_refused() {
    let (_, service) = ground().await;
    let (me, ..) = somebody().await;
    let good = Device::new().subscription(&service.url("/good"), true, &[]);
    let with = |pointer: &str, value: Value| {
        let mut changed = good.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed
    };
    let endpoint = |text: &str| with("/subscription/endpoint", json!(text));
    let long = format!("https://push.example/{}", "a".repeat(2048));
    let mut refused: Vec<Value> = [
        "",
        "no address",
        "http://push.example/1",
        "ftp://push.example/1",
        "https://127.0.0.1/1",
        "https://10.0.0.1/",
        "https://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "https://amy:secret@push.example/",
        "https://push.example:22/",
        "http://localhost:1/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://push.example/\r\nX: 1",
        "https://push.example/\u{7}",
        " https://push.example/1",
        "https://push/1",
        "https://push.local/1",
        "https://metadata.google.internal/",
        "https://localhost/1",
        &long,
    ]
    .map(endpoint)
    .to_vec();
    let own = format!("{}/inbox", ground().await.0.url());
    refused.push(endpoint(&own));
    for bad in [
        "",
        "AAAA",
        "not base64!",
        &"A".repeat(87),
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw8",
    ] {
        refused.push(with("/subscription/keys/p256dh", json!(bad)));
    }
    for bad in ["", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAA", "?"] {
        refused.push(with("/subscription/keys/auth", json!(bad)));
    }
    refused.push(with("/subscription/standard", json!("perhaps")));
    refused.push(with("/data/policy", json!("everybody")));
    refused.push(with("/subscription", json!("text")));
    refused.push(with("/subscription/keys", Value::Null));
    refused.push(json!({}));
    for body in refused {
        let answer = me.send(Method::POST, PATH, &body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.json);
    }
    assert_eq!(send(&me, Method::GET, &Value::Null).await, 404);
    // as a form, as browsers' clients send it
    let keys = &good["subscription"]["keys"];
    let form = [
        ("subscription[endpoint]", "https://push.example/1".to_owned()),
        ("subscription[keys][p256dh]", format!("{}=", keys["p256dh"].as_str().unwrap())),
        ("subscription[keys][auth]", format!("{}==", keys["auth"].as_str().unwrap())),
        ("data[alerts][mention]", "true".to_owned()),
    ];
    let made: Value = me.request(Method::POST, PATH).form(&form).send().await.unwrap().json().await.unwrap();
    assert_eq!((&made["standard"], &made["alerts"]["mention"]), (&json!(false), &json!(true)), "{made}");
}
