//! How well a host we deliver to has been lately, and when it counts as down or gone.

use std::time::Duration;

use crate::Timestamp;

/// A host that fails for this long …
const DOWN_AFTER: Duration = Duration::from_hours(7 * 24);
/// … and on as many different days is down.
const DOWN_DAYS: u32 = 3;
/// A host that says "gone" at its shared inbox on as many different days is.
const GONE_DAYS: u32 = 3;
/// So is one that is down for this long.
pub const GONE_AFTER: Duration = Duration::from_hours(30 * 24);

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What is done for a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum HostState {
    /// Delivered to.
    #[default]
    Ok,
    /// Its last attempt failed: probed from time to time.
    Failing,
    /// Failing for a week: only what must not be missed is still queued.
    Down,
    /// Nothing is queued.
    Gone,
    /// Queued, and not sent until an administrator says so.
    Paused,
}

impl HostState {
    const ALL: [Self; 5] = [Self::Ok, Self::Failing, Self::Down, Self::Gone, Self::Paused];

    /// The word kept in the database and shown to administrators.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failing => "failing",
            Self::Down => "down",
            Self::Gone => "gone",
            Self::Paused => "paused",
        }
    }

    /// From that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// A host's failures since it last took something. A day is a UTC day, counted from the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct HostHealth {
    /// What is done for it.
    pub state: HostState,
    /// Periods of failure in a row.
    pub fail_streak: u32,
    /// When the first of them began.
    pub failing_since: Option<Timestamp>,
    /// Different days on which it failed.
    pub failing_days: u32,
    /// The last of them.
    pub last_failed_day: Option<i64>,
    /// Different days on which its shared inbox said "gone".
    pub gone_days: u32,
    /// The last of them.
    pub last_gone_day: Option<i64>,
    /// Since when it is down.
    pub down_since: Option<Timestamp>,
}

impl HostHealth {
    /// After another period of failure; `says_gone` if its shared inbox answered 410.
    #[must_use]
    pub fn failed(mut self, now: Timestamp, says_gone: bool) -> Self {
        let today = now.0.div_euclid(DAY_MS);
        self.fail_streak = self.fail_streak.saturating_add(1);
        let since = *self.failing_since.get_or_insert(now);
        if self.last_failed_day.replace(today) != Some(today) {
            self.failing_days += 1;
        }
        if says_gone && self.last_gone_day.replace(today) != Some(today) {
            self.gone_days += 1;
        }
        let is_long = since.plus(DOWN_AFTER) <= now && self.failing_days >= DOWN_DAYS;
        if is_long || self.state == HostState::Down {
            self.down_since.get_or_insert(now);
        }
        self.state = if self.gone_days >= GONE_DAYS || self.down_since.is_some_and(|at| at.plus(GONE_AFTER) <= now) {
            HostState::Gone
        } else if self.down_since.is_some() {
            HostState::Down
        } else {
            HostState::Failing
        };
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    fn day(n: u32) -> Timestamp {
        Timestamp(1_795_287_600_000).plus(DAY * n)
    }

    fn after(days: &[u32], says_gone: bool) -> HostHealth {
        days.iter().fold(HostHealth::default(), |health, n| health.failed(day(*n), says_gone))
    }

    #[test]
    fn a_host_is_down_after_a_week_with_failures_on_three_days() {
        assert_eq!(after(&[0], false).state, HostState::Failing);
        assert_eq!(after(&[0, 1, 2, 3, 6], false).state, HostState::Failing);
        assert_eq!(after(&[0, 7], false).state, HostState::Failing, "two days of failure are no week of it");
        let down = after(&[0, 3, 7], false);
        assert_eq!((down.state, down.down_since), (HostState::Down, Some(day(7))));
        assert_eq!(after(&[0, 3, 7, 36], false).state, HostState::Down);
        assert_eq!(after(&[0, 3, 7, 37], false).state, HostState::Gone);
    }

    #[test]
    fn a_host_is_gone_when_it_says_so_on_three_days() {
        assert_eq!(after(&[0, 0, 0, 0], true).state, HostState::Failing);
        assert_eq!(after(&[0, 1], true).state, HostState::Failing);
        assert_eq!(after(&[0, 1, 2], true).state, HostState::Gone);
        assert_eq!(after(&[0, 1, 2], false).state, HostState::Failing);
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for state in HostState::ALL {
            assert_eq!(HostState::parse(state.as_str()), Some(state));
        }
        assert_eq!(HostState::parse("well"), None);
    }
}
