//! SEC-42 from outside: who cannot prove to be who the name says is not spoken with.

use std::net::SocketAddr;

use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::network::{ADDRESSES, inside, trusting_client};
use staffroom_tests::puppet::Puppet;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{Pem, ground};

/// How many accounts a search for `handle` finds.
async fn found(api: &Api, handle: &str) -> usize {
    let path = format!("/api/v2/search?type=accounts&resolve=true&q={}", handle.replace('@', "%40"));
    api.get(&path).await["accounts"].as_array().map_or(0, Vec::len)
}

#[test]
fn sec_42_who_proves_nothing_is_not_spoken_with() {
    inside("tls::certificates::sec_42_who_proves_nothing_is_not_spoken_with", || async {
        let ground = ground().await;
        let amy = ground.server.member("amy");
        let certificates: [(&str, Pem); 4] = [
            ("stale", (include_bytes!("../../fixtures/tls/stale.pem"), include_bytes!("../../fixtures/tls/stale.key"))),
            (
                "selfmade",
                (include_bytes!("../../fixtures/tls/selfmade.pem"), include_bytes!("../../fixtures/tls/selfmade.key")),
            ),
            // for another name
            (
                "other",
                (
                    include_bytes!("../../fixtures/tls/elsewhere.pem"),
                    include_bytes!("../../fixtures/tls/elsewhere.key"),
                ),
            ),
            // by an authority nobody trusts, for another name
            (
                "foreign",
                (include_bytes!("../../fixtures/tls/foreign.pem"), include_bytes!("../../fixtures/tls/foreign.key")),
            ),
        ];
        for (at, (name, pem)) in certificates.into_iter().enumerate() {
            let (host, address) = (format!("{name}.school.test"), ADDRESSES[at + 1]);
            ground.dns.set(&host, &[address.into()]);
            let puppet = Puppet::start_tls(&host, SocketAddr::from((address, 443)), pem, trusting_client).await;
            let eve = puppet.actor("eve");
            assert_eq!(found(&amy, &format!("@eve@{host}")).await, 0, "{name}");
            // their key cannot be had either
            let status = eve.deliver(&ground.inbox(), &eve.activity("Create", &eve.note("lies", &[]))).await;
            assert!((400..600).contains(&status) && status != 500, "{name}: {status}");
            assert_eq!(puppet.fetched(), Vec::<String>::new(), "{name}: asked for something all the same");
        }
        let honest = ground.puppet("elm.school.test", 6).await;
        drop(honest.actor("eve"));
        assert_eq!(found(&amy, "@eve@elm.school.test").await, 1);
        assert_eq!(ground.server.database().count("statuses").await, 0);
    });
}

#[test]
fn sec_42_old_tls_and_no_tls_are_not_spoken() {
    inside("tls::certificates::sec_42_old_tls_and_no_tls_are_not_spoken", || async {
        let ground = ground().await;
        let amy = ground.server.member("amy");
        // a server that knows TLS 1.0 or 1.1 at best, one that speaks plain http on port 443
        let hello = |minor: u8| {
            let mut body = vec![2, 0, 0, 38, 3, minor];
            body.extend([7; 32]);
            body.extend([0, 0x00, 0x2f, 0]);
            let mut record = vec![22, 3, minor, 0, u8::try_from(body.len()).unwrap()];
            record.extend(body);
            record
        };
        let plain = b"HTTP/1.1 200 OK\r\ncontent-type: application/jrd+json\r\ncontent-length: 2\r\n\r\n{}".to_vec();
        for (at, (name, says)) in [("ten", hello(1)), ("eleven", hello(2)), ("plain", plain)].into_iter().enumerate() {
            let (host, address) = (format!("{name}.school.test"), ADDRESSES[at + 1]);
            ground.dns.set(&host, &[address.into()]);
            let listener = TcpListener::bind((address, 443)).await.unwrap();
            let heard = tokio::spawn(async move {
                let mut heard = Vec::new();
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut piece = vec![0; 4096];
                let length = stream.read(&mut piece).await.unwrap_or(0);
                heard.extend_from_slice(&piece[..length]);
                drop(stream.write_all(&says).await);
                let length = stream.read(&mut piece).await.unwrap_or(0);
                heard.extend_from_slice(&piece[..length]);
                heard
            });
            assert_eq!(found(&amy, &format!("@eve@{host}")).await, 0, "{name}");
            let heard = heard.await.unwrap();
            assert_eq!(heard.first(), Some(&22), "{name}: something else than TLS was spoken");
            assert!(!heard.windows(4).any(|piece| piece == b"GET "), "{name}: asked in the open");
        }
    });
}

#[test]
fn trap_54_a_token_sent_in_the_open_is_not_asked_for_again() {
    inside("tls::certificates::trap_54_a_token_sent_in_the_open_is_not_asked_for_again", || async {
        let ground = ground().await;
        let token = ground.server.member_token("amy");
        let mut stream = tokio::net::TcpStream::connect((ADDRESSES[0], 443)).await.unwrap();
        let request = format!(
            "GET /api/v1/accounts/verify_credentials HTTP/1.1\r\nhost: oak.school.test\r\n\
             authorization: Bearer {token}\r\n\r\n"
        );
        drop(stream.write_all(request.as_bytes()).await);
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer).await);
        let answer = String::from_utf8_lossy(&answer);
        assert!(!answer.contains("HTTP/1.1 3") && !answer.contains("HTTP/1.1 2"), "{answer}");
        assert!(!answer.to_lowercase().contains("location:") && !answer.contains("amy"), "{answer}");
        assert!(tokio::net::TcpStream::connect((ADDRESSES[0], 80)).await.is_err(), "nobody listens in the open");
    });
}

#[test]
fn sec_34_redirects_lead_nowhere_private() {
    inside("tls::certificates::sec_34_redirects_lead_nowhere_private", || async {
        let ground = ground().await;
        let amy = ground.server.member("amy");
        let elm = ground.puppet("elm.school.test", 1).await;
        let ash = ground.puppet("ash.school.test", 2).await;
        ground.dns.set("inner.school.test", &[super::address("10.0.0.5")]);
        ground.dns.set("meta.school.test", &[super::address("169.254.169.254")]);
        let mut tried = 0;
        for place in [
            "https://inner.school.test/x",
            "http://inner.school.test/x",
            "https://meta.school.test/latest/meta-data/",
            "http://169.254.169.254/latest/meta-data/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.5]/",
            "https://2130706433/",
            "file:///etc/passwd",
            "http://ash.school.test/users/ivy",
        ] {
            tried += 1;
            let id = elm.url(&format!("/objects/{tried}"));
            elm.answers(&id, 302, &[("location", place)], b"");
            let path = format!(
                "/api/v2/search?resolve=true&q={}",
                url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>()
            );
            let answer: Value = amy.get(&path).await;
            assert_eq!((&answer["accounts"], &answer["statuses"]), (&json!([]), &json!([])), "{place}");
        }
        assert_eq!(elm.fetched().len(), tried, "each was asked once");
        assert_eq!(ash.fetched(), Vec::<String>::new());
        assert_eq!(ground.canary.seen(), []);
    });
}
