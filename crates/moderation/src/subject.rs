//! What is judged: the words of a status or a profile, and the facts around them.

use std::fmt;

use serde::{Deserialize, Serialize};
use staffroom_domain::{Tag, Timestamp, Visibility};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
}

impl Part {
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
        }
    }
}

/// A name to keep with a decision: `poll_option 1`.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Content => f.write_str("content"),
            Self::SpoilerText => f.write_str("spoiler_text"),
            Self::PollOption(n) => write!(f, "poll_option {n}"),
            Self::MediaDescription(n) => write!(f, "media_description {n}"),
            Self::FileName(n) => write!(f, "file_name {n}"),
            Self::DisplayName => f.write_str("display_name"),
            Self::Note => f.write_str("note"),
            Self::FieldName(n) => write!(f, "field_name {n}"),
            Self::FieldValue(n) => write!(f, "field_value {n}"),
        }
    }
}

/// What is known about the outside at the time of judging. Kept with the decision, so that it can be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Time of judging; rules past their expiry do not apply.
    pub now: Timestamp,
}

/// One thing to be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// All its texts, plain (HTML goes through `staffroom_domain::text::to_plain` first).
    pub parts: Vec<(Part, String)>,
    /// Which way it travels.
    pub direction: Direction,
    /// Its audience; profiles are public.
    pub visibility: Visibility,
    /// Its hashtags.
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
