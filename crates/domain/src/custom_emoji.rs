//! Custom emoji of this instance: small pictures with a name, written `:name:` in texts.

use std::ops::RangeInclusive;

use crate::clock::Timestamp;
use crate::ids::CustomEmojiId;

/// Characters of a name, as in Mastodon.
pub const SHORTCODE_CHARS: RangeInclusive<usize> = 2..=64;
/// Different names looked for in one text.
const MAX_IN_TEXT: usize = 100;

/// A custom emoji of this instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomEmoji {
    /// Our id.
    pub id: CustomEmojiId,
    /// Name without colons; capitals count.
    pub shortcode: String,
    /// Its picture, below the media folder.
    pub path: String,
    /// Where it stands in a client's list.
    pub category: Option<String>,
    /// Whether clients offer it; it can be written in any case.
    pub in_picker: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Whether `text` can be the name of an emoji: letters and digits of ASCII and underscores.
pub fn is_shortcode(text: &str) -> bool {
    SHORTCODE_CHARS.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Names written `:name:` in `text`, each once, in their order; neither a letter, a digit nor another colon stands beside
/// the colons, so that times and addresses hold none.
pub fn shortcodes_in(text: &str) -> Vec<&str> {
    let colons: Vec<usize> = text.match_indices(':').map(|(at, _)| at).collect();
    let touches = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == ':');
    let mut found: Vec<&str> = Vec::new();
    for (start, end) in colons.iter().zip(colons.iter().skip(1)) {
        let name = text.get(start + 1..*end).unwrap_or_default();
        let before = text.get(..*start).and_then(|text| text.chars().next_back());
        let after = text.get(end + 1..).and_then(|text| text.chars().next());
        if is_shortcode(name) && !touches(before) && !touches(after) && !found.contains(&name) {
            found.push(name);
        }
        if found.len() == MAX_IN_TEXT {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_colons_of_their_own() {
        assert_eq!(shortcodes_in(":owl: and (:well_done2:), :owl:"), ["owl", "well_done2"]);
        for none in
            [":a:", "12:30:45", "x:owl:", ":owl:x", ":owl::oak:", ":no way:", ":ŵyl:", "https://a.test:80/:", ":"]
        {
            assert_eq!(shortcodes_in(none), Vec::<&str>::new(), "{none}");
        }
        assert!(!is_shortcode(&"x".repeat(65)) && is_shortcode(&"x".repeat(64)));
    }
}
