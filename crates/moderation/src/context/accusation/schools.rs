//! Schools called by name: "Oakfield Primary", "St Mary's", "the Pinnacle Learning Trust".

use std::sync::LazyLock;

use crate::context::Knowledge;
use crate::context::names::{WordSet, word_set};
use crate::context::tokens::{Case, Kind, Tokens};

use super::words::{is_function_word, is_ordinary, known_at};

/// Words that end a school's name.
static KINDS: WordSet = LazyLock::new(|| {
    word_set(
        "primary infant infants junior juniors nursery high secondary academy academies college grammar school \
         schools federation trust mat prep preparatory utc pru preschool comp comprehensive montessori middle \
         multi",
    )
});
/// Words between a school's name and its kind.
static BETWEEN: WordSet = LazyLock::new(|| {
    word_set(
        "cofe ce c e of rc roman catholic church england va vc voluntary aided community learning education \
         educational academy primary infant junior girls boys girls' boys' high grammar special free sixth form \
         secondary multi county village park and the nursery technology sports",
    )
});
/// What a church school is named after, when no other kind is said.
const SACRED: [(&str, &str); 5] =
    [("our", "lady"), ("sacred", "heart"), ("holy", "trinity"), ("holy", "family"), ("christ", "church")];
/// Capitalised words that make "… Primary" a kind of school and not one of them.
static GENERIC: WordSet = LazyLock::new(|| {
    word_set(
        "catholic local church community private public state special free big small rural urban british english \
         junior senior education learning academy primary secondary high infant national royal grammar music \
         summer sunday",
    )
});

/// The end of the school's name that begins at word `at`.
pub(super) fn school_at(tokens: &Tokens<'_>, known: &Knowledge, at: usize) -> Option<usize> {
    let word = tokens.get(at).filter(|word| word.kind == Kind::Word)?;
    if !known.schools.is_empty()
        && word.case != Case::Lower
        && let Some(end) = known_at(tokens, &known.schools, at, 8)
    {
        return Some(end);
    }
    if matches!(word.folded.as_str(), "st" | "saint" | "ss") {
        return saint(tokens, at);
    }
    if word.case == Case::Lower {
        return lower(tokens, at);
    }
    let sacred = SACRED.iter().any(|(one, two)| word.folded == *one && tokens.folded(at + 1) == *two);
    let named = matches!(word.case, Case::Capitalised | Case::Upper)
        && !is_function_word(&word.folded)
        && !GENERIC.has(word.hash);
    if !named && !sacred {
        return None;
    }
    // The name proper has one to three words.
    let mut end = at + 1;
    let mut kind = None;
    while end < at + 9 && beside(tokens, end) {
        let word = tokens.folded(end);
        let capital = tokens.get(end).is_some_and(|word| word.case != Case::Lower);
        if KINDS.contains(word) {
            kind = Some(end + 1);
        } else if !(BETWEEN.contains(word) || capital && kind.is_none() && end < at + 4 && !is_function_word(word)) {
            break;
        }
        end += 1;
    }
    let end = match kind {
        Some(end) => end,
        None if sacred => at + 2,
        None => return None,
    };
    let plain = is_ordinary(&word.folded) && end == at + 2 && !sacred;
    (!plain).then_some(end)
}

/// "St Mary's", "St. Oswald's RC Primary"
fn saint(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let name = tokens.get(at + 1).filter(|_| beside(tokens, at + 1))?;
    if name.case == Case::Lower && !name.possessive {
        return None;
    }
    let mut end = at + 2;
    let mut kind = None;
    while end < at + 9 && beside(tokens, end) {
        let word = tokens.folded(end);
        let capital = tokens.get(end).is_some_and(|word| word.case != Case::Lower);
        if KINDS.contains(word) {
            kind = Some(end + 1);
        } else if !(BETWEEN.contains(word) && (capital || word == "of" || word == "and")
            || capital && end < at + 4 && !is_function_word(word))
        {
            break;
        }
        end += 1;
    }
    kind.or_else(|| name.possessive.then_some(at + 2))
}

/// "oakfield primary school", written small: the word before its kind must be one that only names are.
fn lower(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let word = tokens.folded(at);
    let named = || {
        word.len() > 3
            && !is_ordinary(word)
            && PLACE_ENDINGS.iter().any(|ending| word.ends_with(ending) && word.len() > ending.len() + 1)
    };
    (KINDS.has(tokens.hash(at + 1)) && beside(tokens, at + 1) && named()).then(|| {
        let mut end = at + 2;
        while end < at + 4 && KINDS.has(tokens.hash(end)) && beside(tokens, end) {
            end += 1;
        }
        end
    })
}

/// How names of English places end.
pub(super) const PLACE_ENDINGS: [&str; 34] = [
    "field", "fields", "wood", "hill", "ford", "ton", "ham", "ley", "worth", "bridge", "brook", "dale", "bury",
    "borough", "side", "gate", "mead", "meadow", "grove", "croft", "stone", "stead", "wick", "combe", "hurst",
    "thorpe", "mere", "well", "vale", "moor", "burn", "wold", "shaw", "rise",
];

fn beside(tokens: &Tokens<'_>, at: usize) -> bool {
    at < tokens.words().len()
        && tokens.gap(at).len() <= 4
        && tokens.gap(at).chars().all(|c| c.is_whitespace() || matches!(c, '.' | '-' | '\'' | '’' | '&' | 's'))
        && !tokens.gap(at).contains('\n')
}
