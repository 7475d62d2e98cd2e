//! Measures and reports in a school: who decides about whom, and for how long they may.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::super::server;
use super::{Person, ids, of_instance, school};

async fn act(by: &Person, against: &Person, measure: &str) -> u16 {
    by.asks(Method::POST, &against.account("/action"), json!({ "type": measure })).await
}

async fn lift(by: &Person, from: &Person, verb: &str) -> u16 {
    by.asks(Method::POST, &from.account(&format!("/{verb}")), json!({})).await
}

#[tokio::test]
async fn sec_69_reports_about_staff_are_for_those_above_them() {
    let admin = of_instance("admin").await;
    let oak = school(&admin).await;
    let (head, deputy) = (oak.person("admin").await, oak.person("admin").await);
    let (moderator, colleague) = (oak.person("moderator").await, oak.person("moderator").await);
    let (pat, teller) = (oak.person("contributor").await, oak.person("contributor").await);
    let (warden, second_warden) = (of_instance("moderator").await, of_instance("moderator").await);
    let second_admin = of_instance("admin").await;
    for one in [&warden, &second_warden, &second_admin] {
        admin.api.post(&format!("{}/move", oak.member(one)), &json!({})).await;
    }
    let staff = [&moderator, &colleague, &head, &deputy, &warden, &second_warden, &admin, &second_admin];
    let hears = |by: &Person, about: &Person| {
        let rank = |one: &Person| match staff.iter().position(|other| other.id == one.id) {
            None => 0,
            Some(at) => 1 + at / 2,
        };
        by.id != about.id && (rank(by) > rank(about) || rank(by) == 4)
    };
    for about in staff.into_iter().chain([&pat]) {
        let report = teller.reports(about).await;
        let id = report.rsplit('/').next().unwrap();
        for by in staff {
            let (wanted, case) = (hears(by, about), format!("{} about {}", by.handle, about.handle));
            let list = format!("/api/v1/admin/reports?target_account_id={}", about.id);
            assert_eq!(by.api.get(&list).await.as_array().unwrap().len(), usize::from(wanted), "{case}");
            let code = if wanted { 200 } else { 404 };
            assert_eq!(by.asks(Method::GET, &report, Value::Null).await, code, "{case}");
            assert_eq!(by.asks(Method::PUT, &report, json!({ "category": "spam" })).await, code, "{case}");
            for verb in ["assign_to_self", "unassign", "resolve", "reopen"] {
                assert_eq!(by.asks(Method::POST, &format!("{report}/{verb}"), json!({})).await, code, "{case}: {verb}");
            }
            if !wanted {
                let action = json!({ "type": "none", "report_id": id });
                let code = by.asks(Method::POST, &about.account("/action"), action).await;
                assert!([403, 404].contains(&code), "{case}: {code}");
            }
        }
    }
}

#[tokio::test]
async fn sec_69_a_right_that_is_taken_while_the_body_is_under_way_is_gone() {
    let admin = of_instance("admin").await;
    let oak = school(&admin).await;
    let (pat, moderator, head) =
        (oak.person("contributor").await, oak.person("moderator").await, oak.person("admin").await);
    oak.person("admin").await;
    let warden = of_instance("admin").await;
    for (by, path, body) in [
        (&moderator, pat.account("/action"), json!({ "type": "silence" })),
        (&head, format!("{}/members", oak.path()), Value::Null),
        (&warden, "/api/v1/admin/email_domain_blocks".to_owned(), json!({ "domain": "late.example" })),
    ] {
        let (method, path, body) = if body.is_null() {
            ("PUT", format!("{path}/{}", pat.id), json!({ "role": "admin" }))
        } else {
            ("POST", path, body)
        };
        let (host, body) = (server().await.host(), body.to_string());
        let mut stream = TcpStream::connect(host).await.unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
            by.token,
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // asked for the body: the request was let in
        let mut said = Vec::new();
        while !said.ends_with(b"\r\n\r\n") {
            said.push(stream.read_u8().await.unwrap());
        }
        assert!(said.starts_with(b"HTTP/1.1 100"), "{}", String::from_utf8_lossy(&said));
        if by.id == warden.id {
            server().await.admin(&["account", "set-role", &warden.handle, "member"], "");
        } else {
            assert_eq!(admin.asks(Method::PUT, &oak.member(by), json!({ "role": "contributor" })).await, 200);
        }
        stream.write_all(body.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 403"), "{path}: {}", String::from_utf8_lossy(&answer));
    }
    assert_eq!(admin.api.get(&pat.account("")).await["silenced"], false);
    assert_eq!(pat.api.get(&oak.path()).await["role"], "contributor");
}

#[tokio::test]
async fn who_may_not_take_a_measure_does_not_end_it() {
    let admin = of_instance("admin").await;
    let oak = school(&admin).await;
    let (head, moderator, colleague) =
        (oak.person("admin").await, oak.person("moderator").await, oak.person("moderator").await);
    for (measure, verb) in [("silence", "unsilence"), ("sensitive", "unsensitive")] {
        assert_eq!(act(&head, &moderator, measure).await, 200);
        for by in [&moderator, &colleague] {
            assert_eq!(lift(by, &moderator, verb).await, 403, "{} {verb}", by.handle);
        }
        assert_eq!(lift(&head, &moderator, verb).await, 200, "{verb}");
    }
    assert_eq!(act(&admin, &head, "silence").await, 200);
    assert_eq!((lift(&head, &head, "unsilence").await, lift(&moderator, &head, "unsilence").await), (403, 403));
}

#[tokio::test]
async fn what_the_instance_decided_stays_so_when_its_moderator_is_none_any_more() {
    let admin = of_instance("admin").await;
    let oak = school(&admin).await;
    let (pat, moderator) = (oak.person("contributor").await, oak.person("moderator").await);
    let warden = of_instance("moderator").await;
    assert_eq!(act(&warden, &pat, "silence").await, 200);
    server().await.admin(&["account", "set-role", &warden.handle, "member"], "");
    assert_eq!((lift(&moderator, &pat, "unsilence").await, lift(&admin, &pat, "unsilence").await), (403, 200));
    // and the other way round: a school's measure stays its own
    assert_eq!(act(&moderator, &pat, "silence").await, 200);
    let colleague = oak.person("moderator").await;
    server().await.admin(&["account", "set-role", &moderator.handle, "moderator"], "");
    assert_eq!(lift(&colleague, &pat, "unsilence").await, 200);
}

#[tokio::test]
async fn what_the_operator_suspends_again_is_the_operators_decision() {
    let admin = of_instance("admin").await;
    let oak = school(&admin).await;
    let (pat, moderator) = (oak.person("contributor").await, oak.person("moderator").await);
    assert_eq!(act(&moderator, &pat, "suspend").await, 200);
    server().await.admin(&["account", "suspend", &pat.handle], "");
    assert_eq!(lift(&moderator, &pat, "unsuspend").await, 403);
    assert_eq!((act(&moderator, &pat, "suspend").await, lift(&moderator, &pat, "unsuspend").await), (200, 403));
    assert_eq!(lift(&admin, &pat, "unsuspend").await, 200);
}

#[tokio::test]
async fn what_people_are_elsewhere_and_what_was_decided_there_is_not_told() {
    let admin = of_instance("admin").await;
    let (oak, elm) = (school(&admin).await, school(&admin).await);
    let (pat, quin) = (oak.person("contributor").await, elm.person("contributor").await);
    let moderator = oak.person("moderator").await;
    admin.api.send(Method::PUT, &elm.member(&pat), &json!({ "role": "admin" })).await.ok();
    for list in ["/api/v1/admin/accounts?staff=true&limit=200", "/api/v2/admin/accounts?permissions=staff&limit=200"] {
        let (seen, all) = (ids(&moderator.api.get(list).await), ids(&admin.api.get(list).await));
        assert_eq!(seen, std::slice::from_ref(&moderator.id), "{list}");
        assert!(all.contains(&pat.id) && all.contains(&moderator.id), "{list}");
    }
    let report = quin.reports(&pat).await;
    for measure in ["silence", "sensitive"] {
        assert_eq!(act(&admin, &quin, measure).await, 200);
    }
    for (by, told) in [(&moderator, false), (&admin, true)] {
        let shown = by.api.get(&report).await["account"].clone();
        assert_eq!((&shown["silenced"], &shown["sensitized"]), (&json!(told), &json!(told)), "{}", by.handle);
        let listed = by.api.get(&format!("/api/v1/admin/reports?target_account_id={}", pat.id)).await;
        assert_eq!(listed[0]["account"]["silenced"], told, "{}", by.handle);
    }
    for state in ["silenced", "sensitized"] {
        let list = format!("/api/v1/admin/accounts?{state}=true&limit=200");
        assert_eq!(moderator.api.get(&list).await, json!([]), "{state}");
    }
}

#[tokio::test]
async fn a_school_keeps_its_last_admin_who_can_act() {
    let admin = of_instance("admin").await;
    let oak = school(&admin).await;
    let head = oak.person("admin").await;
    let server = server().await;
    for measure in ["suspend", "disable"] {
        let action = json!({ "type": measure });
        let refused = admin.api.send(Method::POST, &head.account("/action"), &action).await;
        assert_eq!(refused.status, 403, "{measure}");
        assert!(refused.json["error"].as_str().unwrap().contains("last admin"), "{measure}: {}", refused.json);
    }
    for args in [&["account", "suspend", &head.handle][..], &["account", "delete", &head.handle, "--yes"]] {
        assert!(server.admin_refuses(args).contains("last admin"), "{args:?}");
    }
    assert_eq!(head.asks(Method::GET, "/api/v1/timelines/home", Value::Null).await, 200, "nothing was done");
    assert_eq!(act(&admin, &head, "silence").await, 200, "others act on");

    // one who cannot act counts for nothing
    let deputy = oak.person("admin").await;
    assert_eq!((act(&admin, &deputy, "disable").await, act(&admin, &head, "suspend").await), (200, 403));
    assert_eq!(lift(&admin, &deputy, "enable").await, 200);
    assert_eq!((act(&admin, &head, "suspend").await, act(&admin, &deputy, "disable").await), (200, 403));
    assert!(server.admin_refuses(&["account", "delete", &deputy.handle, "--yes"]).contains("last admin"));
    assert_eq!(admin.asks(Method::DELETE, &head.account(""), Value::Null).await, 200);
}

#[tokio::test]
async fn a_role_in_another_school_shields_nobody_and_is_not_told() {
    let admin = of_instance("admin").await;
    let (oak, elm) = (school(&admin).await, school(&admin).await);
    let moderator = oak.person("moderator").await;
    for measure in ["disable", "suspend"] {
        let pat = oak.person("contributor").await;
        admin.api.send(Method::PUT, &elm.member(&pat), &json!({ "role": "admin" })).await.ok();
        assert_eq!(act(&admin, &pat, measure).await, 403, "{measure}: who can name another one there is told");
        let action = json!({ "type": measure });
        let taken = moderator.api.send(Method::POST, &pat.account("/action"), &action).await;
        assert_eq!(taken.status, 200, "{measure}: {}", taken.json);
        assert!(!taken.json.to_string().contains("admin"), "{measure}: {}", taken.json);
    }
    // the instance names another one
    let quin = elm.person("admin").await;
    assert_eq!(quin.api.get(&elm.path()).await["role"], "admin");
}
