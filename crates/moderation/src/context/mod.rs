//! Rules that read words in their context: who is spoken of, and what is said of them.
//!
//! Each rule is a function from what was [`Read`](read::Read) to [`Hit`]s. The words of the text alone
//! decide when nothing else is known. All work is linear in the length of the text.

mod accusation;
pub(crate) mod defamation_risk;
#[cfg(test)]
mod evaluation;
mod hash;
mod learnt;
#[cfg(test)]
#[path = "../../tests/made/mod.rs"]
mod made;
pub(crate) mod names;
pub(crate) mod people;
pub(crate) mod pupil_identification;
pub(crate) mod read;
#[cfg(test)]
#[path = "../../tests/score/mod.rs"]
mod score;
pub(crate) mod teacher_anonymity;
pub(crate) mod tokens;

use std::collections::HashSet;
use std::ops::Range;

/// What is known of the world outside the text. May be empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Knowledge {
    /// Names of schools, folded as tokens are, their words parted by one space.
    pub(crate) schools: HashSet<String>,
    /// Names of adults who are known to work in schools, such as members of the instance; folded likewise.
    pub(crate) people: HashSet<String>,
}

impl Knowledge {
    /// From names as people write them.
    pub(crate) fn of(schools: &[String], people: &[String]) -> Self {
        let fold = |name: &String| {
            let tokens = tokens::Tokens::of(name);
            tokens.words().iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ")
        };
        Self { schools: schools.iter().map(fold).collect(), people: people.iter().map(fold).collect() }
    }
}

/// How sure a rule is, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// Worth writing down; nobody is asked.
    Note,
    /// The author should look again.
    Nudge,
    /// A person should decide.
    Hold,
}

/// Something a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Where in the original, in bytes, at character boundaries.
    pub(crate) span: Range<usize>,
    /// How sure the rule is.
    pub(crate) strength: Strength,
    /// Why, in plain words; never repeats the text.
    pub(crate) why: String,
}
