//! Year groups, classes and stages: `Year 4`, `8B`, `Reception`, `P4`, `KS2`.

use std::sync::LazyLock;

use super::cues::{Cues, PUPILS, YEAR, YEAR_STAFF, set};
use crate::context::names::{WordSet, word_set};
use crate::context::tokens::{Case, Kind, Tokens};

/// Nouns of staff and things after a year group.
static YEAR_STAFF_NOUNS: WordSet = LazyLock::new(|| {
    word_set(
        "teacher teachers lead leader leaders leadership team teams ta tas lsa lsas staff colleague colleagues tutor \
     tutors parent parents planning plan plans resources resource curriculum unit units scheme schemes moderation \
     job role position post vacancy manager coordinator teaching partner maternity",
    )
});

/// Marks a year group or class that begins at `at`, and what it belongs to.
pub(super) fn mark_year(tokens: &Tokens, at: usize, marks: &mut [Cues]) {
    let Some(len) = year_length(tokens, at) else { return };
    let after = tokens.folded(at + len);
    let assistant =
        ["class", "group", "phase", "form", "maths", "english", "trainee", "student", "supply"].contains(&after);
    let noun = if assistant { tokens.folded(at + len + 1) } else { after };
    let together = |at: usize| tokens.gap(at).chars().all(char::is_whitespace);
    let possessive = tokens.get(at + len - 1).is_some_and(|word| word.possessive);
    let grouped = after == "tutor" && ["group", "time", "period"].contains(&tokens.folded(at + len + 1));
    let staff = !possessive
        && !grouped
        && together(at + len)
        && (YEAR_STAFF_NOUNS.contains(noun) || YEAR_STAFF_NOUNS.contains(after) && after != "parent");
    let headed = at >= 2
        && ["of", "for"].contains(&tokens.folded(at - 1))
        && ["head", "teacher", "leader", "lead", "director", "tutor", "job", "teach"].contains(&tokens.folded(at - 2));
    let taught = at >= 1
        && ["teach", "teaches", "teaching", "taught", "lead", "leads", "covering", "cover", "covers"]
            .contains(&tokens.folded(at - 1));
    set(marks, at, len, if staff || headed || taught { YEAR_STAFF } else { YEAR });
    let last = tokens.folded(at + len - 1);
    if len > 1 && last.len() > 1 && last.ends_with('s') && last.starts_with(|c: char| c.is_ascii_digit()) {
        set(marks, at, len, PUPILS);
    }
}

/// Number of words of the year group, class or stage that begins at `at`.
fn year_length(tokens: &Tokens, at: usize) -> Option<usize> {
    static NUMBERS: WordSet =
        LazyLock::new(|| word_set("one two three four five six seven eight nine ten eleven twelve thirteen"));
    static FIRST: WordSet = LazyLock::new(|| {
        word_set(
            "year yr yrs years y grade class form group primary reception nursery eyfs preschool early sixth key set \
             sixthform ks",
        )
    });
    let word = tokens.get(at)?;
    // Most words are neither of these nor a code, which has a digit.
    if !FIRST.has(word.hash) && !word.folded.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let next = tokens.folded(at + 1);
    let joined = || tokens.gap(at + 1).chars().all(|c| c.is_whitespace() || matches!(c, '-' | '‑' | ':'));
    let folded = word.folded.as_str();
    match folded {
        "year" if next == "group" && (1..=13).contains(&tokens.folded(at + 2).parse::<u32>().unwrap_or(0)) => Some(3),
        "year" | "yr" if next == "r" => Some(2),
        "year" | "yr" | "yrs" | "years" | "y" | "grade" | "class" | "form" | "group" | "primary" if joined() => {
            let bare = next.trim_end_matches('s').trim_end_matches('\'');
            let digits: String = bare.chars().take_while(char::is_ascii_digit).collect();
            let tail = bare.get(digits.len()..).unwrap_or_default();
            let number = (1..=13).contains(&digits.parse::<u32>().unwrap_or(0)) && tail.len() <= 2;
            let class = matches!(folded, "class" | "form") && number && !tail.is_empty();
            let plain = number || matches!(folded, "year" | "yr") && NUMBERS.contains(next);
            (if matches!(folded, "group" | "primary" | "form") { class } else { plain }).then_some(2)
        }
        "reception" | "nursery" | "eyfs" | "preschool" => {
            let placed = at > 0 && ["in", "from", "my", "our", "of", "joined", "s"].contains(&tokens.folded(at - 1));
            (placed || word.case != Case::Lower).then_some(1)
        }
        "early" if next == "years" => Some(2),
        "sixth" if next == "form" || next == "former" || next == "formers" => Some(2),
        "key" if next == "stage" => Some(3),
        "set" if joined() && next.len() == 1 && next.starts_with(|c: char| c.is_ascii_digit()) => Some(2),
        "sixthform" | "6thform" | "ks1" | "ks2" | "ks3" | "ks4" | "ks5" => Some(1),
        "ks" if next.len() == 1 => Some(2),
        _ => is_class_code(tokens, at).then_some(1),
    }
}

/// `Y4`, `yr10`, `Year9s`, `8B`, `10X1`, `7CMO`.
fn is_class_code(tokens: &Tokens, at: usize) -> bool {
    static NO_CLASS: WordSet = LazyLock::new(|| {
        word_set(
            "1d 2d 3d 4d 2g 3g 4g 5g 6g 4k 8k 5k 10k am pm st nd rd th km cm mm ft kg hr hrs min mins yr yrs gb mb mph in x p k bn",
        )
    });
    let Some(word) = tokens.get(at) else { return false };
    let folded = word.folded.as_str();
    if folded.len() > 7 || !folded.is_ascii() || !folded.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    // Scottish years: P4, S2.
    if let Some(number) = folded.strip_prefix('p').or_else(|| folded.strip_prefix('s')) {
        let placed =
            folded.starts_with('p') || ["in", "from", "my", "our", "an"].contains(&tokens.folded(at.wrapping_sub(1)));
        let number = number.trim_end_matches('s');
        return number.len() == 1 && (1..=7).contains(&number.parse::<u32>().unwrap_or(0)) && placed;
    }
    let year = ["year", "yr", "y"].into_iter().find_map(|start| folded.strip_prefix(start));
    if let Some(number) = year {
        let digits = number.trim_end_matches('s').trim_end_matches('\'');
        return digits.parse::<u32>().is_ok_and(|number| (1..=13).contains(&number));
    }
    let digits = folded.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = folded.split_at_checked(digits).unwrap_or_default();
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let coded = (1..=13).contains(&number.parse::<u32>().unwrap_or(0))
        && !number.starts_with('0')
        && (1..=3).contains(&letters)
        && rest.len() <= letters + 1;
    let before = tokens.folded(at.wrapping_sub(1));
    let placed = ["in", "from", "of", "form", "class", "my", "with", "with", "year"].contains(&before)
        || tokens.gap(at).contains('(');
    let written = tokens.text().get(word.span.clone()).unwrap_or_default();
    let capitals = written.chars().any(char::is_uppercase) && !written.chars().any(char::is_lowercase);
    let money = tokens.gap(at).ends_with(['£', '$', '€']);
    let excepted = money
        || NO_CLASS.contains(rest) && !(placed && capitals && rest.len() == 1)
        || NO_CLASS.contains(folded) && !(placed && capitals && rest != "d");
    coded && !excepted && (capitals || placed) && word.kind != Kind::Mention
}
