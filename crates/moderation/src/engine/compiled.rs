//! A policy made ready for reading.

use std::collections::HashMap;

use crate::detect::{Detector, OwnAddresses};
use crate::index::Index;
use crate::needs::Needs as Outside;
use crate::policy::{Faults, Policy, PolicyError, Rule};
use crate::rules::Condition;
use crate::rules::context::ContextRule;
use crate::subject::Direction;

/// A policy with its automata and the places of its rules by kind.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) policy: Policy,
    pub(super) index: Index,
    ids: HashMap<String, usize>,
    /// Rules that look at something else than words, and what for.
    pub(super) needs: Needs,
    /// What has to be looked up for what leaves, and for what comes in.
    pub(super) outside: (Outside, Outside),
}

/// Which kinds of rules there are, by their indices.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// With what hosts that look alike are compared with.
    pub(super) links: Vec<(usize, Vec<String>)>,
    /// Whether links and mentions are counted.
    pub(super) counts: bool,
    /// With what each looks for, and which addresses it lets be.
    pub(super) detectors: Vec<(usize, Vec<Detector>, OwnAddresses)>,
    pub(super) contexts: Vec<(usize, Vec<ContextRule>)>,
    /// Rules about a subject as a whole.
    pub(super) facts: Vec<usize>,
    /// In the order of the packs, so that a rule stands behind those it names.
    pub(super) combined: Vec<usize>,
    pub(super) pairs: Vec<usize>,
    pub(super) indicators: Vec<usize>,
}

impl Compiled {
    pub(super) fn new(policy: Policy) -> Result<Self, Faults> {
        let ids = places(&policy.rules)?;
        let index = Index::build(&policy.rules).map_err(|source| PolicyError::TooMany { source })?;
        let outside = (Outside::of(&policy, Direction::Outbound), Outside::of(&policy, Direction::Inbound));
        let mut compiled = Self { index, ids, needs: Needs::default(), outside, policy: Policy::default() };
        for (at, rule) in policy.rules.iter().enumerate() {
            let needs = &mut compiled.needs;
            match &rule.when {
                Condition::Link(links) => needs.links.push((at, links.keys())),
                Condition::Detector(wanted) => {
                    needs.detectors.push((at, wanted.detectors(), OwnAddresses::new(&wanted.own_addresses)));
                }
                Condition::Context(wanted) => needs.contexts.push((at, wanted.any.clone())),
                Condition::Combine(_) => needs.combined.push(at),
                Condition::LexiconPair(_) => needs.pairs.push(at),
                Condition::Indicator(_) => needs.indicators.push(at),
                Condition::Rate(_) => {
                    needs.counts = true;
                    needs.facts.push(at);
                }
                Condition::Media(_) | Condition::Actor(_) | Condition::Object(_) => needs.facts.push(at),
                Condition::Phrase(_) | Condition::Regex(_) => {}
            }
        }
        compiled.policy = policy;
        Ok(compiled)
    }

    pub(super) fn rule(&self, at: usize) -> Option<&Rule> {
        self.policy.rules.get(at)
    }

    pub(super) fn index_of(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }
}

/// Where rules stand, by id. A rule may only combine rules that stand before it: so there are no circles.
fn places(rules: &[Rule]) -> Result<HashMap<String, usize>, Faults> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut faults = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        let missing = match &rule.when {
            Condition::Combine(combine) => combine.names().find(|name| !places.contains_key(*name)),
            _ => None,
        };
        match missing {
            None => {
                places.insert(rule.id.clone(), at);
            }
            Some(name) => faults.push(PolicyError::BadRule {
                rule: rule.id.clone(),
                problem: format!("combines {name:?}, and no rule of that name stands before it"),
            }),
        }
    }
    Faults::check(faults)?;
    Ok(places)
}
