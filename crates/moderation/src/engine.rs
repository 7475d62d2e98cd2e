//! Evaluates subjects against a compiled policy.

use std::sync::Arc;

use crate::normalise::View;
use crate::policy::{Condition, Policy, PolicyError, Rule};
use crate::rules::phrase::{Exhausted, PhraseIndex, spend};
use crate::subject::Subject;
use crate::verdict::{Action, Finding, Verdict};

/// Work allowed for one subject: about a million bytes read. A long status is some thousands.
pub const DEFAULT_BUDGET: u64 = 1_000_000;

/// A compiled policy. Cheap to clone, shared between threads.
#[derive(Clone, Debug)]
pub struct Engine {
    compiled: Arc<Compiled>,
    budget: u64,
}

#[derive(Debug)]
struct Compiled {
    rules: Vec<Rule>,
    phrases: PhraseIndex,
}

impl Engine {
    /// Compiles a policy and tries every rule on its own samples.
    ///
    /// # Errors
    /// [`PolicyError::BadRule`] names the rule that misses a `must_match` sample or matches a `must_not_match` one.
    pub fn new(policy: Policy) -> Result<Self, PolicyError> {
        let phrases = PhraseIndex::build(policy.rules.iter().enumerate().map(|(index, rule)| match &rule.when {
            Condition::Phrase(phrases) => (index, phrases),
        }))
        .map_err(|source| PolicyError::TooMany { source })?;
        let engine = Self { compiled: Arc::new(Compiled { rules: policy.rules, phrases }), budget: DEFAULT_BUDGET };
        engine.compiled.rules.iter().try_for_each(|rule| engine.check_samples(rule))?;
        Ok(engine)
    }

    /// The same rules with another budget, in work units per subject.
    #[must_use]
    pub fn with_budget(mut self, units: u64) -> Self {
        self.budget = units;
        self
    }

    /// Judges a subject. All matches are reported, not only the one that decides.
    ///
    /// Work is counted, not timed: a subject that uses up its budget is held, with what was found so far.
    pub fn evaluate(&self, subject: &Subject) -> Verdict {
        let mut verdict = Verdict { action: Action::Allow, findings: Vec::new(), complete: true };
        if self.read_parts(subject, &mut verdict.findings).is_err() {
            verdict.complete = false;
            verdict.action = Action::Hold;
        }
        let strongest = verdict.findings.iter().map(|finding| finding.action).max();
        verdict.action = verdict.action.max(strongest.unwrap_or(Action::Allow));
        verdict
    }

    fn read_parts(&self, subject: &Subject, findings: &mut Vec<Finding>) -> Result<(), Exhausted> {
        let mut budget = self.budget;
        for (part, text) in &subject.parts {
            spend(&mut budget, text.len())?;
            let view = View::of(text);
            for (index, range) in self.compiled.phrases.find(&view, &mut budget)? {
                let rule = self.compiled.rules.get(index).filter(|rule| rule.applies_to(subject));
                findings.extend(rule.map(|rule| Finding {
                    rule: rule.id.clone(),
                    rule_version: rule.version,
                    kind: rule.when.kind(),
                    action: rule.action,
                    reason: rule.reason.clone(),
                    part: *part,
                    span: view.original(range),
                }));
            }
        }
        Ok(())
    }

    fn check_samples(&self, rule: &Rule) -> Result<(), PolicyError> {
        let bad = |problem: String| Err(PolicyError::BadRule { rule: rule.id.clone(), problem });
        for sample in &rule.must_match {
            if !self.matches(rule, sample) {
                return bad(format!("does not match its must_match sample {sample:?}"));
            }
        }
        for sample in &rule.must_not_match {
            if self.matches(rule, sample) {
                return bad(format!("matches its must_not_match sample {sample:?}"));
            }
        }
        Ok(())
    }

    /// Whether `rule` itself, leaving its scope aside, finds something in `sample`.
    fn matches(&self, rule: &Rule, sample: &str) -> bool {
        let view = View::of(sample);
        let mut budget = u64::MAX;
        let hits = self.compiled.phrases.find(&view, &mut budget).unwrap_or_default();
        hits.iter().any(|(index, _)| self.compiled.rules.get(*index).is_some_and(|found| found.id == rule.id))
    }
}
