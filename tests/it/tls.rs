//! The server as its users run it, in a network of its own: https by name, private authority, every address rule on.

mod addresses;
mod certificates;
mod faults;
mod push;
mod round_trip;

use std::net::{IpAddr, SocketAddr};

use staffroom_tests::network::dns::StubDns;
use staffroom_tests::network::{ADDRESSES, Canary, trusting_client};
use staffroom_tests::process::ServerProcess;
use staffroom_tests::puppet::Puppet;

/// A certificate and its key.
type Pem = (&'static [u8], &'static [u8]);

/// For every name below `school.test`.
const SCHOOLS: Pem = (include_bytes!("../fixtures/tls/schools.pem"), include_bytes!("../fixtures/tls/schools.key"));

/// What every test here begins with.
pub(crate) struct Ground {
    pub(crate) dns: StubDns,
    pub(crate) canary: Canary,
    pub(crate) server: ServerProcess,
}

/// A name server, listeners where nobody may knock, and the server as `oak.school.test`.
pub(crate) async fn ground() -> Ground {
    // the program does the same when it starts
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let dns = StubDns::start().await;
    dns.set("oak.school.test", &[ADDRESSES[0].into()]);
    let canary = Canary::listen().await;
    let server = ServerProcess::start_public("oak.school.test", ADDRESSES[0], trusting_client, &[]).await;
    Ground { dns, canary, server }
}

impl Ground {
    /// A peer called `name` on the address with number `at`.
    pub(crate) async fn puppet(&self, name: &str, at: usize) -> Puppet {
        let address = ADDRESSES[at];
        self.dns.set(name, &[address.into()]);
        Puppet::start_tls(name, SocketAddr::from((address, 443)), SCHOOLS, trusting_client).await
    }

    /// `https://oak.school.test/inbox`.
    fn inbox(&self) -> String {
        format!("{}/inbox", self.server.url())
    }
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}
