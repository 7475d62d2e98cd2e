//! How often something was done in the last hour, by name.

use std::time::Duration;

use moka::ops::compute::Op;
use moka::sync::Cache;
use staffroom_domain::Timestamp;

/// What is counted, is counted for this time.
const WINDOW: Duration = Duration::from_hours(1);
/// Names remembered.
const REMEMBERED: u64 = 50_000;

/// See the module.
pub(super) struct Rates {
    counts: Cache<String, (Timestamp, u32)>,
    most: u32,
}

impl Rates {
    /// At most `most` of each in an hour.
    pub(super) fn new(most: u32) -> Self {
        Self { counts: Cache::builder().max_capacity(REMEMBERED).time_to_live(WINDOW * 2).build(), most }
    }

    /// Counts one; `false` if there are no more for now.
    pub(super) fn take(&self, name: &str, now: Timestamp) -> bool {
        let mut taken = false;
        self.counts.entry(name.to_owned()).and_compute_with(|entry| {
            let (since, count) = entry.map_or((now, 0), moka::Entry::into_value);
            let (since, count) = if since.plus(WINDOW) <= now { (now, 0) } else { (since, count) };
            taken = count < self.most;
            if taken { Op::Put((since, count + 1)) } else { Op::Nop }
        });
        taken
    }

    /// Whether there are more.
    pub(super) fn has_more(&self, name: &str, now: Timestamp) -> bool {
        self.counts.get(name).is_none_or(|(since, count)| since.plus(WINDOW) <= now || count < self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_so_many_in_an_hour() {
        let rates = Rates::new(3);
        let now = Timestamp(1_795_287_600_000);
        assert_eq!((0..10).filter(|_| rates.take("a", now)).count(), 3);
        assert!(!rates.has_more("a", now) && rates.has_more("b", now) && rates.take("b", now));
        assert!(rates.has_more("a", now.plus(WINDOW)) && rates.take("a", now.plus(WINDOW)));
    }
}
