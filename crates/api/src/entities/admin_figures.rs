//! Figures for moderators. Counts are texts, as in Mastodon.

use serde::Serialize;
use staffroom_domain::Timestamp;
use staffroom_service::figures::{Cohort, Counted, DimensionRow, Frequency, Retained};

#[derive(Debug, Serialize)]
struct Day {
    date: String,
    value: String,
}

/// Something counted day by day.
#[derive(Debug, Serialize)]
pub(crate) struct AdminMeasure {
    key: String,
    unit: Option<String>,
    total: String,
    previous_total: String,
    data: Vec<Day>,
}

impl AdminMeasure {
    /// Shows what was counted under `key`.
    pub(crate) fn new(key: &str, counted: &Counted) -> Self {
        let day = |(date, value): &(Timestamp, i64)| Day { date: date.to_rfc3339(), value: value.to_string() };
        Self {
            key: key.to_owned(),
            unit: None,
            total: counted.total.to_string(),
            previous_total: counted.previous.to_string(),
            data: counted.days.iter().map(day).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Frequent {
    key: String,
    human_key: String,
    value: String,
}

/// The most frequent values of something.
#[derive(Debug, Serialize)]
pub(crate) struct AdminDimension {
    key: String,
    data: Vec<Frequent>,
}

impl AdminDimension {
    /// Shows `rows` under `key`; what has no name is called `nameless`.
    pub(crate) fn new(key: &str, rows: &[DimensionRow], nameless: &str) -> Self {
        let frequent = |row: &DimensionRow| {
            let name = row.name.clone().unwrap_or_else(|| nameless.to_owned());
            Frequent { key: name.clone(), human_key: name, value: row.count.to_string() }
        };
        Self { key: key.to_owned(), data: rows.iter().map(frequent).collect() }
    }
}

#[derive(Debug, Serialize)]
struct StillHere {
    date: String,
    rate: f64,
    value: String,
}

impl From<&Retained> for StillHere {
    fn from(retained: &Retained) -> Self {
        Self { date: retained.period.to_rfc3339(), rate: retained.rate, value: retained.people.to_string() }
    }
}

/// People who came in one period, and how many stayed.
#[derive(Debug, Serialize)]
pub(crate) struct AdminCohort {
    period: String,
    frequency: &'static str,
    data: Vec<StillHere>,
}

impl AdminCohort {
    /// Shows `cohort`.
    pub(crate) fn new(cohort: &Cohort, frequency: Frequency) -> Self {
        Self {
            period: cohort.period.to_rfc3339(),
            frequency: match frequency {
                Frequency::Day => "day",
                Frequency::Month => "month",
            },
            data: cohort.retained.iter().map(StillHere::from).collect(),
        }
    }
}
