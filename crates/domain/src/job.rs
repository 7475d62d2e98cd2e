//! Everything that may happen later.

use crate::ids::{AccountId, ScheduledStatusId, StatusId};

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
    /// Fetch a status of a feed that a moderator let in.
    FetchHeld(crate::ids::HeldItemId),
    /// Fetch a status of another server again, for what may have changed there.
    RefreshStatus(StatusId),
    /// Tell everybody who has it how a poll of ours stands.
    TellPollCounts(crate::ids::PollId),
    /// Find what this status quotes, and whether it may.
    VerifyQuote(StatusId),
    /// Fetch what is missing of the thread around a status.
    FillThread {
        /// The status.
        status: StatusId,
        /// Rounds made before.
        round: u8,
    },
    /// Put the followers here of a remote account in order.
    SynchroniseFollowers {
        /// The account.
        account: AccountId,
        /// Where its server lists them.
        url: String,
    },
    /// Fetch an account again.
    RefreshAccount(AccountId),
    /// Fetch what an account of another server has pinned.
    FetchFeatured(AccountId),
    /// Let the people here who follow an account that moved follow where it went.
    MoveFollowers {
        /// The account they follow.
        from: AccountId,
        /// The account it moved to.
        to: AccountId,
    },
    /// End all follows between somebody here and a domain they want nothing of.
    LeaveDomain {
        /// Who blocks it.
        account: AccountId,
        /// The domain.
        domain: String,
    },
    /// Send the deletion of a status to everybody that hubs passed it on to.
    TellHubsReach(crate::ids::StatusId),
    /// Look at a page that statuses link to.
    FetchCard(crate::ids::CardId),
    /// Send a letter.
    SendLetter(crate::ids::LetterId),
    /// Write to somebody who forgot their password, if there is such a person.
    WriteReset {
        /// Handle or e-mail address, lower case.
        login: String,
    },
    /// Tell a client's device of a notification.
    Push {
        /// Where the client wants to be told.
        subscription: crate::ids::PushSubscriptionId,
        /// What of.
        notification: crate::ids::NotificationId,
    },
    /// Read statuses before this one, newest first, into the index that finds them by their words.
    IndexStatuses {
        /// Whose; `None` for all.
        author: Option<AccountId>,
        /// The last one that is in it; 0 at the beginning.
        before: StatusId,
    },
    /// Follow the tags of a peer that are not followed yet.
    FollowPeerTags(crate::ids::PeerId),
    /// Try a moderation rule on a further piece of what was published before.
    TryRule(crate::ids::DryRunId),
    /// Limit further domains of a list that somebody agreed to.
    TakeOverList(crate::ids::ApprovalId),
    /// Look at the clocks of a case.
    WatchCase(crate::ids::CaseId),
    /// Tell moderators what waits for them.
    TellMorning,
    /// Tell an address of the operator's of something that happened.
    TellWebhook {
        /// Which one.
        webhook: crate::ids::WebhookId,
        /// What happened.
        event: crate::webhook::WebhookEvent,
        /// To the account, report or status with this id.
        object: i64,
        /// When.
        at: crate::Timestamp,
    },
}

impl Job {
    /// Whether it is tried until it succeeds: nothing else would do what it left.
    pub fn is_endless(&self) -> bool {
        matches!(self, Self::IndexStatuses { .. } | Self::WatchCase(_) | Self::TakeOverList(_))
    }
}
