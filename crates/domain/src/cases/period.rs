//! Lengths of clocks, as a jurisdiction's file writes them.

use serde::Deserialize;

/// How long a clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Period {
    /// The length.
    pub length: Length,
    /// Whether an end on a weekend or holiday moves to the end of the next working day.
    pub or_next_working_day: bool,
}

/// The units the law counts in. None of the numbers is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Hours as they pass.
    Hours(u16),
    /// Hours as they pass, weekends and holidays left out.
    WorkingDayHours(u16),
    /// To the end of the day that many days after the first, which is not counted.
    Days(u16),
    /// The same, weekends and holidays left out.
    WorkingDays(u16),
    /// To the end of the same date that many months later, or of the last day of a month without that date.
    Months(u16),
}

/// Longer than any clock in law; a bigger number is a slip of the pen.
const MOST_DAYS: u16 = 3660;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    hours: Option<u16>,
    working_day_hours: Option<u16>,
    days: Option<u16>,
    working_days: Option<u16>,
    months: Option<u16>,
    #[serde(default)]
    or_next_working_day: bool,
}

impl TryFrom<Written> for Period {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let named = [
            (written.hours.map(Length::Hours), MOST_DAYS * 8),
            (written.working_day_hours.map(Length::WorkingDayHours), MOST_DAYS * 8),
            (written.days.map(Length::Days), MOST_DAYS),
            (written.working_days.map(Length::WorkingDays), MOST_DAYS),
            (written.months.map(Length::Months), MOST_DAYS / 30),
        ];
        let mut lengths = named.into_iter().filter_map(|(length, most)| Some((length?, most)));
        let (Some((length, most)), None) = (lengths.next(), lengths.next()) else {
            return Err("a length is one of hours, working_day_hours, days, working_days and months".into());
        };
        let (Length::Hours(n)
        | Length::WorkingDayHours(n)
        | Length::Days(n)
        | Length::WorkingDays(n)
        | Length::Months(n)) = length;
        if n == 0 || n > most {
            return Err(format!("a length of {n} is not between 1 and {most}"));
        }
        let in_hours = matches!(length, Length::Hours(_) | Length::WorkingDayHours(_));
        if in_hours && written.or_next_working_day {
            return Err("or_next_working_day is for days and months, not for hours".into());
        }
        Ok(Self { length, or_next_working_day: written.or_next_working_day })
    }
}
