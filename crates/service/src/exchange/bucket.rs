//! How often statuses of one author with one hashtag are announced: 20 an hour, bursts of 10.

use std::time::Duration;

use staffroom_domain::Timestamp;

/// Announcements in one go.
const BURST: i64 = 10;
/// Time after which one more is allowed: 20 an hour.
const REFILL_MILLIS: i64 = 180_000;
/// A full bucket forgets what lies further back.
pub(super) const LOOK_BACK: Duration = Duration::from_hours(2);

/// Whether one more is allowed at `now`, after announcements at `times` (oldest first, all within [`LOOK_BACK`]).
pub(super) fn has_token(times: impl IntoIterator<Item = Timestamp>, now: Timestamp) -> bool {
    let full = BURST * REFILL_MILLIS;
    let (mut level, mut at) = (full, None);
    for time in times {
        level = refilled(level, at, time, full) - REFILL_MILLIS;
        at = Some(time);
    }
    refilled(level, at, now, full) >= REFILL_MILLIS
}

fn refilled(level: i64, since: Option<Timestamp>, now: Timestamp, full: i64) -> i64 {
    let passed = since.map_or(0, |since| (now.0 - since.0).max(0));
    (level + passed).min(full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_at_once_and_then_one_every_three_minutes() {
        let now = Timestamp(1_000_000_000_000);
        assert!(has_token([], now));
        assert!(has_token(vec![now; 9], now));
        assert!(!has_token(vec![now; 10], now));
        assert!(!has_token(vec![now; 10], Timestamp(now.0 + REFILL_MILLIS - 1)));
        assert!(has_token(vec![now; 10], Timestamp(now.0 + REFILL_MILLIS)));
    }
}
