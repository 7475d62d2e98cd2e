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
//! action = "hold"                      # see Action
//! reason = "It seems to hold a pupil's number"           # shown to the author
//! rationale = "Pupil numbers are personal data."         # for moderators
//! must_match = ["UPN: H801200001001"]
//! must_not_match = ["What is a UPN?"]
//! [rule.when.phrase]                   # one of Condition
//! any = ["upn:"]
//!
//! [[adjust]]                           # what this pack changes of a rule of another
//! rule = "some-other-rule"
//! action = "hold"
//! ```

mod error;
mod rule;
mod sample;
mod scope;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use crate::rules::Condition;
use crate::rules::phrase::Phrases;
use crate::subject::Direction;
use crate::verdict::Action;
pub use error::{Culprit, Faults, PolicyError};
pub use rule::{Mode, Rule};
pub use sample::Sample;
pub(crate) use sample::WithFacts;
pub use scope::{Adjustment, Scope};

/// The packs shipped with the program, which together are the policy of a school: their names and texts.
pub const BUILT_IN: [(&str, &str); 6] = [
    ("built-in pupil-data.toml", include_str!("../../../../config/policies/pupil-data.toml")),
    ("built-in teacher-anonymity.toml", include_str!("../../../../config/policies/teacher-anonymity.toml")),
    ("built-in defamation-risk.toml", include_str!("../../../../config/policies/defamation-risk.toml")),
    ("built-in profanity.toml", include_str!("../../../../config/policies/profanity.toml")),
    ("built-in spam.toml", include_str!("../../../../config/policies/spam.toml")),
    ("built-in links.toml", include_str!("../../../../config/policies/links.toml")),
];

/// All rules in use.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Where they come from, in order.
    pub packs: Vec<PackRef>,
    /// Rules in the order of their packs, drafts left out.
    pub rules: Vec<Rule>,
    /// What packs change of rules of others, the widest scope first.
    pub adjustments: Vec<Adjustment>,
}

/// A pack to be loaded.
#[derive(Clone, Debug)]
pub struct PackSource<'a> {
    /// For messages.
    pub name: &'a str,
    /// The text.
    pub toml: &'a str,
    /// For whom it holds.
    pub scope: Scope,
}

/// Which pack in which version, and which text exactly: what a decision was made by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackRef {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// What people call it.
    pub title: String,
    /// For whom it holds.
    pub scope: Scope,
    /// SHA-256 of its text, in hexadecimal.
    pub digest: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pack {
    pack: PackHead,
    #[serde(default, rename = "rule")]
    rules: Vec<Rule>,
    #[serde(default, rename = "adjust")]
    adjustments: Vec<Adjustment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackHead {
    id: String,
    version: u32,
    title: String,
    /// What a pack may say of itself beside, which changes nothing about its rules: see [`pack`](crate::pack).
    #[serde(default, rename = "engine")]
    _engine: Option<u32>,
    #[serde(default, rename = "languages")]
    _languages: Vec<String>,
    #[serde(default, rename = "jurisdiction")]
    _jurisdiction: Option<String>,
    #[serde(default, rename = "licence")]
    _licence: Option<String>,
    #[serde(default, rename = "changelog")]
    _changelog: Option<String>,
}

impl Policy {
    /// The rules shipped with the program (`config/policies`).
    ///
    /// # Errors
    /// None in a released build: a test loads them.
    pub fn built_in() -> Result<Self, PolicyError> {
        Self::load(BUILT_IN)
    }

    /// Reads packs of this instance, given as (name for messages, TOML).
    ///
    /// # Errors
    /// As [`Self::load_scoped`].
    pub fn load<'a>(packs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, PolicyError> {
        Self::load_scoped(packs.into_iter().map(|(name, toml)| PackSource { name, toml, scope: Scope::Instance }))
    }

    /// Reads packs of different scopes.
    ///
    /// # Errors
    /// [`PolicyError`] naming the pack or rule that is wrong. The samples are checked by
    /// [`Engine::new`](crate::Engine::new).
    pub fn load_scoped<'a>(packs: impl IntoIterator<Item = PackSource<'a>>) -> Result<Self, PolicyError> {
        Self::read(packs).map_err(|faults| faults.first)
    }

    /// The same, with all that is wrong.
    pub(crate) fn read<'a>(packs: impl IntoIterator<Item = PackSource<'a>>) -> Result<Self, Faults> {
        let (mut policy, mut read, mut unreadable) = (Self::default(), Vec::new(), Vec::new());
        for source in packs {
            match toml::from_str::<Pack>(source.toml) {
                Ok(pack) => read.push((source, pack)),
                Err(error) => {
                    unreadable.push(PolicyError::NotAPack { name: source.name.to_owned(), source: Box::new(error) });
                    unreadable.extend(unreadable_in(source.toml));
                }
            }
        }
        // What others name may stand in what cannot be read.
        Faults::check(unreadable)?;
        let (mut ids, mut asked, mut faults) = (HashSet::new(), Vec::new(), Vec::new());
        for (source, pack) in read {
            for mut rule in pack.rules.into_iter().filter(|rule| rule.mode != Mode::Draft) {
                if let Err(problem) = rule.validate() {
                    faults.push(PolicyError::WrongRule { rule: rule.id, pack: pack.pack.id.clone(), problem });
                    continue;
                }
                if !ids.insert(rule.id.clone()) {
                    faults.push(PolicyError::Duplicate { rule: rule.id });
                    continue;
                }
                rule.scope = source.scope.clone();
                policy.rules.push(rule);
            }
            for adjustment in pack.adjustments {
                asked.push((pack.pack.id.clone(), Adjustment { scope: source.scope.clone(), ..adjustment }));
            }
            policy.packs.push(PackRef {
                id: pack.pack.id,
                version: pack.pack.version,
                title: pack.pack.title,
                scope: source.scope,
                digest: hex(&Sha256::digest(source.toml)),
            });
        }
        for (pack, adjustment) in asked {
            match policy.check(&adjustment) {
                Ok(()) => policy.adjustments.push(adjustment),
                Err(problem) => {
                    faults.push(PolicyError::BadAdjustment {
                        pack,
                        rule: adjustment.rule,
                        problem: problem.to_owned(),
                    });
                }
            }
        }
        Faults::check(faults)?;
        policy.adjustments.sort_by_key(|adjustment| adjustment.scope.level());
        Ok(policy)
    }

    /// One rule that holds whatever has any of these phrases in it, as whole words, in any disguise.
    pub fn of_phrases<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Self {
        let any: Vec<String> =
            phrases.into_iter().filter(|phrase| !phrase.trim().is_empty()).map(str::to_owned).collect();
        let rule = Rule {
            id: "phrases".to_owned(),
            version: 1,
            mode: Mode::Enforce,
            direction: vec![Direction::Outbound, Direction::Inbound],
            visibility: Vec::new(),
            parts: Vec::new(),
            tags: Vec::new(),
            languages: Vec::new(),
            starts: None,
            expires: None,
            action: Action::Hold,
            overridable: false,
            releases: Vec::new(),
            priority: 0,
            owner: None,
            clause: None,
            reason: "It holds a listed phrase".to_owned(),
            rationale: "Somebody listed it.".to_owned(),
            must_match: Vec::new(),
            must_not_match: Vec::new(),
            when: Condition::Phrase(Phrases::everywhere(any)),
            scope: Scope::Instance,
        };
        Self { rules: vec![rule], ..Self::default() }
    }

    fn check(&self, adjustment: &Adjustment) -> Result<(), &'static str> {
        let rule = self.rules.iter().find(|rule| rule.id == adjustment.rule).ok_or("there is no such rule")?;
        if adjustment.action < rule.action && !rule.overridable {
            return Err("it may ask for more, but not for less: the rule is not overridable");
        }
        if matches!(rule.when, Condition::Indicator(_)) {
            return Err("an indicator never stands in anybody's way");
        }
        Ok(())
    }
}

/// The rules, and changes of others, because of which a text cannot be read as a pack; none where it is something else.
fn unreadable_in(text: &str) -> Vec<PolicyError> {
    let Ok(whole) = toml::from_str::<toml::Table>(text) else { return Vec::new() };
    let items = |name: &str| whole.get(name).and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    let named =
        |item: &toml::Value, name: &str| item.get(name).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    let pack = whole.get("pack").map(|head| named(head, "id")).unwrap_or_default();
    let rules = items("rule").iter().filter_map(|item| {
        let error = item.clone().try_into::<Rule>().err()?;
        let problem = error.to_string().trim().to_owned();
        Some(PolicyError::WrongRule { rule: named(item, "id"), pack: pack.clone(), problem })
    });
    let adjustments = items("adjust").iter().filter_map(|item| {
        let error = item.clone().try_into::<Adjustment>().err()?;
        let problem = error.to_string().trim().to_owned();
        Some(PolicyError::BadAdjustment { pack: pack.clone(), rule: named(item, "rule"), problem })
    });
    rules.chain(adjustments).collect()
}

/// In hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}
