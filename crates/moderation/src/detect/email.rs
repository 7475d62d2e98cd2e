//! E-mail addresses, also with spaces in them or spelled out: `amy (at) oak dot sch dot uk`.

use std::ops::Range;

use super::reading::{Kind, Reading};
use super::words;

/// Most tokens on either side of the at sign.
const TOKENS: usize = 40;
/// What stands for the at sign, the less certain the further down.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AtSign {
    /// `@` with a letter beside it, `(at)`.
    Sure,
    /// `@` with white space around it.
    Spaced,
    /// The word `at`.
    Word,
}

/// Where a domain ends, and whether a dot of it is the word.
struct Domain {
    last: usize,
    spelled: bool,
}

/// Places of e-mail addresses other than `own` ones. Handles of the network (`@amy@oak.test`) are none.
pub(super) fn find(reading: &Reading<'_>, own: Option<&OwnAddresses>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for range in (0..reading.len()).filter_map(|at| address_at(reading, at)) {
        match found.last_mut() {
            Some(last) if last.end > range.start => last.end = last.end.max(range.end),
            _ => found.push(range),
        }
    }
    if let Some(own) = own {
        found.retain(|range| !reading.text().get(range.clone()).is_some_and(|address| own.contains(address)));
    }
    found
}

/// The address whose at sign the token at `at` is.
fn address_at(reading: &Reading<'_>, at: usize) -> Option<Range<usize>> {
    let (before, after, sign) = at_sign(reading, at)?;
    let domain = domain_after(reading, after)?;
    let first = local_before(reading, before)?;
    let next = domain.last + 1;
    // `git@host.org:project`, `up at amy@oak.test`
    let other = reading.glued(next) && (reading.is(next, ':') && reading.glued(next + 1) || reading.is(next, '@'));
    let marked = (first..=before).any(|at| matches!(reading.word(at), "." | "_") || reading.is_digits(at));
    let known = words::DOMAIN_ENDS.contains(reading.word(domain.last));
    let likely = match sign {
        AtSign::Sure => true,
        AtSign::Spaced => marked || is_called_so(reading, first, domain.last),
        AtSign::Word if domain.spelled => known,
        AtSign::Word => known && marked && is_called_so(reading, first, domain.last),
    };
    (likely && !other).then(|| reading.range(first, domain.last))
}

/// If the token at `at` stands for an at sign: the last token before it, the first after it, and how certain it is.
fn at_sign(reading: &Reading<'_>, at: usize) -> Option<(usize, usize, AtSign)> {
    let sign = reading.word(at);
    if !matches!(sign, "@" | "at") {
        return None;
    }
    let before = at.checked_sub(1)?;
    let opens = matches!(reading.word(before), "(" | "[" | "{" | "<" | "_" | "-");
    let closes = matches!(reading.word(at + 1), ")" | "]" | "}" | ">" | "_" | "-");
    let touched = reading.glued(at) || reading.glued(at + 1);
    match sign {
        _ if opens && closes => Some((before.checked_sub(1)?, at + 2, AtSign::Sure)),
        "@" if touched => Some((before, at + 1, AtSign::Sure)),
        "@" => Some((before, at + 1, AtSign::Spaced)),
        _ if !touched => Some((before, at + 1, AtSign::Word)),
        _ => None,
    }
}

/// The domain that begins at `first`.
fn domain_after(reading: &Reading<'_>, first: usize) -> Option<Domain> {
    let mut last = label_end(reading, first).filter(|_| reading.word(first) != "www")?;
    let (mut end, mut spelled) = (None, false);
    while let Some((next, loose)) = after_dot(reading, last).filter(|_| last < first + TOKENS) {
        let Some(label) = label_end(reading, next) else { break };
        let word = reading.word(label);
        let inner = matches!(reading.word(next), "co" | "org" | "sch" | "ac" | "gov" | "nhs" | "school")
            || after_dot(reading, label).is_some();
        // Behind a whole domain and white space the next sentence begins.
        let believed = if end.is_some() { word == "uk" || inner } else { words::DOMAIN_ENDS.contains(word) || inner };
        if loose && !believed {
            break;
        }
        spelled |= reading.word(last + 1) != ".";
        last = label;
        let name = reading.is_letters(label) && label == next && word.chars().count() > 1;
        if name && (!loose || words::DOMAIN_ENDS.contains(word)) {
            end = Some(label);
        }
    }
    end.map(|last| Domain { last, spelled })
}

/// The last token of the domain label at `at`: letters, digits, hyphens.
fn label_end(reading: &Reading<'_>, at: usize) -> Option<usize> {
    let part = |at: usize| matches!(reading.kind(at), Some(Kind::Letters | Kind::Digits));
    let mut last = Some(at).filter(|at| part(*at))?;
    while last < at + TOKENS {
        let next = last + 1;
        match reading.kind(next) {
            Some(Kind::Letters | Kind::Digits) if reading.glued(next) => last = next,
            Some(Kind::Sign('-')) if reading.glued(next) && reading.glued(next + 1) && part(next + 1) => {
                last = next + 1;
            }
            _ => break,
        }
    }
    Some(last)
}

/// The token after the dot that follows the token at `last`, and whether the dot is spelled out or has space around it.
fn after_dot(reading: &Reading<'_>, last: usize) -> Option<(usize, bool)> {
    let next = last + 1;
    match reading.word(next) {
        "." => Some((next + 1, !reading.glued(next) || !reading.glued(next + 1))),
        "dot" if !reading.glued(next) => Some((next + 1, true)),
        "(" | "[" | "{"
            if matches!(reading.word(next + 1), "." | "dot") && matches!(reading.word(next + 2), ")" | "]" | "}") =>
        {
            Some((next + 3, true))
        }
        _ => None,
    }
}

/// The first token of the local part that ends with the token at `last`.
fn local_before(reading: &Reading<'_>, last: usize) -> Option<usize> {
    let part = |at: usize| matches!(reading.kind(at), Some(Kind::Letters | Kind::Digits));
    let joins = |at: usize| matches!(reading.kind(at), Some(Kind::Sign('.' | '_' | '-' | '+' | '%' | '\'' | '=')));
    let mut first = Some(last).filter(|at| part(*at) || reading.is(*at, '_') || reading.is(*at, '-'))?;
    while let Some(before) = first.checked_sub(1).filter(|before| before + TOKENS > last) {
        if reading.glued(first) && (part(before) || joins(before)) {
            first = before;
            continue;
        }
        let spelled = before.checked_sub(1).filter(|at| part(*at));
        match (reading.word(before), spelled) {
            // `amy dot jones`, `amy . jones`, `amy .jones`
            ("dot" | "underscore" | "dash", Some(further)) => first = further,
            ("." | "_", Some(further)) if !reading.glued(before) || reading.is(before, '_') => first = further,
            _ => break,
        }
    }
    while first < last && joins(first) {
        first += 1;
    }
    let handle = first.checked_sub(1).is_some_and(|before| reading.is(before, '@') && reading.glued(first));
    let verb = first == last && words::BEFORE_AT.contains(reading.word(last)) && !reading.glued(last + 1);
    (!handle && !verb && part(first)).then_some(first)
}

fn is_called_so(reading: &Reading<'_>, first: usize, last: usize) -> bool {
    (first.saturating_sub(6)..last + 6).any(|at| words::EMAIL.contains(reading.word(at)))
}

/// Addresses that may be published: those of the school itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnAddresses {
    entries: Vec<String>,
}

impl OwnAddresses {
    /// From a list of domains (`oak.sch.uk`, with all below it), addresses (`office@oak.sch.uk`) and roles (`office@`, at
    /// any domain); case does not matter.
    pub fn new<S: AsRef<str>>(entries: impl IntoIterator<Item = S>) -> Self {
        Self { entries: entries.into_iter().map(|entry| entry.as_ref().trim().to_lowercase()).collect() }
    }

    /// Whether `found`, an address as [`Detector::Email`](super::Detector::Email) finds it, is one of them.
    pub fn contains(&self, found: &str) -> bool {
        let spelled: String = found
            .to_lowercase()
            .split_whitespace()
            .map(|word| match word {
                "at" | "(at)" | "[at]" | "{at}" | "<at>" => "@",
                "dot" | "(dot)" | "[dot]" | "[.]" | "(.)" => ".",
                word => word,
            })
            .collect();
        let address = ["(at)", "[at]", "{at}", "<at>"].iter().fold(spelled, |address, at| address.replace(at, "@"));
        let address = ["(dot)", "[dot]", "(.)", "[.]"].iter().fold(address, |address, dot| address.replace(dot, "."));
        let Some((local, domain)) = address.split_once('@') else { return false };
        self.entries.iter().any(|entry| match entry.split_once('@') {
            Some((role, "")) => role == local,
            Some(("", own)) => is_below(domain, own),
            Some(_) => *entry == address,
            None => is_below(domain, entry),
        })
    }
}

fn is_below(domain: &str, own: &str) -> bool {
    domain.strip_suffix(own).is_some_and(|rest| !own.is_empty() && (rest.is_empty() || rest.ends_with('.')))
}
