//! Rules are tried on their own samples before they are used.

use super::compiled::Compiled;
use super::reader::Reader;
use crate::policy::{PolicyError, Rule, Sample};
use crate::rules::Condition;

/// Tries every rule on its samples, scopes and terms left aside.
pub(super) fn check(compiled: &Compiled) -> Result<(), PolicyError> {
    for (at, rule) in compiled.policy.rules.iter().enumerate() {
        let bad = |sample: &Sample, what: &str| PolicyError::BadRule {
            rule: rule.id.clone(),
            problem: format!("{what} sample {:?}", sample.text()),
        };
        if let Some(sample) = rule.must_match.iter().find(|sample| !matches(compiled, at, rule, sample)) {
            return Err(bad(sample, "does not match its must_match"));
        }
        if let Some(sample) = rule.must_not_match.iter().find(|sample| matches(compiled, at, rule, sample)) {
            return Err(bad(sample, "matches its must_not_match"));
        }
    }
    Ok(())
}

fn matches(compiled: &Compiled, at: usize, rule: &Rule, sample: &Sample) -> bool {
    let subject = sample.subject();
    // Rules that combine others need those, too.
    let is_on = |other: &Rule| other.id == rule.id || matches!(rule.when, Condition::Combine(_));
    let mut reader = Reader::new(compiled, &subject, u64::MAX, &is_on);
    reader.read().is_ok() && (reader.hits.iter().any(|hit| hit.rule == at) || reader.scores.iter().any(|s| s.0 == at))
}
