//! The share each host has of a day, and what is said when it is used up.

use std::collections::HashSet;

use staffroom_domain::figures::day_of;
use staffroom_storage::Tx;
pub use staffroom_storage::exchange::DayCount;

use super::Exchange;
use crate::{Cx, Result, Service};

/// Days since the Unix epoch.
pub(super) fn day(cx: &Cx) -> i64 {
    day_of(cx.now())
}

/// Counts one more status to (or, `inbound`, from) each of `hosts`; returns those that had their share of the day
/// before. The first time a host is left out, the operators are told.
pub(crate) async fn count(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    hosts: &[String],
    inbound: bool,
) -> Result<HashSet<String>> {
    let hosts: HashSet<&str> = hosts.iter().map(String::as_str).collect();
    let hosts: Vec<&str> = hosts.into_iter().collect();
    let most = i64::from(service.settings().peer_daily_cap);
    let counts = tx.exchange().count_day(&hosts, inbound, day(cx), most).await?;
    let full = counts.into_iter().filter(|count| count.left_out > 0).map(|count| {
        if count.left_out == 1 {
            tracing::warn!(peer.host = %count.host, inbound, most, "hashtag exchange: the share of this day is used up");
        }
        count.host
    });
    Ok(full.collect())
}

impl Exchange<'_> {
    /// What each host took and brought today (UTC), by host. What was left out is beyond the limit.
    ///
    /// # Errors
    /// The database failed.
    pub async fn today(&self) -> Result<Vec<DayCount>> {
        let cx = self.service.cx();
        Ok(self.service.storage().read().exchange().day_counts(day(&cx)).await?)
    }
}
