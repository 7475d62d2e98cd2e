//! Places in a sentence where the name of a pupil stands, whatever the name.

use std::sync::LazyLock;

use super::cues::{
    CHILD, CHILDISH, CLASS, DELICATE, PRIVATE, PUPIL, PUPILS, SANCTION, SCHOOL as STRONG, WEAK, YEAR, YEAR_STAFF,
};
use super::named;
use super::scene::Scene;
use crate::context::names::{WordSet, about, word_set};
use crate::context::people::{Candidate, Evidence, is_relative};
use crate::context::tokens::Case;

/// Life at school, and school as such.
pub(super) const SCHOOL: super::Cues = STRONG | WEAK;

/// What the place of a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    /// Nothing.
    None,
    /// In a year group or class: `Kai in Year 4`.
    Class,
    /// Someone's child, or someone with a plan: `Kai's mum`.
    Child,
    /// A pupil: `my pupil Kai`, `Kai (8B)`.
    Pupil,
}

/// Words between a name and the class it belongs to.
static LINKS: WordSet = LazyLock::new(|| {
    word_set(
        "their your his is was are were who who's whos he's she's in from of at my our your the a an one just now currently has have \
     only this bottom top middle lower upper set started starts starting joined joins joining left moved into to and both year lovely over also new",
    )
});
/// Links one of which must be there.
static NEEDED: WordSet =
    LazyLock::new(|| word_set("in from of joined joins joining started starts starting is was who who's"));
/// What a class or the staff has, and no child.
pub(super) static STAFF_HAS: WordSet = LazyLock::new(|| {
    word_set(
        "class classes classroom pupils students lesson lessons session keynote talk webinar blog books podcast article \
     thread post tweet workshop training course cpd resource resources slides team department speech novel novels album film",
    )
});

/// The surest place the words around a candidate give it.
pub(super) fn slot(scene: &Scene, candidate: &Candidate) -> Slot {
    if named::is_called_pupil(scene, candidate)
        || named::is_described(scene, candidate)
        || is_in_brackets(scene, candidate)
        || named::is_awarded(scene, candidate)
        || named::is_of_school(scene, candidate)
    {
        return Slot::Pupil;
    }
    if has_relative(scene, candidate) {
        return Slot::Child;
    }
    if is_in_class(scene, candidate) || follows_class(scene, candidate) { Slot::Class } else { Slot::None }
}

/// `Kai (7C)`, `Kai, Year 4`, `Kai - Y4`, `Kai (8)`, `Name: Kai`.
fn is_in_brackets(scene: &Scene, candidate: &Candidate) -> bool {
    let tokens = scene.tokens;
    let end = candidate.words.end;
    let gap = tokens.gap(end);
    if candidate.possessive {
        return false;
    }
    let field = ["name", "pupil", "student", "child"].contains(&tokens.folded(candidate.words.start.wrapping_sub(1)))
        && tokens.gap(candidate.words.start).contains(':')
        && scene.around(candidate) & (YEAR | PRIVATE) != 0;
    let opened = gap.contains(['(', '[', ',', '–', '—', '|', '/']) || gap.trim() == "-";
    // "Kai (T, Y7)"
    let letter =
        usize::from(tokens.get(end).is_some_and(|word| word.case == Case::Letter) && scene.mark(end + 1) & YEAR != 0);
    let year = scene.mark(end + letter) & YEAR != 0 && !gap.contains(['.', '!', '?', '\n']);
    let by = ["by", "for", "from", "with", "to", "of"].contains(&tokens.folded(candidate.words.start.wrapping_sub(1)));
    let listed = by
        || !matches!(candidate.evidence, Evidence::Unknown | Evidence::Letters)
        || gap.contains(['(', '['])
        || candidate.surname;
    // "In Leeds, Year 4 are" is a place and a subject.
    let closes = scene
        .tokens
        .gap(scene.run_end(end, YEAR))
        .chars()
        .next()
        .is_none_or(|c| !c.is_whitespace() || gap.contains(['(', '[']))
        || !gap.contains(',');
    let age = is_age(tokens.folded(end))
        && (gap.contains('(') && tokens.gap(end + 1).starts_with(')')
            || gap.trim() == "," && (tokens.gap(end + 1).starts_with(',') || !scene.same_sentence(end, end + 1)))
        && candidate.evidence != Evidence::Unknown
        && !candidate.surname
        && (scene.around(candidate) & (SCHOOL | YEAR | CLASS | PUPIL | PRIVATE | DELICATE) != 0
            || gap.contains('(')
                && candidate.evidence == Evidence::Plain
                && super::scene::is_act(tokens.folded(end + 1)));
    let aged = ["aged", "age"].contains(&tokens.folded(end)) && is_age(tokens.folded(end + 1)) && !candidate.surname;
    field || opened && year && listed && closes || age || aged
}

/// `Kai's mum`, `Kai's annual review`, `the parents of Kai in 8B`.
fn has_relative(scene: &Scene, candidate: &Candidate) -> bool {
    let tokens = scene.tokens;
    let end = candidate.words.end;
    let start = candidate.words.start;
    let around = scene.around(candidate);
    let of = tokens.folded(start.wrapping_sub(1)) == "of" && is_relative(tokens.hash(start.wrapping_sub(2)));
    if of && around & (YEAR | CLASS | PUPIL | SCHOOL | PRIVATE) != 0 {
        return true;
    }
    // "the Novak children"
    let clan = ["children", "twins", "brothers", "sisters", "siblings", "boys", "girls", "triplets"]
        .contains(&tokens.folded(end))
        && tokens.gap(end) == " "
        && tokens.folded(start.wrapping_sub(1)) == "the"
        && matches!(candidate.evidence, Evidence::Unknown | Evidence::Plain)
        && !candidate.initial;
    if clan && around & (YEAR | CLASS | SCHOOL | PRIVATE | DELICATE | CHILDISH | SANCTION) != 0 {
        return true;
    }
    if !candidate.possessive {
        return false;
    }
    let relative = (end..end + 2)
        .any(|at| is_relative(tokens.hash(at)) || ["foster", "social", "key"].contains(&tokens.folded(at)));
    let sibling = (end..end + 3).any(|at| ["brother", "sister", "sibling", "siblings"].contains(&tokens.folded(at)));
    let private = (end..end + 3).any(|at| scene.mark(at) & PRIVATE != 0 && scene.same_sentence(at, end));
    let staff = STAFF_HAS.has(tokens.hash(end));
    let public = candidate.surname || candidate.evidence == Evidence::Letters;
    let schooled = around & (YEAR | CLASS | PUPIL | SCHOOL | PRIVATE) != 0;
    (relative && (!public || schooled)) || sibling && schooled || private && !staff
}

/// `Kai in Year 4`, `Kai, who is in my class`, `Kai is one of my pupils`, `Kai Y4`.
fn is_in_class(scene: &Scene, candidate: &Candidate) -> bool {
    let tokens = scene.tokens;
    let end = candidate.words.end;
    if candidate.possessive {
        return false;
    }
    let mut needed = false;
    for at in end..end + 8 {
        let Some(word) = tokens.get(at).filter(|_| scene.same_sentence(candidate.words.start, at)) else {
            return false;
        };
        let mark = scene.mark(at);
        if mark & YEAR_STAFF != 0 || tokens.gap(at).contains([';', ':', '"', '“']) {
            return false;
        }
        if mark & (YEAR | CLASS) != 0 {
            // "Oliver! is our Year 6 play"
            let run = scene.run_end(at, YEAR);
            let thing = about(tokens.folded(run));
            let owned = ["our", "my", "the", "a", "an"].contains(&tokens.folded(at - 1))
                && at >= 2
                && ["is", "was", "are"].contains(&tokens.folded(at - 2));
            if mark & YEAR != 0
                && owned
                && tokens.gap(run) == " "
                && thing.common
                && !is_relative(tokens.hash(run))
                && scene.mark(run) & (PUPIL | PUPILS | CHILD | STRONG) == 0
                && !["and", "who", "with", "but", "this", "now", "in", "at", "for", "so"].contains(&tokens.folded(run))
            {
                return false;
            }
            let adjacent =
                at == end && tokens.gap(at).chars().all(char::is_whitespace) && candidate.evidence == Evidence::Plain;
            return needed || adjacent;
        }
        if mark & (PUPIL | PUPILS | CHILD) != 0 && at > end {
            return needed
                && ["is", "was", "one", "a"].contains(&tokens.folded(end))
                && scene.around(candidate) & (SCHOOL | YEAR | CLASS | PRIVATE) != 0;
        }
        let other = tokens.get(at).is_some_and(|word| word.case == Case::Capitalised);
        if !(LINKS.contains(word.folded.as_str()) || other && needed) {
            return false;
        }
        needed |= NEEDED.contains(word.folded.as_str());
    }
    false
}

/// `Y6 Kai smashed it`, `Year 4: Kai has`, `Year 11's Kai`, `In 7R we have Kai`.
fn follows_class(scene: &Scene, candidate: &Candidate) -> bool {
    let tokens = scene.tokens;
    let at = candidate.words.start;
    let Some(before) = at.checked_sub(1) else { return false };
    let named = !candidate.initial || scene.acts_personally(candidate);
    let listed = matches!(candidate.evidence, Evidence::Plain | Evidence::Both)
        || candidate.evidence == Evidence::Word && named
        || candidate.evidence == Evidence::Unknown && candidate.surname;
    let gap = tokens.gap(at);
    let joined = gap.chars().all(|c| c.is_whitespace() || matches!(c, ':' | '-' | '–' | '\'' | '’' | 's' | 'S'));
    let person = scene.acts(candidate);
    listed
        && joined
        && scene.mark(before) & YEAR != 0
        && (person || candidate.surname)
        && scene.mark(candidate.words.end) & YEAR_STAFF == 0
}

/// An age at which children go to school, in digits or words.
pub(super) fn is_age(folded: &str) -> bool {
    const AGES: [&str; 16] = [
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
    ];
    AGES.contains(&folded) || folded.len() <= 2 && folded.parse::<u32>().is_ok_and(|age| (3..=18).contains(&age))
}
