//! Ways of introducing a pupil: `my pupil Kai`, `star of the week: Kai`, `Kai, the funniest child in my class`.

use std::sync::LazyLock;

use super::cues::{CHILD, CLASS, DELICATE, PRIVATE, PUPIL, PUPILS, YEAR, YEAR_STAFF};
use super::scene::Scene;
use super::slots::{SCHOOL, is_age};
use crate::context::names::{WordSet, word_set};
use crate::context::people::{Candidate, Evidence};

static WON: WordSet = LazyLock::new(|| {
    word_set(
        "won wins win winner winning prize medal medals champion champions finalist runner scored aged competition raised selected chosen passed grades distinction",
    )
});
static AWARDED: WordSet = LazyLock::new(|| {
    word_set(
        "star stars pupil student reader writer learner kid champion mathematician child scientist athlete worker artist",
    )
});

/// `my pupil Kai`, `a boy called Kai`, `One of my Year 4s, Kai,`, `ten-year-old Kai`.
pub(super) fn is_called_pupil(scene: &Scene, candidate: &Candidate) -> bool {
    let tokens = scene.tokens;
    let at = candidate.words.start;
    let Some(before) = at.checked_sub(1) else { return false };
    let same = scene.same_sentence(before, at);
    let gap = tokens.gap(at);
    let word = tokens.folded(before);
    let back = |words: usize| at.saturating_sub(words)..at;
    let any_mark = |words: usize, cues| {
        back(words).any(|at| scene.same_sentence(at, candidate.words.start) && scene.mark(at) & cues != 0)
    };
    if !same {
        // "Name: Kai\nYear: 4" is caught by brackets and lines; a new sentence begins anew.
        return false;
    }
    if ["called", "named"].contains(&word) {
        return any_mark(7, PUPIL | PUPILS | CHILD)
            || any_mark(7, CLASS | YEAR)
            || scene.around(candidate) & (YEAR | CLASS | PRIVATE) != 0;
    }
    let plain = gap.chars().all(|c| c.is_whitespace() || matches!(c, ',' | ':' | '(' | '-' | '–' | '—'));
    let schooled = scene.around(candidate) & (YEAR | CLASS | PRIVATE | SCHOOL | PUPIL | PUPILS) != 0;
    let noun = scene.mark(before) & (PUPIL | CHILD) != 0;
    if noun && plain {
        let determiner = tokens.folded(before.wrapping_sub(1));
        let loose = ["boy", "girl", "kid", "lad", "lass", "child", "teen", "teenager"].contains(&word);
        let own = ["my", "that's", "fat", "baby", "golden", "birthday", "bad", "pretty"].contains(&determiner);
        let letter = candidate.evidence != Evidence::Letters || schooled || scene.around(candidate) & DELICATE != 0;
        return letter
            && (schooled || !(loose && own))
            && (candidate.evidence != Evidence::Word || !candidate.initial || gap.trim().is_empty());
    }
    if word == "old" && any_mark(4, YEAR)
        || word == "old"
            && ["year", "years", "yr", "yrs"].contains(&tokens.folded(at.wrapping_sub(2)))
            && is_age(tokens.folded(at.wrapping_sub(3)))
    {
        return !(candidate.evidence == Evidence::Word && candidate.initial);
    }
    // An aside: a pupil is spoken of, and the name follows after a comma.
    let aside = gap.contains([',', '(', ':', '–', '—']) || gap.trim() == "-";
    let one = back(9).any(|at| tokens.folded(at) == "one" && tokens.folded(at + 1) == "of")
        && (any_mark(6, PUPILS | YEAR | PUPIL | CHILD) || ["ours", "mine"].contains(&word));
    aside
        && schooled
        && !(candidate.evidence == Evidence::Word && candidate.initial)
        && (any_mark(10, PUPIL | CHILD) || one)
}

/// `Star of the week is Kai`, `Handwriting award this week: Kai`.
pub(super) fn is_awarded(scene: &Scene, candidate: &Candidate) -> bool {
    let tokens = scene.tokens;
    let at = candidate.words.start;
    let first = at.saturating_sub(7);
    let linked = (first..at).rev().take(2).all(|at| {
        [
            "is",
            "the",
            "goes",
            "to",
            "for",
            "this",
            "week",
            "month",
            "term",
            "was",
            "award",
            "congratulations",
            "are",
            "our",
            "in",
            "day",
            "champion",
            "winner",
            "well",
            "done",
        ]
        .contains(&tokens.folded(at))
            || scene.mark(at) & YEAR != 0
    });
    let award = (first..at).any(|at| {
        let word = tokens.folded(at);
        let of =
            tokens.folded(at + 1) == "of" && ["week", "month", "term", "day", "half"].contains(&tokens.folded(at + 3));
        of && AWARDED.contains(word)
            || word == "award" && scene.same_sentence(at, candidate.words.start)
            || word == "bee" && tokens.folded(at + 1) == "champion"
    });
    let near = tokens.get(at).map(|word| word.sentence) <= tokens.get(first).map(|word| word.sentence + 1);
    award
        && linked
        && near
        && !matches!(candidate.evidence, Evidence::Letters)
        && (!candidate.surname || scene.around(candidate) & (YEAR | CLASS | PUPIL) != 0)
}

/// `Kai from Oakwood Primary, who won the prize`.
pub(super) fn is_of_school(scene: &Scene, candidate: &Candidate) -> bool {
    let tokens = scene.tokens;
    let end = candidate.words.end;
    if candidate.possessive || !["from", "of", "at"].contains(&tokens.folded(end)) {
        return false;
    }
    let noun = |at: usize| {
        ["primary", "school", "academy", "college", "infants", "juniors", "high", "grammar"]
            .contains(&tokens.folded(at))
    };
    let school = (end + 2..end + 6).any(|at| noun(at) && scene.same_sentence(end, at));
    let words = tokens.sentence(tokens.get(end).map_or(0, |word| word.sentence));
    school && words.take(60).any(|at| WON.contains(tokens.folded(at)) || scene.mark(at) & (CHILD | PUPIL | YEAR) != 0)
}

/// `Kai, the funniest child in my class`, `Kai is the brightest student I have had`.
pub(super) fn is_described(scene: &Scene, candidate: &Candidate) -> bool {
    let tokens = scene.tokens;
    let end = candidate.words.end;
    let linked = tokens.gap(end).trim() == "," || ["is", "was"].contains(&tokens.folded(end));
    if candidate.possessive || !linked || candidate.evidence == Evidence::Letters {
        return false;
    }
    let start = end + usize::from(["is", "was"].contains(&tokens.folded(end)));
    if !["a", "an", "the", "one", "my", "our", "such"].contains(&tokens.folded(start)) {
        return false;
    }
    let schooled = scene.around(candidate) & (YEAR | CLASS | PRIVATE | SCHOOL | PUPIL) != 0;
    (start..start + 6).take_while(|at| scene.same_sentence(end, *at) && scene.mark(*at) & YEAR_STAFF == 0).any(|at| {
        scene.mark(at) & PUPIL != 0 || scene.mark(at) & CHILD != 0 && (schooled || tokens.folded(at) == "student")
    })
}
