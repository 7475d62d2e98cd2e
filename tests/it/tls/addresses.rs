//! Names that lead to private addresses, by every door an outsider has: nobody is there for us.

use serde_json::json;
use staffroom_tests::network::{ADDRESSES, PRIVATE, inside};
use staffroom_tests::wait::eventually;

use super::{address, ground};
use crate::federation::network::{actor_uri, find};

#[test]
fn sec_35_no_name_leads_to_a_private_address() {
    inside("tls::addresses::sec_35_no_name_leads_to_a_private_address", || async {
        let ground = ground().await;
        let amy = ground.server.member("amy");
        let me = actor_uri(&amy).await;
        let elm = ground.puppet("elm.school.test", 1).await;
        let eve = elm.actor("eve");
        for (at, private) in PRIVATE.iter().enumerate() {
            let host = format!("inner{at}.school.test");
            ground.dns.set(&host, &[address(private)]);
            // by a handle, by a link
            for q in [format!("@eve@{host}"), format!("https://{host}/users/eve")] {
                let q: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
                let answer = amy.get(&format!("/api/v2/search?resolve=true&q={q}")).await;
                assert_eq!(answer["accounts"], json!([]), "{host}");
            }
            // by a boost, a reply, a signature's key, an actor that says to be there
            let there = format!("https://{host}/notes/1");
            let boost = eve.activity("Announce", &json!(there));
            assert_eq!(eve.deliver(&ground.inbox(), &boost).await, 202);
            let mut reply = eve.note("a reply", &[&me]);
            reply["inReplyTo"] = json!(there);
            assert_eq!(eve.deliver(&ground.inbox(), &eve.activity("Create", &reply)).await, 202);
            let mut follow = eve.activity("Follow", &json!(me));
            follow["actor"] = json!(format!("https://{host}/users/eve"));
            follow["id"] = json!(format!("https://{host}/follows/1"));
            let status = eve.deliver(&ground.inbox(), &follow).await;
            assert!((400..500).contains(&status) || status == 503, "{host}: {status}");
        }
        eventually("everything is worked off", || async {
            let waiting = ground.server.database().count("inbox_items WHERE attempts = 0").await;
            if waiting == 0 { Ok(()) } else { Err(waiting) }
        })
        .await;
        assert_eq!(ground.canary.seen(), []);
    });
}

#[test]
fn sec_35_a_name_that_changes_its_mind_leads_to_nobody_private() {
    inside("tls::addresses::sec_35_a_name_that_changes_its_mind_leads_to_nobody_private", || async {
        let ground = ground().await;
        let amy = ground.server.member("amy");
        let elm = ground.puppet("elm.school.test", 1).await;
        drop(elm.actor("eve"));
        let (public, private) = ([ADDRESSES[1].into()], [address("10.0.0.5")]);
        // first public, then private; private and public at once
        ground.dns.set_in_turn("rebind.school.test", &[&public, &private]);
        ground.dns.set("both.school.test", &[address("10.0.0.5"), address("127.0.0.1"), ADDRESSES[1].into()]);
        for host in ["rebind.school.test", "both.school.test", "rebind.school.test"] {
            let answer = amy.get(&format!("/api/v2/search?resolve=true&q=%40eve%40{host}")).await;
            assert_eq!(answer["accounts"], json!([]), "{host}: elm does not answer for it");
        }
        assert_eq!(ground.canary.seen(), []);
        // the public one of several was spoken with
        assert!(elm.fetched().iter().any(|path| path.starts_with("both.school.test/")), "{:?}", elm.fetched());
        find(&amy, "@eve@elm.school.test").await;
    });
}
