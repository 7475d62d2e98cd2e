//! Follows that come again under the id of one that ended, as Misskey sends them: the id is made of who follows whom, and
//! that of the `Undo` of it. Dates are those of the signatures.

use std::time::Duration;

use serde_json::{Value, json};
use staffroom_tests::puppet::{self, COVERED, draft_at};
use staffroom_tests::wait::eventually;

use super::hostile::{Scene, scene};
use super::network::{actor_uri, find, text};

const MINUTE: u64 = 60;

/// `activity` by eve, signed `ago` in the past and `ahead` in the future (seconds).
fn signed(scene: &Scene, activity: &Value, ago: u64, ahead: u64) -> http::Request<Vec<u8>> {
    let body = activity.to_string();
    let (ago, ahead) = (Duration::from_secs(ago), Duration::from_secs(ahead));
    let mut request = draft_at("POST", &scene.inbox, body.as_bytes(), ago, ahead);
    scene.eve.sign(&mut request, &COVERED);
    request
}

impl Scene {
    /// Sends `request`, which is taken, and waits until amy has `followers`.
    async fn leads_to(&self, what: &str, request: &http::Request<Vec<u8>>, followers: i64) {
        let (status, body) = puppet::send(request.clone()).await;
        assert_eq!(status, 202, "{what}: {body}");
        self.settled().await;
        eventually(&format!("{what}: amy has {followers} followers"), || async {
            let me = self.amy.get("/api/v1/accounts/verify_credentials").await;
            if me["followers_count"] == json!(followers) { Ok(()) } else { Err(me["followers_count"].clone()) }
        })
        .await;
    }
}

/// A follow of amy by eve, and its end.
async fn follow_and_undo(scene: &Scene) -> (Value, Value) {
    let mut follow = scene.eve.activity("Follow", &json!(actor_uri(&scene.amy).await));
    follow["id"] = json!(scene.puppet.url("/follows/9abc/9def"));
    let mut undo = scene.eve.activity("Undo", &follow);
    undo["id"] = json!(scene.puppet.url("/follows/9abc/9def/undo"));
    (follow, undo)
}

#[tokio::test]
async fn rel_30_a_follow_may_come_again_under_its_id_and_no_old_one_does() {
    let scene = scene().await;
    let (follow, undo) = follow_and_undo(&scene).await;
    let first = signed(&scene, &follow, 60 * MINUTE, 0);
    scene.leads_to("the first", &first, 1).await;
    let ended = signed(&scene, &undo, 50 * MINUTE, 0);
    scene.leads_to("its end", &ended, 0).await;

    // the same request again, one that was signed again before the end, and one that took a second way
    scene.leads_to("the old request", &first, 0).await;
    scene.leads_to("an older copy", &signed(&scene, &follow, 55 * MINUTE, 0), 0).await;
    scene.leads_to("a late copy", &signed(&scene, &follow, 50 * MINUTE - 20, 0), 0).await;
    // what somebody else passes on has no date of its own, whatever they sign
    let copy = scene.eve.prove(&follow, Duration::from_secs(60 * MINUTE)).to_string();
    let mut passed_on = draft_at("POST", &scene.inbox, copy.as_bytes(), Duration::ZERO, Duration::ZERO);
    scene.puppet.actor("mallory").sign(&mut passed_on, &COVERED);
    scene.leads_to("passed on", &passed_on, 0).await;

    let second = signed(&scene, &follow, 40 * MINUTE, 0);
    scene.leads_to("the second", &second, 1).await;
    scene.leads_to("the old end", &ended, 1).await;
    scene.leads_to("a copy of the old end", &signed(&scene, &undo, 45 * MINUTE, 0), 1).await;
    scene.leads_to("the second, ended at once", &signed(&scene, &undo, 40 * MINUTE, 0), 0).await;
    for old in [&first, &second] {
        scene.leads_to("follows that ended", old, 0).await;
    }
    scene.leads_to("the third", &signed(&scene, &follow, 20 * MINUTE, 0), 1).await;
}

#[tokio::test]
async fn rel_30_who_was_sent_away_may_ask_again_under_the_same_id() {
    let scene = scene().await;
    let (follow, _) = follow_and_undo(&scene).await;
    let first = signed(&scene, &follow, 10 * MINUTE, 0);
    scene.leads_to("the first", &first, 1).await;
    let eve = find(&scene.amy, &format!("@eve@{}", scene.puppet.host())).await;
    let block = async |word: &str| {
        scene.amy.post(&format!("/api/v1/accounts/{}/{word}", text(&eve["id"])), &json!({})).await;
    };
    block("block").await;
    block("unblock").await;
    scene.leads_to("the old request", &first, 0).await;
    scene.leads_to("a copy", &signed(&scene, &follow, 0, 0), 0).await;
    scene.leads_to("asked again", &signed(&scene, &follow, 0, 2 * MINUTE), 1).await;

    // refused across a block, and later not
    block("block").await;
    let across = signed(&scene, &follow, 0, 3 * MINUTE + 10);
    scene.leads_to("across a block", &across, 0).await;
    block("unblock").await;
    scene.leads_to("the same request", &across, 0).await;
    scene.leads_to("after it", &signed(&scene, &follow, 0, 5 * MINUTE - 5), 1).await;
}

#[tokio::test]
async fn rel_30_a_follow_that_its_end_overtook_stays_away() {
    let scene = scene().await;
    let (follow, undo) = follow_and_undo(&scene).await;
    scene.leads_to("the end", &signed(&scene, &undo, 50 * MINUTE, 0), 0).await;
    scene.leads_to("the follow", &signed(&scene, &follow, 60 * MINUTE, 0), 0).await;
    scene.leads_to("its second way", &signed(&scene, &follow, 20 * MINUTE, 0), 0).await;
}
