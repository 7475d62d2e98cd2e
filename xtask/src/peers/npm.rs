//! What runs on Node: the Fedify server and the JavaScript clients, each copied next to its installed packages.

use super::is_done;
use crate::run::{must, say, workspace};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Copies the scripts of `source`, a folder of the workspace, into `home` and installs exactly the packages of its lock
/// file there; `scripts` must be valid for `node`.
pub(super) fn install(source: &str, home: &Path, node: &Path, scripts: &[&str]) -> Result<()> {
    let from = workspace().join(source);
    fs::create_dir_all(home)?;
    for entry in fs::read_dir(&from).with_context(|| format!("reading {}", from.display()))? {
        let path = entry?.path();
        if path.is_file()
            && let Some(name) = path.file_name()
        {
            fs::copy(&path, home.join(name))?;
        }
    }
    let lock = fs::read_to_string(from.join("package-lock.json"))?;
    let stamp = home.join(".installed");
    if !is_done(&stamp, &lock) {
        say(&format!("installing the npm packages of {source}"));
        must(
            Command::new("npm")
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
                .current_dir(home),
        )?;
        fs::write(&stamp, lock)?;
    }
    for script in scripts {
        must(Command::new(node).args(["--check", script]).current_dir(home))?;
    }
    Ok(())
}
