//! How much one trigger may fetch: an activity worked off, a request answered, a look-up for somebody.
//!
//! Counted for the task, not for a value handed around: a use case that asks the network again through its port is
//! still the same trigger.

use std::cell::Cell;

use crate::error::FederationError;

/// Most requests one trigger may cause.
pub(crate) const MAX_FETCHES: u32 = 20;

tokio::task_local! {
    static LEFT: Cell<u32>;
    static THREAD: String;
}

/// Runs `work` as one trigger; inside another one it belongs to that.
pub(crate) async fn bounded<T>(work: impl Future<Output = T>) -> T {
    if LEFT.try_with(Cell::get).is_ok() { work.await } else { LEFT.scope(Cell::new(MAX_FETCHES), work).await }
}

/// Runs `work` as done to complete `thread`, which has a measure of its own.
pub(crate) async fn for_thread<T>(thread: String, work: impl Future<Output = T>) -> T {
    THREAD.scope(thread, work).await
}

/// The thread this is done for, if it is.
pub(super) fn thread() -> Option<String> {
    THREAD.try_with(Clone::clone).ok()
}

/// Whether nothing is left for this trigger.
pub(crate) fn is_spent() -> bool {
    LEFT.try_with(|left| left.get() == 0).unwrap_or(true)
}

/// Takes one request from what is left.
///
/// # Errors
/// [`FederationError::Refused`] when nothing is left, or outside of every trigger.
pub(super) fn spend() -> Result<(), FederationError> {
    let taken = LEFT.try_with(|left| {
        let rest = left.get().checked_sub(1);
        left.set(rest.unwrap_or(0));
        rest.is_some()
    });
    if taken.unwrap_or(false) { Ok(()) } else { Err(FederationError::Refused("too much would have to be fetched")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_trigger_inside_another_has_no_more_than_that() {
        assert!(spend().is_err());
        let granted = bounded(async {
            let first = (0..5).filter(|_| spend().is_ok()).count();
            let second = bounded(async { (0..100).filter(|_| spend().is_ok()).count() }).await;
            first + second
        });
        assert_eq!(granted.await, 20);
        assert!(bounded(async { spend() }).await.is_ok());
    }
}
