//! Pupils who can be recognised: a name, or initials, near what is said of children at school.
//!
//! A name alone is nobody's business; a year group alone neither. What is looked for is both together, unless the name
//! is that of someone else: a member of staff, a public figure, the writer's own child.

mod cues;
mod marks;
mod named;
mod others;
mod scene;
mod slots;
mod things;
mod weigh;
mod years;

use std::cell::LazyCell;
use std::ops::Deref;
use std::sync::LazyLock;

use self::cues::{
    ADULT, ALUMNI, CHILD, CHILDISH, CLASS, Cues, DELICATE, PRIVATE, PUPIL, PUPILS, SANCTION, SCHOOL, WEAK, YEAR,
    YEAR_STAFF,
};
use self::scene::{BEFORE, Scene};
use self::slots::Slot;
use self::weigh::Weight;
use super::hash::Piece;
use super::learnt::{self, Borders};
use super::names::{WordSet, may_be_given, word_set};
use super::people::{Candidate, Evidence};
use super::read::Read;
use super::tokens::{Case, Token};
use super::{Hit, Strength};

/// How sure a name is a pupil's, and why.
type Judged = (Strength, &'static str);

/// Most hits reported for one text: what comes after adds nothing.
const MOST_HITS: usize = 100;

/// From which scores on a name may be a pupil's; what is not told otherwise is never held.
const BORDERS: Borders = Borders { note: -300, nudge: 0, hold: i32::MAX };

/// What pupils have, and hardly anybody else.
static SCHOOLWORK: WordSet = LazyLock::new(|| {
    word_set(
        "behaviour progress homework handwriting spelling spellings phonics attitude levels grades reading maths attainment targets coursework effort",
    )
});
/// Finds pupils who can be recognised.
pub(crate) fn find(read: &Read<'_>) -> Vec<Hit> {
    let (tokens, known) = (read.tokens, read.known);
    let telling = CHILDISH | SANCTION | CHILD | WEAK | YEAR | CLASS | PUPIL | PUPILS | PRIVATE | DELICATE | SCHOOL;
    let scene = Scene::of(tokens, known, cues::mark(tokens));
    let relatives = || {
        tokens.words().iter().any(|word| {
            word.possessive
                || super::people::is_relative(word.hash)
                || ["age", "aged", "old", "called", "named"].contains(&word.folded.as_str())
                || slots::is_age(&word.folded)
        })
    };
    let named = || {
        let capital = |word: &&Token| word.case == Case::Capitalised;
        tokens.words().iter().filter(capital).any(|word| may_be_given(&word.folded))
    };
    if !scene.sentences.iter().any(|cues| cues & telling != 0) && !relatives() && !named() {
        return Vec::new();
    }
    let mut hits = Vec::new();
    for (candidate, slot) in slotted(&scene, read.people()) {
        let weight = LazyCell::new(|| Weight::of(&scene, candidate));
        let mut found = judge(&scene, candidate, slot, &weight);
        let strength = found.map(|(strength, _)| strength);
        // "Mr Harris" is no pupil whatever stands around.
        if strength != Some(Strength::Hold) && !others::has_title(&scene, candidate) {
            let marks =
                |tell: &mut dyn FnMut(&[Piece<'_>])| marks::marks(&scene, candidate, (slot, *weight, strength), tell);
            let score = || learnt::score_of_name(read, candidate, marks);
            found = match found {
                _ if learnt::is_enough(read) => settle(found, score()),
                // In few words weights find nothing, but may say that signs mislead: "amy's words".
                Some(judged) if score() >= BORDERS.nudge => Some(judged),
                _ => None,
            };
        }
        if let Some((strength, why)) = found {
            hits.push(Hit { span: tokens.span(candidate.words.clone()), strength, why: why.to_owned() });
        }
        if hits.len() == MOST_HITS {
            break;
        }
    }
    hits
}

/// The names of a text, each with where it stands.
fn slotted<'p>(scene: &Scene, people: &'p [Candidate]) -> impl Iterator<Item = (&'p Candidate, Slot)> {
    people.iter().enumerate().map(move |(number, candidate)| {
        let next = people.get(number + 1).filter(|next| is_listed_with(scene, candidate, next));
        (candidate, slots::slot(scene, candidate).max(next.map_or(Slot::None, |next| slots::slot(scene, next))))
    })
}

/// What a name that is not surely a pupil's comes to when what was learnt from examples is asked too.
fn settle(judged: Option<Judged>, score: i32) -> Option<Judged> {
    let strength = BORDERS.strength(score)?;
    Some((strength, judged.map_or("A name stands where posts name pupils", |(_, why)| why)))
}

/// Whether two names stand in one list: `Kai and Zara in Year 2`.
fn is_listed_with(scene: &Scene, candidate: &Candidate, next: &Candidate) -> bool {
    let (end, start) = (candidate.words.end, next.words.start);
    let gap = scene.tokens.gap(start);
    start == end && gap.contains(['&', ',', '/']) && gap.len() < 4
        || start == end + 1 && ["and", "&", "or"].contains(&scene.tokens.folded(end)) && scene.same_sentence(end, start)
}

/// Whether a candidate is a pupil who can be recognised, how sure that is, and why.
fn judge(scene: &Scene, candidate: &Candidate, slot: Slot, weight: &impl Deref<Target = Weight>) -> Option<Judged> {
    if others::is_someone_else(scene, candidate, slot >= Slot::Class) || others::is_invented(scene, candidate) {
        return None;
    }
    let here = scene.here(candidate);
    let around = scene.around(candidate);
    let surest = candidate.evidence == Evidence::Plain;
    if here & ALUMNI != 0 {
        return None;
    }
    let taught = things::is_taught_about(scene, candidate);
    let place = things::is_place(scene, candidate);
    match slot {
        Slot::Pupil if !(place || taught && candidate.evidence == Evidence::Word) => {
            return Some((Strength::Hold, "A pupil seems to be named"));
        }
        Slot::Child if !scene.works(candidate) || here & (YEAR | CLASS | PRIVATE) != 0 => {
            return Some((Strength::Hold, "A pupil's family or support seems to be spoken of by the pupil's name"));
        }
        Slot::Class if !place && (surest || !taught) && (here & PRIVATE != 0 || !scene.works(candidate)) => {
            let doubtful = matches!(candidate.evidence, Evidence::Word | Evidence::Unknown)
                && candidate.initial
                && !candidate.surname;
            let bare = doubtful && !scene.acts_in_class(candidate) && !scene.has_pronoun(candidate);
            if !bare {
                return Some((Strength::Hold, "A pupil seems to be named with a year group or class"));
            }
        }
        _ => {}
    }
    if candidate.evidence == Evidence::Letters && !taught && weigh::are_initials(scene, candidate) {
        return Some((Strength::Nudge, "Initials stand with a pupil's needs"));
    }
    if taught
        || place
        || is_written_of(scene, candidate)
        || candidate.evidence == Evidence::Letters
        || !scene.is_person(candidate)
    {
        return None;
    }
    let sign = if scene.works(candidate) { None } else { unslotted(candidate, here, around, scene, weight) };
    sign.or_else(|| weight.is_enough().then_some((Strength::Nudge, "A name stands with several signs of a pupil")))
}

/// Whether staff or authors have what follows: `Kai's email`, `Kai Smith's poems`.
fn is_written_of(scene: &Scene, candidate: &Candidate) -> bool {
    let after = tokens_after(scene, candidate);
    let written = candidate.surname && ["book", "poems", "poetry", "stories"].contains(&after);
    candidate.possessive && (written || slots::STAFF_HAS.contains(after))
}

fn tokens_after<'a>(scene: &'a Scene, candidate: &Candidate) -> &'a str {
    scene.tokens.folded(candidate.words.end)
}

/// Judges a name by what is said in its sentence and the ones beside it.
fn unslotted(
    candidate: &Candidate,
    here: Cues,
    around: Cues,
    scene: &Scene,
    weight: &impl Deref<Target = Weight>,
) -> Option<Judged> {
    let surest = candidate.evidence == Evidence::Plain;
    let schooled = YEAR | CLASS | PUPIL | PUPILS | SCHOOL | WEAK;
    if candidate.surname && !candidate.possessive && scene.follows_adult(candidate) {
        return None;
    }
    let likely = surest && !candidate.surname && !candidate.lower;
    let strength =
        if likely || around & (YEAR | CLASS | PUPIL | SCHOOL) != 0 { Strength::Hold } else { Strength::Nudge };
    if here & PRIVATE != 0 {
        return Some((strength, "A name stands with a pupil's needs, attendance, exclusion or safety"));
    }
    if here & DELICATE != 0 && around & (schooled | PRIVATE) != 0 && !scene.has_adult_clause(candidate) {
        return Some((strength, "A name stands with a pupil's behaviour, health or home"));
    }
    if likely && here & DELICATE != 0 && here & ADULT == 0 && scene.is_in_care(candidate) {
        return Some((Strength::Nudge, "A name stands with someone's behaviour, health or home"));
    }
    if here & ADULT != 0 || candidate.lower && here & (YEAR | CLASS | PUPIL) == 0 {
        return None;
    }
    if scene.is_thanked(candidate) && here & (CLASS | PUPIL | CHILD) == 0 {
        return None;
    }
    if weight.is_doubtful {
        return None;
    }
    if here & (YEAR | CLASS | PUPIL) != 0 && (!candidate.surname || here & (PUPIL | CLASS | SCHOOL) != 0) {
        return Some((Strength::Nudge, "A name stands near a year group or class"));
    }
    let sure = surest && !candidate.lower || scene.acts_personally(candidate) || scene.has_pronoun(candidate);
    if sure && around & PRIVATE != 0 && around & ADULT == 0 {
        return Some((Strength::Nudge, "A name stands near a pupil's needs, attendance, exclusion or safety"));
    }
    let near = if around & (CLASS | PUPIL) != 0 { 0 } else { ADULT | YEAR_STAFF };
    if (sure || !candidate.initial) && around & (YEAR | CLASS | PUPIL) != 0 && around & near == 0 && !candidate.surname
    {
        return Some((Strength::Nudge, "A name stands near a year group or class"));
    }
    let acts = candidate.possessive || scene.acts(candidate) || scene.is_alone(candidate);
    let framed = acts || surest && !candidate.initial && BEFORE.contains(scene.before(candidate));
    let listed = surest
        || candidate.evidence == Evidence::Both
        || scene.has_pronoun(candidate)
        || scene.acts_personally(candidate);
    if surest
        && !candidate.surname
        && candidate.possessive
        && SCHOOLWORK.contains(tokens_after(scene, candidate))
        && around & ADULT == 0
    {
        return Some((Strength::Nudge, "A name stands with a pupil's work or behaviour"));
    }
    let told = surest && scene.acts_on_me(candidate);
    let school = here & SCHOOL != 0
        || acts && here & WEAK != 0
        || told && around & (SCHOOL | WEAK) != 0
        || around & SCHOOL != 0 && (scene.is_alone(candidate) || candidate.possessive);
    let ours = !candidate.surname || acts && scene.says_ours(candidate);
    if listed && framed && ours && school && around & ADULT == 0 {
        return Some((Strength::Nudge, "A name stands with work or life at school"));
    }
    if likely
        && acts
        && around & ADULT == 0
        && scene.has_pronoun(candidate)
        && (here & DELICATE != 0 || scene.has_relative(candidate))
    {
        return Some((Strength::Nudge, "A name stands with someone's behaviour, health or home"));
    }
    None
}

/// Tells what is known of each name of a text, for learning.
#[cfg(test)]
pub(super) fn each_name(read: &Read<'_>, mut tell: impl FnMut(&Candidate, Vec<String>)) {
    let scene = Scene::of(read.tokens, read.known, cues::mark(read.tokens));
    for (candidate, slot) in slotted(&scene, read.people()) {
        let weight = Weight::of(&scene, candidate);
        let strength = judge(&scene, candidate, slot, &&weight).map(|(strength, _)| strength);
        let mut all = Vec::new();
        marks::marks(&scene, candidate, (slot, weight, strength), &mut |mark| {
            all.push(mark.iter().map(|piece| piece.text).collect());
        });
        tell(candidate, all);
    }
}

#[cfg(test)]
mod evaluation;
#[cfg(test)]
mod tests;
