//! A figure about the tone of a text: how many words speak for something, how many against. It is counted for groups of
//! texts and asks for nothing, whatever it shows.

use serde::Deserialize;

use super::phrase::check;
use super::wrong;

/// Words that count, written as phrases are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Words that count for it.
    pub positive: Vec<String>,
    /// Words that count against it.
    #[serde(default)]
    pub negative: Vec<String>,
}

impl Indicator {
    pub(crate) fn validate(&self) -> Result<(), String> {
        if self.positive.is_empty() {
            return wrong("indicator.positive", "lists no word");
        }
        self.positive.iter().chain(&self.negative).try_for_each(|phrase| check(phrase, false))
    }
}
