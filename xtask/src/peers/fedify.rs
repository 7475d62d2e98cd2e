//! The Fedify server of `tests/peers/fedify`, copied next to its installed packages.

use super::is_done;
use crate::run::{must, say, workspace};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Copies the peer's source into `folder` and installs exactly the packages of its lock file.
pub(super) fn install(folder: &Path, node: &Path) -> Result<()> {
    let source = workspace().join("tests/peers/fedify");
    let home = folder.join("fedify");
    fs::create_dir_all(&home)?;
    for entry in fs::read_dir(&source).with_context(|| format!("reading {}", source.display()))? {
        let path = entry?.path();
        if path.is_file()
            && let Some(name) = path.file_name()
        {
            fs::copy(&path, home.join(name))?;
        }
    }
    let lock = fs::read_to_string(source.join("package-lock.json"))?;
    let stamp = home.join(".installed");
    if !is_done(&stamp, &lock) {
        say("installing the npm packages of the Fedify peer");
        must(
            Command::new("npm")
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
                .current_dir(&home),
        )?;
        fs::write(&stamp, lock)?;
    }
    must(Command::new(node).args(["--check", "server.mjs"]).current_dir(&home))
}
