//! Small pieces of the worker loops: tickers, deadlines and background tasks to be selected over.

use std::future::pending;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until};

/// Ticks at once and then every `every`; after a stall it does not catch up.
pub(crate) fn ticker(every: Duration) -> Interval {
    let mut ticker = interval(every);
    ticker.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticker
}

/// Waits until `when`; for ever without one.
pub(crate) async fn at(when: Option<Instant>) {
    match when {
        Some(when) => sleep_until(when).await,
        None => pending().await,
    }
}

/// The result of a background task, taken out once it is there (`None` if the task broke off); waits for ever
/// without a task.
pub(crate) async fn joined<T>(task: &mut Option<JoinHandle<T>>) -> Option<T> {
    match task {
        Some(handle) => {
            let result = handle.await.ok();
            *task = None;
            result
        }
        None => pending().await,
    }
}
