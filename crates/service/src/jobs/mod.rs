//! Background work.

use crate::{Cx, Result, Service};

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

impl Jobs<'_> {
    /// Runs the jobs that are due, at most `limit`; returns how many ran.
    pub async fn run_due(&self, _cx: &Cx, _limit: u64) -> Result<usize> {
        unimplemented!()
    }
}
