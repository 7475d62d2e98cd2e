//! Reactions: emoji that people elsewhere put to a status (FEP-c0e0). Named as Mastodon names those of announcements.

use unicode_segmentation::UnicodeSegmentation;

use crate::account::Emoji;

/// Most emoji one account has on one status; Misskey has one, Akkoma any number.
pub const MAX_BY_ACCOUNT: i64 = 8;
/// Most different emoji on one status; further ones are dropped.
pub const MAX_NAMES: i64 = 50;
/// Longest emoji in bytes: families and flags of regions are sequences of many code points.
const MAX_EMOJI_BYTES: usize = 64;

/// A reaction as it comes from another server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingReaction {
    /// Network id of the activity.
    pub uri: String,
    /// What was put to the status.
    pub symbol: Symbol,
    /// It is a favourite as well (Misskey's).
    pub is_favourite: bool,
}

/// An emoji, or a picture that stands for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// A single emoji.
    Unicode(String),
    /// A custom emoji with its picture.
    Custom(Emoji),
}

/// How often one emoji was put to a status, as somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji, or `shortcode@host`.
    pub name: String,
    /// The picture of a custom emoji.
    pub picture_url: Option<String>,
    /// By how many people.
    pub count: i64,
    /// Whether the viewer is one of them.
    pub is_own: bool,
}

/// The one emoji in `text`; `None` for anything else, be it text or several emoji.
///
/// A symbol that is text by default (❤) is given the selector that makes a picture of it, so that both spellings count
/// as one.
pub fn single_emoji(text: &str) -> Option<String> {
    let text = text.trim();
    let is_one = text.len() <= MAX_EMOJI_BYTES && text.graphemes(true).count() == 1;
    let is_keycap = text.ends_with('\u{20e3}') && text.starts_with(|c: char| c.is_ascii_digit() || "#*".contains(c));
    let mut rest = text.chars();
    if is_keycap {
        rest.next();
    }
    let has_picture = is_keycap || text.chars().any(is_pictographic);
    if !is_one || !has_picture || !rest.all(|c| is_pictographic(c) || joins(c)) {
        return None;
    }
    let mut emoji = text.to_owned();
    if emoji.chars().count() == 1 && emoji.chars().all(|c| c < '\u{1f000}') {
        emoji.push('\u{fe0f}');
    }
    Some(emoji)
}

/// Blocks of Unicode in which emoji lie (`emoji-data.txt`), wider than the emoji themselves by some symbols.
fn is_pictographic(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{21aa}'
        | '\u{231a}'..='\u{23ff}' | '\u{24c2}' | '\u{25aa}'..='\u{27bf}' | '\u{2934}' | '\u{2935}'
        | '\u{2b05}'..='\u{2b55}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// What joins and varies emoji: joiner, selectors, keycap, tags of flags.
fn joins(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{20e3}' | '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_emoji_is_one_and_nothing_else_is() {
        for emoji in ["🔥", "👩‍🏫", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇬🇧", "👍🏽", "1️⃣", "❤️", " 🎉 "]
        {
            assert_eq!(single_emoji(emoji).as_deref(), Some(emoji.trim()), "{emoji}");
        }
        assert_eq!(single_emoji("❤"), single_emoji("❤️"));
        for other in ["", " ", "a", "like", "🔥🔥", "🔥!", "1", "\u{20e3}", "\u{200d}", "<b>", ":fire:", "🔥a", "é"]
        {
            assert_eq!(single_emoji(other), None, "{other}");
        }
        assert_eq!(single_emoji(&"👩\u{200d}".repeat(20)), None);
    }
}
