//! Evaluates subjects against a compiled policy.

mod compiled;
mod reader;
mod samples;
mod settle;

use std::sync::Arc;

use compiled::Compiled;
use reader::Reader;

use crate::needs::Needs;
use crate::policy::{Faults, PackRef, PackSource, Policy, PolicyError, Rule};
use crate::subject::{Direction, Subject};
use crate::verdict::{Action, Verdict};

/// Work allowed for one subject, in units: a byte read or a match looked at, about a nanosecond. A long status takes some
/// ten thousand.
pub const DEFAULT_BUDGET: u64 = 4_000_000;

/// A compiled policy. Cheap to clone, shared between threads.
#[derive(Clone, Debug)]
pub struct Engine {
    compiled: Arc<Compiled>,
    budget: u64,
}

impl Engine {
    /// Compiles a policy and tries every rule on its own samples.
    ///
    /// # Errors
    /// [`PolicyError::BadRule`] names the rule that misses a `must_match` sample or matches a `must_not_match` one.
    pub fn new(policy: Policy) -> Result<Self, PolicyError> {
        Self::compile(policy).map_err(|faults| faults.first)
    }

    /// Reads and compiles packs.
    ///
    /// # Errors
    /// [`Faults`] names all rules that cannot run. Without them there may be others: those that name them.
    pub fn load<'a>(packs: impl IntoIterator<Item = PackSource<'a>>) -> Result<Self, Faults> {
        Policy::read(packs).and_then(Self::compile)
    }

    fn compile(policy: Policy) -> Result<Self, Faults> {
        let engine = Self { compiled: Arc::new(Compiled::new(policy)?), budget: DEFAULT_BUDGET };
        Faults::check(samples::check(&engine.compiled))?;
        Ok(engine)
    }

    /// The same rules with another budget, in work units per subject.
    #[must_use]
    pub fn with_budget(mut self, units: u64) -> Self {
        self.budget = units;
        self
    }

    /// The packs it was made of.
    pub fn packs(&self) -> &[PackRef] {
        &self.compiled.policy.packs
    }

    /// Its rules.
    pub fn rules(&self) -> &[Rule] {
        &self.compiled.policy.rules
    }

    /// What has to be looked up before something that travels so is judged.
    pub fn needs(&self, direction: Direction) -> Needs {
        match direction {
            Direction::Outbound => self.compiled.outside.0,
            Direction::Inbound => self.compiled.outside.1,
        }
    }

    /// Judges a subject. All matches are reported, not only the one that decides.
    ///
    /// Work is counted, not timed: a subject that uses up its budget is held, with what was found so far.
    pub fn evaluate(&self, subject: &Subject) -> Verdict {
        self.evaluate_by(subject, &|rule| rule.applies_to(subject))
    }

    /// The same with the rules for either direction.
    pub(crate) fn evaluate_both_ways(&self, subject: &Subject) -> Verdict {
        self.evaluate_by(subject, &|rule| rule.applies_either_way(subject))
    }

    fn evaluate_by(&self, subject: &Subject, is_on: &dyn Fn(&Rule) -> bool) -> Verdict {
        let mut reader = Reader::new(&self.compiled, subject, self.budget, is_on);
        let complete = reader.read().is_ok();
        let mut verdict = settle::settle(&self.compiled, subject, reader);
        if !complete {
            verdict.complete = false;
            verdict.action = verdict.action.max(Action::Hold);
        }
        verdict
    }
}
