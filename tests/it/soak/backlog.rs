//! REL-26: somebody who was away sends everything at once.

use std::time::{Duration, Instant};

use serde_json::json;
use staffroom_tests::puppet::{COMPONENTS, draft, send_with};
use staffroom_tests::wait::eventually_within;

use super::{Watch, figure, minutes, scaled, time};
use crate::federation::hostile::scene;

/// What a peer had in store (550,000 in the field); a whole run sends as many as there is time for.
const WHOLE: usize = 550_000;

/// Senders at once, as a peer would use.
const SENDERS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_26_a_backlog_is_taken_and_worked_off() {
    let scene = scene().await;
    let until = Instant::now() + time() * 20;
    let count = scaled(300, WHOLE);
    let watch = Watch::start(scene.amy.clone());
    let began = Instant::now();
    let deliver = async |first: usize| {
        let client = staffroom_tests::api::plain_client();
        let mut sent = 0_i64;
        for _ in (first..count).step_by(SENDERS) {
            if minutes().is_some_and(|minutes| began.elapsed() > Duration::from_secs(60 * minutes)) {
                break;
            }
            let note = scene.eve.note("from the backlog", &[]);
            scene.puppet.withdraw(note["id"].as_str().unwrap());
            let body = scene.eve.activity("Create", &note).to_string();
            let mut request = draft("POST", &scene.inbox, body.as_bytes());
            scene.eve.sign_ed25519(&mut request, &COMPONENTS);
            let (status, answer) = send_with(&client, request).await;
            // told to wait is told so: a peer tries again
            assert!(status == 202 || status == 429, "{status} {answer}");
            sent += i64::from(status == 202);
        }
        sent
    };
    let sent: i64 = futures_util::future::join_all((0..SENDERS).map(deliver)).await.into_iter().sum();
    let stored = || scene.server.database().count("statuses WHERE content LIKE '%from the backlog%'");
    eventually_within(until - began, "all is worked off", || async {
        let there = stored().await;
        if there == sent { Ok(()) } else { Err((there, sent)) }
    })
    .await;
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let rate = sent as f64 / began.elapsed().as_secs_f64();
    let slowest = watch.p99().await.as_secs_f64();
    assert!(sent > 0);
    assert_eq!(scene.server.database().count("inbox_items").await, 0);
    figure("activities worked off a second", rate, 300.0, rate >= 300.0);
    figure("p99 of the API meanwhile, s", slowest, 1.0, slowest <= 1.0);
    assert_eq!(json!(sent), json!(stored().await));
}
