//! Background work: jobs kept in the database until they are done, and removal of what has had its time.

mod run;
mod sweep;
#[cfg(test)]
mod tests;

use crate::Service;

/// Background work.
#[derive(Clone, Copy)]
pub struct Jobs<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Jobs<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}
