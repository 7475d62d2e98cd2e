//! FUZ-10: the scheduler under the time of a clock we hold, a week in a second. Hosts answer as a seed says: at once,
//! late, not at all, again after a while.
//!
//! Whatever they do, every delivery ends, once: taken or given up after a bounded number of attempts; what concerns one
//! object goes in order and never together; and who answers well is served while others are in trouble.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use staffroom_domain::clock::{Clock as _, FixedClock};
use staffroom_service::deliveries::{InboxRef, Lane};
use staffroom_service::ports::Rendered;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::host::Row;
use super::outcome::{MAX_ATTEMPTS, Outcome};
use super::sender::Carrier;
use super::{AccountKeys, Scheduler, Settings};
use crate::dialects::Dialects;
use crate::keys::SigningKeys;
use crate::signature::digest;
use crate::testing::{World, client, fuzz_budget, world};

/// Cases in the ordinary suite.
const CASES: u64 = 3;
/// How long nothing happens, in real time, before it is believed that everybody waits: at first, when it is looked who was
/// served, and later.
const PATIENCE: [Duration; 2] = [Duration::from_millis(400), Duration::from_millis(60)];

/// How a host behaves.
#[derive(Clone, Debug)]
struct Temper {
    /// Attempts that fail before one goes through.
    failures: u32,
    /// How long an answer takes.
    answers_after: Duration,
    /// One delivery in so many is refused for good; none for 0.
    refuses_one_in: u64,
}

impl Temper {
    fn of(rng: &mut StdRng) -> Self {
        let failures = [0, 0, 0, 1, 4, 12, 60][rng.random_range(0..7)];
        let answers_after = Duration::from_millis([0, 0, 1, 5, 20, 50][rng.random_range(0..6)]);
        Self { failures, answers_after, refuses_one_in: [0, 0, 5][rng.random_range(0..3)] }
    }

    fn is_good(&self) -> bool {
        self.failures == 0
    }
}

/// What happened on the way to one host.
#[derive(Default)]
struct Seen {
    attempts: u32,
    /// Of each delivery, by inbox and number of the activity.
    tries: BTreeMap<(String, u64), u32>,
    ended: Vec<(i64, u64, String)>,
    under_way: HashMap<i64, u64>,
    complaints: Vec<String>,
}

/// Takes deliveries to imagined hosts, which answer by the clock we hold.
struct Imagined {
    tempers: HashMap<String, Temper>,
    seen: Mutex<HashMap<String, Seen>>,
    clock: Arc<FixedClock>,
    /// Rung whenever that clock was put on.
    ticks: Notify,
}

impl Imagined {
    /// Waits until `time` has passed on the clock we hold.
    async fn wait(&self, time: Duration) {
        let until = self.clock.now().plus(time);
        loop {
            let mut tick = std::pin::pin!(self.ticks.notified());
            tick.as_mut().enable();
            if self.clock.now() >= until {
                return;
            }
            tick.await;
        }
    }
}

/// `a3` for `https://a3.test/users/1/inbox`.
fn host_of(url: &str) -> &str {
    url.trim_start_matches("https://").split('.').next().unwrap()
}

#[async_trait]
impl Carrier for Imagined {
    async fn send(&self, row: &Row) -> Outcome {
        let (host, body) = (host_of(&row.url).to_owned(), String::from_utf8(row.activity.body.to_vec()).unwrap());
        let number: u64 = body.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap();
        let temper = self.tempers[&host].clone();
        let attempt = {
            let mut seen = self.seen.lock().unwrap();
            let seen = seen.entry(host.clone()).or_default();
            seen.attempts += 1;
            *seen.tries.entry((row.url.clone(), number)).or_default() += 1;
            if let Some(other) = seen.under_way.insert(row.order_key, number)
                && other != number
            {
                seen.complaints.push(format!("{number} beside {other} about {}", row.order_key));
            }
            seen.attempts
        };
        self.wait(temper.answers_after).await;
        let mut seen = self.seen.lock().unwrap();
        let seen = seen.get_mut(&host).unwrap();
        seen.under_way.remove(&row.order_key);
        if attempt <= temper.failures {
            return Outcome::trouble("as the seed says".to_owned());
        }
        seen.ended.push((row.order_key, number, row.url.clone()));
        if temper.refuses_one_in > 0 && number.is_multiple_of(temper.refuses_one_in) {
            return Outcome::Refused { status: Some(400), answer: "as the seed says".to_owned() };
        }
        Outcome::Delivered
    }
}

/// Everything of one case.
struct Case {
    world: World,
    imagined: Arc<Imagined>,
    queued: Vec<(u64, i64, String)>,
}

async fn case(seed: u64) -> Case {
    let mut rng = StdRng::seed_from_u64(seed);
    let world = world().await;
    let hosts: Vec<String> = (0..rng.random_range(2..7)).map(|n| format!("h{n}")).collect();
    let tempers = hosts.iter().map(|host| (host.clone(), Temper::of(&mut rng))).collect();
    let mut queued = Vec::new();
    for number in 0..rng.random_range(3..30_u64) {
        let order_key = rng.random_range(0..6);
        let lane = [Lane::Interactive, Lane::Ordinary, Lane::Bulk][rng.random_range(0..3)];
        let mut inboxes = Vec::new();
        for host in &hosts {
            if rng.random_bool(0.6) {
                let url = format!("https://{host}.test/inbox");
                queued.push((number, order_key, url.clone()));
                inboxes.push(InboxRef::shared(url));
            }
        }
        let body = format!(r#"{{"n":{number}}}"#).into_bytes();
        let uri = format!("https://oak.test/activities/{seed}-{number}");
        let rendered = Rendered { uri, kind: "Create", order_key, digest: digest::sha256(&body), body };
        let cx = world.service.cx();
        world.service.deliveries().queue(&cx, world.sender, rendered, lane, &inboxes).await.unwrap();
    }
    let imagined = Imagined { tempers, seen: Mutex::default(), clock: world.clock.clone(), ticks: Notify::new() };
    Case { world, imagined: Arc::new(imagined), queued }
}

/// Lets `step` of the server's time pass, once everybody had a moment to do what is theirs now.
async fn pass(case: &Case, step: Duration) {
    tokio::time::sleep(Duration::from_millis(2)).await;
    case.world.clock.advance(step);
    case.imagined.ticks.notify_waiters();
}

/// Runs the scheduler until nothing is left; returns which hosts had all of theirs before the first long pause.
async fn run(case: &Case) -> Vec<String> {
    let world = &case.world;
    let keys = AccountKeys::new(world.service.clone(), SigningKeys::new());
    let dialects = Dialects::new(world.service.clone());
    let settings = Settings { in_flight: 8, window: 4, ..Settings::default() };
    let mut scheduler = Scheduler::new(world.service.clone(), client(&[]), Arc::new(keys), dialects, settings);
    scheduler.sender = case.imagined.clone();
    let stop = CancellationToken::new();
    let task = tokio::spawn(scheduler.run(stop.clone()));
    let attempts = || case.imagined.seen.lock().unwrap().values().map(|seen| seen.attempts).sum::<u32>();
    let (mut last, mut served, mut pauses, mut since) = (0, None, 0, Instant::now());
    while world.service.deliveries().pending().await.unwrap() > 0 {
        let now = attempts();
        let is_busy = case.imagined.seen.lock().unwrap().values().any(|seen| !seen.under_way.is_empty());
        if now != last || is_busy {
            (last, since) = (now, Instant::now());
        }
        if since.elapsed() < PATIENCE[usize::from(served.is_some())] {
            pass(case, Duration::from_millis(2)).await;
            continue;
        }
        // everybody waits for the end of a pause
        served.get_or_insert_with(|| served_hosts(case));
        since = Instant::now();
        pauses += 1;
        assert!(pauses < 2_000, "{} are never sent", world.service.deliveries().pending().await.unwrap());
        pass(case, Duration::from_secs(3 * 3_600)).await;
        world.service.jobs().sweep(&world.service.cx()).await.unwrap();
        world.service.signals().deliveries.notify_one();
    }
    stop.cancel();
    while !task.is_finished() {
        pass(case, Duration::from_millis(2)).await;
    }
    task.await.unwrap();
    served.unwrap_or_else(|| served_hosts(case))
}

/// The hosts for which nothing is left to do.
fn served_hosts(case: &Case) -> Vec<String> {
    let seen = case.imagined.seen.lock().unwrap();
    let wanted = |host: &str| case.queued.iter().filter(|(.., url)| host_of(url) == host).count();
    let is_served = |host: &&String| seen.get(*host).map_or(0, |seen| seen.ended.len()) == wanted(host);
    case.imagined.tempers.keys().filter(is_served).cloned().collect()
}

async fn check(seed: u64) {
    let case = case(seed).await;
    let served = run(&case).await;
    let dead = case.world.service.deliveries().dead(10_000).await.unwrap().len();
    let hosts = case.imagined.seen.lock().unwrap();
    let mut refused_or_given_up = 0;
    for (host, temper) in &case.imagined.tempers {
        let wanted: Vec<_> = case.queued.iter().filter(|(.., url)| host_of(url) == host).collect();
        let Some(found) = hosts.get(host) else {
            assert!(wanted.is_empty(), "seed {seed}, {host}: nothing was ever sent");
            continue;
        };
        assert_eq!(found.complaints, Vec::<String>::new(), "seed {seed}, {host} {temper:?}");
        let most = found.tries.values().max().copied().unwrap_or_default();
        assert!(most <= MAX_ATTEMPTS, "seed {seed}, {host}: {most} attempts");
        // each ends once
        let mut ended: Vec<_> = found.ended.iter().map(|(_, number, url)| (*number, url.clone())).collect();
        let count = ended.len();
        ended.sort_unstable();
        ended.dedup();
        assert_eq!(ended.len(), count, "seed {seed}, {host}: something was sent twice");
        // about one object in order
        let mut latest: HashMap<i64, u64> = HashMap::new();
        for (order_key, number, _) in &found.ended {
            let before = latest.insert(*order_key, *number);
            assert!(before.is_none_or(|before| before < *number), "seed {seed}, {host}: {number} after {before:?}");
        }
        let refused = |number: u64| temper.refuses_one_in > 0 && number.is_multiple_of(temper.refuses_one_in);
        refused_or_given_up += found.ended.iter().filter(|(_, number, _)| refused(*number)).count();
        refused_or_given_up += wanted.len() - count;
        if temper.is_good() {
            assert!(served.contains(host), "seed {seed}: {host} waits for others");
        }
    }
    assert_eq!(dead, refused_or_given_up, "seed {seed}: given up, and what had to be");
}

#[test]
fn fuz_10_every_delivery_ends_in_order_and_nobody_waits_for_others() {
    let (budget, first) = fuzz_budget();
    let began = Instant::now();
    let mut seed = first;
    loop {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(check(seed));
        seed += 1;
        if budget.map_or(seed - first >= CASES, |budget| began.elapsed() >= budget) {
            break;
        }
    }
    if budget.is_some() {
        eprintln!("fuz_10: seeds {first} to {}", seed - 1);
    }
}
