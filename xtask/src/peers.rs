//! The independent programs the tests talk to: a Fedify server, `toot`, Mastodon.py, masto, megalodon, Schemathesis,
//! Caddy; and what they run on.
//!
//! Everything but Debian packages goes to one folder beside the build, never into the checkout. Its layout, which the
//! `peers` tests rely on: `bin/node`, `bin/caddy`, `fedify/server.mjs`, `clients/*_flow.mjs`, `venv/bin/toot`,
//! `venv/bin/python`, `schemathesis/bin/schemathesis`.

mod caddy;
mod debian;
mod node;
mod npm;
mod python;

use crate::run::{say, target_dir};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use debian::install_packages;

/// The folder all peers are installed into.
pub(crate) fn folder() -> PathBuf {
    target_dir().join("peers")
}

/// Says what a full run puts on this machine, before anything is done.
pub(crate) fn announce() {
    say("This run may install, where missing:");
    say("  - rustfmt and clippy, with rustup");
    say(&format!("  - Debian packages, with apt-get as root: {}", debian::NAMES.join(", ")));
    say(&format!("  - into {}:", folder().display()));
    say(&format!("      Node {} from npm, where the system has none of version 22 or later", node::VERSION));
    say(
        "      the npm packages of tests/peers/fedify/package-lock.json and tests/peers/clients/node/package-lock.json",
    );
    say("      the Python packages of tests/peers/*/requirements.txt, in virtual environments");
    say("      the program file of the Debian package caddy, unpacked only");
    say("It starts a throw-away PostgreSQL cluster on a free loopback port and removes it at the end.");
}

/// Installs every peer that is missing or out of date; answers the folder.
///
/// # Errors
/// Naming the first that could not be installed.
pub(crate) fn install() -> Result<PathBuf> {
    let folder = folder();
    fs::create_dir_all(folder.join("bin"))?;
    let node = node::install(&folder).context("installing Node")?;
    let fedify = folder.join("fedify");
    npm::install("tests/peers/fedify", &fedify, &node, &["server.mjs"]).context("installing the Fedify peer")?;
    let clients = folder.join("clients");
    npm::install("tests/peers/clients/node", &clients, &node, &["masto_flow.mjs", "megalodon_flow.mjs"])
        .context("installing the JavaScript clients")?;
    python::install(&folder).context("installing the Python programs")?;
    caddy::install(&folder).context("installing Caddy")?;
    Ok(folder)
}

/// Points `link` at `target`, replacing what was there.
fn link(target: &Path, link: &Path) -> Result<()> {
    if fs::symlink_metadata(link).is_ok() {
        fs::remove_file(link)?;
    }
    std::os::unix::fs::symlink(target, link).with_context(|| format!("linking {}", link.display()))
}

/// Whether the work described by `wanted` was already done, as recorded in the file `stamp`.
fn is_done(stamp: &Path, wanted: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|done| done == wanted)
}
