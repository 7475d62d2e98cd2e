//! What just happened, as far as somebody may want to hear of it at once.
//!
//! News are hints: whoever hears of one looks up what it is about, and may find nothing.

use std::sync::Arc;

use crate::hashtag::Tag;
use crate::ids::{AccountId, AnnouncementId, NotificationId, StatusId};
use crate::status::Status;
use crate::visibility::Visibility;

/// What a deleted status was, as far as it says who may have seen it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Its id.
    pub id: StatusId,
    /// Who wrote or boosted it.
    pub author: AccountId,
    /// Who could see it.
    pub visibility: Visibility,
    /// A boost.
    pub is_boost: bool,
    /// Made here.
    pub local: bool,
    /// With attachments.
    pub has_media: bool,
    /// Its hashtags.
    pub tags: Vec<Tag>,
    /// Whom it named.
    pub named: Vec<AccountId>,
}

impl From<&Status> for Gone {
    fn from(status: &Status) -> Self {
        Self {
            id: status.id,
            author: status.account_id,
            visibility: status.visibility,
            is_boost: status.reblog_of.is_some(),
            local: status.local,
            has_media: !status.media_ids.is_empty(),
            tags: status.tags.clone(),
            named: status.mentions.iter().map(|mention| mention.account_id).collect(),
        }
    }
}

/// Something that happened and is on disk.
#[derive(Clone, Debug)]
pub enum News {
    /// A status or a boost is new here.
    Published(Arc<Status>),
    /// A status was edited.
    Edited(Arc<Status>),
    /// A status was deleted; this is what it was.
    Deleted(Arc<Gone>),
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
    /// Tokens of somebody ended, or they were signed out: their streams have to show again that they may listen.
    AccessChanged(AccountId),
    /// Something may not have been heard of here: who listens has to look and begin anew.
    Missed,
    /// The server stops: nobody hears of anything any more.
    Stopped,
}
