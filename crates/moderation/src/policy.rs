//! Rule packs: TOML a moderator can read, copy and change.
//!
//! ```toml
//! [pack]
//! id = "example"
//! version = 1
//! title = "An example"
//!
//! [[rule]]
//! id = "pupil-number"                  # unique over all packs in use
//! version = 1
//! direction = ["outbound"]
//! action = "hold"                      # "hold" or "reject"
//! reason = "It seems to hold a pupil's number"           # shown to the author
//! rationale = "Pupil numbers are personal data."         # for moderators
//! must_match = ["UPN: H801200001001"]
//! must_not_match = ["What is a UPN?"]
//! [rule.when.phrase]
//! any = ["upn:"]
//! ```

use std::collections::HashSet;

use serde::Deserialize;
use staffroom_domain::{Timestamp, Visibility};

use crate::rules::phrase::Phrases;
use crate::subject::{Direction, Subject};
use crate::verdict::Action;

/// The pack compiled into the program.
/// The shipped rule pack: its name and text.
pub const BUILT_IN: (&str, &str) = ("built-in phrases.toml", include_str!("../../../config/policies/phrases.toml"));

/// All rules in use.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Rules in the order of their packs.
    pub rules: Vec<Rule>,
}

/// One rule, as written in a pack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Unique id: lower-case words with hyphens.
    pub id: String,
    /// Grows with every change.
    pub version: u32,
    /// Which way things must travel for it to apply.
    pub direction: Vec<Direction>,
    /// Audiences it applies to, in Mastodon's words; empty for all.
    #[serde(default)]
    pub visibility: Vec<String>,
    /// Hashtags it applies to, without `#`; empty for everything.
    #[serde(default)]
    pub tags: Vec<String>,
    /// When it stops applying, RFC 3339; never if absent.
    #[serde(default)]
    pub expires: Option<String>,
    /// What it asks for.
    pub action: Action,
    /// Shown to the author of what it matches, a sentence.
    pub reason: String,
    /// Why it exists, for moderators.
    pub rationale: String,
    /// Texts it must match, checked whenever rules are loaded.
    pub must_match: Vec<String>,
    /// Texts it must leave alone, checked whenever rules are loaded.
    pub must_not_match: Vec<String>,
    /// What it looks for.
    pub when: Condition,
}

/// What a rule looks for; one file in [`rules`](crate::rules) per kind.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Condition {
    /// Words that follow each other.
    Phrase(Phrases),
}

impl Condition {
    /// The name it has in packs and findings.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Phrase(_) => "phrase",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pack {
    pack: PackHead,
    #[serde(default, rename = "rule")]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackHead {
    id: String,
    #[serde(rename = "version")]
    _version: u32,
    #[serde(rename = "title")]
    _title: String,
}

/// What is wrong with a pack or one of its rules.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file cannot be read as a pack.
    #[error("{name} is not a rule pack: {source}")]
    NotAPack {
        /// The name it was loaded under.
        name: String,
        /// Where and why; names the line.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// Two rules have one id.
    #[error("rule {rule} appears twice")]
    Duplicate {
        /// The id.
        rule: String,
    },
    /// A rule is wrong.
    #[error("rule {rule}: {problem}")]
    BadRule {
        /// Its id.
        rule: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The phrases of all rules together cannot be compiled.
    #[error("the phrases of all rules together are too many")]
    TooMany {
        /// Why.
        #[source]
        source: aho_corasick::BuildError,
    },
}

impl Policy {
    /// The rules shipped with the program (`config/policies/phrases.toml`).
    ///
    /// # Errors
    /// None in a released build: a test loads them.
    pub fn built_in() -> Result<Self, PolicyError> {
        Self::load([BUILT_IN])
    }

    /// Reads packs given as (name for messages, TOML).
    ///
    /// # Errors
    /// [`PolicyError`] naming the pack or rule that is wrong. The samples are checked by
    /// [`Engine::new`](crate::Engine::new).
    pub fn load<'a>(packs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, PolicyError> {
        let mut policy = Self::default();
        let mut ids = HashSet::new();
        for (name, toml) in packs {
            let pack: Pack = toml::from_str(toml)
                .map_err(|source| PolicyError::NotAPack { name: name.to_owned(), source: Box::new(source) })?;
            for rule in pack.rules {
                rule.validate().map_err(|problem| PolicyError::BadRule {
                    rule: format!("{} in {}", rule.id, pack.pack.id),
                    problem,
                })?;
                if !ids.insert(rule.id.clone()) {
                    return Err(PolicyError::Duplicate { rule: rule.id });
                }
                policy.rules.push(rule);
            }
        }
        Ok(policy)
    }
}

impl Rule {
    /// Whether the rule is meant for such a subject at all.
    pub fn applies_to(&self, subject: &Subject) -> bool {
        let expired = self.expires.as_deref().and_then(Timestamp::parse).is_some_and(|end| end <= subject.facts.now);
        let audience = self.visibility.is_empty() || self.visibility.iter().any(|v| v == subject.visibility.as_str());
        let tagged = self.tags.is_empty() || subject.tags.iter().any(|tag| self.tags.iter().any(|t| t == tag.name()));
        !expired && audience && tagged && self.direction.contains(&subject.direction)
    }

    fn validate(&self) -> Result<(), String> {
        let id_char = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let unknown = self.visibility.iter().find(|v| Visibility::parse(v).is_none());
        if self.id.is_empty() || !self.id.chars().all(id_char) {
            return Err("its id must be lower-case words with hyphens".into());
        }
        if self.direction.is_empty() {
            return Err("direction names neither inbound nor outbound".into());
        }
        if let Some(unknown) = unknown {
            return Err(format!("unknown visibility {unknown:?}"));
        }
        if let Some(tag) = self.tags.iter().find(|t| staffroom_domain::Tag::parse(t).is_none_or(|p| p.name() != **t)) {
            return Err(format!("tag {tag:?} must be a hashtag in lower case, without #"));
        }
        if let Some(expires) = self.expires.as_deref().filter(|e| Timestamp::parse(e).is_none()) {
            return Err(format!("expires {expires:?} is not a time such as 2027-01-01T00:00:00Z"));
        }
        if self.reason.trim().is_empty() || self.rationale.trim().is_empty() {
            return Err("reason and rationale must say something".into());
        }
        if self.must_match.is_empty() || self.must_not_match.is_empty() {
            return Err("it needs samples in both must_match and must_not_match".into());
        }
        match &self.when {
            Condition::Phrase(phrases) => phrases.validate(),
        }
    }
}
