//! The inbox workers: a few activities at a time, each at most thirty seconds, tried again when something outside
//! did not work.
//!
//! An item is deleted only after its effects are in the database, so after a crash it may be handled a second time;
//! handlers have the effect of once.
//!
//! Metrics: `staffroom_inbox_items_total{outcome = done | ignored | refused | retried | failed}`,
//! `staffroom_inbox_pending`.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use metrics::counter;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::InboxItemId;
use staffroom_service::inbox::{Ended, HOSTS_AT_ONCE, WaitingItem};
use staffroom_service::{Result, Service};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::queue::Queue;
use crate::activities::{ActivityHandler, HandleError, Handled};
use crate::tasks::{at, joined, ticker};

/// An activity whose handling breaks off or takes too long is given up after this many attempts.
const POISON_ATTEMPTS: u32 = 3;
/// Waits before the second, third and last attempt at what did not work for reasons outside.
const RETRY_AFTER: [Duration; 3] = [Duration::from_secs(10), Duration::from_mins(2), Duration::from_mins(30)];
/// How often the database is asked without being told: other nodes receive too, and pauses end.
const POLL: Duration = Duration::from_secs(1);
/// How often the gauge is set.
const GAUGE: Duration = Duration::from_secs(15);
/// Items are forgotten in batches after this time or this many.
const FORGET_AFTER: Duration = Duration::from_millis(20);
const FORGET_ITEMS: usize = 256;
/// Pause before a batch that failed is tried again.
const FORGET_AGAIN: Duration = Duration::from_secs(1);
/// The lease is prolonged when less than this is left of it.
const LEASE_MARGIN: Duration = Duration::from_secs(15);
/// Items read ahead in one pass, over all hosts and for one host.
const READ_AHEAD: usize = 512;
const READ_AHEAD_HOST: usize = 64;
/// A new read waits until fewer than these are left in memory.
const LOW_WATER: usize = 64;
/// How long a stop waits for items under way; the rest is handled again after the next start.
const STOP_AFTER: Duration = Duration::from_secs(5);

/// Items handled, with their order keys, on their way out of the database.
type Leaving = Vec<(Ended, i64)>;

/// How the workers work.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of this node, the same after a restart, different from all other nodes on the same database.
    pub node: String,
    /// Items handled at once.
    pub workers: usize,
    /// Longest time for one attempt.
    pub budget: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { node: "node-0".to_owned(), workers: 8, budget: Duration::from_secs(30) }
    }
}

/// Works off received activities. One per process.
pub struct Workers {
    service: Service,
    handler: Arc<dyn ActivityHandler>,
    settings: Settings,
    queue: Queue,
    running: JoinSet<Attempt>,
    ended: Leaving,
    forget_at: Option<Instant>,
    forgetting: Option<JoinHandle<(Leaving, Result<()>)>>,
    leased_until: Timestamp,
    should_read: bool,
    /// Host after which the next read begins.
    next_host: String,
}

struct Attempt {
    id: InboxItemId,
    host: String,
    order_key: i64,
    end: End,
}

/// How an attempt ended.
enum End {
    Forget(&'static str),
    Retry(String, Duration),
    Failed(String),
}

impl Workers {
    /// Workers that begin with [`Workers::run`].
    pub fn new(service: Service, handler: Arc<dyn ActivityHandler>, settings: Settings) -> Self {
        Self {
            service,
            handler,
            settings,
            queue: Queue::default(),
            running: JoinSet::new(),
            ended: Vec::new(),
            forget_at: None,
            forgetting: None,
            leased_until: Timestamp(0),
            should_read: true,
            next_host: String::new(),
        }
    }

    /// Works until `stop`: then items under way are finished (for at most five seconds), the rest stays kept.
    pub async fn run(mut self, stop: CancellationToken) {
        let bell = Arc::clone(&self.service.signals().inbox);
        let mut poll = ticker(POLL);
        let mut gauge = ticker(GAUGE);
        loop {
            if let Err(error) = self.read_ahead().await {
                tracing::error!(%error, "received activities cannot be read");
            }
            self.dispatch();
            self.forget_full();
            tokio::select! {
                () = stop.cancelled() => break,
                Some(attempt) = self.running.join_next(), if !self.running.is_empty() => {
                    self.attempted(attempt.ok());
                    while let Some(attempt) = self.running.try_join_next() {
                        self.attempted(attempt.ok());
                    }
                }
                forgotten = joined(&mut self.forgetting) => self.forgotten(forgotten),
                () = at(self.forget_at), if self.forgetting.is_none() => self.forget(),
                () = bell.notified() => self.should_read = true,
                _ = poll.tick() => self.should_read = true,
                _ = gauge.tick() => self.gauge(),
            }
        }
        self.stop().await;
    }

    /// Reads the oldest items of every host that has some, when little is left in memory.
    async fn read_ahead(&mut self) -> Result<()> {
        if !self.should_read || self.queue.waiting() >= LOW_WATER {
            return Ok(());
        }
        self.should_read = false;
        let inbox = self.service.inbox();
        let mut hosts = inbox.hosts(&self.next_host).await?;
        if hosts.is_empty() && !self.next_host.is_empty() {
            hosts = inbox.hosts("").await?;
        }
        self.next_host = if hosts.len() < HOSTS_AT_ONCE { None } else { hosts.last().cloned() }.unwrap_or_default();
        if hosts.is_empty() {
            return Ok(());
        }
        if !self.hold_lease().await? {
            self.queue.drop_waiting();
            return Ok(());
        }
        let fresh = (READ_AHEAD / hosts.len()).clamp(4, READ_AHEAD_HOST);
        let wanted: Vec<(String, u32)> = hosts
            .into_iter()
            .map(|host| {
                let limit = self.queue.read_limit(&host, fresh);
                (host, u32::try_from(limit).unwrap_or(u32::MAX))
            })
            .collect();
        let items = self.service.inbox().oldest(&wanted).await?;
        let before = self.queue.waiting();
        self.queue.add(&wanted, items, self.service.cx().now());
        // Something new: there may be more where it came from, once these are done.
        self.should_read = self.queue.waiting() > before;
        Ok(())
    }

    async fn hold_lease(&mut self) -> Result<bool> {
        let cx = self.service.cx();
        if self.leased_until.minus(LEASE_MARGIN) > cx.now() {
            return Ok(true);
        }
        let held = self.service.inbox().lease(&cx, &self.settings.node).await?;
        self.leased_until = held.unwrap_or_default();
        Ok(held.is_some())
    }

    fn dispatch(&mut self) {
        // One host's slow items never take all workers.
        let per_host = (self.settings.workers - self.settings.workers / 4).max(1);
        while self.running.len() < self.settings.workers {
            let Some(item) = self.queue.take(per_host) else { break };
            let (service, handler) = (self.service.clone(), Arc::clone(&self.handler));
            let budget = self.settings.budget;
            self.running.spawn(async move {
                let end = attempt(&service, handler.as_ref(), &item, budget).await;
                Attempt { id: item.id, host: item.host, order_key: item.order_key, end }
            });
        }
    }

    fn attempted(&mut self, attempt: Option<Attempt>) {
        // `None` only while everything is being aborted: handling catches its own panics.
        let Some(Attempt { id, host, order_key, end }) = attempt else { return };
        self.queue.returned(&host);
        let (word, ended) = match end {
            End::Forget(word) => {
                self.queue.free(order_key);
                (word, Ended::Done(id))
            }
            End::Failed(error) => {
                tracing::error!(inbox_item.id = %id, peer.host = %host, %error, "received activity given up");
                self.queue.free(order_key);
                ("failed", Ended::Dead(id, error))
            }
            End::Retry(error, pause) => {
                tracing::warn!(inbox_item.id = %id, peer.host = %host, %error, "received activity put off");
                ("retried", Ended::PutOff(id, self.service.cx().now().plus(pause)))
            }
        };
        counter!("staffroom_inbox_items_total", "outcome" => word).increment(1);
        self.ended.push((ended, order_key));
        self.forget_at.get_or_insert(Instant::now() + FORGET_AFTER);
    }

    fn forget_full(&mut self) {
        if self.ended.len() >= FORGET_ITEMS && self.forgetting.is_none() {
            self.forget();
        }
    }

    fn forget(&mut self) {
        let ended = std::mem::take(&mut self.ended);
        self.forget_at = None;
        let service = self.service.clone();
        self.forgetting = Some(tokio::spawn(async move {
            let list: Vec<Ended> = ended.iter().map(|(ended, _)| ended.clone()).collect();
            let kept = service.inbox().ended(&service.cx(), &list).await;
            (ended, kept)
        }));
    }

    fn forgotten(&mut self, forgotten: Option<(Leaving, Result<()>)>) {
        let Some((ended, kept)) = forgotten else {
            tracing::error!("forgetting handled activities broke off: some will be handled again");
            return;
        };
        if let Err(error) = kept {
            tracing::error!(%error, "handled activities cannot be forgotten, trying again");
            self.ended.extend(ended);
            self.forget_at = Some(Instant::now() + FORGET_AGAIN);
            return;
        }
        for (ended, order_key) in ended {
            match ended {
                Ended::Done(id) | Ended::Dead(id, _) => self.queue.forget(id),
                Ended::PutOff(id, _) => {
                    self.queue.forget(id);
                    // What was read while it was under way would overtake it now.
                    self.queue.drop_key(order_key);
                    self.queue.free(order_key);
                    self.should_read = true;
                }
            }
        }
        if !self.ended.is_empty() {
            self.forget_at.get_or_insert(Instant::now() + FORGET_AFTER);
        }
    }

    fn gauge(&self) {
        let service = self.service.clone();
        tokio::spawn(async move {
            if let Err(error) = service.inbox().pending().await {
                tracing::error!(%error, "received activities cannot be counted");
            }
        });
    }

    async fn stop(mut self) {
        let until = Instant::now() + STOP_AFTER;
        while let Ok(Some(attempt)) = timeout_at(until, self.running.join_next()).await {
            self.attempted(attempt.ok());
        }
        self.running.abort_all();
        if let Some(forgetting) = self.forgetting.take() {
            self.forgotten(forgetting.await.ok());
        }
        let ended: Vec<Ended> = self.ended.iter().map(|(ended, _)| ended.clone()).collect();
        let inbox = self.service.inbox();
        let kept = inbox.ended(&self.service.cx(), &ended).await;
        if let Err(error) = kept.and(inbox.release(&self.settings.node).await) {
            tracing::error!(%error, "the inbox stops without a last word: some activities will be handled again");
        }
    }
}

/// One attempt at one item.
async fn attempt(service: &Service, handler: &dyn ActivityHandler, item: &WaitingItem, budget: Duration) -> End {
    let body = match &item.body {
        Some(body) => body.clone(),
        None => match service.inbox().body(item.id).await {
            Ok(Some(body)) => body,
            Ok(None) => return End::Forget("done"),
            Err(error) => return retry(item, error.to_string()),
        },
    };
    let handling = AssertUnwindSafe(handler.handle(&item.actor_uri, &body)).catch_unwind();
    let error = match timeout(budget, handling).await {
        Ok(Ok(Ok(Handled::Done))) => return End::Forget("done"),
        Ok(Ok(Ok(Handled::Ignored(why)))) => {
            tracing::debug!(activity.id = %item.uri, why, "received activity ignored");
            return End::Forget("ignored");
        }
        Ok(Ok(Err(HandleError::Permanent(error)))) => {
            tracing::info!(activity.id = %item.uri, %error, "received activity refused");
            return End::Forget("refused");
        }
        Ok(Ok(Err(HandleError::Temporary(error)))) => error,
        Ok(Err(_)) => return poison(item, "handling broke off".to_owned()),
        Err(_) => return poison(item, format!("not done within {} s", budget.as_secs())),
    };
    retry(item, error)
}

/// What nothing outside explains.
fn poison(item: &WaitingItem, error: String) -> End {
    if item.attempts + 1 >= POISON_ATTEMPTS { End::Failed(error) } else { retry(item, error) }
}

fn retry(item: &WaitingItem, error: String) -> End {
    let pause = usize::try_from(item.attempts).ok().and_then(|attempts| RETRY_AFTER.get(attempts));
    match pause {
        Some(pause) => End::Retry(error, *pause),
        None => End::Failed(error),
    }
}
