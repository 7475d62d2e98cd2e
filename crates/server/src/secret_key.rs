//! The key that seals private keys in the database: from the configuration, or from a file made at first start.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use staffroom_service::Cx;

use crate::config::Config;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretKeyError {
    #[error("secrets.key: must be 32 bytes in base64")]
    Config,
    #[error("{}: must hold 32 bytes in base64", .0.display())]
    Content(PathBuf),
    #[error("{}: {source}", .path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{}: others can read it; run chmod 600", .0.display())]
    Readable(PathBuf),
}

/// The key: from `secrets.key`, else from the key file, which is made (mode 0600) when it is the default one and does
/// not exist yet.
pub(crate) fn load(config: &Config, cx: &Cx) -> Result<[u8; 32], SecretKeyError> {
    if !config.secrets.key.is_empty() {
        return decode(config.secrets.key.reveal()).ok_or(SecretKeyError::Config);
    }
    let configured = &config.secrets.key_file;
    let path = if configured.is_empty() { config.data_dir.0.join("secret.key") } else { PathBuf::from(configured) };
    match read(&path) {
        Err(SecretKeyError::File { source, .. })
            if source.kind() == std::io::ErrorKind::NotFound && configured.is_empty() =>
        {
            create(&path, cx)?;
            // Read back: of two processes starting at once, the first one's key counts for both.
            read(&path)
        }
        other => other,
    }
}

fn read(path: &Path) -> Result<[u8; 32], SecretKeyError> {
    let failed = |source| SecretKeyError::File { path: path.to_owned(), source };
    let text = std::fs::read_to_string(path).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(SecretKeyError::Readable(path.to_owned()));
        }
    }
    decode(&text).ok_or_else(|| SecretKeyError::Content(path.to_owned()))
}

fn create(path: &Path, cx: &Cx) -> Result<(), SecretKeyError> {
    let failed = |source| SecretKeyError::File { path: path.to_owned(), source };
    let mut key = [0_u8; 32];
    cx.fill(&mut key);
    // Written whole under another name first: a half-written key would lock everybody out.
    let draft = path.with_extension(format!("key.{}", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft).map_err(failed)?;
    writeln!(file, "{}", STANDARD.encode(key)).and_then(|()| file.sync_all()).map_err(failed)?;
    // A link fails if the name is taken, where a rename would overwrite.
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft).map_err(failed)?;
    match linked {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => Err(failed(e)),
        _ => Ok(()),
    }
}

/// 32 bytes from base64.
pub(crate) fn decode(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text.trim()).ok()?.try_into().ok()
}
