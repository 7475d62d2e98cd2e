//! A verdict as it is kept with what is held because of it: rules, versions, places and reasons, never the words found.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use staffroom_domain::hold::HoldFinding;
use staffroom_moderation::{Action, Part, Places, Subject, Verdict};

use super::Cleared;
use crate::{Result, ServiceError};

/// A verdict as it is kept; places are counted in code points.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeptVerdict {
    complete: bool,
    /// Why, in plain words.
    pub(crate) reason: String,
    findings: Vec<KeptFinding>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeptFinding {
    rule: String,
    version: u32,
    kind: String,
    action: String,
    reason: String,
    part: String,
    start: usize,
    end: usize,
}

impl KeptVerdict {
    /// What is kept of a verdict on `subject`, the strongest findings first.
    pub(crate) fn of(verdict: &Verdict, subject: &Subject) -> Self {
        let places = Places::of(subject);
        let mut found: Vec<_> = verdict.findings.iter().collect();
        found.sort_by_key(|finding| std::cmp::Reverse(finding.action));
        let findings = found.into_iter().map(|finding| {
            let Range { start, end } = places.span(finding);
            KeptFinding {
                rule: finding.rule.clone(),
                version: finding.rule_version,
                kind: finding.kind.to_owned(),
                action: finding.action.as_str().to_owned(),
                reason: finding.reason.clone(),
                part: finding.part.to_string(),
                start,
                end,
            }
        });
        Self { complete: verdict.complete, reason: verdict.reason_text(), findings: findings.collect() }
    }

    /// For the database.
    pub(crate) fn write(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|e| ServiceError::Internal(format!("verdict: {e}")))
    }

    /// Out of the database.
    pub(crate) fn read(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|e| ServiceError::Internal(format!("verdict: {e}")))
    }

    /// The rule that asks the most.
    pub(crate) fn rule(&self) -> Option<String> {
        self.findings.first().map(|finding| finding.rule.clone())
    }

    /// What is let out when this is.
    pub(crate) fn cleared(&self) -> Cleared {
        let rules = self.findings.iter().map(|finding| (finding.rule.clone(), finding.version));
        Cleared::rules(rules.collect(), !self.complete)
    }

    /// Ids of the rules, each once.
    pub(crate) fn rules(&self) -> Vec<&str> {
        let mut rules: Vec<&str> = Vec::new();
        for finding in &self.findings {
            if !rules.contains(&finding.rule.as_str()) {
                rules.push(&finding.rule);
            }
        }
        rules
    }

    /// The rules that asked for it to be held, with their versions.
    pub(crate) fn holding(&self) -> Vec<(String, u32)> {
        let holds = |kept: &&KeptFinding| [Action::Nudge, Action::Hold].iter().any(|one| one.as_str() == kept.action);
        self.findings.iter().filter(holds).map(|kept| (kept.rule.clone(), kept.version)).collect()
    }

    /// All matches, for people.
    pub(crate) fn findings(&self) -> Vec<HoldFinding> {
        let finding = |kept: &KeptFinding| HoldFinding {
            rule: kept.rule.clone(),
            version: kept.version,
            kind: kept.kind.clone(),
            action: kept.action.clone(),
            reason: kept.reason.clone(),
            place: Part::try_from(kept.part.clone()).map_or("a text", Part::in_words),
            part: kept.part.clone(),
            start: kept.start,
            end: kept.end,
        };
        self.findings.iter().map(finding).collect()
    }
}
