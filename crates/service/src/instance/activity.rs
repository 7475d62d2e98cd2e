//! How much went on here in the last weeks.

use std::sync::Arc;
use std::time::Duration;

use staffroom_domain::Timestamp;
use staffroom_domain::ids::floor_at;
use staffroom_storage::instance::Week;

use super::InstanceInfo;
use crate::Result;

/// Weeks counted, this one included.
const WEEKS: i64 = 12;
/// Milliseconds of a week.
const WEEK_MILLIS: i64 = 7 * 24 * 3600 * 1000;
/// The Unix epoch was a Thursday; weeks begin on Mondays.
const MONDAY_MILLIS: i64 = 4 * 24 * 3600 * 1000;
/// How long the figures are kept before they are counted again.
pub(crate) const KEPT: Duration = Duration::from_hours(1);

/// When the week of `now` began, UTC.
pub(crate) fn week_of(now: Timestamp) -> Timestamp {
    Timestamp((now.0 - MONDAY_MILLIS).div_euclid(WEEK_MILLIS) * WEEK_MILLIS + MONDAY_MILLIS)
}

impl InstanceInfo<'_> {
    /// Statuses written, people who were active and people who came, in each of the last twelve weeks, this one first.
    /// At most an hour old.
    ///
    /// # Errors
    /// The database failed.
    pub async fn activity(&self) -> Result<Arc<Vec<Week>>> {
        if let Some(kept) = self.service.inner.weeks.get(&()) {
            return Ok(kept);
        }
        let this = week_of(self.service.cx().now());
        let read = self.service.storage().read();
        let mut weeks = Vec::new();
        // Twelve small counts over indexes, once an hour.
        for back in 0..WEEKS {
            let start = Timestamp(this.0 - back * WEEK_MILLIS);
            let end = Timestamp(start.0 + WEEK_MILLIS);
            weeks.push(read.instance().week(start, end, (floor_at(start), floor_at(end))).await?);
        }
        let weeks = Arc::new(weeks);
        self.service.inner.weeks.insert((), Arc::clone(&weeks));
        Ok(weeks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_mondays() {
        let monday = Timestamp::parse("2026-11-16T00:00:00Z").unwrap();
        for day in ["2026-11-16T00:00:00Z", "2026-11-18T12:30:00Z", "2026-11-22T23:59:59.999Z"] {
            assert_eq!(week_of(Timestamp::parse(day).unwrap()), monday, "{day}");
        }
        assert_eq!(week_of(Timestamp(monday.0 - 1)).0, monday.0 - WEEK_MILLIS);
    }
}
