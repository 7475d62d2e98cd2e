//! Rules are tried on their own samples before they are used.

use super::compiled::Compiled;
use super::reader::Reader;
use crate::policy::{PolicyError, Rule, Sample};
use crate::rules::Condition;

/// Tries every rule on its samples, scopes and terms left aside; those that fail, with the first sample they fail on.
pub(super) fn check(compiled: &Compiled) -> Vec<PolicyError> {
    let rules = compiled.policy.rules.iter().enumerate();
    rules.filter_map(|(at, rule)| failed(compiled, at, rule)).collect()
}

fn failed(compiled: &Compiled, at: usize, rule: &Rule) -> Option<PolicyError> {
    let missed = rule.must_match.iter().find(|sample| !matches(compiled, at, rule, sample));
    let (sample, what) = if let Some(sample) = missed {
        (sample, "does not match its must_match")
    } else {
        let caught = rule.must_not_match.iter().find(|sample| matches(compiled, at, rule, sample))?;
        (caught, "matches its must_not_match")
    };
    Some(PolicyError::BadRule { rule: rule.id.clone(), problem: format!("{what} sample {:?}", sample.text()) })
}

fn matches(compiled: &Compiled, at: usize, rule: &Rule, sample: &Sample) -> bool {
    let subject = sample.subject();
    // Rules that combine others need those, too.
    let is_on = |other: &Rule| other.id == rule.id || matches!(rule.when, Condition::Combine(_));
    let mut reader = Reader::new(compiled, &subject, u64::MAX, &is_on);
    reader.read().is_ok() && (reader.hits.iter().any(|hit| hit.rule == at) || reader.scores.iter().any(|s| s.0 == at))
}
