//! The rules about domains as they are asked on every request: in memory, whole, replaced at once.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use staffroom_domain::Timestamp;
use staffroom_domain::domain_rule::{DomainBlock, Severity, normalise, with_parents};

/// What is limited of one host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Nothing comes and nothing goes.
    pub suspended: bool,
    /// Since when that is so.
    pub suspended_since: Option<Timestamp>,
    /// Its people are seen and heard only by those who follow them, since then.
    pub silenced_since: Option<Timestamp>,
    /// Its pictures are not shown.
    pub reject_media: bool,
    /// Its reports are not read.
    pub reject_reports: bool,
}

/// All rules.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    blocks: HashMap<String, DomainBlock>,
    allows: HashSet<String>,
}

impl Rules {
    /// From what is kept.
    pub fn new(blocks: Vec<DomainBlock>, allows: Vec<String>) -> Self {
        let blocks = blocks.into_iter().map(|block| (block.domain.clone(), block)).collect();
        Self { blocks, allows: allows.into_iter().collect() }
    }

    /// The limits on `host`: those of the longest name at or above it that has some. A text that is no host name has
    /// none and is never permitted in a closed network.
    pub fn limits(&self, host: &str) -> Limits {
        let Some(name) = name_of(host) else { return Limits::default() };
        let Some(block) = with_parents(&name).find_map(|name| self.blocks.get(name)) else { return Limits::default() };
        Limits {
            suspended: block.severity == Severity::Suspend,
            suspended_since: (block.severity == Severity::Suspend).then_some(block.since),
            silenced_since: (block.severity == Severity::Silence).then_some(block.since),
            reject_media: block.reject_media || block.severity == Severity::Suspend,
            reject_reports: block.reject_reports || block.severity == Severity::Suspend,
        }
    }

    /// Whether anything may come from `host` or go there; `closed` says whether it has to be allowed by name.
    pub fn permits(&self, host: &str, closed: bool) -> bool {
        let is_allowed = || name_of(host).is_some_and(|name| self.allows.contains(&name));
        !self.limits(host).suspended && (!closed || is_allowed())
    }
}

/// The name a rule would have; single labels (`localhost`) stand for themselves.
fn name_of(host: &str) -> Option<String> {
    normalise(host).or_else(|| {
        let name = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
        (!name.is_empty() && !name.contains('.')).then_some(name)
    })
}

/// The rules now, shared by all who ask.
#[derive(Debug, Default)]
pub(crate) struct Current(RwLock<Arc<Rules>>);

impl Current {
    pub(crate) fn now(&self) -> Arc<Rules> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn replace(&self, rules: Rules) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
    }
}
