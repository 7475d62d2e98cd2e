//! `cargo xtask bench`: builds the release binaries and runs the benchmark of the `tests` package.

use crate::run::{cargo, must, succeeds, target_dir, workspace};
use anyhow::Result;
use std::process::Command;

/// Runs the benchmark with `args`; it finds the server at `STAFFROOM_BIN`.
pub(crate) fn run(args: &[String]) -> Result<bool> {
    must(&mut cargo(&["build", "--release", "--workspace", "--bins"]))?;
    let release = target_dir().join("release");
    let mut bench = Command::new(release.join("bench"));
    bench.args(args).current_dir(workspace()).env("STAFFROOM_BIN", release.join("staffroom"));
    succeeds(&mut bench)
}
