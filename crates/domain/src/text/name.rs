//! Names chosen by strangers: what may stand in one, so that it shows what it says.

use unicode_normalization::UnicodeNormalization as _;

/// A shown name as one line of text: control characters and those that turn or hide text around them are left out.
///
/// Joiners and tag characters stay: emoji and several scripts are written with them.
pub fn shown_name(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !turns_or_hides(*c)).collect::<String>().trim().to_owned()
}

/// A text of several lines as its author typed it, without the control characters that are no ends of lines or tabs.
///
/// Marks of direction stay: between words of two scripts they mean something.
pub fn shown_text(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\n' | '\r' | '\t') || !c.is_control()).collect()
}

/// Whether nothing of a text would be seen.
pub fn is_blank(text: &str) -> bool {
    let unseen =
        |c: char| matches!(u32::from(c), 0x034f | 0x115f | 0x1160 | 0x200c | 0x200d | 0x2800 | 0x3164 | 0xffa0);
    text.chars().all(|c| c.is_whitespace() || c.is_control() || turns_or_hides(c) || unseen(c))
}

/// Whether `name` can be part of a handle: not empty, in normal form (NFKC), without spaces, separators, markup, and
/// without anything that is not seen.
pub fn is_handle_name(name: &str) -> bool {
    let is_odd = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || turns_or_hides(c)
            || matches!(c, '@' | '/' | '?' | '#' | '<' | '>' | '"' | '\\')
            || matches!(u32::from(c), 0x200c | 0x200d | 0xfe00..=0xfe0f | 0xe0000..=0xe01ef)
    };
    !name.is_empty() && !name.chars().any(is_odd) && name.nfkc().eq(name.chars())
}

/// Marks of direction (Unicode's `Bidi_Control`) and characters of no width.
fn turns_or_hides(c: char) -> bool {
    matches!(
        u32::from(c),
        0x00ad | 0x061c | 0x180e | 0x200b | 0x200e | 0x200f | 0x202a..=0x202e | 0x2060..=0x2069 | 0xfeff | 0xfff9..=0xfffb
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_name_shows_what_it_says() {
        assert_eq!(shown_name(" \u{202e}Head\u{2066} of\u{200b} IT\n"), "Head of IT");
        assert_eq!(
            shown_name("Zoë 👩\u{200d}🏫 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}").chars().count(),
            15
        );
    }

    #[test]
    fn a_shown_text_keeps_its_lines() {
        assert_eq!(shown_text("one\r\n\ttwo\n"), "one\r\n\ttwo\n");
        assert_eq!(shown_text("\0o\u{1b}[31mne\u{85}\u{7f}"), "o[31mne");
    }

    #[test]
    fn a_text_of_nothing_but_the_unseen_is_blank() {
        for blank in ["", " \n\u{a0}", "\u{200b}\u{200d}", "\u{202e}\u{feff}", "\u{3164}\u{2800}"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for seen in [".", "\u{200b}a", "👩\u{200d}🏫", "é"] {
            assert!(!is_blank(seen), "{seen:?}");
        }
    }

    #[test]
    fn a_handle_name_is_what_it_looks_like() {
        for good in ["amy", "Amy_Ash-1.2", "zoë", "学校", "a%20b"] {
            assert!(is_handle_name(good), "{good}");
        }
        for bad in [
            "",
            " amy",
            "amy ",
            "a my",
            "a\u{200b}my",
            "\u{202e}yma",
            "ａｍｙ",
            "a\u{301}",
            "amy@oak",
            "a/b",
            "a\u{200d}b",
        ] {
            assert!(!is_handle_name(bad), "{bad:?}");
        }
    }
}
