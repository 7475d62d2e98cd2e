//! The pages for people: signing in, consent, the code, and what they refuse.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::browser::{Browser, Page};
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};

const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// A server with the member amy.
async fn server() -> ServerProcess {
    let [port] = free_ports();
    let server = ServerProcess::start(port, &[]).await;
    server.member_token("amy");
    server
}

/// Registers an app and returns it, secret included.
async fn app(server: &ServerProcess, redirect_uris: &str) -> Value {
    let body = json!({"client_name": "A <b>fine</b> app", "redirect_uris": redirect_uris, "scopes": "read write"});
    server.api(None).post("/api/v1/apps", &body).await
}

fn text<'a>(app: &'a Value, field: &str) -> &'a str {
    app[field].as_str().unwrap_or_default()
}

/// The address an app opens; `more` replaces or adds parameters.
fn authorize_url(server: &ServerProcess, app: &Value, redirect_uri: &str, more: &[(&str, &str)]) -> String {
    let mut params = vec![
        ("response_type", "code"),
        ("client_id", text(app, "client_id")),
        ("redirect_uri", redirect_uri),
        ("scope", "read"),
    ];
    params.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).extend_pairs(more).finish();
    format!("{}/oauth/authorize?{query}", server.url())
}

/// Signs amy in where `url` leads, and stops at the consent page.
async fn consent_page(browser: &mut Browser, url: &str) -> Page {
    let page = browser.open(url).await;
    assert_eq!((page.status, page.url.path()), (200, "/auth/sign_in"), "{}", page.body);
    let page = browser.sign_in(&page, "amy", PASSWORD).await;
    assert_eq!((page.status, page.url.path()), (200, "/oauth/authorize"), "{}", page.body);
    page
}

async fn answer(browser: &mut Browser, page: &Page, decision: &str) -> Page {
    browser.submit(page, "/oauth/authorize", &[("decision", decision)]).await
}

/// Exchanges a code and returns the answer's status and body.
async fn exchange(server: &ServerProcess, app: &Value, redirect_uri: &str, code: &str) -> (u16, Value) {
    let body = json!({
        "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri,
        "client_id": app["client_id"], "client_secret": app["client_secret"],
    });
    let answer = server.api(None).send(Method::POST, "/oauth/token", &body).await;
    (answer.status, answer.json)
}

#[tokio::test]
async fn trap_17_18_23_an_app_gets_its_code_at_the_very_address_it_registered() {
    let server = server().await;
    let uris = "icecubesapp://\nhttp://localhost:3\nhttps://x.test/cb?a=b\noauth2redirect://com.keylesspalace.tusky/";
    let app = app(&server, uris).await;
    for (uri, separator) in uris.lines().zip(["?", "?", "&", "?"]) {
        let mut browser = Browser::default();
        let url = authorize_url(&server, &app, uri, &[("state", "s t&é")]);
        let page = consent_page(&mut browser, &url).await;
        assert!(page.body.contains("A &#60;b&#62;fine") && !page.body.contains("<b>fine"), "{}", page.body);
        let page = answer(&mut browser, &page, "approve").await;
        let location = page.leaves_to.clone().unwrap_or_default();
        assert_eq!(page.status, 302);
        assert!(location.starts_with(&format!("{uri}{separator}code=")), "{location}");
        assert_eq!(page.param("state").as_deref(), Some("s t&é"));
        assert_eq!(page.param("iss"), Some(format!("{}/", server.url())));
        let (status, token) = exchange(&server, &app, uri, &page.param("code").unwrap()).await;
        assert_eq!(status, 200, "{token}");
        let me = server.api(token["access_token"].as_str().map(str::to_owned));
        assert_eq!(me.get("/api/v1/accounts/verify_credentials").await["username"], "amy");
    }
}

#[tokio::test]
async fn trap_19_an_out_of_band_code_stands_in_the_page_and_in_the_address() {
    let server = server().await;
    let app = app(&server, OUT_OF_BAND).await;
    // What toot and Mastodon.py send: a slash behind the path, Python's words for nothing and no.
    let more = [("state", "None"), ("lang", "None"), ("force_login", "False"), ("scope", "read write")];
    let url = authorize_url(&server, &app, OUT_OF_BAND, &more).replace("/authorize?", "/authorize/?");
    let mut browser = Browser::default();
    let page = consent_page(&mut browser, &url).await;
    let page = answer(&mut browser, &page, "approve").await;
    let code = page.param("code").unwrap();
    assert!(page.status == 200 && page.body.contains(&format!("value=\"{code}\"")), "{}", page.body);
    let (status, token) = exchange(&server, &app, OUT_OF_BAND, &code).await;
    assert_eq!((status, text(&token, "scope")), (200, "read write"));
    assert_eq!(exchange(&server, &app, OUT_OF_BAND, &code).await.0, 400, "a code counts once");
}

#[tokio::test]
async fn trap_20_a_scope_sent_with_the_code_changes_nothing() {
    let server = server().await;
    let app = app(&server, OUT_OF_BAND).await;
    for scope in ["read write", "write", "nonsense"] {
        let mut browser = Browser::default();
        let page = consent_page(&mut browser, &authorize_url(&server, &app, OUT_OF_BAND, &[])).await;
        let code = answer(&mut browser, &page, "approve").await.param("code").unwrap();
        let body = json!({
            "grant_type": "authorization_code", "code": code, "redirect_uri": OUT_OF_BAND, "scope": scope,
            "client_id": app["client_id"], "client_secret": app["client_secret"],
        });
        let token = server.api(None).post("/oauth/token", &body).await;
        assert_eq!(token["scope"], "read", "what was agreed to");
    }
}

#[tokio::test]
async fn a_signed_in_person_is_asked_at_once_unless_the_app_wants_the_password_again() {
    let server = server().await;
    let app = app(&server, "icecubesapp://").await;
    let mut browser = Browser::default();
    let url = authorize_url(&server, &app, "icecubesapp://", &[]);
    consent_page(&mut browser, &url).await;
    assert_eq!(browser.open(&url).await.url.path(), "/oauth/authorize");
    let again = authorize_url(&server, &app, "icecubesapp://", &[("force_login", "true")]);
    let page = consent_page(&mut browser, &again).await;
    assert_eq!(answer(&mut browser, &page, "approve").await.status, 302);
}

#[tokio::test]
async fn who_says_no_gives_no_code() {
    let server = server().await;
    let app = app(&server, &format!("icecubesapp://\n{OUT_OF_BAND}")).await;
    for uri in ["icecubesapp://", OUT_OF_BAND] {
        let mut browser = Browser::default();
        let page = consent_page(&mut browser, &authorize_url(&server, &app, uri, &[("state", "x")])).await;
        let refused = answer(&mut browser, &page, "deny").await;
        assert_eq!(refused.param("code"), None);
        if uri != OUT_OF_BAND {
            assert_eq!(refused.param("error").as_deref(), Some("access_denied"));
            assert_eq!(refused.param("state").as_deref(), Some("x"));
        }
        let late = answer(&mut browser, &page, "approve").await;
        assert!(late.status >= 400 && late.leaves_to.is_none(), "{}", late.status);
    }
}

#[tokio::test]
async fn trap_21_requests_that_do_not_fit_get_a_page_and_no_redirect() {
    let server = server().await;
    let app = app(&server, "icecubesapp://").await;
    for (more, code) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("client_id", "unknown"), "invalid_client"),
        (("redirect_uri", "icecubesapp://other"), "invalid_request"),
        (("redirect_uri", "https://evil.test/"), "invalid_request"),
        (("scope", "read admin:read"), "invalid_scope"),
        (("scope", "read nonsense"), "invalid_scope"),
        (("code_challenge_method", "plain"), "invalid_request"),
    ] {
        let challenge = [more, ("code_challenge", "x")];
        let more = if more.0 == "code_challenge_method" { &challenge[..] } else { &challenge[..1] };
        let page = Browser::default().open(&authorize_url(&server, &app, "icecubesapp://", more)).await;
        assert_eq!(page.status, 400, "{more:?}");
        assert!(page.leaves_to.is_none() && page.body.contains(code), "{more:?}: {}", page.body);
    }
    let page = Browser::default().open(&format!("{}/oauth/authorize?request=unknown", server.url())).await;
    assert_eq!(page.status, 410);
}

#[tokio::test]
async fn a_session_is_new_locked_down_and_really_ends() {
    let server = server().await;
    let name = format!("staffroom_session_{}", server.url().rsplit(':').next().unwrap_or_default());
    let mut browser = Browser::default();
    browser.set_cookie(&name, "chosen-by-somebody-else");
    let page = browser.open(&format!("{}/auth/sign_in", server.url())).await;
    let refused = browser.sign_in(&page, "amy", "wrong").await;
    assert!(refused.status == 401 && refused.body.contains("role=\"alert\""), "{}", refused.body);
    assert_eq!(browser.cookie(&name), Some("chosen-by-somebody-else"));

    let form: Vec<_> = [("login", "amy@example.org"), ("password", PASSWORD)].into();
    let page = browser.submit(&refused, "/auth/sign_in", &form).await;
    assert!(page.status == 200 && page.body.contains("@amy@"), "{}", page.body);
    let secret = browser.cookie(&name).unwrap().to_owned();
    assert_ne!(secret, "chosen-by-somebody-else");

    let foreign = browser.post(page.url.join("/auth/sign_out").unwrap(), &[("csrf", "guessed")]).await;
    assert_eq!(foreign.status, 403);
    browser.submit(&page, "/auth/sign_out", &[]).await;
    assert_eq!(browser.cookie(&name), None);
    browser.set_cookie(&name, &secret);
    assert!(
        !browser.open(&format!("{}/", server.url())).await.body.contains("@amy@"),
        "the old secret is worth nothing"
    );
}

#[tokio::test]
async fn forms_from_elsewhere_are_refused() {
    let server = server().await;
    let app = app(&server, "icecubesapp://").await;
    let mut browser = Browser::default();
    let sign_in = browser.open(&format!("{}/auth/sign_in", server.url())).await;
    let mut stranger = Browser::default();
    let page = stranger.sign_in(&sign_in, "amy", PASSWORD).await;
    assert_eq!(page.status, 403, "a sign-in form belongs to the browser it was shown to");

    let consent = consent_page(&mut browser, &authorize_url(&server, &app, "icecubesapp://", &[])).await;
    let (url, request) = (consent.url.clone(), consent.hidden("request"));
    for csrf in ["", "guessed"] {
        let fields = [("request", request.as_str()), ("csrf", csrf), ("decision", "approve")];
        let page = browser.post(url.clone(), &fields).await;
        assert!(page.status == 403 && page.leaves_to.is_none(), "{}", page.status);
    }
    browser.clear_cookies();
    let page = answer(&mut browser, &consent, "approve").await;
    assert_eq!((page.url.path(), page.leaves_to), ("/auth/sign_in", None), "nobody is signed in");
}

#[tokio::test]
async fn one_browser_is_signed_in_to_three_instances_on_one_host() {
    let mut browser = Browser::default();
    let mut servers = Vec::new();
    for _ in 0..3 {
        let server = server().await;
        let page = browser.open(&format!("{}/auth/sign_in", server.url())).await;
        browser.sign_in(&page, "amy", PASSWORD).await;
        servers.push(server);
    }
    for server in &servers {
        let page = browser.open(&format!("{}/", server.url())).await;
        let handle = format!("@amy@{}", server.url().trim_start_matches("http://"));
        assert!(page.body.contains(&handle), "{}", page.body);
    }
}

#[tokio::test]
async fn pages_cannot_be_framed_scripted_or_cached() {
    let server = server().await;
    let app = app(&server, "icecubesapp://").await;
    let mut browser = Browser::default();
    let consent = consent_page(&mut browser, &authorize_url(&server, &app, "icecubesapp://", &[])).await;
    assert!(consent.header("content-security-policy").contains("form-action 'self' icecubesapp:"));
    let start = browser.open(&format!("{}/", server.url())).await;
    let missing = browser.open(&format!("{}/oauth/authorize?request=x", server.url())).await;
    for page in [&consent, &start, &missing] {
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(!page.body.contains("<script") && !page.body.contains(" style="), "{}", page.body);
    }
    let style = start.body.split("<link rel=\"stylesheet\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
    let style = browser.open(&format!("{}{}", server.url(), style.unwrap_or_default())).await;
    assert!(style.status == 200 && style.header("cache-control").contains("immutable"));
    assert!(style.header("content-type").starts_with("text/css"));
}

#[tokio::test]
async fn people_see_which_apps_and_browsers_use_their_account_and_end_that() {
    let server = server().await;
    let ben = server.member_token("ben");
    let app = app(&server, OUT_OF_BAND).await;
    let mut browser = Browser::default();
    let access = format!("{}/auth/access", server.url());
    assert_eq!(browser.open(&access).await.url.path(), "/auth/sign_in");
    let page = consent_page(&mut browser, &authorize_url(&server, &app, OUT_OF_BAND, &[])).await;
    let code = answer(&mut browser, &page, "approve").await;
    let code = code.param("code").unwrap();
    let (_, token) = exchange(&server, &app, OUT_OF_BAND, &code).await;
    let api = server.api(token["access_token"].as_str().map(str::to_owned));
    let own = "/api/v1/accounts/verify_credentials";
    assert_eq!(api.get(own).await["username"], "amy");
    let mut stream = api.request(Method::GET, "/api/v1/streaming/user").send().await.unwrap();
    assert_eq!(stream.status(), 200);

    // another browser of hers
    let mut other = Browser::named("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0 <b>");
    let page = other.open(&format!("{}/auth/sign_in", server.url())).await;
    other.sign_in(&page, "amy", PASSWORD).await;

    let page = browser.open(&access).await;
    assert!(page.body.contains("A &#60;b&#62;fine") && !page.body.contains("<b>fine"), "{}", page.body);
    assert!(page.body.contains("See everything your account can see") && !page.body.contains("<script"));
    assert_eq!(page.body.matches("(this one)").count(), 1);
    assert!(page.body.contains(">Firefox on Linux</h3>") && page.body.contains("A browser without a name"));
    assert!(page.body.contains("Firefox/144.0 &#60;b&#62;") && !page.body.contains("<b>"), "{}", page.body);
    let values = |page: &Page, name: &str| -> Vec<String> {
        let before = format!("name=\"{name}\" value=\"");
        let parts = page.body.split(&before).skip(1);
        parts.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let (tokens, sessions) = (values(&page, "token"), values(&page, "session"));
    assert_eq!((tokens.len(), sessions.len()), (2, 2), "hers alone: the app, and what the command line made");
    let csrf = page.hidden("csrf");

    // forged, of another person, of nobody
    let url = page.url.clone();
    for forged in ["", "x"] {
        assert_eq!(browser.post(url.clone(), &[("csrf", forged), ("token", &tokens[0])]).await.status, 403);
    }
    assert_eq!(browser.post(url.clone(), &[("csrf", &csrf)]).await.status, 404);
    let mut bens = Browser::default();
    let page = bens.open(&format!("{}/auth/sign_in", server.url())).await;
    bens.sign_in(&page, "ben", PASSWORD).await;
    let page = bens.open(&access).await;
    assert!(!page.body.contains("A &#60;b&#62;fine"));
    let his = page.hidden("csrf");
    for field in [("token", &tokens[0]), ("session", &sessions[0])] {
        bens.post(url.clone(), &[("csrf", &his), (field.0, field.1)]).await;
    }
    assert_eq!(api.get(own).await["username"], "amy", "not his to end");
    assert_eq!(other.open(&access).await.url.path(), "/auth/access");

    let page = browser.post(url.clone(), &[("csrf", &csrf), ("token", &tokens[0])]).await;
    assert!(page.status == 200 && page.body.contains("role=\"status\""), "{}", page.body);
    assert!(!page.body.contains("A &#60;b&#62;fine"), "{}", page.body);
    assert_eq!(api.send(Method::GET, own, &Value::Null).await.status, 401);
    let rest = async { while stream.chunk().await.is_ok_and(|chunk| chunk.is_some()) {} };
    tokio::time::timeout(std::time::Duration::from_secs(10), rest).await.unwrap();
    assert_eq!(server.api(Some(ben)).get(own).await["username"], "ben");

    browser.post(url.clone(), &[("csrf", &csrf), ("session", &sessions[0])]).await;
    assert_eq!(other.open(&access).await.url.path(), "/auth/sign_in", "signed out there");
    assert_eq!(browser.open(&access).await.url.path(), "/auth/access");
    let page = browser.post(url, &[("csrf", &csrf), ("session", &sessions[1])]).await;
    assert_eq!(page.url.path(), "/auth/sign_in", "and here");
}
