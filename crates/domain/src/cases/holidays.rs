//! Holidays by rule: the same day every year, a weekday of a month, or a day before or after Easter.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

/// A day that is a holiday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// The day, by the local calendar.
    pub date: Date,
    /// What it is called, or why it is one.
    pub name: String,
}

/// A holiday of every year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) on: When,
    /// Whether another day is kept when it falls on a weekend.
    pub(super) substitute: bool,
}

/// When a rule's day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Date {
        month: i8,
        day: i8,
    },
    /// The first to fourth of a month, or −1 for the last.
    Nth {
        nth: i8,
        weekday: Weekday,
        month: i8,
    },
    /// Days after Easter Sunday.
    Easter {
        after: i16,
    },
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Monday),
    ("Tuesday", Weekday::Tuesday),
    ("Wednesday", Weekday::Wednesday),
    ("Thursday", Weekday::Thursday),
    ("Friday", Weekday::Friday),
    ("Saturday", Weekday::Saturday),
    ("Sunday", Weekday::Sunday),
];
const PLACES: [(&str, i8); 5] = [("first", 1), ("second", 2), ("third", 3), ("fourth", 4), ("last", -1)];

/// A weekday by its English name.
pub(super) fn weekday(name: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, day)| *day)
}

/// The English name of a weekday.
pub(super) fn weekday_name(day: Weekday) -> &'static str {
    WEEKDAYS.iter().find(|(_, known)| *known == day).map_or("", |(name, _)| name)
}

fn month(name: &str) -> Option<i8> {
    let at = MONTHS.iter().position(|known| known.eq_ignore_ascii_case(name))?;
    i8::try_from(at + 1).ok()
}

impl When {
    /// Parses `25 December`, `last Monday in May` and `Easter - 2`; `None` for anything else and for days no year has.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.split_whitespace().collect::<Vec<_>>()[..] {
            ["Easter", sign @ ("+" | "-"), days] => {
                let days: i16 = days.parse().ok().filter(|days| (1..=100).contains(days))?;
                Some(Self::Easter { after: if sign == "-" { -days } else { days } })
            }
            [place, day, "in", name] => {
                let (_, nth) = PLACES.iter().find(|(known, _)| known.eq_ignore_ascii_case(place))?;
                Some(Self::Nth { nth: *nth, weekday: weekday(day)?, month: month(name)? })
            }
            [day, name] => {
                let (day, month) = (day.parse().ok()?, month(name)?);
                // 2000 had a 29 February
                Date::new(2000, month, day).ok().map(|_| Self::Date { month, day })
            }
            _ => None,
        }
    }

    /// The day in `year`; `None` in years without it.
    fn day(self, year: i16) -> Option<Date> {
        match self {
            Self::Date { month, day } => Date::new(year, month, day).ok(),
            Self::Nth { nth, weekday, month } => {
                Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()
            }
            Self::Easter { after } => easter(year)?.checked_add(i64::from(after).days()).ok(),
        }
    }
}

/// The holidays of `year` by the rules alone, in order. On the weekend are only those without substitute.
pub(super) fn by_rule(rules: &[Rule], weekend: &[Weekday], year: i16) -> BTreeMap<Date, String> {
    let mut kept = BTreeMap::new();
    let mut moved = Vec::new();
    // a substitute for a day at the end of December may be in January
    for year in [year.saturating_sub(1), year] {
        for rule in rules {
            let Some(date) = rule.on.day(year) else { continue };
            if rule.substitute && weekend.contains(&date.weekday()) {
                moved.push((date, &rule.name));
            } else {
                kept.entry(date).or_insert_with(|| rule.name.clone());
            }
        }
    }
    moved.sort();
    for (mut date, name) in moved {
        while weekend.contains(&date.weekday()) || kept.contains_key(&date) {
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        kept.insert(date, format!("{name} (substitute day)"));
    }
    kept.retain(|date, _| date.year() == year);
    kept
}

/// Easter Sunday of the Gregorian calendar, by J. M. Oudin's algorithm; `None` before that calendar.
pub(super) fn easter(year: i16) -> Option<Date> {
    if year < 1583 {
        return None;
    }
    let y = i32::from(year);
    let (golden, century) = (y % 19, y / 100);
    let age = (century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15) % 30;
    let moon = age - (age / 28) * (1 - (age / 28) * (29 / (age + 1)) * ((21 - golden) / 11));
    let weekday = (y + y / 4 + moon + 2 - century + century / 4) % 7;
    let from = moon - weekday;
    let month = 3 + (from + 40) / 44;
    let day = from + 28 - 31 * (month / 4);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
