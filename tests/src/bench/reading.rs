//! What reading and writing cost as statuses become many: the same database with more and more of them.
//!
//! The mass is written straight into the database beside a stopped server, as copies of one status; SQLite only.

use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use super::Scale;
use super::cost::Cpu;
use super::federation::quantile;
use super::report::Report;
use crate::api::Api;
use crate::process::{ServerProcess, free_ports};
use crate::wait::eventually_within;

/// Requests under way at once: few, so that what is measured is the server and not the queue before it.
const CONCURRENT: usize = 2;
/// Statuses a home timeline holds.
const HOME: usize = 400;
/// CPU in a second at which a server has nothing to do.
const AT_REST: Duration = Duration::from_millis(20);
/// How long it may take until it has.
const PATIENCE: Duration = Duration::from_secs(120);
/// Answers in the thread.
const THREAD: usize = 200;
/// Of so many statuses one has the rare word, and is told to somebody.
const ONE_IN: usize = 10;

/// CPU and p99 of reading and writing at each of [`Scale::masses`], as ratios to the first.
pub(super) async fn reading(report: &mut Report, scale: Scale) -> anyhow::Result<()> {
    let [port] = free_ports();
    let mut server = ServerProcess::start(port, &[]).await;
    let (amy, ben) = (server.member("amy"), server.member("ben"));
    ben.send(reqwest::Method::PATCH, "/api/v1/accounts/update_credentials", &json!({ "indexable": true })).await.ok();
    let ben_id = id_of(&ben.get("/api/v1/accounts/verify_credentials").await)?;
    amy.post(&format!("/api/v1/accounts/{ben_id}/follow"), &json!({})).await;
    let pattern = id_of(&ben.post("/api/v1/statuses", &json!({ "status": "Feedback on marking #SLTchat" })).await)?;
    // What is older than the pattern is the mass; the thread is newer.
    let root = id_of(&ben.post("/api/v1/statuses", &json!({ "status": "A thread" })).await)?;
    for n in 0..THREAD {
        let body = json!({ "status": format!("Answer {n}"), "in_reply_to_id": root });
        (if n % 2 == 0 { &ben } else { &amy }).post("/api/v1/statuses", &body).await;
    }
    let context = format!("/api/v1/statuses/{root}/context");
    let reads = [
        ("home page of 40", "/api/v1/timelines/home?limit=40"),
        ("hashtag page of 40", "/api/v1/timelines/tag/SLTchat?limit=40"),
        ("thread of 200", context.as_str()),
        ("notifications page of 40", "/api/v1/notifications?limit=40"),
        ("search of a word that all have", "/api/v2/search?type=statuses&q=marking"),
        ("search of a word that one in ten has", "/api/v2/search?type=statuses&q=rare"),
    ];
    let mut first: Vec<(f64, f64)> = Vec::new();
    let mut there = 0;
    for mass in scale.masses {
        server.kill();
        grow(server.database().url(), &pattern, there, mass).await?;
        there = mass;
        server.restart().await;
        let cpu = Cpu::of(server.pid());
        settled(&cpu).await;
        let mut figures = Vec::new();
        for (name, path) in reads {
            figures.push((name, requests(&cpu, scale.reads, || read(&amy, path)).await?));
        }
        figures.push(("posting", requests(&cpu, scale.reads, || write(&amy)).await?));
        for (at, (name, (spent, p99))) in figures.into_iter().enumerate() {
            report.cost(&format!("{name}, {mass} statuses"), scale.reads, spent);
            report.note(&format!("p99 of {name}, {mass} statuses (ms)"), p99);
            let figure = (spent.as_secs_f64(), p99);
            match first.get(at) {
                None => first.push(figure),
                Some((spent, p99)) => {
                    report.note(&format!("{name}: CPU at {mass} to that of the fewest"), figure.0 / spent);
                    report.note(&format!("{name}: p99 at {mass} to that of the fewest"), figure.1 / p99);
                }
            }
        }
    }
    Ok(())
}

/// Waits until the server has done what it does when it starts.
pub(super) async fn settled(cpu: &Cpu) {
    eventually_within(PATIENCE, "the server is at rest", || async {
        let before = cpu.used().map_err(|error| error.to_string())?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let spent = cpu.used().map_err(|error| error.to_string())?.saturating_sub(before);
        if spent <= AT_REST { Ok(()) } else { Err(format!("{spent:?} of CPU in a second")) }
    })
    .await;
}

pub(super) fn id_of(entity: &Value) -> anyhow::Result<String> {
    Ok(entity.get("id").and_then(Value::as_str).with_context(|| format!("no id: {entity}"))?.to_owned())
}

/// CPU of `count` requests, and the milliseconds that 99 in 100 of them took at most. Some go before that nobody counts.
async fn requests<F: Future<Output = anyhow::Result<()>>>(
    cpu: &Cpu,
    count: usize,
    one: impl Fn() -> F,
) -> anyhow::Result<(Duration, f64)> {
    for _ in 0..count.div_ceil(10) {
        one().await?;
    }
    let before = cpu.used()?;
    let one = &one;
    let measured = async |_| {
        let began = Instant::now();
        one().await.map(|()| began.elapsed())
    };
    let mut times: Vec<Duration> =
        stream::iter(0..count).map(measured).buffer_unordered(CONCURRENT).try_collect().await?;
    Ok((cpu.used()?.saturating_sub(before), quantile(&mut times, 0.99)))
}

async fn read(api: &Api, path: &str) -> anyhow::Result<()> {
    let answer = api.get(path).await;
    let shown = answer.as_array().map(Vec::len);
    let shown = shown.or_else(|| answer.get("descendants")?.as_array().map(Vec::len));
    let shown = shown.or_else(|| answer.get("statuses")?.as_array().map(Vec::len)).unwrap_or(0);
    anyhow::ensure!(shown >= 20, "{path}: {shown} shown");
    Ok(())
}

async fn write(api: &Api) -> anyhow::Result<()> {
    id_of(&api.post("/api/v1/statuses", &json!({ "status": "One more about assessment #KS3" })).await).map(drop)
}

/// Copies the status `pattern` until there are `upto` copies, `from` of which exist: older ones, with their hashtag and
/// their words; the newest also in the home timelines it is in, some as a favourite of amy's that ben took.
pub(super) async fn grow(url: &str, pattern: &str, from: usize, upto: usize) -> anyhow::Result<()> {
    let mut db = SqliteConnection::connect_with(&SqliteConnectOptions::from_str(url)?).await?;
    let columns: Vec<String> = sqlx::query("SELECT name FROM pragma_table_info('statuses')")
        .fetch_all(&mut db)
        .await?
        .iter()
        .map(|row| row.get::<String, _>(0))
        .collect();
    // An id holds its time in all but its low sixteen bits: each copy is a millisecond older.
    let copies = |column: &String| match column.as_str() {
        "id" | "thread_id" => "p.id - n * 65536".to_owned(),
        "uri" | "url" => format!("p.{column} || '/' || n"),
        "created_at" => "p.created_at - n".to_owned(),
        // What the index would read, were it made anew.
        "content" => {
            format!("p.content || CASE WHEN n % {ONE_IN} = 0 THEN ' rare' ELSE ' usual' END || ' number' || n")
        }
        _ => format!("p.{column}"),
    };
    let values = columns.iter().map(copies).collect::<Vec<_>>().join(", ");
    let numbers =
        format!("WITH RECURSIVE many(n) AS (SELECT {} UNION ALL SELECT n + 1 FROM many WHERE n < {upto})", from + 1);
    let newest = format!("n <= {HOME}");
    let told = format!("n % {ONE_IN} = 0");
    let steps = [
        "BEGIN".to_owned(),
        format!(
            "{numbers} INSERT INTO statuses ({}) SELECT {values} FROM many, statuses p WHERE p.id = {pattern}",
            columns.join(", ")
        ),
        format!(
            "{numbers} INSERT INTO status_tags (tag_id, status_id) SELECT t.tag_id, t.status_id - n * 65536 \
             FROM many, status_tags t WHERE t.status_id = {pattern}"
        ),
        format!(
            "{numbers} INSERT INTO home_entries (account_id, status_id) SELECT h.account_id, h.status_id - n * 65536 \
             FROM many, home_entries h WHERE h.status_id = {pattern} AND {newest}"
        ),
        format!(
            "{numbers} INSERT INTO status_search (rowid, words) SELECT s.id - n * 65536, 'feedback on marking sltchat ' \
             || CASE WHEN {told} THEN 'rare' ELSE 'usual' END || ' number' || n || ' +by' || s.account_id || ' +open' \
             FROM many, statuses s WHERE s.id = {pattern}"
        ),
        format!(
            "{numbers} INSERT INTO notifications (id, account_id, from_account_id, kind, status_id, created_at, filtered) \
             SELECT s.id - n * 65536, u.account_id, s.account_id, 'status', s.id - n * 65536, s.created_at - n, FALSE \
             FROM many, statuses s, users u WHERE s.id = {pattern} AND u.account_id <> s.account_id AND {told}"
        ),
        "COMMIT".to_owned(),
        "ANALYZE".to_owned(),
        "PRAGMA wal_checkpoint(TRUNCATE)".to_owned(),
    ];
    for step in steps {
        sqlx::query(AssertSqlSafe(step.clone())).execute(&mut db).await.with_context(|| step)?;
    }
    Ok(db.close().await?)
}
