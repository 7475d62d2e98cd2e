//! Announcements: what the staff tell everybody here. Nobody elsewhere hears of them.

mod publish;
mod react;
mod read;
#[cfg(test)]
mod tests;

use staffroom_domain::Timestamp;

use crate::Service;

/// Most announcements shown at a time.
pub(crate) const MAX_SHOWN: u64 = 50;

/// Announcements.
#[derive(Clone, Copy)]
pub struct Announcements<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Announcements<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

/// An announcement to be made.
#[derive(Clone, Debug, Default)]
pub struct NewAnnouncement {
    /// Plain text; hashtags and links become such.
    pub text: String,
    /// When what it tells of begins.
    pub starts_at: Option<Timestamp>,
    /// When that ends; from then on it is not shown.
    pub ends_at: Option<Timestamp>,
    /// Of the two times only the days count.
    pub all_day: bool,
    /// Show it at once; else it stays a draft.
    pub publish: bool,
}
