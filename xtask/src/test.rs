//! `cargo xtask test`: every check in order, each reported, none stopping the next.

use crate::peers;
use crate::postgres::{self, Cluster};
use crate::report::{Count, Report};
use crate::run::{cargo, find_program, succeeds, succeeds_watched, target_dir};
use crate::toolchain;
use anyhow::{Context, Result};
use std::process::Command;

/// Where the suite finds a PostgreSQL server it may create databases on; unset means SQLite.
const DATABASE: &str = "STAFFROOM_TEST_DATABASE";

/// Tests at a time: most of what they do is to wait for servers, so there are more of them than cores.
const THREADS: &str = "3";

/// The folder of installed peers, for the tests that talk to them.
const PEERS: &str = "STAFFROOM_TEST_PEERS";

/// Runs all checks, or with `quick` the few an edit needs; tells whether all passed.
pub(crate) fn run(quick: bool) -> bool {
    let mut report = Report::default();
    if !quick {
        peers::announce();
        report.step("Rust components", || toolchain::complete().map(|()| Count::one(true)));
        report.step("Debian packages", || peers::install_packages().map(|()| Count::one(true)));
    }
    report.step("formatting", || single(&mut cargo(&["fmt", "--all", "--check"])));
    if quick {
        report.step("type check", || single(&mut cargo(&["check", "--workspace", "--all-targets"])));
        report.step("suite on SQLite", || tests(&mut suite(&["--tests"])));
        return report.finish();
    }
    let lints = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    report.step("clippy", || single(&mut cargo(&lints)));
    if find_program("cargo-deny").is_some() {
        let deny = ["deny", "--offline", "check", "licenses", "bans", "sources"];
        report.step("dependencies", || single(&mut cargo(&deny)));
    }
    report.step("binaries", binaries);
    report.step("suite on SQLite", || tests(&mut suite(&[])));
    report.step("suite on PostgreSQL", || on_postgresql(&mut suite(&["--tests"])));
    report.step("demo", || single(Command::new(target_dir().join("debug/staffroom")).args(["demo", "--check"])));
    report.step("peers", || peers::install().map(|_| Count::one(true)));
    let with_others = [
        ("independent server", "fedify::"),
        ("clients", "clients::"),
        ("reverse proxy", "proxy::"),
        ("API description", "schemathesis::"),
    ];
    for (name, filter) in with_others {
        report.step(name, || tests(&mut with_peers(filter)));
    }
    report.step("clients on PostgreSQL", || on_postgresql(&mut with_peers("clients::kits::")));
    report.finish()
}

/// Builds all the later steps run, and waits until it is on disk: the servers under test wait for that disk as well.
fn binaries() -> Result<Count> {
    let all = succeeds(&mut cargo(&["build", "--workspace", "--bins", "--tests"]))?;
    let peers = succeeds(&mut cargo(&["build", "--workspace", "--test", "peers"]))?;
    Command::new("sync").status().context("sync")?;
    Ok(Count::one(all && peers))
}

/// The workspace's tests with `args`, against SQLite unless the caller says otherwise.
fn suite(args: &[&str]) -> Command {
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast"]);
    command.args(args).env_remove(DATABASE).env_remove(PEERS).env("RUST_TEST_THREADS", THREADS);
    command
}

/// The tests with other programs whose names have `filter` in them.
fn with_peers(filter: &str) -> Command {
    let mut command = suite(&["--test", "peers", filter]);
    command.env(PEERS, peers::folder());
    command
}

/// Runs tests on a cluster that is there for them alone.
fn on_postgresql(command: &mut Command) -> Result<Count> {
    let bin = postgres::find_programs().context("PostgreSQL is not installed under /usr/lib/postgresql")?;
    let cluster = Cluster::start(&bin).context("starting PostgreSQL")?;
    tests(command.env(DATABASE, cluster.url()))
}

fn single(command: &mut Command) -> Result<Count> {
    succeeds(command).map(Count::one)
}

fn tests(command: &mut Command) -> Result<Count> {
    let mut count = Count::default();
    let succeeded = succeeds_watched(command, |line| count.add_result_line(line))?;
    Ok(count.settled(succeeded))
}
