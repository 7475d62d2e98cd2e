//! Bad lines between servers: what is said arrives once the line is good again, in order, once.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use staffroom_tests::network::fault::{Fault, FaultProxy};
use staffroom_tests::network::{ADDRESSES, inside, trusting_client};
use staffroom_tests::puppet::Puppet;
use staffroom_tests::wait::eventually;

use super::{SCHOOLS, ground};
use crate::federation::network::actor_uri;

#[test]
fn rel_19_a_bad_line_delays_and_loses_nothing() {
    inside("tls::faults::rel_19_a_bad_line_delays_and_loses_nothing", || async {
        let ground = ground().await;
        let amy = ground.server.member("amy");
        let me = actor_uri(&amy).await;
        let behind = SocketAddr::from(([127, 0, 0, 2], 8443));
        let elm = Puppet::start_tls("elm.school.test", behind, SCHOOLS, trusting_client).await;
        ground.dns.set("elm.school.test", &[ADDRESSES[1].into()]);
        let line = FaultProxy::start(SocketAddr::from((ADDRESSES[1], 443)), behind).await;
        let eve = elm.actor("eve");
        assert_eq!(eve.deliver(&ground.inbox(), &eve.activity("Follow", &json!(me))).await, 202);
        eventually("the follow is answered", || async {
            let answers = elm.received_of("Accept");
            if answers.len() == 1 { Ok(()) } else { Err(answers) }
        })
        .await;

        let arrived = |words: &str| {
            let created = elm.received_of("Create");
            let wanted = format!("<p>{words}</p>");
            created.iter().filter(|create| create["object"]["content"] == wanted).count()
        };
        let faults = [
            ("late", Fault::Late(Duration::from_millis(50))),
            ("slow", Fault::Slow(Duration::from_millis(1))),
            ("lossy", Fault::Lossy(2)),
            ("cut", Fault::Cut(600)),
            ("silent", Fault::Silent),
        ];
        for (name, fault) in faults {
            line.set(fault);
            let before = line.taken();
            amy.post("/api/v1/statuses", &json!({ "status": name })).await;
            if matches!(fault, Fault::Cut(_) | Fault::Silent | Fault::Lossy(_)) {
                // it was tried, or is told over a connection of better times
                eventually(&format!("{name}: it is tried"), || async {
                    if line.taken() > before || arrived(name) > 0 { Ok(()) } else { Err(()) }
                })
                .await;
                line.set(Fault::None);
                // whoever hears of a peer again tries again
                assert_eq!(
                    eve.deliver(&ground.inbox(), &eve.activity("Like", &json!("https://oak.school.test/x"))).await,
                    202
                );
            }
            eventually(&format!("{name}: it arrives"), || async {
                if arrived(name) > 0 { Ok(()) } else { Err(elm.received().len()) }
            })
            .await;
        }
        let order: Vec<String> =
            elm.received_of("Create").iter().map(|one| one["object"]["content"].to_string()).collect();
        let mut once = order.clone();
        once.dedup();
        assert_eq!(once.len(), faults.len(), "{order:?}");
        assert_eq!(ground.canary.seen(), []);
    });
}
