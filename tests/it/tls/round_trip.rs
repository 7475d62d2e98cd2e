//! Two peers with names and certificates of their own, and a server that knows nothing of tests.

use serde_json::json;
use staffroom_tests::network::inside;
use staffroom_tests::wait::eventually;

use super::ground;
use crate::federation::network::{actor_uri, find, follow_puppet, one_with, text};

#[test]
fn statuses_go_round_between_three_servers_over_tls() {
    inside("tls::round_trip::statuses_go_round_between_three_servers_over_tls", || async {
        let ground = ground().await;
        let (elm, ash) = (ground.puppet("elm.school.test", 1).await, ground.puppet("ash.school.test", 2).await);
        let (eve, ivy) = (elm.actor("eve"), ash.actor("ivy"));
        let amy = ground.server.member("amy");
        let me = actor_uri(&amy).await;
        assert_eq!(me, "https://oak.school.test/users/amy");

        // amy follows one, the other follows her
        follow_puppet(&amy, &ground.inbox(), &eve).await;
        assert_eq!(ivy.deliver(&ground.inbox(), &ivy.activity("Follow", &json!(me))).await, 202);
        eventually("the follow is answered", || async {
            let answers = ash.received_of("Accept");
            if answers.len() == 1 { Ok(()) } else { Err(answers) }
        })
        .await;

        let note = eve.note("Words from elm", &[]);
        assert_eq!(eve.deliver(&ground.inbox(), &eve.activity("Create", &note)).await, 202);
        let seen = one_with(&amy, "/api/v1/timelines/home", "Words from elm").await;
        assert_eq!(seen["account"]["acct"], "eve@elm.school.test");

        let path = format!("/api/v1/statuses/{}", text(&seen["id"]));
        amy.post(&format!("{path}/favourite"), &json!({})).await;
        eventually("the favourite arrives", || async {
            let likes = elm.received_of("Like");
            if likes.len() == 1 { Ok(()) } else { Err(likes) }
        })
        .await;
        let status = amy.post("/api/v1/statuses", &json!({ "status": "Words from oak" })).await;
        let created = eventually("the status arrives at its follower's", || async {
            ash.received_of("Create").pop().ok_or("nothing")
        })
        .await;
        assert_eq!(created["object"]["id"], status["uri"]);
        assert!(elm.received_of("Create").is_empty(), "nobody there follows her");

        let found = find(&amy, "@ivy@ash.school.test").await;
        assert_eq!(found["acct"], "ivy@ash.school.test");
        assert_eq!(ground.canary.seen(), []);
    });
}
