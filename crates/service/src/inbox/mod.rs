//! Received activities: kept before the sender is answered, worked off afterwards.
//!
//! `accept.rs` is for the inbox route, `work.rs` and `withdraw.rs` for the workers. What an activity means is decided elsewhere.

mod accept;
#[cfg(test)]
mod tests;
mod withdraw;
mod work;

pub(crate) use accept::may_ask_again;
pub use accept::{Accepted, NewInboxItem};
pub use work::{DeadItem, Ended, HOSTS_AT_ONCE, WaitingItem};

use crate::Service;

/// Received activities, for the inbox workers.
#[derive(Clone, Copy)]
pub struct Inbox<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Inbox<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}
