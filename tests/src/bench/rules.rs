//! What moderation rules cost a running server: trying one on what was published before, and what all of them add to
//! posting. SQLite only.

use std::str::FromStr as _;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _};
use staffroom_server::domain::Timestamp;
use staffroom_server::moderation::{Action, BUILT_IN, Direction, Engine, Facts, Policy, Subject};

use super::Scale;
use super::cost::Cpu;
use super::federation::quantile;
use super::moderation::{Chance, EXPRESSIONS, PHRASES, SEED, pack, plain_post, words};
use super::reading::{grow, id_of, settled};
use super::report::Report;
use crate::api::Api;
use crate::process::{ServerProcess, free_ports};
use crate::wait::eventually_within;

const RULES: &str = "/api/staffroom/v1/moderation";
/// Different texts the history is made of.
const TEXTS: usize = 64;
/// Posts made up until one passes.
const MOST_TRIED: usize = 10_000;
const PATIENCE: Duration = Duration::from_secs(600);
/// The one rule that is left where there are no others.
const LEFT: &str = "expression-0";

/// Statuses a second that a rule of each kind is tried on.
pub(super) async fn dry_run(report: &mut Report, scale: Scale) -> anyhow::Result<()> {
    let (words, mut chance) = (words(), Chance(SEED));
    let [port] = free_ports();
    let mut server = ServerProcess::start(port, &[]).await;
    let (amy, zoe) = (server.member("amy"), admin(&server, "zoe"));
    let pattern = id_of(&amy.post("/api/v1/statuses", &json!({ "status": "Feedback on marking #SLTchat" })).await)?;
    server.kill();
    grow(server.database().url(), &pattern, 0, scale.history).await?;
    let texts: Vec<String> = (0..TEXTS).map(|_| plain_post(&words, &mut chance)).collect();
    rewrite(server.database().url(), &texts).await?;
    server.restart().await;
    let cpu = Cpu::of(server.pid());
    settled(&cpu).await;
    let phrases: Vec<String> =
        (0..PHRASES / 20).map(|_| format!("{} {}", chance.pick(&words), chance.pick(&words))).collect();
    let first = phrases.first().context("no phrase")?;
    for (kind, sample, when) in [
        ("phrases", first.as_str(), format!("[when.phrase]\nany = {phrases:?}")),
        (
            "an expression",
            "marking policy",
            "[when.regex]\nany = ['\\bmarking\\b[a-z ,]{0,12}\\bpolicy\\b']".to_owned(),
        ),
        ("the detectors", "UPN: H801200001001", "[when.detector]\nany = ['upn', 'phone', 'email']".to_owned()),
        ("naming of pupils", "Kai in Year 4 was excluded", "[when.context]\nany = ['pupil_identification']".to_owned()),
        ("defamation", "Mr Harris stole the trip money", "[when.context]\nany = ['defamation_risk']".to_owned()),
    ] {
        let definition = format!(
            "id = 'tried-{}'\nversion = 1\ndirection = ['outbound']\naction = 'hold'\nreason = 'x'\nrationale = 'x'\n\
             must_match = ['{sample}']\nmust_not_match = ['zz']\n{when}\n",
            kind.replace(' ', "-")
        );
        let rule = id_of(&zoe.post(&format!("{RULES}/rules"), &json!({ "definition": definition })).await)?;
        let before = cpu.used()?;
        let run = id_of(&zoe.post(&format!("{RULES}/dry_runs"), &json!({ "rule_id": rule })).await)?;
        let path = format!("{RULES}/dry_runs/{run}");
        let done = eventually_within(PATIENCE, "the dry run ends", || async {
            let run = zoe.get(&path).await;
            if run.get("state") == Some(&json!("running")) { Err(run) } else { Ok(run) }
        })
        .await;
        let spent = cpu.used()?.saturating_sub(before);
        let (scanned, seconds) = scanned(&done)?;
        anyhow::ensure!(scanned >= scale.history, "{done}");
        report.cost(&format!("a status looked at by a dry run of {kind}"), scanned, spent);
        let scanned = f64::from(u32::try_from(scanned)?);
        report.note(&format!("dry run of {kind}: statuses per second"), scanned / seconds);
    }
    Ok(())
}

/// Statuses a dry run looked at, and the seconds it took by its own account.
fn scanned(run: &Value) -> anyhow::Result<(usize, f64)> {
    let time = |name: &str| {
        let time = run.get(name).and_then(Value::as_str).and_then(Timestamp::parse);
        time.with_context(|| format!("no {name}: {run}"))
    };
    let scanned = run.get("scanned").and_then(Value::as_u64).with_context(|| format!("nothing scanned: {run}"))?;
    let millis = time("finished_at")?.0 - time("created_at")?.0;
    Ok((usize::try_from(scanned)?, f64::from(u32::try_from(millis.max(1))?) / 1000.0))
}

/// An administrator of the instance who may do everything by the API.
fn admin(server: &ServerProcess, handle: &str) -> Api {
    server.member_token(handle);
    server.admin(&["account", "set-role", handle, "admin"], "");
    let scopes = "read write follow push admin:read admin:write";
    let printed = server.admin(&["token", "create", "--account", handle, "--scopes", scopes], "");
    server.api(printed.lines().last().map(str::to_owned))
}

/// Gives the statuses these texts in turn.
async fn rewrite(url: &str, texts: &[String]) -> anyhow::Result<()> {
    let mut db = connect(url).await?;
    let all = i64::try_from(texts.len())?;
    for (n, text) in (0_i64..).zip(texts) {
        let rewrite = sqlx::query("UPDATE statuses SET text = $1 WHERE (id / 65536) % $2 = $3");
        rewrite.bind(text).bind(all).bind(n).execute(&mut db).await?;
    }
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut db).await?;
    Ok(db.close().await?)
}

async fn connect(url: &str) -> anyhow::Result<SqliteConnection> {
    Ok(SqliteConnection::connect_with(&SqliteConnectOptions::from_str(url)?).await?)
}

/// What the shipped packs with ten thousand phrases and two hundred expressions add to posting: two servers post the same
/// in turn, one of them without rules.
pub(super) async fn filters(report: &mut Report, scale: Scale) -> anyhow::Result<()> {
    let (words, mut chance) = (words(), Chance(SEED));
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("benchmark.toml");
    std::fs::write(&file, pack(&words, &mut chance)?)?;
    let files = format!("[{:?}]", file.display().to_string());
    let more = [("MODERATION__PACK_FILES", files.as_str())];
    let shipped = Engine::new(Policy::load(BUILT_IN)?)?;
    let [port, other] = free_ports();
    let with = ServerProcess::start_with(port, &[], &more).await;
    let mut without = ServerProcess::start_with(other, &[], &more).await;
    without.kill();
    take_off(without.database().url()).await?;
    without.restart().await;
    let servers = [&without, &with];
    let cpus = servers.map(|server| Cpu::of(server.pid()));
    let authors = servers.map(|server| server.member("amy"));
    begun(&authors).await;
    for cpu in &cpus {
        settled(cpu).await;
    }
    let mut times: [Vec<Duration>; 2] = Default::default();
    let mut used: [Duration; 2] = Default::default();
    for n in 0..scale.published + scale.published.div_ceil(10) {
        let body = json!({ "status": passing_post(&shipped, &words, &mut chance)? });
        // Some go before that nobody counts.
        let counts = n >= scale.published.div_ceil(10);
        for (((author, cpu), times), used) in authors.iter().zip(&cpus).zip(&mut times).zip(&mut used) {
            if n == scale.published.div_ceil(10) {
                *used = cpu.used()?;
            }
            let began = Instant::now();
            id_of(&author.post("/api/v1/statuses", &body).await)?;
            if counts {
                times.push(began.elapsed());
            }
        }
    }
    let mut p99s = Vec::new();
    let names = ["without rules", "with them"];
    for (((name, cpu), times), used) in names.iter().zip(&cpus).zip(&mut times).zip(used) {
        report.cost(&format!("posting {name}"), scale.published, cpu.used()?.saturating_sub(used));
        report.note(&format!("posting {name}: median (ms)"), quantile(times, 0.5));
        let p99 = quantile(times, 0.99);
        report.note(&format!("posting {name}: p99 (ms)"), p99);
        p99s.push(p99);
    }
    if let [without, with] = p99s[..] {
        report.note(
            &format!("{PHRASES} phrases, {EXPRESSIONS} expressions add to the p99 of posting (ms)"),
            with - without,
        );
    }
    Ok(())
}

/// A post that nobody asks its author about: both servers publish it.
fn passing_post(shipped: &Engine, words: &[&str], chance: &mut Chance) -> anyhow::Result<String> {
    let passes = |post: &String| {
        let subject = Subject::text(post.clone(), Direction::Outbound, Facts::at(Timestamp(0)));
        shipped.evaluate(&subject).action < Action::Nudge
    };
    let mut posts = std::iter::repeat_with(|| plain_post(words, chance)).take(MOST_TRIED);
    posts.find(passes).context("rules find something in every post")
}

/// Takes all rules but one out of force, beside a stopped server.
async fn take_off(url: &str) -> anyhow::Result<()> {
    let mut db = connect(url).await?;
    let retire =
        format!("UPDATE moderation_rules SET state = 'retired', enforced_version = NULL WHERE name <> '{LEFT}'");
    sqlx::query(AssertSqlSafe(retire)).execute(&mut db).await?;
    Ok(db.close().await?)
}

/// Waits until only the second server has rules that matter.
async fn begun(authors: &[Api; 2]) {
    for (author, wanted) in authors.iter().zip(["allow", "hold"]) {
        eventually_within(PATIENCE, "the rules run", || async {
            let said = author.post("/api/staffroom/v1/evaluate", &json!({ "status": "UPN: H801200001001" })).await;
            if said.get("action") == Some(&json!(wanted)) { Ok(()) } else { Err(said) }
        })
        .await;
    }
}
