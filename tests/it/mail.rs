//! Mail as people get it: out of the folder it is written to where no mail server is set, and over SMTP where one is.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::browser::Browser;
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};
use staffroom_tests::wait::eventually;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const OTHER: &str = "quite another password";

async fn server(settings: &[(&str, &str)]) -> ServerProcess {
    let [port] = free_ports();
    ServerProcess::start_with(port, &[], settings).await
}

/// Letters to `address` about `subject`, oldest first.
fn letters(server: &ServerProcess, address: &str, subject: &str) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(server.data().join("mail")).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    files.sort();
    let texts = files.iter().map(|path| std::fs::read_to_string(path).unwrap());
    texts
        .filter(|text| text.contains(&format!("To: {address}\r\n")) && head(text, "Subject").contains(subject))
        .collect()
}

/// A header of a letter.
fn head<'a>(letter: &'a str, name: &str) -> &'a str {
    let mut lines = letter.lines().take_while(|line| !line.is_empty());
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
}

/// Waits for letter number `count` of this sort, and returns it.
async fn letter(server: &ServerProcess, address: &str, subject: &str, count: usize) -> String {
    eventually(&format!("letter {count} about {subject}"), || async {
        let found = letters(server, address, subject);
        if found.len() >= count { Ok(found[count - 1].clone()) } else { Err(found.len()) }
    })
    .await
}

/// The link in a letter.
fn link(letter: &str) -> String {
    letter.lines().find(|line| line.contains("token=")).unwrap().trim().to_owned()
}

async fn can_sign_in(server: &ServerProcess, login: &str, password: &str) -> bool {
    let mut browser = Browser::default();
    let page = browser.open(&format!("{}/auth/sign_in", server.url())).await;
    browser.sign_in(&page, login, password).await.status == 200
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_behind_a_link() {
    let server = server(&[]).await;
    let amy = server.member("amy");
    let mut browser = Browser::default();
    let page = browser.open(&format!("{}/auth/sign_in", server.url())).await;
    assert!(page.body.contains("href=\"/auth/password/new\""));
    let page = browser.open(&format!("{}/auth/password/new", server.url())).await;
    let page = browser.submit(&page, "/auth/password/new", &[("login", "amy")]).await;
    let said = page.body.clone();
    assert_eq!(page.status, 200, "{said}");
    let mail = letter(&server, "amy@example.org", "A new password", 1).await;
    assert!(head(&mail, "From").starts_with("staffroom@localhost"), "{mail}");
    assert!(!head(&mail, "Message-ID").is_empty() && head(&mail, "Content-Type").starts_with("text/plain"), "{mail}");

    // of nobody nothing is sent, and nothing is said
    let page = browser.open(&format!("{}/auth/password/new", server.url())).await;
    let page = browser.submit(&page, "/auth/password/new", &[("login", "nobody@example.org")]).await;
    assert_eq!((page.status, page.body), (200, said));
    // a form from elsewhere, a link that is none
    let url = format!("{}/auth/password/new", server.url());
    let forged = Browser::default().post(url.parse().unwrap(), &[("login", "amy")]).await;
    assert_eq!(forged.status, 403);
    for path in ["/auth/password/edit", "/auth/password/edit?token=wrong", "/auth/confirmation?token=wrong"] {
        assert_eq!(browser.open(&format!("{}{path}", server.url())).await.status, 410, "{path}");
    }
    let confirm = link(&mail).replace("/auth/password/edit", "/auth/confirmation");
    assert_eq!(browser.open(&confirm).await.status, 410, "a link is for one purpose");

    let link = link(&mail);
    for _ in 0..2 {
        assert_eq!(Browser::default().open(&link).await.status, 200, "looking uses nothing up");
    }
    let page = browser.open(&link).await;
    assert_eq!(page.header("referrer-policy"), "same-origin");
    let page = browser.submit(&page, "/auth/password/edit", &[("password", "short")]).await;
    assert_eq!(page.status, 422, "{}", page.body);
    let page = browser.submit(&page, "/auth/password/edit", &[("password", OTHER)]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(browser.open(&link).await.status, 410);
    assert!(!can_sign_in(&server, "amy", PASSWORD).await && can_sign_in(&server, "amy", OTHER).await);
    let own = amy.send(Method::GET, "/api/v1/accounts/verify_credentials", &Value::Null).await;
    assert_eq!(own.status, 401, "apps are signed out");
    letter(&server, "amy@example.org", "was changed", 1).await;
    letter(&server, "amy@example.org", "signed in", 1).await;
    assert_eq!(letters(&server, "amy@example.org", "A new password").len(), 1);
    assert_eq!(server.database().count("letters WHERE sealed IS NOT NULL").await, 0);
}

#[tokio::test]
async fn moderators_words_are_sent_when_they_say_so() {
    let server = server(&[]).await;
    let (amy, _) = (server.member("amy"), server.member("zoe"));
    server.admin(&["account", "set-role", "zoe", "moderator"], "");
    let printed = server.admin(&["token", "create", "--account", "zoe", "--scopes", "read write admin:write"], "");
    let zoe = server.api(printed.lines().last().map(str::to_owned));
    let id = amy.get("/api/v1/accounts/verify_credentials").await["id"].as_str().unwrap().to_owned();
    let action = format!("/api/v1/admin/accounts/{id}/action");
    for (text, tell) in [("in silence", false), ("Mind your words", true)] {
        let body = json!({ "type": "none", "text": text, "send_email_notification": tell });
        zoe.post(&action, &body).await;
    }
    let body = json!({ "type": "suspend", "text": "Enough", "send_email_notification": true });
    zoe.post(&action, &body).await;
    let last = letter(&server, "amy@example.org", "About your account", 2).await;
    assert!(last.contains("suspended") && last.contains("Enough"), "{last}");
    let all = letters(&server, "amy@example.org", "About your account");
    assert!(all.len() == 2 && all[0].contains("Mind your words"), "{all:?}");
}

/// A mail server that takes what it is told and hands it on, each letter whole.
async fn mail_server(port: u16) -> mpsc::UnboundedReceiver<String> {
    let (send, receive) = mpsc::unbounded_channel();
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let send = send.clone();
            tokio::spawn(async move {
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                let mut letter = String::new();
                let mut is_letter = false;
                drop(write.write_all(b"220 elm.test\r\n").await);
                while let Ok(Some(line)) = lines.next_line().await {
                    let answer = match line.split(' ').next().unwrap_or_default() {
                        "." if is_letter => {
                            is_letter = false;
                            drop(send.send(std::mem::take(&mut letter)));
                            "250 taken\r\n"
                        }
                        _ if is_letter => {
                            letter.push_str(&line);
                            letter.push('\n');
                            continue;
                        }
                        "DATA" => {
                            is_letter = true;
                            "354 go on\r\n"
                        }
                        "RCPT" if line.contains("nobody@") => "550 no such person\r\n",
                        "QUIT" => "221 bye\r\n",
                        _ => "250 ok\r\n",
                    };
                    drop(write.write_all(answer.as_bytes()).await);
                }
            });
        }
    });
    receive
}

#[tokio::test]
async fn a_mail_server_gets_letters_and_what_it_refuses_is_given_up() {
    let [port, ours] = free_ports();
    let mut taken = mail_server(port).await;
    let url = format!("smtp://127.0.0.1:{port}");
    let settings = [("MAIL__SMTP_URL", url.as_str()), ("MAIL__FROM", "Oak <office@oak.test>")];
    let server = ServerProcess::start_with(ours, &[], &settings).await;
    server.member_token("nobody");
    server.member_token("amy");
    for login in ["nobody", "amy"] {
        assert!(can_sign_in(&server, login, PASSWORD).await);
    }
    let letter = taken.recv().await.unwrap();
    assert!(letter.contains("To: amy@example.org\n") && letter.contains("office@oak.test"), "{letter}");
    eventually("the other one is given up", || async {
        let left = server.database().count("jobs WHERE kind = 'send_letter'").await;
        if left == 0 { Ok(()) } else { Err(left) }
    })
    .await;
    assert!(taken.try_recv().is_err());
    for bad in ["http://a.test", "smtp://amy:secret@mail.test", "mail.test"] {
        let output = server.run(&["config", "check"], &[("MAIL__SMTP_URL", bad)]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert!(
            !output.status.success() && said.contains("mail.smtp_url") && !said.contains("secret"),
            "{bad}: {said}"
        );
    }
}

/// A token of an app for itself, and what a person sends to make an account.
async fn app(server: &ServerProcess) -> staffroom_tests::api::Api {
    let nobody = server.api(None);
    let uri = "urn:ietf:wg:oauth:2.0:oob";
    let asked = json!({ "client_name": "a", "redirect_uris": uri, "scopes": "read write" });
    let app = nobody.post("/api/v1/apps", &asked).await;
    let grant = json!({
        "grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"],
        "scope": "read write",
    });
    server.api(nobody.post("/oauth/token", &grant).await["access_token"].as_str().map(str::to_owned))
}

fn person(name: &str) -> Value {
    json!({
        "username": name, "email": format!("{name}@example.org"), "password": PASSWORD, "agreement": true, "locale": "en",
    })
}

const ACCOUNTS: &str = "/api/v1/accounts";
const OWN: &str = "/api/v1/accounts/verify_credentials";
const CONFIRMATIONS: &str = "/api/v1/emails/confirmations";
const CHECK: &str = "/api/v1/emails/check_confirmation";

#[tokio::test]
async fn who_makes_an_account_confirms_the_address_first() {
    let settings = [("REGISTRATIONS__OPEN", "true"), ("REGISTRATIONS__APPROVAL", "false")];
    let server = server(&settings).await;
    let app = app(&server).await;
    let shown = app.get("/api/v2/instance").await["registrations"].clone();
    assert_eq!((&shown["enabled"], &shown["approval_required"]), (&json!(true), &json!(false)));
    let made = app.post(ACCOUNTS, &person("amy")).await;
    assert!(made["created_at"].is_i64() && made["token_type"] == "Bearer" && made["scope"] == "read write", "{made}");
    let amy = server.api(made["access_token"].as_str().map(str::to_owned));
    let status = async |api: &staffroom_tests::api::Api, method: Method, path: &str| {
        api.send(method, path, &json!({})).await.status
    };
    assert_eq!(status(&amy, Method::GET, OWN).await, 403, "not confirmed yet");
    assert_eq!(amy.get(CHECK).await, json!(false));
    assert!(!can_sign_in(&server, "amy", PASSWORD).await);
    let first = letter(&server, "amy@example.org", "confirm your address", 1).await;
    amy.post(CONFIRMATIONS, &json!({})).await;
    letter(&server, "amy@example.org", "confirm your address", 2).await;
    // another address: links to the former one count no more
    let taken = amy.send(Method::POST, CONFIRMATIONS, &json!({ "email": "no address" })).await;
    assert_eq!(taken.status, 422);
    amy.post(CONFIRMATIONS, &json!({ "email": "ivy@example.org" })).await;
    let last = letter(&server, "ivy@example.org", "confirm your address", 1).await;
    assert_eq!(status(&amy, Method::POST, CONFIRMATIONS).await, 429);
    let mut browser = Browser::default();
    assert_eq!(browser.open(&link(&first)).await.status, 410);
    let page = browser.open(&link(&last)).await;
    assert!(page.status == 200 && page.body.contains("@amy@"), "{}", page.body);
    assert_eq!(amy.get(CHECK).await, json!(false), "looking confirms nothing");
    let forged = Browser::default().post(page.url.clone(), &[("token", page.hidden("token").as_str())]).await;
    assert_eq!(forged.status, 403);
    let page = browser.submit(&page, "/auth/confirmation", &[]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(browser.open(&link(&last)).await.status, 410);
    assert_eq!(amy.get(OWN).await["username"], "amy");
    assert_eq!(amy.get(CHECK).await, json!(true));
    assert_eq!(status(&amy, Method::POST, CONFIRMATIONS).await, 403);
    assert!(can_sign_in(&server, "amy", PASSWORD).await);

    // nobody in particular, an app, too small a scope
    for path in [CONFIRMATIONS, CHECK] {
        let method = if path == CHECK { Method::GET } else { Method::POST };
        assert_eq!(status(&server.api(None), method.clone(), path).await, 401);
        assert_eq!(status(&app, method, path).await, 422);
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_account_is_said_field_by_field() {
    let settings = [("REGISTRATIONS__OPEN", "true"), ("REGISTRATIONS__CONFIRMATION", "false")];
    let server = server(&settings).await;
    let (app, zoe) = (app(&server).await, server.member("zoe"));
    server.admin(&["account", "set-role", "zoe", "moderator"], "");
    for (change, field, code) in [
        (json!({ "username": "zoe" }), "username", "ERR_TAKEN"),
        (json!({ "username": "admin" }), "username", "ERR_RESERVED"),
        (json!({ "username": "" }), "username", "ERR_INVALID"),
        (json!({ "email": "zoe@example.org" }), "email", "ERR_TAKEN"),
        (json!({ "email": "amy@example.org\r\nBcc: all@example.org" }), "email", "ERR_INVALID"),
        (json!({ "password": "x" }), "password", "ERR_INVALID"),
        (json!({ "agreement": false }), "agreement", "ERR_ACCEPTED"),
    ] {
        let mut asked = person("amy");
        for (name, value) in change.as_object().unwrap() {
            asked[name] = value.clone();
        }
        let answer = app.send(Method::POST, ACCOUNTS, &asked).await;
        assert_eq!((answer.status, &answer.json["details"][field][0]["error"]), (422, &json!(code)), "{}", answer.json);
    }
    assert_eq!(zoe.send(Method::POST, ACCOUNTS, &person("amy")).await.status, 403, "a person's token");
    assert_eq!(server.api(None).send(Method::POST, ACCOUNTS, &person("amy")).await.status, 401);

    // a moderator looks first
    let made = app.post(ACCOUNTS, &person("ben")).await;
    let ben = server.api(made["access_token"].as_str().map(str::to_owned));
    assert_eq!(ben.send(Method::GET, OWN, &Value::Null).await.status, 403);
    let printed = server.admin(&["token", "create", "--account", "zoe", "--scopes", "read admin:read admin:write"], "");
    let zoe = server.api(printed.lines().last().map(str::to_owned));
    let found = zoe.get("/api/v1/admin/accounts?pending=true").await;
    let id = found[0]["id"].as_str().unwrap().to_owned();
    // who stands above is not turned down, though they wait
    server.admin(&["account", "set-role", "ben", "admin"], "");
    let refused = zoe.send(Method::POST, &format!("/api/v1/admin/accounts/{id}/reject"), &json!({})).await;
    assert_eq!(refused.status, 403, "{}", refused.json);
    server.admin(&["account", "set-role", "ben", "member"], "");
    zoe.post(&format!("/api/v1/admin/accounts/{id}/approve"), &json!({})).await;
    assert_eq!(ben.get(OWN).await["username"], "ben");
    letter(&server, "ben@example.org", "Welcome", 1).await;
}

#[tokio::test]
async fn an_open_instance_that_asks_for_nothing_lets_people_in_at_once_and_a_closed_one_nobody() {
    let settings = [
        ("REGISTRATIONS__OPEN", "true"),
        ("REGISTRATIONS__APPROVAL", "false"),
        ("REGISTRATIONS__CONFIRMATION", "false"),
    ];
    let open = server(&settings).await;
    let made = app(&open).await.post(ACCOUNTS, &person("amy")).await;
    let amy = open.api(made["access_token"].as_str().map(str::to_owned));
    assert_eq!(amy.get(OWN).await["username"], "amy");
    amy.post("/api/v1/statuses", &json!({ "status": "hello" })).await;
    assert_eq!(amy.send(Method::POST, CONFIRMATIONS, &json!({})).await.status, 403);

    let closed = server(&[]).await;
    assert_eq!(app(&closed).await.send(Method::POST, ACCOUNTS, &person("amy")).await.status, 403);
    assert_eq!(closed.database().count("users").await, 0);
}
