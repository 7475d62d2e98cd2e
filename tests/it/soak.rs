//! Loads that take long: small in the ordinary suite, whole under `cargo xtask soak`, which sets
//! `STAFFROOM_SOAK_MINUTES` to the time each may take and builds the program for speed.
//!
//! Small ones look at what is there in the end; whole ones at figures as well.

mod backlog;
mod dead_hosts;
mod long_run;

use std::time::{Duration, Instant};

use staffroom_tests::api::Api;

/// How long each may take; `None` in the ordinary suite.
pub(crate) fn minutes() -> Option<u64> {
    std::env::var("STAFFROOM_SOAK_MINUTES").ok()?.parse().ok()
}

/// `small` in the ordinary suite, else `whole`.
pub(crate) fn scaled(small: usize, whole: usize) -> usize {
    if minutes().is_some() { whole } else { small }
}

/// How long a load is kept up.
fn time() -> Duration {
    minutes().map_or(Duration::from_secs(3), |minutes| Duration::from_secs(60 * minutes))
}

/// Answering times of the client API while something else happens.
struct Watch {
    task: tokio::task::JoinHandle<Vec<Duration>>,
    stop: tokio_util::sync::CancellationToken,
}

impl Watch {
    /// Reads `api`'s home timeline twenty times a second.
    fn start(api: Api) -> Self {
        let stop = tokio_util::sync::CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let (mut took, mut tick) = (Vec::new(), tokio::time::interval(Duration::from_millis(50)));
            tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
            while !stopped.is_cancelled() {
                tick.tick().await;
                let began = Instant::now();
                api.get("/api/v1/timelines/home").await;
                took.push(began.elapsed());
            }
            took
        });
        Self { task, stop }
    }

    /// The 99th percentile of all of them.
    async fn p99(self) -> Duration {
        self.stop.cancel();
        p99(self.task.await.unwrap())
    }
}

fn p99(mut took: Vec<Duration>) -> Duration {
    took.sort_unstable();
    assert!(!took.is_empty());
    took[(took.len() * 99 / 100).min(took.len() - 1)]
}

/// A figure of a whole run: said, and held against `limit`; in the ordinary suite neither.
fn figure(what: &str, found: f64, limit: f64, is_right: bool) {
    if minutes().is_some() {
        eprintln!("{what}: {found:.2} (limit {limit})");
        assert!(is_right, "{what}: {found:.2}, limit {limit}");
    }
}
