//! Hashtags: `#SLTchat` and `#sltchat` are one.

use unicode_normalization::UnicodeNormalization;

use crate::clock::Timestamp;
use crate::ids::{FeaturedTagId, TagId};

/// Longest hashtag kept, in characters.
pub const MAX_TAG_CHARS: usize = 100;

/// A hashtag: a canonical name that identifies it, and a spelling to show.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tag {
    name: String,
    display: String,
}

impl Tag {
    /// Parses a hashtag with or without its `#`.
    ///
    /// `None` when longer than [`MAX_TAG_CHARS`], without a letter, or holding anything but letters, digits, marks,
    /// `_` and `·`.
    pub fn parse(text: &str) -> Option<Self> {
        let display: String = text.trim().trim_start_matches(['#', '＃']).nfkc().collect();
        if display.chars().count() > MAX_TAG_CHARS {
            return None;
        }
        if !display.chars().all(is_tag_char) || !display.chars().any(char::is_alphabetic) {
            return None;
        }
        let name = display.to_lowercase().nfkc().collect();
        Some(Self { name, display })
    }

    /// Canonical name: NFKC, lower case, no `#`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The spelling its writer chose, no `#`.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// ASCII name for URLs and tag accounts: the canonical name where it is ASCII, else its ASCII part and a short
    /// hash of the whole, so that two tags never share one.
    pub fn slug(&self) -> String {
        if self.name.is_ascii() {
            return self.name.clone();
        }
        let ascii: String = self.name.nfkd().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        // FNV-1a: stable across versions and machines, which `DefaultHasher` does not promise.
        let hash =
            self.name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
        format!("{ascii}{}{:08x}", if ascii.is_empty() { "" } else { "-" }, hash & 0xffff_ffff)
    }
}

/// Whether `c` may stand inside a hashtag.
pub fn is_tag_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '·' || unicode_normalization::char::is_combining_mark(c) || c == '\u{200c}'
}

/// A hashtag as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashtag {
    /// Our id.
    pub id: TagId,
    /// The tag.
    pub tag: Tag,
    /// Last time a public status used it.
    pub last_status_at: Option<Timestamp>,
}

/// A hashtag as somebody sees it.
#[derive(Clone, Debug)]
pub struct TagView {
    /// Our id; `None` for a tag nobody has used yet.
    pub id: Option<TagId>,
    /// The tag.
    pub tag: Tag,
    /// Whether the viewer follows it.
    pub following: bool,
    /// Whether the viewer features it.
    pub featuring: bool,
    /// Use per day, newest first, seven days: (day start, statuses, accounts).
    pub history: Vec<(Timestamp, i64, i64)>,
}

/// A hashtag shown on a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeaturedTag {
    /// Our id of the showing.
    pub id: FeaturedTagId,
    /// Our id of the hashtag.
    pub tag_id: TagId,
    /// The tag.
    pub tag: Tag,
    /// Statuses of the account with it that everybody may see.
    pub statuses_count: i64,
    /// The last of them.
    pub last_status_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_width_do_not_matter() {
        let tag = Tag::parse("#SLTchat").unwrap();
        assert_eq!((tag.name(), tag.display()), ("sltchat", "SLTchat"));
        assert_eq!(Tag::parse("＃ＳＬＴchat").unwrap().name(), "sltchat");
        assert_eq!(tag.slug(), "sltchat");
    }

    #[test]
    fn a_slug_is_ascii_and_distinct() {
        let (a, b) = (Tag::parse("école").unwrap().slug(), Tag::parse("ecole").unwrap().slug());
        assert!(a.is_ascii() && a != b && a.starts_with("ecole-"), "{a}");
        assert!(!Tag::parse("教育").unwrap().slug().is_empty());
    }

    #[test]
    fn refuses_what_is_not_a_tag() {
        for bad in ["", "#", "#123", "#1_2", "·", "a b", "a-b", "a/b", "<b>", &"x".repeat(101)] {
            assert_eq!(Tag::parse(bad), None, "{bad}");
        }
    }
}
