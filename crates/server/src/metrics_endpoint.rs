//! Prometheus metrics, on a loopback port of their own: they say more than the public needs to know.

use std::net::SocketAddr;
use std::sync::OnceLock;

use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

/// One recorder a process, however many servers run in it.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Serves `/metrics` on `listen` until cancelled. Empty: does nothing.
pub(crate) async fn serve(listen: &str, cancel: CancellationToken) -> std::io::Result<()> {
    if listen.is_empty() {
        return Ok(());
    }
    let Some(handle) = RECORDER.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).clone() else {
        tracing::warn!("another metrics recorder is installed; no metrics here");
        return Ok(());
    };
    let address: SocketAddr =
        listen.parse().map_err(|e| std::io::Error::new(std::io::ErrorKind::InvalidInput, format!("{listen}: {e}")))?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    tracing::info!(listen = %listener.local_addr()?, "metrics");
    let router = Router::new().route("/metrics", get(move || async move { handle.render() }));
    tokio::spawn(async move {
        let served = axum::serve(listener, router).with_graceful_shutdown(cancel.cancelled_owned()).await;
        if let Err(e) = served {
            tracing::error!(error = %e, "metrics stopped");
        }
    });
    Ok(())
}
