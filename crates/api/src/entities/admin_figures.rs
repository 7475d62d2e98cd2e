//! Figures for moderators. Counts are texts, as in Mastodon.

use serde::Serialize;
use staffroom_domain::Timestamp;
use staffroom_service::figures::{Cohort, Counted, DimensionRow, Files, Frequency, Program, Retained, Space};

#[derive(Debug, Serialize)]
struct Day {
    date: String,
    value: String,
}

/// Something counted day by day.
#[derive(Debug, Serialize)]
pub(crate) struct AdminMeasure {
    key: String,
    unit: Option<&'static str>,
    total: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    human_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_total: Option<String>,
    data: Vec<Day>,
}

fn day((date, value): &(Timestamp, i64)) -> Day {
    Day { date: date.to_rfc3339(), value: value.to_string() }
}

/// Bytes for people.
fn size(bytes: i64) -> String {
    if bytes < 1024 {
        return format!("{bytes} Bytes");
    }
    let (mut tenths, mut unit) = (bytes.saturating_mul(10), "Bytes");
    for larger in ["KB", "MB", "GB", "TB"] {
        if tenths < 10_240 {
            break;
        }
        (tenths, unit) = (tenths / 1024, larger);
    }
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

impl AdminMeasure {
    /// Shows what was counted under `key`.
    pub(crate) fn new(key: &str, counted: &Counted) -> Self {
        Self {
            key: key.to_owned(),
            unit: None,
            total: counted.total.to_string(),
            human_value: None,
            previous_total: Some(counted.previous.to_string()),
            data: counted.days.iter().map(day).collect(),
        }
    }

    /// Shows what files take, under `key`: all that are here, whatever the days.
    pub(crate) fn files(key: &str, files: &Files) -> Self {
        Self {
            key: key.to_owned(),
            unit: Some("bytes"),
            total: files.bytes.to_string(),
            human_value: Some(size(files.bytes)),
            previous_total: None,
            data: files.days.iter().map(day).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Frequent {
    key: String,
    human_key: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    human_value: Option<String>,
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
            let value = row.count.to_string();
            Frequent { key: name.clone(), human_key: name, value, unit: None, human_value: None }
        };
        Self { key: key.to_owned(), data: rows.iter().map(frequent).collect() }
    }

    /// Shows programs and their versions.
    pub(crate) fn programs(key: &str, programs: &[Program]) -> Self {
        let one = |program: &Program| Frequent {
            key: program.name.to_lowercase(),
            human_key: program.name.to_owned(),
            value: program.version.clone(),
            unit: None,
            human_value: Some(program.version.clone()),
        };
        Self { key: key.to_owned(), data: programs.iter().map(one).collect() }
    }

    /// Shows what takes how much room.
    pub(crate) fn space(key: &str, taken: &[Space]) -> Self {
        let one = |space: &Space| Frequent {
            key: space.name.to_lowercase(),
            human_key: space.name.to_owned(),
            value: space.bytes.to_string(),
            unit: Some("bytes"),
            human_value: Some(size(space.bytes)),
        };
        Self { key: key.to_owned(), data: taken.iter().map(one).collect() }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_for_people() {
        for (bytes, expected) in [
            (0, "0 Bytes"),
            (1023, "1023 Bytes"),
            (1024, "1.0 KB"),
            (1_572_864, "1.5 MB"),
            (5 * 1024 * 1024 * 1024, "5.0 GB"),
            (i64::MAX, "838860.7 TB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }
}
