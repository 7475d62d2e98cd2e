//! Gives free slots to hosts, reads ahead for them, and reports what became of deliveries in batches.
//!
//! One task holds all state. A host is in memory only while it is leased and has work; everything else is in the
//! database, so that a crash costs at most what was in flight or not yet reported, sent a second time.

mod leases;

use std::collections::{HashMap, HashSet, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::body::Bytes;
use futures_util::FutureExt;
use metrics::{counter, gauge};
use staffroom_domain::ids::{ActivityId, HostId};
use staffroom_service::deliveries::{DeadDelivery, DeliveryKey, DueDelivery, HostFailure, Report, Wanted, must_arrive};
use staffroom_service::{Result, Service};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use self::leases::{Looked, Renewed};
use super::Settings;
use super::host::{Host, Outgoing, Row, Trust};
use super::outcome::{MAX_ATTEMPTS, MAX_ATTEMPTS_LONGER, Outcome, backoff};
use super::sender::{Carrier, Sender, SenderKeys};
use crate::dialects::Dialects;
use crate::http::OutboundClient;
use crate::tasks::{Thrift, at, joined, ticker};

/// How often the database is asked without being told: other processes queue deliveries too, and pauses end.
const POLL: Duration = Duration::from_secs(1);
/// Leases last three times as long.
const RENEW: Duration = Duration::from_secs(10);
/// How often it is looked whether hosts that are spared may have their next delivery.
const RAMP: Duration = Duration::from_millis(50);
/// Of the time, one part of this many at most is spent on finding hosts with work, unless that makes pauses longer than
/// [`POLL`] …
const LOOK_ONE_IN: u32 = 25;
/// … but what was queued just now does not wait as long for its host.
const LOOK_ONE_IN_FOR_NEWS: u32 = 3;
/// How often the gauges are set, unless counting takes so long that it is more than one part of this many of the time.
const GAUGES: Duration = Duration::from_secs(15);
const COUNT_ONE_IN: u32 = 200;
const COUNT_PAUSE: Duration = Duration::from_mins(10);
/// A report goes out after this time or this many rows, whichever comes first.
const REPORT_AFTER: Duration = Duration::from_millis(20);
const REPORT_ROWS: usize = 512;
/// Pause before a report that failed is tried again.
const REPORT_AGAIN: Duration = Duration::from_secs(1);
/// Deliveries in memory at once.
const MAX_ROWS: usize = 4096;
/// Windows remembered of hosts not leased now.
const MAX_WINDOWS: usize = 10_000;
/// How long a stop waits for requests in flight; what is not answered by then is sent again after the next start.
const STOP_AFTER: Duration = Duration::from_secs(5);

/// Sends what the outbox holds. One per process.
pub struct Scheduler {
    service: Service,
    pub(super) sender: Arc<dyn Carrier>,
    settings: Settings,
    hosts: HashMap<HostId, Host>,
    /// Hosts that may have something to send, in turn.
    round: VecDeque<HostId>,
    /// Given back in a report that is not in the database yet.
    leaving: HashSet<HostId>,
    windows: HashMap<HostId, usize>,
    bodies: HashMap<ActivityId, Weak<Outgoing>>,
    sending: JoinSet<Attempt>,
    report: Report,
    report_at: Option<Instant>,
    /// Deliveries in that report, with their hosts, to be forgotten once it is in the database.
    ended: Vec<(HostId, DeliveryKey)>,
    reporting: Option<JoinHandle<Reported>>,
    looking: Option<JoinHandle<Looked>>,
    should_look: bool,
    /// Looking costs more the more hosts are in trouble.
    look_pace: Thrift,
    /// The same after something was queued.
    news_pace: Thrift,
    has_news: bool,
    counting: Option<JoinHandle<Duration>>,
    /// Counting costs more the more waits.
    count_pace: Thrift,
    /// Hosts whose leases are being prolonged, since when.
    renewing: Option<JoinHandle<Renewed>>,
    /// The leases last at least [`LEASE`] from here.
    renewed: Instant,
    /// Deliveries under way to hosts of which nothing good is known.
    unproven: usize,
    /// Grows whenever deliveries may have been queued.
    generation: u64,
}

/// A report, its deliveries, and whether it is in the database.
type Reported = (Report, Vec<(HostId, DeliveryKey)>, Result<()>);

struct Attempt {
    host_id: HostId,
    row: Row,
    outcome: Outcome,
    took: Duration,
    is_unproven: bool,
}

impl Scheduler {
    /// A scheduler that begins with [`Scheduler::run`].
    pub fn new(
        service: Service,
        client: OutboundClient,
        keys: Arc<dyn SenderKeys>,
        dialects: Dialects,
        settings: Settings,
    ) -> Self {
        Self {
            sender: Arc::new(Sender::new(service.clone(), client, keys, dialects)),
            service,
            settings,
            hosts: HashMap::new(),
            round: VecDeque::new(),
            leaving: HashSet::new(),
            windows: HashMap::new(),
            bodies: HashMap::new(),
            sending: JoinSet::new(),
            report: Report::default(),
            report_at: None,
            ended: Vec::new(),
            reporting: None,
            looking: None,
            should_look: true,
            look_pace: Thrift::new(LOOK_ONE_IN, POLL),
            news_pace: Thrift::new(LOOK_ONE_IN_FOR_NEWS, POLL),
            has_news: false,
            counting: None,
            count_pace: Thrift::new(COUNT_ONE_IN, COUNT_PAUSE),
            renewing: None,
            renewed: Instant::now(),
            unproven: 0,
            generation: 0,
        }
    }

    /// Works until `stop`: then requests in flight are finished (for at most five seconds), the rest stays queued.
    pub async fn run(mut self, stop: CancellationToken) {
        while let Err(error) = self.service.deliveries().begin(&self.settings.node).await {
            tracing::error!(%error, "deliveries cannot begin, trying again");
            if timeout(REPORT_AGAIN, stop.cancelled()).await.is_ok() {
                return;
            }
        }
        let bell = Arc::clone(&self.service.signals().deliveries);
        let mut poll = ticker(POLL);
        let mut renew = ticker(RENEW);
        let mut gauges = ticker(GAUGES);
        let mut ramp = ticker(RAMP);
        loop {
            self.look();
            self.read_ahead().await;
            self.dispatch();
            self.start_report();
            let look_at = self.look_pause();
            tokio::select! {
                () = stop.cancelled() => break,
                Some(attempt) = self.sending.join_next(), if !self.sending.is_empty() => {
                    self.attempted(attempt.ok());
                    while let Some(attempt) = self.sending.try_join_next() {
                        self.attempted(attempt.ok());
                    }
                }
                looked = joined(&mut self.looking) => self.looked(looked),
                () = at(look_at), if self.wants_look() => {}
                Some(took) = joined(&mut self.counting) => self.count_pace.spent(took, Instant::now()),
                reported = joined(&mut self.reporting) => self.reported(reported),
                renewed = joined(&mut self.renewing) => self.renewed(renewed),
                () = at(self.report_at), if self.reporting.is_none() => self.send_report(),
                () = bell.notified() => {
                    self.has_news = true;
                    self.queued();
                }
                _ = poll.tick() => self.queued(),
                _ = renew.tick() => self.renew(),
                _ = gauges.tick() => self.gauges(),
                _ = ramp.tick(), if self.hosts.values().any(Host::is_spared) => self.requeue_spared(),
            }
        }
        self.stop().await;
    }

    /// Something may have been queued.
    fn queued(&mut self) {
        self.generation += 1;
        self.should_look = true;
    }

    /// Reads deliveries for the hosts that are running out of them, all in one go.
    async fn read_ahead(&mut self) {
        let mut room = MAX_ROWS.saturating_sub(self.hosts.values().map(Host::waiting).sum());
        let mut wanted = Vec::new();
        let mut hosts: Vec<(&HostId, &Host)> =
            self.hosts.iter().filter(|(_, host)| host.wants_rows(self.generation)).collect();
        hosts.sort_unstable_by_key(|(_, host)| (host.is_probed(), !host.is_proven()));
        for (id, host) in hosts {
            // The last half is for those that will take what is read.
            if room > if host.is_proven() { 0 } else { MAX_ROWS / 2 } {
                let limit = host.read_limit();
                room = room.saturating_sub(limit);
                wanted.push(Wanted { host_id: *id, limit: u32::try_from(limit).unwrap_or(u32::MAX) });
            }
        }
        if wanted.is_empty() {
            return;
        }
        if let Err(error) = self.read(&wanted).await {
            tracing::error!(%error, "deliveries cannot be read");
            self.should_look = true;
            // The hosts are asked for again at the next poll.
            for one in &wanted {
                if let Some(host) = self.hosts.get_mut(&one.host_id) {
                    host.read_at = Some(self.generation);
                    host.has_more = false;
                }
            }
        }
    }

    async fn read(&mut self, wanted: &[Wanted]) -> Result<()> {
        let rows = self.service.deliveries().due(&self.service.cx(), wanted).await?;
        let fresh: Vec<DueDelivery> = rows
            .iter()
            .filter(|row| {
                self.hosts.get(&row.host_id).is_some_and(|host| !host.knows(&(row.activity_id, row.inbox_id)))
            })
            .cloned()
            .collect();
        let bodies = self.bodies(&fresh).await?;
        let mut per_lane: HashMap<(HostId, i16), usize> = HashMap::new();
        for row in &rows {
            *per_lane.entry((row.host_id, row.lane)).or_default() += 1;
        }
        for one in wanted {
            if let Some(host) = self.hosts.get_mut(&one.host_id) {
                let limit = usize::try_from(one.limit).unwrap_or(usize::MAX);
                host.has_more = (0..3).any(|lane| per_lane.get(&(one.host_id, lane)).is_some_and(|n| *n >= limit));
                host.read_at = Some(self.generation);
                if !host.is_queued {
                    host.is_queued = true;
                    self.round.push_back(one.host_id);
                }
            }
        }
        for row in fresh {
            if let (Some(host), Some(activity)) = (self.hosts.get_mut(&row.host_id), bodies.get(&row.activity_id)) {
                host.push(Row {
                    activity: Arc::clone(activity),
                    inbox_id: row.inbox_id,
                    url: row.url,
                    is_shared: row.is_shared,
                    attempts: row.attempts,
                    order_key: row.order_key,
                    lane: usize::try_from(row.lane).unwrap_or(2),
                });
            }
        }
        for one in wanted {
            self.settle(one.host_id);
        }
        Ok(())
    }

    /// The activities of these deliveries, from memory or the database, each read once.
    async fn bodies(&mut self, rows: &[DueDelivery]) -> Result<HashMap<ActivityId, Arc<Outgoing>>> {
        let mut found: HashMap<ActivityId, Arc<Outgoing>> = HashMap::new();
        let mut missing = HashSet::new();
        for row in rows {
            match self.bodies.get(&row.activity_id).and_then(Weak::upgrade) {
                Some(activity) => drop(found.insert(row.activity_id, activity)),
                None => drop(missing.insert(row.activity_id)),
            }
        }
        let missing: Vec<ActivityId> = missing.into_iter().collect();
        self.bodies.retain(|_, activity| activity.strong_count() > 0);
        for stored in self.service.deliveries().activities(&missing).await? {
            let activity = Arc::new(Outgoing {
                id: stored.id,
                sender: stored.account_id,
                digest: stored.digest,
                body: Bytes::from(stored.body),
                must_arrive: must_arrive(&stored.kind),
            });
            self.bodies.insert(stored.id, Arc::downgrade(&activity));
            found.insert(stored.id, activity);
        }
        Ok(found)
    }

    /// Fills the free slots, one delivery per host and turn.
    fn dispatch(&mut self) {
        if !self.holds_leases() {
            return;
        }
        let now = self.service.cx().now();
        let mut passed_over = 0;
        while self.sending.len() < self.settings.in_flight && passed_over < self.round.len() {
            let Some(id) = self.round.pop_front() else { break };
            let Some(host) = self.hosts.get_mut(&id) else { continue };
            // At most half of all slots is for hosts not known to be well. Of what these leave, half is for hosts with
            // nothing under way: those that fall silent hold what they have for long.
            let left = self.settings.in_flight.saturating_sub(self.unproven);
            let is_crowded = host.in_flight > 0 && self.sending.len().saturating_sub(self.unproven) >= left / 2;
            let is_unproven = !host.is_proven();
            if is_crowded || (is_unproven && self.unproven >= (self.settings.in_flight / 2).max(1)) {
                self.round.push_back(id);
                passed_over += 1;
                continue;
            }
            let Some(row) = host.take(now) else {
                host.is_queued = false;
                continue;
            };
            passed_over = 0;
            self.unproven += usize::from(is_unproven);
            self.round.push_back(id);
            let sender = Arc::clone(&self.sender);
            self.sending.spawn(async move {
                let began = Instant::now();
                let outcome = AssertUnwindSafe(sender.send(&row)).catch_unwind().await;
                let outcome = outcome.unwrap_or_else(|_| Outcome::trouble("sending broke off".to_owned()));
                Attempt { host_id: id, row, outcome, took: began.elapsed(), is_unproven }
            });
        }
        #[expect(clippy::cast_precision_loss, reason = "a gauge")]
        gauge!("staffroom_delivery_in_flight").set(self.sending.len() as f64);
    }

    /// Hosts that are spared are looked at again.
    fn requeue_spared(&mut self) {
        for (id, host) in self.hosts.iter_mut().filter(|(_, host)| host.is_spared() && !host.is_queued) {
            host.is_queued = true;
            self.round.push_back(*id);
        }
    }

    fn attempted(&mut self, attempt: Option<Attempt>) {
        // `None` only while everything is being aborted: sending catches its own panics.
        let Some(Attempt { host_id, row, outcome, took, is_unproven }) = attempt else { return };
        self.unproven -= usize::from(is_unproven);
        let Some(host) = self.hosts.get_mut(&host_id) else { return };
        let word = match outcome {
            Outcome::Delivered => {
                host.ended(&row);
                if host.succeeded(took, self.service.cx().now()) && host.failing.is_none() {
                    tracing::info!(peer.host = %host.name, "host answers again");
                    self.report.recovered.push(host_id);
                    // More waits in the database than the probe saw.
                    host.has_more = true;
                }
                self.report.delivered.push(row.key());
                self.ended.push((host_id, row.key()));
                "delivered"
            }
            Outcome::Gone { status, answer } => {
                host.ended(&row);
                host.trust = Trust::Fresh;
                host.drop_inbox(row.inbox_id);
                self.ended.push((host_id, row.key()));
                self.report.dead.push(DeadDelivery {
                    activity_id: row.activity.id,
                    inbox_id: row.inbox_id,
                    status: Some(status),
                    answer,
                });
                self.report.gone.push(row.inbox_id);
                "gone"
            }
            Outcome::Refused { status, answer } => {
                host.ended(&row);
                tracing::warn!(peer.host = %host.name, activity.id = %row.activity.id, status, "delivery refused");
                self.ended.push((host_id, row.key()));
                self.report.dead.push(DeadDelivery {
                    activity_id: row.activity.id,
                    inbox_id: row.inbox_id,
                    status,
                    answer,
                });
                "refused"
            }
            Outcome::Trouble { error, retry_after, says_gone } => {
                let most = if row.activity.must_arrive { MAX_ATTEMPTS_LONGER } else { MAX_ATTEMPTS };
                if row.attempts + 1 >= most {
                    host.ended(&row);
                    self.ended.push((host_id, row.key()));
                    self.report.dead.push(DeadDelivery {
                        activity_id: row.activity.id,
                        inbox_id: row.inbox_id,
                        status: None,
                        answer: error.clone(),
                    });
                } else {
                    host.give_back(&row);
                    self.report.failed.push(row.key());
                }
                if host.failing.is_none() {
                    let cx = self.service.cx();
                    let health = host.health.failed(cx.now(), says_gone && row.is_shared);
                    let pause = backoff(&cx, health.fail_streak, retry_after);
                    tracing::warn!(peer.host = %host.name, %error, pause_s = pause.as_secs(), "host left alone");
                    host.drop_waiting();
                    host.failing = Some(HostFailure { host_id, health, next_attempt_at: cx.now().plus(pause), error });
                }
                "retried"
            }
        };
        counter!("staffroom_deliveries_total", "outcome" => word).increment(1);
        if !host.is_queued {
            host.is_queued = true;
            self.round.push_back(host_id);
        }
        self.settle(host_id);
    }

    /// Gives a host back once nothing of it is under way and nothing more is to be done for it now.
    fn settle(&mut self, id: HostId) {
        let Some(host) = self.hosts.get_mut(&id) else { return };
        let is_done =
            host.failing.is_some() || host.is_lost || (host.waiting() == 0 && !host.has_more && host.read_at.is_some());
        if host.in_flight == 0 && is_done && !host.wants_rows(self.generation) {
            if self.windows.len() >= MAX_WINDOWS {
                self.windows.clear();
            }
            if let Some(failure) = host.failing.take() {
                self.windows.insert(id, (host.window / 2).max(1));
                self.report.failing.push(failure);
            } else {
                self.windows.insert(id, host.window);
                let gone =
                    if host.trust == Trust::Fresh { &mut self.report.drained } else { &mut self.report.released };
                gone.push(id);
            }
            self.hosts.remove(&id);
            self.leaving.insert(id);
        }
        if self.report_at.is_none() && !self.report.is_empty() {
            self.report_at = Some(Instant::now() + REPORT_AFTER);
        }
    }

    /// Sends the report at once if it is long.
    fn start_report(&mut self) {
        if self.report.len() >= REPORT_ROWS && self.reporting.is_none() {
            self.send_report();
        }
    }

    fn send_report(&mut self) {
        let (report, ended) = (std::mem::take(&mut self.report), std::mem::take(&mut self.ended));
        self.report_at = None;
        let (service, node) = (self.service.clone(), self.settings.node.clone());
        self.reporting = Some(tokio::spawn(async move {
            let kept = service.deliveries().report(&service.cx(), &node, &report).await;
            (report, ended, kept)
        }));
    }

    fn reported(&mut self, reported: Option<Reported>) {
        let Some((report, ended, kept)) = reported else {
            tracing::error!("reporting deliveries broke off: some will be sent again");
            return;
        };
        if let Err(error) = kept {
            tracing::error!(%error, "deliveries cannot be reported, trying again");
            merge(&mut self.report, report);
            self.ended.extend(ended);
            self.report_at = Some(Instant::now() + REPORT_AGAIN);
            return;
        }
        for (host_id, key) in &ended {
            if let Some(host) = self.hosts.get_mut(host_id) {
                host.reported(key);
            }
        }
        let failing = report.failing.iter().map(|failure| failure.host_id);
        let left: Vec<HostId> = report.drained.iter().chain(&report.released).copied().chain(failing).collect();
        for id in &left {
            self.leaving.remove(id);
        }
        if !left.is_empty() {
            // Something may have been queued for them while they were still leased.
            self.should_look = true;
        }
        if !self.report.is_empty() {
            self.report_at.get_or_insert(Instant::now() + REPORT_AFTER);
        }
    }

    fn gauges(&mut self) {
        if self.counting.is_some() || self.count_pace.pause_until(Instant::now()).is_some() {
            return;
        }
        let service = self.service.clone();
        self.counting = Some(tokio::spawn(async move {
            let began = Instant::now();
            if let Err(error) = service.deliveries().pending().await {
                tracing::error!(%error, "waiting deliveries cannot be counted");
            }
            began.elapsed()
        }));
    }

    /// Waits for what is in flight, reports, and gives everything back.
    async fn stop(mut self) {
        let until = Instant::now() + STOP_AFTER;
        while let Ok(Some(attempt)) = timeout_at(until, self.sending.join_next()).await {
            self.attempted(attempt.ok());
        }
        self.sending.abort_all();
        if let Some(looking) = self.looking.take() {
            // Its leases end below.
            let _ = looking.await;
        }
        if let Some(reporting) = self.reporting.take() {
            self.reported(reporting.await.ok());
        }
        let deliveries = self.service.deliveries();
        let ended = deliveries.report(&self.service.cx(), &self.settings.node, &self.report).await;
        if let Err(error) = ended.and(deliveries.begin(&self.settings.node).await) {
            tracing::error!(%error, "deliveries stop without a last report: some will be sent again");
        }
    }
}

fn merge(report: &mut Report, older: Report) {
    report.delivered.extend(older.delivered);
    report.dead.extend(older.dead);
    report.gone.extend(older.gone);
    report.failed.extend(older.failed);
    report.recovered.extend(older.recovered);
    report.drained.extend(older.drained);
    report.released.extend(older.released);
    report.failing.extend(older.failing);
}
