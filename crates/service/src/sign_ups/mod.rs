//! Whom the instance turns away: e-mail domains and addresses nobody makes an account with, and internet addresses that
//! may not make accounts, or ask for nothing at all.
//!
//! `check.rs` is what everybody passes who makes an account for themselves; accounts made by an operator are the
//! operator's own decision.

mod check;
mod domains;
mod hashes;
mod networks;
#[cfg(test)]
mod tests;

pub use domains::{TRIES_DAYS, WithTries};
pub(crate) use networks::Current;
pub use networks::IpWishes;
pub use staffroom_domain::sign_up::{CanonicalEmailBlock, DayOfTries, EmailDomainBlock, IpBlock, IpSeverity};

use crate::Service;

/// Longest comment, in characters.
const MAX_COMMENT: usize = 1_000;

/// Whom the instance turns away.
#[derive(Clone, Copy)]
pub struct SignUps<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> SignUps<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}
