//! One leased host in memory: which of its deliveries goes next, and how many at once.
//!
//! Rules: never two activities with the same order key in flight, the older always first; lanes in the proportion
//! 8 : 4 : 1; the window grows by one with each quick answer. A failing host gets one delivery, the probe. One that is
//! back from an outage gets one at a time and five a second for a minute, so that everybody's backlog does not knock it
//! over again.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, ActivityId, InboxId};
use staffroom_service::deliveries::{DeliveryKey, HostFailure, HostHealth, LeasedHost};

/// Window of a host we know nothing about.
pub(super) const FIRST_WINDOW: usize = 2;
/// Answers later than this do not widen the window …
const QUICK: Duration = Duration::from_secs(1);
/// … and later than this halve it.
const SLOW: Duration = Duration::from_secs(5);
/// Fewest deliveries read ahead for each lane.
const READ_AHEAD: usize = 16;
/// Read ahead for a host that is being probed.
const READ_AHEAD_PROBE: usize = 4;
/// How long a host is spared after an outage, and how long it is left in peace between two deliveries then.
const RAMP: Duration = Duration::from_mins(1);
const RAMP_PAUSE: Duration = Duration::from_millis(200);
/// An outage is what the first probe does not find over already.
const OUTAGE: u32 = 2;
/// A host that took something in this time is taken for healthy.
const PROVEN_FOR: Duration = Duration::from_hours(7 * 24);
/// Shares of the three lanes.
const WEIGHTS: [i32; 3] = [8, 4, 1];

/// An activity in memory, shared by all its deliveries.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) id: ActivityId,
    pub(super) sender: AccountId,
    pub(super) digest: [u8; 32],
    pub(super) body: Bytes,
    /// Not given up as easily as others.
    pub(super) must_arrive: bool,
}

/// One delivery in memory.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) activity: Arc<Outgoing>,
    pub(super) inbox_id: InboxId,
    pub(super) url: String,
    pub(super) is_shared: bool,
    pub(super) attempts: u32,
    pub(super) order_key: i64,
    pub(super) lane: usize,
}

impl Row {
    pub(super) fn key(&self) -> DeliveryKey {
        (self.activity.id, self.inbox_id)
    }
}

/// What is known in favour of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Nothing.
    Unknown,
    /// It took something in the last days.
    Proven,
    /// It took something under this lease.
    Fresh,
}

/// A leased host.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) health: HostHealth,
    pub(super) trust: Trust,
    /// Another node has it now, or an administrator paused it: nothing more is sent.
    pub(super) is_lost: bool,
    pub(super) window: usize,
    pub(super) in_flight: usize,
    /// Set from the first trouble under this lease until the host is given back.
    pub(super) failing: Option<HostFailure>,
    /// Waits in the scheduler's round.
    pub(super) is_queued: bool,
    /// Generation of the last read; `None` before the first.
    pub(super) read_at: Option<u64>,
    /// The last read left deliveries in the database.
    pub(super) has_more: bool,
    widest: usize,
    /// Until when it is spared, and when it may be sent the next delivery.
    ramp: Option<(Timestamp, Timestamp)>,
    lanes: [VecDeque<Row>; 3],
    credit: [i32; 3],
    /// Read and not yet reported: a later read must not bring them again.
    known: HashSet<DeliveryKey>,
    /// Waiting and in flight, by order key: how many deliveries of which activity.
    order: HashMap<i64, BTreeMap<ActivityId, usize>>,
}

impl Host {
    pub(super) fn new(leased: LeasedHost, window: usize, widest: usize, now: Timestamp) -> Self {
        let ramp = leased.recovered_at.map(|at| (at.plus(RAMP), now)).filter(|(until, _)| *until > now);
        let is_careful = leased.health.fail_streak > 0 || ramp.is_some();
        Self {
            name: leased.host,
            health: leased.health,
            trust: match leased.last_ok_at {
                Some(at) if at.plus(PROVEN_FOR) > now => Trust::Proven,
                _ => Trust::Unknown,
            },
            is_lost: false,
            window: if is_careful { 1 } else { window.clamp(1, widest) },
            ramp,
            in_flight: 0,
            failing: None,
            is_queued: false,
            read_at: None,
            has_more: false,
            widest,
            lanes: Default::default(),
            credit: [0; 3],
            known: HashSet::new(),
            order: HashMap::new(),
        }
    }

    /// Being probed: its last attempt failed.
    pub(super) fn is_probed(&self) -> bool {
        self.health.fail_streak > 0
    }

    /// It took something lately.
    pub(super) fn is_proven(&self) -> bool {
        self.trust != Trust::Unknown
    }

    /// Back from an outage, and waiting for its turn.
    pub(super) fn is_spared(&self) -> bool {
        self.ramp.is_some() && self.in_flight == 0 && self.waiting() > 0
    }

    /// Deliveries waiting in memory.
    pub(super) fn waiting(&self) -> usize {
        self.lanes.iter().map(VecDeque::len).sum()
    }

    /// How many deliveries per lane the next read should bring; those in memory are brought again.
    pub(super) fn read_limit(&self) -> usize {
        let fresh = if self.is_probed() { READ_AHEAD_PROBE } else { READ_AHEAD.max(2 * self.window) };
        fresh + self.known.len()
    }

    /// Whether a read would help: little is left here, and there may be more in the database.
    pub(super) fn wants_rows(&self, generation: u64) -> bool {
        self.failing.is_none()
            && !self.is_lost
            && match self.read_at {
                None => true,
                Some(read_at) if self.has_more => {
                    self.waiting() < self.window && (self.in_flight < self.window || read_at < generation)
                }
                Some(read_at) => self.waiting() == 0 && read_at < generation,
            }
    }

    /// Whether a delivery was read before and not yet reported.
    pub(super) fn knows(&self, key: &DeliveryKey) -> bool {
        self.known.contains(key)
    }

    /// Adds a delivery the host does not know yet.
    pub(super) fn push(&mut self, row: Row) {
        self.known.insert(row.key());
        *self.order.entry(row.order_key).or_default().entry(row.activity.id).or_default() += 1;
        if let Some(lane) = self.lanes.get_mut(row.lane.min(2)) {
            let at = lane.partition_point(|other| other.key() < row.key());
            lane.insert(at, row);
        }
    }

    /// The next delivery to send, if the window has room.
    pub(super) fn take(&mut self, now: Timestamp) -> Option<Row> {
        self.ramp = self.ramp.filter(|(until, _)| *until > now);
        let window = if self.is_probed() || self.ramp.is_some() { 1 } else { self.window };
        let is_early = self.ramp.is_some_and(|(_, next_at)| now < next_at);
        if self.failing.is_some() || self.is_lost || self.in_flight >= window || is_early {
            return None;
        }
        let (lane, at) = if self.is_probed() { self.least_tried()? } else { self.next_by_lane()? };
        let row = self.lanes.get_mut(lane)?.remove(at)?;
        self.in_flight += 1;
        self.ramp = self.ramp.map(|(until, _)| (until, now.plus(RAMP_PAUSE)));
        Some(row)
    }

    /// Smooth weighted round over the lanes that have something to send.
    fn next_by_lane(&mut self) -> Option<(usize, usize)> {
        let candidates: Vec<(usize, usize)> = (0..WEIGHTS.len())
            .filter_map(|lane| Some((lane, self.lanes.get(lane)?.iter().position(|row| self.may_go(row))?)))
            .collect();
        let mut total = 0;
        for (lane, _) in &candidates {
            if let (Some(credit), Some(weight)) = (self.credit.get_mut(*lane), WEIGHTS.get(*lane)) {
                *credit += weight;
                total += weight;
            }
        }
        let best = candidates
            .into_iter()
            .max_by_key(|(lane, _)| (self.credit.get(*lane).copied().unwrap_or_default(), std::cmp::Reverse(*lane)))?;
        if let Some(credit) = self.credit.get_mut(best.0) {
            *credit -= total;
        }
        Some(best)
    }

    /// For a probe: one delivery that always fails must not keep a host in trouble for ever.
    fn least_tried(&self) -> Option<(usize, usize)> {
        let rows = self
            .lanes
            .iter()
            .enumerate()
            .flat_map(|(lane, rows)| rows.iter().enumerate().map(move |(at, row)| (row.attempts, lane, at, row)));
        rows.filter(|(.., row)| self.may_go(row))
            .min_by_key(|(attempts, lane, at, _)| (*attempts, *lane, *at))
            .map(|(_, lane, at, _)| (lane, at))
    }

    /// Nothing older with the same order key waits or is under way.
    fn may_go(&self, row: &Row) -> bool {
        self.order.get(&row.order_key).and_then(BTreeMap::first_key_value).is_none_or(|(id, _)| *id == row.activity.id)
    }

    /// A delivery ended well or for good: what waits behind it may go.
    pub(super) fn ended(&mut self, row: &Row) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.forget_order(row);
    }

    /// A delivery was taken after `took`; `true` if the host was failing before.
    pub(super) fn succeeded(&mut self, took: Duration, now: Timestamp) -> bool {
        self.trust = Trust::Fresh;
        if took > SLOW {
            self.window = (self.window / 2).max(1);
        } else if took < QUICK && self.ramp.is_none() {
            self.window = (self.window + 1).min(self.widest);
        }
        let recovered = self.is_probed();
        if recovered {
            let is_outage = self.health.fail_streak >= OUTAGE;
            self.ramp = is_outage.then(|| (now.plus(RAMP), now.plus(RAMP_PAUSE)));
            self.window = if is_outage { 1 } else { FIRST_WINDOW.min(self.widest) };
            self.health = HostHealth::default();
        }
        recovered
    }

    /// A delivery was not taken: it goes back to the database, and so does everything that waits here.
    pub(super) fn give_back(&mut self, row: &Row) {
        self.ended(row);
        self.known.remove(&row.key());
        self.drop_waiting();
    }

    /// Nothing more is sent to it from here.
    pub(super) fn lose(&mut self) {
        self.is_lost = true;
        self.drop_waiting();
    }

    /// Forgets everything that waits here; it stays in the database.
    pub(super) fn drop_waiting(&mut self) {
        for lane in std::mem::take(&mut self.lanes) {
            for row in lane {
                self.known.remove(&row.key());
                self.forget_order(&row);
            }
        }
    }

    /// An inbox is gone: what waits for it is dropped.
    pub(super) fn drop_inbox(&mut self, inbox: InboxId) {
        for lane in std::mem::take(&mut self.lanes) {
            for row in lane {
                if row.inbox_id == inbox {
                    self.forget_order(&row);
                } else if let Some(lane) = self.lanes.get_mut(row.lane.min(2)) {
                    lane.push_back(row);
                }
            }
        }
    }

    /// A report reached the database.
    pub(super) fn reported(&mut self, key: &DeliveryKey) {
        self.known.remove(key);
    }

    fn forget_order(&mut self, row: &Row) {
        let Some(activities) = self.order.get_mut(&row.order_key) else { return };
        if let Some(count) = activities.get_mut(&row.activity.id) {
            *count -= 1;
            if *count == 0 {
                activities.remove(&row.activity.id);
            }
        }
        if activities.is_empty() {
            self.order.remove(&row.order_key);
        }
    }
}
