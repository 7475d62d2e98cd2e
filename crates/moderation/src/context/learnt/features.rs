//! What a text is weighed by: its words, their stems and pairs of neighbours, with names and numbers made alike.

use std::ops::Range;

use crate::context::accusation::{listed, marks};
use crate::context::hash::Piece;
use crate::context::names::about;
use crate::context::people::{Candidate, Evidence};
use crate::context::read::Read;
use crate::context::tokens::{Case, Kind, Tokens};

/// Letters that words of one stem are taken to share.
const STEM: usize = 5;
/// Words around a name that are told apart by their place.
const NEAR: isize = 3;

/// A word, or what stands for it: all names are one word, so are all numbers.
#[derive(Clone, Debug)]
pub(super) struct Unit<'t> {
    word: Piece<'t>,
    stem: Option<Piece<'t>>,
    pub(super) words: Range<usize>,
    sentence: usize,
}

const SPACE: Piece<'_> = Piece::of(" ");
/// Where a sentence begins or ends.
const END: Piece<'_> = Piece::of("^");
/// What is behind a stem.
const ON: Piece<'_> = Piece::of("*");
const NOBODY: Piece<'_> = Piece::of("@nobody");
const SIGNS: [Piece<'_>; 5] = [Piece::of("?"), Piece::of("!"), Piece::of("…"), Piece::of("\""), Piece::of("”")];
/// Before and behind a name: the next word, one farther off, both.
const BEFORE: [Piece<'_>; 3] = [Piece::of("<"), Piece::of("<+"), Piece::of("<<")];
const BEHIND: [Piece<'_>; 3] = [Piece::of(">"), Piece::of(">+"), Piece::of(">>")];
const TITLED: Piece<'_> = Piece::of("=titled");

/// The units of a text; names are those of `people`.
pub(super) fn units<'t>(tokens: &'t Tokens<'_>, people: &[Candidate]) -> Vec<Unit<'t>> {
    let mut units = Vec::with_capacity(tokens.words().len());
    let mut people = people.iter().peekable();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        while people.next_if(|person| person.words.end <= at).is_some() {}
        let named = people.peek().filter(|person| person.words.start <= at).map(|person| person.words.end);
        let titled = is_title(&token.folded)
            && tokens
                .get(at + 1)
                .is_some_and(|next| matches!(next.case, Case::Capitalised | Case::Letter | Case::Upper));
        let (word, end) = match () {
            () if titled => ("<titled>", end_of_name(tokens, at + 1)),
            () if let Some(end) = named => ("<name>", end),
            () => (plain(tokens, at), at + 1),
        };
        units.push(Unit {
            word: Piece::of(word),
            stem: stem(word).map(Piece::of),
            words: at..end,
            sentence: token.sentence,
        });
        at = end;
    }
    units
}

fn end_of_name(tokens: &Tokens<'_>, start: usize) -> usize {
    let more = |at: &usize| {
        tokens.gap(*at).trim() == ""
            && tokens.get(*at).is_some_and(|word| word.case == Case::Capitalised && !about(&word.folded).common)
            && tokens.get(*at - 1).is_some_and(|before| !before.possessive)
    };
    (start + 1..start + 3).take_while(more).last().map_or(start + 1, |last| last + 1)
}

fn is_title(word: &str) -> bool {
    matches!(
        word,
        "mr" | "mrs" | "ms" | "miss" | "dr" | "sir" | "mx" | "prof" | "professor" | "father" | "fr" | "rev" | "revd"
    )
}

fn plain<'t>(tokens: &'t Tokens<'_>, at: usize) -> &'t str {
    let Some(token) = tokens.get(at) else { return "" };
    let word = token.folded.as_str();
    let digits = || word.contains(|c: char| c.is_ascii_digit());
    match token.kind {
        Kind::Mention => "<mention>",
        Kind::Address => "<link>",
        Kind::Word if digits() && word.contains(char::is_alphabetic) && word.len() < 6 => "<class>",
        Kind::Word if digits() => "<number>",
        Kind::Word if token.case == Case::Capitalised && !token.initial && !about(word).common => "<proper>",
        Kind::Word | Kind::Tag => word,
    }
}

/// Tells what else is found in the text, who is spoken of, for one, with the sentence it stands in if it stands in one.
pub(super) fn of_marks(read: &Read<'_>, mut tell: impl FnMut(Option<usize>, &[Piece<'_>])) {
    let sentence = |word: usize| read.tokens.get(word).map(|word| word.sentence);
    marks(read, |word, mark| tell(word.and_then(sentence), mark));
    if read.people().is_empty() && !read.reading().tells_who() {
        tell(None, &[NOBODY]);
    }
}

/// Tells every feature of the words, and what the lists of accusations find in them, with the sentence it stands in.
pub(super) fn of_words(read: &Read<'_>, units: &[Unit<'_>], mut tell: impl FnMut(usize, &[Piece<'_>])) {
    let tokens = read.tokens;
    listed(read, |word, mark| tell(tokens.get(word).map_or(0, |word| word.sentence), mark));
    let mut before: Option<&Unit<'_>> = None;
    for unit in units {
        tell(unit.sentence, &[unit.word]);
        if let Some(stem) = unit.stem {
            tell(unit.sentence, &[stem, ON]);
        }
        let goes_on = before.filter(|before| before.sentence == unit.sentence);
        tell(unit.sentence, &[goes_on.map_or(END, |before| before.word), SPACE, unit.word]);
        let gap = tokens.gap(unit.words.end);
        if gap != " " {
            for mark in SIGNS.iter().filter(|mark| gap.contains(mark.text)) {
                tell(unit.sentence, &[*mark]);
            }
        }
        before = Some(unit);
    }
}

/// Tells what stands around a name and how it is written.
pub(super) fn of_name(tokens: &Tokens<'_>, units: &[Unit<'_>], name: &Candidate, tell: &mut dyn FnMut(&[Piece<'_>])) {
    let here = units.partition_point(|unit| unit.words.end <= name.words.start);
    let sentence = units.get(here).map(|unit| unit.sentence);
    for (side, [near, far, both]) in [(-1, BEFORE), (1, BEHIND)] {
        let mut pair = [END; 2];
        for (distance, step) in (1..=NEAR).enumerate() {
            let at = here.checked_add_signed(side * step);
            let unit = at.and_then(|at| units.get(at)).filter(|unit| Some(unit.sentence) == sentence);
            let word = unit.map_or(END, |unit| unit.word);
            let place = if distance == 0 { near } else { far };
            tell(&[place, word]);
            if let Some(stem) = unit.and_then(|unit| unit.stem) {
                tell(&[place, stem, ON]);
            }
            if let Some(of_pair) = pair.get_mut(distance) {
                *of_pair = word;
            }
        }
        tell(&[both, SPACE, pair[0], SPACE, pair[1]]);
    }
    let mut written = [Piece::of(""); 5];
    written[0] = Piece::of(match name.evidence {
        Evidence::Plain => "=plain",
        Evidence::Both => "=both",
        Evidence::Word => "=word",
        Evidence::Unknown => "=unknown",
        Evidence::Letters => "=letters",
    });
    let marks = [
        (name.surname, " surname"),
        (name.lower, " lower"),
        (name.initial, " initial"),
        (name.possessive, " possessive"),
    ];
    for ((is, mark), place) in marks.into_iter().zip(written.iter_mut().skip(1)) {
        if is {
            *place = Piece::of(mark);
            tell(&[*place]);
        }
    }
    tell(&written);
    let before = name.words.start.checked_sub(1).map_or("", |at| tokens.folded(at));
    if is_title(before) || is_title(tokens.folded(name.words.start)) {
        tell(&[TITLED]);
    }
}

/// What words of one stem share: the first letters of a long one.
fn stem(word: &str) -> Option<&str> {
    if word.starts_with('<') {
        return None;
    }
    word.char_indices().nth(STEM).and_then(|(end, _)| word.get(..end))
}
