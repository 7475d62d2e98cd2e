//! Passwords: Argon2id with 19 MiB, two passes, one lane (OWASP's first recommendation), two at a time off the async
//! threads so that a wave of sign-ins takes neither all memory nor all cores.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::{Cx, Result, ServiceError};

/// Fewest characters of a password.
const MIN_CHARS: usize = 8;
/// Most bytes of a password: more only costs time.
const MAX_BYTES: usize = 256;
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Checks the length of a new password and hashes it (PHC form).
pub(crate) async fn hash(cx: &Cx, password: &str) -> Result<String> {
    if password.chars().count() < MIN_CHARS {
        return Err(ServiceError::invalid("password", format!("is shorter than {MIN_CHARS} characters")));
    }
    if password.len() > MAX_BYTES {
        return Err(ServiceError::invalid("password", format!("is longer than {MAX_BYTES} bytes")));
    }
    let (password, salt) = (password.to_owned(), cx.secret(16));
    off_thread(move || {
        let hash: PasswordHash =
            hasher()?.hash_password_with_salt(password.as_bytes(), salt.as_bytes()).map_err(failed)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether `password` belongs to `hash`. Without a hash (nobody has that login) as much work is done and the answer is
/// no, so that the time taken does not tell which logins exist.
pub(crate) async fn verify(password: &str, hash: Option<String>) -> Result<bool> {
    if password.len() > MAX_BYTES {
        return Ok(false);
    }
    let password = password.to_owned();
    off_thread(move || {
        if let Some(hash) = hash {
            let hash = PasswordHash::new(&hash).map_err(failed)?;
            return Ok(hasher()?.verify_password(password.as_bytes(), &hash).is_ok());
        }
        let _: PasswordHash =
            hasher()?.hash_password_with_salt(password.as_bytes(), b"nobody has this login").map_err(failed)?;
        Ok(false)
    })
    .await
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn failed(e: impl std::fmt::Display) -> ServiceError {
    ServiceError::Internal(format!("password hash: {e}"))
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _permit = AT_ONCE.acquire().await.map_err(failed)?;
    tokio::task::spawn_blocking(work).await.map_err(failed)?
}
