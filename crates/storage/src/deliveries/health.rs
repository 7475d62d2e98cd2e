//! A host's health as columns of `fed_hosts`.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::host_health::{HostHealth, HostState};

/// The columns, in the order of [`values`].
pub(super) const COLUMNS: [&str; 8] = [
    "state",
    "fail_streak",
    "failing_since",
    "failing_days",
    "last_failed_day",
    "gone_days",
    "last_gone_day",
    "down_since",
];

/// Those columns as read.
#[derive(FromQueryResult)]
pub(super) struct Row {
    state: String,
    fail_streak: i32,
    failing_since: Option<i64>,
    failing_days: i32,
    last_failed_day: Option<i64>,
    gone_days: i32,
    last_gone_day: Option<i64>,
    down_since: Option<i64>,
}

impl From<Row> for HostHealth {
    fn from(row: Row) -> Self {
        let count = |n: i32| u32::try_from(n).unwrap_or(0);
        Self {
            // An unknown word can only come from a newer version: the host is tried as if nothing were known.
            state: HostState::parse(&row.state).unwrap_or_default(),
            fail_streak: count(row.fail_streak),
            failing_since: row.failing_since.map(Timestamp),
            failing_days: count(row.failing_days),
            last_failed_day: row.last_failed_day,
            gone_days: count(row.gone_days),
            last_gone_day: row.last_gone_day,
            down_since: row.down_since.map(Timestamp),
        }
    }
}

/// The columns as written.
pub(super) fn values(health: &HostHealth) -> [Value; 8] {
    let count = |n: u32| Value::from(i32::try_from(n).unwrap_or(i32::MAX));
    [
        health.state.as_str().into(),
        count(health.fail_streak),
        health.failing_since.map(|at| at.0).into(),
        count(health.failing_days),
        health.last_failed_day.into(),
        count(health.gone_days),
        health.last_gone_day.into(),
        health.down_since.map(|at| at.0).into(),
    ]
}
