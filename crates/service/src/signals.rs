//! Wakes workers after a commit. Only a hint: the queues are in the database and are also looked at from time to time.

use std::sync::Arc;

use tokio::sync::Notify;

/// One bell for each kind of worker.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    /// Deliveries were queued.
    pub deliveries: Arc<Notify>,
    /// Activities were received.
    pub inbox: Arc<Notify>,
    /// Jobs were queued.
    pub jobs: Arc<Notify>,
    /// An attachment waits to be converted.
    pub media: Arc<Notify>,
    /// An attachment was converted, or cannot be.
    pub media_done: Arc<Notify>,
}
