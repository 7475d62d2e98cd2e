//! Moderation rules at the three points where texts are evaluated.

use crate::{Result, Service};

/// Moderation rules at the three points where texts are evaluated.
#[derive(Clone, Copy)]
pub struct Moderation<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Moderation<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

use staffroom_domain::ids::AccountId;
use staffroom_domain::status::Draft;

impl Moderation<'_> {
    /// What the rules would say to a draft; stores nothing.
    pub async fn dry_evaluate(&self, _author: AccountId, _draft: &Draft) -> Result<staffroom_moderation::Verdict> {
        unimplemented!()
    }
}
