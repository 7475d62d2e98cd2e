//! What is judged: the words of a status or a profile, and the facts around them.

use std::fmt;

use serde::{Deserialize, Serialize};
use staffroom_domain::{Tag, Visibility};

pub use crate::facts::Facts;

/// Which way the words travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Written here, on its way out.
    Outbound,
    /// Written elsewhere, on its way in.
    Inbound,
}

/// Where in a status or profile a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Part {
    /// The text itself, plain.
    Content,
    /// The content warning.
    SpoilerText,
    /// A poll option, counted from 0.
    PollOption(usize),
    /// An attachment's description, counted from 0.
    MediaDescription(usize),
    /// An attachment's file name, counted from 0.
    FileName(usize),
    /// The name an account shows.
    DisplayName,
    /// An account's biography, plain.
    Note,
    /// A profile field's label, counted from 0.
    FieldName(usize),
    /// A profile field's value, counted from 0, plain.
    FieldValue(usize),
    /// The name of an event or group.
    Title,
    /// What is said about an event or group, plain.
    Description,
    /// A hashtag that does not stand in the text, counted from 0, without `#`.
    Hashtag(usize),
    /// An address that the text leads to without showing it, counted from 0.
    Link(usize),
}

impl Part {
    /// Names of all kinds of parts.
    pub const KINDS: [&str; 13] = [
        "content",
        "spoiler_text",
        "poll_option",
        "media_description",
        "file_name",
        "display_name",
        "note",
        "field_name",
        "field_value",
        "title",
        "description",
        "hashtag",
        "link",
    ];

    /// Its name without a number.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::SpoilerText => "spoiler_text",
            Self::PollOption(_) => "poll_option",
            Self::MediaDescription(_) => "media_description",
            Self::FileName(_) => "file_name",
            Self::DisplayName => "display_name",
            Self::Note => "note",
            Self::FieldName(_) => "field_name",
            Self::FieldValue(_) => "field_value",
            Self::Title => "title",
            Self::Description => "description",
            Self::Hashtag(_) => "hashtag",
            Self::Link(_) => "link",
        }
    }

    const fn number(self) -> Option<usize> {
        match self {
            Self::PollOption(n)
            | Self::MediaDescription(n)
            | Self::FileName(n)
            | Self::FieldName(n)
            | Self::FieldValue(n)
            | Self::Hashtag(n)
            | Self::Link(n) => Some(n),
            _ => None,
        }
    }

    /// What people call it, for use in a sentence.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Content => "the text",
            Self::SpoilerText => "the content warning",
            Self::PollOption(_) => "a poll option",
            Self::MediaDescription(_) => "a media description",
            Self::FileName(_) => "a file name",
            Self::DisplayName => "the display name",
            Self::Note => "the biography",
            Self::FieldName(_) => "the label of a profile field",
            Self::FieldValue(_) => "a profile field",
            Self::Title => "the title",
            Self::Description => "the description",
            Self::Hashtag(_) => "a hashtag",
            Self::Link(_) => "a link",
        }
    }
}

/// A name to keep with a decision: `poll_option 1`.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number() {
            Some(number) => write!(f, "{} {number}", self.kind()),
            None => f.write_str(self.kind()),
        }
    }
}

/// The name back; the error is what is no name of a part.
impl TryFrom<String> for Part {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let (kind, number) = match name.split_once(' ') {
            Some((kind, number)) => (kind, number.parse().map_err(|_| format!("{name:?} is no part"))?),
            None => (name.as_str(), 0),
        };
        let part = match kind {
            "content" => Self::Content,
            "spoiler_text" => Self::SpoilerText,
            "poll_option" => Self::PollOption(number),
            "media_description" => Self::MediaDescription(number),
            "file_name" => Self::FileName(number),
            "display_name" => Self::DisplayName,
            "note" => Self::Note,
            "field_name" => Self::FieldName(number),
            "field_value" => Self::FieldValue(number),
            "title" => Self::Title,
            "description" => Self::Description,
            "hashtag" => Self::Hashtag(number),
            "link" => Self::Link(number),
            _ => return Err(format!("{name:?} is no part")),
        };
        Ok(part)
    }
}

impl From<Part> for String {
    fn from(part: Part) -> Self {
        part.to_string()
    }
}

/// One thing to be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// All its texts, plain (HTML goes through `staffroom_domain::text::to_plain` first).
    pub parts: Vec<(Part, String)>,
    /// Which way it travels.
    pub direction: Direction,
    /// Its audience; profiles are public.
    #[serde(with = "visibility")]
    pub visibility: Visibility,
    /// Its hashtags.
    #[serde(with = "tags")]
    pub tags: Vec<Tag>,
    /// The outside.
    pub facts: Facts,
}

impl Subject {
    /// A public text without hashtags, the commonest subject of tests and samples.
    pub fn text(text: impl Into<String>, direction: Direction, facts: Facts) -> Self {
        Self {
            parts: vec![(Part::Content, text.into())],
            direction,
            visibility: Visibility::Public,
            tags: Vec::new(),
            facts,
        }
    }
}

/// Audiences by Mastodon's words.
mod visibility {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use staffroom_domain::Visibility;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    pub(super) fn serialize<S: Serializer>(visibility: &Visibility, serializer: S) -> Result<S::Ok, S::Error> {
        visibility.as_str().serialize(serializer)
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(deserializer: D) -> Result<Visibility, D::Error> {
        let word = String::deserialize(deserializer)?;
        Visibility::parse(&word).ok_or_else(|| D::Error::custom(format!("{word:?} is no visibility")))
    }
}

/// Hashtags as their writers spelled them.
mod tags {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use staffroom_domain::Tag;

    pub(super) fn serialize<S: Serializer>(tags: &[Tag], serializer: S) -> Result<S::Ok, S::Error> {
        tags.iter().map(Tag::display).collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(deserializer: D) -> Result<Vec<Tag>, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        let tag = |name: &String| Tag::parse(name).ok_or_else(|| D::Error::custom(format!("{name:?} is no hashtag")));
        names.iter().map(tag).collect()
    }
}
