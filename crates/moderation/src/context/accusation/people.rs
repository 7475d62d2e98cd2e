//! People called by name: after an honorific, or by a given name and a surname.

use std::sync::LazyLock;

use crate::context::Knowledge;
use crate::context::names::{WordSet, about, word_set};
use crate::context::tokens::{Case, Kind, Tokens};

use super::words::{is_function_word, is_given_name, is_no_name, is_ordinary};

/// Words of a name that may stand in lower case.
const PARTICLES: [&str; 22] = [
    "van", "der", "den", "de", "la", "le", "del", "di", "da", "mac", "mc", "an", "o", "al", "el", "bin", "ibn", "ap",
    "st", "von", "ul", "ur",
];
/// Words that stand before people's names and are never anything else.
static TITLES: WordSet = LazyLock::new(|| word_set("mr mrs ms mx dr prof professor messrs mister missus mme mr's"));
/// Words that stand before people's names, and elsewhere too: a capital letter must follow.
static DOUBTFUL_TITLES: WordSet = LazyLock::new(|| {
    word_set(
        "miss sir dame lady lord rev reverend fr canon coach baroness cllr councillor senora senor senorita sra \
         frau herr fraulein madame monsieur mademoiselle mlle signora signor ustadh ustad ustadha imam rabbi \
         sheikh maulana hafiz sensei nurse matron",
    )
});
/// What `miss` follows where it is a verb.
const BEFORE_VERB: [&str; 14] =
    ["i", "we", "you", "they", "will", "to", "really", "i'll", "we'll", "don't", "would", "i'd", "gonna", "not"];

/// How a name was told from other words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::context) enum Evidence {
    /// A title before it, or known beforehand.
    Title,
    /// A given name and another capitalised word.
    FullName,
    /// Capital letters alone.
    Capitals,
}

/// The name that begins at word `at`: its end and the evidence.
pub(super) fn name_at(tokens: &Tokens<'_>, known: &Knowledge, at: usize) -> Option<(usize, Evidence)> {
    known_at(tokens, known, at)
        .or_else(|| titled(tokens, at))
        .map(|end| (end, Evidence::Title))
        .or_else(|| by_capitals(tokens, at))
}

fn known_at(tokens: &Tokens<'_>, known: &Knowledge, at: usize) -> Option<usize> {
    if known.people.is_empty() || !is_capital(tokens, at) {
        return None;
    }
    super::words::known_at(tokens, &known.people, at, 4)
}

fn titled(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let title = tokens.get(at)?;
    let sure = TITLES.has(title.hash);
    if !sure && !DOUBTFUL_TITLES.has(title.hash) || title.kind != Kind::Word {
        return None;
    }
    let verb = title.folded == "miss" && title.case == Case::Lower;
    if verb && BEFORE_VERB.contains(&tokens.folded(at.wrapping_sub(1))) {
        return None;
    }
    // "Mr & Mrs Smith", "Sir David Crane", "Mr. Mac an Ghaill", "Mr K"
    let mut end = at + 1;
    let particle = |at: usize| PARTICLES.contains(&tokens.folded(at));
    // "MISS LOWE SLAPPED MY SON": capitals tell nothing of where a name ends.
    let most = if title.case == Case::Upper && title.folded.len() > 2 { at + 2 } else { at + 5 };
    while end < most && belongs(tokens, end) && (is_capital(tokens, end) || particle(end) && end > at) {
        end += 1;
    }
    if end > at + 1 && !tokens.get(end - 1).is_some_and(|last| last.case == Case::Lower) {
        return Some(end);
    }
    let lower = tokens.get(at + 1)?;
    let sure = sure || title.folded == "miss" && !about(&lower.folded).common;
    let named = sure && belongs(tokens, at + 1) && lower.folded.chars().all(|c| c.is_alphabetic() || c == '\'');
    (named && !is_function_word(&lower.folded) && lower.kind == Kind::Word).then_some(at + 2)
}

/// Given name and surname, or words whose capital letters nothing else explains.
fn by_capitals(tokens: &Tokens<'_>, at: usize) -> Option<(usize, Evidence)> {
    let first = tokens.get(at).filter(|word| word.kind == Kind::Word && is_written_as_name(word.case))?;
    if first.folded.chars().count() < 2 || is_no_name(&first.folded) {
        return None;
    }
    let given = is_given_name(&first.folded);
    let verbal = ["ed", "ing", "ly"].iter().any(|ending| first.folded.ends_with(ending));
    if first.initial && verbal && !given {
        return None;
    }
    let mut end = at + 1;
    let particle = |at: usize| PARTICLES.contains(&tokens.folded(at)) && is_capital(tokens, at + 1);
    while end < at + 4 && belongs(tokens, end) && !tokens.get(end - 1).is_some_and(|word| word.possessive) {
        let fits = tokens.get(end).is_some_and(|word| {
            (is_written_as_name(word.case) || word.case == Case::Letter)
                && !is_ordinary(&word.folded)
                && word.kind == Kind::Word
                && !word.initial
        });
        if !fits && !particle(end) {
            break;
        }
        end += 1;
    }
    if given && end > at + 1 {
        return Some((end, Evidence::FullName));
    }
    // A capital at the beginning of a sentence tells nothing of a word that is not known as a name.
    (given || end > at + 1 || !first.initial || !is_function_word(&first.folded)).then_some((end, Evidence::Capitals))
}

/// Whether the word follows the one before with nothing but space, a full stop or a hyphen between.
fn belongs(tokens: &Tokens<'_>, at: usize) -> bool {
    let gap = tokens.gap(at);
    let short = |word: &str| word.chars().count() == 1 || TITLES.contains(word) || DOUBTFUL_TITLES.contains(word);
    let stop = gap.contains('.') && !short(tokens.folded(at.wrapping_sub(1)));
    !stop
        && at < tokens.words().len()
        && gap.len() <= 3
        && gap.chars().all(|c| c.is_whitespace() || matches!(c, '.' | '-' | '’' | '\''))
        && !gap.contains('\n')
}

fn is_written_as_name(case: Case) -> bool {
    matches!(case, Case::Capitalised)
}

fn is_capital(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.get(at).is_some_and(|word| {
        word.kind == Kind::Word && matches!(word.case, Case::Capitalised | Case::Letter | Case::Upper)
    })
}
