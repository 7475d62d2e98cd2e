//! Received activities, for the inbox workers.

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
