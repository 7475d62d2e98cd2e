//! Words that may name a person.

use std::ops::Range;
use std::sync::LazyLock;

use super::names::{Known, WordSet, about, listed, may_be_given, word_set};
use super::tokens::{Case, Kind, Token, Tokens};

/// What speaks for a name, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// A given name that means nothing else.
    Plain,
    /// A given name that is a flower, a place or the like as well.
    Both,
    /// A given name that is an ordinary word as well.
    Word,
    /// In no list, and written like a name.
    Unknown,
    /// Initials alone.
    Letters,
}

/// Words that may name a person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent marks of one name")]
pub(crate) struct Candidate {
    /// The words, by number.
    pub(crate) words: Range<usize>,
    /// What speaks for a name.
    pub(crate) evidence: Evidence,
    /// Whether a surname seems to follow the given name.
    pub(crate) surname: bool,
    /// Written without a capital.
    pub(crate) lower: bool,
    /// Stands where every word has a capital.
    pub(crate) initial: bool,
    /// `'s` follows.
    pub(crate) possessive: bool,
}

/// How a sentence uses capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Usual,
    /// `EVERYTHING IN CAPITALS`
    Shouting,
    /// `Every Word With A Capital`
    Title,
    /// `none at all`
    Flat,
}

/// Longest name, in words.
const LONGEST: usize = 4;

/// Two letters in capitals that are no one's initials.
static ABBREVIATIONS: WordSet = LazyLock::new(|| {
    word_set(
        "pe re dt it ta ht pp pa ai vr ar tv uk us eu la ks ed ep ot pm am id cv hr pr qa ib rs fs md os pc ms dj mc \
     dr pd wb wr wt gd ex ws ss lo cs ps ld sl hl bv ok mp rt st mr ct",
    )
});

/// Every word or group of words that may name a person, in order, not overlapping.
pub(crate) fn candidates(tokens: &Tokens) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut styles = Styles { sentence: usize::MAX, style: Style::Usual };
    let mut at = 0;
    while let Some(word) = tokens.get(at) {
        let style = styles.of(tokens, word.sentence);
        match candidate(tokens, at, word, style) {
            Some(candidate) => {
                at = candidate.words.end;
                found.push(candidate);
            }
            None => at += 1,
        }
    }
    found
}

fn candidate(tokens: &Tokens, at: usize, word: &Token, style: Style) -> Option<Candidate> {
    if matches!(word.kind, Kind::Address | Kind::Mention) {
        return None;
    }
    if let Some(words) = letters(tokens, at, word, style) {
        let ending = tokens.gap(words.end).trim_start_matches('.');
        let parted = tokens.folded(words.end) == "s" && ending.ends_with(['\'', '’']);
        let possessive = parted || ["'s", "’s"].iter().any(|s| ending.starts_with(s));
        return Some(Candidate {
            words,
            evidence: Evidence::Letters,
            surname: false,
            lower: false,
            initial: false,
            possessive,
        });
    }
    let lower = word.case == Case::Lower;
    // In a text with capitals a word without one is a name only if it is listed as such.
    if lower && style != Style::Flat && !may_be_given(&word.folded) {
        return None;
    }
    let known = if lower && style != Style::Flat { listed(&word.folded) } else { about(&word.folded) };
    let evidence = if lower {
        small_evidence(tokens, at, word, known, style)
    } else {
        evidence(word, tokens.text().get(word.span.clone()).unwrap_or_default(), known, style)
    }?;
    let end = if lower { at + 1 } else { end_of_name(tokens, at, style) };
    // "Non-uniform"
    let half = matches!(tokens.gap(end), "-" | "‑") && tokens.get(end).is_some_and(|word| word.case == Case::Lower);
    if half {
        return None;
    }
    let surname = (at + 1..end).any(|part| {
        let joined = tokens.gap(part).contains(['-', '‑', '–']);
        !joined && tokens.get(part).is_some_and(|word| word.case != Case::Letter)
    });
    let possessive = tokens.get(end - 1).is_some_and(|word| word.possessive);
    Some(Candidate { words: at..end, evidence, surname, lower, initial: word.initial, possessive })
}

/// What speaks for a word with a capital.
fn evidence(word: &Token, text: &str, known: Known, style: Style) -> Option<Evidence> {
    let capital = match word.case {
        Case::Capitalised => true,
        Case::Upper => {
            style == Style::Shouting
                || known.plain_given() && !ABBREVIATIONS.contains(word.folded.as_str())
                || word.kind == Kind::Tag
        }
        _ => false,
    };
    if !capital || !word.folded.chars().all(|c| c.is_alphabetic() || c == '\'') {
        return None;
    }
    let length = word.folded.chars().count();
    if known.plain_given() {
        Some(Evidence::Plain)
    } else if known.given && known.common {
        Some(Evidence::Word)
    } else if known.given {
        Some(Evidence::Both)
    } else if known.unknown() && !is_made_up(text) && length >= 3 && (word.case == Case::Capitalised || length >= 4) {
        Some(Evidence::Unknown)
    } else {
        None
    }
}

/// Whether a word has a capital inside as products have: `MyConcern`, but not `McDonald` or `DeShawn`.
fn is_made_up(text: &str) -> bool {
    let inner = text.char_indices().skip(1).find(|(_, c)| c.is_uppercase());
    let start = |at| text.get(..at).unwrap_or_default().to_lowercase();
    inner.is_some_and(|(at, _)| {
        text.chars().any(char::is_lowercase)
            && !["mc", "mac", "o'", "o’", "de", "da", "la", "le", "d'", "d’", "ja", "ta'", "ke", "ra"]
                .contains(&start(at).as_str())
    })
}

/// What speaks for a word without a capital.
fn small_evidence(tokens: &Tokens, at: usize, word: &Token, known: Known, style: Style) -> Option<Evidence> {
    let called = at > 0 && ["called", "named"].contains(&tokens.folded(at - 1));
    if word.folded.len() < 3 || !word.folded.chars().all(char::is_alphabetic) {
        None
    } else if known.plain_given() {
        Some(Evidence::Plain)
    } else if known.given && !known.common && style == Style::Flat {
        Some(Evidence::Both)
    } else if style == Style::Flat && (called && (known.unknown() || known.given) || is_placed(tokens, at, word, known))
    {
        Some(if known.given { Evidence::Word } else { Evidence::Unknown })
    } else {
        None
    }
}

/// Whether a word in a text without capitals stands where a name does: `oluwa's mum`, `my pupil oluwa`, `oluwa in year 8`.
fn is_placed(tokens: &Tokens, at: usize, word: &Token, known: Known) -> bool {
    if !known.unknown() && !known.given {
        return false;
    }
    let (before, two_before) = (tokens.folded(at.wrapping_sub(1)), tokens.folded(at.wrapping_sub(2)));
    let (next, after) = (tokens.folded(at + 1), tokens.folded(at + 2));
    let pupil = ["pupil", "student", "tutee"].contains(&before) && ["my", "our", "a"].contains(&two_before);
    let class = ["in", "from"].contains(&next)
        && (["year", "yr"].contains(&after) || after.starts_with(|c: char| c.is_ascii_digit()));
    let acts = known.given && word.initial && ["was", "has", "had", "is"].contains(&next);
    word.possessive && is_relative(tokens.hash(at + 1)) || pupil || class && known.unknown() || acts
}

/// Initials: `J.S.`, `JS`, `K`. A single letter is none after an article, and the letters of a name follow it.
fn letters(tokens: &Tokens, at: usize, word: &Token, style: Style) -> Option<Range<usize>> {
    if word.kind != Kind::Word || style == Style::Shouting {
        return None;
    }
    if word.case == Case::Upper && word.folded.chars().count() == 2 {
        let free = !ABBREVIATIONS.contains(word.folded.as_str()) && !about(&word.folded).common;
        return free.then_some(at..at + 1);
    }
    if word.case != Case::Letter {
        return None;
    }
    let mut end = at + 1;
    while end < at + LONGEST
        && tokens.get(end).is_some_and(|next| next.case == Case::Letter && tokens.gap(end).trim() == ".")
    {
        end += 1;
    }
    let alone = end == at + 1;
    let first = word.folded.as_str();
    let article = ["a", "an", "the", "grade", "level", "vitamin", "plan", "type", "category"]
        .contains(&tokens.folded(at.wrapping_sub(1)));
    (!alone || first != "i" && !article).then_some(at..end)
}

/// The word after the last of the name that begins at `at`.
fn end_of_name(tokens: &Tokens, at: usize, style: Style) -> usize {
    static PARTICLES: WordSet =
        LazyLock::new(|| word_set("de da dos do el al bin bint van von ibn ul ur della di der"));
    let mut end = at + 1;
    while end < at + LONGEST {
        let possessive = tokens.get(end - 1).is_some_and(|word| word.possessive);
        let Some(next) = tokens.get(end).filter(|next| {
            !possessive && is_name_gap(tokens, end) && next.kind == tokens.get(at).map_or(Kind::Word, |w| w.kind)
        }) else {
            break;
        };
        let known = about(&next.folded);
        let particle = PARTICLES.contains(next.folded.as_str())
            && tokens.get(end + 1).is_some_and(|word| word.case == Case::Capitalised);
        let capital = next.case == Case::Capitalised
            || next.case == Case::Upper && (style == Style::Shouting || next.folded.len() > 3);
        let named =
            capital && (known.surname || known.unknown() || known.given && !(known.common && style == Style::Title));
        let letter = next.case == Case::Letter && next.folded != "i";
        if !particle && !named && !letter {
            break;
        }
        end += 1;
    }
    end
}

/// Whether two words with what stands before `at` between them may be one name.
fn is_name_gap(tokens: &Tokens, at: usize) -> bool {
    let gap = tokens.gap(at);
    matches!(gap, "-" | "‑" | "'" | "’")
        || !gap.is_empty() && gap.chars().all(|c| c == ' ' || c == '\u{a0}')
        || tokens.get(at - 1).is_some_and(|word| word.case == Case::Letter) && gap.trim() == "."
}

/// Words for relatives, who speak for a name before them: `Kai's mum`. Given the hash of a word.
pub(crate) fn is_relative(hash: u64) -> bool {
    static RELATIVES: WordSet = LazyLock::new(|| {
        word_set(
            "mum mom mummy mam mama ma mother mums dad daddy father papa parent parents carer carers gran granny nan \
         nana grandma grandmother grandad granddad grandfather grandparents guardian guardians family stepdad \
         stepmum stepfather stepmother auntie aunt uncle",
        )
    });
    RELATIVES.has(hash)
}

struct Styles {
    sentence: usize,
    style: Style,
}

impl Styles {
    /// The style of a sentence, read once for each.
    fn of(&mut self, tokens: &Tokens, sentence: usize) -> Style {
        if self.sentence != sentence {
            *self = Self { sentence, style: style(tokens, sentence) };
        }
        self.style
    }
}

fn style(tokens: &Tokens, sentence: usize) -> Style {
    let range = tokens.sentence(sentence);
    let (mut words, mut upper, mut capitals, mut common, mut common_capitals) = (0, 0, 0, 0, 0);
    for word in tokens.words().get(range).unwrap_or_default().iter().filter(|word| word.kind == Kind::Word) {
        let capital = matches!(word.case, Case::Capitalised | Case::Upper);
        if !matches!(word.case, Case::Other | Case::Letter) {
            words += 1;
            upper += usize::from(word.case == Case::Upper);
            capitals += usize::from(capital);
        }
        if !word.initial
            && word.folded.len() >= 3
            && (!capital || about(&word.folded).common && !is_dated(&word.folded))
        {
            common += 1;
            common_capitals += usize::from(capital);
        }
    }
    if upper >= 3 && upper * 10 >= words * 6 {
        Style::Shouting
    } else if common_capitals >= 3 && common_capitals * 10 >= common * 6 {
        Style::Title
    } else if capitals == 0 {
        Style::Flat
    } else {
        Style::Usual
    }
}

/// Common words that have a capital anyway.
fn is_dated(folded: &str) -> bool {
    folded.ends_with("day") || ["year", "reception", "english", "french"].contains(&folded)
}
