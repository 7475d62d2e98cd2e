//! Figures kept for a minute: they are asked for by every client and change slowly.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use staffroom_domain::Timestamp;

use super::Stats;

const KEPT: Duration = Duration::from_secs(60);

/// The last figures and when they were counted.
#[derive(Debug, Default)]
pub(crate) struct Figures(Mutex<Option<(Timestamp, Stats)>>);

impl Figures {
    /// The figures, unless older than a minute.
    pub(super) fn fresh(&self, now: Timestamp) -> Option<Stats> {
        let kept = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.filter(|(at, _)| at.plus(KEPT) > now).map(|(_, stats)| stats)
    }

    /// Keeps new figures.
    pub(super) fn keep(&self, now: Timestamp, stats: Stats) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, stats));
    }
}
