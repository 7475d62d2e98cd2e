//! The independent programs of `tests/peers`, which `cargo xtask test` installs, first of all the Fedify server; the
//! clients are in `clients.rs`.
//!
//! `STAFFROOM_TEST_PEERS` names their folder.

use crate::api::{Api, fresh_client};
use crate::process::loopback_host;
use crate::wait::eventually;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The folder of installed peers.
///
/// # Panics
/// When this run is without them: their tests must not seem to pass.
#[must_use]
pub fn folder() -> PathBuf {
    let Some(folder) = std::env::var_os("STAFFROOM_TEST_PEERS") else {
        panic!("STAFFROOM_TEST_PEERS does not name the folder of peers; run `cargo xtask test`")
    };
    folder.into()
}

/// A process that is killed when this is dropped.
pub struct Running(Child);

impl Running {
    /// Starts `command` without input.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        match command.stdin(Stdio::null()).spawn() {
            Ok(child) => Self(child),
            Err(error) => panic!("{command:?} did not start: {error}"),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A server of another make with one account, `@peer@localhost:PORT`; it does what its control interface is told.
pub struct FedifyPeer {
    control: Api,
    host: String,
    _process: Running,
}

impl FedifyPeer {
    /// Starts the peer of `folder` on `port`, which signs by RFC 9421 first.
    pub async fn start(folder: &Path, port: u16) -> Self {
        Self::start_with(folder, port, "rfc9421").await
    }

    /// Like [`Self::start`], signing in `dialect` first (as the peer's `server.mjs` names them).
    pub async fn start_with(folder: &Path, port: u16, dialect: &str) -> Self {
        let mut command = Command::new(folder.join("bin/node"));
        command.current_dir(folder.join("fedify")).args(["server.mjs", &port.to_string(), dialect]);
        let process = Running::start(&mut command);
        let host = loopback_host(port);
        let control = Api::with_client(fresh_client(), &format!("http://127.0.0.1:{port}"), None);
        eventually("the Fedify peer listens", || async {
            control.request(reqwest::Method::GET, "/control/actor").send().await.map(drop)
        })
        .await;
        Self { control, host, _process: process }
    }

    /// `@peer@localhost:PORT`.
    #[must_use]
    pub fn handle(&self) -> String {
        format!("@peer@{}", self.host)
    }

    /// The account's actor URI.
    #[must_use]
    pub fn actor(&self) -> String {
        format!("http://{}/users/peer", self.host)
    }

    /// Does `action` (`follow`, `post`, `edit`, `delete`, `like`, `boost`, `undo`, `block`, `vote`, `alias`, `move`) with
    /// `input`.
    ///
    /// The answer names what was made: `id` the object, `activity` the activity.
    pub async fn act(&self, action: &str, input: Value) -> Value {
        self.control.post(&format!("/control/{action}"), &input).await
    }

    /// Follows `handle` and waits until the answer to it has come.
    pub async fn follow(&self, handle: &str) {
        let target = self.act("follow", json!({ "handle": handle })).await["id"].clone();
        eventually("the follow is accepted", || async {
            let following = self.control.get("/control/following").await;
            let accepted = target.as_str().is_some_and(|target| following[target] == "accepted");
            if accepted { Ok(()) } else { Err(following) }
        })
        .await;
    }

    /// Waits for an activity of `kind` by `actor` about `object` with a valid signature, and returns it as it came.
    pub async fn receives(&self, kind: &str, actor: &str, object: &str) -> Value {
        self.receives_where(kind, actor, |activity| activity["object"] == object).await
    }

    /// Waits for an activity of `kind` by `actor` of which `fits` says so, and returns it as it came. `fits` is shown
    /// `{ id, type, actor, object, json }`.
    pub async fn receives_where(&self, kind: &str, actor: &str, fits: impl Fn(&Value) -> bool) -> Value {
        eventually(&format!("{kind} by {actor} at the Fedify peer"), || async {
            let received = self.control.get("/control/received").await;
            let wanted = |activity: &&Value| activity["type"] == kind && activity["actor"] == actor && fits(activity);
            let found =
                received.as_array().and_then(|list| list.iter().find(wanted)).map(|found| found["json"].clone());
            found.ok_or_else(|| summary(&received))
        })
        .await
    }

    /// Everything received so far with a valid signature.
    pub async fn received(&self) -> Value {
        self.control.get("/control/received").await
    }

    /// How each delivery was signed that came so far: `rfc9421` or `draft-cavage`.
    pub async fn knocks(&self) -> Vec<String> {
        serde_json::from_value(self.control.get("/control/knocks").await).unwrap_or_default()
    }

    /// Who voted for what in its polls.
    pub async fn votes(&self) -> Value {
        self.control.get("/control/votes").await
    }

    /// The followers' actor URIs.
    pub async fn followers(&self) -> Value {
        self.control.get("/control/followers").await
    }
}

fn summary(received: &Value) -> Vec<String> {
    let list = received.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|one| format!("{} {} {}", one["type"], one["actor"], one["object"])).collect()
}
