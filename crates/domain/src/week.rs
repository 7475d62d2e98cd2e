//! Weeks as ISO 8601 counts them: from Monday to Sunday, in UTC, called such as `2026-W47`.

use std::fmt;
use std::time::Duration;

use time::{Date, Weekday};

use crate::Timestamp;

/// So long a week is.
const LENGTH: Duration = Duration::from_hours(7 * 24);

/// A week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week {
    start: Timestamp,
}

impl Week {
    /// Parses `2026-W47`; `None` for anything else, and for a week the year does not have.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, number) = text.split_once("-W")?;
        let digits = |text: &str, wanted: usize| text.len() == wanted && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(number, 2) {
            return None;
        }
        Self::numbered(year.parse().ok()?, number.parse().ok()?)
    }

    /// The week a moment is in.
    pub fn of(at: Timestamp) -> Self {
        let (year, number, _) = at.datetime().to_iso_week_date();
        // What was taken from a date is one; the beginning of time stands for what cannot be.
        Self::numbered(year, number).unwrap_or(Self { start: Timestamp(0) })
    }

    fn numbered(year: i32, number: u8) -> Option<Self> {
        let monday = Date::from_iso_week_date(year, number, Weekday::Monday).ok()?;
        Some(Self { start: Timestamp::from(monday.midnight().assume_utc()) })
    }

    /// Its first moment.
    pub const fn start(self) -> Timestamp {
        self.start
    }

    /// The first moment of the next one.
    pub fn end(self) -> Timestamp {
        self.start.plus(LENGTH)
    }

    /// The one before.
    #[must_use]
    pub fn before(self) -> Self {
        Self { start: self.start.minus(LENGTH) }
    }

    /// The one after.
    #[must_use]
    pub fn after(self) -> Self {
        Self { start: self.end() }
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, number, _) = self.start.datetime().to_iso_week_date();
        write!(f, "{year:04}-W{number:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_mondays_and_belong_to_the_year_of_their_thursday() {
        for (name, first, last) in [
            ("2026-W47", "2026-11-16", "2026-11-22"),
            ("2026-W01", "2025-12-29", "2026-01-04"),
            ("2026-W53", "2026-12-28", "2027-01-03"),
        ] {
            let week = Week::parse(name).unwrap();
            assert_eq!(week.to_string(), name);
            assert_eq!(
                (week.start().to_date(), week.end().minus(Duration::from_secs(1)).to_date()),
                (first.to_owned(), last.to_owned())
            );
            assert_eq!(Week::of(week.start()), week);
            assert_eq!(Week::of(Timestamp(week.end().0 - 1)), week);
            assert_eq!((week.before().after(), Week::of(week.end())), (week, week.after()));
        }
    }

    #[test]
    fn what_is_no_week_is_told() {
        for wrong in [
            "",
            "2026",
            "2026-47",
            "2026-W0",
            "2026-W00",
            "2026-W54",
            "2025-W53",
            "26-W47",
            "2026-W4x",
            "2026-W+7",
            "-026-W47",
            "２０２６-W47",
        ] {
            assert_eq!(Week::parse(wrong), None, "{wrong:?}");
        }
    }
}
