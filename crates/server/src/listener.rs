//! Listens, with or without TLS, and stops gracefully.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use tokio_util::sync::CancellationToken;

use crate::config::Config;

/// Binds the configured address, so that a taken port is reported before anything else starts.
pub(crate) fn bind(listen: &str) -> anyhow::Result<std::net::TcpListener> {
    let address: SocketAddr = listen.parse()?;
    let listener = std::net::TcpListener::bind(address).map_err(|e| anyhow::anyhow!("server.listen: {listen}: {e}"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves until cancelled, then lets open requests end within the configured time.
pub(crate) async fn serve(
    listener: std::net::TcpListener,
    config: &Config,
    router: Router,
    cancel: CancellationToken,
) -> anyhow::Result<()> {
    let handle = Handle::new();
    let stop = handle.clone();
    let grace = Duration::from_secs(config.server.stop_timeout_secs);
    tokio::spawn(async move {
        cancel.cancelled().await;
        stop.graceful_shutdown(Some(grace));
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let tls = &config.server.tls;
    if tls.certificate_file.is_empty() {
        axum_server::from_tcp(listener)?.handle(handle).serve(service).await?;
    } else {
        let rustls = RustlsConfig::from_pem_file(&tls.certificate_file, &tls.key_file).await?;
        axum_server::from_tcp_rustls(listener, rustls)?.handle(handle).serve(service).await?;
    }
    Ok(())
}
