//! Listens, with or without TLS, and stops gracefully.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio_util::sync::CancellationToken;

use crate::client_address::TrustedProxies;
use crate::config::Config;
use crate::connections::Door;

/// Headers of a request.
const MAX_HEADERS: usize = 100;
/// Requests at once on one HTTP/2 connection.
const MAX_STREAMS: u32 = 100;
/// Bytes of all headers of an HTTP/2 request.
const MAX_HEADER_BYTES: u32 = 16 * 1024;

/// Time for the head of a request, and for the answer to a ping.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How often an HTTP/2 client is asked whether it is still there.
const PING_EVERY: Duration = Duration::from_secs(30);

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
    tls: Option<RustlsConfig>,
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
    let most = usize::try_from(config.server.connections_per_address)?;
    let door = Door::new(most, TrustedProxies::new(config.server.trusted_proxies.iter()));
    match tls {
        None => {
            let mut server = axum_server::from_tcp(listener)?.acceptor(door).handle(handle);
            limit(server.http_builder());
            server.serve(service).await?;
        }
        Some(tls) => {
            let acceptor = RustlsAcceptor::new(tls).acceptor(door);
            let mut server = axum_server::from_tcp(listener)?.acceptor(acceptor).handle(handle);
            limit(server.http_builder());
            server.serve(service).await?;
        }
    }
    Ok(())
}

/// Reads certificate and key; `None` where none is configured.
///
/// # Errors
/// Naming the settings, when they cannot be read or do not belong together.
pub(crate) async fn tls(config: &Config) -> anyhow::Result<Option<RustlsConfig>> {
    let tls = &config.server.tls;
    if tls.certificate_file.is_empty() {
        return Ok(None);
    }
    let read = RustlsConfig::from_pem_file(&tls.certificate_file, &tls.key_file).await;
    let read = read.with_context(|| {
        format!("server.tls.certificate_file {:?}, server.tls.key_file {:?}", tls.certificate_file, tls.key_file)
    })?;
    Ok(Some(read))
}

/// Nobody holds a connection by not saying what they want.
fn limit(builder: &mut Builder<TokioExecutor>) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN).max_headers(MAX_HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(HEADERS_WITHIN)
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEADER_BYTES);
}
