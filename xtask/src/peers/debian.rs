//! Debian packages: which are needed, which are missing, and how they are installed.

use crate::postgres;
use crate::run::{find_program, is_root, must, say};
use anyhow::{Result, bail};
use std::process::{Command, Stdio};

/// Every package a full run may need.
pub(super) const NAMES: [&str; 8] =
    ["postgresql", "nodejs", "npm", "python3-venv", "iproute2", "mount", "util-linux", "ffmpeg"];

/// Installs the Debian packages that are missing.
///
/// # Errors
/// When packages are missing and we are not root or the system has no `apt-get`: the message says what to install.
pub(crate) fn install_packages() -> Result<()> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if find_program("apt-get").is_none() {
        bail!("this is not a Debian system; please install the equivalents of: {list}");
    }
    if !is_root() {
        bail!("some packages are missing; please run as root: apt-get install {list}");
    }
    say(&format!("installing Debian packages: {list}"));
    must(&mut apt_get(&["update", "-qq"]))?;
    must(apt_get(&["install", "-y", "-qq", "--no-install-recommends"]).args(missing).stdout(Stdio::null()))
}

/// `apt-get` that asks nothing.
pub(super) fn apt_get(args: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.args(args).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn missing() -> Vec<&'static str> {
    let mut missing = Vec::new();
    if postgres::find_programs().is_none() {
        missing.push("postgresql");
    }
    if find_program("npm").is_none() {
        if find_program("node").is_none() {
            missing.push("nodejs");
        }
        missing.push("npm");
    }
    if !has_venv() {
        missing.push("python3-venv");
    }
    // the tests of a network of its own, and of videos
    for (program, package) in [("ip", "iproute2"), ("mount", "mount"), ("unshare", "util-linux"), ("ffmpeg", "ffmpeg")]
    {
        if find_program(program).is_none() {
            missing.push(package);
        }
    }
    missing
}

/// Debian splits `ensurepip` off into `python3-venv`; without it a virtual environment has no pip.
fn has_venv() -> bool {
    let check = Command::new("python3").args(["-c", "import ensurepip, venv"]).stderr(Stdio::null()).status();
    check.is_ok_and(|status| status.success())
}
