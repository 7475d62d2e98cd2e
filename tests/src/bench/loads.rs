//! The loads: each returns the CPU the server used for it.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};

use super::cost::Cpu;
use super::puppets::Puppets;
use crate::api::Api;
use crate::process::ServerProcess;
use crate::wait::eventually;

/// Requests under way at once: enough to keep the server busy, few enough to stay fair.
const CONCURRENT: usize = 8;

/// Publishes `count` tagged statuses.
pub(super) async fn publish(cpu: &Cpu, api: &Api, count: usize) -> anyhow::Result<Duration> {
    let before = cpu.used()?;
    stream::iter(0..count)
        .for_each_concurrent(CONCURRENT, |i| async move {
            api.post("/api/v1/statuses", &json!({ "status": format!("Number {i} about marking #SLTchat") })).await;
        })
        .await;
    Ok(cpu.used()?.saturating_sub(before))
}

/// Publishes until there are `upto` statuses, `from` of which exist.
pub(super) async fn fill(api: &Api, from: usize, upto: usize) -> anyhow::Result<()> {
    stream::iter(from..upto)
        .for_each_concurrent(CONCURRENT, |i| async move {
            api.post("/api/v1/statuses", &json!({ "status": format!("Filler {i} #SLTchat") })).await;
        })
        .await;
    Ok(())
}

/// Reads the newest page `count` times.
pub(super) async fn pages(cpu: &Cpu, api: &Api, path: &str, count: usize) -> anyhow::Result<Duration> {
    let before = cpu.used()?;
    stream::iter(0..count)
        .map(Ok)
        .try_for_each_concurrent(CONCURRENT, |_| async move {
            let page = api.get(path).await;
            let shown = page.as_array().map_or(0, Vec::len);
            anyhow::ensure!(shown == 20, "{path}: {shown} statuses instead of 20");
            Ok(())
        })
        .await?;
    Ok(cpu.used()?.saturating_sub(before))
}

/// Lets every puppet follow `handle`, and waits until each was accepted.
pub(super) async fn follow(puppets: &Puppets, server: &str, handle: &str) -> anyhow::Result<()> {
    let target = format!("{server}/users/{handle}");
    let target = target.as_str();
    stream::iter(puppets.hosts())
        .map(Ok)
        .try_for_each_concurrent(CONCURRENT, |puppet| async move {
            let actor = puppet.actor();
            let follow = activity(&format!("{actor}#follow"), "Follow", &actor, &json!(target));
            puppets.send(puppet, &format!("{target}/inbox"), &follow).await
        })
        .await?;
    settle(puppets, puppets.hosts().len()).await;
    Ok(())
}

/// Publishes `count` statuses to all puppets, one after the other; the slowest time until all were reached.
pub(super) async fn fan_out(
    cpu: &Cpu,
    api: &Api,
    puppets: &Puppets,
    count: usize,
) -> anyhow::Result<(Duration, Duration)> {
    let before = cpu.used()?;
    let mut slowest = Duration::ZERO;
    for i in 0..count {
        let goal = puppets.received() + puppets.hosts().len();
        let start = Instant::now();
        api.post("/api/v1/statuses", &json!({ "status": format!("To everybody, number {i}") })).await;
        settle(puppets, goal).await;
        slowest = slowest.max(start.elapsed());
    }
    Ok((cpu.used()?.saturating_sub(before), slowest))
}

/// Sends `count` statuses that mention amy; CPU until all were accepted, and until all were worked off.
pub(super) async fn deliver(
    cpu: &Cpu,
    api: &Api,
    puppets: &Puppets,
    server: &ServerProcess,
    count: usize,
) -> anyhow::Result<(Duration, Duration)> {
    let me = api.get("/api/v1/accounts/verify_credentials").await;
    let amy = me.get("uri").and_then(Value::as_str).context("amy has no uri")?;
    let inbox = format!("{}/inbox", server.url());
    let inbox = inbox.as_str();
    let before = cpu.used()?;
    stream::iter(0..count)
        .map(Ok)
        .try_for_each_concurrent(CONCURRENT, |i| async move {
            let hosts = puppets.hosts();
            let puppet = hosts.get(i % hosts.len()).context("no puppets")?;
            let actor = puppet.actor();
            let note = json!({
                "id": format!("{actor}/notes/{i}"),
                "type": "Note",
                "attributedTo": actor,
                "to": ["https://www.w3.org/ns/activitystreams#Public"],
                "cc": [amy],
                "content": format!("<p>Number {i} for amy</p>"),
                "tag": [{ "type": "Mention", "href": amy, "name": "@amy" }],
            });
            let create = activity(&format!("{actor}/notes/{i}/activity"), "Create", &actor, &note);
            puppets.send(puppet, inbox, &create).await
        })
        .await?;
    let accepted = cpu.used()?.saturating_sub(before);
    eventually("all deliveries are worked off", || async {
        let newest = api.get("/api/v1/notifications?types[]=mention&limit=1").await;
        let pending = server.metric("staffroom_inbox_pending").await;
        if pending == Some(0.0) && newest.pointer("/0").is_some() { Ok(()) } else { Err((pending, newest)) }
    })
    .await;
    Ok((accepted, cpu.used()?.saturating_sub(before)))
}

/// An activity of `actor` about `object`.
pub(super) fn activity(id: &str, kind: &str, actor: &str, object: &Value) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": id,
        "type": kind,
        "actor": actor,
        "object": object,
    })
}

/// Waits until so many deliveries came.
pub(super) async fn settle(puppets: &Puppets, goal: usize) {
    eventually("every host is reached", || async {
        let received = puppets.received();
        if received >= goal { Ok(()) } else { Err(format!("{received} of {goal}")) }
    })
    .await;
}
