//! Complaints by anybody, and answers of those complained of.

pub(crate) mod answer;
pub(crate) mod new;

use crate::params::Params;

/// One of two that was chosen, or neither.
#[derive(Clone, Copy, Debug)]
struct Choice {
    yes: bool,
    no: bool,
}

impl Choice {
    fn of(params: &Params, name: &str) -> Self {
        Self { yes: params.text(name) == "yes", no: params.text(name) == "no" }
    }

    fn answer(self) -> Option<bool> {
        (self.yes || self.no).then_some(self.yes)
    }
}
