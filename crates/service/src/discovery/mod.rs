//! Finding people and subjects: the directory, suggestions, and what is talked about now.
//!
//! Made for small networks: two people who talk about the same are enough. Nothing here looks at all statuses: what is
//! talked about is looked for from time to time (`refresh.rs`) among a bounded number of the newest public ones.

mod directory;
mod refresh;
mod suggestions;
#[cfg(test)]
mod tests;
mod trends;

pub use staffroom_storage::discovery::Order;

use staffroom_domain::account::Account;

use crate::Service;

/// Finding people and subjects.
#[derive(Clone, Copy)]
pub struct Discovery<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Discovery<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

/// Which part of the directory.
#[derive(Clone, Copy, Debug)]
pub struct DirectoryQuery {
    /// In which order.
    pub order: Order,
    /// Only people here.
    pub local: bool,
    /// At most this many.
    pub limit: u64,
    /// Skip this many.
    pub offset: u64,
}

/// Somebody one may want to follow.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// Whether people one follows follow them; else most people do.
    pub by_friends: bool,
    /// Who.
    pub account: Account,
}
