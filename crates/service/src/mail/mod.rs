//! Mail to people here, and to those who complain of something here: written in the transaction of what it is about, sent by a job.
//!
//! Plain text, no pictures, nothing from elsewhere; links count once and for a time. Nobody is written to oftener than
//! [`staffroom_domain::mail::LetterKind::most_in_an_hour`] says, whoever causes it.

mod link;
mod send;
#[cfg(test)]
mod tests;
mod words;
mod write;

use crate::Service;
pub(crate) use link::{confirm_link, looked_at, redeemed, reset_link};
pub(crate) use words::{Matter, can_appeal};
pub(crate) use write::{write, write_to_address};

/// Mail to people here.
#[derive(Clone, Copy)]
pub struct Mail<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Mail<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}
