//! The local calendar of a jurisdiction: which days count, and where a clock that starts at an instant ends.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use crate::Timestamp;

use super::holidays::{Holiday, Rule, by_rule};
use super::period::{Length, Period};

const HOUR: i64 = 3_600_000;

/// Days that count and days that do not, by the clocks of one time zone.
///
/// A day is a day of the local calendar: from midnight to midnight, 23 or 25 hours when the clocks change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    pub(super) zone: TimeZone,
    pub(super) weekend: Vec<Weekday>,
    pub(super) rules: Vec<Rule>,
    pub(super) added: Vec<Holiday>,
    pub(super) removed: BTreeSet<Date>,
    pub(super) published: BTreeSet<i16>,
}

/// A clock started, or would end, outside the years a calendar has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no deadline can be computed from {}", .0.to_rfc3339())]
pub struct OutOfRange(pub Timestamp);

impl Calendar {
    /// The holidays of a year in order, whatever the weekday.
    pub fn holidays(&self, year: i16) -> Vec<Holiday> {
        let mut days = by_rule(&self.rules, &self.weekend, year);
        days.retain(|date, _| !self.removed.contains(date));
        let added = self.added.iter().filter(|holiday| holiday.date.year() == year);
        days.extend(added.map(|holiday| (holiday.date, holiday.name.clone())));
        days.into_iter().map(|(date, name)| Holiday { date, name }).collect()
    }

    /// Whether the holidays of a year are those officially published. Where they are not, the rules and the changes
    /// known so far are an expectation: a day may still be proclaimed.
    pub fn is_published(&self, year: i16) -> bool {
        self.published.contains(&year)
    }

    /// Whether a day counts: neither weekend nor holiday.
    pub fn is_working_day(&self, day: Date) -> bool {
        !self.weekend.contains(&day.weekday()) && !self.holidays(day.year()).iter().any(|holiday| holiday.date == day)
    }

    /// The local day an instant is in.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn day_of(&self, at: Timestamp) -> Result<Date, OutOfRange> {
        let instant = jiff::Timestamp::from_millisecond(at.0).map_err(|_| OutOfRange(at))?;
        Ok(instant.to_zoned(self.zone.clone()).date())
    }

    /// Where a clock that starts at `from` ends: the last instant that is in time.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn end(&self, from: Timestamp, period: Period) -> Result<Timestamp, OutOfRange> {
        self.end_without(from, period, 0)
    }

    /// The same, with local days that do not count because the law stops the clock; hours are not stopped.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn end_without(&self, from: Timestamp, period: Period, stopped_days: u16) -> Result<Timestamp, OutOfRange> {
        let day = match period.length {
            Length::Hours(hours) => return later(from, i64::from(hours) * HOUR),
            Length::WorkingDayHours(hours) => return self.working_day_hours(from, hours),
            Length::Days(days) => self.later_day(from, i64::from(days).days())?,
            Length::Months(months) => self.later_day(from, i64::from(months).months())?,
            Length::WorkingDays(days) => self.working_days(from, days)?,
        };
        let mut day = day.checked_add(i64::from(stopped_days).days()).map_err(|_| OutOfRange(from))?;
        while period.or_next_working_day && !self.is_working_day(day) {
            day = day.tomorrow().map_err(|_| OutOfRange(from))?;
        }
        self.midnight_after(day).ok_or(OutOfRange(from))
    }

    /// The next instant after `after` at which the clocks show this hour (0 to 23) on a working day.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn next_working_hour(&self, after: Timestamp, hour: i8) -> Result<Timestamp, OutOfRange> {
        let mut day = self.day_of(after)?;
        loop {
            let at = day.at(hour, 0, 0, 0).to_zoned(self.zone.clone()).map_err(|_| OutOfRange(after))?;
            let at = Timestamp(at.timestamp().as_millisecond());
            if at > after && self.is_working_day(day) {
                return Ok(at);
            }
            day = day.tomorrow().map_err(|_| OutOfRange(after))?;
        }
    }

    /// An instant as letters write it: `16:30 on Tuesday 6 April 2027`, and for a midnight `the end of` the day before.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn written(&self, at: Timestamp) -> Result<String, OutOfRange> {
        let day = self.day_of(at)?;
        let before = day.yesterday().map_err(|_| OutOfRange(at))?;
        if self.midnight_after(before) == Some(at) {
            return Ok(format!("the end of {}", before.strftime("%A %-d %B %Y")));
        }
        let instant = jiff::Timestamp::from_millisecond(at.0).map_err(|_| OutOfRange(at))?;
        Ok(instant.to_zoned(self.zone.clone()).strftime("%H:%M on %A %-d %B %Y").to_string())
    }

    fn working_day_hours(&self, from: Timestamp, hours: u16) -> Result<Timestamp, OutOfRange> {
        let mut left = i64::from(hours) * HOUR;
        let mut at = from;
        let mut day = self.day_of(from)?;
        loop {
            let end = self.midnight_after(day).ok_or(OutOfRange(from))?;
            if self.is_working_day(day) {
                let here = end.0 - at.0;
                if left <= here {
                    return later(at, left);
                }
                left -= here;
            }
            (at, day) = (end, day.tomorrow().map_err(|_| OutOfRange(from))?);
        }
    }

    fn working_days(&self, from: Timestamp, days: u16) -> Result<Date, OutOfRange> {
        let mut day = self.day_of(from)?;
        let mut left = days;
        while left > 0 {
            day = day.tomorrow().map_err(|_| OutOfRange(from))?;
            left -= u16::from(self.is_working_day(day));
        }
        Ok(day)
    }

    /// The local day of `from` plus a span; a date the last month does not have becomes its last day.
    fn later_day(&self, from: Timestamp, span: jiff::Span) -> Result<Date, OutOfRange> {
        self.day_of(from)?.checked_add(span).map_err(|_| OutOfRange(from))
    }

    /// The instant a local day ends, which is where the next one begins.
    fn midnight_after(&self, day: Date) -> Option<Timestamp> {
        let next = day.tomorrow().ok()?.to_zoned(self.zone.clone()).ok()?;
        Some(Timestamp(next.timestamp().as_millisecond()))
    }
}

fn later(from: Timestamp, millis: i64) -> Result<Timestamp, OutOfRange> {
    let at = from.0.checked_add(millis).filter(|at| jiff::Timestamp::from_millisecond(*at).is_ok());
    at.map(Timestamp).ok_or(OutOfRange(from))
}
