//! Serving over TLS, with certificates made for a test.

use std::net::SocketAddr;

use axum::Router;
use axum_server::tls_rustls::RustlsConfig;

/// Serves `router` on `address` with the certificate and key in `pem`, until the test ends.
///
/// # Panics
/// When the address is taken or the certificate is none.
pub(crate) async fn serve(router: Router, address: SocketAddr, pem: (&[u8], &[u8])) {
    let config = RustlsConfig::from_pem(pem.0.to_vec(), pem.1.to_vec()).await;
    let config = config.unwrap_or_else(|error| panic!("{address}: {error}"));
    let listener = std::net::TcpListener::bind(address).unwrap_or_else(|error| panic!("{address}: {error}"));
    listener.set_nonblocking(true).unwrap_or_else(|error| panic!("{address}: {error}"));
    let server = axum_server::from_tcp_rustls(listener, config);
    let server = server.unwrap_or_else(|error| panic!("{address}: {error}"));
    tokio::spawn(server.serve(router.into_make_service()));
}
