//! `kill -9` while one thing is on its way to many hosts: everybody hears of it, and hardly anybody twice.

use std::collections::BTreeMap;

use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::Puppet;
use staffroom_tests::wait::{eventually, eventually_within};

use super::{DEADLINE, follow_from_everywhere, number, publish};

/// Requests under way at once.
const IN_FLIGHT: usize = 32;

/// Kills `server` as soon as some deliveries are done and some are not: that to `slow` surely. How many were not.
async fn kill_in_between(server: &mut ServerProcess, slow: &Puppet, all: usize) -> usize {
    eventually("some hosts were told and some were not", || async {
        let waiting = number(server.database().count("deliveries").await);
        if waiting > 0 && waiting < all { Ok(()) } else { Err(waiting) }
    })
    .await;
    server.kill();
    slow.let_go();
    let waiting = number(server.database().count("deliveries").await);
    assert!(waiting > 0 && waiting < all, "{waiting} of {all} were waiting");
    waiting
}

async fn delivered(server: &ServerProcess) {
    eventually_within(DEADLINE, "everything is delivered", || async {
        let waiting = server.database().count("deliveries").await;
        if waiting == 0 { Ok(()) } else { Err(waiting) }
    })
    .await;
}

/// How often each host was told something of this type.
fn told(puppets: &[Puppet], kind: &str) -> BTreeMap<String, usize> {
    let mut told = BTreeMap::new();
    for one in puppets[0].received().into_iter().filter(|one| one.activity["type"] == kind) {
        *told.entry(one.host).or_default() += 1;
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_status_reaches_three_hundred_hosts_through_a_kill() {
    const HOSTS: usize = 300;
    let ports = free_ports::<{ HOSTS + 1 }>();
    let puppets = Puppet::start_many(&ports[1..]).await;
    let in_flight = IN_FLIGHT.to_string();
    let more = [("FEDERATION__MAX_IN_FLIGHT", in_flight.as_str())];
    let mut server = ServerProcess::start_with(ports[0], &ports[1..], &more).await;
    let amy = server.member("amy");
    follow_from_everywhere(&server, &amy, &puppets).await;

    puppets[3].hold();
    let (published, waiting) = tokio::join!(publish(&amy, 1), kill_in_between(&mut server, &puppets[3], HOSTS));
    server.restart().await;
    if published.is_none() {
        publish(&amy, 1).await.unwrap();
    }
    delivered(&server).await;
    let told = told(&puppets, "Create");
    assert_eq!(told.len(), HOSTS, "nobody is left out");
    let twice = told.values().sum::<usize>() - HOSTS;
    assert!(twice <= waiting, "only what was not noted as delivered is sent again: {twice} of {waiting}");
    // Under way, or answered within the moment before the next note of what is done.
    assert!(twice <= 3 * IN_FLIGHT, "{twice} hosts were told twice");
    assert_eq!(server.database().count("dead_deliveries").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_46_a_deleted_account_is_taken_back_everywhere_through_a_kill() {
    const HOSTS: usize = 200;
    let ports = free_ports::<{ HOSTS + 1 }>();
    let puppets = Puppet::start_many(&ports[1..]).await;
    // So few that it takes a while.
    let more = [("FEDERATION__MAX_IN_FLIGHT", "4")];
    let mut server = ServerProcess::start_with(ports[0], &ports[1..], &more).await;
    let amy = server.member("amy");
    follow_from_everywhere(&server, &amy, &puppets).await;
    for n in 0..3 {
        publish(&amy, n).await.unwrap();
    }
    delivered(&server).await;
    // One of them refuses whatever comes now.
    puppets[7].answers(&puppets[7].url("/inbox"), 403, &[], b"we keep what we have");

    puppets[3].hold();
    server.admin(&["account", "delete", "amy", "--yes"], "");
    kill_in_between(&mut server, &puppets[3], HOSTS).await;
    server.restart().await;
    delivered(&server).await;
    let told = told(&puppets, "Delete");
    let listed = number(server.database().count("dead_deliveries").await);
    assert_eq!((told.len(), listed), (HOSTS - 1, 1), "each host was told, or is listed");
    let left = "statuses s JOIN accounts a ON a.id = s.account_id WHERE a.username = 'amy' AND s.deleted_at IS NULL";
    assert_eq!(server.database().count(left).await, 0);
}
