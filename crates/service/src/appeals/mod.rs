//! Why something of somebody was restricted, and their appeals against that: once for each decision, within 20 days,
//! decided by somebody else than the decision where there is somebody else.
//!
//! Whoever restricts something keeps a statement of reasons in the same transaction (`reasons.rs`).

mod decide;
mod file;
mod read;
mod reasons;
#[cfg(test)]
mod tests;

use crate::Service;

pub(crate) use reasons::{NewReasons, keep};

/// Longest appeal, and longest answer to one, in characters: as with Mastodon.
const MAX_TEXT: usize = 2_000;

/// Why things were restricted, and appeals against that.
#[derive(Clone, Copy)]
pub struct Appeals<'a> {
    service: &'a Service,
}

impl<'a> Appeals<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}
