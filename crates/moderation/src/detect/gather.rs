//! Letters and digits of one value put together again, whatever stands between them.

use super::reading::{Kind, Reading};

/// Most signs that may part two characters of one value.
const MAX_SIGNS: usize = 4;

/// What stands before a character of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// White space.
    Space,
    /// A sign, with or without white space around it.
    Sign(char),
}

/// The characters of a possible value, in order.
#[derive(Debug)]
pub(super) struct Gathered {
    /// ASCII letters and digits.
    pub(super) chars: Vec<u8>,
    /// What stands before each of them; nothing before the first.
    pub(super) gaps: Vec<Gap>,
    /// The token the last character ends.
    pub(super) last: usize,
}

impl Gathered {
    /// Lengths of the runs between gaps, from the character at `from` on.
    pub(super) fn groups(&self, from: usize) -> Vec<usize> {
        let mut groups: Vec<usize> = Vec::new();
        for (at, gap) in self.gaps.iter().enumerate().skip(from) {
            match groups.last_mut() {
                Some(last) if at > from && *gap == Gap::None => *last += 1,
                _ => groups.push(1),
            }
        }
        groups
    }

    /// Length, value and the gap before each run of digits between gaps.
    pub(super) fn values(&self) -> Vec<(usize, u32, Gap)> {
        let mut values = Vec::new();
        let mut from = 0;
        for len in self.groups(0) {
            let gap = self.gaps.get(from).copied().unwrap_or(Gap::None);
            values.push((len, self.number(from, from + len).unwrap_or(u32::MAX), gap));
            from += len;
        }
        values
    }

    /// Whether its characters from `from` on stand in runs of at least `least`: so it is seen where it begins and ends,
    /// though other numbers stand beside it.
    pub(super) fn is_tidy(&self, from: usize, least: usize) -> bool {
        self.groups(from).iter().all(|len| *len >= least)
    }

    /// Whether every character stands alone.
    pub(super) fn is_spelled_out(&self) -> bool {
        self.gaps.iter().skip(1).all(|gap| *gap != Gap::None)
    }

    /// The gaps that are some, in order.
    pub(super) fn parted_by(&self) -> impl Iterator<Item = Gap> {
        self.gaps.iter().skip(1).copied().filter(|gap| *gap != Gap::None)
    }

    /// The digits as numbers; letters count nothing.
    pub(super) fn digits(&self) -> impl Iterator<Item = u32> {
        self.chars.iter().filter(|c| c.is_ascii_digit()).map(|c| u32::from(c - b'0'))
    }

    /// The number its characters from `from` to before `to` spell, if they are digits.
    pub(super) fn number(&self, from: usize, to: usize) -> Option<u32> {
        std::str::from_utf8(self.chars.get(from..to)?).ok()?.parse().ok()
    }

    /// A value of full groups, a space, one digit, and a word after it: the digit belongs to the word
    /// (`943 476 591 9 times`).
    pub(super) fn ends_in_stray_digit(&self, reading: &Reading<'_>) -> bool {
        let groups = self.groups(0);
        let full = groups.split_last().is_some_and(|(last, rest)| *last == 1 && rest.iter().all(|len| *len >= 3));
        full && self.gaps.last() == Some(&Gap::Space)
            && reading.token(self.last + 1).is_some_and(|next| next.spaced && next.kind == Kind::Letters)
    }
}

/// Puts together the letters and digits of a value that ends with a token, beginning `skip` bytes into the token at
/// `from`. `shape` names the class of each: `9` a digit, `a` a letter, `x` either. With `brackets`, brackets may part
/// them too.
pub(super) fn gather(reading: &Reading<'_>, from: usize, skip: usize, shape: &str, brackets: bool) -> Option<Gathered> {
    // Most places are no value: that is seen before anything is kept.
    walk(reading, from, skip, shape, brackets, |_, _| {})?;
    let mut gathered =
        Gathered { chars: Vec::with_capacity(shape.len()), gaps: Vec::with_capacity(shape.len()), last: from };
    gathered.last = walk(reading, from, skip, shape, brackets, |c, gap| {
        gathered.chars.push(c);
        gathered.gaps.push(gap);
    })?;
    Some(gathered)
}

/// Goes through the characters of a value; the token that ends it, if all are of their class.
fn walk(
    reading: &Reading<'_>,
    from: usize,
    skip: usize,
    shape: &str,
    brackets: bool,
    mut each: impl FnMut(u8, Gap),
) -> Option<usize> {
    let mut classes = shape.bytes();
    let (mut at, mut gap, mut word) = (from, Gap::None, reading.word(from).get(skip..)?);
    loop {
        if word.len() > classes.len() {
            return None;
        }
        for c in word.bytes() {
            let fits = match classes.next()? {
                b'9' => c.is_ascii_digit(),
                b'a' => c.is_ascii_lowercase(),
                _ => c.is_ascii_alphanumeric(),
            };
            if !fits {
                return None;
            }
            each(c, gap);
            gap = Gap::None;
        }
        if classes.len() == 0 {
            return Some(at);
        }
        (at, gap) = next_part(reading, at, brackets)?;
        word = reading.word(at);
    }
}

/// The next letters or digits after the token at `at`, and what stands before them.
fn next_part(reading: &Reading<'_>, at: usize, brackets: bool) -> Option<(usize, Gap)> {
    let (mut next, mut gap) = (at + 1, Gap::None);
    loop {
        let token = reading.token(next)?;
        match token.kind {
            Kind::Sign(c) if parts(c) || brackets && matches!(c, '(' | ')' | '[' | ']') => gap = Gap::Sign(c),
            Kind::Sign(_) => return None,
            Kind::Letters | Kind::Digits if gap == Gap::None && token.spaced => return Some((next, Gap::Space)),
            Kind::Letters | Kind::Digits => return Some((next, gap)),
        }
        next += 1;
        if next - at > MAX_SIGNS {
            return None;
        }
    }
}

/// Signs people put between the characters of one value.
pub(super) const fn parts(c: char) -> bool {
    matches!(c, '-' | '.' | '/' | '\\' | '_' | '|' | '·' | '•' | '~')
}

/// Whether the tokens from `first` to `last` are no part of something longer. `tidy`: they are seen to be one value
/// though a number stands before or after them, as they are at an end that is a letter. `labels`: letters that may
/// touch the first token.
pub(super) fn stands_alone(reading: &Reading<'_>, first: usize, last: usize, tidy: bool, labels: &[&str]) -> bool {
    begins(reading, first, tidy, labels) && ends(reading, last, tidy)
}

fn begins(reading: &Reading<'_>, first: usize, tidy: bool, labels: &[&str]) -> bool {
    let (Some(token), Some(before)) = (reading.token(first), first.checked_sub(1)) else { return true };
    let tidy = tidy || token.kind == Kind::Letters;
    let further =
        before.checked_sub(1).filter(|_| reading.glued(before) && !token.spaced).and_then(|at| reading.kind(at));
    match reading.kind(before) {
        Some(Kind::Letters) => token.spaced || labels.contains(&reading.word(before)),
        Some(Kind::Digits) => token.spaced && tidy,
        Some(Kind::Sign('#')) => token.spaced || labels.contains(&reading.word(before.saturating_sub(1))),
        Some(Kind::Sign('£' | '$' | '€' | '@')) => token.spaced,
        Some(Kind::Sign(c)) if parts(c) => match further {
            Some(Kind::Digits) => c == '/' && tidy && reading.word(before.saturating_sub(1)).len() >= 3,
            Some(Kind::Letters) => !matches!(c, '-' | '_') || labels.contains(&reading.word(before.saturating_sub(1))),
            _ if c == '.' && token.spaced && reading.glued(before) => true,
            // A sign with white space around it, as between two numbers of a list.
            _ if token.spaced && before.checked_sub(1).and_then(|at| reading.kind(at)) == Some(Kind::Digits) => tidy,
            _ => true,
        },
        Some(Kind::Sign(_)) | None => true,
    }
}

fn ends(reading: &Reading<'_>, last: usize, tidy: bool) -> bool {
    let Some(next) = reading.token(last + 1) else { return true };
    let tidy = tidy || reading.kind(last) == Some(Kind::Letters);
    let further = reading.token(last + 2);
    let digits_follow = further.is_some_and(|t| t.kind == Kind::Digits);
    match next.kind {
        Kind::Letters | Kind::Sign('%' | '@') => next.spaced,
        Kind::Digits => next.spaced && tidy,
        Kind::Sign(c) if (parts(c) || c == ':') && digits_follow => {
            let spaced = further.is_some_and(|t| t.spaced);
            c == '/' && tidy || spaced && (tidy || c == '.' && !next.spaced || c == ':')
        }
        Kind::Sign(_) => true,
    }
}
