//! REL-39: an ordinary load for a long time leaves nothing behind in the process.

use std::time::{Duration, Instant};

use staffroom_tests::bench::cost::memory_mb;
use staffroom_tests::puppet::{COMPONENTS, draft, send_with};

use super::{figure, minutes, time};
use crate::federation::hostile::scene;

/// Five activities and twenty reads in each of these.
const ROUND: Duration = Duration::from_secs(1);

/// Rounds at least, however slow the machine is.
const SAMPLES: usize = 12;

/// Open files (and sockets) of process `pid`.
fn files(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count()
}

/// Threads of process `pid`.
fn threads(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/task")).unwrap().count()
}

#[tokio::test]
async fn rel_39_a_long_run_leaves_nothing_behind() {
    let scene = scene().await;
    let pid = scene.server.pid();
    let client = staffroom_tests::api::plain_client();
    let (began, mut samples) = (Instant::now(), Vec::new());
    let mut tick = tokio::time::interval(if minutes().is_some() { ROUND } else { ROUND / 20 });
    while began.elapsed() < time() || samples.len() < SAMPLES {
        tick.tick().await;
        for _ in 0..5 {
            let note = scene.eve.note("every day", &[]);
            scene.puppet.withdraw(note["id"].as_str().unwrap());
            let mut request = draft("POST", &scene.inbox, scene.eve.activity("Create", &note).to_string().as_bytes());
            scene.eve.sign_ed25519(&mut request, &COMPONENTS);
            assert_eq!(send_with(&client, request).await.0, 202);
        }
        for _ in 0..20 {
            scene.amy.get("/api/v1/timelines/home").await;
        }
        samples.push((memory_mb(pid).unwrap(), files(pid), threads(pid)));
    }
    scene.settled().await;
    // the first quarter warms up; what grows shows between the halves of the rest
    let rest = &samples[samples.len() / 4..];
    let (early, late) = rest.split_at(rest.len() / 2);
    let most = |part: &[(f64, usize, usize)]| {
        let memory = part.iter().map(|one| one.0).fold(0.0, f64::max);
        (memory, part.iter().map(|one| one.1).max().unwrap(), part.iter().map(|one| one.2).max().unwrap())
    };
    let (early, late) = (most(early), most(late));
    // some come late on a slow machine; one left behind by every activity makes nearly two a round
    let room = if minutes().is_some() { 16 } else { samples.len().max(16) };
    assert!(late.1 <= early.1 + room, "files: {} and then {}", early.1, late.1);
    assert!(late.2 <= early.2 + room, "threads: {} and then {}", early.2, late.2);
    let growth = late.0 - early.0;
    figure("memory grown between the halves, MB", growth, 8.0, growth <= 8.0);
    figure("memory at the end, MB", late.0, 150.0, late.0 <= 150.0);
}
