//! Outgoing deliveries, for the scheduler.

use crate::Service;

/// Outgoing deliveries, for the scheduler.
#[derive(Clone, Copy)]
pub struct Deliveries<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Deliveries<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}
