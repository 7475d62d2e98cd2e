//! The inbox workers with a handler that does what a test says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use staffroom_service::inbox::NewInboxItem;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Settings, Workers};
use crate::activities::{ActivityHandler, HandleError, Handled};
use crate::testing::{World, until, world};

/// What a handler is told to do with an activity.
#[derive(Clone, Copy)]
enum Behaviour {
    Fail,
    Refuse,
    Panic,
    Hang,
}

/// Remembers what it handled, by name; waits at a door.
struct Puppet {
    begun: Mutex<Vec<String>>,
    ended: Mutex<Vec<String>>,
    behaviour: Mutex<HashMap<String, Behaviour>>,
    door: Semaphore,
}

const OPEN: usize = 1_000_000;

impl Puppet {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            begun: Mutex::default(),
            ended: Mutex::default(),
            behaviour: Mutex::default(),
            door: Semaphore::new(OPEN),
        })
    }

    fn with_closed_door() -> Arc<Self> {
        let puppet = Self::new();
        puppet.door.forget_permits(OPEN);
        puppet
    }

    fn does(&self, name: &str, behaviour: Option<Behaviour>) {
        let mut all = self.behaviour.lock().unwrap();
        match behaviour {
            Some(behaviour) => all.insert(name.to_owned(), behaviour),
            None => all.remove(name),
        };
    }

    fn begun(&self) -> Vec<String> {
        self.begun.lock().unwrap().clone()
    }

    fn ended(&self) -> Vec<String> {
        self.ended.lock().unwrap().clone()
    }
}

#[async_trait]
impl ActivityHandler for Puppet {
    async fn handle(&self, _actor_uri: &str, body: &[u8]) -> Result<Handled, HandleError> {
        let name = String::from_utf8(body.to_vec()).unwrap();
        self.begun.lock().unwrap().push(name.clone());
        self.door.acquire().await.unwrap().forget();
        let behaviour = self.behaviour.lock().unwrap().get(&name).copied();
        match behaviour {
            Some(Behaviour::Fail) => return Err(HandleError::Temporary("server does not answer".to_owned())),
            Some(Behaviour::Refuse) => return Err(HandleError::Permanent("not theirs".to_owned())),
            Some(Behaviour::Panic) => panic!("as a test wants it"),
            Some(Behaviour::Hang) => std::future::pending().await,
            None => {}
        }
        self.ended.lock().unwrap().push(name);
        Ok(Handled::Done)
    }
}

struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

fn start(world: &World, puppet: &Arc<Puppet>, settings: Settings) -> Running {
    let stop = CancellationToken::new();
    let workers = Workers::new(world.service.clone(), puppet.clone(), settings);
    let task = tokio::spawn(workers.run(stop.clone()));
    Running { stop, task }
}

fn quick() -> Settings {
    Settings { workers: 4, ..Settings::default() }
}

async fn accept(world: &World, host: &str, name: &str, order_key: i64) {
    let item = NewInboxItem {
        uri: format!("https://{host}/activities/{name}"),
        host: host.to_owned(),
        actor_uri: format!("https://{host}/users/bo"),
        order_key,
        body: name.as_bytes().to_vec(),
        signed_at: staffroom_domain::Timestamp::default(),
        ends_follow: None,
    };
    world.service.inbox().accept(&world.service.cx(), item).await.unwrap();
}

async fn pending(world: &World) -> i64 {
    world.service.inbox().pending().await.unwrap()
}

async fn drained(world: &World) {
    until("the inbox is empty", async || pending(world).await == 0).await;
}

#[tokio::test]
async fn every_accepted_activity_is_handled_once() {
    let (world, puppet) = (world().await, Puppet::new());
    for n in 0..30 {
        accept(&world, "elm.test", &format!("before {n}"), n).await;
    }
    let running = start(&world, &puppet, quick());
    for n in 0..200 {
        accept(&world, ["elm.test", "ash.test"][n % 2], &format!("after {n}"), i64::try_from(n).unwrap()).await;
    }
    drained(&world).await;
    running.stop().await;
    let mut ended = puppet.ended();
    assert_eq!(ended.len(), 230);
    ended.sort_unstable();
    ended.dedup();
    assert_eq!(ended.len(), 230);
}

#[tokio::test]
async fn activities_about_one_thing_are_handled_in_order_and_never_together() {
    let (world, puppet) = (world().await, Puppet::with_closed_door());
    for n in 0..5 {
        accept(&world, "elm.test", &n.to_string(), 7).await;
    }
    accept(&world, "elm.test", "other", 8).await;
    let running = start(&world, &puppet, quick());
    until("one of each begins", async || puppet.begun().len() == 2).await;
    assert_eq!(puppet.begun(), ["0", "other"]);
    puppet.door.add_permits(OPEN);
    drained(&world).await;
    running.stop().await;
    let in_order: Vec<String> = puppet.ended().into_iter().filter(|name| name != "other").collect();
    assert_eq!(in_order, ["0", "1", "2", "3", "4"]);
}

#[tokio::test]
async fn a_busy_host_does_not_keep_others_waiting() {
    let (world, puppet) = (world().await, Puppet::with_closed_door());
    for n in 0..300 {
        accept(&world, "elm.test", &format!("elm {n}"), n).await;
    }
    accept(&world, "ash.test", "ash", 1_000).await;
    let running = start(&world, &puppet, quick());
    until("all workers have something", async || puppet.begun().len() == 4).await;
    assert!(puppet.begun().contains(&"ash".to_owned()));
    puppet.door.add_permits(OPEN);
    drained(&world).await;
    running.stop().await;
    assert_eq!(puppet.ended().len(), 301);
}

#[tokio::test]
async fn temporary_trouble_is_tried_four_times_and_keeps_back_what_follows() {
    let (world, puppet) = (world().await, Puppet::new());
    puppet.does("create", Some(Behaviour::Fail));
    accept(&world, "elm.test", "create", 7).await;
    accept(&world, "elm.test", "update", 7).await;
    accept(&world, "elm.test", "other", 8).await;
    let running = start(&world, &puppet, quick());
    until("the other is done", async || puppet.ended() == ["other"]).await;

    let tries = || puppet.begun().iter().filter(|name| *name == "create").count();
    for (pause, tried) in [(10, 2), (120, 3)] {
        until("it is put off", async || tries() == tried - 1 && put_off(&world).await).await;
        world.clock.advance(Duration::from_secs(pause));
        world.service.signals().inbox.notify_one();
        until("it is tried again", async || tries() == tried).await;
    }
    until("it is put off for the last time", async || put_off(&world).await).await;
    assert_eq!(puppet.ended(), ["other"]);
    world.clock.advance(Duration::from_mins(30));
    drained(&world).await;
    running.stop().await;
    assert_eq!(tries(), 4);
    assert_eq!(puppet.ended(), ["other", "update"]);
}

/// Whether the oldest item of the host waits for another try.
async fn put_off(world: &World) -> bool {
    let oldest = world.service.inbox().oldest(&[("elm.test".to_owned(), 1)]).await.unwrap();
    oldest.first().is_some_and(|item| item.next_attempt_at > world.service.cx().now())
}

#[tokio::test]
async fn wrong_activities_are_not_tried_again() {
    let (world, puppet) = (world().await, Puppet::new());
    puppet.does("wrong", Some(Behaviour::Refuse));
    for name in ["wrong", "right"] {
        accept(&world, "elm.test", name, 7).await;
    }
    let running = start(&world, &puppet, quick());
    drained(&world).await;
    running.stop().await;
    assert_eq!(puppet.begun(), ["wrong", "right"]);
    assert_eq!(puppet.ended(), ["right"]);
    assert!(world.service.inbox().dead(10).await.unwrap().is_empty(), "wrong is not dead");
}

#[tokio::test]
async fn rel_31_an_activity_that_breaks_or_hangs_its_handler_is_given_up_after_three_tries() {
    for (behaviour, why) in [(Behaviour::Panic, "handling broke off"), (Behaviour::Hang, "not done within 0 s")] {
        let (world, puppet) = (world().await, Puppet::new());
        puppet.does("poison", Some(behaviour));
        for (name, key) in [("poison", 7), ("behind it", 7), ("beside it", 8)] {
            accept(&world, "elm.test", name, key).await;
        }
        accept(&world, "ash.test", "elsewhere", 9).await;
        let running = start(&world, &puppet, Settings { budget: Duration::from_millis(50), ..quick() });
        until("the others are done", async || puppet.ended().len() == 2).await;
        let tries = || puppet.begun().iter().filter(|name| *name == "poison").count();
        for (pause, tried) in [(10, 2), (120, 3)] {
            until("it is put off", async || tries() == tried - 1 && put_off(&world).await).await;
            world.clock.advance(Duration::from_secs(pause));
            world.service.signals().inbox.notify_one();
            until("it is tried again", async || tries() == tried).await;
        }
        drained(&world).await;
        running.stop().await;
        assert_eq!(tries(), 3);
        assert_eq!(puppet.ended().last().unwrap(), "behind it");
        let dead = world.service.inbox().dead(10).await.unwrap();
        let [dead] = &dead[..] else { panic!("one is given up: {dead:?}") };
        assert_eq!((dead.uri.as_str(), dead.host.as_str()), ("https://elm.test/activities/poison", "elm.test"));
        assert_eq!((dead.attempts, dead.error.as_str()), (3, why));
    }
}

#[tokio::test]
async fn an_activity_that_takes_too_long_is_put_off() {
    let (world, puppet) = (world().await, Puppet::new());
    puppet.does("slow", Some(Behaviour::Hang));
    accept(&world, "elm.test", "slow", 7).await;
    let running = start(&world, &puppet, Settings { budget: Duration::from_millis(20), ..quick() });
    until("it is put off", async || put_off(&world).await).await;
    puppet.does("slow", None);
    world.clock.advance(Duration::from_secs(10));
    drained(&world).await;
    running.stop().await;
    assert_eq!(puppet.begun(), ["slow", "slow"]);
}

#[tokio::test]
async fn a_crash_loses_nothing() {
    let (world, puppet) = (world().await, Puppet::with_closed_door());
    for n in 0..50 {
        accept(&world, "elm.test", &n.to_string(), n).await;
    }
    puppet.door.add_permits(10);
    let running = start(&world, &puppet, quick());
    until("some are done and some under way", async || {
        pending(&world).await <= 40 && puppet.begun().len() > puppet.ended().len()
    })
    .await;
    running.task.abort();
    assert!(running.task.await.unwrap_err().is_cancelled());
    assert!(pending(&world).await > 0);

    puppet.door.add_permits(OPEN);
    let running = start(&world, &puppet, quick());
    drained(&world).await;
    running.stop().await;
    let mut ended = puppet.ended();
    ended.sort_unstable();
    ended.dedup();
    assert_eq!(ended.len(), 50);
}

#[tokio::test]
async fn a_second_node_takes_over_when_the_first_stops() {
    let (world, first, second) = (world().await, Puppet::with_closed_door(), Puppet::new());
    accept(&world, "elm.test", "1", 1).await;
    let a = start(&world, &first, quick());
    until("the first begins", async || first.begun().len() == 1).await;
    accept(&world, "elm.test", "2", 1).await;
    let b = start(&world, &second, Settings { node: "another".to_owned(), ..quick() });
    first.door.add_permits(1);
    until("the first one has handled one", async || first.ended() == ["1"]).await;
    a.stop.cancel();
    first.door.add_permits(OPEN);
    a.task.await.unwrap();
    drained(&world).await;
    b.stop().await;
    let handled = first.ended().len() + second.ended().len();
    assert_eq!(handled, 2);
}
