//! REL-24: thousands of followers' hosts are dead, each in its own way; the living get what they are sent as before.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use staffroom_server::domain::Timestamp;
use staffroom_server::domain::account::{Account, Endpoints};
use staffroom_server::domain::relationship::Follow;
use staffroom_server::storage::{Settings, Storage, Vault};
use staffroom_tests::bench::cost::Cpu;
use staffroom_tests::network::fault::{Fault, FaultProxy};
use staffroom_tests::network::{ADDRESSES, inside};
use staffroom_tests::wait::eventually;
use tokio::net::TcpListener;

use super::{figure, minutes, p99, scaled, time};
use crate::federation::network::{actor_uri, text};
use crate::tls::{Ground, ground};

/// Followers on hosts that answer.
const HEALTHY: usize = 20;

/// How hosts are dead, by the name their hosts lie below.
const WAYS: [&str; 4] = ["refused.test", "silent.test", "nowhere.test", "lying.test"];

/// Stops the server, writes followers of the account `me` at `hosts`, whose ids begin with `first`, and starts it again.
async fn befriend(ground: &mut Ground, me: &str, first: usize, hosts: &[String]) {
    ground.server.kill();
    let settings = Settings { url: ground.server.database().url().to_owned(), connections: 2 };
    let storage = Storage::open(&settings, Vault::new(&[7; 32]).unwrap()).await.unwrap();
    let amy = storage.read().accounts().by_uri(me).await.unwrap().unwrap();
    for (piece, hosts) in hosts.chunks(500).enumerate() {
        let tx = storage.begin().await.unwrap();
        for (n, host) in hosts.iter().enumerate() {
            let id = i64::try_from(first + piece * 500 + n).unwrap();
            let uri = format!("https://{host}/users/fan");
            let mut fan = Account::new(id.into(), uri.clone(), "fan", Timestamp(1));
            fan.domain = Some(host.clone());
            let inbox = Some(format!("https://{host}/inbox"));
            fan.endpoints = Endpoints { inbox: inbox.clone(), shared_inbox: inbox, ..Endpoints::default() };
            tx.accounts().insert(&fan).await.unwrap();
            let follow = Follow {
                id: id.into(),
                account_id: fan.id,
                target_id: amy.id,
                uri: format!("{uri}#follow"),
                accepted: true,
                show_reblogs: true,
                notify: false,
                languages: Vec::new(),
                created_at: Timestamp(1),
                relay: false,
            };
            tx.follows().insert(&follow).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    storage.close().await.unwrap();
    ground.server.restart().await;
}

/// Takes connections and hangs up, so that no certificate is ever shown.
async fn liar(address: SocketAddr) {
    let listener = TcpListener::bind(address).await.unwrap();
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
}

#[test]
fn rel_24_dead_hosts_do_not_slow_the_living() {
    inside("soak::dead_hosts::rel_24_dead_hosts_do_not_slow_the_living", || async {
        let mut ground: Ground = ground().await;
        let dead = scaled(80, 5_000);
        let puppet = ground.puppet("h.school.test", 1).await;
        ground.dns.set("*.school.test", &[ADDRESSES[1].into()]);
        ground.dns.set("*.refused.test", &[ADDRESSES[2].into()]);
        ground.dns.set("*.silent.test", &[ADDRESSES[3].into()]);
        ground.dns.set("*.lying.test", &[ADDRESSES[4].into()]);
        let silent = SocketAddr::from((ADDRESSES[3], 443));
        let silence = FaultProxy::start(silent, silent).await;
        silence.set(Fault::Silent);
        liar(SocketAddr::from((ADDRESSES[4], 443))).await;

        let amy = ground.server.member("amy");
        let me = actor_uri(&amy).await;
        let publish = async |n: usize| {
            let posted = Instant::now();
            let status = amy.post("/api/v1/statuses", &json!({ "status": format!("number {n}") })).await;
            let uri: Value = status["uri"].clone();
            assert!(!text(&uri).is_empty());
            eventually("the living have it", || async {
                let got = puppet.received().iter().filter(|one| one.activity["object"]["id"] == uri).count();
                if got == HEALTHY { Ok(()) } else { Err(got) }
            })
            .await;
            posted.elapsed()
        };
        // the living have taken something before, as they will have where others died since
        let living: Vec<String> = (0..HEALTHY).map(|n| format!("h{n}.school.test")).collect();
        befriend(&mut ground, &me, 1, &living).await;
        publish(0).await;
        let others: Vec<String> = (0..dead).map(|n| format!("d{n}.{}", WAYS[n % WAYS.len()])).collect();
        befriend(&mut ground, &me, 1 + HEALTHY, &others).await;

        // the first meets them all; the others find out what that costs
        let began = Instant::now();
        let mut took = Vec::new();
        for n in 0..scaled(3, 30) {
            took.push(publish(n + 1).await);
        }
        let slowest = p99(took).as_secs_f64();
        // a few pauses at most have passed since: nobody was tried more often than its pauses allow
        let attempts =
            ground.server.database().number("SELECT CAST(COALESCE(MAX(attempts), 0) AS BIGINT) FROM deliveries").await;
        let passed = began.elapsed();
        let pauses = [4_u64, 24, 96, 480, 1_440].iter().scan(0, |sum, pause| {
            *sum += pause;
            Some(*sum)
        });
        let allowed = 1 + pauses.filter(|sum| Duration::from_secs(*sum) < passed).count();
        assert!(usize::try_from(attempts).unwrap() <= allowed, "{attempts} attempts within {passed:?}");
        assert_eq!(ground.canary.seen(), []);
        figure("p99 until the living have it, s", slowest, 5.0, slowest <= 5.0);
        if minutes().is_some() {
            let cpu = Cpu::of(ground.server.pid());
            let (used, began) = (cpu.used().unwrap(), Instant::now());
            tokio::time::sleep(time()).await;
            let share = cpu.used().unwrap().saturating_sub(used).as_secs_f64() / began.elapsed().as_secs_f64();
            figure("share of a core in use for the dead alone", share, 0.1, share <= 0.1);
        }
    });
}
