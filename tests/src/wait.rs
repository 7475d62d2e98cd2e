//! Waiting for something that happens elsewhere, without sleeping longer than needed.

use std::fmt::Debug;
use std::future::Future;
use std::time::{Duration, Instant};

/// Long enough that only a real failure reaches it, on a slow machine with a busy disk as well.
const DEADLINE: Duration = Duration::from_mins(4);

/// Asks `probe` again and again until it answers `Ok`; its last `Err` says what was missing.
///
/// # Panics
/// When the deadline passes, naming `what` and the last `Err`.
pub async fn eventually<T, E, F>(what: &str, probe: impl FnMut() -> F) -> T
where
    E: Debug,
    F: Future<Output = Result<T, E>>,
{
    eventually_within(DEADLINE, what, probe).await
}

/// Like [`eventually`], for work that takes longer than its deadline.
///
/// # Panics
/// When `deadline` passes, naming `what` and the last `Err`.
pub async fn eventually_within<T, E, F>(deadline: Duration, what: &str, mut probe: impl FnMut() -> F) -> T
where
    E: Debug,
    F: Future<Output = Result<T, E>>,
{
    let start = Instant::now();
    let mut pause = Duration::from_millis(5);
    loop {
        match probe().await {
            Ok(found) => return found,
            Err(missing) => assert!(start.elapsed() < deadline, "{what} did not happen: {missing:?}"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(200));
    }
}
