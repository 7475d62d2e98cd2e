//! Loads between servers: hosts that never answer, a slow one, a backlog, forged signatures, and both directions at once
//! over TLS while people read.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use reqwest::Method;
use serde_json::{Value, json};
use staffroom_server::domain::account::KeyAlgorithm;
use staffroom_server::federation::keys::{SigningKey, generate_rsa};
use tokio::task::JoinSet;
use tokio::time::{interval, sleep};

use super::Scale;
use super::cost::Cpu;
use super::loads::{activity, follow, settle};
use super::puppets::{Arrival, Puppet, Puppets, Wire, fixture};
use super::report::Report;
use crate::api::Api;
use crate::process::{PASSWORD, ServerProcess, free_ports};
use crate::wait::eventually_within;

/// Long enough for every load on a slow machine.
const PATIENCE: Duration = Duration::from_secs(300);
/// How many bad signatures arrive.
const FORGERIES_PER_SECOND: u32 = 400;
/// Requests under way at once.
const CONCURRENT: usize = 8;

/// A server that may speak with `puppets`, all of which follow its administrator amy.
async fn server(puppets: &Puppets) -> anyhow::Result<(ServerProcess, Api)> {
    let [port] = free_ports();
    let server = ServerProcess::start_with(port, &puppets.ports(), &[]).await;
    let amy = administrator(&server);
    follow(puppets, server.url(), "amy").await?;
    puppets.take_arrivals();
    Ok((server, amy))
}

fn administrator(server: &ServerProcess) -> Api {
    let email = "amy@example.org";
    server.admin(
        &["account", "create", "--handle", "amy", "--email", email, "--role", "admin", "--password-stdin"],
        PASSWORD,
    );
    let scopes = "read write follow push admin:read admin:write";
    let printed = server.admin(&["token", "create", "--account", "amy", "--scopes", scopes], "");
    server.api(Some(printed.lines().last().unwrap_or_default().trim().to_owned()))
}

async fn publish(api: &Api, text: &str) -> String {
    let status = api.post("/api/v1/statuses", &json!({ "status": text })).await;
    status["id"].as_str().unwrap_or_default().to_owned()
}

/// Milliseconds below which `share` of the times lie.
pub(super) fn quantile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let at = ((times.len() as f64 * share).ceil() as usize).clamp(1, times.len().max(1)) - 1;
    times.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64().max(f64::MIN_POSITIVE)
}

async fn received(puppets: &Puppets, goal: usize) {
    eventually_within(PATIENCE, "all deliveries came", || async {
        let received = puppets.received();
        if received >= goal { Ok(()) } else { Err(format!("{received} of {goal}")) }
    })
    .await;
}

/// Half of the hosts take connections and say nothing: what the others notice of it.
pub(super) async fn black_holes(report: &mut Report, scale: Scale) -> anyhow::Result<()> {
    let pause = Duration::from_millis(50);
    let puppets = Puppets::start(scale.mixed_hosts, pause, Wire::Plain).await?;
    let (_server, amy) = server(&puppets).await?;
    let (dead, healthy) = puppets.hosts().split_at(scale.mixed_hosts / 2);
    let mut all_alive = Vec::new();
    for n in 0..scale.rounds {
        all_alive.extend(round(n, healthy, &puppets, &amy, puppets.hosts().len()).await?);
    }
    let all_alive = quantile(&mut all_alive, 0.95);
    dead.iter().for_each(Puppet::falls_silent);
    // The same with nobody else to send to, in turn with the others: what the silent ones alone cost them.
    let half = Puppets::start(healthy.len(), pause, Wire::Plain).await?;
    let (_another, ann) = server(&half).await?;
    let (mut half_dead, mut alone) = (Vec::new(), Vec::new());
    for n in 0..scale.rounds {
        half_dead.extend(round(n, healthy, &puppets, &amy, healthy.len()).await?);
        alone.extend(round(n, half.hosts(), &half, &ann, healthy.len()).await?);
    }
    let (half_dead, alone) = (quantile(&mut half_dead, 0.95), quantile(&mut alone, 0.95));
    for (phase, value) in [("all alive", all_alive), ("half black-holed", half_dead), ("with no other half", alone)] {
        report.note(&format!("p95 of a delivery to the healthy half, {phase} (ms)"), value);
    }
    report.note("change of that p95 by black holes, all alive before (%)", (half_dead / all_alive - 1.0) * 100.0);
    report.note("change of that p95 by black holes, no other half before (%)", (half_dead / alone - 1.0) * 100.0);
    Ok(())
}

/// How long the deliveries of one status to `hosts` took; `goal` arrive in all.
async fn round(
    n: usize,
    hosts: &[Puppet],
    puppets: &Puppets,
    author: &Api,
    goal: usize,
) -> anyhow::Result<Vec<Duration>> {
    let ports: Vec<u16> = hosts.iter().map(Puppet::port).collect();
    let (began, before) = (Instant::now(), puppets.received());
    publish(author, &format!("Number {n}")).await;
    received(puppets, before + goal).await;
    let of_them = |one: &Arrival| ports.contains(&one.port).then(|| one.at - began);
    let times: Vec<Duration> = puppets.take_arrivals().iter().filter_map(of_them).collect();
    anyhow::ensure!(times.len() == hosts.len(), "{} deliveries", times.len());
    Ok(times)
}

/// One host 300 ms away with a backlog: how much it takes once its window is open, and in which order.
pub(super) async fn slow_host(report: &mut Report, scale: Scale) -> anyhow::Result<()> {
    let puppets = Puppets::start(1, Duration::from_millis(300), Wire::Plain).await?;
    let (_server, amy) = server(&puppets).await?;
    let port = puppets.hosts().first().context("no host")?.port();
    let host = format!("/api/v1/staffroom/admin/delivery/hosts/localhost:{port}");
    amy.post(&format!("{host}/pause"), &json!({})).await;
    let before = puppets.received();
    let mut edited = 0;
    for n in 0..scale.slow {
        let id = publish(&amy, &format!("Number {n}")).await;
        if n % 10 == 0 {
            let edit = json!({ "status": format!("Number {n}, edited") });
            amy.send(Method::PUT, &format!("/api/v1/statuses/{id}"), &edit).await.ok();
            edited += 1;
        }
    }
    amy.post(&format!("{host}/resume"), &json!({})).await;
    received(&puppets, before + scale.slow + edited).await;
    let arrivals = puppets.take_arrivals();
    let steady = arrivals.get(arrivals.len() / 4..).unwrap_or_default();
    let (first, last) = (steady.first().context("nothing came")?, steady.last().context("nothing came")?);
    report.note("deliveries/s to one host answering after 300 ms", rate(steady.len() - 1, last.at - first.at));
    report.note("of them out of order", out_of_order(&arrivals));
    Ok(())
}

/// Deliveries about something that came before it was made.
fn out_of_order(arrivals: &[Arrival]) -> f64 {
    let mut last: HashMap<String, i32> = HashMap::new();
    let mut wrong = 0_u32;
    for arrival in arrivals {
        let activity: Value = serde_json::from_slice(&arrival.body).unwrap_or_default();
        let object = activity["object"]["id"].as_str().or(activity["object"].as_str()).unwrap_or_default().to_owned();
        let rank = match activity["type"].as_str() {
            Some("Create") => 0,
            Some("Update") => 1,
            _ => 2,
        };
        let before = last.insert(object, rank);
        wrong += u32::from(before.is_some_and(|before| before > rank));
    }
    f64::from(wrong)
}

/// Statuses for many hosts that are paused, then all at once: what keeping costs, and how fast it drains.
pub(super) async fn backlog(report: &mut Report, scale: Scale) -> anyhow::Result<()> {
    let puppets = Puppets::start(scale.backlog_hosts, Duration::ZERO, Wire::Plain).await?;
    let (server, amy) = server(&puppets).await?;
    let cpu = Cpu::of(server.pid());
    let every_host = async |word: &'static str| {
        for port in puppets.ports() {
            let host = format!("/api/v1/staffroom/admin/delivery/hosts/localhost:{port}");
            amy.post(&format!("{host}/{word}"), &json!({})).await;
        }
    };
    let lonely = server.member("bo");
    let spent = cpu.used()?;
    for n in 0..scale.backlog {
        publish(&lonely, &format!("To nobody, number {n}")).await;
    }
    let alone = cpu.used()?.saturating_sub(spent);
    every_host("pause").await;
    let spent = cpu.used()?;
    for n in 0..scale.backlog {
        publish(&amy, &format!("To all, number {n}")).await;
    }
    let queued = cpu.used()?.saturating_sub(spent);
    let all = scale.backlog * scale.backlog_hosts;
    report.cost("delivery queued (status published, less one nobody follows)", all, queued.saturating_sub(alone));
    let (spent, goal, began) = (cpu.used()?, puppets.received() + all, Instant::now());
    every_host("resume").await;
    received(&puppets, goal).await;
    report.cost("delivery drained from a backlog", all, cpu.used()?.saturating_sub(spent));
    report.note("backlog drained (deliveries/s)", rate(all, began.elapsed()));
    Ok(())
}

/// Many bad signatures from one host while another speaks now and then.
pub(super) async fn forgeries(report: &mut Report, scale: Scale) -> anyhow::Result<()> {
    let puppets = Arc::new(Puppets::start(2, Duration::ZERO, Wire::Plain).await?);
    let (server, _) = server(&puppets).await?;
    let [bad, good] = puppets.hosts() else { anyhow::bail!("two hosts were asked for") };
    let inbox = format!("{}/inbox", server.url());
    let pair = generate_rsa()?;
    let forger = bad.actor();
    let wrong_key = SigningKey::from_pkcs8(&format!("{forger}#main-key"), KeyAlgorithm::Rsa, &pair.private_pkcs8)?;
    let wrong_key = Arc::new(wrong_key);
    let view = |actor: &str, n: usize| activity(&format!("{actor}/views/{n}"), "View", actor, &json!("x"));
    let speak = async |from: usize, count: usize| -> anyhow::Result<Vec<Duration>> {
        let mut times = Vec::new();
        for n in from..from + count {
            let began = Instant::now();
            puppets.send(good, &inbox, &view(&good.actor(), n)).await?;
            times.push(began.elapsed());
            sleep(Duration::from_millis(20)).await;
        }
        Ok(times)
    };
    let mut idle = speak(0, scale.words).await?;
    let before = bad.fetched();
    let began = Instant::now();
    let (cpu, spent) = (Cpu::of(server.pid()), Cpu::of(server.pid()).used()?);
    // Paced, so that the machine is not simply full; a task each, so that what one of them computes is not counted as
    // the other's wait.
    let mut flood = JoinSet::new();
    for first in 0..CONCURRENT {
        let (puppets, inbox, wrong_key, forger) = (puppets.clone(), inbox.clone(), wrong_key.clone(), forger.clone());
        flood.spawn(async move {
            let mut pace = interval(Duration::from_secs(1) / FORGERIES_PER_SECOND * u32::try_from(CONCURRENT)?);
            for n in (first..scale.forgeries).step_by(CONCURRENT) {
                pace.tick().await;
                // Some in the name of people who do not exist.
                let actor = if n % 2 == 0 { forger.clone() } else { format!("{forger}/nobody{n}") };
                let (status, text) = puppets.offer(&wrong_key, &inbox, &view(&actor, n)).await?;
                anyhow::ensure!(status.is_client_error() || status.as_u16() == 503, "{status}: {text}");
            }
            anyhow::Ok(began.elapsed())
        });
    }
    let mut busy = speak(scale.words, scale.words).await?;
    let mut lasted = Duration::ZERO;
    while let Some(ended) = flood.join_next().await {
        lasted = lasted.max(ended??);
    }
    let beside = cpu.used()?.saturating_sub(spent);
    report.note("bad signatures answered per second", rate(scale.forgeries, lasted));
    report.cost("bad signature refused (and another host's deliveries meanwhile)", scale.forgeries, beside);
    report.note("keys fetched because of them", f64::from(u32::try_from(bad.fetched() - before)?));
    let (quiet, loud) = (quantile(&mut idle, 0.95), quantile(&mut busy, 0.95));
    let (usual, usual_beside) = (quantile(&mut idle, 0.5), quantile(&mut busy, 0.5));
    report.note("median of another host's delivery, without them (ms)", usual);
    report.note("median of another host's delivery, beside them (ms)", usual_beside);
    report.note("p95 of another host's delivery, without them (ms)", quiet);
    report.note("p95 of another host's delivery, beside them (ms)", loud);
    Ok(())
}

/// Deliveries in both directions over TLS while somebody reads.
pub(super) async fn over_tls(report: &mut Report, scale: Scale) -> anyhow::Result<()> {
    let puppets = Arc::new(Puppets::start(scale.tls_hosts, Duration::ZERO, Wire::Tls).await?);
    let [port] = free_ports();
    let allowed: Vec<String> = puppets.ports().iter().map(|port| format!("localhost:{port}")).collect();
    let server = ServerProcess::start_with(
        port,
        &[],
        &[
            ("SERVER__PUBLIC_URL", &format!("https://localhost:{port}")),
            ("SERVER__TLS__CERTIFICATE_FILE", &fixture("localhost.pem")),
            ("SERVER__TLS__KEY_FILE", &fixture("localhost.key")),
            ("FEDERATION__EXTRA_CA_FILE", &fixture("ca.pem")),
            ("FEDERATION__ALLOWED_HOSTS", &format!("{allowed:?}")),
            ("FEDERATION__INSECURE_LOOPBACK_HOSTS", "[]"),
        ],
    )
    .await;
    let amy = administrator(&server);
    follow(&puppets, server.url(), "amy").await?;
    let cpu = Cpu::of(server.pid());
    let all = scale.tls_statuses * scale.tls_hosts;

    let (spent, goal, began) = (cpu.used()?, puppets.received() + all, Instant::now());
    for n in 0..scale.tls_statuses {
        publish(&amy, &format!("Over TLS, number {n}")).await;
    }
    settle(&puppets, goal).await;
    report.cost("delivery sent over TLS", all, cpu.used()?.saturating_sub(spent));
    report.note("deliveries/s sent over TLS", rate(all, began.elapsed()));

    let me = amy.get("/api/v1/accounts/verify_credentials").await;
    let me = me["uri"].as_str().context("amy has no uri")?.to_owned();
    let inbox = format!("{}/inbox", server.url());
    let (spent, began) = (cpu.used()?, Instant::now());
    stream::iter(0..all).map(Ok).try_for_each_concurrent(CONCURRENT, |n| mention(&puppets, &inbox, &me, n)).await?;
    report.note("deliveries/s received over TLS", rate(all, began.elapsed()));
    worked_off(&server).await;
    report.cost("delivery received over TLS and worked off", all, cpu.used()?.saturating_sub(spent));

    let mut idle = Vec::new();
    read_until(&amy, &mut idle, Instant::now() + scale.sustained).await;
    // Half of the load in each direction, paced.
    let until = Instant::now() + scale.sustained;
    let before = puppets.received();
    let (offering, listening) = (puppets.clone(), me.clone());
    let receive = tokio::spawn(async move {
        let mut pace = interval(Duration::from_secs(1) / scale.sustained_rate * 2);
        let mut under_way = JoinSet::new();
        for n in all.. {
            pace.tick().await;
            if Instant::now() >= until {
                break;
            }
            let (puppets, inbox, me) = (offering.clone(), inbox.clone(), listening.clone());
            under_way.spawn(async move { mention(&puppets, &inbox, &me, n).await });
        }
        let mut received = 0;
        while let Some(ended) = under_way.join_next().await {
            ended??;
            received += 1;
        }
        anyhow::Ok(received)
    });
    let hosts = u32::try_from(scale.tls_hosts)?;
    let author = amy.clone();
    let send = tokio::spawn(async move {
        let mut pace = interval(Duration::from_secs(1) / scale.sustained_rate * 2 * hosts);
        for n in 0.. {
            pace.tick().await;
            if Instant::now() >= until {
                return n;
            }
            publish(&author, &format!("Sustained, number {n}")).await;
        }
        0
    });
    let (mut busy, began) = (Vec::new(), Instant::now());
    read_until(&amy, &mut busy, until).await;
    let (accepted, published) = (receive.await??, send.await?);
    // Nothing of it may be put off: the clock stops when the last was sent and the last received worked off.
    received(&puppets, before + published * scale.tls_hosts).await;
    worked_off(&server).await;
    let both = accepted + puppets.received() - before;
    report.note("deliveries/s sustained in both directions over TLS", rate(both, began.elapsed()));
    let (quiet, loud) = (quantile(&mut idle, 0.99), quantile(&mut busy, 0.99));
    report.note("median of the home timeline, idle (ms)", quantile(&mut idle, 0.5));
    report.note("median of the home timeline under that load (ms)", quantile(&mut busy, 0.5));
    report.note("p99 of the home timeline, idle (ms)", quiet);
    report.note("p99 of the home timeline under that load (ms)", loud);
    report.note("ratio of the two", loud / quiet);
    Ok(())
}

async fn worked_off(server: &ServerProcess) {
    eventually_within(PATIENCE, "all deliveries are worked off", || async {
        let waiting = server.database().count("inbox_items").await;
        if waiting == 0 { Ok(()) } else { Err(waiting) }
    })
    .await;
}

/// One puppet mentions amy.
async fn mention(puppets: &Puppets, inbox: &str, amy: &str, n: usize) -> anyhow::Result<()> {
    let hosts = puppets.hosts();
    let puppet = hosts.get(n % hosts.len()).context("no puppets")?;
    let actor = puppet.actor();
    let note = json!({
        "id": format!("{actor}/notes/{n}"),
        "type": "Note",
        "attributedTo": actor,
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "cc": [amy],
        "content": format!("<p>Number {n} for amy</p>"),
        "tag": [{ "type": "Mention", "href": amy, "name": "@amy" }],
    });
    puppets.send(puppet, inbox, &activity(&format!("{actor}/notes/{n}/activity"), "Create", &actor, &note)).await
}

/// Reads the home timeline again and again.
async fn read_until(api: &Api, times: &mut Vec<Duration>, until: Instant) {
    while Instant::now() < until {
        let began = Instant::now();
        api.get("/api/v1/timelines/home").await;
        times.push(began.elapsed());
        sleep(Duration::from_millis(10)).await;
    }
}
