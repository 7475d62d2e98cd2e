//! What changes from one version of a pack to the next.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Document;

/// What becomes of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added(String),
    /// It is no longer there.
    Removed(String),
    /// It is another; names of what differs.
    Changed(String, Vec<String>),
}

impl Change {
    /// The rule it is about; a change of another pack's rule is called by that rule with `adjust ` before it.
    pub fn rule(&self) -> &str {
        match self {
            Self::Added(rule) | Self::Removed(rule) | Self::Changed(rule, _) => rule,
        }
    }

    /// `added`, `removed`, `changed`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Added(_) => "added",
            Self::Removed(_) => "removed",
            Self::Changed(..) => "changed",
        }
    }

    /// What differs, for what changed.
    pub fn fields(&self) -> &[String] {
        match self {
            Self::Changed(_, fields) => fields,
            Self::Added(_) | Self::Removed(_) => &[],
        }
    }
}

/// What changes from `old` to `new`, by the names of rules.
pub fn changes(old: &Document, new: &Document) -> Vec<Change> {
    let (old, new) = (named(old), named(new));
    let mut changes = Vec::new();
    for (name, before) in &old {
        match new.get(name) {
            None => changes.push(Change::Removed(name.clone())),
            Some(after) if after != before => changes.push(Change::Changed(name.clone(), differing(before, after))),
            Some(_) => {}
        }
    }
    changes.extend(new.keys().filter(|name| !old.contains_key(*name)).map(|name| Change::Added(name.clone())));
    changes.sort_by(|one, other| one.rule().cmp(other.rule()));
    changes
}

fn named(document: &Document) -> BTreeMap<String, &Value> {
    let name = |value: &Value, member: &str| value.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let rules = document.rules().iter().map(|rule| (name(rule, "id"), rule));
    let adjustments = document.adjustments().iter().map(|adjust| (format!("adjust {}", name(adjust, "rule")), adjust));
    rules.chain(adjustments).collect()
}

/// Names of members that are not the same.
fn differing(before: &Value, after: &Value) -> Vec<String> {
    let names = |value: &Value| value.as_object().map(|members| members.keys().cloned().collect::<Vec<_>>());
    let mut names: Vec<String> = [names(before), names(after)].into_iter().flatten().flatten().collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| before.get(name) != after.get(name));
    names
}
