//! ActivityStreams documents as others really send them.
//!
//! Lenient where it costs nothing: unknown members are ignored, one value stands for a list of one, an embedded object
//! for its id, a missing list is empty, a member of the wrong shape is absent. Strict about amounts: every list has a
//! bound and what lies beyond it is dropped. Nothing here decides who may say what.

pub mod activity;
pub mod actor;
pub mod audience;
pub mod collection;
pub mod lenient;
pub mod note;
pub mod policy;
pub mod quote;
mod readable;
pub mod request;

#[cfg(test)]
mod tests;

/// Mentions read from one note.
pub const MAX_MENTIONS: usize = 50;
/// Hashtags read from one note.
pub const MAX_TAGS: usize = 100;
/// Attachments read from one note.
pub const MAX_ATTACHMENTS: usize = 16;
/// Custom emoji read from one note or actor.
pub const MAX_EMOJI: usize = 100;
/// Entries read from `to` and from `cc`.
pub const MAX_RECIPIENTS: usize = 1_000;
/// Options read from one question.
pub const MAX_OPTIONS: usize = 20;
/// Profile fields read from one actor.
pub const MAX_FIELDS: usize = 16;
/// Keys read from one actor.
pub const MAX_KEYS: usize = 8;
/// Longest text (content, biography) kept, in characters.
pub const MAX_TEXT_CHARS: usize = 100_000;
/// Longest name, title, label or description kept, in characters.
pub const MAX_NAME_CHARS: usize = 2_000;
/// Longest id or URL believed, in bytes.
pub const MAX_URL_BYTES: usize = 2_048;
