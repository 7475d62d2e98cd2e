//! A network of the test's own: names, addresses that look public, certificates, and no way out.
//!
//! A test that wants one hands its body to [`inside`], which starts the same test once more in a fresh network namespace
//! (`unshare`). In there every address of [`ADDRESSES`] belongs to the loopback device, and [`dns::StubDns`] answers for
//! every name, so that the server runs exactly as it does for its users: https on port 443, nothing allowed that is not
//! public, no switch for tests.

pub mod dns;
pub mod fault;
pub mod relay;

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Set in the process inside.
const INSIDE: &str = "STAFFROOM_TEST_INSIDE";

/// The PostgreSQL server of the suite.
const DATABASE: &str = "STAFFROOM_TEST_DATABASE";

/// What looks public: one for the server under test, others for its peers. Nobody is sent anything: there is no route.
pub const ADDRESSES: [Ipv4Addr; 12] = [
    public(1),
    public(2),
    public(3),
    public(4),
    public(5),
    public(6),
    public(7),
    public(8),
    public(9),
    public(10),
    public(11),
    public(12),
];

/// What must never be spoken to, all of it there to be spoken to.
pub const PRIVATE: [&str; 9] = [
    "10.0.0.5",
    "172.16.0.5",
    "192.168.0.5",
    "100.64.0.5",
    "169.254.169.254",
    "127.0.0.1",
    "198.18.0.5",
    "::1",
    "fd00::5",
];

const fn public(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(198, 20, 1, last)
}

/// Makes the network and becomes the program in its arguments.
const SETUP: &str = r#"
set -e
mount --bind "$1/resolv.conf" /etc/resolv.conf
mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf
ip link set lo up
shift
while [ "$1" != -- ]; do
    case "$1" in *:*) ip address add "$1" dev lo nodad ;; *) ip address add "$1" dev lo ;; esac
    shift
done
shift
while ip -6 address show dev lo tentative | grep -q inet6; do :; done
exec "$@"
"#;

/// Runs `test` in a network of its own; `name` is the path of the calling test as `cargo test` lists it.
///
/// # Panics
/// When there are no network namespaces to be had, when tools are missing, and when the test fails.
pub fn inside<F: Future<Output = ()>>(name: &str, test: impl FnOnce() -> F) {
    let runtime = tokio::runtime::Runtime::new().unwrap_or_else(|error| panic!("no runtime: {error}"));
    if std::env::var_os(INSIDE).is_some() {
        runtime.block_on(async {
            relay::enter().await;
            test().await;
        });
        return;
    }
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no folder: {error}"));
    let write = |file: &str, text: &str| {
        std::fs::write(folder.path().join(file), text).unwrap_or_else(|error| panic!("{file}: {error}"));
    };
    write("resolv.conf", &format!("nameserver {}\noptions timeout:1 attempts:1\n", dns::ADDRESS));
    write("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
    let own = std::env::current_exe().unwrap_or_else(|error| panic!("no path of our own: {error}"));
    let mut command = Command::new("unshare");
    // somebody else than root is root in a namespace of users
    if !is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--net", "--mount", "--", "sh", "-c", SETUP, "setup"]).arg(folder.path());
    command.args(ADDRESSES.iter().map(|address| format!("{address}/32")));
    command.args(PRIVATE.iter().filter(|address| !is_there(address)).map(|address| with_length(address)));
    command.arg("--").arg(own).args([name, "--exact", "--nocapture", "--include-ignored"]);
    command.env(INSIDE, "1").stdin(Stdio::null()).process_group(0);
    // the program is built before anything is cut off
    command.env("STAFFROOM_BIN", crate::process::binary());
    let _relay = std::env::var(DATABASE).ok().map(|url| {
        let socket: PathBuf = folder.path().join("database");
        command.env(relay::SOCKET, &socket);
        let _entered = runtime.enter();
        relay::leave(&socket, &url)
    });
    let output = command.output().unwrap_or_else(|error| panic!("unshare (of util-linux) does not start: {error}"));
    let (printed, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(
        output.status.success() && printed.contains("1 passed"),
        "{name} failed in a network of its own. It needs network and mount namespaces (as root, or with user namespaces \
         allowed: sysctl kernel.unprivileged_userns_clone=1) and the programs unshare, mount and ip (Debian: util-linux, \
         mount, iproute2).\n{printed}{errors}"
    );
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout == b"0\n")
}

/// The loopback device has these from the start.
fn is_there(address: &str) -> bool {
    matches!(address, "127.0.0.1" | "::1")
}

fn with_length(address: &str) -> String {
    format!("{address}/{}", if address.contains(':') { 128 } else { 32 })
}

/// Counts who connects to a place nobody may connect to.
#[derive(Clone, Default)]
pub struct Canary(std::sync::Arc<std::sync::Mutex<Vec<SocketAddr>>>);

impl Canary {
    /// Listens on the ports of http and https of every address of [`PRIVATE`].
    ///
    /// # Panics
    /// When one is taken.
    pub async fn listen() -> Self {
        let canary = Self::default();
        for address in PRIVATE {
            let address: IpAddr = address.parse().unwrap_or_else(|error| panic!("{address}: {error}"));
            for port in [80, 443] {
                let listener = tokio::net::TcpListener::bind((address, port)).await;
                let listener = listener.unwrap_or_else(|error| panic!("{address} {port}: {error}"));
                let seen = canary.0.clone();
                tokio::spawn(async move {
                    while listener.accept().await.is_ok() {
                        seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((address, port).into());
                    }
                });
            }
        }
        canary
    }

    /// The places that were connected to.
    #[must_use]
    pub fn seen(&self) -> Vec<SocketAddr> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

/// A client that trusts the authority of `tests/fixtures/tls/net_ca.pem` besides all others.
///
/// # Panics
/// When it cannot be built.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "tests are outside: they do not use the server's guarded client")]
pub fn trusting_client() -> reqwest::Client {
    let authority = reqwest::Certificate::from_pem(include_bytes!("../fixtures/tls/net_ca.pem"));
    let authority = authority.unwrap_or_else(|error| panic!("the authority: {error}"));
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(std::time::Duration::from_secs(30))
        .add_root_certificate(authority)
        .build()
        .unwrap_or_else(|error| panic!("building the test's client: {error}"))
}
