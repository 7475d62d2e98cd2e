//! Streams that are open: what an idle one weighs, and what an event costs that all of them hear.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::{self, TryStreamExt as _};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

use super::Scale;
use super::cost::{Cpu, memory_mb};
use super::report::Report;
use crate::process::{ServerProcess, free_ports};
use crate::wait::eventually_within;

/// Streams opened at once.
const CONCURRENT: usize = 16;
const PATIENCE: Duration = Duration::from_secs(120);

/// Opens many web sockets on the public timeline, weighs the server before and after as many more, and then publishes.
pub(super) async fn streams(report: &mut Report, scale: Scale) -> anyhow::Result<()> {
    let [port] = free_ports();
    let server = ServerProcess::start(port, &[]).await;
    let token = server.member_token("amy");
    let amy = server.api(Some(token.clone()));
    let heard = Arc::new(AtomicUsize::new(0));
    let mut listeners = JoinSet::new();
    // The first few make the server warm, the next take what memory it has to spare.
    listen(&server, &token, &heard, &mut listeners, CONCURRENT).await?;
    publish_to(&amy, &heard, listeners.len(), 1).await;
    listen(&server, &token, &heard, &mut listeners, scale.streams).await?;
    let before = memory_mb(server.pid())?;
    listen(&server, &token, &heard, &mut listeners, scale.streams).await?;
    let weight = (memory_mb(server.pid())? - before) * 1024.0;
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    report.note(&format!("memory of each of {} idle streams (KiB)", scale.streams), weight / scale.streams as f64);

    let cpu = Cpu::of(server.pid());
    let used = cpu.used()?;
    publish_to(&amy, &heard, listeners.len(), scale.events).await;
    let spent = cpu.used()?.saturating_sub(used);
    report.cost(&format!("status told to {} listeners", listeners.len()), scale.events, spent);
    report.cost("of that, for each listener", scale.events * listeners.len(), spent);
    Ok(())
}

/// Opens `count` more streams; each counts what it hears.
async fn listen(
    server: &ServerProcess,
    token: &str,
    heard: &Arc<AtomicUsize>,
    listeners: &mut JoinSet<()>,
    count: usize,
) -> anyhow::Result<()> {
    let url = format!("ws://{}/api/v1/streaming?stream=public&access_token={token}", server.host());
    let open = async |_| -> anyhow::Result<_> {
        let stream = TcpStream::connect(server.host()).await?;
        Ok(client_async(url.as_str(), stream).await?.0)
    };
    let sockets: Vec<_> = stream::iter(0..count).map(open).buffer_unordered(CONCURRENT).try_collect().await?;
    for mut socket in sockets {
        let heard = Arc::clone(heard);
        listeners.spawn(async move {
            while let Some(Ok(message)) = socket.next().await {
                if matches!(message, Message::Text(_)) {
                    heard.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
    Ok(())
}

/// Publishes, one after the other, and waits until every listener heard of each.
async fn publish_to(api: &crate::api::Api, heard: &AtomicUsize, listeners: usize, statuses: usize) {
    for n in 0..statuses {
        let goal = heard.load(Ordering::Relaxed) + listeners;
        api.post("/api/v1/statuses", &json!({ "status": format!("Told to all, number {n}") })).await;
        eventually_within(PATIENCE, "everybody heard of it", || async {
            let heard = heard.load(Ordering::Relaxed);
            if heard >= goal { Ok(()) } else { Err(format!("{heard} of {goal}")) }
        })
        .await;
    }
}
