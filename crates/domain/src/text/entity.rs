//! Entities of HTML as browsers read them: `&shy;`, `&shy` (some names need no semicolon), `&#173;`, `&#xad;`. Names are those
//! of the HTML standard, in the table of the parser that sanitises.

use web_atoms::NAMED_ENTITIES;

/// What an entity stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entity {
    /// The character.
    pub(super) first: char,
    /// The one behind it, where it stands for two.
    pub(super) second: Option<char>,
    /// Bytes of its name behind the `&`, with its semicolon.
    pub(super) length: usize,
}

impl Entity {
    /// The one `text` begins with, which is what stands behind a `&`.
    pub(super) fn at_start(text: &str) -> Option<Self> {
        match text.strip_prefix('#') {
            Some(number) => Self::numeric(number),
            None => Self::named(text),
        }
    }

    fn numeric(text: &str) -> Option<Self> {
        let (radix, digits) = text.strip_prefix(['x', 'X']).map_or((10, text), |digits| (16, digits));
        let count = digits.bytes().take_while(|b| char::from(*b).is_digit(radix)).count();
        let number = digits.get(..count).filter(|number| !number.is_empty())?;
        // What is too great is no character.
        let code = u32::from_str_radix(number, radix).unwrap_or(u32::MAX);
        let closed = usize::from(digits.as_bytes().get(count) == Some(&b';'));
        Some(Self {
            first: char_of(code).unwrap_or(char::REPLACEMENT_CHARACTER),
            second: None,
            length: 1 + text.len() - digits.len() + count + closed,
        })
    }

    fn named(text: &str) -> Option<Self> {
        let mut longest = None;
        for length in 1..=text.len() {
            // The table has the beginnings of names as well, which stand for nothing.
            let Some((first, second)) = text.get(..length).and_then(|name| NAMED_ENTITIES.get(name)) else { break };
            if let Some(first) = char_of(*first) {
                longest = Some(Self { first, second: char_of(*second), length });
            }
        }
        longest.filter(|entity| entity.is_meant(text))
    }

    /// Addresses have `&copy=2`: a name without a semicolon that goes on is meant where it hides something, or writes a
    /// letter within a word.
    fn is_meant(self, text: &str) -> bool {
        let (name, rest) = text.split_at_checked(self.length).unwrap_or((text, ""));
        match rest.chars().next() {
            _ if name.ends_with(';') || matches!(self.first, '\u{a0}' | '\u{ad}') => true,
            Some('=') => false,
            Some(c) if c.is_ascii_alphanumeric() => self.first.is_alphabetic(),
            _ => true,
        }
    }
}

fn char_of(code: u32) -> Option<char> {
    char::from_u32(code).filter(|c| *c != '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, &str)> {
        let entity = Entity::at_start(text)?;
        Some(([Some(entity.first), entity.second].into_iter().flatten().collect(), text.get(entity.length..)?))
    }

    #[test]
    fn entities_are_read_as_browsers_read_them() {
        for (text, wanted, rest) in [
            ("amp; b", "&", " b"),
            ("shy;12", "\u{ad}", "12"),
            ("shy12", "\u{ad}", "12"),
            ("nbspx", "\u{a0}", "x"),
            ("zwj;", "\u{200d}", ""),
            ("zwnj;", "\u{200c}", ""),
            ("lrm;", "\u{200e}", ""),
            ("ZeroWidthSpace;", "\u{200b}", ""),
            ("NegativeThinSpace;", "\u{200b}", ""),
            ("NoBreak;x", "\u{2060}", "x"),
            ("InvisibleComma;x", "\u{2063}", "x"),
            ("ApplyFunction;", "\u{2061}", ""),
            ("InvisibleTimes;", "\u{2062}", ""),
            ("CounterClockwiseContourIntegral;", "∳", ""),
            ("bne;", "=\u{20e5}", ""),
            ("eacutee", "é", "e"),
            ("copy 2", "©", " 2"),
            ("lt", "<", ""),
            ("#173;1", "\u{ad}", "1"),
            ("#0000173;", "\u{ad}", ""),
            ("#8203 x", "\u{200b}", " x"),
            ("#xAD;", "\u{ad}", ""),
            ("#X200bg", "\u{200b}", "g"),
            ("#0;", "\u{fffd}", ""),
            ("#xd800;", "\u{fffd}", ""),
            ("#99999999999999999999;", "\u{fffd}", ""),
        ] {
            assert_eq!(read(text), Some((wanted.to_owned(), rest)), "{text}");
        }
    }

    #[test]
    fn what_is_no_entity_is_none() {
        for text in [
            "", ";", "#", "#;", "#x;", "#-1;", "#+1;", "bogus;", "x;", "é", "zwj", "Shy;", "copy=2", "copyx",
            "lang=en", "T;", " amp;", "D",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn names_as_long_as_can_be_end() {
        assert_eq!(read(&"C".repeat(100_000)), None);
        assert_eq!(read(&"CounterClockwiseContourIntegra".repeat(9)), None);
    }
}
