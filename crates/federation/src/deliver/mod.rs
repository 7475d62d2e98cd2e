//! Sending what the outbox holds: at least once, in order for each object, many hosts at a time.
//!
//! [`Scheduler::run`] is the whole of it for the server. `scheduler.rs` decides which host gets the next free slot,
//! `host.rs` which delivery of a host goes next, `sender.rs` signs and sends one, `outcome.rs` says what an answer
//! means. What is kept where is the service's business.
//!
//! Metrics: `staffroom_deliveries_total{outcome = delivered | gone | refused | retried}`,
//! `staffroom_delivery_pending{lane}`, `staffroom_delivery_oldest_seconds{lane}`, `staffroom_delivery_in_flight`.

mod host;
mod outcome;
mod scheduler;
mod sender;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;

pub use outcome::{MAX_ATTEMPTS, Outcome, backoff};
pub use scheduler::Scheduler;
pub use sender::{AccountKeys, SenderKeys};

/// How the scheduler works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of this node, the same after a restart, different from all other nodes on the same database.
    pub node: String,
    /// Requests in flight at once, to all hosts together.
    pub in_flight: usize,
    /// Requests in flight at once to one host that answers quickly.
    pub window: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { node: "node-0".to_owned(), in_flight: 256, window: 16 }
    }
}
