//! The log of what moderators do: nothing is done to others or to the instance as a whole without an entry, and no entry
//! is ever changed. `docs/moderation/log.md` says what stands in one and how anybody can check it.
//!
//! Use cases end in [`Service::commit_deed`](crate::Service) (`append.rs`) instead of a plain commit. It takes the
//! transaction, so that the end of the log, which all who append wait for, is always the last thing a transaction locks:
//! nobody waits in a circle. `verify.rs` checks the chain, `sign.rs` signs its end once a day.

mod append;
mod form;
mod read;
mod rules;
mod sign;
#[cfg(test)]
mod tests;
mod verify;

pub(crate) use append::Entry;
pub use read::shown;
pub use verify::{Fault, Verified};

use crate::Service;

/// The log of what moderators do.
#[derive(Clone, Copy)]
pub struct ModerationLog<'a> {
    service: &'a Service,
}

impl<'a> ModerationLog<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}
