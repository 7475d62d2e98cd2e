//! What a decision was made by, beside the texts: kept with it, so that it can be made again while the texts are there.

use serde::{Deserialize, Serialize};
use staffroom_domain::Visibility;
use staffroom_moderation::record::ENGINE_VERSION;
use staffroom_moderation::{Direction, Facts, PackRef, Part};

use super::Judged;

/// What a decision was made by, beside the texts. Hashtags are left out: they are words of the texts. So are names that
/// were known: of these their places are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Basis {
    /// Version of the engine.
    pub(crate) engine: u32,
    /// The packs, in order.
    pub(crate) packs: Vec<PackRef>,
    /// Which way it travelled.
    pub(crate) direction: Direction,
    /// The code of its audience.
    visibility: i16,
    /// What was known, without names.
    facts: Facts,
    /// Where names of schools stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    schools: Vec<Place>,
    /// Where names of people stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    people: Vec<Place>,
}

/// Where some words stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    part: Part,
    start: usize,
    end: usize,
}

impl Basis {
    /// That of a verdict.
    pub(super) fn of(judged: &Judged) -> Self {
        let subject = &judged.subject;
        let places = |names: &[String]| names.iter().filter_map(|name| Place::of(name, &subject.parts)).collect();
        Self {
            engine: ENGINE_VERSION,
            packs: judged.packs().to_vec(),
            direction: subject.direction,
            visibility: subject.visibility.code(),
            schools: places(&subject.facts.schools),
            people: places(&subject.facts.people),
            facts: Facts { schools: Vec::new(), people: Vec::new(), ..subject.facts.clone() },
        }
    }

    /// Its audience.
    pub(crate) fn visibility(&self) -> Visibility {
        Visibility::from_code(self.visibility)
    }

    /// What was known, with the names as they stand in `parts`, the texts of then.
    pub(crate) fn facts(&self, parts: &[(Part, String)]) -> Facts {
        let names = |places: &[Place]| places.iter().filter_map(|place| place.words(parts)).collect();
        Facts { schools: names(&self.schools), people: names(&self.people), ..self.facts.clone() }
    }
}

impl Place {
    /// The first place of `words`.
    fn of(words: &str, parts: &[(Part, String)]) -> Option<Self> {
        let found = parts.iter().find_map(|(part, text)| Some((*part, text.find(words)?)));
        found.map(|(part, start)| Self { part, start, end: start + words.len() })
    }

    /// What stands there.
    fn words(&self, parts: &[(Part, String)]) -> Option<String> {
        let (_, text) = parts.iter().find(|(part, _)| *part == self.part)?;
        text.get(self.start..self.end).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_as_places_and_read_from_the_texts_again() {
        let parts =
            [(Part::Content, "Ask Zoë Quinn".to_owned()), (Part::SpoilerText, "At Elm Grove School".to_owned())];
        let place = Place::of("Elm Grove School", &parts).unwrap();
        assert_eq!(place, Place { part: Part::SpoilerText, start: 3, end: 19 });
        assert_eq!(place.words(&parts).as_deref(), Some("Elm Grove School"));
        assert_eq!(Place::of("Zoë Quinn", &parts).unwrap().words(&parts).as_deref(), Some("Zoë Quinn"));
        assert_eq!(Place::of("Oakfield", &parts), None);
        assert_eq!(place.words(&parts[..1]), None);
    }
}
