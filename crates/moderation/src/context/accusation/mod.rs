//! What the rules about accusations share: the words of accusing, who is accused, and what takes the sting out.

#[cfg(test)]
mod alone;
mod begins;
mod blame;
mod claims;
mod clauses;
mod cues;
mod easing;
mod grammar;
mod joining;
mod marks;
mod parties;
mod pattern;
mod people;
mod reading;
mod scene;
mod schools;
mod signs;
mod subject;
mod suspicion;
#[cfg(test)]
mod tests;
mod voice;
mod words;

pub(super) use begins::begins;
pub(super) use blame::Blame;
pub(super) use claims::{Claim, Shape, Topic, claims, crimes};
pub(super) use cues::Cue;
pub(super) use easing::{ease, is_countered, is_matter, is_negated, is_tied};
pub(super) use marks::{listed, marks};
pub(super) use parties::{KnownBy, Party, Who};
pub(super) use people::Evidence;
pub(super) use reading::Reading;
pub(super) use scene::{ENOUGH, NEAR, Scene};
pub(super) use suspicion::{Signs, signs_of_ill, suspicions};
