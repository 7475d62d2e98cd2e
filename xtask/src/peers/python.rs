//! The Python programs, each lot in a virtual environment of its own: the clients `toot` and Mastodon.py, and
//! Schemathesis, which tries the client API by its OpenAPI document.

use super::is_done;
use crate::run::{must, say, workspace};
use anyhow::Result;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The environment's folder, the folder of its `requirements.txt` in `tests/peers`, and a program that must answer.
const LOTS: [(&str, &str, &str); 2] = [("venv", "clients", "toot"), ("schemathesis", "schemathesis", "schemathesis")];

/// Makes the environments in `folder` hold exactly the versions named in `tests/peers`.
pub(super) fn install(folder: &Path) -> Result<()> {
    LOTS.iter().try_for_each(|(venv, lot, program)| install_lot(&folder.join(venv), lot, program))
}

fn install_lot(venv: &Path, lot: &str, program: &str) -> Result<()> {
    let requirements = workspace().join("tests/peers").join(lot).join("requirements.txt");
    let wanted = fs::read_to_string(&requirements)?;
    let stamp = venv.join(".installed");
    if is_done(&stamp, &wanted) && answers(venv, program) {
        return Ok(());
    }
    say(&format!("installing the Python programs of tests/peers/{lot}"));
    must(Command::new("python3").args(["-m", "venv", "--clear"]).arg(venv))?;
    must(
        Command::new(venv.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"])
            .arg(&requirements),
    )?;
    Ok(fs::write(&stamp, wanted)?)
}

/// Whether the installed programs run. An environment that was moved keeps its files, but they name a Python at the old
/// place.
fn answers(venv: &Path, program: &str) -> bool {
    let answer = Command::new(venv.join("bin").join(program)).arg("--version").output();
    answer.is_ok_and(|output| output.status.success())
}
