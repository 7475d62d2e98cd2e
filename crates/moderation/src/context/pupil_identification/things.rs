//! What bears a person's name and is none: schools, places, months, animals, books.

use std::sync::LazyLock;

use super::cues::{CHILD, CLASS, LEARN, PRIVATE, PUPIL, PUPILS, YEAR};
use super::scene::Scene;
use crate::context::names::{WordSet, word_set};
use crate::context::people::{Candidate, Evidence, is_relative};
use crate::context::tokens::Case;

/// Nouns that make a name part of a name of a place or a thing.
static NAMED_AFTER: WordSet = LazyLock::new(|| {
    word_set(
        "school schools academy primary college infant infants junior juniors secondary high grammar university house \
     hall street road avenue lane park hospital centre center trust church cathedral mosque award awards prize \
     cup trophy shield foundation institute press room wing block building library theatre stadium method test \
     scale theory day week month event festival museum gallery nursery ce rc catholic",
    )
});

/// `Thomas Tallis School`, `the Grace Darling room`.
pub(super) fn is_named_after(scene: &Scene, candidate: &Candidate) -> bool {
    let end = candidate.words.end;
    let close = scene.tokens.gap(end).chars().all(|c| c == ' ' || c == '\u{a0}');
    let noun = NAMED_AFTER.contains(scene.tokens.folded(end));
    if ["team", "house"].contains(&scene.before(candidate)) && candidate.evidence != Evidence::Plain {
        return true;
    }
    let capital = scene.tokens.get(end).is_some_and(|word| word.case == Case::Capitalised);
    let certain = capital || candidate.surname || candidate.evidence != Evidence::Plain;
    !candidate.possessive && close && noun && certain
}

/// `the school snail is called Derek`: what is no person has a name.
pub(super) fn is_thing_called(scene: &Scene, candidate: &Candidate) -> bool {
    let named = |at: usize| {
        scene.tokens.get(at).is_some_and(|word| word.case == Case::Capitalised) || scene.tokens.folded(at) == "and"
    };
    let first = candidate.words.start;
    let at = (first.saturating_sub(6)..first).rev().find(|at| !named(*at)).map_or(first, |before| before + 1);
    let word = |back: usize| scene.tokens.folded(at.wrapping_sub(back));
    if at < 3 || !["called", "named"].contains(&word(1)) || !["is", "are", "was", "were"].contains(&word(2)) {
        return false;
    }
    let noun = scene.tokens.get(at - 3);
    let person =
        ["he", "she", "who", "they", "one"].contains(&word(3)) || is_relative(scene.tokens.hash(at.wrapping_sub(3)));
    let pupil = scene.mark(at - 3) & (PUPIL | CHILD | PUPILS | CLASS | YEAR) != 0;
    !person && !pupil && noun.is_some_and(|noun| noun.case == Case::Lower && !noun.possessive)
}

/// `by May`, `in April or June`.
pub(super) fn is_month(scene: &Scene, candidate: &Candidate) -> bool {
    const BEFORE: [&str; 20] = [
        "in", "by", "until", "till", "from", "since", "or", "of", "for", "to", "early", "late", "mid", "next", "last",
        "this", "before", "after", "through", "every",
    ];
    candidate.words.len() == 1
        && ["april", "may", "june", "august", "summer", "autumn"].contains(&scene.tokens.folded(candidate.words.start))
        && BEFORE.contains(&scene.before(candidate))
        && !candidate.possessive
        && !scene.acts_personally(candidate)
}

/// Whether the words before make the candidate someone taught about, or a book, or a tool.
pub(super) fn is_taught_about(scene: &Scene, candidate: &Candidate) -> bool {
    static TOOL_VERBS: WordSet = LazyLock::new(|| {
        word_set(
            "using use used uses trialled trialling piloted piloting launched launching bought buy buying recommend teach teaching study studying studied do doing did read reading play playing on via \
         watch watching performing perform loving love adore try trying tried learning the by",
        )
    });
    let at = candidate.words.start;
    if at == 0 || scene.tokens.get(at - 1).map(|word| word.sentence) != scene.tokens.get(at).map(|word| word.sentence) {
        return false;
    }
    let parted = scene.tokens.gap(at).contains([',', '(', ')', ';']);
    let work = candidate.possessive && candidate.evidence == Evidence::Plain && !candidate.surname;
    let learn = scene.mark(at - 1) & LEARN != 0 && !parted && !work;
    let determined = ["pilot", "about"].contains(&scene.tokens.folded(at - 1))
        && (at.saturating_sub(5)..at).any(|before| scene.mark(before) & LEARN != 0);
    let named = scene.has_pronoun(candidate) || candidate.evidence == Evidence::Word && scene.acts_in_class(candidate);
    let tool =
        candidate.evidence != Evidence::Plain && !named && !parted && TOOL_VERBS.contains(scene.tokens.folded(at - 1));
    // "Quote from Kai: …"
    let speaks = candidate.evidence == Evidence::Plain
        && !candidate.surname
        && scene.tokens.gap(candidate.words.end).contains([':', '"', '“']);
    (learn || determined) && !speaks || tool
}

/// Whether the words before make the candidate a place.
pub(super) fn is_place(scene: &Scene, candidate: &Candidate) -> bool {
    static AT: WordSet = LazyLock::new(|| word_set("in at near around visiting visit visited across outside via"));
    static MOVE: WordSet = LazyLock::new(|| {
        word_set("trip greetings hello postcard went go going travel travelled off moved moving back visit")
    });
    let at = candidate.words.start;
    if at == 0 || candidate.evidence == Evidence::Plain || !scene.tokens.gap(at).chars().all(char::is_whitespace) {
        return false;
    }
    let before = scene.tokens.folded(at - 1);
    let moves = |before: usize| MOVE.contains(scene.tokens.folded(before)) && scene.mark(before) & PRIVATE == 0;
    let moving = (at.saturating_sub(8)..at).any(|before| moves(before) && scene.same_sentence(before, at));
    AT.contains(before) || ["to", "from"].contains(&before) && moving
}
