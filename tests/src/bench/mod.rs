//! What the server's work costs: CPU milliseconds per operation of the whole process (user and system), beside the cost
//! of one RSA-2048 signature in the same run.
//!
//! Wall time depends on what else the machine does; CPU per operation, and its ratio to a signature, does not. Each load
//! is bounded in count and goes to loopback only. `--quick` runs a tenth of it; `--only PART` one of [`PARTS`];
//! `--json FILE` writes the figures there.

pub mod cost;
mod federation;
mod loads;
mod moderation;
mod puppets;
mod reading;
mod report;
mod rules;
mod streams;

use std::time::{Duration, Instant};

use crate::process::{ServerProcess, free_ports};
use cost::{Cpu, memory_mb, signature_ms};
use puppets::{Puppets, Wire};
use report::Report;

/// How much of everything.
#[derive(Clone, Copy, Debug)]
struct Scale {
    deliveries: usize,
    hosts: usize,
    fan_outs: usize,
    statuses: usize,
    pages: usize,
    small: usize,
    large: usize,
    /// Hosts of which half are black-holed, and statuses sent to them in each phase.
    mixed_hosts: usize,
    rounds: usize,
    /// Statuses for the host that answers after 300 ms.
    slow: usize,
    /// Statuses that wait for many hosts.
    backlog: usize,
    backlog_hosts: usize,
    /// Bad signatures, and deliveries of another host beside them.
    forgeries: usize,
    words: usize,
    /// Statuses and hosts over TLS, and for how long so many deliveries a second are kept up.
    tls_statuses: usize,
    tls_hosts: usize,
    sustained: Duration,
    sustained_rate: u32,
    /// How many statuses there are when reading is measured, fewest first, and how often each page is read then.
    masses: [usize; 3],
    reads: usize,
    /// Posts that are judged by the moderation rules, statuses a rule is tried on, and posts published with rules and
    /// without.
    posts: usize,
    history: usize,
    published: usize,
    /// Streams that are open, and statuses told to them.
    streams: usize,
    events: usize,
}

impl Scale {
    const FULL: Self = Self {
        deliveries: 2000,
        hosts: 500,
        fan_outs: 4,
        statuses: 500,
        pages: 500,
        small: 1000,
        large: 20_000,
        mixed_hosts: 200,
        rounds: 200,
        slow: 1000,
        backlog: 100,
        backlog_hosts: 100,
        forgeries: 10_000,
        words: 600,
        tls_statuses: 100,
        tls_hosts: 30,
        sustained: Duration::from_secs(30),
        sustained_rate: 330,
        masses: [1_000, 100_000, 1_000_000],
        reads: 500,
        posts: 1_000,
        history: 60_000,
        published: 2_000,
        streams: 1_000,
        events: 20,
    };
    const QUICK: Self = Self {
        deliveries: 200,
        hosts: 50,
        fan_outs: 2,
        statuses: 50,
        pages: 50,
        small: 100,
        large: 400,
        mixed_hosts: 20,
        rounds: 5,
        slow: 100,
        backlog: 20,
        backlog_hosts: 10,
        forgeries: 500,
        words: 20,
        tls_statuses: 10,
        tls_hosts: 10,
        sustained: Duration::from_secs(3),
        sustained_rate: 60,
        masses: [500, 1_000, 5_000],
        reads: 50,
        posts: 100,
        history: 2_000,
        published: 100,
        streams: 50,
        events: 5,
    };
}

/// What can be run alone.
pub const PARTS: [&str; 11] = [
    "costs",
    "moderation",
    "dry-run",
    "filters",
    "reading",
    "streams",
    "black-holes",
    "slow-host",
    "backlog",
    "forgeries",
    "tls",
];

/// Runs all loads, prints the table, writes the figures.
///
/// # Errors
/// The server or a load failed; figures gathered so far are lost.
pub async fn run(args: impl Iterator<Item = String>) -> anyhow::Result<()> {
    let (mut scale, mut json, mut only) = (Scale::FULL, None, None);
    let mut args = args;
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--quick" => scale = Scale::QUICK,
            "--json" => json = args.next(),
            "--only" => only = args.next(),
            other => anyhow::bail!("{other:?}: only --quick, --only PART and --json FILE are understood"),
        }
    }
    if let Some(part) = only.as_deref().filter(|part| !PARTS.contains(part)) {
        anyhow::bail!("{part:?}: the parts are {}", PARTS.join(", "));
    }
    let mut report = Report::new(signature_ms()?);
    for part in PARTS.iter().filter(|part| only.as_deref().is_none_or(|only| only == **part)) {
        match *part {
            "moderation" => moderation::moderation(&mut report, scale)?,
            "dry-run" => rules::dry_run(&mut report, scale).await?,
            "filters" => rules::filters(&mut report, scale).await?,
            "reading" => reading::reading(&mut report, scale).await?,
            "streams" => streams::streams(&mut report, scale).await?,
            "black-holes" => federation::black_holes(&mut report, scale).await?,
            "slow-host" => federation::slow_host(&mut report, scale).await?,
            "backlog" => federation::backlog(&mut report, scale).await?,
            "forgeries" => federation::forgeries(&mut report, scale).await?,
            "tls" => federation::over_tls(&mut report, scale).await?,
            _ => costs(&mut report, scale).await?,
        }
    }
    report.print();
    report.write(json.as_deref().unwrap_or("bench.json"))
}

/// What one operation costs, alone.
async fn costs(report: &mut Report, scale: Scale) -> anyhow::Result<()> {
    let puppets = Puppets::start(scale.hosts, Duration::from_millis(200), Wire::Plain).await?;
    let [port] = free_ports();
    let started = Instant::now();
    let server = ServerProcess::start_with(port, &puppets.ports(), &[]).await;
    report.note("ready after (ms)", started.elapsed().as_secs_f64() * 1000.0);
    report.note("memory, idle (MB)", memory_mb(server.pid())?);
    let cpu = Cpu::of(server.pid());
    let amy = server.member("amy");

    report.cost("status published", scale.statuses, loads::publish(&cpu, &amy, scale.statuses).await?);
    loads::fill(&amy, scale.statuses, scale.small).await?;
    for (name, path) in [("home", "/api/v1/timelines/home"), ("tag", "/api/v1/timelines/tag/SLTchat")] {
        let spent = loads::pages(&cpu, &amy, path, scale.pages).await?;
        report.cost(&format!("{name} page of 20, {} statuses", scale.small), scale.pages, spent);
    }
    loads::fill(&amy, scale.small, scale.large).await?;
    for (name, path) in [("home", "/api/v1/timelines/home"), ("tag", "/api/v1/timelines/tag/SLTchat")] {
        let spent = loads::pages(&cpu, &amy, path, scale.pages).await?;
        report.cost(&format!("{name} page of 20, {} statuses", scale.large), scale.pages, spent);
    }

    loads::follow(&puppets, server.url(), "amy").await?;
    let (spent, slowest) = loads::fan_out(&cpu, &amy, &puppets, scale.fan_outs).await?;
    report.cost("delivery sent (one status to many hosts)", scale.fan_outs * scale.hosts, spent);
    report.note("all hosts reached, answering after 200 ms (s)", slowest.as_secs_f64());

    let (accepted, worked_off) = loads::deliver(&cpu, &amy, &puppets, &server, scale.deliveries).await?;
    report.cost("delivery accepted (gate and disk)", scale.deliveries, accepted);
    report.cost("delivery accepted and worked off", scale.deliveries, worked_off);
    report.note("memory, after load (MB)", memory_mb(server.pid())?);
    Ok(())
}
