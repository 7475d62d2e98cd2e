//! Fields that nobody reads. Under a mistyped header a whole table would be lost without a word, and the rule would do
//! less than was written down.
//!
//! Which fields there are is asked of the types that are read: they are not listed twice.

use std::fmt;

use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use super::DocumentError;
use crate::facts::{ActorFacts, Facts, MediaFacts, ObjectFacts, RateFacts};
use crate::policy::{Adjustment, Condition, PackHead, Rule, WithFacts};
use crate::rules::{
    actor, combine, context, detector, indicator, lexicon_pair, link, media, object, phrase, rate, regex,
};

/// Tables within a table, by name.
type Inner = &'static [(&'static str, fn() -> Table)];

/// A table of the format: its fields, and those of them that are tables in their turn, or lists of such.
struct Table {
    fields: &'static [&'static str],
    inner: Inner,
}

const OF_RULE: Inner = &[("when", when), ("must_match", sample), ("must_not_match", sample)];
const OF_WHEN: Inner = &[
    ("phrase", leaf::<phrase::Phrases>),
    ("regex", leaf::<regex::Patterns>),
    ("detector", leaf::<detector::Detectors>),
    ("context", leaf::<context::Contexts>),
    ("combine", combine),
    ("lexicon-pair", leaf::<lexicon_pair::LexiconPair>),
    ("link", leaf::<link::Links>),
    ("media", leaf::<media::Media>),
    ("rate", leaf::<rate::Rate>),
    ("actor", leaf::<actor::Actor>),
    ("object", leaf::<object::Object>),
    ("indicator", leaf::<indicator::Indicator>),
];
const OF_COMBINE: Inner = &[("near", leaf::<combine::Near>), ("count", leaf::<combine::Count>)];
const OF_SAMPLE: Inner = &[("facts", facts)];
const OF_FACTS: Inner = &[
    ("actor", leaf::<ActorFacts>),
    ("rate", leaf::<RateFacts>),
    ("media", leaf::<MediaFacts>),
    ("object", leaf::<ObjectFacts>),
];

fn leaf<T: DeserializeOwned>() -> Table {
    Table { fields: fields_of::<T>(), inner: &[] }
}

fn when() -> Table {
    Table { inner: OF_WHEN, ..leaf::<Condition>() }
}

fn combine() -> Table {
    Table { inner: OF_COMBINE, ..leaf::<combine::Combine>() }
}

fn sample() -> Table {
    Table { inner: OF_SAMPLE, ..leaf::<WithFacts>() }
}

fn facts() -> Table {
    Table { inner: OF_FACTS, ..leaf::<Facts>() }
}

/// Names the first field of a rule that there is not, and where it stands.
pub(super) fn check_rule(rule: &Value) -> Result<(), DocumentError> {
    look(&Table { inner: OF_RULE, ..leaf::<Rule>() }, rule, "")
}

/// The same of what is changed of another pack's rule.
pub(super) fn check_adjustment(adjustment: &Value) -> Result<(), DocumentError> {
    look(&leaf::<Adjustment>(), adjustment, "")
}

/// The same of what a pack says of itself.
pub(super) fn check_head(head: &Value) -> Result<(), DocumentError> {
    look(&leaf::<PackHead>(), head, "pack")
}

fn look(table: &Table, value: &Value, at: &str) -> Result<(), DocumentError> {
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| look(table, item, at)),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            if !table.fields.contains(&name.as_str()) {
                return Err(unknown(table, name, at));
            }
            let below = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            let inner = table.inner.iter().find(|(known, _)| known == name);
            inner.map_or(Ok(()), |(_, inner)| look(&inner(), value, &below))
        }),
        _ => Ok(()),
    }
}

fn unknown(table: &Table, name: &str, at: &str) -> DocumentError {
    let place = if at.is_empty() { String::new() } else { format!(" in `{at}`") };
    let known: Vec<String> = table.fields.iter().map(|field| format!("`{field}`")).collect();
    DocumentError::new(format!("has an unknown field `{name}`{place}; known there: {}", known.join(", ")))
}

/// The names of a type's fields, or of its kinds where it is one of several.
fn fields_of<T: DeserializeOwned>() -> &'static [&'static str] {
    match T::deserialize(Asking) {
        Ok(_) => &[],
        Err(Told(names)) => names,
    }
}

/// Holds nothing; what is to be read from it says by which names.
struct Asking;

#[derive(Debug)]
struct Told(&'static [&'static str]);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fields {:?}", self.0)
    }
}

impl std::error::Error for Told {}

impl de::Error for Told {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }
}

impl<'de> Deserializer<'de> for Asking {
    type Error = Told;

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map identifier ignored_any
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Told> {
        Err(Told(&[]))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Told> {
        Err(Told(fields))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        kinds: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Told> {
        Err(Told(kinds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_knows_its_fields_and_every_kind_is_looked_into() {
        let kinds: Vec<&str> = OF_WHEN.iter().map(|(name, _)| *name).collect();
        assert_eq!(when().fields, kinds);
        let mut tables = vec![Table { inner: OF_RULE, ..leaf::<Rule>() }, leaf::<Adjustment>(), leaf::<PackHead>()];
        while let Some(table) = tables.pop() {
            assert!(!table.fields.is_empty());
            for (name, inner) in table.inner {
                assert!(table.fields.contains(name), "{name}");
                tables.push(inner());
            }
        }
    }
}
