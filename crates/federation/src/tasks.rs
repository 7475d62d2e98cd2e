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

/// Keeps work that is repeated to a share of the time, however long it takes: what grows dear comes seldom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thrift {
    /// One part of this many of the time is for the work …
    one_in: u32,
    /// … unless that makes a pause longer than this.
    longest: Duration,
    pause_until: Option<Instant>,
}

impl Thrift {
    /// Nothing done yet.
    pub(crate) fn new(one_in: u32, longest: Duration) -> Self {
        Self { one_in, longest, pause_until: None }
    }

    /// The work ended at `now` and took `took`.
    pub(crate) fn spent(&mut self, took: Duration, now: Instant) {
        self.pause_until = Some(now + took.saturating_mul(self.one_in.saturating_sub(1)).min(self.longest));
    }

    /// Until when the work is not to be done, if it is to rest at `now`.
    pub(crate) fn pause_until(&self, now: Instant) -> Option<Instant> {
        self.pause_until.filter(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_long_comes_seldom_but_does_come() {
        let mut thrift = Thrift::new(25, Duration::from_secs(1));
        let now = Instant::now();
        assert_eq!(thrift.pause_until(now), None, "the first is free");
        thrift.spent(Duration::from_millis(10), now);
        let then = now + Duration::from_millis(240);
        assert_eq!((thrift.pause_until(now), thrift.pause_until(then)), (Some(then), None));
        thrift.spent(Duration::from_secs(5), now);
        assert_eq!(thrift.pause_until(now), Some(now + Duration::from_secs(1)), "the longest pause");
    }
}
