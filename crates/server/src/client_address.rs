//! Who is really asking: behind a trusted proxy, the address it names; else the peer itself. Who is blocked goes no
//! further.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use staffroom_domain::cidr::Cidr;
use staffroom_service::Service;

use crate::health::PROBES;

/// Addresses and networks whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrustedProxies(Arc<Vec<Cidr>>);

impl TrustedProxies {
    /// From configured addresses and networks; what is neither was refused by the configuration's check.
    pub(crate) fn new<'a>(entries: impl IntoIterator<Item = &'a String>) -> Self {
        Self(Arc::new(entries.into_iter().filter_map(|entry| Cidr::parse_or_one(entry)).collect()))
    }

    /// Whether `address` is one of them.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// The client behind `peer`, given the `X-Forwarded-For` values in order: the last address that is not itself a
    /// trusted proxy. A header from anybody else is not looked at.
    fn client<'a>(&self, peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'a str>) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let mut client = peer;
        for address in forwarded.flat_map(|line| line.split(',')).collect::<Vec<_>>().into_iter().rev() {
            let Ok(address) = address.trim().parse::<IpAddr>() else { break };
            client = address;
            if !self.trusts(address) {
                break;
            }
        }
        client
    }
}

/// Replaces the connection's address by the client's.
pub(crate) async fn resolve(proxies: TrustedProxies, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let lines = request.headers().get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
        let client = proxies.client(peer.ip().to_canonical(), lines.collect::<Vec<_>>().into_iter());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, peer.port())));
    }
    next.run(request).await
}

/// Answers clients whose addresses are blocked with nothing but that. Whether the server lives is no secret, and who
/// watches over it must not take a rule for an outage.
pub(crate) async fn turn_away(service: Service, request: Request, next: Next) -> Response {
    let client = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let is_watching = PROBES.contains(&request.uri().path());
    if !is_watching && client.is_some_and(|client| !service.sign_ups().answers(client)) {
        return (StatusCode::FORBIDDEN, "This address is blocked here.").into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &[&str], peer: &str, header: &[&str]) -> String {
        let entries: Vec<String> = proxies.iter().map(|s| (*s).to_owned()).collect();
        TrustedProxies::new(&entries).client(peer.parse().unwrap(), header.iter().copied()).to_string()
    }

    #[test]
    fn a_trusted_proxy_is_believed_and_nobody_else() {
        assert_eq!(client(&["127.0.0.1"], "127.0.0.1", &["203.0.113.7"]), "203.0.113.7");
        assert_eq!(client(&["127.0.0.1"], "198.51.100.1", &["203.0.113.7"]), "198.51.100.1");
        assert_eq!(client(&[], "127.0.0.1", &["203.0.113.7"]), "127.0.0.1");
    }

    #[test]
    fn what_the_client_wrote_itself_does_not_count() {
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.2", &["1.2.3.4, 203.0.113.7, 10.0.0.3"]), "203.0.113.7");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.2", &["1.2.3.4", "203.0.113.7"]), "203.0.113.7");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.2", &["rubbish"]), "10.0.0.2");
    }
}
