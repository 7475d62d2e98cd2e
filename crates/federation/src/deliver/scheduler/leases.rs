//! Which hosts this node works on: leasing those with deliveries due, prolonging leases, letting go what was lost.

use std::collections::HashSet;
use std::time::Duration;

use staffroom_domain::ids::HostId;
use staffroom_service::Result;
use staffroom_service::deliveries::{LEASE, LeasedHost};
use tokio::time::Instant;

use super::Scheduler;
use crate::deliver::host::{FIRST_WINDOW, Host};

/// Hosts leased at once.
const MAX_HOSTS: usize = 1024;
/// Nothing is sent when less than this may be left of the leases.
const MARGIN: Duration = Duration::from_secs(15);

/// How long it took to find hosts with work, and those leased.
pub(super) type Looked = (Duration, Result<Vec<LeasedHost>>);

/// Hosts whose leases were to be prolonged, since when, and those that still are ours.
pub(super) type Renewed = (HashSet<HostId>, Instant, Result<Vec<HostId>>);

impl Scheduler {
    /// Whether the leases surely last for what is sent now.
    pub(super) fn holds_leases(&self) -> bool {
        self.renewed.elapsed() + MARGIN < LEASE
    }

    /// Whether there may be hosts with work, and room for them.
    pub(super) fn wants_look(&self) -> bool {
        self.should_look && self.looking.is_none() && self.hosts.len() < MAX_HOSTS
    }

    /// Until when looking has to wait.
    pub(super) fn look_pause(&self) -> Option<Instant> {
        let pace = if self.has_news { &self.news_pace } else { &self.look_pace };
        pace.pause_until(Instant::now())
    }

    /// Starts looking for hosts with work, in the background: a lease is a write. Of hosts in trouble no more are taken
    /// than a tenth of the slots, of unknown ones no more than half of all: the healthy ones never wait for them.
    pub(super) fn look(&mut self) {
        if !self.wants_look() || self.look_pause().is_some() {
            return;
        }
        (self.should_look, self.has_news) = (false, false);
        let room = MAX_HOSTS - self.hosts.len();
        let under_way = self.hosts.values().filter(|host| host.is_probed()).count();
        let mut probes = (self.settings.in_flight / 10).max(1).saturating_sub(under_way);
        let mut unknown = (MAX_HOSTS / 2).saturating_sub(self.hosts.values().filter(|host| !host.is_proven()).count());
        let held: HashSet<HostId> = self.hosts.keys().chain(&self.leaving).copied().collect();
        let (service, node) = (self.service.clone(), self.settings.node.clone());
        self.looking = Some(tokio::spawn(async move {
            let cx = service.cx();
            let began = Instant::now();
            let with_held = |n: usize| u64::try_from(n + held.len()).unwrap_or(u64::MAX);
            let failing = if probes > 0 { with_held(probes) } else { 0 };
            let due = service.deliveries().due_hosts(&cx, with_held(room), failing).await;
            let took = began.elapsed();
            let due = match due {
                Ok(due) => due,
                Err(error) => return (took, Err(error)),
            };
            let mut free = Vec::with_capacity(due.len());
            for host in due.into_iter().filter(|host| !held.contains(&host.id)) {
                let left = if host.is_failing { &mut probes } else { &mut unknown };
                if host.is_proven && !host.is_failing {
                    free.push(host.id);
                } else if *left > 0 {
                    *left -= 1;
                    free.push(host.id);
                }
            }
            free.truncate(room);
            if free.is_empty() {
                return (took, Ok(Vec::new()));
            }
            (took, service.deliveries().lease(&cx, &node, &free).await)
        }));
    }

    pub(super) fn looked(&mut self, looked: Option<Looked>) {
        if let Some((took, _)) = &looked {
            self.look_pace.spent(*took, Instant::now());
            self.news_pace.spent(*took, Instant::now());
        }
        match looked.map(|(_, leased)| leased) {
            Some(Ok(leased)) => {
                let now = self.service.cx().now();
                for host in leased {
                    let window = self.windows.remove(&host.id).unwrap_or(FIRST_WINDOW);
                    self.hosts.insert(host.id, Host::new(host, window, self.settings.window, now));
                }
            }
            Some(Err(error)) => tracing::error!(%error, "hosts with deliveries cannot be looked up"),
            None => tracing::error!("looking for deliveries broke off"),
        }
    }

    pub(super) fn renew(&mut self) {
        if self.renewing.is_some() {
            return;
        }
        let (service, node) = (self.service.clone(), self.settings.node.clone());
        let (asked, since) = (self.hosts.keys().copied().collect(), Instant::now());
        self.renewing = Some(tokio::spawn(async move {
            let kept = service.deliveries().renew(&service.cx(), &node).await;
            (asked, since, kept)
        }));
    }

    /// Hosts that another node has by now, or that were paused, are let go.
    pub(super) fn renewed(&mut self, renewed: Option<Renewed>) {
        match renewed {
            Some((asked, since, Ok(kept))) => {
                self.renewed = since;
                let kept: HashSet<HostId> = kept.into_iter().collect();
                for id in asked.difference(&kept) {
                    if let Some(host) = self.hosts.get_mut(id) {
                        host.lose();
                        self.settle(*id);
                    }
                }
            }
            Some((.., Err(error))) => tracing::error!(%error, "leases on hosts cannot be renewed"),
            None => tracing::error!("renewing leases broke off"),
        }
    }
}
