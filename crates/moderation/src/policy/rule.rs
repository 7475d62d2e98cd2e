//! One rule: when it holds, what it looks for, what it asks for.

use serde::Deserialize;
use staffroom_domain::{Tag, Timestamp, Visibility};

use super::{Condition, Sample, Scope};
use crate::subject::{Direction, Part, Subject};
use crate::verdict::Action;

/// One rule, as written in a pack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Unique id: lower-case words with hyphens.
    pub id: String,
    /// Grows with every change.
    pub version: u32,
    /// Whether it counts; it does unless said otherwise.
    #[serde(default)]
    pub mode: Mode,
    /// Which way things must travel for it to apply.
    pub direction: Vec<Direction>,
    /// Audiences it applies to, in Mastodon's words; empty for all.
    #[serde(default)]
    pub visibility: Vec<String>,
    /// Kinds of parts it reads, such as `content` (see [`Part::KINDS`]); empty for all.
    #[serde(default)]
    pub parts: Vec<String>,
    /// Hashtags it applies to, without `#`; empty for everything.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Languages it applies to, ISO 639-1; empty for all. What is in no known language is meant too.
    #[serde(default)]
    pub languages: Vec<String>,
    /// When it starts applying, RFC 3339.
    #[serde(default)]
    pub starts: Option<String>,
    /// When it stops applying, RFC 3339; never if absent.
    #[serde(default)]
    pub expires: Option<String>,
    /// What it asks for. `allow` for what only serves other rules.
    pub action: Action,
    /// Whether packs further down may ask for less.
    #[serde(default)]
    pub overridable: bool,
    /// Rules it lets go where it matches (`*` for all), of lower priority, and of no pack further up unless
    /// `overridable`. What shows no place lets them go everywhere.
    #[serde(default)]
    pub releases: Vec<String>,
    /// Who wins among rules that release, 0 if absent.
    #[serde(default)]
    pub priority: i32,
    /// Who answers for it.
    #[serde(default)]
    pub owner: Option<String>,
    /// The clause of a policy it stands for, a title or address.
    #[serde(default)]
    pub clause: Option<String>,
    /// Shown to the author of what it matches, a sentence.
    pub reason: String,
    /// Why it exists, for moderators.
    pub rationale: String,
    /// What it must match, checked whenever rules are loaded.
    pub must_match: Vec<Sample>,
    /// What it must leave alone, checked whenever rules are loaded.
    pub must_not_match: Vec<Sample>,
    /// What it looks for.
    pub when: Condition,
    /// For whom it holds: that of its pack.
    #[serde(skip)]
    pub scope: Scope,
}

/// How much a rule counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It is not looked at; it need not be finished.
    Draft,
    /// Its matches are reported and ask for nothing.
    Shadow,
    /// Its matches count.
    #[default]
    Enforce,
}

impl Rule {
    /// Whether the rule is meant for such a subject at all.
    pub fn applies_to(&self, subject: &Subject) -> bool {
        self.direction.contains(&subject.direction) && self.applies_either_way(subject)
    }

    /// The same, whichever way the subject travels.
    pub(crate) fn applies_either_way(&self, subject: &Subject) -> bool {
        let facts = &subject.facts;
        let time = |text: &Option<String>| text.as_deref().and_then(Timestamp::parse);
        (self.visibility.is_empty() || self.visibility.iter().any(|v| v == subject.visibility.as_str()))
            && (self.tags.is_empty() || subject.tags.iter().any(|tag| self.tags.iter().any(|t| t == tag.name())))
            && (self.languages.is_empty() || facts.language.as_ref().is_none_or(|l| self.languages.contains(l)))
            && time(&self.starts).is_none_or(|start| start <= facts.now)
            && time(&self.expires).is_none_or(|end| facts.now < end)
            && self.scope.covers(subject)
    }

    /// Whether it reads such a part.
    pub(crate) fn reads(&self, part: Part) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|kind| kind == part.kind())
    }

    pub(super) fn validate(&self) -> Result<(), String> {
        let id_char = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || !self.id.chars().all(id_char) {
            return Err("its id must be lower-case words with hyphens".into());
        }
        if self.direction.is_empty() {
            return Err("direction names neither inbound nor outbound".into());
        }
        if let Some(unknown) = self.visibility.iter().find(|v| Visibility::parse(v).is_none()) {
            return Err(format!("unknown visibility {unknown:?}"));
        }
        if let Some(part) = self.parts.iter().find(|part| !Part::KINDS.contains(&part.as_str())) {
            return Err(format!("there is no part {part:?}; there are {}", Part::KINDS.join(", ")));
        }
        if let Some(tag) = self.tags.iter().find(|t| Tag::parse(t).is_none_or(|p| p.name() != **t)) {
            return Err(format!("tag {tag:?} must be a hashtag in lower case, without #"));
        }
        for (name, time) in [("starts", &self.starts), ("expires", &self.expires)] {
            if let Some(time) = time.as_deref().filter(|time| Timestamp::parse(time).is_none()) {
                return Err(format!("{name} {time:?} is not a time such as 2027-01-01T00:00:00Z"));
            }
        }
        if self.reason.trim().is_empty() || self.rationale.trim().is_empty() {
            return Err("reason and rationale must say something".into());
        }
        if self.must_match.is_empty() || self.must_not_match.is_empty() {
            return Err("it needs samples in both must_match and must_not_match".into());
        }
        if !self.releases.is_empty() && self.action != Action::Allow {
            return Err("a rule that releases others has the action allow".into());
        }
        if matches!(self.when, Condition::Indicator(_)) && self.action != Action::Allow {
            return Err("an indicator has the action allow: it never stands in anybody's way".into());
        }
        self.when.validate()
    }
}
