//! Until when moderators should have decided.

use std::time::Duration;

use staffroom_domain::Timestamp;
use staffroom_domain::cases::{Length, Period};

use super::Moderation;
use crate::cases::law;

/// A working day: by then what waits should have been decided. Nights count, weekends and holidays do not.
const TARGET: Period = Period { length: Length::WorkingDayHours(24), or_next_working_day: false };
/// The same where no calendar is to be had.
const AS_IT_PASSES: Duration = Duration::from_hours(24);

impl Moderation<'_> {
    /// Until when moderators should have decided about what waits since `from`, by the calendar of the instance.
    pub(crate) fn decide_by(self, from: Timestamp) -> Timestamp {
        let law = law(&self.service.settings().jurisdiction).ok();
        law.and_then(|law| law.calendar.end(from, TARGET).ok()).unwrap_or_else(|| from.plus(AS_IT_PASSES))
    }
}
