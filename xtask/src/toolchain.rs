//! The two parts of the Rust toolchain that a minimal installation leaves out.

use crate::run::{cargo, find_program, must, say};
use anyhow::{Result, bail};
use std::process::{Command, Stdio};

/// Adds rustfmt and clippy with rustup where they are missing.
///
/// # Errors
/// When one is missing and there is no rustup to add it.
pub(crate) fn complete() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let mut check = cargo(&[subcommand, "--version"]);
        if check.stdin(Stdio::null()).output().is_ok_and(|output| output.status.success()) {
            continue;
        }
        if find_program("rustup").is_none() {
            bail!("cargo {subcommand} is missing; please install {component}");
        }
        say(&format!("adding {component} to the Rust toolchain"));
        must(Command::new("rustup").args(["component", "add", component]))?;
    }
    Ok(())
}
