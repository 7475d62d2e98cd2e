//! Stock clients, driven by the scripts of `tests/peers/clients`.

use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use tempfile::TempDir;
use tokio::process::Command;

/// What the programs and libraries take trusted authorities from: Python's `requests` and `websocket-client`, Node.
const TRUST: [&str; 3] = ["REQUESTS_CA_BUNDLE", "WEBSOCKET_CLIENT_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];

/// The client scripts, with a private home folder.
pub struct Clients {
    folder: PathBuf,
    home: TempDir,
    authority: Option<PathBuf>,
}

impl Clients {
    /// Uses what is installed in `folder`.
    ///
    /// # Panics
    /// When no temporary folder can be made.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let home = tempfile::tempdir().unwrap_or_else(|error| panic!("no home folder: {error}"));
        Self { folder: folder.to_owned(), home, authority: None }
    }

    /// The same, trusting the authority of the certificate in the file `authority`.
    #[must_use]
    pub fn trusting(self, authority: PathBuf) -> Self {
        Self { authority: Some(authority), ..self }
    }

    /// The folder that `toot` keeps its configuration in.
    #[must_use]
    pub fn home(&self) -> String {
        self.home.path().display().to_string()
    }

    /// Runs `toot_flow.py` and returns the JSON of its last line.
    pub async fn toot(&self, args: &[&str]) -> Value {
        self.run("toot_flow.py", &[&["--home", &self.home()], args].concat()).await
    }

    /// Whether `toot_flow.py` succeeds.
    pub async fn toot_succeeds(&self, args: &[&str]) -> bool {
        self.output("toot_flow.py", &[&["--home", &self.home()], args].concat()).await.status.success()
    }

    /// Runs `mastodon_smoke.py` and returns the JSON of its last line.
    pub async fn mastodon_py(&self, args: &[&str]) -> Value {
        self.run("mastodon_smoke.py", args).await
    }

    /// Runs `script` (Python, or Node when it ends so) and returns the JSON of its last line.
    ///
    /// # Panics
    /// When a step fails; the message has all of them.
    pub async fn run(&self, script: &str, args: &[&str]) -> Value {
        let output = self.output(script, args).await;
        let printed = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script} {args:?} failed:\n{printed}{errors}");
        serde_json::from_str(printed.lines().last().unwrap_or_default()).unwrap_or_default()
    }

    /// Runs `script`, which must fail, and returns what it printed.
    ///
    /// # Panics
    /// When it succeeds.
    pub async fn fails(&self, script: &str, args: &[&str]) -> String {
        let output = self.output(script, args).await;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!output.status.success(), "{script} {args:?} went through:\n{printed}");
        printed
    }

    async fn output(&self, script: &str, args: &[&str]) -> Output {
        let mut command = if Path::new(script).extension() == Some(OsStr::new("mjs")) {
            let mut node = Command::new(self.folder.join("bin/node"));
            node.current_dir(self.folder.join("clients")).arg(script);
            node
        } else {
            let mut python = Command::new(self.folder.join("venv/bin/python"));
            python.arg("-B").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/clients").join(script));
            python
        };
        for name in TRUST {
            match &self.authority {
                Some(authority) => command.env(name, authority),
                None => command.env_remove(name),
            };
        }
        command.args(joined(args)).stdin(Stdio::null()).kill_on_drop(true);
        command.output().await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }
}

/// `--name value` as `--name=value`: secrets may begin with a hyphen.
fn joined(args: &[&str]) -> Vec<String> {
    let mut words = args.iter().peekable();
    let mut out = Vec::new();
    while let Some(word) = words.next() {
        match words.peek() {
            Some(value) if word.starts_with("--") => {
                out.push(format!("{word}={value}"));
                words.next();
            }
            _ => out.push((*word).to_owned()),
        }
    }
    out
}
