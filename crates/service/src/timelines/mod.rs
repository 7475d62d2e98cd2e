//! Timelines: which statuses, in which order. Which of them the viewer may see is decided in the queries.

mod read;
#[cfg(test)]
mod tests;

use staffroom_domain::Tag;

use crate::Service;

/// Timelines.
#[derive(Clone, Copy)]
pub struct Timelines<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Timelines<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

/// Which part of the public timeline.
#[derive(Clone, Copy, Debug, Default)]
pub struct PublicFilter {
    /// Only from here.
    pub local: bool,
    /// Only from elsewhere.
    pub remote: bool,
    /// Only with attachments.
    pub only_media: bool,
}

/// Which statuses with which hashtags.
#[derive(Clone, Debug)]
pub struct TagFilter {
    /// The hashtag.
    pub tag: Tag,
    /// Or any of these.
    pub any: Vec<Tag>,
    /// And all of these.
    pub all: Vec<Tag>,
    /// And none of these.
    pub none: Vec<Tag>,
    /// Where from.
    pub public: PublicFilter,
}

/// Which statuses of an account.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent choice of the client")]
pub struct AccountFilter {
    /// Only with attachments.
    pub only_media: bool,
    /// No answers to others.
    pub exclude_replies: bool,
    /// No boosts.
    pub exclude_reblogs: bool,
    /// Only public ones.
    pub only_public: bool,
    /// Only pinned ones.
    pub pinned: bool,
    /// Only with this hashtag.
    pub tagged: Option<Tag>,
}
