//! How many new hosts of one registrable domain are met: whoever owns a domain can make names below it without end
//! (wildcard DNS), each with people of its own.

use std::time::Duration;

use moka::ops::compute::Op;
use moka::sync::Cache;
use staffroom_domain::Timestamp;
use staffroom_domain::domain_rule::registrable;

/// New hosts of one registrable domain …
const NEW_HOSTS: u32 = 20;
/// … in this time.
const WINDOW: Duration = Duration::from_hours(1);
/// Hosts remembered as met, and domains with their counts.
const REMEMBERED: u64 = 50_000;

/// Hosts met lately, and how many of each domain were new.
pub(super) struct NewHosts {
    met: Cache<String, ()>,
    domains: Cache<String, (Timestamp, u32)>,
}

impl NewHosts {
    pub(super) fn new() -> Self {
        Self { met: Cache::new(REMEMBERED), domains: Cache::new(REMEMBERED) }
    }

    /// Whether the host was met before.
    pub(super) fn is_met(&self, host: &str) -> bool {
        self.met.contains_key(host)
    }

    /// Remembers a host without counting it.
    pub(super) fn remember(&self, host: &str) {
        self.met.insert(host.to_owned(), ());
    }

    /// Counts a new host; `false` if its domain has no more for now.
    pub(super) fn meet(&self, host: &str, now: Timestamp) -> bool {
        let mut admitted = false;
        self.domains.entry(registrable(host)).and_compute_with(|entry| {
            let (since, count) = entry.map_or((now, 0), moka::Entry::into_value);
            let (since, count) = if since.plus(WINDOW) <= now { (now, 0) } else { (since, count) };
            admitted = count < NEW_HOSTS;
            if admitted { Op::Put((since, count + 1)) } else { Op::Nop }
        });
        if admitted {
            self.remember(host);
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_one_domain_are_met_slowly_and_others_are_not_affected() {
        let hosts = NewHosts::new();
        let now = Timestamp(1_795_287_600_000);
        let met = (0..1000).filter(|n| hosts.meet(&format!("a{n}.b{n}.evil.example"), now)).count();
        assert_eq!(met, 20);
        assert!(hosts.is_met("a3.b3.evil.example") && !hosts.is_met("a999.b999.evil.example"));
        assert!(hosts.meet("oak.example", now) && hosts.meet("oak.kent.sch.uk", now));
        assert!(hosts.meet("later.evil.example", now.plus(WINDOW)));
    }
}
