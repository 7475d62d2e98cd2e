//! The `staffroom` program as operators run it: a process of its own, configured through the environment alone.

use crate::api::Api;
use crate::wait::eventually;
use std::collections::BTreeMap;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use tempfile::TempDir;

/// The password of every account made here.
pub const PASSWORD: &str = "correct horse battery staple";

/// Everything an account made by a test may do.
const SCOPES: &str = "read write follow push";

/// A running `staffroom serve` with its data folder; dropping it kills the process and deletes the folder.
pub struct ServerProcess {
    child: Child,
    settings: BTreeMap<String, String>,
    base: String,
    _data: TempDir,
}

/// Ports nobody listens on at the moment, all different.
///
/// # Panics
/// When the system has none.
#[must_use]
pub fn free_ports<const N: usize>() -> [u16; N] {
    let listeners = std::array::from_fn::<_, N, _>(|_| {
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap_or_else(|error| panic!("no free port: {error}"))
    });
    listeners.map(|listener| match listener.local_addr() {
        Ok(address) => address.port(),
        Err(error) => panic!("no local address: {error}"),
    })
}

/// The address of what listens on loopback `port`, as others name it.
#[must_use]
pub fn loopback_host(port: u16) -> String {
    format!("localhost:{port}")
}

impl ServerProcess {
    /// Starts an instance on `port` that may speak plain http with the loopback hosts on `neighbours`.
    pub async fn start(port: u16, neighbours: &[u16]) -> Self {
        Self::start_with(port, neighbours, &[]).await
    }

    /// Like [`Self::start`], with more settings: pairs such as `("SERVER__TRUSTED_PROXIES", "[\"127.0.0.1/32\"]")`.
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn start_with(port: u16, neighbours: &[u16], more: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap_or_else(|error| panic!("no data folder: {error}"));
        let [metrics] = free_ports();
        let host = loopback_host(port);
        let insecure: Vec<_> = neighbours.iter().chain([&port]).map(|port| loopback_host(*port)).collect();
        let mut settings = BTreeMap::from([
            ("SERVER__LISTEN".to_owned(), format!("127.0.0.1:{port}")),
            ("SERVER__PUBLIC_URL".to_owned(), format!("http://{host}")),
            ("SERVER__ACCOUNT_DOMAIN".to_owned(), host),
            ("DATA_DIR".to_owned(), data.path().display().to_string()),
            ("METRICS__LISTEN".to_owned(), format!("127.0.0.1:{metrics}")),
            ("FEDERATION__INSECURE_LOOPBACK_HOSTS".to_owned(), format!("{insecure:?}")),
        ]);
        settings.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let mut command = program(&settings);
        let child = command.arg("serve").stdin(Stdio::null()).spawn();
        let child = child.unwrap_or_else(|error| panic!("staffroom did not start: {error}"));
        let server = Self { child, settings, base: format!("http://127.0.0.1:{port}"), _data: data };
        let api = server.api(None);
        eventually("the server is ready", || async {
            let answer = api.request(reqwest::Method::GET, "/readyz").send().await;
            match answer {
                Ok(answer) if answer.status().is_success() => Ok(()),
                other => Err(format!("{other:?}")),
            }
        })
        .await;
        server
    }

    /// The public address, as clients and peers name it.
    #[must_use]
    pub fn url(&self) -> &str {
        self.settings.get("SERVER__PUBLIC_URL").map_or("", String::as_str)
    }

    /// A client of this instance, by its listening address.
    #[must_use]
    pub fn api(&self, token: Option<String>) -> Api {
        Api::new(&self.base, token)
    }

    /// Creates the member `handle` with [`PASSWORD`] and `handle@example.org`, and returns a client signed in as them.
    pub fn member(&self, handle: &str) -> Api {
        self.api(Some(self.member_token(handle)))
    }

    /// Like [`Self::member`], but returns the token.
    pub fn member_token(&self, handle: &str) -> String {
        let email = format!("{handle}@example.org");
        let create =
            ["account", "create", "--handle", handle, "--email", &email, "--role", "member", "--password-stdin"];
        self.admin(&create, PASSWORD);
        let printed = self.admin(&["token", "create", "--account", handle, "--scopes", SCOPES], "");
        printed.lines().last().unwrap_or_default().trim().to_owned()
    }

    /// Makes `url` a neighbour that exchanges `tags` (comma-separated).
    pub fn add_peer(&self, url: &str, tags: &str) {
        self.admin(&["peer", "add", url, "--tags", tags], "");
    }

    /// Runs `staffroom admin ARGS` with this instance's settings and `input`, and returns what it printed.
    ///
    /// # Panics
    /// When it fails.
    pub fn admin(&self, args: &[&str], input: &str) -> String {
        let output = self.admin_output(args, input);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "staffroom admin {args:?} failed: {error}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn admin_output(&self, args: &[&str], input: &str) -> Output {
        let run = || {
            let mut command = program(&self.settings);
            command.arg("admin").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn()?;
            if let Some(mut stdin) = child.stdin.take() {
                writeln!(stdin, "{input}")?;
            }
            child.wait_with_output()
        };
        run().unwrap_or_else(|error: std::io::Error| panic!("staffroom admin {args:?}: {error}"))
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The program with exactly these settings: none from the caller's environment.
fn program(settings: &BTreeMap<String, String>) -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("STAFFROOM_")) {
        command.env_remove(name);
    }
    command.envs(settings.iter().map(|(name, value)| (format!("STAFFROOM__{name}"), value)));
    command
}

/// The binary beside this test's own, built once if need be; `STAFFROOM_BIN` names another.
///
/// # Panics
/// When it cannot be built.
#[must_use]
pub fn binary() -> &'static PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(given) = std::env::var_os("STAFFROOM_BIN") {
            return given.into();
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let build = Command::new(cargo).args(["build", "--quiet", "--workspace", "--bins"]).status();
        assert!(build.is_ok_and(|status| status.success()), "staffroom could not be built");
        let own = std::env::current_exe().unwrap_or_else(|error| panic!("no path of our own: {error}"));
        let profile = own.ancestors().nth(2).unwrap_or_else(|| panic!("{} is not in a build folder", own.display()));
        profile.join("staffroom")
    })
}
