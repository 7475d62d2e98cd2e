//! What the person who runs an instance relies on: refusals in words, a folder nobody else reads, time limits.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::wait::eventually;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn server() -> ServerProcess {
    let [port] = free_ports();
    ServerProcess::start(port, &[]).await
}

#[tokio::test]
async fn a_data_folder_is_closed_to_others() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = server().await;
    server.member("amy");
    let mut folders = vec![server.data().to_owned()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{} is open to others: {mode:o}", entry.path().display());
            seen += 1;
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            }
        }
    }
    assert!(seen >= 2, "only {seen} things in the data folder");
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused_and_says_who_is_there() {
    let mut server = server().await;
    if !server.database().url().starts_with("sqlite:") {
        return;
    }
    let [port] = free_ports();
    let (listen, pid) = (format!("127.0.0.1:{port}"), server.pid().to_string());
    let output = server.run(&["serve"], &[("SERVER__LISTEN", &listen), ("METRICS__LISTEN", "")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("in use") && said.contains(&pid), "{said}");
    server.kill();
    server.restart().await;
    server.admin(&["account", "list"], "");
}

#[tokio::test]
async fn half_a_request_is_waited_for_only_so_long() {
    let server = server().await;
    let half = [
        "GET / HTTP/1.1\r\nHost: x\r\nA: ".to_owned(),
        format!("POST /oauth/token HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000\r\n\r\na", server.host()),
    ];
    for request in half {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(120), stream.read_to_end(&mut answer)).await;
        assert!(ended.is_ok(), "still waiting: {request:?}");
    }
    let whole = server.api(None).request(reqwest::Method::GET, "/livez").send().await.unwrap();
    assert_eq!(whole.status(), 200);
}

#[tokio::test]
async fn accounts_that_are_no_persons_are_left_alone_and_a_suspension_can_end() {
    let server = server().await;
    let amy = server.member("amy");
    for (args, why) in [
        (&["account", "suspend", "tag-sltchat"][..], "the instance's own accounts cannot be suspended"),
        (&["account", "delete", "tag-sltchat", "--yes"], "no local account \"tag-sltchat\""),
        (&["account", "suspend", "nobody"], "no account \"nobody\" is known here"),
        (&["account", "lift", "nobody", "suspend"], "no account \"nobody\" is known here"),
    ] {
        let said = server.admin_refuses(args);
        assert!(said.contains(why), "{args:?}: {said}");
    }
    assert!(server.admin(&["account", "list"], "").contains("\tmember\t"));
    server.admin(&["account", "set-role", "amy", "moderator"], "");
    assert!(server.admin(&["account", "list"], "").contains("\tmoderator\t"));
    let me = amy.get("/api/v1/accounts/verify_credentials").await;
    let path = format!("/api/v1/accounts/{}", me["id"].as_str().unwrap());
    server.admin(&["account", "suspend", "amy"], "");
    let asked = server.api(None).request(reqwest::Method::GET, "/users/amy");
    assert_eq!(asked.send().await.unwrap().status(), 403, "no page for people");
    // other servers are told, and do not take the account for deleted
    let asked = server.api(None).request(reqwest::Method::GET, "/users/amy");
    let told = asked.header("accept", "application/activity+json").send().await.unwrap();
    let told: serde_json::Value = told.json().await.unwrap();
    assert_eq!((&told["suspended"], &told["attachment"]), (&serde_json::json!(true), &serde_json::Value::Null));
    server.admin(&["account", "lift", "amy", "suspend"], "");
    let token = server.admin(&["token", "create", "--account", "amy"], "");
    let back = server.api(token.lines().last().map(str::to_owned)).get(&path).await;
    assert_eq!((&back["username"], back["suspended"].as_bool().unwrap_or(false)), (&me["username"], false));
}

#[tokio::test]
async fn the_operator_ends_measures_nobody_else_can_end() {
    let server = server().await;
    let (amy, _) = (server.member("amy"), server.member("bea"));
    let me = amy.get("/api/v1/accounts/verify_credentials").await;
    server.admin(&["account", "set-role", "bea", "admin"], "");
    let scopes = "read admin:read admin:write";
    let token = server.admin(&["token", "create", "--account", "bea", "--scopes", scopes], "");
    let bea = server.api(token.lines().last().map(str::to_owned));
    let account = format!("/api/v1/admin/accounts/{}", me["id"].as_str().unwrap());
    let measures =
        [("silence", "silenced"), ("sensitive", "sensitized"), ("disable", "disabled"), ("suspend", "suspended")];
    for (measure, _) in measures {
        bea.post(&format!("{account}/action"), &serde_json::json!({ "type": measure })).await;
    }
    server.admin(&["account", "set-role", "amy", "admin"], "");
    let refused = bea.send(reqwest::Method::POST, &format!("{account}/unsilence"), &serde_json::json!({})).await;
    assert_eq!(refused.status, 403, "{}", refused.json);
    for (measure, shown) in measures {
        assert_eq!(bea.get(&account).await[shown], true, "{measure}");
        server.admin(&["account", "lift", "amy", measure], "");
        assert_eq!(bea.get(&account).await[shown], false, "{measure}");
    }
    assert!(server.admin_refuses(&["account", "lift", "amy", "none"]).contains("none"));
    assert!(server.admin_refuses(&["account", "lift", "nobody", "silence"]).contains("no account \"nobody\""));
    server.admin_refuses(&["account", "unsuspend", "amy"]);
}

#[tokio::test]
async fn a_peer_must_be_the_address_of_an_instance_and_can_be_removed() {
    let server = server().await;
    let long = format!("https://{}.example", "a".repeat(300));
    for bad in [
        "http://plain.example",
        "https://127.0.0.1",
        "https://[::1]",
        "https://x.example/path",
        "https://u:p@x.example",
        "ftp://x.example",
        "x.example",
        server.url(),
        &long,
    ] {
        let said = server.admin_refuses(&["peer", "add", bad, "--tags", "SLTchat"]);
        assert!(said.contains("url"), "{bad}: {said}");
    }
    server.add_peer("http://elm.localhost:4000", "SLTchat");
    server.admin(&["peer", "remove", "http://elm.localhost:4000"], "");
    server.add_peer("https://elm.example", "SLTchat");
    let listed = server.admin(&["peer", "list"], "");
    assert!(listed.contains("https://elm.example") && listed.contains("#SLTchat\tnot followed"), "{listed}");
    server.add_peer("https://elm.example", "EduTech");
    let refused = server.admin_refuses(&["peer", "remove", "https://elm.example", "--tags", "SLTchat,Gardening"]);
    assert!(refused.contains("#Gardening"), "{refused}");
    server.admin(&["peer", "remove", "https://elm.example", "--tags", "sltchat"], "");
    let listed = server.admin(&["peer", "list"], "");
    assert!(!listed.contains("#SLTchat\t") && listed.contains("#EduTech\tnot followed"), "{listed}");
    server.admin(&["peer", "remove", "https://elm.example"], "");
    assert!(!server.admin(&["peer", "list"], "").contains("elm"));
    server.admin_refuses(&["peer", "remove", "https://elm.example"]);
}

#[tokio::test]
async fn a_peer_is_a_hub_until_that_is_taken_back() {
    let server = server().await;
    let add = |more: &'static str| ["peer", "add", "https://elm.example", "--tags", "SLTchat", more];
    let is_hub = || server.admin(&["peer", "list"], "").lines().any(|line| line.ends_with("\thub"));
    server.admin(&add("--hub"), "");
    assert!(is_hub());
    server.admin(&["peer", "add", "https://elm.example", "--tags", "EduTech"], "");
    assert!(is_hub(), "nothing was said about it");
    server.admin(&add("--no-hub"), "");
    assert!(!is_hub());
    server.admin_refuses(&["peer", "add", "https://elm.example", "--tags", "SLTchat", "--hub", "--no-hub"]);
    assert!(!is_hub());
}

#[tokio::test]
async fn a_command_says_when_it_made_a_new_database() {
    let server = server().await;
    let folder = server.data().join("elsewhere");
    std::fs::create_dir(&folder).unwrap();
    let url = format!("sqlite:{}", folder.join("new.db").display());
    let said = |settings: &[(&str, &str)]| {
        let output = server.run(&["admin", "domain", "block", "spam.example"], settings);
        assert!(output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let first = said(&[("STORAGE__URL", &url)]);
    assert!(first.contains("new.db is new and empty"), "{first}");
    for settings in [&[("STORAGE__URL", url.as_str())][..], &[]] {
        let later = said(settings);
        assert!(!later.contains("new and empty"), "{later}");
    }
}

#[tokio::test]
async fn what_operators_note_stays_on_its_line() {
    let server = server().await;
    let comment = "why\nschool.example\tallowed \u{202e}backwards";
    server.admin(&["domain", "block", "spam.example", "--comment", comment], "");
    let listed = server.admin(&["domain", "list"], "");
    let line = listed.lines().find(|line| line.starts_with("spam.example\tsuspend")).unwrap();
    assert!(line.ends_with("why school.example allowed  backwards"), "{listed:?}");
    assert!(!listed.lines().any(|line| line.starts_with("school.example")), "{listed:?}");
}

#[tokio::test]
async fn hours_of_a_chat_are_kept_once() {
    let server = server().await;
    let sunday = ["tag", "chat", "add", "SLTchat", "Sun 20:00-21:00 Europe/London"];
    let added = server.admin(&sunday, "");
    for [tag, hours, why] in [
        ["SLTchat", "Sun 20:00-21:00 Europe/London", "hours"],
        ["SLTchat", "every evening", "every evening"],
        ["Gardening", "Sun 20:00-21:00 Europe/London", "published hashtag"],
    ] {
        let said = server.admin_refuses(&["tag", "chat", "add", tag, hours]);
        assert!(said.contains(why), "{tag} {hours}: {said}");
    }
    assert_eq!(server.admin(&["tag", "chat", "list"], ""), added);
    let id = added.split('\t').next().unwrap();
    server.admin(&["tag", "chat", "remove", id], "");
    assert_eq!(server.admin(&["tag", "chat", "list"], ""), "");
    server.admin_refuses(&["tag", "chat", "remove", id]);
    server.admin(&sunday, "");
}

#[tokio::test]
async fn the_configuration_check_finds_what_would_keep_the_server_from_starting() {
    let server = server().await;
    let file = server.data().join("not-pem");
    std::fs::write(&file, "hello").unwrap();
    let file = file.to_str().unwrap();
    for (key, value, word) in [
        ("SECRETS__KEY", "abc", "secrets.key"),
        ("SECRETS__KEY_FILE", "/nonexistent", "secrets.key_file"),
        ("STORAGE__URL", "sqlite:/nonexistent/x.db", "storage.url"),
        ("STORAGE__URL", "sqlite:", "storage.url"),
        ("FEDERATION__EXTRA_CA_FILE", file, "federation.extra_ca_file"),
        ("DATA_DIR", file, "data_dir"),
        ("DATA_DIR", "", "data_dir"),
        ("INSTANCE__SOURCE_URL", "javascript:alert(1)", "instance.source_url"),
        ("INSTANCE__CONTACT_EMAIL", "nobody", "instance.contact_email"),
        ("MEDIA__REMOTE_CACHE_DAYS", "0", "media.remote_cache_days"),
        ("MEDIA__REMOTE_FILE_BYTES", "209715201", "media.remote_file_bytes"),
    ] {
        for command in [&["config", "check"][..], &["serve"]] {
            let output = server.run(command, &[(key, value)]);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success() && said.contains(word), "{command:?} {key}={value}: {said}");
        }
    }
    for (name, text) in [("not-text", vec![0xff, 0xfe]), ("long", vec![b'a'; 300_000])] {
        let file = server.data().join(name);
        std::fs::write(&file, text).unwrap();
        for key in ["EXTENDED_DESCRIPTION_FILE", "PRIVACY_POLICY_FILE", "TERMS_OF_SERVICE_FILE"] {
            let output = server.run(&["config", "check"], &[(&format!("INSTANCE__{key}"), file.to_str().unwrap())]);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let key = format!("instance.{}", key.to_lowercase());
            assert!(!output.status.success() && said.contains(&key) && said.contains(name), "{said}");
        }
    }
    let tls = [("SERVER__TLS__CERTIFICATE_FILE", file), ("SERVER__TLS__KEY_FILE", file)];
    let said = String::from_utf8_lossy(&server.run(&["config", "check"], &tls).stderr).into_owned();
    assert!(said.contains("server.tls.certificate_file") && said.contains("server.tls.key_file"), "{said}");
    assert!(server.run(&["config", "check"], &[]).status.success());
}

#[tokio::test]
async fn a_database_server_that_is_not_there_is_named_at_once() {
    let server = server().await;
    let [port] = free_ports();
    let url = format!("postgres://staffroom:secret-word@127.0.0.1:{port}/staffroom");
    let output = server.run(&["admin", "account", "list"], &[("STORAGE__URL", &url)]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains(&format!("127.0.0.1:{port}")), "{said}");
    assert!(!said.contains("secret-word"), "{said}");
}

#[tokio::test]
async fn a_log_in_a_file_has_no_colours() {
    let server = server().await;
    // something to warn of
    std::fs::set_permissions(server.data(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let [port] = free_ports();
    let listen = format!("127.0.0.1:{port}");
    let settings =
        [("SERVER__LISTEN", listen.as_str()), ("LOG__FILTER", "info"), ("SERVER__PUBLIC_URL", "http://localhost:1")];
    let output = server.run(&["serve"], &settings);
    assert!(!output.status.success(), "another public_url than the database was made with");
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(log.contains("WARN") && log.contains("chmod 700"), "{log}");
    assert!(!log.contains('\u{1b}'), "{log}");
    eventually("the first server still answers", || async {
        server.api(None).request(reqwest::Method::GET, "/readyz").send().await.map(drop)
    })
    .await;
}
