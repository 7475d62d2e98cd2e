//! Announcements: what the staff of an instance tell everybody on it.

use crate::clock::Timestamp;
use crate::ids::AnnouncementId;
use crate::reaction::Reaction;

/// Most different emoji put to one announcement.
pub const MAX_REACTIONS: usize = 8;
/// Longest announcement, in characters.
pub const MAX_TEXT_CHARS: usize = 5_000;

/// An announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Our id.
    pub id: AnnouncementId,
    /// What was typed.
    pub text: String,
    /// When what it tells of begins.
    pub starts_at: Option<Timestamp>,
    /// When that ends; from then on it is not shown.
    pub ends_at: Option<Timestamp>,
    /// Of the two times only the days count.
    pub all_day: bool,
    /// When it was published; `None` for a draft and for one taken back.
    pub published_at: Option<Timestamp>,
    /// Last change.
    pub updated_at: Timestamp,
}

impl Announcement {
    /// Whether it is shown at `now`.
    pub fn is_shown(&self, now: Timestamp) -> bool {
        self.published_at.is_some() && self.ends_at.is_none_or(|end| end > now)
    }
}

/// An announcement as somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnouncementView {
    /// The announcement.
    pub announcement: Announcement,
    /// Its text as HTML.
    pub content: String,
    /// Whether the viewer dismissed it.
    pub read: bool,
    /// What people put to it.
    pub reactions: Vec<Reaction>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_and_what_is_over_are_not_shown() {
        let mut announcement = Announcement {
            id: AnnouncementId(1),
            text: "Inset day".to_owned(),
            starts_at: Some(Timestamp(500)),
            ends_at: Some(Timestamp(1000)),
            all_day: false,
            published_at: None,
            updated_at: Timestamp(0),
        };
        assert!(!announcement.is_shown(Timestamp(10)));
        announcement.published_at = Some(Timestamp(5));
        assert!(announcement.is_shown(Timestamp(10)) && announcement.is_shown(Timestamp(999)));
        assert!(!announcement.is_shown(Timestamp(1000)));
    }
}
