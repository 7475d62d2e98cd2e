//! Whose a pack is, and what it may change of others.

use serde::{Deserialize, Serialize};

use crate::subject::Subject;
use crate::verdict::Action;

/// For whom a pack holds. Those further down may only ask for more than those above, unless a rule says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// All instances of a network that subscribed to it.
    Network,
    /// This instance.
    #[default]
    Instance,
    /// One organisation, by the name [`Facts::organisation`](crate::Facts::organisation) has for it.
    Organisation(String),
    /// One hashtag, by its canonical name.
    Tag(String),
    /// Authors with one role in their organisation.
    Role(String),
}

impl Scope {
    /// Whether it holds for `subject`.
    pub fn covers(&self, subject: &Subject) -> bool {
        match self {
            Self::Network | Self::Instance => true,
            Self::Organisation(name) => subject.facts.organisation.as_ref() == Some(name),
            Self::Tag(name) => subject.tags.iter().any(|tag| tag.name() == name),
            Self::Role(name) => subject.facts.role.as_ref() == Some(name),
        }
    }

    /// How far down it is, 0 for the widest.
    pub(crate) const fn level(&self) -> u8 {
        match self {
            Self::Network => 0,
            Self::Instance => 1,
            Self::Organisation(_) => 2,
            Self::Tag(_) => 3,
            Self::Role(_) => 4,
        }
    }
}

/// What a pack changes of a rule of another.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// Id of the rule.
    pub rule: String,
    /// What it asks for in this scope. Less than before only counts if the rule is `overridable`.
    pub action: Action,
    /// For whom: that of the pack.
    #[serde(skip)]
    pub scope: Scope,
}
