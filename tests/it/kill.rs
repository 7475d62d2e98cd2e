//! `kill -9` in the middle of work, twenty times each way: nothing that was acknowledged is lost, and nothing happens
//! twice.

mod fan_out;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::{Api, plain_client};
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::{COVERED, Puppet, draft};
use staffroom_tests::wait::{eventually, eventually_within};

const ROUNDS: usize = 20;
const HOSTS: usize = 100;
const STATUSES: usize = 200;
const RECEIVED: usize = 2000;

/// The same every time, so that a failure can be repeated as far as a kill can.
const SEED: u64 = 2026;

/// Long enough for everything on a slow machine.
const DEADLINE: Duration = Duration::from_secs(300);

fn number(n: i64) -> usize {
    usize::try_from(n).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_statuses_reach_a_hundred_hosts_through_twenty_kills() {
    let ports = free_ports::<{ HOSTS + 1 }>();
    let puppets = Puppet::start_many(&ports[1..]).await;
    let mut server = ServerProcess::start(ports[0], &ports[1..]).await;
    let amy = server.member("amy");
    follow_from_everywhere(&server, &amy, &puppets).await;

    let mut random = StdRng::seed_from_u64(SEED);
    let mut acknowledged = BTreeMap::new();
    for round in 0..ROUNDS {
        let first = round * STATUSES / ROUNDS;
        let last = first + STATUSES / ROUNDS;
        let enough = random.random_range(first + 1..=last);
        let delay = Duration::from_millis(random.random_range(0..40));
        // However fast the machine is, one host has not been told when the server dies.
        let slow = &puppets[random.random_range(0..HOSTS)];
        slow.hold();
        let posting = async {
            for n in first..last {
                // A client that got no answer asks again with the same key, after the restart.
                if let Some(uri) = publish(&amy, n).await {
                    acknowledged.insert(n, uri);
                }
            }
            acknowledged.len()
        };
        let killing = async {
            // Begun, and not done: some hosts have been told, some have not.
            eventually("some deliveries are done and some are waiting", || async {
                let queued = number(server.database().count("outbox_activities").await) * HOSTS;
                let written = number(server.database().count("statuses").await);
                let waiting = number(server.database().count("deliveries").await);
                if written >= enough && waiting > 0 && waiting < queued {
                    Ok(())
                } else {
                    Err((written, waiting, queued))
                }
            })
            .await;
            tokio::time::sleep(delay).await;
            server.kill();
        };
        tokio::join!(posting, killing);
        let waiting = number(server.database().count("deliveries").await);
        let queued = number(server.database().count("outbox_activities").await) * HOSTS;
        assert!(waiting > 0 && waiting < queued, "round {round}: {waiting} of {queued} were waiting");
        slow.let_go();
        server.restart().await;
        for n in first..last {
            let uri = publish(&amy, n).await.unwrap();
            if let Some(before) = acknowledged.insert(n, uri.clone()) {
                assert_eq!(before, uri, "round {round}: status {n} was written twice");
            }
        }
    }

    eventually_within(DEADLINE, "everything is delivered", || async {
        let waiting = server.database().count("deliveries").await;
        if waiting == 0 { Ok(()) } else { Err(waiting) }
    })
    .await;
    assert_eq!(server.database().count("dead_deliveries").await, 0);
    assert_eq!(number(server.database().count("statuses").await), STATUSES);
    let wanted: BTreeSet<String> = acknowledged.into_values().collect();
    assert_eq!(wanted.len(), STATUSES);
    let mut told: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for one in puppets[0].received().iter().filter(|one| one.activity["type"] == "Create") {
        let object = one.activity["object"]["id"].as_str().unwrap().to_owned();
        let id = one.activity["id"].as_str().unwrap().to_owned();
        told.entry(one.host.clone()).or_default().entry(object).or_default().insert(id);
    }
    assert_eq!(told.len(), HOSTS);
    for (host, statuses) in told {
        let got: BTreeSet<String> = statuses.keys().cloned().collect();
        assert!(got == wanted, "{host} lacks {:?}", wanted.difference(&got).collect::<Vec<_>>());
        // Delivered again is the same activity again, which receivers know by its id.
        assert!(statuses.values().all(|ids| ids.len() == 1), "{host} was told of one status by several activities");
    }
}

/// Writes status `n`; its network id, or `None` when the server was gone.
async fn publish(amy: &Api, n: usize) -> Option<String> {
    let request = amy.request(Method::POST, "/api/v1/statuses").header("idempotency-key", format!("status-{n}"));
    let answer = request.json(&json!({ "status": format!("Status number {n}") })).send().await.ok()?;
    assert_eq!(answer.status(), 200);
    let status: Value = answer.json().await.ok()?;
    Some(status["uri"].as_str()?.to_owned())
}

async fn follow_from_everywhere(server: &ServerProcess, amy: &Api, puppets: &[Puppet]) {
    let me = amy.get("/api/v1/accounts/verify_credentials").await["uri"].clone();
    let inbox = format!("{}/inbox", server.url());
    for puppet in puppets {
        let reader = puppet.actor("reader");
        assert_eq!(reader.deliver(&inbox, &reader.activity("Follow", &me)).await, 202);
    }
    eventually_within(DEADLINE, "all follows are answered", || async {
        let followers = server.database().count("follows WHERE accepted").await;
        let waiting = server.database().count("deliveries").await;
        if number(followers) == puppets.len() && waiting == 0 { Ok(()) } else { Err((followers, waiting)) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_accepted_activities_take_effect_once_through_twenty_kills() {
    let [ours, theirs] = free_ports();
    let puppet = Puppet::start(theirs).await;
    let mut server = ServerProcess::start(ours, &[theirs]).await;
    let amy = server.member("amy");
    let me = amy.get("/api/v1/accounts/verify_credentials").await["uri"].as_str().unwrap().to_owned();
    let inbox = format!("{}/inbox", server.url());
    let eve = puppet.actor("eve");
    let client = plain_client();

    let mut random = StdRng::seed_from_u64(SEED);
    let mut acknowledged = BTreeSet::new();
    let mut unanswered: Vec<Value> = Vec::new();
    let mut interrupted = 0;
    for round in 0..ROUNDS {
        let fresh = (0..RECEIVED / ROUNDS).map(|n| {
            let note = eve.note(&format!("Note {round}/{n}"), &[&me]);
            eve.activity("Create", &note)
        });
        let batch: Vec<Value> = unanswered.drain(..).chain(fresh).collect();
        let enough = acknowledged.len() + random.random_range(1..=batch.len() / 2);
        let delay = Duration::from_millis(random.random_range(0..10));
        let sending = stream::iter(&batch).map(|activity| {
            let mut request = draft("POST", &inbox, activity.to_string().as_bytes());
            eve.sign(&mut request, &COVERED);
            let request = reqwest::Request::try_from(request).unwrap();
            let client = &client;
            async move {
                let answer = client.execute(request).await.ok().map(|answer| answer.status().as_u16());
                (activity, answer == Some(202))
            }
        });
        let all_sent = AtomicBool::new(false);
        let sending = async {
            let answers = sending.buffer_unordered(24).collect::<Vec<_>>().await;
            all_sent.store(true, Ordering::Relaxed);
            answers
        };
        let killing = async {
            // On a busy machine all may be worked off before anybody looks: then the kill hits an idle server.
            eventually("some activities are worked off, some or none are waiting", || async {
                let seen = number(server.database().count("seen_activities").await);
                let waiting = number(server.database().count("inbox_items").await);
                let is_between = seen >= enough && waiting > 0 && waiting < seen;
                if is_between || (all_sent.load(Ordering::Relaxed) && waiting == 0) {
                    Ok(())
                } else {
                    Err((seen, waiting))
                }
            })
            .await;
            tokio::time::sleep(delay).await;
            server.kill();
        };
        let (answers, ()) = tokio::join!(sending, killing);
        for (activity, accepted) in answers {
            if accepted {
                acknowledged.insert(activity["id"].as_str().unwrap().to_owned());
            } else {
                unanswered.push(activity.clone());
            }
        }
        let waiting = number(server.database().count("inbox_items").await);
        let seen = number(server.database().count("seen_activities").await);
        interrupted += usize::from(waiting > 0 && waiting < seen);
        assert!(seen >= acknowledged.len(), "round {round}: {} acknowledged, {seen} kept", acknowledged.len());
        server.restart().await;
    }
    assert!(interrupted >= ROUNDS / 4, "of {ROUNDS} kills only {interrupted} came in the middle of work");
    // Peers try again what was not answered, and some of what was.
    for activity in unanswered.iter().flat_map(|activity| [activity, activity]) {
        // On a busy machine the server may ask for a pause first.
        eventually("it is taken", || async {
            let answer = eve.deliver(&inbox, activity).await;
            assert!([202, 429].contains(&answer), "answered {answer}");
            if answer == 202 { Ok(()) } else { Err(answer) }
        })
        .await;
    }
    eventually_within(DEADLINE, "everything is worked off", || async {
        let waiting = server.database().count("inbox_items").await;
        if waiting == 0 { Ok(()) } else { Err(waiting) }
    })
    .await;
    let stored = server.database();
    let unique = "SELECT COUNT(DISTINCT content) FROM statuses";
    let of_eve = "SELECT statuses_count FROM accounts WHERE username = 'eve'";
    assert_eq!(number(stored.count("statuses").await), RECEIVED);
    assert_eq!(number(stored.number(unique).await), RECEIVED);
    assert_eq!(number(stored.number(of_eve).await), RECEIVED);
    assert_eq!(number(stored.count("notifications").await), RECEIVED);
    assert_eq!(number(stored.count("status_mentions").await), RECEIVED);
}
