//! Reports about accounts and their statuses, from people here and from other servers.
//!
//! `file.rs` is for people here, `receive.rs` for other servers, `resolve.rs` for those who deal with them.

mod file;
mod receive;
mod resolve;
#[cfg(test)]
mod tests;

pub use receive::IncomingReport;
pub(crate) use resolve::check_open;

use crate::Service;

/// Most statuses one report is about.
const MAX_STATUSES: usize = 100;

/// Reports about accounts and their statuses.
#[derive(Clone, Copy)]
pub struct Reports<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Reports<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}
