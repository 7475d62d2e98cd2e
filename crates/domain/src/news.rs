//! What just happened, as far as somebody may want to hear of it at once.
//!
//! News are hints: whoever hears of one looks up what it is about, and may find nothing.

use std::sync::Arc;

use crate::ids::{AccountId, AnnouncementId, NotificationId, StatusId};
use crate::status::Status;

/// Something that happened and is on disk.
#[derive(Clone, Debug)]
pub enum News {
    /// A status or a boost is new here.
    Published(Arc<Status>),
    /// A status was edited.
    Edited(Arc<Status>),
    /// A status was deleted; this is what it was.
    Deleted(Arc<Status>),
    /// Somebody was told of something.
    Notified(AccountId, NotificationId),
    /// Somebody's filters are different.
    FiltersChanged(AccountId),
    /// Notifications that were kept apart are among the others now.
    NotificationsMerged(AccountId),
    /// Somebody read the conversation with this newest status.
    ConversationRead(AccountId, StatusId),
    /// An announcement is shown from now on, or was changed.
    Announced(AnnouncementId),
    /// An announcement is no longer shown.
    AnnouncementEnded(AnnouncementId),
    /// An emoji was put to an announcement, or taken back.
    AnnouncementReacted(AnnouncementId, String),
    /// Tokens ended or people were signed out: whoever listens has to show again that they may.
    AccessChanged,
    /// The server stops: nobody hears of anything any more.
    Stopped,
}
