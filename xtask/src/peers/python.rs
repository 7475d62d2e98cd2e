//! The Python clients, `toot` and Mastodon.py, in a virtual environment.

use super::is_done;
use crate::run::{must, say, workspace};
use anyhow::Result;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Makes `venv` in `folder` hold exactly the versions of `tests/peers/clients/requirements.txt`.
pub(super) fn install(folder: &Path) -> Result<()> {
    let requirements = workspace().join("tests/peers/clients/requirements.txt");
    let wanted = fs::read_to_string(&requirements)?;
    let venv = folder.join("venv");
    let stamp = venv.join(".installed");
    if is_done(&stamp, &wanted) && answers(&venv) {
        return Ok(());
    }
    say("installing the Python clients");
    must(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
    must(
        Command::new(venv.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"])
            .arg(&requirements),
    )?;
    Ok(fs::write(&stamp, wanted)?)
}

/// Whether the installed programs run. An environment that was moved keeps its files, but they name a Python at the old
/// place.
fn answers(venv: &Path) -> bool {
    let answer = Command::new(venv.join("bin/toot")).arg("--version").output();
    answer.is_ok_and(|output| output.status.success())
}
