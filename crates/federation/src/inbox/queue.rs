//! Received activities read ahead: whose turn is next. Fair across hosts, one at a time for each order key.

use std::collections::{HashMap, HashSet, VecDeque};

use staffroom_domain::Timestamp;
use staffroom_domain::ids::InboxItemId;
use staffroom_service::inbox::WaitingItem;

/// Items in memory.
#[derive(Debug, Default)]
pub(super) struct Queue {
    hosts: HashMap<String, VecDeque<WaitingItem>>,
    round: VecDeque<String>,
    running: HashMap<String, usize>,
    /// Read and not yet forgotten in the database, with their hosts: a later read must not bring them again.
    known: HashMap<InboxItemId, String>,
    /// Items of a host that waited for another try at the last read.
    put_off: HashMap<String, usize>,
    busy: HashSet<i64>,
}

impl Queue {
    /// Items waiting in memory.
    pub(super) fn waiting(&self) -> usize {
        self.hosts.values().map(VecDeque::len).sum()
    }

    /// How many of the oldest items of `host` to read to find up to `fresh` new ones.
    pub(super) fn read_limit(&self, host: &str, fresh: usize) -> usize {
        let known = self.known.values().filter(|known| *known == host).count();
        fresh + known + self.put_off.get(host).copied().unwrap_or(0)
    }

    /// Adds what a read of `hosts` brought, in order of arrival. An item that waits for another try keeps back what
    /// has the same key.
    pub(super) fn add(&mut self, hosts: &[(String, u32)], items: Vec<WaitingItem>, now: Timestamp) {
        for (host, _) in hosts {
            self.put_off.remove(host);
        }
        let mut kept_back = HashSet::new();
        for item in items {
            if item.next_attempt_at > now {
                kept_back.insert(item.order_key);
                *self.put_off.entry(item.host).or_default() += 1;
            } else if !kept_back.contains(&item.order_key) && !self.known.contains_key(&item.id) {
                self.known.insert(item.id, item.host.clone());
                if !self.hosts.contains_key(&item.host) {
                    self.round.push_back(item.host.clone());
                }
                self.hosts.entry(item.host.clone()).or_default().push_back(item);
            }
        }
    }

    /// The next item, if some host with fewer than `per_host` under way has one whose key is free.
    pub(super) fn take(&mut self, per_host: usize) -> Option<WaitingItem> {
        for _ in 0..self.round.len() {
            let host = self.round.pop_front()?;
            let Some(items) = self.hosts.get_mut(&host) else { continue };
            let is_full = self.running.get(&host).is_some_and(|running| *running >= per_host);
            let at = if is_full { None } else { first_free(items, &self.busy) };
            let taken = at.and_then(|at| items.remove(at));
            if items.is_empty() {
                self.hosts.remove(&host);
            } else {
                self.round.push_back(host.clone());
            }
            if let Some(item) = taken {
                self.busy.insert(item.order_key);
                *self.running.entry(host).or_default() += 1;
                return Some(item);
            }
        }
        None
    }

    /// An item left its worker. Its key stays taken until [`Queue::free`].
    pub(super) fn returned(&mut self, host: &str) {
        if let Some(running) = self.running.get_mut(host) {
            *running -= 1;
            if *running == 0 {
                self.running.remove(host);
            }
        }
    }

    /// What has the same key may go.
    pub(super) fn free(&mut self, order_key: i64) {
        self.busy.remove(&order_key);
    }

    /// Forgets waiting items with this key: they come again with the next read, behind the one put off.
    pub(super) fn drop_key(&mut self, order_key: i64) {
        for items in self.hosts.values_mut() {
            for item in items.iter().filter(|item| item.order_key == order_key) {
                self.known.remove(&item.id);
            }
            items.retain(|item| item.order_key != order_key);
        }
    }

    /// The database has forgotten the item, or has it again to be tried later.
    pub(super) fn forget(&mut self, id: InboxItemId) {
        self.known.remove(&id);
    }

    /// Forgets everything that waits: another node works the inbox.
    pub(super) fn drop_waiting(&mut self) {
        for item in std::mem::take(&mut self.hosts).into_values().flatten() {
            self.known.remove(&item.id);
        }
        self.round.clear();
    }
}

/// The first item whose key is not taken.
fn first_free(items: &VecDeque<WaitingItem>, busy: &HashSet<i64>) -> Option<usize> {
    items.iter().position(|item| !busy.contains(&item.order_key))
}
