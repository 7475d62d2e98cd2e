//! The data folder: for nobody else to read, and for one server at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::Context as _;

/// Files made from now on are for this user alone.
pub(crate) fn close_to_others() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

/// Says so when others can look into a folder made earlier.
pub(crate) fn warn_if_open(data_dir: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let open = std::fs::metadata(data_dir).is_ok_and(|m| m.permissions().mode() & 0o077 != 0);
        if open {
            tracing::warn!(data_dir = %data_dir.display(), "others can read the data folder; run chmod 700");
        }
    }
}

/// Held while serving from a folder; ends with the process, however it ends.
pub(crate) struct Held(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

/// Takes the folder for this process.
///
/// # Errors
/// Another server serves from it.
pub(crate) fn hold(data_dir: &Path) -> anyhow::Result<Held> {
    let path = data_dir.join("serve.lock");
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = opened.with_context(|| format!("data_dir: {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Whoever holds it wrote its number there; without one the message is still right.
            let _ = file.read_to_string(&mut holder);
            let holder = holder.trim();
            anyhow::bail!("data_dir: {} is in use by another server (process {holder})", data_dir.display());
        }
        Err(TryLockError::Error(e)) => return Err(e).with_context(|| format!("data_dir: {}", path.display())),
    }
    file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).context("data_dir: serve.lock")?;
    Ok(Held(file))
}
