//! Who of those who came stayed.

use staffroom_domain::Timestamp;
use staffroom_domain::figures::{Span, day_of, start_of};

use super::{Figures, check};
use crate::{Result, ServiceError};

/// Most months counted at a time.
const MAX_MONTHS: usize = 36;

/// How long the periods are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Days, UTC.
    Day,
    /// Months, UTC.
    Month,
}

/// People who came in one period.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohort {
    /// When the period began.
    pub period: Timestamp,
    /// How many of them were still seen in this period and in each after it.
    pub retained: Vec<Retained>,
}

/// Those who were still seen in a period, or later.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retained {
    /// When the period began.
    pub period: Timestamp,
    /// How many.
    pub people: u64,
    /// Their part of those who came, 0 to 1.
    pub rate: f64,
}

impl Figures<'_> {
    /// For each period the people who came, and how many of them were seen in or after each later period.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for more than 100 days or 36 months.
    pub async fn retention(&self, span: Span, frequency: Frequency) -> Result<Vec<Cohort>> {
        let periods = periods(span, frequency)?;
        let Some(first) = periods.first() else { return Ok(Vec::new()) };
        let whole = Span { start: *first, end: span.end };
        let people = self.service.storage().read().figures().arrivals(whole).await?;
        let cohort = |(index, period): (usize, &Timestamp)| {
            let end = periods.get(index + 1).copied().unwrap_or(span.end);
            let came = people.iter().filter(|(at, _)| (*period..end).contains(at));
            let seen: Vec<Timestamp> = came.map(|(_, seen)| *seen).collect();
            let retained = periods.iter().skip(index).map(|later| retained(*later, &seen));
            Cohort { period: *period, retained: retained.collect() }
        };
        Ok(periods.iter().enumerate().map(cohort).collect())
    }
}

fn retained(period: Timestamp, seen: &[Timestamp]) -> Retained {
    let people = seen.iter().filter(|at| **at >= period).count();
    #[expect(clippy::cast_precision_loss, reason = "people of one instance")]
    let rate = people as f64 / seen.len().max(1) as f64;
    Retained { period, people: u64::try_from(people).unwrap_or(u64::MAX), rate }
}

/// When each period began, oldest first.
fn periods(span: Span, frequency: Frequency) -> Result<Vec<Timestamp>> {
    match frequency {
        Frequency::Day => {
            check(span)?;
            Ok((span.first_day()..span.end_day()).map(start_of).collect())
        }
        Frequency::Month => {
            let mut months = vec![month_of(span.start)];
            while let Some(next) = months.last().copied().map(next_month).filter(|next| *next < span.end) {
                months.push(next);
                if months.len() > MAX_MONTHS {
                    let why = format!("can't be more than {MAX_MONTHS} months after start_at");
                    return Err(ServiceError::invalid("end_at", why));
                }
            }
            Ok(months)
        }
    }
}

/// When the month of a moment began.
fn month_of(at: Timestamp) -> Timestamp {
    let day = i64::from(at.datetime().day()) - 1;
    start_of(day_of(at) - day)
}

/// When the month after that which begins at `month` begins.
fn next_month(month: Timestamp) -> Timestamp {
    month_of(start_of(day_of(month) + 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_on_their_first_day() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let span = Span::new(at("2027-12-31T10:00:00Z"), at("2028-03-01T00:00:00Z")).unwrap();
        let months: Vec<String> =
            periods(span, Frequency::Month).unwrap().into_iter().map(Timestamp::to_date).collect();
        assert_eq!(months, ["2027-12-01", "2028-01-01", "2028-02-01", "2028-03-01"]);
        let long = Span::new(at("2020-01-01T00:00:00Z"), at("2028-03-01T00:00:00Z")).unwrap();
        assert!(periods(long, Frequency::Month).is_err() && periods(long, Frequency::Day).is_err());
    }
}
