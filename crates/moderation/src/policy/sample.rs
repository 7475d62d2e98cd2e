//! What a rule is tried on whenever rules are loaded.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use crate::facts::Facts;
use crate::subject::{Direction, Subject};

/// Something to try a rule on.
#[derive(Clone, Debug)]
pub enum Sample {
    /// A text about which nothing else is known.
    Text(String),
    /// A text with facts.
    WithFacts {
        /// The text.
        text: String,
        /// What is known.
        facts: Box<Facts>,
    },
}

/// A text with facts, as it is written.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithFacts {
    #[serde(default)]
    text: String,
    facts: Box<Facts>,
}

impl Sample {
    /// As a public status written here.
    pub(crate) fn subject(&self) -> Subject {
        let (text, facts) = match self {
            Self::Text(text) => (text, Facts::default()),
            Self::WithFacts { text, facts } => (text, facts.as_ref().clone()),
        };
        Subject::text(text.clone(), Direction::Outbound, facts)
    }

    /// The text.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::WithFacts { text, .. } => text,
        }
    }
}

/// By hand: of what is read by trying one form after the other, nobody learns what is wrong with it.
impl<'de> Deserialize<'de> for Sample {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = Sample;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or a table with text and facts")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Sample, E> {
        Ok(Sample::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Sample, A::Error> {
        let WithFacts { text, facts } = WithFacts::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Sample::WithFacts { text, facts })
    }
}
