//! The `staffroom` program as operators run it: a process of its own, configured through the environment alone.

use crate::api::{Api, plain_client};
use crate::database::Database;
use crate::wait::eventually;
use std::collections::BTreeMap;
use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, OnceLock};
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
    /// Each caller gets a client of its own: one would end with the first test's runtime.
    client: fn() -> reqwest::Client,
    database: Database,
    /// Where it writes what it logs; `None` for where the tests write.
    log: Option<PathBuf>,
    data: TempDir,
}

/// Where ports are taken from: below those the system gives to outgoing connections, which would snatch them.
const PORTS: std::ops::Range<u16> = 10_000..32_000;

/// Ports nobody listens on at the moment, all different, none given out twice by this process.
///
/// # Panics
/// When there are none.
#[must_use]
pub fn free_ports<const N: usize>() -> [u16; N] {
    static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| AtomicU64::new(RandomState::new().hash_one("first port")));
    let port = || {
        let at = NEXT.fetch_add(1, Ordering::Relaxed) % u64::from(PORTS.end - PORTS.start);
        PORTS.start + u16::try_from(at).unwrap_or_default()
    };
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    std::array::from_fn(|_| {
        let free = std::iter::repeat_with(port).take(PORTS.len()).find(is_free);
        free.unwrap_or_else(|| panic!("no free port"))
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
        Self::launch(port, neighbours, more, None, false).await
    }

    /// Like [`Self::start_with`]; what it logs can be [read](Self::logged).
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn start_logged(port: u16, neighbours: &[u16], more: &[(&str, &str)]) -> Self {
        Self::launch(port, neighbours, more, None, true).await
    }

    /// Like [`Self::start`], with a pack of moderation rules (TOML) beside those shipped.
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn start_with_pack(port: u16, neighbours: &[u16], pack: &str) -> Self {
        Self::launch(port, neighbours, &[], Some(pack), false).await
    }

    async fn launch(port: u16, neighbours: &[u16], more: &[(&str, &str)], pack: Option<&str>, is_logged: bool) -> Self {
        let data = tempfile::tempdir().unwrap_or_else(|error| panic!("no data folder: {error}"));
        let [metrics] = free_ports();
        let host = loopback_host(port);
        let names = |port: &u16| [loopback_host(*port), format!("*.localhost:{port}")];
        let insecure: Vec<_> = neighbours.iter().chain([&port]).flat_map(names).collect();
        let database = Database::fresh(data.path()).await;
        let mut settings = BTreeMap::from([
            ("SERVER__LISTEN".to_owned(), format!("127.0.0.1:{port}")),
            ("SERVER__PUBLIC_URL".to_owned(), format!("http://{host}")),
            ("SERVER__ACCOUNT_DOMAIN".to_owned(), host),
            ("DATA_DIR".to_owned(), data.path().display().to_string()),
            ("METRICS__LISTEN".to_owned(), format!("127.0.0.1:{metrics}")),
            ("STORAGE__URL".to_owned(), database.url().to_owned()),
            ("LOG__FILTER".to_owned(), "error".to_owned()),
            ("API__REQUESTS_PER_5_MIN".to_owned(), "1000000".to_owned()),
            ("API__UPLOADS_PER_30_MIN".to_owned(), "1000000".to_owned()),
            ("API__DELETES_PER_30_MIN".to_owned(), "1000000".to_owned()),
            ("FEDERATION__INBOX_PER_HOST_PER_MIN".to_owned(), "1000000".to_owned()),
            ("SERVER__CONNECTIONS_PER_ADDRESS".to_owned(), "100000".to_owned()),
            ("FEDERATION__INSECURE_LOOPBACK_HOSTS".to_owned(), format!("{insecure:?}")),
        ]);
        settings.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        if let Some(pack) = pack {
            let file = data.path().join("pack.toml");
            std::fs::write(&file, pack).unwrap_or_else(|error| panic!("no file for the pack: {error}"));
            settings.insert("MODERATION__PACK_FILES".to_owned(), format!("[\"{}\"]", file.display()));
        }
        let log = is_logged.then(|| data.path().join("staffroom.log"));
        let child = serve(&settings, log.as_deref());
        let is_tls = settings.contains_key("SERVER__TLS__CERTIFICATE_FILE");
        // Certificates are for names.
        let base = if is_tls { format!("https://localhost:{port}") } else { format!("http://127.0.0.1:{port}") };
        let mut server = Self { child, settings, base, client: plain_client, database, log, data };
        server.ready().await;
        server
    }

    /// Starts an instance as its users run it: `https://HOST` on `address`, port 443, with a certificate, and nothing
    /// allowed that is not public. `client` makes what the test speaks with it through.
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn start_public(
        host: &str,
        address: Ipv4Addr,
        client: fn() -> reqwest::Client,
        more: &[(&str, &str)],
    ) -> Self {
        let data = tempfile::tempdir().unwrap_or_else(|error| panic!("no data folder: {error}"));
        let fixture = |name: &str| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tls").join(name);
            path.display().to_string()
        };
        let database = Database::fresh(data.path()).await;
        let mut settings = BTreeMap::from([
            ("SERVER__LISTEN".to_owned(), format!("{address}:443")),
            ("SERVER__PUBLIC_URL".to_owned(), format!("https://{host}")),
            ("SERVER__TLS__CERTIFICATE_FILE".to_owned(), fixture("schools.pem")),
            ("SERVER__TLS__KEY_FILE".to_owned(), fixture("schools.key")),
            ("FEDERATION__EXTRA_CA_FILE".to_owned(), fixture("net_ca.pem")),
            ("DATA_DIR".to_owned(), data.path().display().to_string()),
            ("METRICS__LISTEN".to_owned(), "127.0.0.1:9398".to_owned()),
            ("STORAGE__URL".to_owned(), database.url().to_owned()),
            ("LOG__FILTER".to_owned(), "error".to_owned()),
        ]);
        settings.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let child = serve(&settings, None);
        let mut server = Self { child, settings, base: format!("https://{host}"), client, database, log: None, data };
        server.ready().await;
        server
    }

    async fn ready(&mut self) {
        let api = self.api(None);
        let child = &mut self.child;
        eventually("the server is ready", || {
            let ended = child.try_wait().ok().flatten();
            assert!(ended.is_none(), "the server ended at once: {ended:?}");
            let answer = api.request(reqwest::Method::GET, "/readyz").send();
            async {
                match answer.await {
                    Ok(answer) if answer.status().is_success() => Ok(()),
                    other => Err(format!("{other:?}")),
                }
            }
        })
        .await;
    }

    /// `kill -9`: the process gets no chance to finish anything.
    ///
    /// # Panics
    /// When it had already ended.
    pub fn kill(&mut self) {
        assert!(self.child.try_wait().is_ok_and(|ended| ended.is_none()), "the server had ended by itself");
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Starts the program again on the same data, after [`Self::kill`].
    pub async fn restart(&mut self) {
        self.child = serve(&self.settings, self.log.as_deref());
        self.ready().await;
    }

    /// As [`Self::restart`], with a setting changed.
    pub async fn restart_with(&mut self, name: &str, value: &str) {
        self.settings.insert(name.to_owned(), value.to_owned());
        self.restart().await;
    }

    /// Keeps the server running for all tests of this process and ends it with them, however they end.
    ///
    /// # Panics
    /// When its guard cannot be started.
    #[must_use]
    pub fn shared(self) -> &'static Self {
        const GUARD: &str = r#"trap '' INT TERM HUP; read -r _; kill -9 "$1"; rm -rf -- "$2""#;
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard", &self.child.id().to_string()]).arg(self.data.path());
        let guard = guard.stdin(Stdio::piped()).spawn().unwrap_or_else(|error| panic!("no guard: {error}"));
        // Its input stays open as long as this process lives.
        Box::leak(Box::new(guard));
        Box::leak(Box::new(self))
    }

    /// What it has stored.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.base.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or_default()
    }

    /// The folder with everything it keeps.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// `localhost:PORT`, the domain of its accounts.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url().trim_start_matches("http://").trim_start_matches("https://")
    }

    /// The public address, as clients and peers name it.
    #[must_use]
    pub fn url(&self) -> &str {
        self.settings.get("SERVER__PUBLIC_URL").map_or("", String::as_str)
    }

    /// The process, for reading what it uses.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it logged so far; empty unless it was started to be [logged](Self::start_logged).
    #[must_use]
    pub fn logged(&self) -> String {
        let read = self.log.as_ref().and_then(|path| std::fs::read(path).ok());
        String::from_utf8_lossy(&read.unwrap_or_default()).into_owned()
    }

    /// All metrics as they are served; empty when they are not.
    pub async fn metrics(&self) -> String {
        let address = self.settings.get("METRICS__LISTEN").map_or("", String::as_str);
        match plain_client().get(format!("http://{address}/metrics")).send().await {
            Ok(answer) => answer.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// The value of the metric `name` without labels, if it has one yet.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        let text = self.metrics().await;
        text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
    }

    /// A client of this instance, by its listening address.
    #[must_use]
    pub fn api(&self, token: Option<String>) -> Api {
        Api::with_client((self.client)(), &self.base, token)
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

    /// Runs `staffroom admin ARGS` and returns what it complained of.
    ///
    /// # Panics
    /// When it succeeds.
    pub fn admin_refuses(&self, args: &[&str]) -> String {
        let output = self.admin_output(args, "");
        assert!(!output.status.success(), "staffroom admin {args:?} went through");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Runs the program with `args` and this instance's settings, those in `changed` replaced, until it ends.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run(&self, args: &[&str], changed: &[(&str, &str)]) -> Output {
        let mut settings = self.settings.clone();
        settings.extend(changed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let output = program(&settings).args(args).stdin(Stdio::null()).output();
        output.unwrap_or_else(|error| panic!("staffroom {args:?}: {error}"))
    }

    /// Runs `staffroom serve` with these settings until it ends by itself: whether it did well, and what it complained.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn serve_once(settings: &[(&str, &str)]) -> (bool, String) {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let output = program(&settings).arg("serve").stdin(Stdio::null()).output();
        let output = output.unwrap_or_else(|error| panic!("staffroom did not start: {error}"));
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
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

/// Starts it; what it logs is written behind what stands in the file `log`, if one is given.
fn serve(settings: &BTreeMap<String, String>, log: Option<&Path>) -> Child {
    let mut program = program(settings);
    if let Some(path) = log {
        let file = File::options().create(true).append(true).open(path);
        program.stderr(file.unwrap_or_else(|error| panic!("{}: {error}", path.display())));
    }
    let child = program.arg("serve").stdin(Stdio::null()).spawn();
    child.unwrap_or_else(|error| panic!("staffroom did not start: {error}"))
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
