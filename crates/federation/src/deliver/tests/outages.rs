//! Hosts that fail for seconds, days or for good, on a clock the test holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use staffroom_domain::account::{Account, AccountKind, Endpoints, IncomingAccount, UserRole};
use staffroom_domain::clock::SystemClock;
use staffroom_domain::ids::StatusId;
use staffroom_domain::relationship::FollowOptions;
use staffroom_domain::status::{Draft, Published, StatusEdit};
use staffroom_domain::{Timestamp, Visibility};
use staffroom_service::Origin;
use staffroom_service::accounts::NewLocalAccount;
use staffroom_service::auth::Authority;
use staffroom_service::deliveries::{HostState, HostStatus, InboxRef, Lane};

use super::{Running, drained, names, pending, queue, queue_kind, start, start_speaking, start_with};
use crate::deliver::Settings;
use crate::http::{AddressPolicy, OutboundClient};
use crate::testing::{Receiver, World, until, world};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

async fn host(world: &World, receiver: &Receiver) -> HostStatus {
    world.service.deliveries().host(&receiver.host()).await.unwrap()
}

/// Lets time pass and waits until whatever became due was tried.
async fn pass(world: &World, receiver: &Receiver, time: Duration) {
    world.clock.advance(time);
    until("what is due was tried", async || {
        world.service.signals().deliveries.notify_one();
        let now = world.service.cx().now();
        let status = host(world, receiver).await;
        let is_idle = matches!(status.state, HostState::Gone | HostState::Paused);
        is_idle || status.next_attempt_at > now || pending(world).await == 0
    })
    .await;
}

/// Lets time pass in small steps until everything is delivered; the virtual milliseconds it took.
async fn drain(world: &World) -> i64 {
    let began = world.service.cx().now();
    until("everything is delivered", async || {
        world.clock.advance(Duration::from_millis(100));
        world.service.signals().deliveries.notify_one();
        pending(world).await == 0
    })
    .await;
    world.service.cx().now().0 - began.0
}

async fn sweep(world: &World) {
    world.service.jobs().sweep(&world.service.cx()).await.unwrap();
}

#[tokio::test]
async fn rel_19_a_week_of_500_costs_few_attempts_and_everything_arrives_in_order_afterwards() {
    let (world, elm) = (world().await, Receiver::start().await);
    elm.says("/inbox", 500, "broken");
    let inbox = [InboxRef::shared(elm.url("/inbox"))];
    let running = start(&world, &[&elm]);
    for n in 0..3 {
        queue(&world, &format!("a{n}"), 1, Lane::Ordinary, &inbox).await;
    }
    pass(&world, &elm, Duration::ZERO).await;
    // Whatever waits beside them does not make the host be asked more often.
    for n in 0..20 {
        queue(&world, &format!("b{n}"), 100 + n, Lane::Ordinary, &inbox).await;
    }
    for hour in 0..167 {
        pass(&world, &elm, HOUR).await;
        if hour % 24 == 0 {
            sweep(&world).await;
        }
    }
    assert_eq!(pending(&world).await, 23, "nothing is lost and nothing added");
    let mut attempts: BTreeMap<String, usize> = BTreeMap::new();
    for body in elm.bodies() {
        *attempts.entry(body).or_default() += 1;
    }
    assert!(attempts.values().all(|tried| *tried <= 20), "{attempts:?}");
    let all = elm.received().len();
    assert!(all <= 30, "{all} requests in a week");

    elm.says("/inbox", 202, "");
    world.clock.advance(Duration::from_hours(29));
    drain(&world).await;
    running.stop().await;
    let bodies: Vec<String> = elm.bodies().split_off(all);
    let mut delivered = names(&bodies);
    assert_eq!(delivered.len(), 23);
    let in_order: Vec<&str> = delivered.iter().copied().filter(|name| name.starts_with('a')).collect();
    assert_eq!(in_order, ["a0", "a1", "a2"]);
    delivered.sort_unstable();
    delivered.dedup();
    assert_eq!(delivered.len(), 23);
}

#[tokio::test]
async fn rel_19_a_lone_activity_is_tried_at_most_twenty_times_in_a_week() {
    let (world, elm) = (world().await, Receiver::start().await);
    elm.says("/inbox", 500, "broken");
    let running = start(&world, &[&elm]);
    queue(&world, "1", 1, Lane::Ordinary, &[InboxRef::shared(elm.url("/inbox"))]).await;
    for _ in 0..7 * 24 {
        pass(&world, &elm, HOUR).await;
    }
    let tried = elm.received().len();
    assert!((15..=20).contains(&tried), "{tried}");
    while host(&world, &elm).await.state == HostState::Failing {
        pass(&world, &elm, HOUR).await;
    }
    assert_eq!(host(&world, &elm).await.state, HostState::Down);
    sweep(&world).await;
    running.stop().await;
    // What nobody took is listed.
    assert_eq!(pending(&world).await, 0);
    let dead = world.service.deliveries().dead(10).await.unwrap();
    assert_eq!((dead.len(), dead[0].1.answer.as_str()), (1, "waited too long: answered 500"));
}

/// A host that took something once, and fails until it counts as down.
async fn goes_down(world: &World, elm: &Receiver) -> Running {
    let inbox = [InboxRef::shared(elm.url("/inbox"))];
    let running = start(world, &[elm]);
    queue(world, "hello", 1, Lane::Ordinary, &inbox).await;
    drained(world).await;
    elm.says("/inbox", 503, "away");
    queue(world, "before", 1, Lane::Ordinary, &inbox).await;
    while host(world, elm).await.state != HostState::Down {
        pass(world, elm, HOUR).await;
    }
    running
}

#[tokio::test]
async fn rel_20_a_host_that_is_down_is_sent_only_what_must_arrive_until_it_speaks() {
    let (world, elm) = (world().await, Receiver::start().await);
    let inbox = [InboxRef::shared(elm.url("/inbox"))];
    let running = goes_down(&world, &elm).await;
    sweep(&world).await;
    queue(&world, "ordinary", 2, Lane::Ordinary, &inbox).await;
    queue(&world, "bulk", 3, Lane::Bulk, &inbox).await;
    queue_kind(&world, "Delete", "delete", 4, Lane::Bulk, &inbox).await;
    queue(&world, "mention", 5, Lane::Interactive, &inbox).await;
    assert_eq!(host(&world, &elm).await.waiting, [1, 0, 1]);

    // Eight days on the mention has had its time, the deletion has not.
    for _ in 0..8 {
        pass(&world, &elm, DAY).await;
    }
    sweep(&world).await;
    assert_eq!(host(&world, &elm).await.waiting, [0, 0, 1]);
    // It speaks: the deletion arrives, and what comes next is sent as ever.
    elm.says("/inbox", 202, "");
    world.service.deliveries().host_seen(&world.service.cx(), &elm.host()).await.unwrap();
    drained(&world).await;
    queue(&world, "after", 6, Lane::Ordinary, &inbox).await;
    drain(&world).await;
    running.stop().await;
    assert_eq!(names(&elm.bodies()).last(), Some(&"after"));
    assert!(elm.bodies().contains(&r#"{"id":"delete"}"#.to_owned()));
    assert_eq!(host(&world, &elm).await.state, HostState::Ok);
}

#[tokio::test]
async fn rel_20_a_host_that_stays_down_for_a_month_is_gone_and_returns_when_it_speaks() {
    let (world, elm) = (world().await, Receiver::start().await);
    let inbox = [InboxRef::shared(elm.url("/inbox"))];
    let running = goes_down(&world, &elm).await;
    queue_kind(&world, "Delete", "delete", 4, Lane::Bulk, &inbox).await;
    for _ in 0..31 {
        pass(&world, &elm, DAY).await;
        sweep(&world).await;
    }
    assert_eq!(host(&world, &elm).await.state, HostState::Gone);
    assert_eq!(pending(&world).await, 0);
    queue_kind(&world, "Delete", "another", 4, Lane::Bulk, &inbox).await;
    assert_eq!(pending(&world).await, 0, "nothing is queued for who is gone");
    let dead = world.service.deliveries().dead(10).await.unwrap();
    assert!(dead.iter().any(|(uri, _)| uri.ends_with("/delete")), "who was not told is listed: {dead:?}");

    elm.says("/inbox", 202, "");
    world.service.deliveries().host_seen(&world.service.cx(), &elm.host()).await.unwrap();
    queue(&world, "welcome back", 5, Lane::Ordinary, &inbox).await;
    drain(&world).await;
    running.stop().await;
    assert_eq!(names(&elm.bodies()).last(), Some(&"welcome back"));
}

#[tokio::test]
async fn rel_20_a_shared_inbox_that_says_gone_on_three_days_is_believed_a_personal_one_at_once() {
    let (world, elm) = (world().await, Receiver::start().await);
    elm.says("/inbox", 410, "gone");
    elm.says("/users/bo/inbox", 410, "gone");
    let running = start(&world, &[&elm]);
    queue(&world, "1", 1, Lane::Ordinary, &[InboxRef::personal(elm.url("/users/bo/inbox"))]).await;
    drained(&world).await;
    assert_eq!(host(&world, &elm).await.state, HostState::Ok, "one of its people is gone, not the host");
    queue(&world, "2", 2, Lane::Ordinary, &[InboxRef::shared(elm.url("/inbox"))]).await;
    pass(&world, &elm, Duration::ZERO).await;
    for _ in 0..30 {
        assert_eq!(host(&world, &elm).await.state, HostState::Failing, "a day of that may be a mistake");
        pass(&world, &elm, HOUR / 2).await;
    }
    for _ in 0..3 {
        pass(&world, &elm, DAY).await;
    }
    running.stop().await;
    assert_eq!(host(&world, &elm).await.state, HostState::Gone);
}

#[tokio::test]
async fn rel_21_a_pause_that_is_asked_for_is_respected_up_to_a_day() {
    let now = Timestamp(1_795_287_600_000);
    let date = |secs: u64| httpdate::fmt_http_date(std::time::UNIX_EPOCH + Duration::from_secs(1_795_287_600 + secs));
    let (in_an_hour, in_a_year, long_ago) = (date(3_600), date(31_536_000), "Sun, 06 Nov 1994 08:49:37 GMT".to_owned());
    for (asked, wanted_s) in [
        ("3600", 3_600..=3_600),
        (&in_an_hour, 3_600..=3_600),
        ("99999999999999999999", 86_400..=86_400),
        (&in_a_year, 86_400..=86_400),
        ("0", 4..=6),
        (&long_ago, 4..=6),
        ("-5", 4..=6),
        ("soon", 4..=6),
    ] {
        for status in [429, 503] {
            let (world, elm) = (world().await, Receiver::start().await);
            elm.says("/inbox", status, "later");
            elm.asks_for_pause(asked);
            let running = start(&world, &[&elm]);
            queue(&world, "1", 1, Lane::Ordinary, &[InboxRef::shared(elm.url("/inbox"))]).await;
            pass(&world, &elm, Duration::ZERO).await;
            running.stop().await;
            let pause = (host(&world, &elm).await.next_attempt_at.0 - now.0) / 1000;
            assert!(wanted_s.contains(&pause), "{asked}: {pause} s");
        }
    }
}

#[tokio::test]
async fn rel_22_what_is_refused_is_refused_for_good_and_listed() {
    for (status, requests) in [(400, 2), (401, 2), (403, 2), (413, 1), (422, 1), (404, 1), (302, 1)] {
        let (world, elm) = (world().await, Receiver::start().await);
        elm.says("/inbox", status, "we do not want this");
        let running = start(&world, &[&elm]);
        let url = elm.url("/inbox");
        let inbox = if status == 404 { InboxRef::personal(url) } else { InboxRef::shared(url) };
        queue(&world, "1", 1, Lane::Ordinary, &[inbox]).await;
        drained(&world).await;
        running.stop().await;
        assert_eq!(elm.received().len(), requests, "{status}");
        let dialects: BTreeSet<bool> =
            elm.received().iter().map(|request| request.headers.contains_key("signature-input")).collect();
        assert_eq!(dialects.len(), requests, "{status}: once in each dialect");
        let dead = world.service.deliveries().dead(10).await.unwrap();
        let wanted = vec![(Some(status), "we do not want this".to_owned())];
        let listed: Vec<_> = dead.into_iter().map(|(_, dead)| (dead.status, dead.answer)).collect();
        assert_eq!(listed, wanted, "{status}");
    }
}

#[tokio::test]
async fn rel_24_many_dead_hosts_are_asked_once_a_pause_and_the_healthy_do_not_wait() {
    const DEAD: usize = 300;
    let (world, elm) = (world().await, Receiver::start().await);
    // Nobody accepts what comes in: half of the dead take a connection and never say a word, the others refuse it.
    let hole = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).unwrap();
    let hole = hole.local_addr().unwrap().port();
    let host_of = |n: usize| format!("dead{n}.localhost:{}", if n < DEAD / 2 { 1 } else { hole });
    let inboxes: Vec<InboxRef> = (0..DEAD).map(|n| InboxRef::shared(format!("http://{}/inbox", host_of(n)))).collect();
    let speaks_with = ["*.localhost:1".to_owned(), format!("*.localhost:{hole}"), elm.host()];
    let policy = AddressPolicy::new(&[], &speaks_with, &[]).unwrap();
    let client = OutboundClient::new(policy, "Staffroom/0.0.0", Arc::new(SystemClock)).unwrap();

    let inbox = [InboxRef::shared(elm.url("/inbox"))];
    let running = start_speaking(&world, client, Settings::default());
    queue(&world, "to elm", 1, Lane::Ordinary, &inbox).await;
    drained(&world).await;
    queue(&world, "to the dead", 2, Lane::Ordinary, &inboxes).await;
    let failing = async || world.service.deliveries().hosts("", Some(HostState::Failing), 1_000).await.unwrap();
    let mut sent: usize = 1;
    while failing().await.len() < DEAD {
        queue(&world, &format!("e{sent}"), 10, Lane::Ordinary, &inbox).await;
        sent += 1;
        let began = tokio::time::Instant::now();
        until("elm is reached at once", async || elm.received().len() == sent).await;
        assert!(began.elapsed() < Duration::from_secs(5), "a healthy host waited {:?}", began.elapsed());
    }
    running.stop().await;
    assert!(sent > 10, "{sent} deliveries while the dead were tried");
    let failing = failing().await;
    assert!(failing.iter().all(|host| host.waiting == [0, 1, 0] && host.last_error.is_some()));
    assert_eq!(pending(&world).await, i64::try_from(DEAD).unwrap(), "nothing is given up");
    assert!(world.service.deliveries().due_hosts(&world.service.cx(), 1_000, 1_000).await.unwrap().is_empty());
}

#[tokio::test]
async fn sec_54_hosts_that_never_took_anything_are_forgotten_after_a_week() {
    const HOSTS: usize = 400;
    let (world, elm) = (world().await, Receiver::start().await);
    let inbox = |n: usize| InboxRef::shared(format!("https://h{n}.invalid/inbox"));
    queue(&world, "kept", 1, Lane::Ordinary, &[InboxRef::shared(elm.url("/inbox"))]).await;
    let running = start(&world, &[&elm]);
    drained(&world).await;
    running.stop().await;
    let known = async || world.service.deliveries().hosts("", None, 10_000).await.unwrap().len();
    let mut most = 0;
    for day in 0..20 {
        let inboxes: Vec<InboxRef> = (day * HOSTS..(day + 1) * HOSTS).map(inbox).collect();
        queue(&world, &day.to_string(), 10, Lane::Ordinary, &inboxes).await;
        world.clock.advance(DAY);
        sweep(&world).await;
        most = most.max(known().await);
    }
    assert!(most <= 9 * HOSTS, "{most} hosts at once");
    world.clock.advance(DAY * 8);
    sweep(&world).await;
    assert_eq!(known().await, 1, "who took something is remembered");
    assert_eq!(pending(&world).await, 0);
}

#[tokio::test]
async fn rel_15_two_nodes_never_serve_one_host_at_once_and_a_dead_nodes_hosts_move() {
    let world = world().await;
    let mut receivers = Vec::new();
    for _ in 0..6 {
        receivers.push(Receiver::start().await);
    }
    let all: Vec<&Receiver> = receivers.iter().collect();
    let node = |name: &str| Settings { node: name.to_owned(), window: 1, ..Settings::default() };
    let (a, b) = (start_with(&world, &all, node("a")), start_with(&world, &all, node("b")));
    for n in 0..40 {
        let inboxes: Vec<InboxRef> = all.iter().map(|receiver| InboxRef::shared(receiver.url("/inbox"))).collect();
        queue(&world, &format!("{n}"), n, Lane::Ordinary, &inboxes).await;
    }
    drained(&world).await;
    for receiver in &receivers {
        assert_eq!(receiver.received().len(), 40, "each was sent once");
        assert_eq!(receiver.most_waiting(), 1, "two nodes would have been two at once");
    }
    // One dies with everything leased and nothing answered.
    receivers.iter().for_each(Receiver::close_door);
    b.stop().await;
    let inboxes: Vec<InboxRef> = all.iter().map(|receiver| InboxRef::shared(receiver.url("/inbox"))).collect();
    queue(&world, "last", 100, Lane::Ordinary, &inboxes).await;
    until("all are asked", async || receivers.iter().all(|receiver| receiver.waiting() == 1)).await;
    a.crash().await;
    receivers.iter().for_each(Receiver::open_door);
    let c = start_with(&world, &all, node("c"));
    world.clock.advance(Duration::from_secs(29));
    world.service.signals().deliveries.notify_one();
    assert_eq!(pending(&world).await, 6, "the leases still hold");
    world.clock.advance(Duration::from_secs(2));
    drained(&world).await;
    c.stop().await;
}

/// Amy, whom somebody at `receiver` follows.
async fn followed(world: &World, receiver: &Receiver) -> Account {
    let service = &world.service;
    let new = NewLocalAccount {
        username: "amy".to_owned(),
        email: "amy@oak.test".to_owned(),
        password: "correct horse battery".to_owned(),
        role: UserRole::Member,
        organisation: None,
    };
    let amy = service.accounts().create_local(&service.cx(), new).await.unwrap();
    let uri = receiver.url("/users/bo");
    let bo = IncomingAccount {
        url: None,
        username: "bo".to_owned(),
        domain: receiver.host(),
        kind: AccountKind::Person,
        display_name: String::new(),
        note: String::new(),
        fields: Vec::new(),
        emojis: Vec::new(),
        avatar: None,
        header: None,
        locked: false,
        discoverable: None,
        indexable: true,
        endpoints: Endpoints {
            inbox: Some(format!("{uri}/inbox")),
            shared_inbox: Some(receiver.url("/inbox")),
            ..Endpoints::default()
        },
        keys: Vec::new(),
        tag: None,
        created_at: None,
        also_known_as: Vec::new(),
        moved_to_uri: None,
        suspended: false,
        uri,
    };
    let bo = service.accounts().ingest(&service.cx(), bo).await.unwrap();
    let origin = Origin::Remote(receiver.url("/follows/1"));
    service.follows().follow(&service.cx(), bo.id, amy.id, FollowOptions::default(), origin).await.unwrap();
    amy
}

async fn publish(world: &World, author: &Account, text: &str) -> StatusId {
    let draft = Draft { text: text.to_owned(), visibility: Some(Visibility::Public), ..Draft::default() };
    match world.service.statuses().publish(&world.service.cx(), author.id, draft, None).await.unwrap() {
        Published::Status(id) => id,
        Published::Scheduled(_) => panic!("scheduled"),
    }
}

#[tokio::test]
async fn a_day_of_a_thousand_statuses_arrives_collapsed_in_order_and_within_the_ramp() {
    let (world, elm) = (world().await, Receiver::start().await);
    let amy = followed(&world, &elm).await;
    let running = start(&world, &[&elm]);
    drained(&world).await;
    elm.says("/inbox", 503, "away");
    let before = elm.received().len();
    let mut deleted = BTreeSet::new();
    let mut edited = BTreeMap::new();
    for n in 0..1_000_usize {
        world.clock.advance(Duration::from_secs(86));
        let id = publish(&world, &amy, &format!("Number {n}")).await;
        if n % 10 == 3 {
            world.service.statuses().delete(&world.service.cx(), amy.id, id, false).await.unwrap();
            deleted.insert(n);
        } else if n % 10 == 7 {
            let edit = StatusEdit { text: Some(format!("Number {n}, edited")), ..StatusEdit::default() };
            world.service.statuses().edit(&world.service.cx(), amy.id, id, edit).await.unwrap();
            edited.insert(n, id);
        }
    }
    assert_eq!((deleted.len(), edited.len()), (100, 100));
    let waiting = pending(&world).await;
    assert!(waiting <= 1_000 + 40, "{waiting} wait: deletions are collapsed");
    let asked = elm.received().len() - before;
    assert!(asked <= 40, "{asked} requests to a host that is away");

    elm.says("/inbox", 202, "");
    world.clock.advance(Duration::from_hours(14));
    world.service.signals().deliveries.notify_one();
    until("the first arrives", async || pending(&world).await < waiting).await;
    let began = world.service.cx().now();
    let mut in_first_minute = 0;
    until("everything is delivered", async || {
        world.clock.advance(Duration::from_millis(250));
        world.service.signals().deliveries.notify_one();
        let left = pending(&world).await;
        if world.service.cx().now() < began.plus(Duration::from_secs(59)) {
            in_first_minute = waiting - left;
        }
        left == 0
    })
    .await;
    running.stop().await;
    assert!(in_first_minute <= 5 * 60 + 1, "{in_first_minute} in the first minute");

    let mut steps: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for body in elm.bodies().split_off(before + asked) {
        let activity: serde_json::Value = serde_json::from_str(&body).unwrap();
        let object = activity["object"]["id"].as_str().or(activity["object"].as_str()).unwrap();
        steps.entry(object.to_owned()).or_default().push(activity["type"].as_str().unwrap().to_owned());
    }
    let told = |wanted: &[&str]| steps.values().filter(|kinds| *kinds == wanted).count();
    let whole = told(&["Create"]) + told(&["Create", "Update"]);
    assert_eq!(whole, 900, "all that is left arrives once and in order");
    assert_eq!(told(&["Create", "Update"]), 100);
    let others = steps.values().filter(|kinds| !matches!(kinds[0].as_str(), "Create")).count();
    assert!(told(&["Create", "Delete"]) + others <= asked, "only what may have arrived is taken back aloud: {steps:?}");
}

#[tokio::test]
async fn an_author_sees_where_a_status_arrived_and_nobody_else_does() {
    let (world, elm) = (world().await, Receiver::start().await);
    let amy = followed(&world, &elm).await;
    let running = start(&world, &[&elm]);
    drained(&world).await;
    let deliveries = world.service.deliveries();
    let first = publish(&world, &amy, "Hello").await;
    drained(&world).await;
    let arrived = deliveries.of_status(amy.id, first).await.unwrap();
    assert_eq!((arrived.acknowledged, arrived.pending, arrived.refused), (1, 0, 0));

    elm.says("/inbox", 413, "too long for us");
    let second = publish(&world, &amy, "A long story").await;
    drained(&world).await;
    let refused = deliveries.of_status(amy.id, second).await.unwrap();
    assert_eq!((refused.acknowledged, refused.pending, refused.refused), (0, 0, 1));
    let why = &refused.refused_hosts[0];
    assert_eq!(
        (why.host.as_str(), why.status, why.reason.as_str()),
        (elm.host().as_str(), Some(413), "too long for us")
    );

    elm.says("/inbox", 503, "away");
    let third = publish(&world, &amy, "News").await;
    pass(&world, &elm, Duration::ZERO).await;
    let waiting = deliveries.of_status(amy.id, third).await.unwrap();
    assert_eq!((waiting.acknowledged, waiting.pending, waiting.refused), (0, 1, 0));
    assert_eq!(waiting.pending_hosts[0].reason.as_deref(), Some("answered 503"));
    running.stop().await;
    assert!(deliveries.of_status(world.sender, third).await.is_err());
}

#[tokio::test]
async fn a_host_that_is_paused_is_left_alone_until_it_is_resumed() {
    let (world, elm) = (world().await, Receiver::start().await);
    let inbox = [InboxRef::shared(elm.url("/inbox"))];
    let running: Running = start(&world, &[&elm]);
    queue(&world, "1", 1, Lane::Ordinary, &inbox).await;
    drained(&world).await;
    let deliveries = world.service.deliveries();
    assert_eq!(deliveries.pause(&Authority::operator(), &elm.host()).await.unwrap().state, HostState::Paused);
    queue(&world, "2", 2, Lane::Ordinary, &inbox).await;
    world.clock.advance(DAY);
    deliveries.host_seen(&world.service.cx(), &elm.host()).await.unwrap();
    assert_eq!(deliveries.reset(&Authority::operator(), &elm.host()).await.unwrap().state, HostState::Paused);
    assert!(deliveries.due_hosts(&world.service.cx(), 10, 10).await.unwrap().is_empty());
    assert_eq!(host(&world, &elm).await.waiting, [0, 1, 0]);
    assert_eq!(deliveries.resume(&Authority::operator(), &elm.host()).await.unwrap().state, HostState::Ok);
    drained(&world).await;
    running.stop().await;
    assert_eq!(elm.received().len(), 2);
    assert!(deliveries.pause(&Authority::operator(), "nobody.test").await.is_err());
}
