//! The scheduler against receivers on this machine: what arrives, in which order, and what becomes of trouble.

mod outages;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Uri};
use rand::SeedableRng;
use rand::rngs::StdRng;
use staffroom_domain::Timestamp;
use staffroom_domain::account::KeyAlgorithm;
use staffroom_domain::clock::FixedClock;
use staffroom_service::deliveries::{InboxRef, Lane};
use staffroom_service::ports::Rendered;
use staffroom_service::{Cx, Env};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::outcome::judge;
use super::{AccountKeys, Outcome, Scheduler, Settings, backoff};
use crate::dialects::Dialects;
use crate::http::OutboundClient;
use crate::keys::{SigningKeys, VerifyingKey};
use crate::signature::cavage::signing_string;
use crate::signature::dialect::Dialect;
use crate::signature::digest;
use crate::signature::parse::parse;
use crate::testing::{Receiver, World, client, until, world};

struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }

    /// As when the process is killed.
    async fn crash(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

fn start(world: &World, receivers: &[&Receiver]) -> Running {
    start_with(world, receivers, Settings::default())
}

fn start_with(world: &World, receivers: &[&Receiver], settings: Settings) -> Running {
    start_speaking(world, client(receivers), settings)
}

fn start_speaking(world: &World, client: OutboundClient, settings: Settings) -> Running {
    let dialects = Dialects::new(world.service.clone());
    let keys = AccountKeys::new(world.service.clone(), SigningKeys::new());
    let scheduler = Scheduler::new(world.service.clone(), client, Arc::new(keys), dialects, settings);
    let stop = CancellationToken::new();
    let task = tokio::spawn(scheduler.run(stop.clone()));
    Running { stop, task }
}

async fn queue(world: &World, name: &str, order_key: i64, lane: Lane, inboxes: &[InboxRef]) {
    queue_kind(world, "Create", name, order_key, lane, inboxes).await;
}

async fn queue_kind(world: &World, kind: &'static str, name: &str, order_key: i64, lane: Lane, inboxes: &[InboxRef]) {
    let body = format!(r#"{{"id":"{name}"}}"#).into_bytes();
    let rendered = Rendered {
        uri: format!("https://oak.test/activities/{name}"),
        kind,
        order_key,
        digest: digest::sha256(&body),
        body,
    };
    let cx = world.service.cx();
    world.service.deliveries().queue(&cx, world.sender, rendered, lane, inboxes).await.unwrap();
}

async fn pending(world: &World) -> i64 {
    world.service.deliveries().pending().await.unwrap()
}

async fn drained(world: &World) {
    until("nothing is queued", async || pending(world).await == 0).await;
}

fn names(bodies: &[String]) -> Vec<&str> {
    bodies.iter().map(|body| body.trim_start_matches(r#"{"id":""#).trim_end_matches(r#""}"#)).collect()
}

#[tokio::test]
async fn a_delivery_arrives_signed_over_its_exact_bytes_by_its_sender() {
    let (world, elm) = (world().await, Receiver::start().await);
    let running = start(&world, &[&elm]);
    queue(&world, "1", 1, Lane::Ordinary, &[InboxRef::shared(elm.url("/inbox"))]).await;
    drained(&world).await;
    running.stop().await;

    let [request] = &elm.received()[..] else { panic!("one request expected") };
    assert_eq!((request.path.as_str(), request.body.as_str()), ("/inbox", r#"{"id":"1"}"#));
    let header = |name: &str| request.headers.get(name).unwrap().to_str().unwrap();
    assert_eq!(header("content-type"), "application/activity+json");
    digest::check(header("digest"), request.body.as_bytes()).unwrap();
    let signature = parse(header("signature")).unwrap();
    for covered in ["(request-target)", "host", "date", "digest"] {
        assert!(signature.covered.iter().any(|name| name == covered), "{covered}");
    }
    let uri: Uri = elm.url("/inbox").parse().unwrap();
    let signed = signing_string(&signature, &Method::POST, uri.path(), &elm.host(), &request.headers).unwrap();
    let pair = world.service.accounts().signing_key(world.sender, KeyAlgorithm::Rsa).await.unwrap();
    let key = VerifyingKey::from_pem(&pair.public_pem).unwrap();
    assert!(key.verifies(signed.as_bytes(), &signature.signature));
    assert!(!key.verifies(b"something else", &signature.signature));
}

#[tokio::test]
async fn activities_about_one_object_arrive_in_order_and_never_together() {
    let (world, elm) = (world().await, Receiver::start().await);
    let inbox = [InboxRef::shared(elm.url("/inbox"))];
    elm.close_door();
    for n in 0..6 {
        queue(&world, &n.to_string(), 7, Lane::Ordinary, &inbox).await;
    }
    // The deletion is more urgent, and still comes last.
    queue(&world, "delete", 7, Lane::Interactive, &inbox).await;
    let running = start(&world, &[&elm]);
    for n in 1..=7 {
        until("the next one arrives", async || elm.received().len() == n).await;
        assert_eq!(elm.waiting(), 1);
        elm.let_out(1);
    }
    drained(&world).await;
    running.stop().await;
    assert_eq!(elm.most_waiting(), 1);
    assert_eq!(names(&elm.bodies()), ["0", "1", "2", "3", "4", "5", "delete"]);
}

#[tokio::test]
async fn different_objects_and_different_hosts_do_not_wait_for_each_other() {
    let (world, elm, ash) = (world().await, Receiver::start().await, Receiver::start().await);
    elm.close_door();
    for n in 0..40 {
        let inboxes = [InboxRef::shared(elm.url("/inbox")), InboxRef::shared(ash.url("/inbox"))];
        queue(&world, &n.to_string(), n, Lane::Ordinary, &inboxes).await;
    }
    let running = start(&world, &[&elm, &ash]);
    until("the quick host has all", async || ash.received().len() == 40).await;
    until("the slow host has a first window", async || elm.waiting() == 2).await;
    elm.open_door();
    drained(&world).await;
    running.stop().await;
    let sent: BTreeSet<String> = elm.bodies().into_iter().collect();
    assert_eq!(sent.len(), 40);
    assert_eq!(elm.received().len(), 40);
}

#[tokio::test]
async fn many_inboxes_of_one_host_get_the_same_activity_side_by_side() {
    let (world, elm) = (world().await, Receiver::start().await);
    let inboxes: Vec<InboxRef> = (0..100).map(|n| InboxRef::personal(elm.url(&format!("/users/{n}/inbox")))).collect();
    queue(&world, "1", 1, Lane::Ordinary, &inboxes).await;
    elm.close_door();
    let running = start(&world, &[&elm]);
    until("a first window is under way", async || elm.waiting() == 2).await;
    elm.open_door();
    drained(&world).await;
    running.stop().await;
    let paths: BTreeSet<String> = elm.received().into_iter().map(|request| request.path).collect();
    assert_eq!(paths.len(), 100);
    assert_eq!(elm.received().len(), 100);
}

#[tokio::test]
async fn hosts_of_which_nothing_good_is_known_do_not_make_the_others_wait() {
    let (world, elm) = (world().await, Receiver::start().await);
    let mut silent = Vec::new();
    for _ in 0..4 {
        let receiver = Receiver::start().await;
        receiver.close_door();
        silent.push(receiver);
    }
    let receivers: Vec<&Receiver> = silent.iter().chain([&elm]).collect();
    let running = start_with(&world, &receivers, Settings { in_flight: 8, ..Settings::default() });
    let inbox = [InboxRef::shared(elm.url("/inbox"))];
    queue(&world, "known to be well", 1, Lane::Ordinary, &inbox).await;
    drained(&world).await;
    let inboxes: Vec<InboxRef> = silent.iter().map(|receiver| InboxRef::shared(receiver.url("/inbox"))).collect();
    queue(&world, "to the silent", 2, Lane::Ordinary, &inboxes).await;
    until("half of the slots are held", async || silent.iter().all(|receiver| receiver.waiting() == 1)).await;
    elm.close_door();
    for n in 0..8 {
        queue(&world, &format!("{n}"), 10 + n, Lane::Ordinary, &inbox).await;
    }
    until("the other is sent two at a time", async || elm.waiting() == 2).await;
    silent.iter().chain([&elm]).for_each(Receiver::open_door);
    drained(&world).await;
    running.stop().await;
    assert_eq!(elm.received().len(), 9);
}

#[tokio::test]
async fn urgent_deliveries_overtake_bulk_and_bulk_is_not_starved() {
    let (world, elm) = (world().await, Receiver::start().await);
    let inbox = [InboxRef::shared(elm.url("/inbox"))];
    for n in 0..60 {
        queue(&world, &format!("b{n}"), n, Lane::Bulk, &inbox).await;
        queue(&world, &format!("o{n}"), 100 + n, Lane::Ordinary, &inbox).await;
        queue(&world, &format!("i{n}"), 200 + n, Lane::Interactive, &inbox).await;
    }
    let settings = Settings { window: 1, ..Settings::default() };
    let running = start_with(&world, &[&elm], settings);
    drained(&world).await;
    running.stop().await;
    let bodies = elm.bodies();
    let mut share: BTreeMap<char, usize> = BTreeMap::new();
    for name in &names(&bodies)[..13] {
        *share.entry(name.chars().next().unwrap()).or_default() += 1;
    }
    assert_eq!(share, BTreeMap::from([('b', 1), ('i', 8), ('o', 4)]));
    assert_eq!(bodies.len(), 180);
}

#[tokio::test]
async fn a_host_in_trouble_gets_one_probe_when_it_is_due_and_everything_once_it_answers() {
    let (world, elm) = (world().await, Receiver::start().await);
    elm.says("/inbox", 503, "busy");
    for n in 0..10 {
        queue(&world, &n.to_string(), n, Lane::Ordinary, &[InboxRef::shared(elm.url("/inbox"))]).await;
    }
    let running = start(&world, &[&elm]);
    until("the first window failed", async || elm.received().len() == 2).await;
    let bell = || world.service.signals().deliveries.notify_one();

    // Pauses of at most 6, 36 and 144 s: one probe after each, however often anybody rings.
    for (pause, probes) in [(7, 3), (37, 4), (145, 5)] {
        world.clock.advance(Duration::from_secs(pause));
        bell();
        until("a probe arrives", async || {
            let arrived = elm.received().len() == probes;
            if !arrived {
                // The last failure may have been noted only after the clock went on.
                world.clock.advance(Duration::from_secs(1));
                bell();
            }
            arrived
        })
        .await;
        bell();
    }
    elm.says("/inbox", 202, "");
    world.clock.advance(Duration::from_secs(721));
    until("all arrive, five a second", async || {
        let left = pending(&world).await;
        // Here too the last failure may have been noted late, and the next probe be due later.
        let step = if left == 10 { Duration::from_secs(1) } else { Duration::from_millis(50) };
        world.clock.advance(step);
        bell();
        left == 0
    })
    .await;
    running.stop().await;
    let delivered: BTreeSet<String> = elm.bodies().into_iter().collect();
    assert_eq!(delivered.len(), 10);
    assert!(world.service.deliveries().dead(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_authenticated_request_from_a_paused_host_makes_it_due() {
    let (world, elm) = (world().await, Receiver::start().await);
    elm.says("/inbox", 503, "busy");
    queue(&world, "1", 1, Lane::Ordinary, &[InboxRef::shared(elm.url("/inbox"))]).await;
    let running = start(&world, &[&elm]);
    until("it failed", async || elm.received().len() == 1).await;
    elm.says("/inbox", 202, "");
    // The failure may not be in the database yet: the host speaks again and again, as hosts do.
    until("it arrives", async || {
        world.clock.advance(Duration::from_millis(100));
        world.service.deliveries().host_seen(&world.service.cx(), &elm.host()).await.unwrap();
        pending(&world).await == 0
    })
    .await;
    running.stop().await;
    assert_eq!(elm.received().len(), 2);
}

#[tokio::test]
async fn a_personal_inbox_that_says_gone_is_left_alone_for_a_day() {
    let (world, elm) = (world().await, Receiver::start().await);
    elm.says("/users/bo/inbox", 410, "gone");
    let inboxes = [InboxRef::personal(elm.url("/users/bo/inbox")), InboxRef::personal(elm.url("/users/cy/inbox"))];
    let running = start(&world, &[&elm]);
    queue(&world, "1", 1, Lane::Ordinary, &inboxes).await;
    drained(&world).await;
    queue(&world, "2", 2, Lane::Ordinary, &inboxes).await;
    drained(&world).await;
    let received = || {
        let to_bo = elm.received().iter().filter(|request| request.path == "/users/bo/inbox").count();
        (to_bo, elm.received().len())
    };
    assert_eq!(received(), (1, 3));
    let dead = world.service.deliveries().dead(10).await.unwrap();
    let answers: Vec<_> = dead.iter().map(|(_, dead)| (dead.status, dead.answer.as_str())).collect();
    assert_eq!(answers, [(Some(410), "gone")], "who it did not reach can be seen");

    elm.says("/users/bo/inbox", 202, "");
    world.clock.advance(Duration::from_hours(25));
    queue(&world, "3", 3, Lane::Ordinary, &inboxes).await;
    drained(&world).await;
    running.stop().await;
    assert_eq!(received(), (2, 5));
}

#[tokio::test]
async fn a_refusal_is_recorded_with_its_answer_and_holds_up_nothing() {
    let (world, elm) = (world().await, Receiver::start().await);
    elm.says("/users/bo/inbox", 403, "we do not talk to you");
    let running = start(&world, &[&elm]);
    let bo = InboxRef::personal(elm.url("/users/bo/inbox"));
    let cy = InboxRef::personal(elm.url("/users/cy/inbox"));
    queue(&world, "1", 1, Lane::Ordinary, &[bo, cy.clone()]).await;
    queue(&world, "2", 1, Lane::Ordinary, &[cy]).await;
    drained(&world).await;
    running.stop().await;
    let dead = world.service.deliveries().dead(10).await.unwrap();
    let [(uri, dead)] = &dead[..] else { panic!("one refusal expected: {dead:?}") };
    assert_eq!(uri, "https://oak.test/activities/1");
    assert_eq!((dead.status, dead.answer.as_str()), (Some(403), "we do not talk to you"));
    assert_eq!(elm.received().len(), 4, "the refused one was tried in the other dialect too");
}

#[tokio::test]
async fn an_address_we_do_not_talk_to_is_refused_unsent() {
    let (world, elm) = (world().await, Receiver::start().await);
    let running = start(&world, &[]);
    queue(&world, "1", 1, Lane::Ordinary, &[InboxRef::shared(elm.url("/inbox"))]).await;
    drained(&world).await;
    running.stop().await;
    assert!(elm.received().is_empty());
    assert_eq!(world.service.deliveries().dead(10).await.unwrap()[0].1.status, None);
}

#[tokio::test]
async fn a_crash_loses_nothing_and_repeats_only_what_was_under_way() {
    let (world, elm, ash) = (world().await, Receiver::start().await, Receiver::start().await);
    for n in 0..50 {
        let inboxes = [InboxRef::shared(elm.url("/inbox")), InboxRef::shared(ash.url("/inbox"))];
        queue(&world, &n.to_string(), n, Lane::Ordinary, &inboxes).await;
    }
    elm.close_door();
    elm.let_out(10);
    let running = start(&world, &[&elm, &ash]);
    until("some are reported and some under way", async || pending(&world).await <= 40 && elm.waiting() > 0).await;
    running.crash().await;
    let left = pending(&world).await;
    assert!(left > 0);
    let seen_before = (elm.received().len(), ash.received().len());

    elm.open_door();
    let running = start(&world, &[&elm, &ash]);
    drained(&world).await;
    running.stop().await;
    for (receiver, before) in [(&elm, seen_before.0), (&ash, seen_before.1)] {
        let bodies = receiver.bodies();
        let distinct: BTreeSet<&String> = bodies.iter().collect();
        assert_eq!(distinct.len(), 50);
        assert!(bodies.len() - 50 <= before, "{} requests", bodies.len());
    }
    let sent_after = elm.received().len() + ash.received().len() - seen_before.0 - seen_before.1;
    assert!(i64::try_from(sent_after).unwrap() <= left, "only what was not reported is sent again");
}

#[tokio::test]
async fn a_stop_finishes_what_is_under_way_and_gives_the_rest_back() {
    let (world, elm) = (world().await, Receiver::start().await);
    elm.close_door();
    for n in 0..20 {
        queue(&world, &n.to_string(), n, Lane::Ordinary, &[InboxRef::shared(elm.url("/inbox"))]).await;
    }
    let running = start(&world, &[&elm]);
    until("a window is under way", async || elm.waiting() == 2).await;
    running.stop.cancel();
    elm.open_door();
    running.task.await.unwrap();
    assert_eq!(pending(&world).await, 18);
    // Its leases are over: another node may go on at once.
    let running = start_with(&world, &[&elm], Settings { node: "another".to_owned(), ..Settings::default() });
    drained(&world).await;
    running.stop().await;
    assert_eq!(elm.received().len(), 20);
}

#[tokio::test]
async fn five_hundred_inboxes_on_many_hosts_are_all_reached_once() {
    let world = world().await;
    let mut receivers = Vec::new();
    for _ in 0..25 {
        receivers.push(Receiver::start().await);
    }
    let inboxes: Vec<InboxRef> = (0..500)
        .map(|n| InboxRef::personal(receivers[n % receivers.len()].url(&format!("/users/{n}/inbox"))))
        .collect();
    let all: Vec<&Receiver> = receivers.iter().collect();
    let running = start(&world, &all);
    queue(&world, "1", 1, Lane::Ordinary, &inboxes).await;
    drained(&world).await;
    running.stop().await;
    let received: Vec<String> =
        receivers.iter().flat_map(|receiver| receiver.received().into_iter().map(|request| request.path)).collect();
    let distinct: BTreeSet<&String> = received.iter().collect();
    assert_eq!((received.len(), distinct.len()), (500, 500));
}

fn cx() -> Cx {
    let clock = Arc::new(FixedClock::at(Timestamp(0)));
    Cx::new(Arc::new(Env::new(clock, 0, Box::new(StdRng::seed_from_u64(1)))))
}

#[test]
fn pauses_follow_the_table_give_or_take_a_fifth() {
    let cx = cx();
    let table = [
        5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 43_200, 43_200, 43_200, 43_200, 43_200, 86_400,
        86_400,
    ];
    for (streak, secs) in (1..).zip(table) {
        let mut seen = BTreeSet::new();
        for _ in 0..50 {
            let pause = backoff(&cx, streak, None);
            assert!(pause >= Duration::from_secs(secs) * 4 / 5, "{streak}: {pause:?}");
            assert!(pause <= Duration::from_secs(secs) * 6 / 5, "{streak}: {pause:?}");
            seen.insert(pause);
        }
        assert!(seen.len() > 10, "pauses differ");
    }
    assert!(backoff(&cx, u32::MAX, None) <= Duration::from_secs(103_680));
}

#[test]
fn a_host_may_ask_for_a_longer_pause_up_to_a_day() {
    let cx = cx();
    let asked = |secs| backoff(&cx, 1, Some(Duration::from_secs(secs)));
    assert_eq!(asked(3_600), Duration::from_hours(1));
    assert_eq!(asked(9_999_999), Duration::from_hours(24));
    assert!(asked(0) >= Duration::from_secs(4));
}

#[test]
fn each_answer_means_what_it_should() {
    let status = |code: u16| http::StatusCode::from_u16(code).unwrap();
    let judged = |code, is_shared| match judge(status(code), is_shared, None, "why") {
        Outcome::Delivered => "delivered",
        Outcome::Gone { .. } => "gone",
        Outcome::Refused { .. } => "refused",
        Outcome::Trouble { .. } => "trouble",
    };
    for (code, personal, shared) in [
        (200, "delivered", "delivered"),
        (202, "delivered", "delivered"),
        (302, "refused", "refused"),
        (400, "refused", "refused"),
        (401, "refused", "refused"),
        (403, "refused", "refused"),
        (404, "gone", "trouble"),
        (405, "refused", "refused"),
        (408, "trouble", "trouble"),
        (410, "gone", "trouble"),
        (413, "refused", "refused"),
        (422, "refused", "refused"),
        (425, "trouble", "trouble"),
        (429, "trouble", "trouble"),
        (500, "trouble", "trouble"),
        (503, "trouble", "trouble"),
    ] {
        assert_eq!(judged(code, false), personal, "{code} personal");
        assert_eq!(judged(code, true), shared, "{code} shared");
    }
    let long = "x".repeat(10_000) + "\n";
    let Outcome::Refused { answer, .. } = judge(status(400), false, None, &long) else { panic!() };
    assert_eq!(answer.len(), 500);
}

/// The dialects of all requests so far.
fn spoken(receiver: &Receiver) -> Vec<&'static str> {
    let is_new = |request: &crate::testing::Received| request.headers.contains_key("signature-input");
    receiver.received().iter().map(|request| if is_new(request) { "rfc9421" } else { "cavage" }).collect()
}

async fn send_one(world: &World, receiver: &Receiver, id: i64) {
    queue(world, &id.to_string(), id, Lane::Ordinary, &[InboxRef::shared(receiver.url("/inbox"))]).await;
    drained(world).await;
}

#[tokio::test]
async fn a_refused_dialect_is_followed_by_the_other_which_is_remembered_for_a_week() {
    let (world, elm) = (world().await, Receiver::start().await);
    elm.takes_only("signature-input");
    let running = start(&world, &[&elm]);
    send_one(&world, &elm, 1).await;
    assert_eq!(spoken(&elm), ["cavage", "rfc9421"]);
    send_one(&world, &elm, 2).await;
    assert_eq!(spoken(&elm), ["cavage", "rfc9421", "rfc9421"]);
    running.stop().await;

    // over a restart
    world.clock.advance(Duration::from_hours(24 * 7 - 1));
    let running = start(&world, &[&elm]);
    send_one(&world, &elm, 3).await;
    assert_eq!(spoken(&elm).len(), 4);
    world.clock.advance(Duration::from_hours(2));
    send_one(&world, &elm, 4).await;
    assert_eq!(spoken(&elm)[3..], ["rfc9421", "cavage", "rfc9421"]);
    running.stop().await;
    assert_eq!(world.service.deliveries().dead(10).await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_delivery_refused_in_both_dialects_is_dead_after_two_requests() {
    let (world, elm) = (world().await, Receiver::start().await);
    elm.says("/inbox", 403, "no");
    let running = start(&world, &[&elm]);
    send_one(&world, &elm, 1).await;
    assert_eq!(spoken(&elm), ["cavage", "rfc9421"]);
    assert_eq!(world.service.deliveries().dead(10).await.unwrap().len(), 1);
    // the next is not knocked on twice
    send_one(&world, &elm, 2).await;
    assert_eq!(spoken(&elm).len(), 3);
    running.stop().await;
}

#[tokio::test]
async fn a_host_that_speaks_rfc_9421_is_answered_in_kind() {
    let (world, elm) = (world().await, Receiver::start().await);
    let dialects = Dialects::new(world.service.clone());
    dialects.heard(&elm.host(), Dialect::Cavage).await;
    assert_eq!(dialects.of(&elm.host()).await, Dialect::Cavage);
    let spoken_there = Dialect::Rfc9421(KeyAlgorithm::Ed25519);
    dialects.heard(&elm.host(), spoken_there).await;
    assert_eq!(dialects.of(&elm.host()).await, spoken_there);
    let running = start(&world, &[&elm]);
    send_one(&world, &elm, 1).await;
    running.stop().await;
    assert_eq!(spoken(&elm), ["rfc9421"]);
    let input = elm.received()[0].headers["signature-input"].to_str().unwrap().to_owned();
    assert!(input.contains(r#"alg="ed25519";keyid="https://oak.test/actor#ed25519-key""#), "{input}");

    // what was learned by trying outweighs what is heard, for a week
    dialects.took(&elm.host(), Dialect::Cavage).await;
    dialects.heard(&elm.host(), spoken_there).await;
    assert_eq!(dialects.of(&elm.host()).await, Dialect::Cavage);
    world.clock.advance(Duration::from_hours(24 * 7));
    dialects.heard(&elm.host(), spoken_there).await;
    assert_eq!(dialects.of(&elm.host()).await, spoken_there);
}
