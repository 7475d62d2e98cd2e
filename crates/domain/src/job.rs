//! Everything that may happen later.

use crate::ids::{AccountId, ScheduledStatusId};

/// A piece of background work, kept in the database until it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// Publish a scheduled status.
    PublishScheduled(ScheduledStatusId),
    /// Tell voters and author that a poll closed.
    ClosePoll(crate::ids::PollId),
    /// Fetch the status a remote status answers.
    FetchStatus {
        /// Network id.
        uri: String,
    },
    /// Fetch an account again.
    RefreshAccount(AccountId),
    /// Follow the tags of a peer that are not followed yet.
    FollowPeerTags(crate::ids::PeerId),
}
