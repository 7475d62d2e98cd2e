//! Caddy for the reverse-proxy test: the system's, or the program file out of the Debian package.
//!
//! Installing the package would start a service on ports 80 and 443, so it is only unpacked; that needs no root.

use super::{debian::apt_get, link};
use crate::run::{find_program, must, say, succeeds};
use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Makes `bin/caddy` in `folder` runnable.
pub(super) fn install(folder: &Path) -> Result<()> {
    let bin = folder.join("bin/caddy");
    if let Some(system) = find_program("caddy") {
        return link(&system, &bin);
    }
    let home = folder.join("caddy");
    let binary = home.join("usr/bin/caddy");
    if !binary.is_file() {
        if find_program("apt-get").is_none() {
            bail!("this is not a Debian system; please install caddy yourself");
        }
        say("unpacking the Debian package caddy");
        fs::create_dir_all(&home)?;
        if !succeeds(&mut download(&home))? {
            must(&mut apt_get(&["update", "-qq"]))?;
            must(&mut download(&home))?;
        }
        let files = fs::read_dir(&home)?.filter_map(Result::ok).map(|entry| entry.path());
        let package = files
            .filter(|file| file.extension() == Some(OsStr::new("deb")))
            .max()
            .context("apt-get download left no file")?;
        must(Command::new("dpkg-deb").arg("-x").arg(&package).arg(&home))?;
    }
    link(&binary, &bin)
}

/// Fetches the package into `home`; without apt's sandbox user, who could not write there.
fn download(home: &Path) -> Command {
    let mut command = apt_get(&["download", "-qq", "-o", "APT::Sandbox::User=", "caddy"]);
    command.current_dir(home);
    command
}
