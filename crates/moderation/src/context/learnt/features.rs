//! What a text is weighed by: its words, their stems and pairs of neighbours, with names and numbers made alike.

use std::ops::Range;

use crate::context::accusation::marks;
use crate::context::names::about;
use crate::context::people::Candidate;
use crate::context::read::Read;
use crate::context::tokens::{Case, Kind, Tokens};

/// Letters that words of one stem are taken to share.
const STEM: usize = 5;
/// Words around a name that are told apart by their place.
const NEAR: usize = 3;

/// A word, or what stands for it: all names are one word, so are all numbers.
#[derive(Clone, Debug)]
pub(super) struct Unit<'t> {
    pub(super) word: &'t str,
    pub(super) words: Range<usize>,
    sentence: usize,
}

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
        units.push(Unit { word, words: at..end, sentence: token.sentence });
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

/// Tells every feature of the text with the sentence it stands in.
pub(super) fn of_text(read: &Read<'_>, units: &[Unit<'_>], mut tell: impl FnMut(usize, &str)) {
    let tokens = read.tokens;
    marks(read, |word, mark| tell(tokens.get(word).map_or(0, |word| word.sentence), mark));
    if read.people().is_empty() && !read.reading().tells_who() {
        tell(0, "@nobody");
    }
    let mut feature = String::with_capacity(64);
    let mut before: Option<&Unit<'_>> = None;
    for unit in units {
        let starts = before.is_none_or(|before| before.sentence != unit.sentence);
        tell(unit.sentence, unit.word);
        if let Some(stem) = stem(unit.word) {
            feature.clear();
            feature.extend([stem, "*"]);
            tell(unit.sentence, &feature);
        }
        feature.clear();
        feature.extend([if starts { "^" } else { before.map_or("^", |before| before.word) }, " ", unit.word]);
        tell(unit.sentence, &feature);
        let gap = tokens.gap(unit.words.end);
        for mark in ["?", "!", "…", "\"", "”"] {
            if gap.contains(mark) {
                tell(unit.sentence, mark);
            }
        }
        before = Some(unit);
    }
}

/// Tells what stands around a name and how it is written.
pub(super) fn of_name(tokens: &Tokens<'_>, units: &[Unit<'_>], name: &Candidate, mut tell: impl FnMut(&str)) {
    let here = units.partition_point(|unit| unit.words.end <= name.words.start);
    let sentence = units.get(here).map(|unit| unit.sentence);
    let mut feature = String::with_capacity(64);
    let mut pair = [String::new(), String::new()];
    for far in 1..=NEAR {
        for (side, at) in [("<", here.checked_sub(far)), (">", Some(here + far))] {
            let unit = at.and_then(|at| units.get(at)).filter(|unit| Some(unit.sentence) == sentence);
            let word = unit.map_or("^", |unit| unit.word);
            feature.clear();
            let place = if far == 1 { "" } else { "+" };
            feature.extend([side, place, word]);
            tell(&feature);
            if let Some(stem) = stem(word) {
                feature.clear();
                feature.extend([side, place, stem, "*"]);
                tell(&feature);
            }
            if let Some(pair) = pair.get_mut(usize::from(side == ">")).filter(|_| far < 3) {
                pair.push(' ');
                pair.push_str(word);
            }
        }
    }
    for (side, words) in ["<<", ">>"].iter().zip(&pair) {
        feature.clear();
        feature.extend([*side, words.as_str()]);
        tell(&feature);
    }
    feature.clear();
    feature.push_str(match name.evidence {
        crate::context::people::Evidence::Plain => "=plain",
        crate::context::people::Evidence::Both => "=both",
        crate::context::people::Evidence::Word => "=word",
        crate::context::people::Evidence::Unknown => "=unknown",
        crate::context::people::Evidence::Letters => "=letters",
    });
    for (is, mark) in [
        (name.surname, " surname"),
        (name.lower, " lower"),
        (name.initial, " initial"),
        (name.possessive, " possessive"),
    ] {
        if is {
            tell(mark);
            feature.push_str(mark);
        }
    }
    tell(&feature);
    let before = name.words.start.checked_sub(1).map_or("", |at| tokens.folded(at));
    if is_title(before) || is_title(tokens.folded(name.words.start)) {
        tell("=titled");
    }
}

/// What words of one stem share: the first letters of a long one.
fn stem(word: &str) -> Option<&str> {
    if word.starts_with('<') {
        return None;
    }
    word.char_indices().nth(STEM).and_then(|(end, _)| word.get(..end))
}
